internal import Domain
internal import Services

internal import struct Foundation.Date

/// Somebody who may buy.
struct LeadBody: Encodable {
    let id: Identifier<Lead>
    let name: String
    let company, description: String?
    let amount: Int64?
    let currency: String?
    let contact: Identifier<Contact>?
    let status: Identifier<LeadStatus>
    let source: Identifier<LeadSource>?
    let owner: Identifier<Account>?
    let client: Identifier<Client>?
    let createdAt, changedAt: Date
    let closedAt: Date?

    init(_ lead: Lead) {
        (id, name, company, description) = (lead.id, lead.fields.name, lead.fields.company, lead.fields.description)
        (amount, currency) = (lead.fields.value?.minorUnits, lead.fields.value?.currency.code)
        (contact, status, source, owner, client) = (lead.contactID, lead.statusID, lead.sourceID, lead.owner, lead.clientID)
        (createdAt, changedAt, closedAt) = (lead.createdAt, lead.changedAt, lead.closedAt)
    }
}

extension LeadBody: APISchema {
    static let schemaName = "Lead"
    static let amount = Schema.integer("What it is worth, in the smallest part of the currency, such as cents.")
    static let schema = Schema.object(
        [
            "id": Schema.id(Lead.self), "name": Schema.text(), "company": Schema.text(), "description": Schema.text(), "amount": amount,
            "currency": Schema.text("ISO 4217."), "contact": Schema.id(Contact.self), "status": Schema.id(LeadStatus.self),
            "source": Schema.id(LeadSource.self), "owner": Schema.id(Account.self, "Who looks after it."),
            "client": Schema.id(Client.self, "The client that it became."), "createdAt": Schema.instant(), "changedAt": Schema.instant(),
            "closedAt": Schema.instant("When it was won or lost."),
        ], optional: ["company", "description", "amount", "currency", "contact", "source", "owner", "client", "closedAt"])
    static let example: JSONValue = [
        "id": "lea_01jz3c4m5n6p7q8r9s0t1v2w3x", "name": "Ana Souza", "company": "Café Souza", "amount": 125_000, "currency": "EUR",
        "contact": "con_01jz3c4m5n6p7q8r9s0t1v2w3x", "status": "lst_01jz3c4m5n6p7q8r9s0t1v2w3x",
        "createdAt": "2026-11-20T08:00:00.000Z", "changedAt": "2026-11-20T08:00:00.000Z",
    ]
}

/// What a lead is made of. Of a change, what isn't given stays, and an empty text is none.
struct LeadDraftBody: Decodable {
    let name, company, description: String?
    let amount: Int64?
    let currency, contact, status, source, owner: String?

    func fields(before: LeadFields? = nil, currency usual: Currency) throws -> LeadFields {
        try LeadFields(
            name: name ?? before?.name ?? "", company: company ?? before?.company,
            value: try RecordValue.value(amount, currency, before: before?.value, usual: usual),
            description: description ?? before?.description)
    }

    func draft(currency usual: Currency) throws -> LeadService.Draft {
        LeadService.Draft(
            fields: try fields(currency: usual), contact: try RecordValue.id(contact, "contact"),
            status: try RecordValue.id(status, "status"),
            source: try RecordValue.id(source, "source"), owner: try RecordValue.id(owner, "owner"))
    }

    func change(_ before: Lead, currency usual: Currency) throws -> LeadChange {
        var change = LeadChange(fields: try fields(before: before.fields, currency: usual), status: try RecordValue.id(status, "status"))
        if source != nil { change.source = .some(try RecordValue.id(source, "source")) }
        if owner != nil { change.owner = .some(try RecordValue.id(owner, "owner")) }
        if contact != nil { change.contact = .some(try RecordValue.id(contact, "contact")) }
        return change
    }
}

/// What of leads and clients is read from a body.
enum RecordValue {
    /// None for an empty text.
    static func id<Entity: Identified>(_ text: String?, _ field: String) throws(RequestProblem) -> Identifier<Entity>? {
        guard let text, !text.isEmpty else { return nil }
        guard let id = Identifier<Entity>(parsing: text) else {
            throw .fieldMalformed(field, expected: "an id that begins with \(Entity.identifierPrefix)_, or an empty text")
        }
        return id
    }

    /// An empty currency takes the value away.
    static func value(_ amount: Int64?, _ currency: String?, before: Money?, usual: Currency) throws(LeadProblem) -> Money? {
        if currency == "" { return nil }
        guard let amount = amount ?? before?.minorUnits else { return nil }
        guard let currency = currency.map(Currency.init(parsing:)) ?? before?.currency ?? usual else { throw .currencyUnknown }
        return try Money(minorUnits: amount, currency: currency)
    }
}

