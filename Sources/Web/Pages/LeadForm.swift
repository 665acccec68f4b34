internal import Domain
internal import Services

/// A lead or a client as it was filled in.
struct LeadForm: Sendable {
    var name = ""
    var company = ""
    var value = ""
    var currency = ""
    var description = ""
    var status: Identifier<LeadStatus>?
    var source: Identifier<LeadSource>?
    var owner: Identifier<Account>?
    /// Who it is, and the number under which they are shown.
    var contact: Identifier<Contact>?
    var number = ""
    /// Of a client.
    var contacts: [Identifier<Contact>] = []
    var problem: (any Problem)?

    init(contact: DirectoryContact? = nil, currency: Currency, owner: Identifier<Account>? = nil) {
        if let contact {
            name = String(contact.contact.title.prefix(LeadFields.nameLimit))
            company = contact.fields.company ?? ""
        }
        (self.contact, number, self.currency) = (contact?.id, contact?.contact.phoneNumber?.display ?? "", currency.code)
        self.owner = owner
    }

    init(_ lead: Lead, contact: DirectoryContact?, currency: Currency) {
        take(lead.fields, currency)
        (status, source, owner, self.contact) = (lead.statusID, lead.sourceID, lead.owner, lead.contactID)
        number = contact?.contact.phoneNumber?.display ?? ""
    }

    init(_ client: Client, currency: Currency) {
        take(client.fields, currency)
        (owner, contacts) = (client.owner, client.contacts)
    }

    private mutating func take(_ fields: LeadFields, _ usual: Currency) {
        (name, company, description) = (fields.name, fields.company ?? "", fields.description ?? "")
        (value, currency) = (fields.value?.plain ?? "", (fields.value?.currency ?? usual).code)
    }

    init(_ form: FormFields) {
        (name, company, value) = (form["name"] ?? "", form["company"] ?? "", form["value"] ?? "")
        // Browsers write the ends of lines in two characters.
        (currency, description) = (form["currency"] ?? "", (form["description"] ?? "").replacing("\r\n", with: "\n"))
        status = form["status"].flatMap { Identifier<LeadStatus>(parsing: $0) }
        source = form["source"].flatMap { Identifier<LeadSource>(parsing: $0) }
        owner = form["owner"].flatMap { Identifier<Account>(parsing: $0) }
        contact = form["contact"].flatMap { Identifier<Contact>(parsing: $0) }
        number = form["number"] ?? ""
        contacts = form.all("contacts").compactMap { Identifier<Contact>(parsing: $0) }
    }

    func fields() throws -> LeadFields {
        guard let currency = Currency(parsing: currency) else { throw LeadProblem.currencyUnknown }
        return try LeadFields(
            name: name, company: company, value: value.isBlank ? nil : try Money(parsing: value, in: currency), description: description)
    }

    static func shows(_ problem: any Problem) -> Bool {
        switch problem {
        case let problem as LeadProblem: problem != .missing
        case let problem as ClientProblem: problem != .missing
        case is LeadListProblem, is PhoneNumberProblem, is ContactProblem: true
        default: false
        }
    }
}

/// The fields of a form of leads or clients. Template `lead-form`.
struct LeadFormView: View {
    let names: [String: any Sendable]

    init(_ form: LeadForm, _ shown: LeadWords, isClient: Bool = false) {
        func error(_ fields: String...) -> any Sendable {
            (form.problem.flatMap { problem in problem.field.map(fields.contains) == true ? problem.detail : nil }).orFalse
        }
        let fields = ["name", "company", "value", "currency", "description", "owner", "contact", "contacts", "phone", "status", "source"]
        let isElsewhere = form.problem.map { problem in !(problem.field.map(fields.contains) ?? false) } ?? false
        names = [
            "leadNameValue": form.name, "leadNameError": error("name"), "leadCompanyValue": form.company,
            "leadCompanyError": error("company"),
            "leadValueValue": form.value, "leadValueError": error("value", "currency"), "leadDescriptionValue": form.description,
            "leadDescriptionError": error("description"), "leadDescriptionLabel": isClient ? "Notes" : "Description",
            "leadNumberValue": form.number, "leadNumberError": error("contact", "contacts", "phone"),
            "leadNumberTitle":
                isClient ? "Add a contact by phone number" : "Phone number of the contact",
            "leadContactValue": (form.contact?.text).orFalse, "asksStatus": !isClient,
            "currencyChoices": Currency.all.map { ChoiceView(value: $0.code, label: $0.code, isSelected: $0.code == form.currency) },
            "statusChoices": shown.statusChoices(chosen: form.status), "sourceChoices": shown.sourceChoices(chosen: form.source),
            "ownerChoices": shown.colleagues.assigneeChoices(chosen: form.owner), "leadOwnerError": error("owner", "status", "source"),
            "leadFormError": (isElsewhere ? form.problem?.detail : nil).orFalse,
        ]
    }
}

