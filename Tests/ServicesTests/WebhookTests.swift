import Crypto
import Domain
import Foundation
import Services
import Store
import TestSupport
import Testing

@testable import Services

@Suite("Receipts webhooks")
struct WebhookTests {
    /// A number whose receipts go to an address, and messages that it sent.
    private struct Scene {
        let hub: TestHub
        let outside = FakeOutside()
        let service: WebhookService
        let maker: ReceiptMaker
        let job: WebhookDeliveryJob
        let secret: String

        init(_ engine: TestEngine) async throws {
            hub = try await TestHub(try await TestDatabase.make(engine))
            let clock = hub.clock
            let now: @Sendable () -> Date = { clock.now }
            let box = SecretBox(SecretKey.make().key)
            outside.answer(200)
            service = WebhookService(database: hub.database, sealing: box, caller: outside, signals: hub.signals, now: now)
            maker = ReceiptMaker(database: hub.database, signals: hub.signals, now: now)
            job = WebhookDeliveryJob(database: hub.database, sealing: box, caller: outside, signals: hub.signals, now: now)
            try await hub.receive(hub.text("before anybody wanted to know"))
            secret = try #require(try await service.save("https://example.com/receipts", of: hub.sender.id, access: hub.access).secret)
        }

        func send(_ word: String) async throws -> Identifier<Message> {
            let conversation = try #require(try await hub.list().first)
            let message = try await hub.sending.submit(
                MessageDraft(
                    senderID: hub.sender.id, recipient: .contact(conversation.contact.id), clientID: nil,
                    content: .text(TextContent(body: word)), replyTo: nil),
                access: hub.access)
            return message.id
        }

        /// On PostgreSQL the log's end isn't to be seen while older transactions are open, those of other tests among them.
        func deliver() async throws {
            try await maker.round()
            while try await !isRead() {
                try await Task.sleep(for: .milliseconds(50))
                try await maker.round()
            }
            try await run()
        }

        private func isRead() async throws -> Bool {
            try await hub.database.read { [workspaceID = hub.workspaceID] transaction in
                let cursor = try WebhookFeedTable(transaction, in: workspaceID).place.cursor() ?? .start
                let rest: SQL =
                    switch transaction.dialect {
                    case .sqlite: "id > \(cursor.id)"
                    case .postgres: "(tx, id) > (CAST(CAST(\(cursor.tx) AS TEXT) AS xid8), CAST(\(cursor.id) AS BIGINT))"
                    }
                return try transaction.rows("SELECT 1 FROM events WHERE workspace_id = \(workspaceID) AND \(sql: rest) LIMIT 1").isEmpty
            }
        }

        /// The jobs that are due now, as a runner would do them.
        func run() async throws {
            for _ in 0..<20 {
                let jobs = try await hub.database.write { [now = hub.clock.now] in
                    try JobTable($0).take(kind: WebhookDeliveryJob.kind, now: now, leaseSeconds: 60, limit: 10)
                }
                guard !jobs.isEmpty else { return }
                for one in jobs {
                    let completion = try await job.run(one)
                    try await hub.database.write { transaction in
                        #expect(try JobTable(transaction).complete(one))
                        try completion.write(transaction)
                    }
                }
            }
        }

        /// A message row of ours as if it had left, with this status, told by an event.
        func change(_ message: Identifier<Message>, to status: AttemptStatus, attempt: Int = 1, error: String? = nil) async throws {
            let (now, workspaceID, sender) = (hub.clock.now, hub.workspaceID, hub.sender.id)
            let failure = try error.map { try JSONText.encode(MessageError(code: $0, detail: "Not sent.", advice: "", retryable: true)) }
            try await hub.database.write { transaction in
                try transaction.run(
                    """
                    INSERT INTO attempts (workspace_id, message_id, number, sender_id, status, epoch, started_at)
                    VALUES (\(workspaceID), \(message), \(attempt), \(sender), 'sending', 1, \(now)) ON CONFLICT DO NOTHING
                    """)
                try transaction.run(
                    """
                    UPDATE attempts SET status = \(status.rawValue), error = \(failure)
                    WHERE workspace_id = \(workspaceID) AND message_id = \(message) AND number = \(attempt)
                    """)
                try transaction.run(
                    """
                    UPDATE messages SET status = \(status.rawValue), attempt = \(attempt), error = \(failure)
                    WHERE workspace_id = \(workspaceID) AND id = \(message)
                    """)
                try EventTable(transaction, .system("test", in: workspaceID)).append(
                    NewEvent(.messageUpdated, message: message, cause: status.rawValue), at: now)
            }
        }

