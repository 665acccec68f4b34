package import Domain

package import struct Foundation.Date

/// The API keys of the caller's workspace.
package struct APIKeyTable {
    /// Keys of one workspace, at most, that a list shows.
    package static let listLimit = 500

    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    package func insert(_ key: APIKey, tokenHash: [UInt8]) throws {
        try access.require(.keysManage)
        try transaction.run(
            """
            INSERT INTO api_keys (workspace_id, id, token_hash, name, scopes, created_by, created_at)
            VALUES (\(access.workspaceID), \(key.id), \(tokenHash), \(key.name), \(key.scopes.map(\.rawValue).sorted().joined(separator: " ")),
                \(key.createdBy), \(key.createdAt))
            """)
    }

    /// Newest first, revoked ones too.
    package func all() throws -> [APIKey] {
        try access.require(.keysManage)
        return try transaction.rows(
            """
            SELECT \(sql: Self.columns) FROM api_keys WHERE workspace_id = \(access.workspaceID) ORDER BY id DESC LIMIT \(Self.listLimit)
            """
        ).map(Self.key)
    }

    /// What a key is called, or was: whoever may read what a key wrote may know which it was.
    package func name(of id: Identifier<APIKey>) throws -> String? {
        try access.require(.conversationsView)
        return try transaction.rows("SELECT name FROM api_keys WHERE workspace_id = \(access.workspaceID) AND id = \(id)").first.map {
            try $0.text(0)
        }
    }

    /// Throws ``APIKeyProblem/missing``. One that is revoked stays as it was.
    package func revoke(_ id: Identifier<APIKey>, at now: Date) throws {
        try access.require(.keysManage)
        let changed = try transaction.run(
            "UPDATE api_keys SET revoked_at = COALESCE(revoked_at, \(now)) WHERE workspace_id = \(access.workspaceID) AND id = \(id)")
        guard changed == 1 else { throw APIKeyProblem.missing }
    }

    fileprivate static let columns: SQL = "workspace_id, id, name, scopes, created_by, created_at, last_used_at, revoked_at"

    fileprivate static func key(_ row: Row) throws -> APIKey {
        APIKey(
            id: try row.id(1), workspaceID: try row.id(0), name: try row.text(2),
            scopes: Set(try row.text(3).split(separator: " ").compactMap { KeyScope(rawValue: String($0)) }), createdBy: try row.text(4),
            createdAt: try row.date(5), lastUsedAt: try row.dateOrNil(6), revokedAt: try row.dateOrNil(7))
    }
}

/// Finding a key by its token, which comes before we know whose workspace it is for.
package struct APIKeyLookup {
    private let transaction: any Transaction
    package init(_ transaction: any Transaction) { self.transaction = transaction }

    /// Nil when there is no such key, or it was revoked.
    package func key(tokenHash: [UInt8]) throws -> APIKey? {
        try transaction.rows("SELECT \(sql: APIKeyTable.columns) FROM api_keys WHERE token_hash = \(tokenHash) AND revoked_at IS NULL")
            .first
            .map(APIKeyTable.key)
    }

    package func isActive(_ id: Identifier<APIKey>, in workspace: Identifier<Workspace>) throws -> Bool {
        try !transaction.rows("SELECT 1 FROM api_keys WHERE workspace_id = \(workspace) AND id = \(id) AND revoked_at IS NULL").isEmpty
    }

    package func touch(_ key: APIKey, at now: Date) throws {
        try transaction.run("UPDATE api_keys SET last_used_at = \(now) WHERE workspace_id = \(key.workspaceID) AND id = \(key.id)")
    }
}
