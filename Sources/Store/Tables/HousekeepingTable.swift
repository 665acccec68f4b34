package import Domain

package import struct Foundation.Date

/// What is kept only for a time, in every workspace.
package struct HousekeepingTable {
    private let transaction: any Transaction

    package init(_ transaction: any Transaction) { self.transaction = transaction }

    package enum Expiring: CaseIterable, Sendable {
        case events, journal, notifications, webhookDeliveries, senderHistory, blockMessages

        package var keptDays: Double {
            switch self {
            case .events, .journal, .notifications, .webhookDeliveries: 30
            // What an administrator is asked about the year before.
            case .senderHistory: 730
            // They count within the hour.
            case .blockMessages: 1
            }
        }
    }

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
        case .notifications:
            try NotificationFeedTable(transaction, in: workspaceID).remove(before: before, limit: limit)
        case .webhookDeliveries:
            try WebhookFeedTable(transaction, in: workspaceID).remove(before: before, limit: limit)
        case .senderHistory:
            try transaction.run(
                """
                DELETE FROM sender_history WHERE workspace_id = \(workspaceID) AND sequence IN (
                    SELECT sequence FROM sender_history WHERE workspace_id = \(workspaceID) AND at < \(before) ORDER BY at LIMIT \(limit))
                """)
        case .blockMessages:
            try transaction.run(
                """
                DELETE FROM block_messages WHERE workspace_id = \(workspaceID) AND (sender_id, contact_id) IN (
                    SELECT sender_id, contact_id FROM block_messages WHERE workspace_id = \(workspaceID) AND sent_at < \(before)
                    ORDER BY sent_at LIMIT \(limit))
                """)
        }
    }

    /// A place among the received ids of a workspace.
    package struct ReceivedPlace: Sendable, Equatable {
        package let senderID: String
        package let key: String

        package static let start = ReceivedPlace(senderID: "", key: "")
    }

    /// Looks through the next ids and removes those from before. They have no index by time, which every webhook would have to keep up;
    /// a walk through all of them once a day costs less. Returns where to go on; nil at the end.
    package func removeReceivedIDs(before: Date, from place: ReceivedPlace, limit: Int, in workspaceID: Identifier<Workspace>) throws
        -> ReceivedPlace?
    {
        let last = try transaction.rows(
            """
            SELECT sender_id, key FROM received_ids
            WHERE workspace_id = \(workspaceID) AND (sender_id, key) > (\(place.senderID), \(place.key))
            ORDER BY sender_id, key LIMIT 1 OFFSET \(limit - 1)
            """
        ).first.map { ReceivedPlace(senderID: try $0.text(0), key: try $0.text(1)) }
        let end: SQL = if let last { "AND (sender_id, key) <= (\(last.senderID), \(last.key))" } else { "" }
        try transaction.run(
            """
            DELETE FROM received_ids WHERE workspace_id = \(workspaceID) AND (sender_id, key) > (\(place.senderID), \(place.key)) \(sql: end)
                AND received_at < \(before)
            """)
        return last
    }
}
