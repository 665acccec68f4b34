package import Domain

import struct Foundation.Date

/// A place in a list of leads or clients.
package struct RecordPlace: Sendable, Equatable {
    /// By name: the sort key; among what was found: the word.
    package let key: String
    /// By time: milliseconds; by value: the amount.
    package let number: Int64
    /// Empty for the beginning of the list.
    package let id: String
    /// Rows behind it that were looked through already. They are counted and not named, since the reader may not see them.
    package let skipped: Int

    /// Beyond this nobody looks on.
    package static let skipLimit = 10_000_000

    package init(key: String = "", number: Int64 = 0, id: String, skipped: Int = 0) {
        (self.key, self.number, self.id, self.skipped) = (key, number, id, skipped)
    }

    func skipping(_ count: Int) -> Self { Self(key: key, number: number, id: id, skipped: count) }
}

/// How leads and clients are listed: along one index, with whatever that one doesn't follow looked at row by row, so many for one page.
struct RecordList {
    /// Rows that are looked through for one page, when no index follows all of a filter.
    static let lookLimit = 2_000

    enum Walk {
        case changed, newest, name, value
        case owner(LeadFilter.Owner)
        case status(Identifier<LeadStatus>)
        case ownerAndStatus(LeadFilter.Owner, Identifier<LeadStatus>)
        /// The beginning of a word of theirs.
        case word(String)
        case contact
    }

    let transaction: any Transaction
    let workspaceID: Identifier<Workspace>
    let table: String
    let words: String
    var look = Self.lookLimit

    static func leads(_ transaction: any Transaction, _ access: Access, look: Int = Self.lookLimit) -> Self {
        Self(transaction: transaction, workspaceID: access.workspaceID, table: "leads", words: "lead_words", look: look)
    }

    static func clients(_ transaction: any Transaction, _ access: Access, look: Int = Self.lookLimit) -> Self {
        Self(transaction: transaction, workspaceID: access.workspaceID, table: "clients", words: "client_words", look: look)
    }

    /// Places of a page, and where it goes on. They may be fewer than were asked for, and go on nevertheless.
    ///
    /// - Parameters:
    ///   - condition: ` AND …` on the row `r`, for what the walk doesn't follow; nil for nothing.
    ///   - seen: ` AND …` on the row `r`, for what the reader may see: the next place is that of such a row, since it is told outside.
    func page(
        _ walk: Walk, _ condition: SQL?, seen: SQL = "", after place: RecordPlace?, limit: Int
    ) throws -> (found: [RecordPlace], next: RecordPlace?) {
        let look = condition == nil ? limit + 1 : self.look
        let skipped = place?.skipped ?? 0
        let found = try transaction.rows(
            """
            SELECT \(raw: walk.id), \(raw: walk.key), \(raw: walk.number), CASE WHEN TRUE\(sql: condition ?? "") THEN 1 ELSE 0 END,
                CASE WHEN TRUE\(sql: seen) THEN 1 ELSE 0 END
            \(sql: source(walk))\(sql: behind(place, walk)) ORDER BY \(raw: walk.order) LIMIT \(look) OFFSET \(skipped)
            """
        ).map { row in
            (
                place: RecordPlace(key: try row.text(1), number: Int64(try row.integer(2)), id: try row.text(0)),
                fits: try row.bool(3), isSeen: try row.bool(4)
            )
        }
        let fitting = found.filter(\.fits)
        let kept = fitting.prefix(limit).map(\.place)
        if fitting.count > limit { return (kept, kept.last) }
        guard found.count == look else { return (kept, nil) }
        if condition == nil { return (kept, kept.last) }
        // From the last row that the reader may see, so many further.
        if let last = found.lastIndex(where: \.isSeen) { return (kept, found[last].place.skipping(found.count - 1 - last)) }
        return (kept, (place ?? RecordPlace(id: "")).skipping(skipped + found.count))
    }

    private func source(_ walk: Walk) -> SQL {
        let all: SQL = "FROM \(raw: table) r WHERE r.workspace_id = \(workspaceID)"
        return switch walk {
        case .changed, .newest, .name, .value: all
        case .owner(let owner): "\(sql: all) AND \(sql: owner.condition(on: "r"))"
        case .status(let status): "\(sql: all) AND r.status_id = \(status)"
        case .ownerAndStatus(let owner, let status): "\(sql: all) AND \(sql: owner.condition(on: "r")) AND r.status_id = \(status)"
        case .contact: "\(sql: all) AND r.contact_id IS NOT NULL"
        case .word(let word):
            // Under the first of its words that begins so, and not again under the next.
            """
            FROM \(raw: words) w JOIN \(raw: table) r ON r.workspace_id = w.workspace_id AND r.id = w.record_id
            WHERE w.workspace_id = \(workspaceID) AND w.word >= \(word) AND w.word < \(word + Self.end)
                AND NOT EXISTS (SELECT 1 FROM \(raw: words) e WHERE e.workspace_id = w.workspace_id AND e.record_id = w.record_id
                    AND e.word >= \(word) AND e.word < w.word)
            """
        }
    }

