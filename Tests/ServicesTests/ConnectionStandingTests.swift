import Domain
import Foundation
import Services
import Store
import TestSupport
import Testing

@Suite("How connections stand")
struct ConnectionStandingTests {
    private static func service(_ hub: TestHub) -> SenderService {
        let clock = hub.clock
        return SenderService(
            database: hub.database, directory: hub.directory, channels: [.meta: hub.channel], secrets: hub.secretStore,
            signals: hub.signals, now: { clock.now })
    }

    private static func deliver(
        _ hub: TestHub, number: String = "111", unreadable: Bool = false, field: String? = "messages", secret: String = TestHub.appSecret
    ) async throws {
        let batch = InboundBatch(
            items: [.init(senderProviderID: number, path: "a", event: hub.text("x"))],
            unreadable: unreadable ? [.init(path: "b", reason: "no id")] : [], field: field)
        try await hub.intake.receive(hub.receiver.body(for: batch), header: { _ in secret }, connectionID: hub.connection.id.text)
    }

    @Test("what isn't taken or understood is counted by its reason, up to a limit and for a day", arguments: TestEngine.allCases)
    func refusals(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let service = Self.service(hub)
        func standing() async throws -> ConnectionStanding { try await service.standing(of: hub.connection.id, access: hub.access) }

        for _ in 0..<3 {
            await #expect(throws: WebhookProblem.signatureWrong) { try await Self.deliver(hub, secret: "another") }
        }
        // Nothing is written while it happens.
        #expect(try await standing().refusals.isEmpty)
        await hub.refusals.write()
        #expect(try await standing().refusals.map(\.reason) == [.signature])
        #expect(try await standing().refusals.map(\.count) == [BoundedCount(3)])

        hub.clock.advance(by: 60)
        try await Self.deliver(hub, number: "999", unreadable: true)
        await #expect(throws: WebhookProblem.handshakeRefused) {
            try await hub.intake.handshake(mode: "subscribe", token: "guess", challenge: "1", connectionID: hub.connection.id.text)
        }
        await hub.refusals.write()
        #expect(try await Set(standing().refusals.map(\.reason)) == Set(WebhookRefusal.Reason.allCases))
        #expect(try await standing().refusals.last?.reason == .signature)
        #expect(try await standing().waitingInJournal == BoundedCount(1))

        let (access, id, now) = (hub.access, hub.connection.id, hub.clock.now)
        try await hub.database.write { transaction in
            for _ in 0..<3 { try WebhookRefusalTable(transaction, access).add(9_000, .signature, of: id, at: now) }
        }
        #expect(try await standing().refusals.first { $0.reason == .signature }?.count == BoundedCount(9_999, isMore: true))

