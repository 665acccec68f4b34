package import Domain

package import struct Foundation.Date

/// The log of every change: who did what to which thing, never what it said. Pages, notifications and feeds are its readers.
package struct EventTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// Appends in the order given.
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
    }

    package func append(_ event: NewEvent, at now: Date) throws { try append([event], at: now) }

    /// Events behind the cursor, oldest first, at most `limit`. On PostgreSQL only those before every open transaction: a sequence doesn't
    /// follow the order of commits, so a lower id could still come.
    package func list(after cursor: EventCursor, limit: Int) throws -> [Event] {
        try access.require(.eventsView)
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
