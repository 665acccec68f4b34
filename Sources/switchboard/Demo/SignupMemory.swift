internal import Domain
internal import Logging
internal import Services
internal import Simulator
internal import Store
internal import Web

/// The numbers that were signed up before the demo was stopped, read from the hub's own connections, so that the simulator knows them again: with their
/// accounts and tokens. PINs are not among it.
struct SignupMemory: Sendable {
    let accounts: [SimulatorSeed.Account]
    let accessTokens: [String: String]
    let senders: [Sender]
    private let connections: [Identifier<Connection>]
    private let access: Access

    init(_ services: HubServices, access: Access) async throws {
        let app = SimulatorSeed.App.signup.id
        let found = try await services.database.read { transaction in
            try ConnectionTable(transaction, access).list().filter { $0.connection.appID == app }
                .map { ($0, try SenderTable(transaction, access).list(of: $0.connection.id)) }
        }
        accounts = found.map { stored, senders in
            SimulatorSeed.Account(
                id: stored.connection.businessAccountID, name: stored.connection.facts.accountName ?? stored.connection.name,
                portfolio: stored.connection.facts.portfolioID,
                numbers: senders.map {
                    .init(id: $0.providerID, digits: $0.phoneNumber.digits, verifiedName: $0.displayName ?? $0.name)
                }, subscribedApps: [app])
        }
        accessTokens = try found.reduce(into: [:]) { $0[try services.secrets.open($1.0).accessToken] = app }
        senders = found.flatMap(\.1)
        connections = found.map(\.0.connection.id)
        self.access = access
    }

    /// Has the simulator send their webhooks to where the hub listens now.
    func subscribe(to server: String, through services: HubServices) async {
        for connection in connections {
            do {
                try await services.web.signups.subscribeAnew(connection, server: server, access: access)
            } catch {
                // One that can't be repaired by itself, because its token was replaced, say, has a page that tells so.
                Logger(label: "demo").warning(
                    "Webhooks of a number can't be asked for", metadata: ["connection.id": "\(connection)", "error": "\(error)"])
            }
        }
    }
}
