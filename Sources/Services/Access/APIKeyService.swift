package import Domain
internal import Logging
package import Store

package import struct Foundation.Date

/// A key that was just made, with its token, which is shown this once.
package struct NewAPIKey: Sendable {
    package let key: APIKey
    package let token: SecretToken
}

/// API keys of a workspace.
package struct APIKeyService: Sendable {
    static let prefix = "sb_"

    private let database: any Database
    private let revocations: AccessRevocations
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(database: any Database, revocations: AccessRevocations, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.revocations, self.signals, self.now) = (database, revocations, signals, now)
    }

    package func list(access: Access) async throws -> [APIKey] {
        try await database.read { try APIKeyTable($0, access).all() }
    }

    package func create(name: String, scopes: Set<KeyScope>, access: Access) async throws -> NewAPIKey {
        let new = try await database.write { try create(name: name, scopes: scopes, access: access, in: $0) }
        signals.eventsAppended(in: access.workspaceID)
        return new
    }

    /// As ``create(name:scopes:access:)``, inside a transaction of the caller's.
    package func create(name: String, scopes: Set<KeyScope>, access: Access, in transaction: any Transaction) throws -> NewAPIKey {
        try access.require(.keysManage)
        guard !name.isBlank else { throw APIKeyProblem.nameEmpty }
        guard name.count <= APIKey.nameLimit else { throw APIKeyProblem.nameTooLong(count: name.count) }
        guard !scopes.isEmpty else { throw APIKeyProblem.scopesEmpty }
        // A key that may only manage can't make one that reads and sends in its place.
        if let beyond = scopes.sorted(by: { $0.rawValue < $1.rawValue }).first(where: { !access.grants.isSuperset(of: $0.grants) }) {
            throw APIKeyProblem.scopeNotHeld(beyond)
        }
        let now = now()
        let key = APIKey(
            id: .make(at: now), workspaceID: access.workspaceID, name: name, scopes: scopes, createdBy: access.actor.text, createdAt: now,
            lastUsedAt: nil, revokedAt: nil)
        let token = SecretToken.make(prefix: Self.prefix)
        try APIKeyTable(transaction, access).insert(key, tokenHash: token.hash)
        try EventTable(transaction, access).append(NewEvent(.keyUpdated, subject: key.id.text, cause: "created"), at: now)
        return NewAPIKey(key: key, token: token)
    }

    /// The key stops working at once; it stays in the list.
    package func revoke(_ id: Identifier<APIKey>, access: Access) async throws {
        let now = now()
        try await database.write { transaction in
            try APIKeyTable(transaction, access).revoke(id, at: now)
            try EventTable(transaction, access).append(NewEvent(.keyUpdated, subject: id.text, cause: "revoked"), at: now)
        }
        revocations.end(.key(id))
        signals.eventsAppended(in: access.workspaceID)
        Logger.access.info("API key revoked", metadata: ["key.id": "\(id)", "actor": "\(access.actor.text)"])
    }
}
