package import struct Foundation.Date

/// What came to the app's own address and was for nobody here, or couldn't be read. It belongs to no workspace and is for whoever runs the server:
/// only the newest are kept, and none for longer than the journal keeps its own.
package struct StrayWebhookTable {
    package enum Reason: String, Sendable, CaseIterable, Codable {
        case unreadable
        case unknownAccount = "unknown-account"
        /// Of an account that several workspaces have, and of none's number.
        case unknownNumber = "unknown-number"
    }

    package struct Stray: Sendable {
        package let reason: Reason
        /// The provider's id of the account; nil when it can't be read.
        package let account: String?
        package let body: [UInt8]

        package init(_ reason: Reason, account: String?, body: [UInt8]) { (self.reason, self.account, self.body) = (reason, account, body) }
    }

    package static let keptDays = 30.0
    package static let countLimit = 100
    /// Of a body; what is behind that is cut off.
    package static let byteLimit = 65_536

    private let transaction: any Transaction

    package init(_ transaction: any Transaction) { self.transaction = transaction }

    /// Keeps them in the place of the oldest.
    package func insert(_ strays: [Stray], at now: Date) throws {
        for stray in strays.suffix(Self.countLimit) {
            try transaction.run(
                """
                INSERT INTO stray_webhooks (reason, account_id, body, byte_count, received_at)
                VALUES (\(stray.reason.rawValue), \(stray.account), \(Array(stray.body.prefix(Self.byteLimit))), \(stray.body.count), \(now))
                """)
        }
        try transaction.run("DELETE FROM stray_webhooks WHERE id <= (SELECT MAX(id) FROM stray_webhooks) - \(Self.countLimit)")
    }

    /// How many of each kind are kept, and when the last of them came.
    package func counts() throws -> [Reason: (count: Int, lastAt: Date)] {
        try transaction.rows(
            "SELECT reason, COUNT(*), MAX(received_at) FROM stray_webhooks GROUP BY reason ORDER BY reason LIMIT \(Reason.allCases.count)"
        ).reduce(into: [:]) { counts, row in
            if let reason = Reason(rawValue: try row.text(0)) { counts[reason] = (try row.integer(1), try row.date(2)) }
        }
    }

    package func remove(before: Date) throws {
        try transaction.run("DELETE FROM stray_webhooks WHERE received_at < \(before)")
    }
}