extension LeadDraftBody: APISchema {
    static let schemaName = "LeadDraft"
    static let schema = Schema.object(
        [
            "name": Schema.text("At most \(LeadFields.nameLimit) characters. A new lead needs one."), "company": Schema.text(),
            "description": Schema.text("At most \(LeadFields.descriptionLimit) characters."), "amount": LeadBody.amount,
            "currency": Schema.text("ISO 4217; empty for no value. Without one, that of the workspace."),
            "contact": Schema.text("Id of a contact."), "status": Schema.text("Id of a status. A new lead has the first that is open."),
            "source": Schema.text("Id of a source."), "owner": Schema.text("Id of a member."),
        ], optional: ["name", "company", "description", "amount", "currency", "contact", "status", "source", "owner"], isRequest: true)
    static let example: JSONValue = ["name": "Ana Souza", "company": "Café Souza", "amount": 125_000, "currency": "EUR"]
}

/// Several leads, and what they get.
struct LeadChangesBody: Decodable {
    let leads: [Identifier<Lead>]
    let status, owner: String?
}

extension LeadChangesBody: APISchema {
    static let schemaName = "LeadChanges"
    static let leads: JSONValue = [
        "type": "array", "items": Schema.id(Lead.self), "minItems": 1, "maxItems": .integer(Int64(LeadProblem.choiceLimit)),
    ]
    static let schema = Schema.object(
        ["leads": leads, "status": Schema.text("Id of a status."), "owner": Schema.text("Id of a member; empty for nobody.")],
        optional: ["status", "owner"], isRequest: true)
    static let example: JSONValue = ["leads": ["lea_01jz3c4m5n6p7q8r9s0t1v2w3x"], "status": "lst_01jz3c4m5n6p7q8r9s0t1v2w3x"]
}

struct LeadChoiceBody: Decodable { let leads: [Identifier<Lead>] }

extension LeadChoiceBody: APISchema {
    static let schemaName = "LeadChoice"
    static let schema = Schema.object(["leads": LeadChangesBody.leads], isRequest: true)
    static let example: JSONValue = ["leads": ["lea_01jz3c4m5n6p7q8r9s0t1v2w3x"]]
}

struct LeadsChangedBody: Encodable { let changed: Int }

extension LeadsChangedBody: APISchema {
    static let schemaName = "LeadsChanged"
    static let schema = Schema.object(["changed": Schema.integer("Leads that there were.")])
    static let example: JSONValue = ["changed": 1]
}

/// An amount of one currency.
struct MoneyBody: Encodable {
    let amount: Int64
    let currency: String

    init(_ money: Money) { (amount, currency) = (money.minorUnits, money.currency.code) }

    static let schema = Schema.object([
        "amount": Schema.integer("In the smallest part of the currency."), "currency": Schema.text("ISO 4217."),
    ])
}

/// What stands in one column of the board.
struct LeadColumnBody: Encodable {
    let status: Identifier<LeadStatus>
    let count: Int
    let isMore: Bool
    let sums: [MoneyBody]
    let leads: [LeadBody]
    let next: String?

    init(_ column: LeadService.BoardColumn) {
        (status, count, isMore) = (column.status.id, column.count.count, column.count.isMore)
        (sums, leads) = (column.sums.map(MoneyBody.init), column.leads.page.data.map(LeadBody.init))
        next = column.leads.page.next
    }
}

extension LeadColumnBody: APISchema {
    static let schemaName = "LeadColumn"
    static let schema = Schema.object(
        [
            "status": Schema.id(LeadStatus.self), "count": Schema.integer("Leads with this status, as far as they are counted."),
            "isMore": Schema.bool("Whether there are more than were counted and added up."), "sums": Schema.list(MoneyBody.schema),
            "leads": Schema.list(Schema.reference(LeadBody.self)),
            "next": Schema.text("Cursor of the list of leads with this status, in the order of their changes."),
        ], optional: ["next"])
    static let example: JSONValue = [
        "status": "lst_01jz3c4m5n6p7q8r9s0t1v2w3x", "count": 1, "isMore": false, "sums": [["amount": 125_000, "currency": "EUR"]],
        "leads": [LeadBody.example],
    ]
}

