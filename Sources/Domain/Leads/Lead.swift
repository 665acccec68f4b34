package import struct Foundation.Date

/// Somebody who may buy something.
package struct Lead: Sendable, Equatable, Identified {
    package static let identifierPrefix = "lea"

    package let id: Identifier<Lead>
    package let fields: LeadFields
    /// Who it is among the contacts; a contact has one lead at most.
    package let contactID: Identifier<Contact>?
    package let statusID: Identifier<LeadStatus>
    package let sourceID: Identifier<LeadSource>?
    /// Who looks after it.
    package let owner: Identifier<Account>?
    /// The client that it became.
    package let clientID: Identifier<Client>?
    package let createdAt: Date
    package let changedAt: Date
    /// When it was won or lost; nil while it is open.
    package let closedAt: Date?

    package init(
        id: Identifier<Lead>, fields: LeadFields, contactID: Identifier<Contact>?, statusID: Identifier<LeadStatus>,
        sourceID: Identifier<LeadSource>?, owner: Identifier<Account>?, clientID: Identifier<Client>?, createdAt: Date, changedAt: Date,
        closedAt: Date?
    ) {
        (self.id, self.fields, self.contactID, self.statusID) = (id, fields, contactID, statusID)
        (self.sourceID, self.owner, self.clientID) = (sourceID, owner, clientID)
        (self.createdAt, self.changedAt, self.closedAt) = (createdAt, changedAt, closedAt)
    }
}

/// What people write down of a lead or a client.
package struct LeadFields: Sendable, Equatable {
    /// Characters.
    package static let nameLimit = 120
    package static let companyLimit = 120
    package static let descriptionLimit = 2_000

    package let name: String
    package let company: String?
    package let value: Money?
    package let description: String?

    /// Throws ``LeadProblem/nameEmpty`` and ``LeadProblem/fieldTooLong(_:count:limit:)``.
    package init(name: String, company: String? = nil, value: Money? = nil, description: String? = nil) throws(LeadProblem) {
        let (name, company, description) = (name.trimmed, company?.trimmed.nonBlank, description?.trimmed.nonBlank)
        guard !name.isEmpty else { throw .nameEmpty }
        for (field, text, limit) in [
            ("name", name, Self.nameLimit), ("company", company ?? "", Self.companyLimit),
            ("description", description ?? "", Self.descriptionLimit),
        ] where text.count > limit {
            throw .fieldTooLong(field, count: text.count, limit: limit)
        }
        (self.name, self.company, self.value, self.description) = (name, company, value, description)
    }

    /// By which lists of names are sorted.
    package var sortKey: String { SearchText.folded(name[...]) }

    /// By which it is found, each once.
    package var words: Set<String> {
        Set(SearchText.tokens(in: "\(name) \(company ?? "")").prefix(Self.wordLimit).map(\.word))
    }

    private static let wordLimit = 40
}

/// What of a lead is changed; what isn't named stays.
package struct LeadChange: Sendable, Equatable {
    package var fields: LeadFields?
    package var status: Identifier<LeadStatus>?
    package var source: Identifier<LeadSource>??
    package var owner: Identifier<Account>??
    package var contact: Identifier<Contact>??

    package init(
        fields: LeadFields? = nil, status: Identifier<LeadStatus>? = nil, source: Identifier<LeadSource>?? = nil,
        owner: Identifier<Account>?? = nil, contact: Identifier<Contact>?? = nil
    ) {
        (self.fields, self.status, self.source, self.owner, self.contact) = (fields, status, source, owner, contact)
    }
}

/// Something that was done with a lead.
package struct LeadDeed: Sendable, Equatable, Identified {
    package static let identifierPrefix = "ldd"

    package enum Kind: String, Sendable, CaseIterable { case made, status, owner, value, client }

    package let id: Identifier<LeadDeed>
    package let kind: Kind
    /// What it was and what it is: the id of a status, a member or a client, or an amount as `125050 EUR`. Of a lead that was made, its status.
    package let former: String?
    package let present: String?
    /// ``Actor/text``
    package let actor: String
    package let at: Date

    package init(id: Identifier<LeadDeed>, kind: Kind, former: String?, present: String?, actor: String, at: Date) {
        (self.id, self.kind, self.former, self.present, self.actor, self.at) = (id, kind, former, present, actor, at)
    }
}

