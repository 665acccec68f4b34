internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// What becomes of what arrives for one number, and bringing in what wasn't received.
struct ReceptionPages: Sendable {
    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let reception = "/app/{workspace}/whatsapp/senders/{sender}/reception"
        return RouteSet(member: [
            Route(.get, reception, allows: .grant(.sendersView), respond: show),
            Route(.post, reception, allows: .grant(.sendersManage), respond: save),
            Route(.post, "\(reception)/intake", allows: .grant(.journalReplay), respond: bringIn),
        ])
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        let notice: PageNotice? =
            switch request.uri.queryParameters["done"] {
            case "saved": PageNotice("Saved. It holds for what arrives from now on.")
            case "brought-in": PageNotice("What was kept comes in now, the oldest first.")
            default: nil
            }
        return try await page(request, context, notice: notice)
    }

    /// - Parameter draft: as the form was filled in; nil shows what is saved.
    private func page(
        _ request: Request, _ context: MemberContext, notice: PageNotice? = nil, draft: ReceptionView.Draft? = nil,
        problem: ReceptionProblem? = nil, status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let (id, access) = (try sender(context), context.access)
        let sender = try await services.senders.sender(id, access: access)
        let reception = try await services.reception.reception(of: id, access: access)
        let view = ReceptionView(
            sender, reception, draft: draft ?? ReceptionView.Draft(reception.options), problem: problem,
            may: .init(manage: access.permits(.sendersManage), bringIn: access.permits(.journalReplay)), notice: notice,
            in: printer.frame(request, context))
        return printer.page(view, status: status)
    }

    @Sendable private func save(request: Request, context: MemberContext) async throws -> Response {
        let draft = ReceptionView.Draft(try await request.form())
        do {
            _ = try await services.reception.save(try draft.options(), of: sender(context), access: context.access)
            return try done("saved", context)
        } catch let problem as ReceptionProblem {
            return try await page(request, context, draft: draft, problem: problem, status: problem.kind.status)
        }
    }

    @Sendable private func bringIn(request: Request, context: MemberContext) async throws -> Response {
        do {
            _ = try await services.reception.bringIn(of: sender(context), access: context.access)
            return try done("brought-in", context)
        } catch let problem as ReceptionProblem {
            return try await page(request, context, problem: problem, status: problem.kind.status)
        }
    }

    private func sender(_ context: MemberContext) throws -> Identifier<Sender> { try context.id("sender", of: Sender.self) }

    private func done(_ what: String, _ context: MemberContext) throws -> Response {
        .seeOther("/app/\(context.workspace.slug.text)/whatsapp/senders/\(try sender(context))/reception?done=\(what)")
    }
}
