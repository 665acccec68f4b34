import Domain
import Services
import Store
import TestSupport
import Testing

import struct Foundation.Date

@Suite("Webhooks at the app's own address")
struct AppWebhookTests {
    private static let app = SignupApp(
        appID: "900", appSecret: "the operator's", configurationID: "1", scriptServer: "https://connect.facebook.net", graphVersion: "v26.0"
    )

    /// Workspaces of one server, whose accounts came through the app's window. The last two have one account together, and each a number of its own.
    private static func workspaces(_ engine: TestEngine) async throws -> [TestHub] {
        let database = try await TestDatabase.make(engine)
        var hubs: [TestHub] = []
        for number in 0..<4 {
            hubs.append(
                try await TestHub(database, slug: "shop\(number)", phoneNumber: "+1555010030\(number)", providerID: "11\(number)", app: app)
            )
        }
        let last = (hubs[2].connection, hubs[3].connection)
        try await database.write { transaction in
            try transaction.run("UPDATE connections SET app_id = \(app.appID)")
            try transaction.run("UPDATE connections SET business_account_id = \(last.0.businessAccountID) WHERE id = \(last.1.id)")
        }
        return hubs
    }

    private static func account(_ number: Int) -> String { "waba-shop\(min(number, 2))" }

    private static func send(_ told: [(account: String, number: WebhookPart.Number?, batch: InboundBatch)], by hub: TestHub) async throws {
        try await hub.intake.receiveForApp(hub.receiver.body(of: told), header: { _ in app.appSecret })
    }

    private static func strays(_ hub: TestHub) async throws -> [StrayWebhookTable.Reason: Int] {
        try await hub.database.read { try StrayWebhookTable($0).counts().mapValues(\.count) }
    }

    @Test("each workspace gets what is its own and nothing of another's, whatever one body holds", arguments: TestEngine.allCases)
    func shares(engine: TestEngine) async throws {
        let hubs = try await Self.workspaces(engine)
        var random = SeededGenerator(seed: 11)
        var (expected, strays) = ([Set<String>](repeating: [], count: hubs.count), 0)
        for round in 0..<12 {
            var told: [(account: String, number: WebhookPart.Number?, batch: InboundBatch)] = []
            for part in 0..<Int.random(in: 1...9, using: &random) {
                // One more than there are is an account that nobody here has.
                let number = Int.random(in: 0...hubs.count, using: &random)
                let word = "round \(round) part \(part)"
                let phone = "1555\(2_000_000 + round * 100 + part)"
                let item = InboundItem(senderProviderID: "11\(number)", path: "", event: hubs[0].text(word, from: phone))
                let isKnown = number < hubs.count
                told.append(
                    (isKnown ? Self.account(number) : "waba-unknown", .id("11\(number)"), InboundBatch(items: [item], unreadable: [])))
                if isKnown { expected[number].insert(word) } else { strays += 1 }
            }
            // Meta sends it again when our answer is late.
            for _ in 0..<Int.random(in: 1...2, using: &random) { try await Self.send(told, by: hubs[0]) }
        }
        for (hub, wanted) in zip(hubs, expected) {
            #expect(Set(try await hub.list().compactMap { $0.last?.preview }) == wanted)
            let journal = try await hub.database.read { try JournalTable($0, hub.access).list(hub.connection.id, before: nil, limit: 10) }
            #expect(journal.isEmpty, "and nothing that it can't read")
        }
        #expect(try await Self.strays(hubs[0])[.unknownAccount] ?? 0 >= strays)
    }

    @Test("what is about an account reaches all that have it, and what is about a number only who has that", arguments: TestEngine.allCases)
    func accounts(engine: TestEngine) async throws {
        let hubs = try await Self.workspaces(engine)
        func news(_ digits: String?) -> InboundBatch {
            let event = InboundEvent.sender(
                SenderNews(account: Self.account(2), digits: digits, change: .event(.suspended, text: nil, until: nil)))
            return InboundBatch(items: [.init(senderProviderID: nil, path: "", event: event)], unreadable: [])
        }
        func suspended() async throws -> [Bool] {
            try await hubs.asyncMap { hub in
                try await hub.database.read { try SenderTable($0, hub.access).find(hub.sender.id)?.status } == .suspended
            }
        }
        let digits = hubs[3].sender.phoneNumber.digits
        try await Self.send([(Self.account(2), .digits(digits), news(digits))], by: hubs[0])
        #expect(try await suspended() == [false, false, false, true])
        try await Self.send([(Self.account(2), nil, news(nil))], by: hubs[0])
        #expect(try await suspended() == [false, false, true, true])
        // It says nothing of the connection's own address.
        for hub in hubs {
            let known = try await hub.database.read {
                try ConnectionTable($0, hub.access).find(hub.connection.id)?.connection.lastWebhookAt
            }
            #expect(known == nil)
        }
        // The number of nobody here, in an account that two have: neither may see it.
        try await Self.send([(Self.account(2), .id("999"), news(nil))], by: hubs[0])
        #expect(try await Self.strays(hubs[0]) == [.unknownNumber: 1])
    }