        func log(_ state: WebhookDelivery.State? = nil) async throws -> [LoggedDelivery] {
            try await service.deliveries(of: hub.sender.id, state, after: nil, limit: 100, access: hub.access).data
        }

        var told: [String] {
            get throws { try bodies.map { $0["status"]?.text ?? "?" } }
        }

        func told(of message: Identifier<Message>) throws -> [String] {
            try bodies.filter { $0["whatsapp_message_id"]?.text == message.text }.map { $0["status"]?.text ?? "?" }
        }

        var bodies: [[String: JSONValue]] {
            get throws { try outside.calls.map { try JSONDecoder().decode([String: JSONValue].self, from: Data($0.body)) } }
        }
    }

    @Test("each status is told once, in order, under an id that stays the same", arguments: TestEngine.allCases)
    func order(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let message = try await scene.send("one")
        for status in [AttemptStatus.sending, .sent, .delivered, .delivered, .read, .played] { try await scene.change(message, to: status) }
        try await scene.deliver()
        #expect(try scene.told == ["sent", "delivered", "read"])
        try await scene.deliver()
        #expect(try scene.told.count == 3)
        let ids = scene.outside.calls.compactMap { call in call.headers.first { $0.name == "webhook-id" }?.value }
        #expect(Set(ids).count == 3)
        #expect(try await scene.log().map(\.delivery.id.text) == ids.reversed())
        #expect(try await scene.log(.waiting).isEmpty)
        // The same bytes once more.
        let first = try #require(try await scene.log().last)
        _ = try await scene.service.redeliver(first.delivery.id, of: scene.hub.sender.id, access: scene.hub.access)
        try await scene.run()
        #expect(scene.outside.calls.last?.body == scene.outside.calls.first?.body)
        #expect(scene.outside.calls.last?.headers.first { $0.name == "webhook-id" }?.value == ids.first)
    }

    @Test("a message's statuses go out in their order, in whatever order they are reported", arguments: TestEngine.allCases)
    func reportedInDisorder(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (one, other) = (try await scene.send("one"), try await scene.send("other"))
        for status in [AttemptStatus.read, .delivered, .sent] { try await scene.change(one, to: status) }
        try await scene.change(other, to: .delivered)
        try await scene.deliver()
        #expect(try scene.told.count == 5)
        #expect(try scene.told(of: one) == ["sent", "delivered", "read"])
        try await scene.change(other, to: .sent)
        try await scene.change(other, to: .read)
        try await scene.deliver()
        #expect(try scene.told.count == 6)
        #expect(try scene.told(of: other) == ["sent", "delivered", "read"])
    }

    @Test("what isn't taken is tried again, and holds up only what concerns the same message", arguments: TestEngine.allCases)
    func retries(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (one, other) = (try await scene.send("one"), try await scene.send("other"))
        scene.outside.answer { call in
            String(decoding: call.body, as: UTF8.self).contains(one.text)
                ? .failure(.unreachable("No connection.")) : .success(OutsideAnswer(status: 200))
        }
        for status in [AttemptStatus.sent, .delivered] {
            try await scene.change(one, to: status)
            try await scene.change(other, to: status)
        }
        try await scene.deliver()
        #expect(try scene.told == ["sent", "sent", "delivered"])
        let waiting = try await scene.log(.waiting)
        #expect(waiting.map(\.delivery.status) == [.delivered, .sent])
        #expect(waiting.map(\.attempts.count) == [0, 1])
        #expect(waiting.last?.attempts.first?.failure == "No connection.")
        // Not before its time.
        scene.hub.clock.advance(by: 3)
        try await scene.run()
        #expect(scene.outside.calls.count == 3)
        scene.outside.answer(200)
        scene.hub.clock.advance(by: 10)
        try await scene.run()
        #expect(try scene.told.suffix(2) == ["sent", "delivered"])
        #expect(try await scene.log(.waiting).isEmpty)
    }

    @Test("an endpoint that is down is tried for three days and then given up, and can be told after all", arguments: TestEngine.allCases)
    func givenUp(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        scene.outside.answer(500)
        let message = try await scene.send("one")
        let began = scene.hub.clock.now
        try await scene.change(message, to: .sent)
        try await scene.deliver()
        for _ in 0..<400 where try await !scene.log(.waiting).isEmpty {
            scene.hub.clock.advance(by: 1_800)
            try await scene.run()
        }
        let log = try await scene.log(.failed)
        #expect(log.map(\.attempts.count) == [WebhookSchedule.attemptLimit])
        let days = scene.hub.clock.now.timeIntervalSince(began) / 86_400
        #expect((2.4...4.0).contains(days), "\(days)")
        scene.outside.answer(204)
        #expect(try await scene.service.redeliverFailed(of: scene.hub.sender.id, access: scene.hub.access) == 1)
        try await scene.run()
        #expect(try await scene.log(.delivered).count == 1)
        #expect(try await scene.service.endpoint(of: scene.hub.sender.id, access: scene.hub.access)?.failures == 0)
    }

