package import Domain

package import struct Foundation.Date

/// Webhooks that weren't taken or understood: a row for each connection and reason, counted up to a limit.
package struct WebhookRefusalTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// Adds to what was counted within ``WebhookRefusal/period``, or begins anew.
    package func add(_ count: Int, _ reason: WebhookRefusal.Reason, of connection: Identifier<Connection>, at now: Date) throws {
        let begin = now.addingTimeInterval(-WebhookRefusal.period)
        // One more than the limit tells that there are more.
        let most = WebhookRefusal.countLimit + 1
        let added = min(count, most)
        try transaction.run(
            """
            INSERT INTO webhook_refusals (workspace_id, connection_id, reason, count, since, last_at)
            VALUES (\(access.workspaceID), \(connection), \(reason.rawValue), \(added), \(now), \(now))
            ON CONFLICT (workspace_id, connection_id, reason) DO UPDATE SET
                count = CASE WHEN webhook_refusals.since < \(begin) THEN excluded.count
                    WHEN webhook_refusals.count + excluded.count > \(most) THEN \(most) ELSE webhook_refusals.count + excluded.count END,
                since = CASE WHEN webhook_refusals.since < \(begin) THEN excluded.since ELSE webhook_refusals.since END,
                last_at = excluded.last_at
            """)
    }

    /// The latest first.
    package func list(of connection: Identifier<Connection>) throws -> [WebhookRefusal] {
        try access.require(.connectionsManage)
        return try transaction.rows(
            """
            SELECT reason, count, since, last_at FROM webhook_refusals
            WHERE workspace_id = \(access.workspaceID) AND connection_id = \(connection) ORDER BY last_at DESC, reason
            LIMIT \(WebhookRefusal.Reason.allCases.count)
            """
        ).compactMap { row in
            try WebhookRefusal.Reason(rawValue: row.text(0)).map {
                WebhookRefusal(
                    reason: $0, count: BoundedCount(try row.integer(1), limit: WebhookRefusal.countLimit), since: try row.date(2),
                    lastAt: try row.date(3))
            }
        }
    }

    /// What came through a connection, couldn't be shown, and wasn't brought in; counts no further than `limit`.
    package func waitingInJournal(_ connection: Identifier<Connection>, limit: Int) throws -> BoundedCount {
        try access.require(.connectionsManage)
        return try transaction.rows(
            """
            SELECT COUNT(*) FROM (SELECT 1 FROM journal WHERE workspace_id = \(access.workspaceID) AND connection_id = \(connection)
                AND replayed_at IS NULL LIMIT \(limit + 1)) AS n
            """
        ).first.map { BoundedCount(try $0.integer(0), limit: limit) } ?? .none
    }
}
