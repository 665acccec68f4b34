package import Domain

package import struct Foundation.Date

/// By which server the caller's workspace sends e-mail.
package struct MailTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    package struct Stored: Sendable {
        package let settings: MailSettings
        package let sealedPassword: String?

        package init(settings: MailSettings, sealedPassword: String?) { (self.settings, self.sealedPassword) = (settings, sealedPassword) }
    }

    package func find() throws -> Stored? {
        try access.require(.settingsManage)
        return try transaction.rows(
            "SELECT host, port, security, user_name, sender, password FROM mail_settings WHERE workspace_id = \(access.workspaceID)"
        ).first.map { row in
            guard let security = MailSettings.Security(rawValue: try row.text(2)) else { throw StoreError.columnMismatch(2) }
            let settings = try MailSettings(
                host: row.text(0), port: row.integer(1), security: security, user: row.textOrNil(3), sender: row.text(4))
            return Stored(settings: settings, sealedPassword: try row.textOrNil(5))
        }
    }

    package func save(_ stored: Stored, at now: Date) throws {
        try access.require(.settingsManage)
        let settings = stored.settings
        try transaction.run(
            """
            INSERT INTO mail_settings (workspace_id, host, port, security, user_name, sender, password, updated_at)
            VALUES (\(access.workspaceID), \(settings.host), \(settings.port), \(settings.security.rawValue), \(settings.user),
                \(settings.sender.text), \(stored.sealedPassword), \(now))
            ON CONFLICT (workspace_id) DO UPDATE SET host = excluded.host, port = excluded.port, security = excluded.security,
                user_name = excluded.user_name, sender = excluded.sender, password = excluded.password, updated_at = excluded.updated_at
            """)
    }

    /// False when there was none.
    package func delete() throws -> Bool {
        try access.require(.settingsManage)
        return try transaction.run("DELETE FROM mail_settings WHERE workspace_id = \(access.workspaceID)") == 1
    }
}
