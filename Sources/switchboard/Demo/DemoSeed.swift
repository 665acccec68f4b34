internal import Domain
internal import Foundation
internal import Services
internal import Simulator
internal import Store
internal import Web

/// The shop as it stands in the database, made when it isn't there yet.
struct DemoSeed: Sendable {
    let workspaceID: Identifier<Workspace>
    let connectionID: Identifier<Connection>
    let secrets: ConnectionSecrets
    /// In the order of ``DemoShop/numbers``.
    let senders: [Sender]

    /// Finds the shop of an earlier start.
    init?(finding facts: DemoFacts?, in services: HubServices) async throws {
        let workspace = try await services.database.read { try WorkspaceTable($0).workspace(slug: DemoShop.slug) }
        let isEmpty = try await services.database.read { try WorkspaceTable($0).all(limit: 1).isEmpty }
        guard let facts else {
            guard isEmpty else { throw DemoProblem.databaseIsNotADemo }
            return nil
        }
        // Facts of a folder whose database was thrown away, or of a start that didn't get as far.
        if isEmpty { return nil }
        guard facts != .unfinished else { throw DemoProblem.interrupted }
        guard let workspace else { throw DemoProblem.databaseIsNotADemo }
        let access = Access.system("demo", in: workspace.id)
        let (stored, senders) = try await services.database.read { transaction in
            (
                try ConnectionTable(transaction, access).find(Identifier(facts.connection.id)),
                try SenderTable(transaction, access).list(of: Identifier(facts.connection.id))
            )
        }
        guard let stored else { throw DemoProblem.databaseIsNotADemo }
        (workspaceID, connectionID, secrets) = (workspace.id, stored.connection.id, try services.secrets.open(stored))
        self.senders = DemoShop.numbers.compactMap { number in senders.first { $0.providerID == number.id } }
    }

    /// Makes people, connection, senders, an API key and the last days' conversations.
    static func make(in services: HubServices, now: Date) async throws -> (seed: DemoSeed, facts: DemoFacts) {
        let password = secret(bytes: 12)
        let (workspace, owner) = try await services.web.setUp.createWorkspace(
            SetUpForm(
                workspaceName: DemoShop.name, workspaceSlug: DemoShop.slug, name: DemoShop.owner.name, email: DemoShop.owner.email,
                password: password))
        let system = Access.system("demo", in: workspace.id)
        var people = [
            Access(workspaceID: workspace.id, actor: .member(owner.id), grants: Role.owner.grants, visibility: .all, address: nil)
        ]
        for agent in DemoShop.agents {
            let member = try await services.web.members.add(
                email: agent.email, name: agent.name, role: agent.role, password: password, access: system)
            people.append(
                Access(
                    workspaceID: workspace.id, actor: .member(member.account.id), grants: agent.role.grants, visibility: .all, address: nil)
            )
        }
        let agents = people.dropFirst().compactMap { if case .member(let id) = $0.actor { id } else { nil } }
        let orders = try await services.web.teams.create(name: "Orders", members: [agents[0]], access: people[0])
        _ = try await services.web.teams.create(name: "Shop", members: agents, access: people[0])
        let key = try await services.web.keys.create(name: "Demo", scopes: Set(KeyScope.allCases), access: system)
        let secrets = ConnectionSecrets(
            appSecret: secret(bytes: 16), verifyToken: secret(bytes: 12), accessToken: "EAA" + secret(bytes: 24))
        let connection = Connection(
            id: .make(at: now), workspaceID: workspace.id, channel: .meta, name: DemoShop.name, appID: DemoShop.appID,
            businessAccountID: DemoShop.accountID, createdAt: now, lastWebhookAt: nil, isSubscribed: true)
        let senders = try DemoShop.numbers.map { try sender(of: $0, on: connection, now: now) }
        let stored = try services.secrets.seal(secrets, of: connection)
        try await services.database.write { transaction in
            try ConnectionTable(transaction, system).insert(stored)
            for sender in senders { try SenderTable(transaction, system).insert(sender, throughput: "STANDARD") }
            try DemoTemplates.write(of: connection, in: transaction, access: system, now: now)
        }
        try await writeHistory(in: services, connection, senders, people: people, orders: orders, now: now)
        try await DemoContacts.add(to: services, access: people[0])
        // The past told nobody that it was read; from here on it is as in any new workspace.
        for sender in senders { _ = try await services.web.senders.change(sender.id, readReceipts: .onOpen, access: system) }

        let facts = DemoFacts(
            url: "", simulatorUrl: "", email: DemoShop.owner.email, password: password, apiKey: key.token.text,
            connection: .init(
                id: connection.id.text, appSecret: secrets.appSecret, verifyToken: secrets.verifyToken,
                webhookPath: "/hooks/meta/\(connection.id)"),
            senders: senders.map { .init(id: $0.id.text, phoneNumber: $0.phoneNumber.text, phoneNumberId: $0.providerID) })
        return (DemoSeed(workspaceID: workspace.id, connectionID: connection.id, secrets: secrets, senders: senders), facts)
    }

