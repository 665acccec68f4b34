package import Domain
internal import Store

internal import struct Foundation.URL

/// Where the webhooks of connections that were made in the window go.
extension NumberSignupService {
    /// Whether a connection was made in the window, whose app is the operator's and serves others too.
    package func made(_ connection: Connection) -> Bool { app.map { $0.appID == connection.appID } ?? false }

    /// Has the webhooks of a connection sent here again: of one that was made in the window to an address of its own, of any other to its app's. Throws
    /// ``EmbeddedSignupProblem`` and ``ChannelProblem``.
    /// - Parameter server: scheme and host of this installation, as the provider reaches it.
    package func subscribeAnew(_ id: Identifier<Connection>, server: String, access: Access) async throws {
        guard let stored = try await database.read({ try ConnectionTable($0, access).find(id) }) else {
            throw SenderProblem.connectionMissing
        }
        guard made(stored.connection), let channel else { return try await senders.subscribeAnew(id, access: access) }
        guard let address = URL(string: "\(server)/hooks/meta/\(id.text)") else {
            throw EmbeddedSignupProblem.addressRefused("\(server) isn\u{2019}t an address")
        }
        let held = try connectionSecrets.open(stored)
        try await channel.subscribe(
            stored.connection.businessAccountID, to: address, verifyToken: held.verifyToken, token: held.accessToken)
    }
}
