package import Domain

/// Journal entries with something that a number didn't receive, until it is brought in or the journal forgets it.
package struct KeptWebhookTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    package func insert(_ entry: Identifier<JournalEntry>, of senders: Set<Identifier<Sender>>) throws {
        try transaction.insert(
            into: "kept_webhooks (workspace_id, sender_id, journal_id)",
            senders.sorted().map { [SQLValue(access.workspaceID), SQLValue($0), SQLValue(entry)] })
    }

    /// How many there are, up to a limit.
    package func count(of sender: Identifier<Sender>, limit: Int) throws -> Int {
        try access.require(.sendersView)
        return try transaction.rows(
            """
            SELECT COUNT(*) FROM (
                SELECT 1 FROM kept_webhooks WHERE workspace_id = \(access.workspaceID) AND sender_id = \(sender) LIMIT \(limit)) AS counted
            """)[0].integer(0)
    }

    /// The newest one.
    package func newest(of sender: Identifier<Sender>) throws -> Identifier<JournalEntry>? {
        try access.require(.journalReplay)
        return try transaction.rows(
            """
            SELECT journal_id FROM kept_webhooks WHERE workspace_id = \(access.workspaceID) AND sender_id = \(sender)
            ORDER BY journal_id DESC LIMIT 1
            """
        ).first.map { try $0.id(0) }
    }

    /// The oldest first, up to and with one of them.
    package func list(
        of sender: Identifier<Sender>, upTo last: Identifier<JournalEntry>, limit: Int
    ) throws -> [Identifier<JournalEntry>] {
        try access.require(.journalReplay)
        return try transaction.rows(
            """
            SELECT journal_id FROM kept_webhooks
            WHERE workspace_id = \(access.workspaceID) AND sender_id = \(sender) AND journal_id <= \(last)
            ORDER BY journal_id LIMIT \(limit)
            """
        ).map { try $0.id(0) }
    }

    /// Of an entry whose items came in, or were kept anew.
    package func remove(_ entry: Identifier<JournalEntry>) throws {
        try access.require(.journalReplay)
        try transaction.run("DELETE FROM kept_webhooks WHERE workspace_id = \(access.workspaceID) AND journal_id = \(entry)")
    }
}
