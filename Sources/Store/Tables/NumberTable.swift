package import Domain

package import struct Foundation.Date

/// All numbers of a workspace, with what is known of each. Changes nothing but when customers last wrote.
package struct NumberTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// By number, which has those of one country together, behind the one given.
    /// - Parameter isRemoved: whether of those that were removed, or of those that weren't.
    package func list(isRemoved: Bool, after number: String?, limit: Int) throws -> [NumberOverview] {
        try access.require(.sendersView)
        let place: SQL = if let number { " AND s.phone_number > \(number)" } else { "" }
        let removal: SQL = isRemoved ? "s.removed_at IS NOT NULL" : "s.removed_at IS NULL"
        // Who may see no conversation learns of none.
        let sees: SQL = access.grants.contains(.conversationsView) ? access.andSees("v") : " AND FALSE"
        let rows = try transaction.rows(
            """
            SELECT s.id, c.name, p.name_standing, s.throughput, s.messaging_limit, c.last_webhook_at, c.is_subscribed,
                COALESCE((SELECT o.people FROM portfolios o
                    WHERE o.workspace_id = s.workspace_id AND o.id = COALESCE(c.portfolio_id, c.business_account_id)), 0),
                r.last_at,
                (SELECT MAX(a.started_at) FROM attempts a WHERE a.workspace_id = s.workspace_id AND a.sender_id = s.id),
                (SELECT COUNT(*) FROM (SELECT 1 FROM conversations v WHERE v.workspace_id = s.workspace_id AND v.sender_id = s.id
                    AND v.state = 'open'\(sql: sees) LIMIT \(NumberOverview.countLimit + 1)) AS n)
            FROM senders s JOIN connections c ON c.workspace_id = s.workspace_id AND c.id = s.connection_id
                LEFT JOIN sender_profiles p ON p.workspace_id = s.workspace_id AND p.sender_id = s.id
                LEFT JOIN sender_arrivals r ON r.workspace_id = s.workspace_id AND r.sender_id = s.id
            WHERE s.workspace_id = \(access.workspaceID) AND \(sql: removal)\(sql: place)
            ORDER BY s.phone_number LIMIT \(limit)
            """)
        let senders = SenderTable(transaction, access)
        return try rows.compactMap { row in
            guard let sender = try senders.find(row.id(0)) else { return nil }
            return NumberOverview(
                sender: sender, connectionName: try row.text(1),
                nameStanding: try row.textOrNil(2).flatMap(DisplayName.Standing.init(rawValue:)), throughput: try row.textOrNil(3),
                usage: SenderUsage(
                    people: try row.integer(7), tier: try row.textOrNil(4), lastWebhookAt: try row.dateOrNil(5),
                    isSubscribed: try row.bool(6)),
                lastInboundAt: try row.dateOrNil(8), lastOutboundAt: try row.dateOrNil(9),
                openConversations: BoundedCount(try row.integer(10), limit: NumberOverview.countLimit))
        }
    }

    /// When customers last wrote to these numbers.
    package func arrived(_ times: [Identifier<Sender>: Date]) throws {
        try transaction.insert(
            into: "sender_arrivals (workspace_id, sender_id, last_at)",
            times.sorted { $0.key < $1.key }.map { [SQLValue(access.workspaceID), SQLValue($0.key), SQLValue($0.value)] },
            suffix: """
                ON CONFLICT (workspace_id, sender_id) DO UPDATE SET
                    last_at = CASE WHEN excluded.last_at > sender_arrivals.last_at THEN excluded.last_at ELSE sender_arrivals.last_at END
                """)
    }
}
