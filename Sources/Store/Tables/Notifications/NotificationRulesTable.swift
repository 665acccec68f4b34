package import Domain

/// The rules of the person who asks. Whoever has set none isn't here.
package struct NotificationRulesTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    package func own() throws -> NotificationRules? {
        try transaction.rows(
            "SELECT rules FROM notification_rules WHERE workspace_id = \(access.workspaceID) AND account_id = \(try access.person())"
        ).first.map { try JSONText.decode(from: $0.text(0)) }
    }

    package func set(_ rules: NotificationRules) throws {
        try transaction.run(
            """
            INSERT INTO notification_rules (workspace_id, account_id, rules)
            VALUES (\(access.workspaceID), \(try access.person()), \(try JSONText.encode(rules)))
            ON CONFLICT (workspace_id, account_id) DO UPDATE SET rules = excluded.rules
            """)
    }
}
