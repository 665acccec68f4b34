package import Domain
internal import Logging
package import Store

package import struct Foundation.Date

/// Finds out who holds a cookie or an API key.
package struct Authenticator: Sendable {
    /// Seconds between two notes of a session's or key's use: a note is a write, and nobody needs it to the second.
    private static let sessionTouchSeconds = 600.0
    private static let keyTouchSeconds = 60.0

    private let database: any Database
    private let now: @Sendable () -> Date

    package init(database: any Database, now: @escaping @Sendable () -> Date) { (self.database, self.now) = (database, now) }

    /// Nil when the session ended.
    package func signedIn(token: String, address: String? = nil) async throws -> SignedIn? {
        let (now, hash) = (now(), SecretToken.hash(of: token))
        guard let signedIn = try await database.read({ try SessionTable($0).signedIn(tokenHash: hash, at: now) }) else { return nil }
        if now.timeIntervalSince(signedIn.session.lastSeenAt) > Self.sessionTouchSeconds {
            let expiresAt = now.addingTimeInterval(Double(Session.idleLifetime.components.seconds))
            await note { try SessionTable($0).touch(signedIn.session.id, at: now, expiresAt: expiresAt, address: address) }
        }
        return signedIn
    }

    /// Nil when there is no such key, or it was revoked.
    package func access(key token: String, address: String?) async throws -> Access? {
        guard token.hasPrefix(APIKeyService.prefix) else { return nil }
        let (now, hash) = (now(), SecretToken.hash(of: token))
        guard let key = try await database.read({ try APIKeyLookup($0).key(tokenHash: hash) }) else { return nil }
        if now.timeIntervalSince(key.lastUsedAt ?? .distantPast) > Self.keyTouchSeconds {
            await note { try APIKeyLookup($0).touch(key, at: now) }
        }
        return Access(workspaceID: key.workspaceID, actor: .key(key.id), grants: key.grants, visibility: .all, address: address)
    }

    /// Whether a session or key that was good when a stream began still is, with the same rights.
    package func isCurrent(_ access: Access, session: Identifier<Session>?) async throws -> Bool {
        let now = now()
        return try await database.read { transaction in
            switch access.actor {
            case .member(let account):
                guard let session, try SessionTable(transaction).isActive(session, at: now) else { return false }
                let membership = try SessionTable(transaction).memberships(of: account).first { $0.workspace.id == access.workspaceID }
                return membership?.role.grants == access.grants && membership?.visibility == access.visibility
            case .key(let id): return try APIKeyLookup(transaction).isActive(id, in: access.workspaceID)
            case .system: return true
            }
        }
    }

    /// A note of use isn't worth failing a request for.
    private func note(_ body: @escaping @Sendable (any Transaction) throws -> Void) async {
        do {
            try await database.write(body)
        } catch {
            Logger.access.warning("Use not noted", metadata: ["error": "\(String(reflecting: error))"])
        }
    }
}
