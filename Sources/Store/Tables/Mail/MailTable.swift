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
        package let fault: MailFault?

        package init(settings: MailSettings, sealedPassword: String?, fault: MailFault? = nil) {
            (self.settings, self.sealedPassword, self.fault) = (settings, sealedPassword, fault)
        }
    }

    package func find() throws -> Stored? {
        try access.require(.settingsManage)
        return try transaction.rows(
            """
            SELECT host, port, security, user_name, sender, password, failure, failed_at FROM mail_settings
            WHERE workspace_id = \(access.workspaceID)
            """
        ).first.map { row in
            guard let security = MailSettings.Security(rawValue: try row.text(2)) else { throw StoreError.columnMismatch(2) }
            let settings = try MailSettings(
                host: row.text(0), port: row.integer(1), security: security, user: row.textOrNil(3), sender: row.text(4))
            let failedAt = try row.dateOrNil(7)
            let fault = try row.textOrNil(6).flatMap { reason in failedAt.map { MailFault(reason: reason, at: $0) } }
            return Stored(settings: settings, sealedPassword: try row.textOrNil(5), fault: fault)
        }
    }

    /// Without what the server before said.
    package func save(_ stored: Stored, at now: Date) throws {
        try access.require(.settingsManage)
        let settings = stored.settings
        try transaction.run(
            """
            INSERT INTO mail_settings (workspace_id, host, port, security, user_name, sender, password, updated_at)
            VALUES (\(access.workspaceID), \(settings.host), \(settings.port), \(settings.security.rawValue), \(settings.user),
                \(settings.sender.text), \(stored.sealedPassword), \(now))
            ON CONFLICT (workspace_id) DO UPDATE SET host = excluded.host, port = excluded.port, security = excluded.security,
                user_name = excluded.user_name, sender = excluded.sender, password = excluded.password, updated_at = excluded.updated_at,
                failure = NULL, failed_at = NULL
            """)
    }

    /// What came of the last e-mail; nil when the server took it.
    package func setFault(_ fault: MailFault?) throws {
        try access.require(.settingsManage)
        let isOther: SQL = fault == nil ? " AND failure IS NOT NULL" : ""
        try transaction.run(
            """
            UPDATE mail_settings SET failure = \(fault?.reason), failed_at = \(fault?.at)
            WHERE workspace_id = \(access.workspaceID)\(sql: isOther)
            """)
    }

    /// False when there was none.
    package func delete() throws -> Bool {
        try access.require(.settingsManage)
        return try transaction.run("DELETE FROM mail_settings WHERE workspace_id = \(access.workspaceID)") == 1
    }
}
