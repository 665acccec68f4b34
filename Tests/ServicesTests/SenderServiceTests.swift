import Domain
import Services
import Store
import TestSupport
import Testing

@Suite("Connections and their numbers")
struct SenderServiceTests {
    private let hub: TestHub
    private let service: SenderService

    init() async throws {
        let hub = try await TestHub(TestDatabase.make(.sqlite))
        self.hub = hub
        service = SenderService(
            database: hub.database, directory: hub.directory, channels: [.meta: hub.channel], secrets: hub.secretStore,
            signals: hub.signals, now: { hub.clock.now })
    }

    private func draft(token: String, secret: String = TestHub.appSecret, number: String = "111") -> ConnectionDraft {
        ConnectionDraft(
            appID: "app-acme", appSecret: secret, accessToken: token, businessAccountID: "waba-acme", phoneNumberID: number)
    }

    private func stop(_ reason: String = "WhatsApp no longer accepts the access token.") async throws {
        try await hub.befall(.tokenRefused, saying: reason)
    }

    private func standing() async throws -> Sender { try await service.sender(hub.sender.id, access: hub.access) }

    private func secrets() async throws -> ConnectionSecrets { try await hub.directory.route(standing()).secrets }

    @Test("a stopped number that is connected again sends what waited, with the new token; its settings and the verify token stay")
    func reconnects() async throws {
        try await hub.receive(hub.text("Hello"))
        hub.channel.answer(.refused(.stopSender(.tokenRefused, reason: "The token has expired."), .sample))
        let message = try await hub.submit("Hi")
        _ = try await hub.dispatch(until: { $0.status == .queued && $0.attempt == 1 }, message.id)
        #expect(try await standing().status == .failed)
        _ = try await service.change(hub.sender.id, readReceipts: .never, access: hub.access)

        let sender = try await service.connect(draft(token: "fresh", secret: "reset"), name: " Shop ", access: hub.access)
        #expect(sender.id == hub.sender.id)
        #expect(try await standing() == sender)
        #expect((sender.status, sender.statusReason, sender.name) == (.online, nil, "Shop"))
        #expect((sender.readReceipts, sender.messagingLimit) == (.never, "TIER_2K"))
        #expect(try await secrets() == ConnectionSecrets(appSecret: "reset", verifyToken: "verify", accessToken: "fresh"))
        #expect(try await hub.dispatch(until: { $0.status == .sent }, message.id).attempt == 2)
    }

    @Test("a second number of the same account joins the connection, and its token takes the place of the old one")
    func joins() async throws {
        hub.channel.report(.success(.healthy(try PhoneNumber(parsing: "+15550100299"), isRegistered: false)), of: "112")
        let second = try await service.connect(draft(token: "fresh", number: "112"), name: "Support", access: hub.access)
        #expect(second.connectionID == hub.connection.id)
        #expect(second.id != hub.sender.id)
        #expect(second.status == .pending)
        #expect(second.reason == .registrationMissing)
        #expect(try await secrets().accessToken == "fresh")
        #expect(try await service.connections(access: hub.access).count == 1)
    }

