package import Domain

package import struct Foundation.Date

/// Until when the numbers of the caller's workspace are paid. A number without a row was never activated: it is free where its kind costs nothing.
package struct SubscriptionTable {
    /// Numbers of a workspace that have a month, at most; a business has tens.
    private static let listLimit = 500

    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// Whether a number may work, as its status asks; nil when there is no such number.
    package func standing(of sender: Identifier<Sender>) throws -> Subscription.Standing? {
        try access.require(.sendersView)
        return try current(of: sender).map { $0.subscription.standing(price: $0.price) }
    }

    /// Nil when there is no such number.
    package func current(of sender: Identifier<Sender>) throws -> PricedSubscription? {
        try access.require(.sendersView)
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM senders n
            LEFT JOIN sender_subscriptions s ON s.workspace_id = n.workspace_id AND s.sender_id = n.id
            LEFT JOIN credit_prices p ON p.workspace_id = n.workspace_id AND p.channel = n.channel
            WHERE n.workspace_id = \(access.workspaceID) AND n.id = \(sender)
            """
        ).first.map(Self.current)
    }

    /// Those of all numbers, by their ids.
    package func all() throws -> [PricedSubscription] {
        try access.require(.sendersManage)
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM senders n
            LEFT JOIN sender_subscriptions s ON s.workspace_id = n.workspace_id AND s.sender_id = n.id
            LEFT JOIN credit_prices p ON p.workspace_id = n.workspace_id AND p.channel = n.channel
            WHERE n.workspace_id = \(access.workspaceID) AND n.removed_at IS NULL ORDER BY n.id LIMIT \(Self.listLimit)
            """
        ).map(Self.current)
    }

    /// Numbers that are on and cost something, by their ids.
    package func renewing() throws -> [Identifier<Sender>] {
        try access.require(.sendersManage)
        return try transaction.rows(
            """
            SELECT sender_id FROM sender_subscriptions
            WHERE workspace_id = \(access.workspaceID) AND is_on = 1 AND state <> 'free' ORDER BY sender_id LIMIT \(Self.listLimit)
            """
        ).map { try $0.id(0) }
    }

    /// Credits for all renewals up to that of a number, its own included.
    package func needed(upTo subscription: Subscription) throws -> Credits {
        try access.require(.sendersManage)
        guard let paidUntil = subscription.paidUntil else { return .zero }
        let sum = try transaction.rows(
            """
            SELECT COALESCE(CAST(SUM(p.price) AS BIGINT), 0) FROM sender_subscriptions s
            JOIN senders n ON n.workspace_id = s.workspace_id AND n.id = s.sender_id
            JOIN credit_prices p ON p.workspace_id = n.workspace_id AND p.channel = n.channel
            WHERE s.workspace_id = \(access.workspaceID) AND s.is_on = 1 AND s.paid_until IS NOT NULL AND s.state IN ('paid', 'grace')
                AND (s.paid_until, s.sender_id) <= (\(paidUntil), \(subscription.senderID))
            """)
        return Credits(try sum[0].integer(0))
    }

    /// Numbers of any workspace whose month has ended or was never charged, the longest ago first.
    package static func overdue(
        _ transaction: any Transaction, at now: Date, limit: Int
    ) throws -> [(workspaceID: Identifier<Workspace>, senderID: Identifier<Sender>)] {
        try transaction.rows(
            """
            SELECT workspace_id, sender_id FROM sender_subscriptions WHERE paid_until <= \(now)
            ORDER BY paid_until, workspace_id, sender_id LIMIT \(limit)
            """
        ).map { (try $0.id(0), try $0.id(1)) }
            + transaction.rows(
                """
                SELECT workspace_id, sender_id FROM sender_subscriptions WHERE state = 'reserved'
                ORDER BY workspace_id, sender_id LIMIT \(limit)
                """
            ).map { (try $0.id(0), try $0.id(1)) }
    }

    package func save(_ subscription: Subscription) throws {
        try access.require(.sendersManage)
        let one = subscription
        try transaction.run(
            """
            INSERT INTO sender_subscriptions (workspace_id, sender_id, state, is_on, price, month, anchor, paid_until, grace_ends_at, reminder)
            VALUES (\(access.workspaceID), \(one.senderID), \(one.state.rawValue), \(one.isOn), \(one.price.count), \(one.month), \(one.anchor),
                \(one.paidUntil), \(one.graceEndsAt), \(one.reminder?.rawValue))
            ON CONFLICT (workspace_id, sender_id) DO UPDATE SET state = excluded.state, is_on = excluded.is_on, price = excluded.price,
                month = excluded.month, anchor = excluded.anchor, paid_until = excluded.paid_until, grace_ends_at = excluded.grace_ends_at,
                reminder = excluded.reminder
            """)
    }

    private static let columns = """
        n.id, n.name, COALESCE(p.price, 0), s.state, s.is_on, s.price, s.month, s.anchor, s.paid_until, s.grace_ends_at, s.reminder
        """

    private static func current(_ row: Row) throws -> PricedSubscription {
        let price = Credits(try row.integer(2))
        guard let text = try row.textOrNil(3) else {
            // What was there before anything cost credits works on.
            let isFree = price == .zero
            let one = Subscription(senderID: try row.id(0), state: isFree ? .free : .idle, isOn: isFree)
            return PricedSubscription(subscription: one, price: price, senderName: try row.text(1))
        }
        guard let state = Subscription.State(rawValue: text) else { throw StoreError.columnMismatch(3) }
        let one = Subscription(
            senderID: try row.id(0), state: state, isOn: try row.bool(4), price: Credits(try row.integer(5)), month: try row.integer(6),
            anchor: try row.dateOrNil(7), paidUntil: try row.dateOrNil(8), graceEndsAt: try row.dateOrNil(9),
            reminder: try row.integerOrNil(10).flatMap(Subscription.Reminder.init))
        return PricedSubscription(subscription: one, price: price, senderName: try row.text(1))
    }
}
