package import Domain

package import struct Foundation.Date

/// The PINs of numbers' two-step verification, sealed: only Services can open them. They are kept by number, because a number keeps its PIN at the
/// provider, whatever becomes of its sign-up and of its sender here.
package struct RegistrationPINTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    private func requireGrants() throws {
        try access.require(.connectionsManage)
        try access.require(.sendersManage)
    }

    package func find(_ number: MatchKey) throws -> String? {
        try requireGrants()
        return try transaction.rows(
            "SELECT pin FROM registration_pins WHERE workspace_id = \(access.workspaceID) AND match_key = \(number.text)"
        ).first?.text(0)
    }

    /// - Parameter replaces: whether in the place of one that is there.
    package func keep(_ sealedPIN: String, of number: MatchKey, replaces: Bool, at now: Date) throws {
        try requireGrants()
        let conflict: SQL = replaces ? "UPDATE SET pin = excluded.pin, kept_at = excluded.kept_at" : "NOTHING"
        try transaction.run(
            """
            INSERT INTO registration_pins (workspace_id, match_key, pin, kept_at)
            VALUES (\(access.workspaceID), \(number.text), \(sealedPIN), \(now))
            ON CONFLICT (workspace_id, match_key) DO \(sql: conflict)
            """)
    }

    package func forget(_ number: MatchKey) throws {
        try requireGrants()
        try transaction.run(
            "DELETE FROM registration_pins WHERE workspace_id = \(access.workspaceID) AND match_key = \(number.text)")
    }
}
