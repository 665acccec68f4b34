internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// Clients: their list, and each of them.
struct ClientPages: Sendable {
    /// Clients of a page.
    private static let limit = 50

    let leads: LeadPages

    private var printer: PagePrinter { leads.printer }
    private var services: WebServices { leads.services }

    var routes: RouteSet {
        let (all, one) = ("/app/{workspace}/clients", "/app/{workspace}/clients/{client}")
        let (viewing, creating) = (RouteDeclaration.Callers.grant(.clientsView), RouteDeclaration.Callers.grant(.clientsCreate))
        return RouteSet(member: [
            Route(.get, all, allows: viewing, respond: list), Route(.get, "\(all)/new", allows: creating, respond: new),
            Route(.post, all, allows: creating, respond: create), Route(.get, one, allows: viewing, respond: show),
            Route(.post, one, allows: .grant(.clientsEdit), respond: change),
            Route(.post, "\(one)/removal", allows: .grant(.clientsDelete), respond: remove),
        ])
    }

    @Sendable private func list(request: Request, context: MemberContext) async throws -> Response {
        let query = request.query
        let (text, owner) = ((query["q"] ?? "").trimmed, query["owner"].flatMap(LeadFilter.Owner.init(parsing:)))
        let order = query["order"].flatMap(LeadOrder.init(rawValue:)) ?? .name
        let answer = try await services.clients.list(
            text: text, owner: owner, order: order, after: query["after"], limit: Self.limit, access: context.access)
        let notice: PageNotice? =
            switch query["done"] {
            case "deleted": PageNotice("The client is deleted.")
            case "changed": PageNotice("The client is changed.")
            case "given": PageNotice("The client is made. A colleague looks after it, so it isn't among yours.")
            default: nil
            }
        let view = ClientsView(
            answer, text: text, owner: owner, order: order, after: query["after"], try await leads.words(context), notice: notice,
            in: printer.frame(request, context))
        return printer.page(view)
    }

    @Sendable private func new(request: Request, context: MemberContext) async throws -> Response {
        let words = try await leads.words(context)
        let form = LeadForm(currency: words.lists.settings.currency, owner: context.access.actor.member)
        return printer.page(NewLeadView(form, words, isClient: true, in: printer.frame(request, context)))
    }

    private func draft(_ form: LeadForm, _ access: Access) async throws -> ClientService.Draft {
        var contacts = form.contacts
        if !form.number.isBlank { contacts.append(try await LeadContacts(services: services).find(form.number, access)) }
        return ClientService.Draft(fields: try form.fields(), owner: form.owner, contacts: contacts)
    }

    @Sendable private func create(request: Request, context: MemberContext) async throws -> Response {
        var form = LeadForm(try await request.form())
        do {
            let client = try await services.clients.create(try await draft(form, context.access), access: context.access)
            // Who made it for a colleague may not see it.
            let isSeen = (try? await services.clients.client(client.id, access: context.access)) != nil
            return .seeOther(isSeen ? "\(base(context))/\(client.id)?done=made" : "\(base(context))?done=given")
        } catch let problem as any Problem where LeadForm.shows(problem) {
            form.problem = problem
            let view = NewLeadView(form, try await leads.words(context), isClient: true, in: printer.frame(request, context))
            return printer.page(view, status: problem.kind.status)
        }
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        let notice: PageNotice? =
            switch request.uri.queryParameters["done"] {
            case "made": PageNotice("This is a client now.")
            case "saved": PageNotice("Saved.")
            default: nil
            }
        return try await page(nil, notice: notice, request, context)
    }

    /// - Parameter refused: what was filled in and refused.
    private func page(
        _ refused: LeadForm?, notice: PageNotice? = nil, status: HTTPResponse.Status = .ok, _ request: Request, _ context: MemberContext
    ) async throws -> Response {
        let (id, access) = (try context.id("client", of: Client.self), context.access)
        let client = try await services.clients.client(id, access: access)
        let people = try await services.leads.people(client.contacts, access: access)
        let words = try await leads.words(context)
        let view = ClientView(
            client, refused ?? LeadForm(client, currency: words.lists.settings.currency), contacts: people.contacts,
            leads: try await services.clients.leads(of: id, access: access), conversations: people.conversations,
            senders: try await LeadContacts(services: services).senderNames(access), words, notice: notice,
            in: printer.frame(request, context))
        return printer.page(view, status: status)
    }

    @Sendable private func change(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("client", of: Client.self)
        let before = try await services.clients.client(id, access: context.access)
        var form = LeadForm(try await request.form())
        do {
            // Contacts that the person can't see aren't in the form, and stay.
            let seen = Set(try await services.leads.people(before.contacts, access: context.access).contacts.map(\.id))
            let draft = try await draft(form, context.access)
            _ = try await services.clients.change(id, access: context.access) { client in
                ClientService.Draft(
                    fields: draft.fields, owner: draft.owner, contacts: draft.contacts + client.contacts.filter { !seen.contains($0) })
            }
            guard (try? await services.clients.client(id, access: context.access)) != nil else {
                return .seeOther("\(base(context))?done=changed")
            }
            return .seeOther("\(base(context))/\(id)?done=saved")
        } catch let problem as any Problem where LeadForm.shows(problem) {
            form.problem = problem
            return try await page(form, status: problem.kind.status, request, context)
        }
    }

    @Sendable private func remove(request: Request, context: MemberContext) async throws -> Response {
        try await services.clients.remove(context.id("client", of: Client.self), access: context.access)
        return .seeOther("\(base(context))?done=deleted")
    }

    private func base(_ context: MemberContext) -> String { "/app/\(context.workspace.slug.text)/clients" }
}
