package import Domain
package import Store
internal import Synchronization

package import struct Foundation.Date

/// The connections that webhooks name, with their secrets in clear and their senders, kept in memory: looking one up costs nothing per webhook.
package final class ConnectionDirectory: Sendable {
    package struct Entry: Sendable {
        package let connection: Connection
        package let secrets: ConnectionSecrets
        /// By the provider's id of the number.
        package let senders: [String: Sender]
    }

    private struct Kept {
        let entry: Entry
        var loadedAt: Date
        /// When it was last read again because of a number that it doesn't hold.
        var missedAt: Date
    }

    private struct State {
        var entries: [String: Kept] = [:]
        /// Rises with each change, so that a load that began before a change isn't kept.
        var generation = 0
    }

    /// How long an entry is believed, in seconds: another process may have changed the connection.
    private static let keptSeconds = 30.0
    /// The same for calls: with an access token that was replaced elsewhere, one would stop the sender again.
    private static let routeSeconds = 2.0
    /// Between two looks for a number that a connection doesn't hold, in seconds.
    private static let missSeconds = 3.0

    private let database: any Database
    private let secrets: ConnectionSecretStore
    private let now: @Sendable () -> Date
    private let state = Mutex(State())

    package init(database: any Database, secrets: ConnectionSecretStore, now: @escaping @Sendable () -> Date) {
        (self.database, self.secrets, self.now) = (database, secrets, now)
    }

    /// nil when there is no such connection.
    package func entry(_ id: String) async throws -> Entry? { try await entry(id, keptFor: Self.keptSeconds) }

    /// As ``entry(_:)``, read again when one of the numbers isn't among its senders: it may have been connected by another process.
    package func entry(_ id: String, holding numbers: some Sequence<String>) async throws -> Entry? {
        guard let entry = try await entry(id) else { return nil }
        guard numbers.contains(where: { entry.senders[$0] == nil }) else { return entry }
        let now = now()
        let mayLook = state.withLock { state in
            guard let missedAt = state.entries[id]?.missedAt else { return true }
            guard now.timeIntervalSince(missedAt) >= Self.missSeconds else { return false }
            state.entries[id]?.missedAt = now
            return true
        }
        return mayLook ? try await load(id, missedAt: now) : entry
    }

    private func entry(_ id: String, keptFor seconds: Double) async throws -> Entry? {
        let now = now()
        let (kept, missedAt) = state.withLock { state -> (Entry?, Date) in
            guard let kept = state.entries[id] else { return (nil, .distantPast) }
            if now.timeIntervalSince(kept.loadedAt) < seconds { return (kept.entry, kept.missedAt) }
            // One caller reads it again; meanwhile the others go on with what there is.
            state.entries[id]?.loadedAt = now
            return (nil, kept.missedAt)
        }
        if let kept { return kept }
        return try await load(id, missedAt: missedAt)
    }

    private func load(_ id: String, missedAt: Date) async throws -> Entry? {
        guard Identifier<Connection>(parsing: id) != nil else { return nil }
        let (generation, loadedAt) = (state.withLock { $0.generation }, now())
        let found = try await database.read { transaction -> (StoredConnection, [Sender])? in
            guard let stored = try ConnectionTable.find(anywhere: id, transaction) else { return nil }
            let access = Access.system("intake", in: stored.connection.workspaceID)
            return (stored, try SenderTable(transaction, access).list(of: stored.connection.id))
        }
        guard let (stored, senders) = found else {
            state.withLock { $0.entries[id] = nil }
            return nil
        }
        let entry = Entry(
            connection: stored.connection, secrets: try secrets.open(stored),
            senders: Dictionary(senders.map { ($0.providerID, $0) }, uniquingKeysWith: { one, _ in one }))
        state.withLock { state in
            if state.generation == generation { state.entries[id] = Kept(entry: entry, loadedAt: loadedAt, missedAt: missedAt) }
        }
        return entry
    }

    /// The verify token of a connection, also of one that is only being made: the provider asks before there is one. nil when there is neither.
    func verifyToken(of id: String) async throws -> String? {
        if let entry = try await entry(id) { return entry.secrets.verifyToken }
        guard let connection = Identifier<Connection>(parsing: id),
            let planned = try await database.read({ try NumberSignupTable.find(connection: connection, $0) })
        else { return nil }
        return try secrets.open(verifyToken: planned.sealedVerifyToken, of: connection, in: planned.signup.workspaceID)
    }

    /// What a call for this sender needs.
    package func route(_ sender: Sender) async throws -> SenderRoute {
        guard let entry = try await entry(sender.connectionID.text, keptFor: Self.routeSeconds) else {
            throw SenderProblem.connectionMissing
        }
        return SenderRoute(
            senderID: sender.id, senderProviderID: sender.providerID, businessAccountID: entry.connection.businessAccountID,
            appID: entry.connection.appID, secrets: entry.secrets)
    }

    /// Forgets a connection after a change to it or to its senders.
    package func forget(_ id: Identifier<Connection>) {
        state.withLock { state in
            state.generation += 1
            state.entries[id.text] = nil
        }
    }
}
