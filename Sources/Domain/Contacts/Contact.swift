/// A person who wrote to the business, or to whom it writes: a set of identities, none of which is required.
package struct Contact: Sendable, Equatable, Identified {
    package static let identifierPrefix = "con"

    package let id: Identifier<Contact>
    package let name: String?
    package let phoneNumber: PhoneNumber?
    package let username: String?
    /// Business-scoped user id at Meta, when known.
    package let businessScopedID: String?

    package init(id: Identifier<Contact>, name: String?, phoneNumber: PhoneNumber?, username: String?, businessScopedID: String?) {
        (self.id, self.name, self.phoneNumber, self.username, self.businessScopedID) = (id, name, phoneNumber, username, businessScopedID)
    }

    /// What to call the person: name, else username, else number, else a word.
    ///
    /// - Parameter display: how numbers are written there.
    package func title(_ display: (PhoneNumber) -> String) -> String { name ?? username ?? phoneNumber.map(display) ?? "Unknown" }
}

/// One way in which a provider names a person.
package enum ContactIdentity: Sendable, Hashable {
    case phone(PhoneNumber)
    /// Business-scoped id, with the portfolio or account it is scoped to.
    case businessScoped(id: String, portfolio: String)
    case username(String)
    /// A WhatsApp group, which is a conversation partner like a person.
    case group(String)

    package enum Kind: String, Sendable, CaseIterable { case phone, businessScoped, username, group }

    package var kind: Kind {
        switch self {
        case .phone: .phone
        case .businessScoped: .businessScoped
        case .username: .username
        case .group: .group
        }
    }

    /// As received, to show and to send to.
    package var value: String {
        switch self {
        case .phone(let number): number.text
        case .businessScoped(let id, _): id
        case .username(let name): name
        case .group(let id): id
        }
    }

    /// Unique per workspace and kind.
    package var matchKey: String {
        switch self {
        case .phone(let number): MatchKey(number).text
        case .businessScoped(let id, let portfolio): "\(portfolio):\(id)"
        case .username(let name): name.lowercased()
        case .group(let id): id
        }
    }
}
