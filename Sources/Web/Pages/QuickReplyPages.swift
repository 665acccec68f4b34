internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// The quick replies of the workspace: everybody may read them, some may change them.
struct QuickReplyPages: Sendable {
    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let replies = "/app/{workspace}/quick-replies"
        let managing = RouteDeclaration.Callers.grant(.quickRepliesManage)
        return RouteSet(member: [
            Route(.get, replies, allows: .grant(.conversationsView), respond: show),
            Route(.post, replies, allows: managing, respond: add),
            Route(.post, "\(replies)/{quickReply}", allows: managing, respond: change),
            Route(.post, "\(replies)/{quickReply}/removal", allows: managing, respond: delete),
        ])
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        let notice: PageNotice? =
            switch request.uri.queryParameters["done"] {
            case "saved": PageNotice("The quick reply is saved.")
            case "deleted": PageNotice("The quick reply is gone. What was sent with it stays.")
            default: nil
            }
        return try await page(request, context, notice: notice)
    }

    /// - Parameter draft: what was filled in and refused.
    private func page(
        _ request: Request, _ context: MemberContext, notice: PageNotice? = nil, draft: QuickRepliesView.Draft? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let part = (request.query["find"] ?? "").trimmed
        let replies = try await services.quickReplies.list(part: part, access: context.access)
        return printer.page(
            QuickRepliesView(replies, part: part, draft: draft, notice: notice, in: printer.frame(request, context)), status: status)
    }

    @Sendable private func add(request: Request, context: MemberContext) async throws -> Response {
        let draft = try QuickRepliesView.Draft(id: nil, try await request.form())
        return try await save(draft, request, context) {
            _ = try await services.quickReplies.create(shortcut: draft.shortcut, text: draft.text, access: context.access)
        }
    }

    @Sendable private func change(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("quickReply", of: QuickReply.self)
        // Whether it is there comes before what was filled in.
        _ = try await services.quickReplies.reply(id, access: context.access)
        let draft = try QuickRepliesView.Draft(id: id, try await request.form())
        return try await save(draft, request, context) {
            _ = try await services.quickReplies.change(id, shortcut: draft.shortcut, text: draft.text, access: context.access)
        }
    }

    private func save(
        _ draft: QuickRepliesView.Draft, _ request: Request, _ context: MemberContext, _ work: () async throws -> Void
    ) async throws -> Response {
        do {
            try await work()
        } catch let problem as QuickReplyProblem where problem != .missing {
            var draft = draft
            draft.problem = problem
            return try await page(request, context, draft: draft, status: problem.kind.status)
        }
        return done("saved", context)
    }

    @Sendable private func delete(request: Request, context: MemberContext) async throws -> Response {
        try await services.quickReplies.delete(context.id("quickReply", of: QuickReply.self), access: context.access)
        return done("deleted", context)
    }

    private func done(_ what: String, _ context: MemberContext) -> Response {
        .seeOther("/app/\(context.workspace.slug.text)/quick-replies?done=\(what)")
    }
}
