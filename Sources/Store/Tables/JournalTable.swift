package import Domain

package import struct Foundation.Date

package struct JournalTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    package func insert(_ entry: JournalEntry, body: [UInt8]) throws {
        try transaction.run(
            """
            INSERT INTO journal (workspace_id, id, connection_id, reason, items, body, received_at)
            VALUES (\(access.workspaceID), \(entry.id), \(entry.connectionID), \(entry.items.first?.reason ?? ""), \(JSONText.encode(entry.items)),
                \(body), \(entry.receivedAt))
            """)
    }

    /// Newest first, before the id given.
    package func list(_ connection: Identifier<Connection>, before: Identifier<JournalEntry>?, limit: Int) throws -> [JournalEntry] {
        try access.require(.journalView)
        let place: SQL = if let before { "AND id < \(before)" } else { "" }
        return try transaction.rows(
            """
            SELECT id, connection_id, items, received_at, replayed_at FROM journal
            WHERE workspace_id = \(access.workspaceID) AND connection_id = \(connection) \(sql: place) ORDER BY id DESC LIMIT \(limit)
            """
        ).map(Self.entry)
    }

    package func find(_ id: Identifier<JournalEntry>) throws -> (entry: JournalEntry, body: [UInt8])? {
        try access.require(.journalReplay)
        return try transaction.rows(
            """
            SELECT id, connection_id, items, received_at, replayed_at, body FROM journal WHERE workspace_id = \(access.workspaceID) AND id = \(id)
            """
        ).first.map { (try Self.entry($0), try $0.bytes(5)) }
    }

    package func markReplayed(_ id: Identifier<JournalEntry>, at now: Date) throws {
        try access.require(.journalReplay)
        try transaction.run("UPDATE journal SET replayed_at = \(now) WHERE workspace_id = \(access.workspaceID) AND id = \(id)")
        // What still isn't received is kept anew by an entry of its own.
        try KeptWebhookTable(transaction, access).remove(id)
    }

    private static func entry(_ row: Row) throws -> JournalEntry {
        JournalEntry(
            id: try row.id(0), connectionID: try row.id(1), items: try JSONText.decode(from: row.text(2)), receivedAt: try row.date(3),
            replayedAt: try row.dateOrNil(4))
    }
}