    @Test("one that answers 410 is left alone until a person resumes it, and then told what waited", arguments: TestEngine.allCases)
    func gone(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        scene.outside.answer(410)
        let message = try await scene.send("one")
        try await scene.change(message, to: .sent)
        try await scene.deliver()
        try await scene.change(message, to: .delivered)
        try await scene.deliver()
        #expect(scene.outside.calls.count == 1)
        #expect(try await scene.service.endpoint(of: scene.hub.sender.id, access: scene.hub.access)?.stop?.reason == .gone)
        #expect(try await scene.hub.allEvents().contains { $0.cause == "webhook-stopped" })
        scene.outside.answer(200)
        _ = try await scene.service.resume(scene.hub.sender.id, access: scene.hub.access)
        try await scene.run()
        #expect(try scene.told.suffix(2) == ["sent", "delivered"])
        await #expect(throws: WebhookEndpointProblem.notStopped) {
            try await scene.service.resume(scene.hub.sender.id, access: scene.hub.access)
        }
    }

    @Test("one that is down isn't called for each message, until it has rested or a person asks for it", arguments: TestEngine.allCases)
    func rests(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        scene.outside.answer(503)
        for number in 0..<40 { try await scene.change(try await scene.send("\(number)"), to: .sent) }
        try await scene.deliver()
        #expect(scene.outside.calls.count == 5)
        for _ in 0..<3 {
            try await scene.change(try await scene.send("one more"), to: .sent)
            try await scene.deliver()
        }
        #expect(scene.outside.calls.count == 5)
        scene.hub.clock.advance(by: 5)
        try await scene.run()
        #expect(scene.outside.calls.count == 10)
        scene.outside.answer(200)
        let workspaceID = scene.hub.workspaceID
        try await scene.hub.database.write {
            try $0.run(
                """
                UPDATE webhook_deliveries SET state = 'failed' WHERE workspace_id = \(workspaceID)
                    AND sequence = (SELECT MIN(sequence) FROM webhook_deliveries WHERE workspace_id = \(workspaceID))
                """)
        }
        #expect(try await scene.service.redeliverFailed(of: scene.hub.sender.id, access: scene.hub.access) == 1)
        try await scene.run()
        #expect(scene.outside.calls.count > 40)
    }

    @Test("what failed and was sent again before the log was read is told of each sending", arguments: TestEngine.allCases)
    func sentAgain(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let message = try await scene.send("one")
        try await scene.change(message, to: .failed, error: "131026")
        scene.hub.clock.advance(by: 1)
        try await scene.change(message, to: .sent, attempt: 2)
        try await scene.change(message, to: .failed, attempt: 2, error: "131000")
        try await scene.deliver()
        #expect(try scene.told == ["failed", "sent", "failed"])
        #expect(try scene.bodies.map { $0["error_code"] } == [.integer(131_026), .null, .integer(131_000)])
    }

    @Test("an answer of the address that was there before stops nothing", arguments: TestEngine.allCases)
    func otherAddress(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (hub, sender) = (scene.hub, scene.hub.sender.id)
        let before = try #require(try await scene.service.endpoint(of: sender, access: hub.access))
        _ = try await scene.service.save("https://example.com/other", of: sender, access: hub.access)
        let isStopped = try await hub.database.write {
            try WebhookFeedTable($0, in: hub.workspaceID).stop(before, .gone, at: hub.clock.now)
        }
        #expect(!isStopped)
        #expect(try await scene.service.stopped(access: hub.access).isEmpty)
    }

    @Test(
        "a test tells status, time and size, never what was answered, and goes nowhere that saving wouldn't", arguments: TestEngine.allCases
    )
    func tested(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (access, sender) = (scene.hub.access, scene.hub.sender.id)
        scene.outside.answer { _ in .success(OutsideAnswer(status: 200, body: Array("inner secrets".utf8))) }
        let attempt = try await scene.service.test("https://example.com/other", of: sender, access: access).attempt
        #expect((attempt.status, attempt.answer, attempt.answerBytes) == (200, "", 13))
        #expect(try await scene.service.endpoint(of: sender, access: access)?.address.path == "/receipts")
        scene.outside.refuse("The address leads into a private network.")
        await #expect(throws: WebhookEndpointProblem.addressRefused("The address leads into a private network.")) {
            try await scene.service.test("https://inner.example/", of: sender, access: access)
        }
        #expect(scene.outside.calls.count == 1)
    }

    @Test("who may not manage numbers learns nothing of it", arguments: TestEngine.allCases)
    func permission(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let agent = Access(
            workspaceID: scene.hub.workspaceID, actor: .system("test"), grants: Role.agent.grants, visibility: .all, address: nil)
        let sender = scene.hub.sender.id
        await #expect(throws: AccessProblem.notPermitted(.sendersManage)) { try await scene.service.endpoint(of: sender, access: agent) }
        await #expect(throws: AccessProblem.notPermitted(.sendersManage)) {
            try await scene.service.deliveries(of: sender, nil, after: nil, limit: 1, access: agent)
        }
        await #expect(throws: AccessProblem.notPermitted(.sendersManage)) { try await scene.service.delete(sender, access: agent) }
        await #expect(throws: AccessProblem.notPermitted(.sendersManage)) {
            try await scene.service.test("https://example.com", of: sender, access: agent)
        }
    }

    @Test("nothing of a secret stands in the database in clear", arguments: TestEngine.allCases)
    func sealed(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let fresh = try await scene.service.regenerateSecret(of: scene.hub.sender.id, access: scene.hub.access).secret
        let stored = try await scene.hub.database.read {
            try $0.rows("SELECT secret, old_secret FROM webhook_endpoints").map { try $0.text(0) + $0.text(1) }.joined()
        }
        let secrets = [scene.secret, try #require(fresh)]
        #expect(secrets.allSatisfy { !stored.contains($0.dropFirst(6)) })
    }

    @Test("signatures are those of the published examples")
    func signatures() {
        // The vectors were computed by other code than ours.
        #expect(
            WebhookSecret("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX").standardSignature(
                id: "msg_01", timestamp: 1_700_000_000, body: #"{"type":"message.status"}"#)
                == "v1,cqjZS6erUtYOKLN32RtMOP0Lpe8gIhYjl4W3GiMQM7w=")
        #expect(
            WebhookSecret("secret").bodySignature(#"{"event":"message_status"}"#)
                == "sha256=4f1e6b08c111056bf58825de973495348c0ae4768ec726b43d8d7b07b8f5956d")
    }

    @Test("a deleted conversation takes what was told of it along", arguments: TestEngine.allCases)
    func deletion(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let message = try await scene.send("one")
        try await scene.change(message, to: .sent)
        try await scene.deliver()
        let id = scene.hub.workspaceID
        try await scene.hub.database.write { transaction in
            try transaction.run("DELETE FROM attempts WHERE workspace_id = \(id) AND message_id = \(message)")
            try transaction.run("DELETE FROM messages WHERE workspace_id = \(id) AND id = \(message)")
        }
        #expect(try await scene.log().isEmpty)
        let attempts = try await scene.hub.database.read { try $0.rows("SELECT COUNT(*) FROM webhook_attempts")[0].integer(0) }
        #expect(attempts == 0)
    }
}

