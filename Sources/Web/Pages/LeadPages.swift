internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// Leads: their table and board, each of them, and what is done with several.
struct LeadPages: Sendable {
    /// Leads of a page.
    private static let limit = 50

    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let (all, one) = ("/app/{workspace}/leads", "/app/{workspace}/leads/{lead}")
        let (viewing, creating) = (RouteDeclaration.Callers.grant(.leadsView), RouteDeclaration.Callers.grant(.leadsCreate))
        let (editing, deleting) = (RouteDeclaration.Callers.grant(.leadsEdit), RouteDeclaration.Callers.grant(.leadsDelete))
        return RouteSet(member: [
            Route(.get, all, allows: viewing, respond: list), Route(.get, "\(all)/board", allows: viewing, respond: board),
            Route(.get, "\(all)/new", allows: creating, respond: new), Route(.post, all, allows: creating, respond: create),
            Route(.get, "\(all)/export", allows: .grant(.leadsExport), respond: export),
            Route(.post, "\(all)/changes", allows: editing, respond: changeSeveral),
            Route(.post, "\(all)/removal", allows: deleting, respond: removeSeveral),
            Route(.get, one, allows: viewing, respond: show), Route(.post, one, allows: editing, respond: change),
            Route(.post, "\(one)/move", allows: editing, respond: move),
            Route(.post, "\(one)/conversion", allows: .grant(.clientsCreate), respond: convert),
            Route(.post, "\(one)/removal", allows: deleting, respond: remove),
            Route(.post, "/app/{workspace}/whatsapp/{conversation}/lead", allows: .grant(.conversationsView), respond: besideChat),
        ])
    }

    // MARK: Lists

    @Sendable private func list(request: Request, context: MemberContext) async throws -> Response {
        let query = request.query
        let notice: PageNotice? =
            switch query["done"] {
            case "deleted": PageNotice("Deleted.")
            case "changed": PageNotice("The leads are changed.")
            case "given": PageNotice("The lead is made. A colleague looks after it, so it isn't among yours.")
            default: nil
            }
        return try await list(query, notice: notice, request, context)
    }

    private func list(
        _ fields: FormFields, choice: LeadsView.Choice = .init(), notice: PageNotice?, status: HTTPResponse.Status = .ok,
        _ request: Request, _ context: MemberContext
    ) async throws -> Response {
        let words = try await words(context)
        let frame = printer.frame(request, context)
        let query = LeadQuery(fields, frame.frame.times, currency: words.lists.settings.currency)
        let answer = try await services.leads.list(
            query.filter, order: query.order, after: query.after, limit: Self.limit, access: context.access)
        return printer.page(LeadsView(answer, query, words, choice: choice, notice: notice, in: frame), status: status)
    }

    @Sendable private func board(request: Request, context: MemberContext) async throws -> Response {
        let words = try await words(context)
        let frame = printer.frame(request, context)
        let query = LeadQuery(request.query, frame.frame.times, currency: words.lists.settings.currency)
        let columns = try await services.leads.board(query.filter, access: context.access)
        return printer.page(LeadBoardView(columns, query, words, notice: nil, in: frame))
    }

    @Sendable private func export(request: Request, context: MemberContext) async throws -> Response {
        let lists = try await services.leadLists.lists(access: .system("export", in: context.access.workspaceID))
        let query = LeadQuery(request.query, printer.frame(request, context).frame.times, currency: lists.settings.currency)
        return try await LeadExport(services: services, access: context.access, signedIn: context.signedIn).file(
            query.filter, order: query.order, request)
    }

    func words(_ context: MemberContext) async throws -> LeadWords {
        let system = Access.system("pages", in: context.access.workspaceID)
        async let people = services.conversations.assignees(access: system)
        let lists = try await services.leadLists.lists(access: system)
        return LeadWords(
            lists: lists,
            colleagues: ColleagueNames(people: try await people.people, teams: [], me: context.access.actor.member))
    }

    // MARK: One lead

    @Sendable private func new(request: Request, context: MemberContext) async throws -> Response {
        let words = try await words(context)
        let id = request.query["contact"].flatMap { Identifier<Contact>(parsing: $0) }
        let contact = try await services.leads.people(id.map { [$0] } ?? [], access: context.access).contacts.first
        let form = LeadForm(contact: contact, currency: words.lists.settings.currency, owner: context.access.actor.member)
        return printer.page(NewLeadView(form, words, isClient: false, in: printer.frame(request, context)))
    }

    @Sendable private func create(request: Request, context: MemberContext) async throws -> Response {
        var form = LeadForm(try await request.form())
        do {
            let contact = try await LeadContacts(services: services).contact(of: form, context.access)
            let draft = LeadService.Draft(
                fields: try form.fields(), contact: contact, status: form.status, source: form.source, owner: form.owner)
            let lead = try await services.leads.create(draft, access: context.access)
            // Who made it for a colleague may not see it.
            let isSeen = (try? await services.leads.lead(lead.id, access: context.access)) != nil
            return .seeOther(isSeen ? "\(base(context))/\(lead.id)?done=made" : "\(base(context))?done=given")
        } catch let problem as any Problem where LeadForm.shows(problem) {
            form.problem = problem
            let view = NewLeadView(form, try await words(context), isClient: false, in: printer.frame(request, context))
            return printer.page(view, status: problem.kind.status)
        }
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        let notice: PageNotice? =
            switch request.uri.queryParameters["done"] {
            case "made": PageNotice("The lead is made.")
            case "saved": PageNotice("Saved.")
            default: nil
            }
        return try await page(nil, notice: notice, request, context)
    }

    /// - Parameter refused: what was filled in and refused.
    private func page(
        _ refused: LeadForm?, of lead: Identifier<Lead>? = nil, notice: PageNotice? = nil, status: HTTPResponse.Status = .ok,
        _ request: Request, _ context: MemberContext
    ) async throws -> Response {
        let (id, access) = (try lead ?? context.id("lead", of: Lead.self), context.access)
        let lead = try await services.leads.lead(id, access: access)
        let deeds = try await services.leads.deeds(of: id, limit: LeadService.deedLimit, access: access).data
        let people = try await services.leads.people(lead.contactID.map { [$0] } ?? [], access: access)
        let words = try await words(context)
        let form = refused ?? LeadForm(lead, contact: people.contacts.first, currency: words.lists.settings.currency)
        let view = LeadView(
            lead, form, deeds: deeds, contact: people.contacts.first, conversations: people.conversations,
            senders: try await LeadContacts(services: services).senderNames(access), words, notice: notice,
            in: printer.frame(request, context))
        return printer.page(view, status: status)
    }

    @Sendable private func change(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("lead", of: Lead.self)
        _ = try await services.leads.lead(id, access: context.access)
        var form = LeadForm(try await request.form())
        do {
            let contact = try await LeadContacts(services: services).contact(of: form, context.access)
            let change = LeadChange(
                fields: try form.fields(), status: form.status, source: .some(form.source), owner: .some(form.owner),
                contact: .some(contact))
            _ = try await services.leads.change(id, access: context.access) { _ in change }
            // Who gave it away may not see it any more.
            guard (try? await services.leads.lead(id, access: context.access)) != nil else {
                return .seeOther("\(base(context))?done=changed")
            }
            return .seeOther("\(base(context))/\(id)?done=saved")
        } catch let problem as any Problem where LeadForm.shows(problem) {
            form.problem = problem
            return try await page(form, status: problem.kind.status, request, context)
        }
    }

    /// Another column of the board; nothing else changes.
    @Sendable private func move(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.form()
        guard let status = form["status"].flatMap({ Identifier<LeadStatus>(parsing: $0) }) else { throw LeadListProblem.missing(.status) }
        _ = try await services.leads.change(context.id("lead", of: Lead.self), access: context.access) { _ in LeadChange(status: status) }
        return .seeOther("\(base(context))/board")
    }

    @Sendable private func convert(request: Request, context: MemberContext) async throws -> Response {
        let client = try await services.leads.convert(context.id("lead", of: Lead.self), access: context.access)
        return .seeOther("/app/\(context.workspace.slug.text)/clients/\(client.id)?done=made")
    }

    // MARK: Several

    @Sendable private func changeSeveral(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.form()
        do {
            let (status, owner) = (try Self.newStatus(form), try Self.newOwner(form))
            _ = try await services.leads.change(Self.chosen(form), status: status, owner: owner, access: context.access)
            let address = (form["list"] ?? "").filter { !$0.isNewline }
            return .seeOther("\(base(context))?\(address.isEmpty ? "" : "\(address)&")done=changed")
        } catch let problem as any Problem where LeadForm.shows(problem) {
            return try await refused(problem, form, request, context)
        }
    }

    private static func newStatus(_ form: FormFields) throws(LeadListProblem) -> Identifier<LeadStatus>? {
        guard let text = form["newStatus"], !text.isEmpty else { return nil }
        guard let status = Identifier<LeadStatus>(parsing: text) else { throw .missing(.status) }
        return status
    }

    /// Nil for what stays. What can't be read is nobody's wish to take the owner off.
    private static func newOwner(_ form: FormFields) throws(LeadProblem) -> Identifier<Account>?? {
        guard let text = form["newOwner"], !text.isEmpty else { return nil }
        guard let owner = LeadFilter.Owner(parsing: text) else { throw .ownerMissing }
        return switch owner {
        case .nobody: .some(nil)
        case .member(let id): .some(id)
        }
    }

    @Sendable private func removeSeveral(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.form()
        return try await remove(Self.chosen(form), form, request, context)
    }

    /// Asks first: a lead that is gone doesn't come back.
    @Sendable private func remove(request: Request, context: MemberContext) async throws -> Response {
        let lead = try await services.leads.lead(context.id("lead", of: Lead.self), access: context.access)
        return try await remove([lead.id], try await request.form(), request, context)
    }

    private func remove(
        _ ids: [Identifier<Lead>], _ form: FormFields, _ request: Request, _ context: MemberContext
    ) async throws -> Response {
        do {
            guard form["confirmed"] == "yes" else {
                guard !ids.isEmpty else { throw LeadProblem.noneChosen }
                return printer.page(LeadRemovalView(ids, in: printer.frame(request, context)))
            }
            _ = try await services.leads.remove(ids, access: context.access)
            return .seeOther("\(base(context))?done=deleted")
        } catch let problem as LeadProblem where problem != .missing {
            return try await refused(problem, form, request, context)
        }
    }

    /// The list as it stood, with what was chosen.
    private func refused(
        _ problem: any Problem, _ form: FormFields, _ request: Request, _ context: MemberContext
    ) async throws -> Response {
        let choice = LeadsView.Choice(
            leads: Set(form.all("lead")), status: form["newStatus"] ?? "", owner: form["newOwner"] ?? "")
        return try await list(
            FormFields(parsing: ByteBuffer(string: form["list"] ?? "")), choice: choice,
            notice: PageNotice(problem.detail, tone: .danger), status: problem.kind.status, request, context)
    }

    private static func chosen(_ form: FormFields) -> [Identifier<Lead>] {
        form.all("lead").compactMap { Identifier<Lead>(parsing: $0) }
    }

    // MARK: Beside the chat

    /// Makes a lead of whom the conversation is with, changes it, or makes a client of it.
    @Sendable private func besideChat(request: Request, context: MemberContext) async throws -> Response {
        let access = context.access
        let conversation = try await services.conversations.conversation(context.id("conversation", of: Conversation.self), access: access)
        let form = try await request.form()
        let standing = try await services.leads.standing(of: conversation.contact.id, access: access)
        do {
            try await beside(conversation, form, standing, access)
        } catch let problem as any Problem where LeadForm.shows(problem) && request.acceptsPage && form["what"] == nil {
            // A script tells it beside the chat; without one the lead's own page takes what was filled in.
            guard let lead = standing.lead else { throw problem }
            let (typed, contact) = (
                LeadForm(form), try await services.leads.people([conversation.contact.id], access: access).contacts.first
            )
            var filled = LeadForm(lead, contact: contact, currency: Currency(parsing: typed.currency) ?? .euro)
            (filled.value, filled.status, filled.owner) = (typed.value, typed.status ?? lead.statusID, typed.owner)
            filled.problem = problem
            return try await page(filled, of: lead.id, status: problem.kind.status, request, context)
        }
        return .seeOther("/app/\(context.workspace.slug.text)/whatsapp/\(conversation.id)/details")
    }

    private func beside(
        _ conversation: Conversation, _ form: FormFields, _ standing: LeadService.Standing, _ access: Access
    ) async throws {
        switch form["what"] {
        case "make":
            let name = String(conversation.contact.title.prefix(LeadFields.nameLimit))
            let owner = conversation.assignment.assignee ?? access.actor.member
            _ = try await services.leads.create(
                LeadService.Draft(fields: try LeadFields(name: name), contact: conversation.contact.id, owner: owner), access: access)
        case "convert":
            guard let lead = standing.lead else { throw LeadProblem.missing }
            _ = try await services.leads.convert(lead.id, access: access)
        default:
            guard let lead = standing.lead else { throw LeadProblem.missing }
            let filled = LeadForm(form)
            _ = try await services.leads.change(lead.id, access: access) { before in
                let usual = before.fields.value?.currency ?? Currency(parsing: filled.currency) ?? .euro
                let value = filled.value.isBlank ? nil : try Money(parsing: filled.value, in: usual)
                let fields = try LeadFields(
                    name: before.fields.name, company: before.fields.company, value: value, description: before.fields.description)
                return LeadChange(fields: fields, status: filled.status, owner: .some(filled.owner))
            }
        }
    }

    private func base(_ context: MemberContext) -> String { "/app/\(context.workspace.slug.text)/leads" }
}

/// Whom the forms of leads and clients mean.
struct LeadContacts: Sendable {
    let services: WebServices

    /// The contact whose number was filled in; the one that was there, where its number stays.
    func contact(of form: LeadForm, _ access: Access) async throws -> Identifier<Contact>? {
        if let contact = form.contact {
            let known = try await services.leads.people([contact], access: access).contacts.first
            if known?.contact.phoneNumber?.display ?? "" == form.number.trimmed { return contact }
        }
        return form.number.isBlank ? nil : try await find(form.number, access)
    }

    func find(_ number: String, _ access: Access) async throws -> Identifier<Contact> {
        let phone = try ContactPhone.parse(number)
        // Who may see it is asked when the record is written.
        guard let id = try await services.leads.contact(with: phone, in: access.workspaceID) else { throw LeadProblem.contactMissing }
        return id
    }

    func senderNames(_ access: Access) async throws -> [Identifier<Sender>: String] {
        let senders = try await services.senders.list(access: .system("pages", in: access.workspaceID))
        return Dictionary(senders.map { ($0.id, $0.name) }, uniquingKeysWith: { one, _ in one })
    }
}
