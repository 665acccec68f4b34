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
        app_secret, verify_token, access_token, last_webhook_field, account_name, portfolio_id, token_kind, token_ends_at, token_permissions,
        callback_addresses, checked_at, check_problem, access_token_replaced_at, access_token_replaced_by, app_secret_replaced_at,
        app_secret_replaced_by, app_subscription
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

    /// Connections of one workspace, at most: each number that is signed up may bring one.
    private static let listLimit = 500

    package func list() throws -> [StoredConnection] {
        try access.require(.connectionsManage)
        return try transaction.rows(
            "SELECT \(raw: Self.columns) FROM connections WHERE workspace_id = \(access.workspaceID) ORDER BY id LIMIT \(Self.listLimit)"
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

    /// Notes who has just replaced a secret.
    package func setReplaced(_ kind: ConnectionSecretKind, at now: Date, _ id: Identifier<Connection>) throws {
        try access.require(.connectionsManage)
        let column = kind == .accessToken ? "access_token" : "app_secret"
        try transaction.run(
            """
            UPDATE connections SET \(raw: column)_replaced_at = \(now), \(raw: column)_replaced_by = \(access.actor.text)
            WHERE workspace_id = \(access.workspaceID) AND id = \(id)
            """)
    }

    /// What a check found out. A name and portfolio that aren't told stay as they were known.
    /// - Parameter callbackAddresses: where the provider sends what it tells of the numbers, each once.
    package func setChecked(_ account: AccountReport, callbackAddresses: [String], _ id: Identifier<Connection>) throws {
        try access.require(.connectionsManage)
        let token = account.token
        try transaction.run(
            """
            UPDATE connections SET is_subscribed = \(account.isSubscribed), token_is_temporary = \(token.expiresAt != nil),
                portfolio_id = COALESCE(\(account.portfolioID), portfolio_id), account_name = COALESCE(\(account.name), account_name),
                token_kind = \(token.kind), token_ends_at = \(token.expiresAt),
                token_permissions = \(token.permissions.map { try JSONText.encode($0) }),
                callback_addresses = \(JSONText.encode(callbackAddresses)),
                app_subscription = COALESCE(\(account.app.map { try JSONText.encode($0) }), app_subscription)
            WHERE workspace_id = \(access.workspaceID) AND id = \(id)
            """)
    }

    /// - Parameter field: what the webhook was about; nil leaves what was known.
    package func touch(_ id: Identifier<Connection>, lastWebhookAt: Date, field: String?) throws {
        try transaction.run(
            """
            UPDATE connections SET last_webhook_at = \(lastWebhookAt), last_webhook_field = COALESCE(\(field), last_webhook_field)
            WHERE workspace_id = \(access.workspaceID) AND id = \(id)
            """)
    }

    /// A webhook names only the connection, and no workspace: its signature decides whether it is believed.
    package static func find(anywhere id: String, _ transaction: any Transaction) throws -> StoredConnection? {
        try transaction.rows("SELECT \(raw: columns) FROM connections WHERE id = \(id)").first.map(stored)
    }

    /// Those of an app, in any workspace, for each of these business accounts.
    package static func find(
        appID: String, businessAccountIDs accounts: [String], _ transaction: any Transaction
    ) throws -> [String: [Identifier<Connection>]] {
        var found: [String: [Identifier<Connection>]] = [:]
        try transaction.forEachChunk(of: accounts.map { [SQLValue.text($0)] }) { chunk in
            let rows = try transaction.rows(
                """
                SELECT business_account_id, id FROM connections
                WHERE app_id = \(appID) AND business_account_id IN (\(list: chunk.map { $0[0] })) ORDER BY business_account_id, id
                """)
            for row in rows { found[try row.text(0), default: []].append(try row.id(1)) }
        }
        return found
    }

    private static func stored(_ row: Row) throws -> StoredConnection {
        guard let channel = ChannelKind(rawValue: try row.text(2)) else { throw StoreError.columnMismatch(2) }
        return StoredConnection(
            connection: Connection(
                id: try row.id(1), workspaceID: try row.id(0), channel: channel, name: try row.text(3), appID: try row.text(4),
                businessAccountID: try row.text(5), createdAt: try row.date(6), lastWebhookAt: try row.dateOrNil(7),
                lastWebhookField: try row.textOrNil(13), isSubscribed: try row.bool(8), tokenIsTemporary: try row.bool(9),
                facts: try facts(row), replacements: try replacements(row)),
            sealedAppSecret: try row.text(10), sealedVerifyToken: try row.text(11), sealedAccessToken: try row.text(12))
    }

    private static func facts(_ row: Row) throws -> ConnectionFacts {
        let permissions: [String]? = try row.textOrNil(18).map { try JSONText.decode(from: $0) }
        let token = AccessTokenFacts(kind: try row.textOrNil(16), expiresAt: try row.dateOrNil(17), permissions: permissions)
        return ConnectionFacts(
            accountName: try row.textOrNil(14), portfolioID: try row.textOrNil(15), token: token == AccessTokenFacts() ? nil : token,
            callbackAddresses: try JSONText.decode(from: row.text(19)),
            app: try row.textOrNil(26).map { try JSONText.decode(from: $0) }, checkedAt: try row.dateOrNil(20),
            problem: try row.textOrNil(21))
    }

    private static func replacements(_ row: Row) throws -> [ConnectionSecretKind: SecretReplacement] {
        func replacement(_ column: Int) throws -> SecretReplacement? {
            guard let at = try row.dateOrNil(column), let actor = try row.textOrNil(column + 1) else { return nil }
            return SecretReplacement(at: at, actor: actor)
        }
        var replacements: [ConnectionSecretKind: SecretReplacement] = [:]
        replacements[.accessToken] = try replacement(22)
        replacements[.appSecret] = try replacement(24)
        return replacements
    }
}