@Suite("When a webhook is tried again")
struct WebhookScheduleTests {
    @Test("ten attempts within some 75 hours, never before the endpoint asks for it")
    func delays() {
        let delays = (1..<WebhookSchedule.attemptLimit).compactMap { WebhookSchedule.delay(after: $0, jitter: 1) }
        #expect(delays.count == 9)
        #expect(delays == delays.sorted())
        #expect((72...78).contains(delays.reduce(0, +) / 3_600))
        #expect(WebhookSchedule.delay(after: WebhookSchedule.attemptLimit, jitter: 1) == nil)
        #expect(WebhookSchedule.delay(after: 1, retryAfter: 120, jitter: 1) == 120)
        #expect(WebhookSchedule.delay(after: 1, retryAfter: 1e12, jitter: 1) == 86_400)
        #expect(WebhookSchedule.delay(after: 1, retryAfter: -5, jitter: 0.8) == 4)
    }

    @Test("an endpoint that fails again and again is left alone for longer, at most five minutes")
    func rest() {
        #expect((0..<5).allSatisfy { WebhookSchedule.rest(after: $0) == 0 })
        #expect(WebhookSchedule.rest(after: 5) == 5)
        #expect(WebhookSchedule.rest(after: 8) == 40)
        #expect(WebhookSchedule.rest(after: 1_000) == 300)
    }
}
