/// Where credits of a workspace stand. All four together are always zero.
package enum LedgerAccount: String, Sendable, CaseIterable, Codable {
    /// Where they come from; what was ever topped up, below zero.
    case income
    /// What can be spent.
    case balance
    /// Put aside for the first month of a number that is being activated.
    case reserved
    case spent

    /// Whether it may hold less than nothing.
    package var mayBeNegative: Bool { self == .income }
}

/// What moved in one account.
package struct LedgerEntry: Sendable, Equatable {
    package let account: LedgerAccount
    package let amount: Credits

    package init(_ account: LedgerAccount, _ amount: Credits) { (self.account, self.amount) = (account, amount) }
}

/// One move of credits from one account to another: two entries that add up to zero by what they are. It is never changed and never removed.
package struct LedgerPosting: Sendable, Equatable, Identified {
    package static let identifierPrefix = "pst"
    /// Characters of a note.
    package static let noteLimit = 200

    package enum Kind: String, Sendable, CaseIterable, Codable {
        case topUp, reservation, release, charge
    }

    package let kind: Kind
    /// More than zero.
    package let amount: Credits
    package let source: LedgerAccount
    package let target: LedgerAccount
    /// What makes it one: the same key is never posted twice in a workspace.
    package let key: String
    /// The number it is for; none of a top-up.
    package let senderID: Identifier<Sender>?
    /// What whoever topped up wrote.
    package let note: String?

    package var entries: [LedgerEntry] { [LedgerEntry(source, -amount), LedgerEntry(target, amount)] }

    private init(
        _ kind: Kind, _ amount: Credits, from source: LedgerAccount, to target: LedgerAccount, key: String,
        sender: Identifier<Sender>? = nil, note: String? = nil
    ) {
        (self.kind, self.amount, self.source, self.target) = (kind, amount, source, target)
        (self.key, senderID, self.note) = (key, sender, note)
    }

    /// Throws ``CreditProblem/amountOutOfRange`` and ``CreditProblem/noteTooLong(count:)``.
    /// - Parameter key: of the request, so that its repeat tops up nothing.
    package static func topUp(_ count: Int, note: String?, key: String) throws(CreditProblem) -> LedgerPosting {
        guard (1...Credits.limit).contains(count) else { throw .amountOutOfRange }
        let note = note?.line(noteLimit + 1).trimmed
        if let note, note.count > noteLimit { throw .noteTooLong(count: note.count) }
        return LedgerPosting(
            .topUp, Credits(count), from: .income, to: .balance, key: "top-up \(key)", note: note?.isEmpty == true ? nil : note)
    }

    /// Puts the price of a number's month aside.
    static func reservation(_ price: Credits, of sender: Identifier<Sender>, month: Int) -> LedgerPosting {
        LedgerPosting(.reservation, price, from: .balance, to: .reserved, key: "reservation \(sender) \(month)", sender: sender)
    }

    /// Gives back what was put aside.
    static func release(_ price: Credits, of sender: Identifier<Sender>, month: Int) -> LedgerPosting {
        LedgerPosting(.release, price, from: .reserved, to: .balance, key: "release \(sender) \(month)", sender: sender)
    }

    /// Spends the price of a month. Its key is the month's: one month is never charged twice.
    static func charge(_ price: Credits, from source: LedgerAccount, of sender: Identifier<Sender>, month: Int) -> LedgerPosting {
        LedgerPosting(.charge, price, from: source, to: .spent, key: "charge \(sender) \(month)", sender: sender)
    }
}

/// What postings come to.
package struct Ledger: Sendable, Equatable {
    package private(set) var totals: [LedgerAccount: Credits]
    private var keys: Set<String> = []

    package init() { totals = Dictionary(uniqueKeysWithValues: LedgerAccount.allCases.map { ($0, .zero) }) }

    package subscript(account: LedgerAccount) -> Credits { totals[account] ?? .zero }

    /// False when this key is posted already; then nothing changes. Throws ``CreditProblem/creditsMissing(price:balance:)``.
    package mutating func post(_ posting: LedgerPosting) throws(CreditProblem) -> Bool {
        guard !keys.contains(posting.key) else { return false }
        let held = self[posting.source]
        guard posting.source.mayBeNegative || held >= posting.amount else {
            throw .creditsMissing(price: posting.amount, balance: held)
        }
        keys.insert(posting.key)
        for entry in posting.entries { totals[entry.account] = self[entry.account] + entry.amount }
        return true
    }
}
