package import Domain

package import struct Foundation.Date

/// What holds numbers back. A number without a row is held by nothing.
package struct SenderHoldTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    private static let columns = """
        paused_at, paused_by, campaigns_paused_at, campaigns_paused_reason, slowed_until, held_until, held_reason, slowed_times
        """

    package func find(_ sender: Identifier<Sender>) throws -> SenderHold {
        try access.require(.sendersView)
        let rows = try transaction.rows(
            "SELECT \(raw: Self.columns) FROM sender_holds WHERE workspace_id = \(access.workspaceID) AND sender_id = \(sender)")
        return try rows.first.map { try Self.hold($0, from: 0) } ?? SenderHold()
    }

    /// A person pauses the number; who did so first stays written down. False when it was paused already.
    package func pause(_ sender: Identifier<Sender>, at now: Date) throws -> Bool {
        try access.require(.sendersManage)
        try makeRow(sender)
        return try change(sender, "paused_at = \(now), paused_by = \(access.actor.text)", if: "paused_at IS NULL")
    }

    /// Ends a person's pause, the provider's restriction of campaigns, and the hold. False when there was nothing to end.
    package func resume(_ sender: Identifier<Sender>) throws -> Bool {
        try access.require(.sendersManage)
        return try change(
            sender,
            """
            paused_at = NULL, paused_by = NULL, campaigns_paused_at = NULL, campaigns_paused_reason = NULL, held_until = NULL, held_reason = NULL
            """, if: "(paused_at IS NOT NULL OR campaigns_paused_at IS NOT NULL OR held_until IS NOT NULL)")
    }

    /// The provider restricts the number: campaigns wait for a person. False when they did already.
    package func pauseCampaigns(_ sender: Identifier<Sender>, reason: String, at now: Date) throws -> Bool {
        try access.require(.sendersManage)
        try makeRow(sender)
        return try change(sender, "campaigns_paused_at = \(now), campaigns_paused_reason = \(reason)", if: "campaigns_paused_at IS NULL")
    }

    /// The provider found the number too fast: it is slower for a minute from now, and slower still when it was so already. Answers of the next seconds
    /// are to calls that were under way, and say nothing new.
    package func slow(_ sender: Identifier<Sender>, at now: Date) throws {
        try access.require(.sendersManage)
        try makeRow(sender)
        let until = now.addingTimeInterval(SenderPace.slowSeconds)
        _ = try change(
            sender,
            """
            slowed_until = \(until), slowed_times = CASE WHEN slowed_until > \(now) THEN slowed_times + 1 ELSE 1 END
            """, if: "(slowed_until IS NULL OR slowed_until <= \(until.addingTimeInterval(-SenderPace.slowPauseSeconds)))")
    }

    /// Nothing of the number leaves until then; an earlier end gives way.
    package func hold(_ sender: Identifier<Sender>, until: Date, reason: String) throws {
        try access.require(.sendersManage)
        try makeRow(sender)
        _ = try change(sender, "held_until = \(until), held_reason = \(reason)", if: "(held_until IS NULL OR held_until < \(until))")
    }

    private func makeRow(_ sender: Identifier<Sender>) throws {
        try transaction.run(
            "INSERT INTO sender_holds (workspace_id, sender_id) VALUES (\(access.workspaceID), \(sender)) ON CONFLICT DO NOTHING")
    }

    private func change(_ sender: Identifier<Sender>, _ assignments: SQL, if condition: SQL) throws -> Bool {
        try transaction.run(
            """
            UPDATE sender_holds SET \(sql: assignments)
            WHERE workspace_id = \(access.workspaceID) AND sender_id = \(sender) AND \(sql: condition)
            """) == 1
    }

    private static func hold(_ row: Row, from start: Int) throws -> SenderHold {
        var hold = SenderHold()
        (hold.pausedAt, hold.pausedBy) = (try row.dateOrNil(start), try row.textOrNil(start + 1))
        (hold.campaignsPausedAt, hold.campaignsPausedReason) = (try row.dateOrNil(start + 2), try row.textOrNil(start + 3))
        hold.slowedUntil = try row.dateOrNil(start + 4)
        (hold.heldUntil, hold.heldReason) = (try row.dateOrNil(start + 5), try row.textOrNil(start + 6))
        hold.slowedTimes = try row.integer(start + 7)
        return hold
    }

    /// All that decides how fast a number may send now.
    package struct Standing: Sendable {
        package let hold: SenderHold
        package let pace: SenderPace
        /// The provider's portfolio, whose limit on people it shares.
        package let portfolio: String
    }

    /// Inbound rates older than this count no more, in seconds.
    private static let inboundSeconds = 5.0

    package func standing(of sender: Identifier<Sender>, now: Date) throws -> Standing? {
        try access.require(.sendersView)
        return try transaction.rows(
            """
            SELECT s.throughput, s.is_coexistence, COALESCE(c.portfolio_id, c.business_account_id),
                (SELECT SUM(r.per_second) FROM inbound_rates r
                    WHERE r.workspace_id = s.workspace_id AND r.sender_id = s.id AND r.at > \(now.addingTimeInterval(-Self.inboundSeconds))),
                h.paused_at, h.paused_by, h.campaigns_paused_at, h.campaigns_paused_reason, h.slowed_until, h.held_until, h.held_reason,
                COALESCE(h.slowed_times, 0)
            FROM senders s JOIN connections c ON c.workspace_id = s.workspace_id AND c.id = s.connection_id
            LEFT JOIN sender_holds h ON h.workspace_id = s.workspace_id AND h.sender_id = s.id
            WHERE s.workspace_id = \(access.workspaceID) AND s.id = \(sender)
            """
        ).first.map { row in
            let hold = try Self.hold(row, from: 4)
            return Standing(
                hold: hold,
                pace: SenderPace(
                    level: try row.textOrNil(0), isCoexistence: try row.bool(1), inboundPerSecond: try row.realOrNil(3) ?? 0,
                    slowedUntil: hold.slowedUntil, slowedTimes: hold.slowedTimes, heldUntil: hold.heldUntil),
                portfolio: try row.text(2))
        }
    }
}

/// How many messages customers write to numbers in a second, as each process that takes webhooks has counted.
package struct InboundRateTable {
    private let transaction: any Transaction

    package init(_ transaction: any Transaction) { self.transaction = transaction }

    package func write(
        _ rates: [(workspaceID: Identifier<Workspace>, senderID: Identifier<Sender>, perSecond: Double)], process: String, at now: Date
    ) throws {
        try transaction.insert(
            into: "inbound_rates (workspace_id, sender_id, process_id, per_second, at)",
            rates.map { [SQLValue($0.workspaceID), SQLValue($0.senderID), .text(process), .real($0.perSecond), SQLValue(now)] },
            suffix: "ON CONFLICT (workspace_id, sender_id, process_id) DO UPDATE SET per_second = excluded.per_second, at = excluded.at")
    }

    /// Forgets what is older.
    package func forget(before: Date) throws { try transaction.run("DELETE FROM inbound_rates WHERE at < \(before)") }
}
