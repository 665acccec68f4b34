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
        let own = try ownConversations()
        // Who may see no conversation learns of none; those of who sees only some are counted apart.
        let sees: SQL = access.grants.contains(.conversationsView) && own == nil ? "" : " AND FALSE"
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
                openConversations: try own?[sender.id] ?? BoundedCount(row.integer(10), limit: NumberOverview.countLimit))
        }
    }

    /// Open conversations by number, of somebody who sees only some.
    private struct OwnConversations {
        var counts: [Identifier<Sender>: Int] = [:]
        /// Whether there were more than were looked at, of whichever number.
        var isMore = false

        subscript(sender: Identifier<Sender>) -> BoundedCount { BoundedCount(counts[sender] ?? 0, isMore: isMore) }
    }

    /// Nil for who sees all or none. An index has what belongs to somebody or to a team, and none what belongs to them of one number: so the newest of
    /// each of these are looked at once, for all numbers.
    private func ownConversations() throws -> OwnConversations? {
        guard access.grants.contains(.conversationsView) else { return nil }
        // What an index gives in order, and which of it isn't counted elsewhere.
        let pieces: [(of: SQL, counts: SQL)]
        switch access.visibility {
        case .all: return nil
        case .own(let me): pieces = [("assignee_id = \(me)", "TRUE")]
        case .team(let me, let teams):
            pieces =
                [("assignee_id = \(me)", "TRUE"), ("assignee_id IS NULL", "v.team_id IS NULL")]
                + teams.sorted().map { ("team_id = \($0)", "(v.assignee_id IS NULL OR v.assignee_id <> \(me))") }
        }
        var found = OwnConversations()
        for piece in pieces {
            var looked = 0
            let rows = try transaction.rows(
                """
                SELECT v.sender_id, SUM(CASE WHEN \(sql: piece.counts) THEN 1 ELSE 0 END), COUNT(*) FROM (
                    SELECT sender_id, assignee_id, team_id FROM conversations
                    WHERE workspace_id = \(access.workspaceID) AND state = 'open' AND \(sql: piece.of)
                    ORDER BY last_message_at DESC, id DESC LIMIT \(NumberOverview.countLimit + 1)) AS v
                GROUP BY v.sender_id
                """)
            for row in rows {
                found.counts[try row.id(0), default: 0] += try row.integer(1)
                looked += try row.integer(2)
            }
            if looked > NumberOverview.countLimit { found.isMore = true }
        }
        return found
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