/// How leads and all around them are told in words.
struct LeadWords: Sendable {
    let lists: LeadListService.Lists
    let colleagues: ColleagueNames

    func status(_ id: Identifier<LeadStatus>) -> LeadStatus? { lists.statuses.first { $0.id == id } }

    func chip(_ id: Identifier<LeadStatus>) -> [ChipView] { status(id).map { [ChipView($0.name, tone: "label \($0.color.tone)")] } ?? [] }

    func source(_ id: Identifier<LeadSource>?) -> String? { id.flatMap { id in lists.sources.first { $0.id == id }?.name } }

    func owner(_ id: Identifier<Account>?) -> String { id.map { colleagues.name(of: $0) ?? "A former member" } ?? "Nobody" }

    func statusChoices(chosen: Identifier<LeadStatus>?) -> [ChoiceView] {
        lists.statuses.map { ChoiceView(value: $0.id.text, label: $0.name, isSelected: $0.id == chosen) }
    }

    func sourceChoices(chosen: Identifier<LeadSource>?) -> [ChoiceView] {
        ChoiceView.list("None", lists.sources.map { ($0.id, $0.name) }, chosen: chosen)
    }

    /// `Kim moved it from New to Contacted`
    func sentence(_ deed: LeadDeed) -> String {
        let who = actor(deed.actor)
        func named(_ text: String?) -> String {
            text.flatMap { Identifier<LeadStatus>(parsing: $0) }.flatMap { status($0)?.name } ?? "a former status"
        }
        func person(_ text: String?) -> String { text.flatMap { Identifier<Account>(parsing: $0) }.map { owner($0) } ?? "nobody" }
        func value(_ text: String?) -> String { text.flatMap(Money.init(deedText:))?.words ?? "none" }
        return switch deed.kind {
        case .made: "\(who) made the lead, as \(named(deed.present))"
        case .status: "\(who) moved it from \(named(deed.former)) to \(named(deed.present))"
        case .owner: "\(who) changed the owner from \(person(deed.former)) to \(person(deed.present))"
        case .value: "\(who) changed the value from \(value(deed.former)) to \(value(deed.present))"
        case .client: deed.present == nil ? "\(who) took it off its client" : "\(who) made it a client"
        }
    }

    private func actor(_ text: String) -> String {
        switch Actor(parsing: text) {
        case .member(let id): colleagues.name(of: id) ?? "A former member"
        case .key: "A program"
        case .system, nil: "Switchboard"
        }
    }
}

/// The pages around leads and clients.
enum LeadTab: CaseIterable {
    case table, board, clients

    func links(in workspace: WorkspaceFrame, filter: String = "") -> [LinkView] {
        let (base, behind) = (workspace.base, filter.isEmpty ? "" : "?\(filter)")
        let (sees, seesClients) = (workspace.grants.contains(.leadsView), workspace.grants.contains(.clientsView))
        return Self.allCases.compactMap { tab in
            switch tab {
            case .table: sees ? LinkView("Table", "\(base)/leads\(behind)", isCurrent: self == tab) : nil
            case .board: sees ? LinkView("Board", "\(base)/leads/board\(behind)", isCurrent: self == tab) : nil
            case .clients: seesClients ? LinkView("Clients", "\(base)/clients", isCurrent: self == tab) : nil
            }
        }
    }

    /// What the person may do, as templates ask it.
    static func grants(of workspace: WorkspaceFrame) -> [String: any Sendable] {
        let grants = workspace.grants
        return [
            "createsLeads": grants.contains(.leadsCreate), "editsLeads": grants.contains(.leadsEdit),
            "deletesLeads": grants.contains(.leadsDelete), "createsClients": grants.contains(.clientsCreate),
            "editsClients": grants.contains(.clientsEdit), "deletesClients": grants.contains(.clientsDelete),
        ]
    }
}
