internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// What a contact lets the business send them, and files of opt-ins.
struct ConsentPages: Sendable {
    /// Lines of the ledger on a page.
    private static let limit = 20

    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let (one, file) = ("/app/{workspace}/contacts/{contact}/consent", "/app/{workspace}/contacts/consent")
        let creating = RouteDeclaration.Callers.grant(.contactsCreate)
        return RouteSet(member: [
            Route(.get, one, allows: .grant(.contactsView), respond: show), Route(.post, one, allows: .grant(.contactsEdit), respond: note),
            Route(.get, file, allows: creating, respond: showFile), Route(.post, file, allows: creating, respond: takeIn),
        ])
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        try await page(request, context, notice: request.uri.queryParameters["done"] == nil ? nil : PageNotice("Noted."))
    }

    private func page(
        _ request: Request, _ context: MemberContext, draft: ConsentView.Draft = .init(), notice: PageNotice? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let (id, access) = (try context.id("contact", of: Contact.self), context.access)
        let contact = try await services.contacts.contact(id, access: access)
        let standing = try await services.consent.standing(of: id, after: request.query["after"], limit: Self.limit, access: access)
        let view = ConsentView(
            contact, standing.consent, standing.entries, people: try await services.peopleNames(access: access), draft: draft,
            notice: notice,
            in: printer.frame(request, context))
        return printer.page(view, status: status)
    }

    @Sendable private func note(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("contact", of: Contact.self)
        // Whether they are there comes before what was filled in.
        _ = try await services.contacts.contact(id, access: context.access)
        var draft = ConsentView.Draft(try await request.form())
        guard let change = draft.change else { throw RequestProblem.fieldMissing("change") }
        do {
            _ = try await services.consent.note(change, of: id, reason: draft.reason, access: context.access)
        } catch let problem as ConsentProblem {
            draft.problem = problem
            return try await page(request, context, draft: draft, status: problem.kind.status)
        }
        return .seeOther("/app/\(context.workspace.slug.text)/contacts/\(id)/consent?done=noted")
    }

    // MARK: Files

    @Sendable private func showFile(request: Request, context: MemberContext) async throws -> Response {
        filePage(nil, problem: nil, request, context)
    }

    private func filePage(
        _ imported: ConsentService.Imported?, problem: (any Problem)?, _ request: Request, _ context: MemberContext
    ) -> Response {
        printer.page(
            ConsentFileView(imported, problem: problem, in: printer.frame(request, context)), status: problem?.kind.status ?? .ok)
    }

    @Sendable private func takeIn(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.multipart()
        guard let bytes = form.bytes("file") else { throw RequestProblem.fieldMissing("file") }
        let region = form["region"].flatMap { $0.isBlank ? nil : $0 }
        do {
            let imported = try await services.consent.takeIn(bytes, region: region, access: context.access)
            return filePage(imported, problem: nil, request, context)
        } catch let problem as any Problem where problem is ConsentProblem || problem is ImportFileProblem {
            return filePage(nil, problem: problem, request, context)
        }
    }
}
