package import Domain

/// Single values of the whole installation.
package struct SettingTable {
    package enum Key: String, Sendable {
        /// Something sealed with the secret key: a start with another key can't open it.
        case secretCheck = "secret.check"
        /// Present while nothing may be sent anywhere, as ``SendingHalt``.
        case sendingHalted = "sending.halted"
        /// Which installation this is: a restored one is another.
        case instanceID = "instance.id"
        /// By which push services know this installation, sealed.
        case pushKey = "push.key"
        /// Written again and again to see whether that can be done.
        case storeProbe = "store.probe"
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

    package func set(_ value: String, for key: Key) throws {
        try transaction.run(
            "INSERT INTO settings (key, value) VALUES (\(key.rawValue), \(value)) ON CONFLICT (key) DO UPDATE SET value = excluded.value")
    }

    /// Whether there was one.
    package func remove(_ key: Key) throws -> Bool { try transaction.run("DELETE FROM settings WHERE key = \(key.rawValue)") == 1 }

    /// Why nothing is sent; nil when all is sent that may be.
    package func sendingHalt() throws -> SendingHalt? { try value(of: .sendingHalted).map { try JSONText.decode(from: $0) } }
}
