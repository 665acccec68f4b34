package import Domain
package import Store
internal import Synchronization

/// The connections that webhooks name, with their secrets in clear and their senders, kept in memory: looking one up costs nothing per webhook.
package final class ConnectionDirectory: Sendable {
    package struct Entry: Sendable {
        package let connection: Connection
        package let secrets: ConnectionSecrets
        /// By the provider's id of the number.
        package let senders: [String: Sender]
    }

    private struct State {
        var entries: [String: Entry] = [:]
        /// Rises with each change, so that a load that began before a change isn't kept.
        var generation = 0
    }

    private let database: any Database
    private let secrets: ConnectionSecretStore
    private let state = Mutex(State())

    package init(database: any Database, secrets: ConnectionSecretStore) { (self.database, self.secrets) = (database, secrets) }

    /// nil when there is no such connection.
    package func entry(_ id: String) async throws -> Entry? {
        if let entry = state.withLock({ $0.entries[id] }) { return entry }
        guard Identifier<Connection>(parsing: id) != nil else { return nil }
        let generation = state.withLock { $0.generation }
        let found = try await database.read { transaction -> (StoredConnection, [Sender])? in
            guard let stored = try ConnectionTable.find(anywhere: id, transaction) else { return nil }
            let access = Access.system("intake", in: stored.connection.workspaceID)
            return (stored, try SenderTable(transaction, access).list(of: stored.connection.id))
        }
        guard let (stored, senders) = found else { return nil }
        let entry = Entry(
            connection: stored.connection, secrets: try secrets.open(stored),
            senders: Dictionary(senders.map { ($0.providerID, $0) }, uniquingKeysWith: { one, _ in one }))
        state.withLock { state in
            if state.generation == generation { state.entries[id] = entry }
        }
        return entry
    }

    /// What a call for this sender needs.
    package func route(_ sender: Sender) async throws -> SenderRoute {
        guard let entry = try await entry(sender.connectionID.text) else { throw SenderProblem.connectionMissing }
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
