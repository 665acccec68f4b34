/// Single values of the whole installation.
package struct SettingTable {
    package enum Key: String, Sendable {
        /// Something sealed with the secret key: a start with another key can't open it.
        case secretCheck = "secret.check"
    }

    private let transaction: any Transaction
    package init(_ transaction: any Transaction) { self.transaction = transaction }

    package func value(of key: Key) throws -> String? {
        try transaction.rows("SELECT value FROM settings WHERE key = \(key.rawValue)").first.map { try $0.text(0) }
    }

    /// Sets it unless it is set; whether it did.
    package func setOnce(_ value: String, for key: Key) throws -> Bool {
        try transaction.run("INSERT INTO settings (key, value) VALUES (\(key.rawValue), \(value)) ON CONFLICT (key) DO NOTHING") == 1
    }
}