    @Test("a workspace whose numbers have all gone hears no more of an account that another has now", arguments: TestEngine.allCases)
    func former(engine: TestEngine) async throws {
        let hubs = try await Self.workspaces(engine)
        let moment = hubs[2].clock.now
        try await hubs[2].database.write { transaction in
            try transaction.run("UPDATE senders SET removed_at = \(moment) WHERE id = \(hubs[2].sender.id)")
        }
        hubs[0].directory.forget(hubs[2].connection.id)
        let news = InboundBatch(items: [], unreadable: [.init(path: "entry.0", reason: "unknown")])
        try await Self.send([(Self.account(2), nil, news)], by: hubs[0])
        let kept = try await hubs.asyncMap { hub in
            try await hub.database.read {
                try $0.rows("SELECT COUNT(*) FROM journal WHERE workspace_id = \(hub.access.workspaceID)")[0].integer(0)
            }
        }
        #expect(kept == [0, 0, 0, 1])
    }

    @Test("what came by the connection's own address isn't taken twice", arguments: TestEngine.allCases)
    func twice(engine: TestEngine) async throws {
        let hub = try await Self.workspaces(engine)[0]
        let message = hub.text("once")
        try await hub.receive(message)
        let batch = InboundBatch(items: [.init(senderProviderID: hub.sender.providerID, path: "", event: message)], unreadable: [])
        try await Self.send([(Self.account(0), .id(hub.sender.providerID), batch)], by: hub)
        #expect(try await hub.list().map(\.unread) == [1])
    }

    @Test("a wrong signature changes nothing, and what can't be read is kept for the operator", arguments: TestEngine.allCases)
    func refused(engine: TestEngine) async throws {
        let hub = try await Self.workspaces(engine)[0]
        let body = hub.receiver.body(of: [
            (
                Self.account(0), nil,
                InboundBatch(items: [.init(senderProviderID: "110", path: "", event: hub.text("forged"))], unreadable: [])
            )
        ])
        for secret in ["", TestHub.appSecret, "wrong"] {
            await #expect(throws: WebhookProblem.appSignatureWrong) {
                try await hub.intake.receiveForApp(body, header: { _ in secret })
            }
        }
        #expect(try await hub.list().isEmpty)
        try await hub.intake.receiveForApp(Array("not what it should be".utf8), header: { _ in Self.app.appSecret })
        #expect(try await Self.strays(hub) == [.unreadable: 1])
        #expect(try await hub.list().isEmpty)
    }

    @Test("no more are kept of what is for nobody than have room, and none for ever", arguments: TestEngine.allCases)
    func bounded(engine: TestEngine) async throws {
        let hub = try await Self.workspaces(engine)[0]
        let now = hub.clock.now
        let long = [UInt8](repeating: 120, count: StrayWebhookTable.byteLimit + 1)
        try await hub.database.write { transaction in
            let table = StrayWebhookTable(transaction)
            for _ in 0..<3 {
                try table.insert(Array(repeating: .init(.unknownAccount, account: "1", body: [120]), count: 60), at: now)
            }
            try table.insert([.init(.unreadable, account: nil, body: long)], at: now)
            #expect(try table.counts().values.reduce(0) { $0 + $1.count } == StrayWebhookTable.countLimit)
            let rows = try transaction.rows("SELECT LENGTH(body), byte_count FROM stray_webhooks WHERE reason = 'unreadable'")
            #expect(try rows.map { [try $0.integer(0), try $0.integer(1)] } == [[StrayWebhookTable.byteLimit, long.count]])
            try table.remove(before: now.addingTimeInterval(1))
            #expect(try table.counts().isEmpty)
        }
    }
}
