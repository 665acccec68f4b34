package import Domain
package import Store

/// Where a sealed secret stands; it can't be opened anywhere else.
package struct SecretPlace: Sendable, Hashable {
    package let workspaceID: Identifier<Workspace>
    package let table: String
    package let column: String
    package let row: String

    package init(workspaceID: Identifier<Workspace>, table: String, column: String, row: String) {
        (self.workspaceID, self.table, self.column, self.row) = (workspaceID, table, column, row)
    }
}

/// Encrypts what must be read again, such as access tokens, for one place in the database.
package protocol SecretSealing: Sendable {
    func seal(_ secret: String, at place: SecretPlace) throws -> String
    func open(_ sealed: String, at place: SecretPlace) throws -> String
}

/// Seals and opens the secrets of connections.
package struct ConnectionSecretStore: Sendable {
    private let sealing: any SecretSealing

    package init(_ sealing: any SecretSealing) { self.sealing = sealing }

    package func seal(_ secrets: ConnectionSecrets, of connection: Connection) throws -> StoredConnection {
        StoredConnection(
            connection: connection, sealedAppSecret: try sealing.seal(secrets.appSecret, at: place(connection, "app_secret")),
            sealedVerifyToken: try sealing.seal(secrets.verifyToken, at: place(connection, "verify_token")),
            sealedAccessToken: try sealing.seal(secrets.accessToken, at: place(connection, "access_token")))
    }

    package func open(_ stored: StoredConnection) throws -> ConnectionSecrets {
        let connection = stored.connection
        return ConnectionSecrets(
            appSecret: try sealing.open(stored.sealedAppSecret, at: place(connection, "app_secret")),
            verifyToken: try sealing.open(stored.sealedVerifyToken, at: place(connection, "verify_token")),
            accessToken: try sealing.open(stored.sealedAccessToken, at: place(connection, "access_token")))
    }

    /// The verify token of a connection that isn't there yet.
    func seal(verifyToken: String, of id: Identifier<Connection>, in workspaceID: Identifier<Workspace>) throws -> String {
        try sealing.seal(verifyToken, at: verifyPlace(id, workspaceID))
    }

    func open(verifyToken sealed: String, of id: Identifier<Connection>, in workspaceID: Identifier<Workspace>) throws -> String {
        try sealing.open(sealed, at: verifyPlace(id, workspaceID))
    }

    private func verifyPlace(_ id: Identifier<Connection>, _ workspaceID: Identifier<Workspace>) -> SecretPlace {
        SecretPlace(workspaceID: workspaceID, table: "connections", column: "verify_token", row: id.text)
    }

    private func place(_ connection: Connection, _ column: String) -> SecretPlace {
        SecretPlace(workspaceID: connection.workspaceID, table: "connections", column: column, row: connection.id.text)
    }
}

/// Compares without telling by its duration where two texts differ.
package enum ConstantTime {
    package static func areEqual(_ one: String, _ other: String) -> Bool {
        let (one, other) = (Array(one.utf8), Array(other.utf8))
        guard one.count == other.count, !one.isEmpty else { return false }
        return zip(one, other).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
