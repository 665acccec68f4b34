package import Domain

import struct Foundation.Date

/// What was done with the conversations that the caller may see. ``EventTable`` writes it, together with the events.
package struct ActivityTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    private static let columns = "id, conversation_id, kind, subject, actor, at, sequence"

    private var seen: SQL { access.andSees(conversation: "conversation_id") }

    /// Newest first, before the place given.
    package func thread(
        _ conversation: Identifier<Conversation>, before cursor: (at: Int64, sequence: Int64)?, limit: Int
    ) throws -> [Activity] {
        try access.require(.conversationsView)
        let place: SQL = if let cursor { "AND (at, sequence) < (\(cursor.at), \(cursor.sequence))" } else { "" }
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM activity
            WHERE workspace_id = \(access.workspaceID) AND conversation_id = \(conversation) \(sql: place)\(sql: seen)
            ORDER BY at DESC, sequence DESC LIMIT \(limit)
            """
        ).map(Self.activity)
    }

    /// Oldest first, after the place given.
    package func thread(
        _ conversation: Identifier<Conversation>, after cursor: (at: Int64, sequence: Int64), limit: Int
    ) throws -> [Activity] {
        try access.require(.conversationsView)
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM activity WHERE workspace_id = \(access.workspaceID) AND conversation_id = \(conversation)
                AND (at, sequence) > (\(cursor.at), \(cursor.sequence))\(sql: seen) ORDER BY at, sequence LIMIT \(limit)
            """
        ).map(Self.activity)
    }

    /// Those of the events that tell what was done.
    func append(_ events: [NewEvent], at now: Date) throws {
        let rows = events.compactMap { event -> [SQLValue]? in
            guard let deed = event.deed, let conversation = event.conversationID else { return nil }
            return [
                SQLValue(access.workspaceID), SQLValue(Identifier<Activity>.make(at: now)), SQLValue(conversation),
                .text(deed.kind.rawValue), SQLValue(deed.subject), .text(access.actor.text), SQLValue(now),
                .integer(SequenceClock.shared.next(at: now)),
            ]
        }
        guard !rows.isEmpty else { return }
        try transaction.insert(into: "activity (workspace_id, \(Self.columns))", rows)
    }

    private static func activity(_ row: Row) throws -> Activity {
        guard let kind = Activity.Deed.Kind(rawValue: try row.text(2)), let deed = Activity.Deed(kind, about: try row.textOrNil(3)) else {
            throw StoreError.columnMismatch(2)
        }
        return Activity(
            id: try row.id(0), conversationID: try row.id(1), deed: deed, actor: try row.text(4), at: try row.date(5),
            sequence: Int64(try row.integer(6)))
    }
}

extension Activity.Deed {
    /// What it is about, as a row holds it.
    fileprivate var subject: String? {
        switch self {
        case .assigned(let assignment): assignment.eventText
        case .snoozed(let until): String(Int64((until.timeIntervalSince1970 * 1_000).rounded()))
        case .labelAdded(let label), .labelRemoved(let label): label.text
        case .consent(let change): change.rawValue
        case .closed, .archived, .reopened, .snoozeEnded, .aiEnabled, .aiDisabled, .exported, .noteDeleted: nil
        }
    }

    fileprivate init?(_ kind: Kind, about subject: String?) {
        switch (kind, subject) {
        case (.assigned, let text): self = .assigned(Assignment(eventText: text ?? ""))
        case (.closed, _): self = .closed
        case (.archived, _): self = .archived
        case (.reopened, _): self = .reopened
        case (.snoozeEnded, _): self = .snoozeEnded
        case (.aiEnabled, _): self = .aiEnabled
        case (.aiDisabled, _): self = .aiDisabled
        case (.exported, _): self = .exported
        case (.noteDeleted, _): self = .noteDeleted
        case (.labelAdded, let label?): self = .labelAdded(Identifier(label))
        case (.labelRemoved, let label?): self = .labelRemoved(Identifier(label))
        case (.consent, let change?):
            guard let change = ConsentChange(rawValue: change) else { return nil }
            self = .consent(change)
        case (.snoozed, let text?):
            guard let milliseconds = Double(text) else { return nil }
            self = .snoozed(until: Date(timeIntervalSince1970: milliseconds / 1_000))
        case (.labelAdded, nil), (.labelRemoved, nil), (.consent, nil), (.snoozed, nil): return nil
        }
    }
}
