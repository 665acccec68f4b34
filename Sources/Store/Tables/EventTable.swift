package import Domain

package import struct Foundation.Date

/// The log of every change: who did what to which thing, never what it said. Pages, notifications and feeds are its readers.
package struct EventTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// Appends in the order given, and to the activity of conversations what that tells.
    package func append(_ events: [NewEvent], at now: Date) throws {
        guard !events.isEmpty else { return }
        try transaction.insert(
            into: "events (workspace_id, kind, conversation_id, message_id, subject_id, actor, address, cause, at)",
            events.map { event in
                [
                    SQLValue(access.workspaceID), .text(event.kind.rawValue), SQLValue(event.conversationID), SQLValue(event.messageID),
                    SQLValue(event.subjectID), .text(access.actor.text), SQLValue(access.address), SQLValue(event.cause), SQLValue(now),
                ]
            })
        try ActivityTable(transaction, access).append(events, at: now)
        try SenderHistoryTable(transaction, access).append(events, at: now)
    }

    package func append(_ event: NewEvent, at now: Date) throws { try append([event], at: now) }

    /// A part of the log, of which the caller sees what they may.
    package struct Page: Sendable {
        package let events: [Event]
        /// The last one that was looked at, also when the caller may not see it; nil when the log ends here.
        package let end: EventCursor?
        /// Whether there may be more behind it; `events` may be fewer than were looked at.
        package let isFull: Bool
    }

    /// Looks at the next `limit` events behind the cursor, oldest first. On PostgreSQL only those before every open transaction: a sequence doesn't
    /// follow the order of commits, so a lower id could still come.
    package func page(after cursor: EventCursor, limit: Int) throws -> Page {
        try access.require(.eventsView)
        let events = try list(after: cursor, limit: limit)
        // Whoever sees everything needn't know who has it.
        let seesAll = access.visibility == .all
        let batch = EventBatch(
            events, of: access.workspaceID, assignments: seesAll ? [:] : try assignments(of: events),
            owners: seesAll ? .none : try RecordOwners(of: events, in: access.workspaceID, transaction))
        return Page(events: try batch.visible(to: access), end: batch.end, isFull: events.count == limit)
    }

    /// As ``page(after:limit:)``, for several readers, each of whom sees what they may.
    package func batch(after cursor: EventCursor, limit: Int) throws -> EventBatch {
        try access.require(.eventsView)
        let events = try list(after: cursor, limit: limit)
        return EventBatch(
            events, of: access.workspaceID, assignments: try assignments(of: events),
            owners: try RecordOwners(of: events, in: access.workspaceID, transaction))
    }

    private func assignments(of events: [Event]) throws -> [Identifier<Conversation>: Assignment] {
        try Self.assignments(of: Set(events.compactMap(\.conversationID)).sorted(), in: access.workspaceID, transaction)
    }

    /// Who has each of these conversations now, whoever may see them: for what decides by it whom to tell.
    static func assignments(
        of conversations: [Identifier<Conversation>], in workspaceID: Identifier<Workspace>, _ transaction: any Transaction
    ) throws -> [Identifier<Conversation>: Assignment] {
        guard !conversations.isEmpty else { return [:] }
        return try transaction.rows(
            """
            SELECT id, assignee_id, team_id FROM conversations
            WHERE workspace_id = \(workspaceID) AND id IN (\(list: conversations.map { SQLValue($0) })) ORDER BY id LIMIT \(conversations.count)
            """
        ).reduce(into: [:]) { $0[try $1.id(0)] = Assignment(assignee: try $1.idOrNil(1), team: try $1.idOrNil(2)) }
    }

    private func list(after cursor: EventCursor, limit: Int) throws -> [Event] {
        let rows =
            switch transaction.dialect {
            case .sqlite:
                try transaction.rows(
                    """
                    SELECT id, 0, kind, conversation_id, message_id, subject_id, actor, cause, at FROM events
                    WHERE workspace_id = \(access.workspaceID) AND id > \(cursor.id) ORDER BY id LIMIT \(limit)
                    """)
            case .postgres:
                try transaction.rows(
                    """
                    SELECT id, tx::text::bigint, kind, conversation_id, message_id, subject_id, actor, cause, at FROM events
                    WHERE workspace_id = \(access.workspaceID) AND (tx, id) > (CAST(CAST(\(cursor.tx) AS TEXT) AS xid8), CAST(\(cursor.id) AS BIGINT))
                        AND tx < pg_snapshot_xmin(pg_current_snapshot())
                    ORDER BY tx, id LIMIT \(limit)
                    """)
            }
        return try rows.map { row in
            Event(
                cursor: EventCursor(tx: Int64(try row.integer(1)), id: Int64(try row.integer(0))), kind: try row.text(2),
                conversationID: try row.idOrNil(3),
                messageID: try row.idOrNil(4), subjectID: try row.textOrNil(5), actor: try row.text(6), cause: try row.textOrNil(7),
                at: try row.date(8))
        }
    }

    /// Where the log ends now: a reader that starts here sees what comes.
    package func end() throws -> EventCursor {
        try access.require(.eventsView)
        let newest: [Row] =
            switch transaction.dialect {
            case .sqlite:
                try transaction.rows("SELECT 0, id FROM events WHERE workspace_id = \(access.workspaceID) ORDER BY id DESC LIMIT 1")
            case .postgres:
                // One less than the horizon: everything below it is visible, everything at or above it is still to come.
                try transaction.rows("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1, 9223372036854775807")
            }
        guard let row = newest.first else { return .start }
        return EventCursor(tx: Int64(try row.integer(0)), id: Int64(try row.integer(1)))
    }

    /// The newest event that was removed because of its age; nil when none was.
    package func horizon() throws -> EventCursor? {
        try transaction.rows("SELECT tx, id FROM event_horizons WHERE workspace_id = \(access.workspaceID)").first.map {
            EventCursor(tx: Int64(try $0.integer(0)), id: Int64(try $0.integer(1)))
        }
    }

    /// Removes the oldest events, at most `limit` and none younger, and remembers how far; returns how many.
    package func remove(before: Date, limit: Int) throws -> Int {
        try access.require(.settingsManage)
        let (tx, order): (String, String) = transaction.dialect == .postgres ? ("tx::text::bigint", "tx, id") : ("0", "id")
        let old = try transaction.rows(
            """
            SELECT \(raw: tx), id, at FROM events WHERE workspace_id = \(access.workspaceID) ORDER BY \(raw: order) LIMIT \(limit)
            """
        ).filter { try $0.date(2) < before }
        guard let newest = old.last else { return 0 }
        let last = EventCursor(tx: Int64(try newest.integer(0)), id: Int64(try newest.integer(1)))
        try transaction.run(
            """
            INSERT INTO event_horizons (workspace_id, tx, id) VALUES (\(access.workspaceID), \(last.tx), \(last.id))
            ON CONFLICT (workspace_id) DO UPDATE SET tx = excluded.tx, id = excluded.id
            """)
        let upToLast: SQL =
            switch transaction.dialect {
            case .sqlite: "id <= \(last.id)"
            case .postgres: "(tx, id) <= (CAST(CAST(\(last.tx) AS TEXT) AS xid8), CAST(\(last.id) AS BIGINT))"
            }
        return try transaction.run(
            "DELETE FROM events WHERE workspace_id = \(access.workspaceID) AND \(sql: upToLast) AND at < \(before)")
    }
}
