internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// The labels of the workspace: making, changing, deleting them.
struct LabelPages: Sendable {
    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let labels = "/app/{workspace}/settings/labels"
        let managing = RouteDeclaration.Callers.grant(.labelsManage)
        return RouteSet(member: [
            Route(.get, labels, allows: managing, respond: show),
            Route(.post, labels, allows: managing, respond: add),
            Route(.post, "\(labels)/{label}", allows: managing, respond: change),
            Route(.post, "\(labels)/{label}/removal", allows: managing, respond: delete),
        ])
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        let notice: PageNotice? =
            switch request.uri.queryParameters["done"] {
            case "saved": PageNotice("The label is saved.")
            case "deleted": PageNotice("The label is gone, also from the conversations that had it.")
            default: nil
            }
        return try await page(request, context, notice: notice)
    }

    /// - Parameter draft: what was filled in and refused.
    private func page(
        _ request: Request, _ context: MemberContext, notice: PageNotice? = nil, draft: LabelsView.Draft? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let labels = try await services.labels.list(access: context.access)
        return printer.page(LabelsView(labels, draft: draft, notice: notice, in: printer.frame(request, context)), status: status)
    }

    @Sendable private func add(request: Request, context: MemberContext) async throws -> Response {
        let draft = try LabelsView.Draft(id: nil, try await request.form())
        return try await save(draft, request, context) {
            _ = try await services.labels.create(name: draft.name, color: draft.color, access: context.access)
        }
    }

    @Sendable private func change(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("label", of: Label.self)
        let draft = try LabelsView.Draft(id: id, try await request.form())
        return try await save(draft, request, context) {
            _ = try await services.labels.change(id, name: draft.name, color: draft.color, access: context.access)
        }
    }

    private func save(
        _ draft: LabelsView.Draft, _ request: Request, _ context: MemberContext, _ work: () async throws -> Void
    ) async throws -> Response {
        do {
            try await work()
        } catch let problem as LabelProblem where problem != .missing {
            var draft = draft
            draft.problem = problem
            return try await page(request, context, draft: draft, status: problem.kind.status)
        }
        return done("saved", context)
    }

    @Sendable private func delete(request: Request, context: MemberContext) async throws -> Response {
        try await services.labels.delete(context.id("label", of: Label.self), access: context.access)
        return done("deleted", context)
    }

    private func done(_ what: String, _ context: MemberContext) -> Response {
        .seeOther("/app/\(context.workspace.slug.text)/settings/labels?done=\(what)")
    }
}