    private init(workspaceID: Identifier<Workspace>, connectionID: Identifier<Connection>, secrets: ConnectionSecrets, senders: [Sender]) {
        (self.workspaceID, self.connectionID, self.secrets, self.senders) = (workspaceID, connectionID, secrets, senders)
    }

    private static func sender(of number: SimulatorSeed.Number, on connection: Connection, now: Date) throws -> Sender {
        Sender(
            id: .make(at: now), workspaceID: connection.workspaceID, connectionID: connection.id, channel: .meta, name: number.verifiedName,
            displayName: number.verifiedName, phoneNumber: try PhoneNumber(parsing: "+\(number.digits)"), providerID: number.id,
            quality: "GREEN", messagingLimit: "TIER_2K", readReceipts: .never, createdAt: now)
    }

    private static func writeHistory(
        in services: HubServices, _ connection: Connection, _ senders: [Sender], people: [Access], orders: Team, now: Date
    ) async throws {
        let picture = try await services.media.store(
            AsyncStream { continuation in
                continuation.yield(DemoPicture.png())
                continuation.finish()
            }, filename: "mug.png", mimeType: "image/png", access: people[0])
        try await HistoryWriter(
            services: services, workspaceID: connection.workspaceID, connectionID: connection.id, senders: senders, people: people,
            orders: orders
        ).write(DemoStory.all(picture: picture), now: now)
    }

    /// Letters and digits that nobody can guess.
    private static func secret(bytes count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in
            let byte = String(UInt8.random(in: .min ... .max, using: &generator), radix: 16)
            return byte.count == 1 ? "0" + byte : byte
        }.joined()
    }

    /// The outside world to this shop.
    func simulatorSeed(customers: [SimulatorSeed.Customer], signedUp: SignupMemory) -> SimulatorSeed {
        var shop = SimulatorSeed.Account(
            id: DemoShop.accountID, name: DemoShop.name, numbers: DemoShop.numbers, subscribedApps: [DemoShop.appID],
            templates: DemoTemplates.all)
        // Also the shop's own account may have been chosen in the window.
        for account in signedUp.accounts where account.id == shop.id {
            shop.numbers += account.numbers
            shop.subscribedApps += account.subscribedApps
        }
        let others = signedUp.accounts.filter { $0.id != shop.id }
        return SimulatorSeed(
            apps: [.init(id: DemoShop.appID, name: DemoShop.name, secret: secrets.appSecret, verifyToken: secrets.verifyToken), .signup],
            accounts: [shop] + others,
            accessTokens: signedUp.accessTokens.merging([secrets.accessToken: DemoShop.appID]) { $1 }, customers: customers,
            owners: [
                .init(id: "owner-1", name: DemoShop.owner.name, accounts: [shop.id]),
                .init(id: "owner-2", name: "Sam Porter", accounts: others.reversed().map(\.id)),
            ])
    }
}