    @Test("a number that is a sender of another connection is still refused")
    func taken() async throws {
        var other = draft(token: "fresh", number: "113")
        other.businessAccountID = "waba-other"
        await #expect(throws: SenderProblem.phoneNumberTaken("+15550100200", by: hub.sender.name)) {
            try await service.connect(other, name: "Shop", access: hub.access)
        }
        #expect(try await service.connections(access: hub.access).count == 1)
    }

    @Test("a check brings a stopped and a pending number back, and asks with what is stored")
    func checkMends() async throws {
        try await stop()
        hub.channel.report(.success(.healthy(hub.sender.phoneNumber, quality: "YELLOW", tokenIsTemporary: true)), of: "111")
        let check = try await service.check(hub.connection.id, access: hub.access)
        #expect(hub.channel.checked == [draft(token: "token")])
        #expect(check.senders.map(\.status) == [.online])
        #expect((try await standing().status, try await standing().statusReason, try await standing().quality) == (.online, nil, "YELLOW"))
        #expect(check.connection.tokenIsTemporary)
        #expect(try await hub.allEvents().map(\.kind) == ["connection.updated", "sender.updated"])
    }

    @Test(
        "a check tells what is wrong, and with which number",
        arguments: [
            (ConnectionProblem.accessTokenWrong("it has expired"), "Replace it on the connection's page"),
            (.phoneNumberIDWrong, "Check now"), (.phoneNumberNotInAccount, "Connect it again"),
        ])
    func checkFinds(problem: ConnectionProblem, words: String) async throws {
        hub.channel.report(.success(.healthy(try PhoneNumber(parsing: "+15550100299"))), of: "112")
        let second = try await service.connect(draft(token: "token", number: "112"), name: "Support", access: hub.access)
        hub.channel.report(.failure(problem), of: "111")
        let check = try await service.check(hub.connection.id, access: hub.access)
        #expect(check.senders.count == 2)
        #expect(try await standing().status == .failed)
        #expect(try await standing().statusReason?.contains(words) == true)
        #expect(try await service.sender(second.id, access: hub.access).status == .online)
    }

    @Test("while Meta can't be reached nothing changes")
    func outage() async throws {
        hub.channel.report(.failure(.providerUnreachable("it is silent")), of: "111")
        await #expect(throws: ConnectionProblem.providerUnreachable("it is silent")) {
            try await service.check(hub.connection.id, access: hub.access)
        }
        await #expect(throws: ConnectionProblem.providerUnreachable("it is silent")) {
            try await service.replaceSecrets(accessToken: "fresh", appSecret: nil, of: hub.connection.id, access: hub.access)
        }
        #expect(try await standing() == hub.sender)
        #expect(try await secrets().accessToken == "token")
    }

    @Test("an account whose webhooks don't come to the app is subscribed by the check")
    func subscribes() async throws {
        hub.channel.report(.success(.healthy(hub.sender.phoneNumber, isSubscribed: false)), of: "111")
        #expect(try await service.check(hub.connection.id, access: hub.access).connection.isSubscribed)
        #expect(hub.channel.subscribed == ["waba-acme"])
    }

    @Test("the access token and the app secret are replaced once they hold; what isn't given stays")
    func replaces() async throws {
        try await stop()
        hub.channel.refuse(token: "wrong")
        await #expect(throws: ConnectionProblem.accessTokenWrong("it has expired")) {
            try await service.replaceSecrets(accessToken: "wrong", appSecret: nil, of: hub.connection.id, access: hub.access)
        }
        #expect(try await secrets().accessToken == "token")
        #expect(try await standing().status == .failed)

        let check = try await service.replaceSecrets(accessToken: " fre\nsh ", appSecret: nil, of: hub.connection.id, access: hub.access)
        #expect(check.senders.map(\.status) == [.online])
        #expect(try await secrets() == ConnectionSecrets(appSecret: "secret", verifyToken: "verify", accessToken: "fresh"))

        _ = try await service.replaceSecrets(accessToken: nil, appSecret: "reset", of: hub.connection.id, access: hub.access)
        #expect(try await secrets().appSecret == "reset")
        let body = hub.receiver.body(for: InboundBatch(items: [], unreadable: []))
        try await hub.intake.receive(body, header: { _ in "reset" }, connectionID: hub.connection.id.text)
        await #expect(throws: WebhookProblem.signatureWrong) {
            try await hub.intake.receive(body, header: { _ in TestHub.appSecret }, connectionID: hub.connection.id.text)
        }
        for (token, secret, field) in [(nil, nil, "accessToken"), (" ", nil, "accessToken"), (nil, "", "appSecret")]
            as [(String?, String?, String)]
        {
            await #expect(throws: ConnectionProblem.missing(field: field)) {
                try await service.replaceSecrets(accessToken: token, appSecret: secret, of: hub.connection.id, access: hub.access)
            }
        }
    }
}
