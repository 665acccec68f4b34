package import Domain

/// What messages cost in the caller's workspace.
package struct MessageRateTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// By category, region and day, behind the one given.
    package func list(after key: MessageRate.Key?, limit: Int) throws -> [MessageRate] {
        try access.require(.settingsManage)
        let place: SQL =
            if let key {
                " AND (category, region, from_day) > (\(key.category.rawValue), \(key.region), \(key.from.text))"
            } else {
                ""
            }
        return try transaction.rows(
            """
            SELECT category, region, from_day, amount_millionths, currency FROM message_rates
            WHERE workspace_id = \(access.workspaceID)\(sql: place) ORDER BY category, region, from_day LIMIT \(limit)
            """
        ).map(Self.rate)
    }

    /// Of one category, those that hold on a day or held before. Whoever may plan a campaign may know what it costs.
    package func all(of category: MessageRate.Category, until day: CalendarDay) throws -> [MessageRate] {
        try access.require(.templatesView)
        return try transaction.rows(
            """
            SELECT category, region, from_day, amount_millionths, currency FROM message_rates
            WHERE workspace_id = \(access.workspaceID) AND category = \(category.rawValue) AND from_day <= \(day.text)
            ORDER BY region, from_day LIMIT \(MessageRate.countLimit)
            """
        ).map(Self.rate)
    }

    /// How many there are, counted up to one more than there may be.
    package func count() throws -> Int {
        try access.require(.settingsManage)
        return try transaction.rows(
            """
            SELECT COUNT(*) FROM (
                SELECT 1 FROM message_rates WHERE workspace_id = \(access.workspaceID) LIMIT \(MessageRate.countLimit + 1)
            ) AS counted
            """)[0].integer(0)
    }

    /// In place of what the workspace had for the same.
    package func save(_ rate: MessageRate) throws {
        try access.require(.settingsManage)
        try transaction.run(
            """
            INSERT INTO message_rates (workspace_id, category, region, from_day, amount_millionths, currency)
            VALUES (\(access.workspaceID), \(rate.key.category.rawValue), \(rate.key.region), \(rate.key.from.text), \(rate.price.millionths),
                \(rate.price.currency))
            ON CONFLICT (workspace_id, category, region, from_day)
                DO UPDATE SET amount_millionths = excluded.amount_millionths, currency = excluded.currency
            """)
    }

    /// False when there was none.
    package func delete(_ key: MessageRate.Key) throws -> Bool {
        try access.require(.settingsManage)
        return try transaction.run(
            """
            DELETE FROM message_rates
            WHERE workspace_id = \(access.workspaceID) AND category = \(key.category.rawValue) AND region = \(key.region)
                AND from_day = \(key.from.text)
            """) == 1
    }

    private static func rate(_ row: Row) throws -> MessageRate {
        guard let category = MessageRate.Category(rawValue: try row.text(0)), let from = CalendarDay(parsing: try row.text(2)) else {
            throw StoreError.columnMismatch(0)
        }
        return MessageRate(
            .init(category: category, region: try row.text(1), from: from),
            MessageCost(millionths: try row.integer(3), currency: try row.text(4))
        )
    }
}
