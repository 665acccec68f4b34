package import Domain

/// What a month of each kind of number costs in the caller's workspace. What has no row costs nothing.
package struct CreditPriceTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    package func all() throws -> [ChannelKind: Credits] {
        try access.require(.sendersManage)
        let none = Dictionary(uniqueKeysWithValues: ChannelKind.allCases.map { ($0, Credits.zero) })
        return try transaction.rows(
            "SELECT channel, price FROM credit_prices WHERE workspace_id = \(access.workspaceID) ORDER BY channel LIMIT 100"
        ).reduce(into: none) { prices, row in
            if let channel = ChannelKind(rawValue: try row.text(0)) { prices[channel] = Credits(try row.integer(1)) }
        }
    }

    package func set(_ price: CreditPrice, for channel: ChannelKind) throws {
        try access.require(.settingsManage)
        try transaction.run(
            """
            INSERT INTO credit_prices (workspace_id, channel, price) VALUES (\(access.workspaceID), \(channel.rawValue), \(price.credits.count))
            ON CONFLICT (workspace_id, channel) DO UPDATE SET price = excluded.price
            """)
    }
}
