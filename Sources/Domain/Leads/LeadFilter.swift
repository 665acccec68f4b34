package import struct Foundation.Date

/// What a list of leads is narrowed to. Whoever keeps one finds the leads that fit then, and not those of today.
package struct LeadFilter: Sendable, Equatable, Codable {
    package enum Owner: Sendable, Equatable, Codable {
        case nobody
        case member(Identifier<Account>)

        /// `nobody` or the id of a member.
        package init?(parsing text: String) {
            if text == "nobody" {
                self = .nobody
            } else if let id = Identifier<Account>(parsing: text) {
                self = .member(id)
            } else {
                return nil
            }
        }

        package var text: String {
            switch self {
            case .nobody: "nobody"
            case .member(let id): id.text
            }
        }
    }

    /// Those with a value in this currency between these, both included; nil for no end.
    package struct ValueRange: Sendable, Equatable, Codable {
        package let currency: Currency
        package let from: Int64?
        package let to: Int64?

        package init(currency: Currency, from: Int64?, to: Int64?) { (self.currency, self.from, self.to) = (currency, from, to) }
    }

    /// One of these; empty for all.
    package var statuses: [Identifier<LeadStatus>]
    package var sources: [Identifier<LeadSource>]
    package var owner: Owner?
    package var value: ValueRange?
    /// Made at or after this, and before that.
    package var createdFrom: Date?
    package var createdBefore: Date?
    package var hasContact: Bool?
    /// Beginnings of words of the name or the company.
    package var text: String

    package init(
        statuses: [Identifier<LeadStatus>] = [], sources: [Identifier<LeadSource>] = [], owner: Owner? = nil, value: ValueRange? = nil,
        createdFrom: Date? = nil, createdBefore: Date? = nil, hasContact: Bool? = nil, text: String = ""
    ) {
        (self.statuses, self.sources, self.owner, self.value) = (statuses, sources, owner, value)
        (self.createdFrom, self.createdBefore, self.hasContact, self.text) = (createdFrom, createdBefore, hasContact, text)
    }

    package var isNarrowed: Bool { self != LeadFilter() }

    /// The words that are looked for, the longest first, since it fits the fewest.
    package var words: [String] { Self.words(of: text) }

    package static func words(of text: String) -> [String] {
        Set(SearchText.tokens(in: text).prefix(wordLimit).map(\.word)).sorted { ($1.count, $0) < ($0.count, $1) }
    }

    private static let wordLimit = 8
}

/// In which order leads or clients are listed. Those that are found by words come in the order of the words.
package enum LeadOrder: String, Sendable, CaseIterable, Codable {
    /// What was changed last comes first.
    case changed
    case newest, name
    /// The highest first, whatever the currency.
    case value

    package var label: String {
        switch self {
        case .changed: "Changed last"
        case .newest: "Newest"
        case .name: "By name"
        case .value: "By value"
        }
    }
}
