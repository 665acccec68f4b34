package import struct Foundation.Date

/// A person or a company that buys. Several contacts may belong to one.
package struct Client: Sendable, Equatable, Identified {
    package static let identifierPrefix = "cli"
    /// Contacts of one.
    package static let contactLimit = 50

    package let id: Identifier<Client>
    package let fields: LeadFields
    package let owner: Identifier<Account>?
    /// By id; a contact belongs to one client at most.
    package var contacts: [Identifier<Contact>]
    package let createdAt: Date
    package let changedAt: Date

    package init(
        id: Identifier<Client>, fields: LeadFields, owner: Identifier<Account>?, contacts: [Identifier<Contact>] = [], createdAt: Date,
        changedAt: Date
    ) {
        (self.id, self.fields, self.owner, self.contacts) = (id, fields, owner, contacts)
        (self.createdAt, self.changedAt) = (createdAt, changedAt)
    }
}

package enum ClientProblem: Problem, Equatable {
    case missing
    /// The contact belongs to another client; nil when the caller may not see it.
    case contactTaken(Identifier<Client>?)
    case contactMissing
    case tooManyContacts
    case ownerMissing

    package var kind: ProblemKind {
        switch self {
        case .missing: .missing
        case .contactTaken: .conflict
        case .contactMissing, .tooManyContacts, .ownerMissing: .invalid
        }
    }

    package var code: String {
        switch self {
        case .missing: "client.missing"
        case .contactTaken: "client.contact-taken"
        case .contactMissing: "client.contact-missing"
        case .tooManyContacts: "client.too-many-contacts"
        case .ownerMissing: "client.owner-missing"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "There is no such client in this workspace, or you may not see it. It may have been deleted meanwhile."
        case .contactTaken(let id):
            id.map { _ in "This contact belongs to another client already. Take it off that one first." }
                ?? "This contact belongs to a client already, which somebody else looks after."
        case .contactMissing: "There is no such contact in this workspace, or you may not see it."
        case .tooManyContacts: "A client has at most \(Client.contactLimit) contacts."
        case .ownerMissing: "The owner isn't an active member of this workspace. Choose somebody who is."
        }
    }

    package var field: String? {
        switch self {
        case .missing: nil
        case .contactTaken, .contactMissing, .tooManyContacts: "contacts"
        case .ownerMissing: "owner"
        }
    }
}