/// What messages to many may say of somebody who is a lead or a client.
package struct LeadFacts: Sendable, Equatable {
    package let contactID: Identifier<Contact>
    package let isClient: Bool
    package let name: String
    package let company: String?
    /// Of a client that was never a lead there is neither.
    package let status: String?
    package let source: String?
    package let ownerName: String?
    package let value: Money?

    package init(
        contactID: Identifier<Contact>, isClient: Bool, name: String, company: String?, status: String?, source: String?,
        ownerName: String?, value: Money?
    ) {
        (self.contactID, self.isClient, self.name, self.company) = (contactID, isClient, name, company)
        (self.status, self.source, self.ownerName, self.value) = (status, source, ownerName, value)
    }
}

package enum LeadProblem: Problem, Equatable {
    case missing
    case nameEmpty
    case fieldTooLong(String, count: Int, limit: Int)
    case valueMalformed(Currency)
    case valueOutOfRange
    case currencyUnknown
    /// The contact is a lead already; nil when the caller may not see it.
    case contactTaken(Identifier<Lead>?)
    case contactMissing
    case ownerMissing
    case noneChosen
    case tooManyChosen(count: Int)
    case nothingChosen
    case converted

    /// Leads that one request changes.
    package static let choiceLimit = 500

    package var kind: ProblemKind {
        switch self {
        case .missing: .missing
        case .contactTaken, .converted: .conflict
        case .nameEmpty, .fieldTooLong, .valueMalformed, .valueOutOfRange, .currencyUnknown, .contactMissing, .ownerMissing, .noneChosen,
            .tooManyChosen, .nothingChosen:
            .invalid
        }
    }

    package var code: String {
        switch self {
        case .missing: "lead.missing"
        case .nameEmpty: "lead.name-empty"
        case .fieldTooLong: "lead.field-too-long"
        case .valueMalformed: "lead.value-malformed"
        case .valueOutOfRange: "lead.value-out-of-range"
        case .currencyUnknown: "lead.currency-unknown"
        case .contactTaken: "lead.contact-taken"
        case .contactMissing: "lead.contact-missing"
        case .ownerMissing: "lead.owner-missing"
        case .noneChosen: "lead.none-chosen"
        case .tooManyChosen: "lead.too-many-chosen"
        case .nothingChosen: "lead.nothing-chosen"
        case .converted: "lead.converted"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "There is no such lead in this workspace, or you may not see it. It may have been deleted meanwhile."
        case .nameEmpty: "Give it a name."
        case .fieldTooLong(let field, let count, let limit):
            "The \(field) has \(count) characters, and \(limit) is the most. Please shorten it."
        case .valueMalformed(let currency):
            "Write the value in figures\(currency.digits == 0 ? ", without parts, such as 1250" : ", such as 1250 or 1250.50")."
        case .valueOutOfRange: "The value is larger than what can be kept."
        case .currencyUnknown: "There is no such currency. Use a code of three letters, such as EUR."
        case .contactTaken(let id):
            id.map { _ in "This contact is a lead already. Change that one instead." }
                ?? "This contact is a lead already, which somebody else looks after."
        case .contactMissing: "There is no such contact in this workspace, or you may not see it."
        case .ownerMissing: "The owner isn't an active member of this workspace. Choose somebody who is."
        case .noneChosen: "No lead is chosen. Choose at least one."
        case .tooManyChosen(let count): "\(count) leads are chosen, and \(Self.choiceLimit) is the most at once. Choose fewer."
        case .nothingChosen: "Choose a status or an owner for them."
        case .converted: "This lead is a client already."
        }
    }

    package var field: String? {
        switch self {
        case .missing, .converted: nil
        case .nameEmpty: "name"
        case .fieldTooLong(let field, _, _): field
        case .valueMalformed, .valueOutOfRange: "value"
        case .currencyUnknown: "currency"
        case .contactTaken, .contactMissing: "contact"
        case .ownerMissing: "owner"
        case .noneChosen, .tooManyChosen: "leads"
        case .nothingChosen: "status"
        }
    }
}
