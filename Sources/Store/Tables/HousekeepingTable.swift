package import Domain
package import struct Foundation.Date

/// What is kept only for a time, in every workspace.
package struct HousekeepingTable {
    private let transaction: any Transaction

    package init(_ transaction: any Transaction) { self.transaction = transaction }

    package enum Expiring: CaseIterable, Sendable { case events, journal, receivedIDs }

    package func workspacesWithParked(dueAt now: Date) throws -> [Identifier<Workspace>] {
        try transaction.rows(
            """
            SELECT w.id FROM workspaces w
            WHERE EXISTS (SELECT 1 FROM parked p WHERE p.workspace_id = w.id AND p.next_look_at <= \(now)) ORDER BY w.id LIMIT 10000
            """
        ).map { try $0.id(0) }
    }

    package func workspaces() throws -> [Identifier<Workspace>] {
        try transaction.rows("SELECT id FROM workspaces ORDER BY id LIMIT 10000").map { try $0.id(0) }
    }

    /// Removes at most `limit` of the oldest rows of a workspace; returns how many.
    package func remove(_ table: Expiring, before: Date, limit: Int, in workspaceID: Identifier<Workspace>) throws -> Int {
        switch table {
        case .events:
            try EventTable(transaction, .system("housekeeper", in: workspaceID)).remove(before: before, limit: limit)
        case .journal:
            try transaction.run(
                """
                DELETE FROM journal WHERE workspace_id = \(workspaceID) AND received_at < \(before)
                    AND id IN (SELECT id FROM journal WHERE workspace_id = \(workspaceID) ORDER BY id LIMIT \(limit))
                """)
        case .receivedIDs:
            try transaction.run(
                """
                DELETE FROM received_ids WHERE (workspace_id, sender_id, key) IN (
                    SELECT workspace_id, sender_id, key FROM received_ids WHERE workspace_id = \(workspaceID) AND received_at < \(before)
                    ORDER BY received_at LIMIT \(limit))
                """)
        }
    }
}
