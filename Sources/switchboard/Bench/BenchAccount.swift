internal import Domain
internal import Foundation
internal import Services
internal import Store
internal import Web

/// The workspace of a big database: people, teams, labels, and numbers that are connected to nothing.
struct BenchAccount: Sendable {
    /// What whoever measures needs to know.
    struct Facts: Encodable, Sendable {
        let workspace, email, agentEmail, password, apiKey: String
    }

    static let (slug, email, agentEmail) = ("bench", "olivia@bench.example", "agent1@bench.example")
    private static let (senderCount, agentCount, teamCount, labelCount) = (20, 40, 6, 12)

    let workspaceID: Identifier<Workspace>
    let senders: [Identifier<Sender>]
    let people: [Identifier<Account>]
    let teams: [Identifier<Team>]
    let labels: [Identifier<Label>]
    let facts: Facts

    static func make(in database: any Database, _ configuration: Configuration, now: Date) async throws -> BenchAccount {
        guard try await database.read({ try WorkspaceTable($0).all(limit: 1).isEmpty }) else { throw BenchProblem.databaseIsTaken }
        let data = try DataDirectory(configuration.dataDirectory)
        let services = try await HubServices(
            database: database, dataDirectory: data, secretKey: configuration.secretKey, graphURL: configuration.graphURL,
            graphVersion: configuration.graphVersion, now: { now })
        do {
            let account = try await make(in: services, now: now)
            await services.close()
            return account
        } catch {
            await services.close()
            throw error
        }
    }

    private static func make(in services: HubServices, now: Date) async throws -> BenchAccount {
        let password = secret()
        let (workspace, owner) = try await services.web.setUp.createWorkspace(
            SetUpForm(workspaceName: "Bench", workspaceSlug: slug, name: "Olivia", email: email, password: password))
        let access = Access.system("bench", in: workspace.id)
        var people = [owner.id]
        for number in 1...agentCount {
            let (email, name) = ("agent\(number)@bench.example", "Agent \(number)")
            let member =
                number == 1
                ? try await services.web.members.add(email: email, name: name, role: .agent, password: password, access: access)
                : try await services.web.members.add(email: email, name: name, role: .agent, actor: nil, access: access).member
            people.append(member.account.id)
        }
        var teams: [Identifier<Team>] = []
        for number in 0..<teamCount {
            let members = people.enumerated().filter { $0.offset > 0 && $0.offset % teamCount == number }.map(\.element)
            teams.append(try await services.web.teams.create(name: "Team \(number + 1)", members: members, access: access).id)
        }
        var labels: [Identifier<Label>] = []
        for number in 0..<labelCount {
            let color = Label.Color.allCases[number % Label.Color.allCases.count]
            labels.append(try await services.web.labels.create(name: "Label \(number + 1)", color: color, access: access).id)
        }
        let senders = try await connect(in: services, access, now: now)
        let key = try await services.web.keys.create(name: "Bench", scopes: Set(KeyScope.allCases), access: access)
        return BenchAccount(
            workspaceID: workspace.id, senders: senders, people: people, teams: teams, labels: labels,
            facts: Facts(workspace: slug, email: email, agentEmail: agentEmail, password: password, apiKey: key.token.text))
    }

    private static func secret() -> String { UUID().uuidString.lowercased() }

    private static func connect(in services: HubServices, _ access: Access, now: Date) async throws -> [Identifier<Sender>] {
        let connection = Connection(
            id: .make(at: now), workspaceID: access.workspaceID, channel: .meta, name: "Bench", appID: "1", businessAccountID: "1",
            createdAt: now, lastWebhookAt: nil, isSubscribed: false)
        let stored = try services.secrets.seal(
            ConnectionSecrets(appSecret: secret(), verifyToken: secret(), accessToken: "none"),
            of: connection)
        let senders = try (0..<senderCount).map { number in
            Sender(
                id: .make(at: now), workspaceID: access.workspaceID, connectionID: connection.id, channel: .meta,
                name: "Shop \(number + 1)",
                displayName: "Shop \(number + 1)", phoneNumber: try PhoneNumber(parsing: "+15550\(200_000 + number)"),
                providerID: "99000000\(number)", quality: "GREEN", messagingLimit: nil,
                readReceipts: .onOpen, createdAt: now)
        }
        try await services.database.write { transaction in
            try ConnectionTable(transaction, access).insert(stored)
            for sender in senders { try SenderTable(transaction, access).insert(sender, throughput: nil) }
        }
        return senders.map(\.id)
    }
}

enum BenchProblem: Problem, Equatable {
    case databaseIsTaken

    var kind: ProblemKind { .conflict }
    var code: String { "bench.database-taken" }
    var detail: String { "There is a workspace in this database already. Name another with --data-directory or --database." }
}
