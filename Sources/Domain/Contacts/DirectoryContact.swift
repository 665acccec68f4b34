package import struct Foundation.Date

/// A contact with all that the directory knows of it.
package struct DirectoryContact: Sendable, Equatable {
    package let contact: Contact
    package let fields: ContactFields
    /// What the person calls themself, where the directory has another name.
    package let profileName: String?
    /// When it was added to the directory; nil for somebody who merely wrote.
    package let listedAt: Date?
    /// Of the number: two letters, ISO 3166-1.
    package let region: String?
    package let createdAt: Date
    /// By id.
    package var groups: [Identifier<ContactGroup>]

    package init(
        contact: Contact, fields: ContactFields, profileName: String?, listedAt: Date?, region: String?, createdAt: Date,
        groups: [Identifier<ContactGroup>] = []
    ) {
        (self.contact, self.fields, self.profileName, self.listedAt) = (contact, fields, profileName, listedAt)
        (self.region, self.createdAt, self.groups) = (region, createdAt, groups)
    }

    package var id: Identifier<Contact> { contact.id }
    package var isListed: Bool { listedAt != nil }
}

/// What a list of contacts is narrowed to.
package struct ContactFilter: Sendable, Equatable {
    package enum Scope: String, Sendable, CaseIterable, Codable {
        case directory
        /// With those who merely wrote, as far as the viewer sees a conversation with them.
        case all
    }

    package enum Order: String, Sendable, CaseIterable, Codable { case name, newest }

    package var scope: Scope
    package var group: Identifier<ContactGroup>?
    /// Of the number: two letters, ISO 3166-1.
    package var region: String?
    /// Whether there is a conversation that the viewer may see; nil for both.
    package var hasConversation: Bool?
    /// What they said of marketing.
    package var consent: Consent.Marketing?
    /// All people, of whom many have no name, are in the order in which they came.
    package var order: Order

    package init(
        scope: Scope = .directory, group: Identifier<ContactGroup>? = nil, region: String? = nil, hasConversation: Bool? = nil,
        consent: Consent.Marketing? = nil, order: Order = .name
    ) {
        (self.scope, self.group, self.region, self.hasConversation, self.consent) = (scope, group, region, hasConversation, consent)
        self.order = scope == .all ? .newest : order
    }

    package var isNarrowed: Bool { scope != .directory || group != nil || region != nil || hasConversation != nil || consent != nil }
}

package enum ContactProblem: Problem, Equatable {
    case missing
    case phoneMissing
    /// Somebody in the directory has the number.
    case phoneTaken(Identifier<Contact>)
    /// Somebody has it who merely wrote, and whom the caller may not see.
    case phoneWrote
    /// The conversations are with the number that is to be changed.
    case phoneHasConversations
    case fieldTooLong(ContactField, count: Int)
    case noneChosen
    case tooManyChosen(count: Int)

    /// Contacts that one request changes.
    package static let choiceLimit = 500

    package var kind: ProblemKind {
        switch self {
        case .missing: .missing
        case .phoneTaken, .phoneWrote, .phoneHasConversations: .conflict
        case .phoneMissing, .fieldTooLong, .noneChosen, .tooManyChosen: .invalid
        }
    }

    package var code: String {
        switch self {
        case .missing: "contact.missing"
        case .phoneMissing: "contact.phone-missing"
        case .phoneTaken: "contact.phone-taken"
        case .phoneWrote: "contact.phone-wrote"
        case .phoneHasConversations: "contact.phone-has-conversations"
        case .fieldTooLong: "contact.field-too-long"
        case .noneChosen: "contact.none-chosen"
        case .tooManyChosen: "contact.too-many-chosen"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "There is no such contact in this workspace, or you may not see it. It may have been deleted meanwhile."
        case .phoneMissing: "A contact needs a phone number. Write it with the country code in front, such as +15550199001."
        case .phoneTaken(let id): "Somebody in the directory has this number already, the contact \(id.text). Change that one instead."
        case .phoneWrote: "This number has written to you already, and is a contact of its own. Add it to the directory instead."
        case .phoneHasConversations:
            "There are conversations with this person under the number, so it can’t be changed. Make a new contact for the new number."
        case .fieldTooLong(let field, let count):
            "\(field.label) has \(count) characters, and \(field.limit) is the most. Please shorten it."
        case .noneChosen: "No contact is chosen. Choose at least one."
        case .tooManyChosen(let count): "\(count) contacts are chosen, and \(Self.choiceLimit) is the most at once. Choose fewer."
        }
    }

    package var field: String? {
        switch self {
        case .missing: nil
        case .phoneMissing, .phoneTaken, .phoneWrote, .phoneHasConversations: "phone"
        case .fieldTooLong(let field, _): field == .company ? "company" : field.rawValue
        case .noneChosen, .tooManyChosen: "contacts"
        }
    }
}
