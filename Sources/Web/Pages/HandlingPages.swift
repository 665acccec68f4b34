internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// Who is given the new conversations of one number.
struct HandlingPages: Sendable {
    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let handling = "/app/{workspace}/whatsapp/senders/{sender}/handling"
        return RouteSet(member: [
            Route(.get, handling, allows: .grant(.sendersView), respond: show),
            Route(.post, handling, allows: .grant(.sendersManage), respond: save),
        ])
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        let isSaved = request.uri.queryParameters["done"] == "saved"
        return try await page(
            request, context, notice: isSaved ? PageNotice("Saved. It holds for conversations that begin from now on.") : nil)
    }

    /// - Parameter draft: as the form was filled in; nil shows what is saved.
    private func page(
        _ request: Request, _ context: MemberContext, notice: PageNotice? = nil, draft: HandlingView.Draft? = nil,
        problem: AssignmentProblem? = nil
    ) async throws -> Response {
        let (id, access) = (try context.id("sender", of: Sender.self), context.access)
        let sender = try await services.senders.sender(id, access: access)
        guard sender.removedAt == nil else { throw SenderProblem.missing }
        let handling = try await services.senders.handlings(of: [sender], access: access)[id]
        let all = try await services.conversations.assignees(access: .system("pages", in: access.workspaceID))
        let view = HandlingView(
            sender, handling, people: all.people.filter(\.isActive), teams: all.teams,
            draft: draft ?? HandlingView.Draft(sender.handler, hasTeams: !all.teams.isEmpty), problem: problem,
            mayManage: access.permits(.sendersManage), notice: notice, in: printer.frame(request, context))
        return printer.page(view, status: problem?.kind.status ?? .ok)
    }

    @Sendable private func save(request: Request, context: MemberContext) async throws -> Response {
        let draft = HandlingView.Draft(try await request.form())
        let id = try context.id("sender", of: Sender.self)
        do {
            _ = try await services.senders.change(id, handler: try draft.handler(), access: context.access)
            return .seeOther("/app/\(context.workspace.slug.text)/whatsapp/senders/\(id.text)/handling?done=saved")
        } catch let problem as AssignmentProblem {
            return try await page(request, context, draft: draft, problem: problem)
        }
    }
}
