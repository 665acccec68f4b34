package import Domain

package import struct Foundation.Date

/// A connection as stored: its secrets are sealed texts that only Services can open.
package struct StoredConnection: Sendable {
    package let connection: Connection
    package let sealedAppSecret: String
    package let sealedVerifyToken: String
    package let sealedAccessToken: String

    package init(connection: Connection, sealedAppSecret: String, sealedVerifyToken: String, sealedAccessToken: String) {
        (self.connection, self.sealedAppSecret) = (connection, sealedAppSecret)
        (self.sealedVerifyToken, self.sealedAccessToken) = (sealedVerifyToken, sealedAccessToken)
    }
}

package struct ConnectionTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    private static let columns = """
        workspace_id, id, channel, name, app_id, business_account_id, created_at, last_webhook_at, is_subscribed, token_is_temporary,
        app_secret, verify_token, access_token
        """

    package func insert(_ stored: StoredConnection) throws {
        try access.require(.connectionsManage)
        let connection = stored.connection
        try transaction.run(
            """
            INSERT INTO connections (workspace_id, id, channel, name, app_id, business_account_id, created_at, is_subscribed, token_is_temporary,
                app_secret, verify_token, access_token)
            VALUES (\(access.workspaceID), \(connection.id), \(connection.channel.rawValue), \(connection.name), \(connection.appID),
                \(connection.businessAccountID), \(connection.createdAt), \(connection.isSubscribed), \(connection.tokenIsTemporary),
                \(stored.sealedAppSecret), \(stored.sealedVerifyToken), \(stored.sealedAccessToken))
            """)
    }

    package func list() throws -> [StoredConnection] {
        try access.require(.connectionsManage)
        return try transaction.rows(
            "SELECT \(raw: Self.columns) FROM connections WHERE workspace_id = \(access.workspaceID) ORDER BY id LIMIT 100"
        ).map(Self.stored)
    }

    package func find(_ id: Identifier<Connection>) throws -> StoredConnection? {
        try access.require(.connectionsManage)
        return try transaction.rows(
            "SELECT \(raw: Self.columns) FROM connections WHERE workspace_id = \(access.workspaceID) AND id = \(id)"
        ).first.map(Self.stored)
    }

    /// The connection of an app and business account.
    package func find(appID: String, businessAccountID: String) throws -> StoredConnection? {
        try access.require(.connectionsManage)
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM connections
            WHERE workspace_id = \(access.workspaceID) AND app_id = \(appID) AND business_account_id = \(businessAccountID) ORDER BY id LIMIT 1
            """
        ).first.map(Self.stored)
    }

    /// Puts other secrets in the place of those that are stored.
    package func replaceSecrets(_ stored: StoredConnection) throws {
        try access.require(.connectionsManage)
        try transaction.run(
            """
            UPDATE connections SET app_secret = \(stored.sealedAppSecret), verify_token = \(stored.sealedVerifyToken),
                access_token = \(stored.sealedAccessToken)
            WHERE workspace_id = \(access.workspaceID) AND id = \(stored.connection.id)
            """)
    }

    /// That the provider was asked, and which secret it didn't accept.
    package func setAsked(at now: Date, problem: String?, _ id: Identifier<Connection>) throws {
        try access.require(.connectionsManage)
        try transaction.run(
            "UPDATE connections SET checked_at = \(now), check_problem = \(problem) WHERE workspace_id = \(access.workspaceID) AND id = \(id)"
        )
    }

    /// What a check found out. A portfolio that isn't told stays as it was known.
    package func setChecked(isSubscribed: Bool, tokenIsTemporary: Bool, portfolioID: String?, _ id: Identifier<Connection>) throws {
        try access.require(.connectionsManage)
        try transaction.run(
            """
            UPDATE connections SET is_subscribed = \(isSubscribed), token_is_temporary = \(tokenIsTemporary),
                portfolio_id = COALESCE(\(portfolioID), portfolio_id)
            WHERE workspace_id = \(access.workspaceID) AND id = \(id)
            """)
    }

    package func touch(_ id: Identifier<Connection>, lastWebhookAt: Date) throws {
        try transaction.run(
            "UPDATE connections SET last_webhook_at = \(lastWebhookAt) WHERE workspace_id = \(access.workspaceID) AND id = \(id)")
    }

    /// A webhook names only the connection, and no workspace: its signature decides whether it is believed.
    package static func find(anywhere id: String, _ transaction: any Transaction) throws -> StoredConnection? {
        try transaction.rows("SELECT \(raw: columns) FROM connections WHERE id = \(id)").first.map(stored)
    }

    private static func stored(_ row: Row) throws -> StoredConnection {
        guard let channel = ChannelKind(rawValue: try row.text(2)) else { throw StoreError.columnMismatch(2) }
        return StoredConnection(
            connection: Connection(
                id: try row.id(1), workspaceID: try row.id(0), channel: channel, name: try row.text(3), appID: try row.text(4),
                businessAccountID: try row.text(5), createdAt: try row.date(6), lastWebhookAt: try row.dateOrNil(7),
                isSubscribed: try row.bool(8), tokenIsTemporary: try row.bool(9)),
            sealedAppSecret: try row.text(10), sealedVerifyToken: try row.text(11), sealedAccessToken: try row.text(12))
    }
}