/// Something that was done with a lead.
struct LeadDeedBody: Encodable {
    let id: Identifier<LeadDeed>
    let kind: String
    let from, to: String?
    let actor: String
    let at: Date

    init(_ deed: LeadDeed) {
        (id, kind, from, to, actor, at) = (deed.id, deed.kind.rawValue, deed.former, deed.present, deed.actor, deed.at)
    }
}

extension LeadDeedBody: APISchema {
    static let schemaName = "LeadDeed"
    static let schema = Schema.object(
        [
            "id": Schema.id(LeadDeed.self), "kind": Schema.choice(LeadDeed.Kind.self),
            "from": Schema.text("What it was: the id of a status, a member or a client, or an amount with its currency."),
            "to": Schema.text("What it is."), "actor": Schema.text("Who did it."), "at": Schema.instant(),
        ], optional: ["from", "to"])
    static let example: JSONValue = [
        "id": "ldd_01jz3c4m5n6p7q8r9s0t1v2w3x", "kind": "status", "from": "lst_01jz3c4m5n6p7q8r9s0t1v2w3x",
        "to": "lst_01jz3c4m5n6p7q8r9s0t1v2w3y", "actor": "member:acc_01jz3c4m5n6p7q8r9s0t1v2w3x", "at": "2026-11-20T08:00:00.000Z",
    ]
}

struct LeadStatusBody: Encodable {
    let id: Identifier<LeadStatus>
    let name: String
    let color: Label.Color
    let kind: LeadStatus.Kind
    let place: Int

    init(_ status: LeadStatus) { (id, name, color, kind, place) = (status.id, status.name, status.color, status.kind, status.position) }
}

extension LeadStatusBody: APISchema {
    static let schemaName = "LeadStatus"
    static let schema = Schema.object([
        "id": Schema.id(LeadStatus.self), "name": Schema.text(), "color": Schema.choice(Label.Color.self),
        "kind": Schema.choice(LeadStatus.Kind.self, "What it means for the business."), "place": Schema.integer("In the list, from 0."),
    ])
    static let example: JSONValue = [
        "id": "lst_01jz3c4m5n6p7q8r9s0t1v2w3x", "name": "Qualified", "color": "amber", "kind": "open", "place": 2,
    ]
}

/// Of a change, what isn't given stays.
struct LeadStatusDraftBody: Decodable {
    let name: String?
    let color: Label.Color?
    let kind: LeadStatus.Kind?
    let place: Int?
}

extension LeadStatusDraftBody: APISchema {
    static let schemaName = "LeadStatusDraft"
    static let schema = Schema.object(
        [
            "name": Schema.text("At most \(LeadStatus.nameLimit) characters."), "color": Schema.choice(Label.Color.self),
            "kind": Schema.choice(LeadStatus.Kind.self), "place": Schema.integer("Where a status goes, from 0; a new one comes last."),
        ], optional: ["name", "color", "kind", "place"], isRequest: true)
    static let example: JSONValue = ["name": "Qualified", "color": "amber", "kind": "open"]
}

struct LeadSourceBody: Encodable {
    let id: Identifier<LeadSource>
    let name: String

    init(_ source: LeadSource) { (id, name) = (source.id, source.name) }
}

extension LeadSourceBody: APISchema {
    static let schemaName = "LeadSource"
    static let schema = Schema.object(["id": Schema.id(LeadSource.self), "name": Schema.text()])
    static let example: JSONValue = ["id": "lsr_01jz3c4m5n6p7q8r9s0t1v2w3x", "name": "Website"]
}

struct LeadSourceDraftBody: Decodable { let name: String }

extension LeadSourceDraftBody: APISchema {
    static let schemaName = "LeadSourceDraft"
    static let schema = Schema.object(["name": Schema.text("At most \(LeadStatus.nameLimit) characters.")], isRequest: true)
    static let example: JSONValue = ["name": "Website"]
}

/// What is done with leads by themselves.
struct LeadSettingsBody: Codable {
    let automatic: Bool
    let status, source: String?
    let owner: String
    let currency: String

    init(_ settings: LeadSettings) {
        (automatic, status, source) = (settings.isAutomatic, settings.status?.text, settings.source?.text)
        owner = settings.owner.text
        currency = settings.currency.code
    }

    func settings() throws -> LeadSettings {
        guard let currency = Currency(parsing: currency) else { throw LeadProblem.currencyUnknown }
        guard let owner = LeadSettings.NewOwner(parsing: owner) else {
            throw RequestProblem.fieldMalformed("owner", expected: "assignee, nobody or the id of a member")
        }
        return LeadSettings(
            isAutomatic: automatic, status: try RecordValue.id(status, "status"), source: try RecordValue.id(source, "source"),
            owner: owner, currency: currency)
    }
}

