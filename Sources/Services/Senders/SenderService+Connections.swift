package import Domain
internal import Store

/// Looking at connections, and having the provider send their webhooks here again.
extension SenderService {
    /// Entries of the journal that are counted, at most.
    private static let journalLimit = 999

    /// Throws ``SenderProblem/connectionMissing``.
    package func standing(of id: Identifier<Connection>, access: Access) async throws -> ConnectionStanding {
        try await database.read { transaction in
            guard let stored = try ConnectionTable(transaction, access).find(id) else { throw SenderProblem.connectionMissing }
            let refusals = WebhookRefusalTable(transaction, access)
            return ConnectionStanding(
                connection: stored.connection,
                senders: try SenderTable(transaction, access).list(of: id).filter { $0.removedAt == nil },
                refusals: try refusals.list(of: id), waitingInJournal: try refusals.waitingInJournal(id, limit: Self.journalLimit))
        }
    }

    /// Has the provider send the account's webhooks to the app, also when it says that it does, which takes away an address that somebody set
    /// for this account alone. Writes nothing: look at the connection afterwards. Throws ``ChannelProblem``.
    package func subscribeAnew(_ id: Identifier<Connection>, access: Access) async throws {
        let stored = try await database.read { try ConnectionTable($0, access).find(id) }
        guard let stored, let channel = channels[stored.connection.channel] else { throw SenderProblem.connectionMissing }
        try await channel.subscribeAnew(
            AccountRoute(businessAccountID: stored.connection.businessAccountID, secrets: secrets.open(stored)))
    }
}