    private func behind(_ place: RecordPlace?, _ walk: Walk) -> SQL {
        guard let place, !place.id.isEmpty else { return "" }
        return switch walk {
        case .changed, .owner, .status, .ownerAndStatus: " AND (r.changed_at, r.id) < (\(place.number), \(place.id))"
        case .newest: " AND r.id < \(place.id)"
        case .name: " AND (r.sort_key, r.id) > (\(place.key), \(place.id))"
        case .value: " AND (r.amount, r.id) < (\(place.number), \(place.id))"
        case .word: " AND (w.word, w.record_id) > (\(place.key), \(place.id))"
        case .contact: " AND r.contact_id > \(place.id)"
        }
    }

    /// ` AND …` for each of these words: whether one of its own begins so.
    func begins(with words: some Collection<String>) -> SQL {
        words.reduce("") { sql, word in
            """
            \(sql: sql) AND EXISTS (SELECT 1 FROM \(raw: self.words) x WHERE x.workspace_id = r.workspace_id AND x.record_id = r.id
                AND x.word >= \(word) AND x.word < \(word + Self.end))
            """
        }
    }

    /// Behind every word with the same beginning.
    private static let end = "\u{10FFFF}"

    /// Gives a record the words by which it is found.
    func learn(_ learned: [(id: String, words: Set<String>)], isNew: Bool) throws {
        if !isNew {
            let ids: [SQLValue] = learned.map { .text($0.id) }
            try transaction.run("DELETE FROM \(raw: words) WHERE workspace_id = \(workspaceID) AND record_id IN (\(list: ids))")
        }
        let rows = learned.flatMap { entry in entry.words.sorted().map { [SQLValue(workspaceID), .text($0), .text(entry.id)] } }
        guard !rows.isEmpty else { return }
        try transaction.insert(into: "\(words) (workspace_id, word, record_id)", rows)
    }
}

extension RecordList.Walk {
    fileprivate var id: String {
        switch self {
        case .contact: "r.contact_id"
        default: "r.id"
        }
    }

    fileprivate var key: String {
        switch self {
        case .name: "r.sort_key"
        case .word: "w.word"
        default: "''"
        }
    }

    fileprivate var number: String {
        switch self {
        case .changed, .owner, .status, .ownerAndStatus: "r.changed_at"
        case .value: "r.amount"
        case .newest, .name, .word, .contact: "0"
        }
    }

    fileprivate var order: String {
        switch self {
        case .changed, .owner, .status, .ownerAndStatus: "r.changed_at DESC, r.id DESC"
        case .newest: "r.id DESC"
        case .name: "r.sort_key, r.id"
        case .value: "r.amount DESC, r.id DESC"
        case .word: "w.word, w.record_id"
        case .contact: "r.contact_id"
        }
    }
}

extension LeadFilter.Owner {
    func condition(on name: String) -> SQL {
        switch self {
        case .nobody: "\(raw: name).owner_id IS NULL"
        case .member(let id): "\(raw: name).owner_id = \(id)"
        }
    }
}

extension LeadOrder {
    var walk: RecordList.Walk {
        switch self {
        case .changed: .changed
        case .newest: .newest
        case .name: .name
        case .value: .value
        }
    }
}

extension Access {
    /// ` AND …` for the row of a lead or a client under this name: who sees only what is theirs sees what they look after; who sees what is their
    /// team's, also what their colleagues there look after, and what nobody does.
    func andLooksAfter(_ name: String) -> SQL {
        switch visibility {
        case .all: ""
        case .own(let account): " AND \(raw: name).owner_id = \(account)"
        case .team(let account, let teams):
            """
             AND (\(raw: name).owner_id IS NULL OR \(raw: name).owner_id = \(account) OR EXISTS (SELECT 1 FROM team_members colleague
                WHERE colleague.workspace_id = \(raw: name).workspace_id AND colleague.account_id = \(raw: name).owner_id
                    AND colleague.team_id IN (\(list: teams.sorted().map { SQLValue($0) }))))
            """
        }
    }

    /// Who looks after all that the caller sees, where that is one.
    var onlyOwner: LeadFilter.Owner? { if case .own(let account) = visibility { .member(account) } else { nil } }
}

extension Row {
    /// From an amount and its currency.
    func money(_ index: Int) throws -> Money? {
        guard let code = try textOrNil(index + 1) else { return nil }
        guard let currency = Currency(parsing: code) else { throw StoreError.columnMismatch(index + 1) }
        return Money(sum: Int64(try integer(index)), currency: currency)
    }
}