extension LeadSettings.NewOwner {
    var text: String {
        switch self {
        case .nobody: "nobody"
        case .assignee: "assignee"
        case .member(let id): id.text
        }
    }

    init?(parsing text: String) {
        switch text {
        case "nobody": self = .nobody
        case "assignee": self = .assignee
        default:
            guard let id = Identifier<Account>(parsing: text) else { return nil }
            self = .member(id)
        }
    }
}

extension LeadSettingsBody: APISchema {
    static let schemaName = "LeadSettings"
    static let schema = Schema.object(
        [
            "automatic": Schema.bool("Whether somebody who isn't known and writes becomes a lead."),
            "status": Schema.text("Id of the status that such a lead begins with; else the first that is open."),
            "source": Schema.text("Id of its source."),
            "owner": Schema.text("assignee for whoever is given the conversation first, nobody, or the id of a member."),
            "currency": Schema.text("That values are in unless another is given, ISO 4217."),
        ], optional: ["status", "source"])
    static let example: JSONValue = ["automatic": true, "owner": "assignee", "currency": "EUR"]
}

/// Somebody who bought.
struct ClientBody: Encodable {
    let id: Identifier<Client>
    let name: String
    let company, notes: String?
    let amount: Int64?
    let currency: String?
    let owner: Identifier<Account>?
    let contacts: [Identifier<Contact>]
    let createdAt, changedAt: Date

    init(_ client: Client) {
        (id, name, company, notes) = (client.id, client.fields.name, client.fields.company, client.fields.description)
        (amount, currency) = (client.fields.value?.minorUnits, client.fields.value?.currency.code)
        (owner, contacts, createdAt, changedAt) = (client.owner, client.contacts, client.createdAt, client.changedAt)
    }
}

extension ClientBody: APISchema {
    static let schemaName = "Client"
    static let schema = Schema.object(
        [
            "id": Schema.id(Client.self), "name": Schema.text(), "company": Schema.text(), "notes": Schema.text(),
            "amount": LeadBody.amount,
            "currency": Schema.text("ISO 4217."), "owner": Schema.id(Account.self, "Who looks after it."),
            "contacts": Schema.list(Schema.id(Contact.self)), "createdAt": Schema.instant(), "changedAt": Schema.instant(),
        ], optional: ["company", "notes", "amount", "currency", "owner"])
    static let example: JSONValue = [
        "id": "cli_01jz3c4m5n6p7q8r9s0t1v2w3x", "name": "Café Souza", "contacts": ["con_01jz3c4m5n6p7q8r9s0t1v2w3x"],
        "createdAt": "2026-11-20T08:00:00.000Z", "changedAt": "2026-11-20T08:00:00.000Z",
    ]
}

/// What a client is made of. Of a change, what isn't given stays, and an empty text is none.
struct ClientDraftBody: Decodable {
    let name, company, notes: String?
    let amount: Int64?
    let currency, owner: String?
    let contacts: [Identifier<Contact>]?

    func draft(before: Client? = nil, currency usual: Currency) throws -> ClientService.Draft {
        ClientService.Draft(
            fields: try LeadFields(
                name: name ?? before?.fields.name ?? "", company: company ?? before?.fields.company,
                value: try RecordValue.value(amount, currency, before: before?.fields.value, usual: usual),
                description: notes ?? before?.fields.description),
            owner: owner == nil ? before?.owner : try RecordValue.id(owner, "owner"), contacts: contacts ?? before?.contacts ?? [])
    }
}

extension ClientDraftBody: APISchema {
    static let schemaName = "ClientDraft"
    static let schema = Schema.object(
        [
            "name": Schema.text("At most \(LeadFields.nameLimit) characters. A new client needs one."), "company": Schema.text(),
            "notes": Schema.text("At most \(LeadFields.descriptionLimit) characters."), "amount": LeadBody.amount,
            "currency": Schema.text("ISO 4217; empty for no value."), "owner": Schema.text("Id of a member; empty for nobody."),
            "contacts": Schema.list(Schema.id(Contact.self)),
        ], optional: ["name", "company", "notes", "amount", "currency", "owner", "contacts"], isRequest: true)
    static let example: JSONValue = ["name": "Café Souza", "contacts": ["con_01jz3c4m5n6p7q8r9s0t1v2w3x"]]
}
