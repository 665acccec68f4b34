import Domain
import Services
import Store
import TestSupport
import Testing

@Suite("A second process")
struct SecondProcessTests {
    /// Intake of another process over the same database.
    private func second(_ hub: TestHub) -> IntakeService {
        IntakeService(
            database: hub.database,
            directory: ConnectionDirectory(database: hub.database, secrets: hub.secretStore, now: { hub.clock.now }),
            receivers: [.meta: hub.receiver], signals: hub.signals, now: { hub.clock.now })
    }

    @Test(
        "a number that was connected elsewhere gets its messages; for one that nobody has it looks now and then",
        arguments: TestEngine.allCases)
    func newNumber(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let second = second(hub)
        func receive(_ text: String, for number: String) async throws {
            let item = InboundItem(senderProviderID: number, path: "messages[0]", event: hub.text(text))
            try await second.receive(
                hub.receiver.body(for: InboundBatch(items: [item], unreadable: [])), header: { _ in TestHub.appSecret },
                connectionID: hub.connection.id.text)
        }
        func add(_ number: String, _ phone: String) async throws {
            let sender = Sender(
                id: .make(at: hub.clock.now), workspaceID: hub.workspaceID, connectionID: hub.connection.id, channel: .meta, name: "New",
                displayName: nil, phoneNumber: try PhoneNumber(parsing: phone), providerID: number,
                quality: nil, messagingLimit: nil, readReceipts: .onOpen, createdAt: hub.clock.now)
            try await hub.database.write { try SenderTable($0, hub.access).insert(sender, throughput: nil) }
        }
        try await receive("known", for: "111")
        try await add("222", "+15550100222")
        try await receive("new", for: "222")
        #expect(Set(try await hub.list().compactMap { $0.last?.preview }) == ["known", "new"])
        // It has just looked, so it looks again only after some seconds.
        try await add("333", "+15550100333")
        try await receive("early", for: "333")
        hub.clock.advance(by: 3)
        try await receive("later", for: "333")
        #expect(Set(try await hub.list().compactMap { $0.last?.preview }) == ["known", "new", "later"])
    }

    @Test("a secret that was replaced elsewhere counts after half a minute", arguments: TestEngine.allCases)
    func replacedSecret(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let second = second(hub)
        let body = hub.receiver.body(for: InboundBatch(items: [], unreadable: []))
        try await second.receive(body, header: { _ in TestHub.appSecret }, connectionID: hub.connection.id.text)
        let reset = try hub.secretStore.seal(.init(appSecret: "reset", verifyToken: "verify", accessToken: "token"), of: hub.connection)
        try await hub.database.write { try ConnectionTable($0, hub.access).replaceSecrets(reset) }
        hub.clock.advance(by: 30)
        try await second.receive(body, header: { _ in "reset" }, connectionID: hub.connection.id.text)
    }
}