        hub.clock.advance(by: WebhookRefusal.period)
        await #expect(throws: WebhookProblem.signatureWrong) { try await Self.deliver(hub, secret: "another") }
        await hub.refusals.write()
        let anew = try #require(try await standing().refusals.first)
        #expect((anew.reason, anew.count, anew.since) == (.signature, BoundedCount(1), anew.lastAt))
    }

    @Test("an address that nobody has is counted nowhere")
    func unknownAddress() async throws {
        let hub = try await TestHub(TestDatabase.make(.sqlite))
        let body = hub.receiver.body(for: InboundBatch(items: [], unreadable: []))
        await #expect(throws: WebhookProblem.connectionMissing) {
            try await hub.intake.receive(body, header: { _ in "x" }, connectionID: Identifier<Connection>.make(at: .now).text)
        }
        await hub.refusals.write()
        let count = try await hub.database.read { try $0.rows("SELECT COUNT(*) FROM webhook_refusals")[0].integer(0) }
        #expect(count == 0)
    }

    @Test("the last webhook is known with what it was about", arguments: TestEngine.allCases)
    func lastWebhook(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let service = Self.service(hub)
        try await Self.deliver(hub)
        let first = try await service.standing(of: hub.connection.id, access: hub.access).connection
        #expect((first.lastWebhookAt, first.lastWebhookField) == (hub.clock.now, "messages"))
        hub.clock.advance(by: 11)
        try await Self.deliver(hub, field: nil)
        let second = try await service.standing(of: hub.connection.id, access: hub.access).connection
        #expect((second.lastWebhookAt, second.lastWebhookField) == (hub.clock.now, "messages"))
    }

    @Test("what WhatsApp says of account, token and addresses is kept; who replaced a secret is told", arguments: TestEngine.allCases)
    func facts(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let service = Self.service(hub)
        let end = Date(timeIntervalSince1970: 2_000_000_000)
        let token = AccessTokenFacts(kind: "USER", expiresAt: end, permissions: ["whatsapp_business_messaging"])
        hub.channel.report(
            .success(
                ConnectionReport(
                    phoneNumber: hub.sender.phoneNumber, displayName: "Acme", quality: nil, messagingLimit: nil, throughput: nil,
                    account: AccountReport(name: "Acme Ltd", portfolioID: "55", isSubscribed: true, token: token), state: .confirmed,
                    callbackAddress: "https://other.example/x")), of: "111")
        let checked = try await service.check(hub.connection.id, access: hub.access).connection
        #expect(
            checked.facts
                == ConnectionFacts(
                    accountName: "Acme Ltd", portfolioID: "55", token: token, callbackAddresses: ["https://other.example/x"],
                    checkedAt: hub.clock.now, problem: nil))
        #expect(checked.facts.token?.missingPermissions == ["whatsapp_business_management"])
        #expect(checked.tokenIsTemporary && checked.replacements.isEmpty)

        hub.clock.advance(by: 60)
        let replaced = try await service.replaceSecrets(
            accessToken: "fresh", appSecret: nil, of: hub.connection.id, access: hub.access
        ).connection
        #expect(replaced.replacements == [.accessToken: SecretReplacement(at: hub.clock.now, actor: "system:test")])
        hub.channel.refuse(token: "wrong")
        await #expect(throws: ConnectionProblem.accessTokenWrong("it has expired")) {
            try await service.replaceSecrets(accessToken: "wrong", appSecret: "other", of: hub.connection.id, access: hub.access)
        }
        #expect(try await service.standing(of: hub.connection.id, access: hub.access).connection.replacements == replaced.replacements)
    }

    @Test("without a number, too, secrets are only taken when they hold", arguments: TestEngine.allCases)
    func withoutNumbers(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let service = Self.service(hub)
        let (access, id, now) = (hub.access, hub.sender.id, hub.clock.now)
        _ = try await hub.database.write { try SenderTable($0, access).remove(id, at: now) }
        hub.channel.refuse(token: "wrong")
        await #expect(throws: ConnectionProblem.accessTokenWrong("it has expired")) {
            try await service.replaceSecrets(accessToken: "wrong", appSecret: nil, of: hub.connection.id, access: access)
        }
        #expect(try await hub.directory.route(hub.sender).secrets.accessToken == "token")
        _ = try await service.replaceSecrets(accessToken: "fresh", appSecret: nil, of: hub.connection.id, access: access)
        #expect(try await hub.directory.route(hub.sender).secrets.accessToken == "fresh")
        #expect(try await service.standing(of: hub.connection.id, access: access).senders.isEmpty)
    }

    @Test("repairing subscribes anew, and tells when WhatsApp refuses", arguments: TestEngine.allCases)
    func repair(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let service = Self.service(hub)
        #expect(try await service.repair(hub.connection.id, access: hub.access).connection.isSubscribed)
        #expect(hub.channel.subscribed == ["waba-acme"])
        hub.channel.refuseSubscription(.credentials("code 190"))
        await #expect(throws: ChannelProblem.credentials("code 190")) {
            try await service.repair(hub.connection.id, access: hub.access)
        }
        await #expect(throws: SenderProblem.connectionMissing) {
            try await service.repair(.make(at: hub.clock.now), access: hub.access)
        }
    }

    @Test("only who manages connections may look at one or have it repaired")
    func permission() async throws {
        let hub = try await TestHub(TestDatabase.make(.sqlite))
        let service = Self.service(hub)
        let agent = Access(
            workspaceID: hub.workspaceID, actor: .system("agent"), grants: Role.agent.grants, visibility: .all, address: nil)
        await #expect(throws: AccessProblem.self) { try await service.standing(of: hub.connection.id, access: agent) }
        await #expect(throws: AccessProblem.self) { try await service.repair(hub.connection.id, access: agent) }
        #expect(hub.channel.subscribed.isEmpty)
    }
}

extension SenderService {
    /// As the page does for a connection by hand.
    fileprivate func repair(_ id: Identifier<Connection>, access: Access) async throws -> ConnectionCheck {
        try await subscribeAnew(id, access: access)
        return try await check(id, access: access)
    }
}
