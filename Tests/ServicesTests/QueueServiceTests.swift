import Domain
import Logging
import ServiceLifecycle
import Services
import Store
import TestSupport
import Testing

import struct Foundation.Date

@Suite("The queue of a sender")
struct QueueServiceTests {
    @Test("it says how much waits in each lane, since when, and what is with the provider", arguments: TestEngine.allCases)
    func summary(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"))
        let began = hub.clock.now
        _ = try await hub.queue("one")
        hub.clock.advance(by: 60)
        _ = try await hub.queue("two")
        _ = try await hub.queue("offer", lane: .campaign)
        let (called, lost, claimed) = (try await hub.queue("called"), try await hub.queue("lost"), try await hub.queue("claimed"))
        try await hub.stand(called.id, .sending)
        try await hub.stand(lost.id, .unknown)
        try await hub.stand(claimed.id, .claimed)

        let queue = try await hub.queues.summary(of: hub.sender.id, access: hub.access).queue
        #expect(queue.waiting.map(\.count.count) == [3, 0, 1])
        #expect(queue.waiting.map(\.oldestAt) == [began, nil, began.addingTimeInterval(60)])
        #expect((queue.sending, queue.unknown) == (BoundedCount(1), BoundedCount(1)))
        #expect(queue.stoppable == BoundedCount(4))
        #expect(queue.end?.sequence == claimed.sequence)
        #expect(queue.owner == nil)
    }

    @Test("no count runs over more than 10,000 rows", arguments: TestEngine.allCases)
    func bounded(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.fill(10_003)
        let overview = try await hub.queues.summary(of: hub.sender.id, access: hub.access)
        #expect(overview.queue.waiting[2].count == BoundedCount(10_000, isMore: true))
        #expect(overview.queue.stoppable.isMore)
        let page = try await hub.queues.waiting(in: hub.sender.id, after: nil, limit: 100, access: hub.access)
        #expect(page.data.count == 100)
        let next = try await hub.queues.waiting(in: hub.sender.id, after: page.next, limit: 100, access: hub.access)
        #expect(next.data.first?.departure?.reason == .nobodySends)
    }

    @Test("what waits is listed by lane and in order, page by page, each once", arguments: TestEngine.allCases)
    func list(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        for number in 1...4 { try await hub.receive(hub.text("Hello", from: "1555019900\(number)")) }
        var expected: [Identifier<Message>] = []
        for lane in Lane.allCases.reversed() {
            let messages = try await (1...4).asyncMap { try await hub.queue("\($0)", to: "+1555019900\($0)", lane: lane) }
            if lane == .notification { try await hub.stand(messages[1].id, .claimed) }
            expected = messages.map(\.id) + expected
        }
        var found: [Identifier<Message>] = []
        var next: String?
        repeat {
            let page = try await hub.queues.waiting(in: hub.sender.id, after: next, limit: 5, access: hub.access)
            found += page.data.map(\.message.id)
            next = page.next
        } while next != nil
        #expect(found == expected)
        await #expect(throws: PageProblem.cursorMalformed) {
            try await hub.queues.waiting(in: hub.sender.id, after: "x", limit: 5, access: hub.access)
        }
    }

    @Test("each message says why it waits and when it may leave", arguments: TestEngine.allCases)
    func reasons(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        for number in 1...5 { try await hub.receive(hub.text("Hello", from: "1555019900\(number)")) }
        let now = hub.clock.now
        func queue(_ number: Int) async throws -> Message { try await hub.queue("Hi", to: "+1555019900\(number)") }
        let (first, behind, later, doubtful) = (try await queue(1), try await queue(1), try await queue(2), try await queue(3))
        let held = try await queue(3)
        let much = try await queue(4)
        try await hub.database.write { transaction in
            try transaction.run("UPDATE messages SET not_before = \(now.addingTimeInterval(600)) WHERE id = \(later.id)")
            let process = HubProcess(id: "prc_1", host: "hub-1", roles: [.web, .dispatch], startedAt: now)
            try ProcessTable(transaction).beat(process, mediaMarker: nil, now: now)
        }
        try await hub.stand(doubtful.id, .unknown)
        for _ in 0..<46 {
            let sent = try await hub.queue("spam", to: "+15550199004")
            try await hub.stand(sent.id, .sending)
        }
        // What is under way would hold it back as well.
        try await hub.database.write { try $0.run("UPDATE messages SET status = 'sent' WHERE status = 'sending'") }

        func reason(of message: Message) async throws -> Departure? {
            try await hub.queues.waiting(in: hub.sender.id, after: nil, limit: 100, access: hub.access).data
                .first { $0.message.id == message.id }?.departure
        }
        #expect(try await reason(of: first) == Departure(earliest: now, reason: .queue(ahead: 0)))
        #expect(try await reason(of: behind) == Departure(earliest: nil, reason: .earlierMessage))
        #expect(try await reason(of: later) == Departure(earliest: now.addingTimeInterval(600), reason: .scheduled))
        #expect(try await reason(of: held) == Departure(earliest: now.addingTimeInterval(30), reason: .earlierUnknown))
        #expect(try await reason(of: much)?.reason == .pairLimit)
        _ = try await hub.queues.set(paused: true, hub.sender.id, access: hub.access)
        #expect(try await reason(of: first) == Departure(earliest: nil, reason: .paused))
        _ = try await hub.queues.set(paused: false, hub.sender.id, access: hub.access)
        try await hub.befall(.tokenRefused, saying: "The token has expired.")
        #expect(try await reason(of: first)?.reason == .senderUnavailable("The token has expired."))
        let halt = SendingHalt(reason: .restored, since: now, backupAt: now)
        try await hub.database.write { try SettingTable($0).set(JSONText.encode(halt), for: .sendingHalted) }
        #expect(try await reason(of: first) == Departure(earliest: nil, reason: .halted))
    }

    @Test("pausing and resuming again is as good as once, and is written down with who did it", arguments: TestEngine.allCases)
    func pause(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let (ana, ben) = (hub.person(), hub.person())
        let began = hub.clock.now
        let paused = try await hub.queues.set(paused: true, hub.sender.id, access: ana)
        #expect((paused.queue.hold.pausedAt, paused.queue.hold.pausedBy) == (began, ana.actor.text))
        hub.clock.advance(by: 60)
        let again = try await hub.queues.set(paused: true, hub.sender.id, access: ben)
        #expect(again.queue.hold == paused.queue.hold)
        for _ in 0..<2 { #expect(try await !hub.queues.set(paused: false, hub.sender.id, access: ben).queue.hold.isPaused) }
        #expect(try await hub.queues.set(paused: true, hub.sender.id, access: ben).queue.hold.pausedBy == ben.actor.text)
        let events = try await hub.allEvents().filter { $0.kind == "sender.updated" }
        #expect(events.map(\.cause) == ["paused", "resumed", "paused"])
        #expect(events.map(\.actor) == [ana, ben, ben].map(\.actor.text))
        #expect(events.allSatisfy { $0.subjectID == hub.sender.id.text })
    }

    @Test("who may not manage numbers changes nothing, and who may not see them sees nothing", arguments: TestEngine.allCases)
    func permissions(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"))
        _ = try await hub.queue("one")
        let (queues, id) = (hub.queues, hub.sender.id)
        for grants in [Role.agent.grants, KeyScope.send.grants, [.sendersView, .conversationsView], []] {
            let access = Access(workspaceID: hub.workspaceID, actor: .system("x"), grants: grants, visibility: .all, address: nil)
            await #expect(throws: AccessProblem.notPermitted(.sendersManage)) { try await queues.set(paused: true, id, access: access) }
            await #expect(throws: AccessProblem.notPermitted(.sendersManage)) {
                try await queues.clear(id, lane: nil, upTo: nil, access: access)
            }
            await #expect(throws: AccessProblem.notPermitted(.sendersManage)) {
                try await queues.retryFailed(of: id, after: nil, access: access)
            }
        }
        let blind = Access(
            workspaceID: hub.workspaceID, actor: .system("x"), grants: KeyScope.manage.grants, visibility: .all, address: nil)
        #expect(try await queues.summary(of: id, access: blind).queue.stoppable.count == 1)
        await #expect(throws: AccessProblem.notPermitted(.conversationsView)) {
            try await queues.waiting(in: id, after: nil, limit: 1, access: blind)
        }
        await #expect(throws: AccessProblem.notPermitted(.sendersView)) {
            try await queues.summary(
                of: id, access: .init(workspaceID: hub.workspaceID, actor: .system("x"), grants: [], visibility: .all, address: nil))
        }
    }

    @Test("another tenant's sender is nobody's", arguments: TestEngine.allCases)
    func tenants(engine: TestEngine) async throws {
        let database = try await TestDatabase.make(engine)
        let hub = try await TestHub(database)
        let other = try await TestHub(database, slug: "other", phoneNumber: "+15550100201", providerID: "222")
        try await hub.receive(hub.text("Hello"))
        let message = try await hub.queue("one")
        let (queues, id, access) = (other.queues, hub.sender.id, other.access)
        await #expect(throws: SenderProblem.missing) { try await queues.summary(of: id, access: access) }
        await #expect(throws: SenderProblem.missing) { try await queues.waiting(in: id, after: nil, limit: 1, access: access) }
        await #expect(throws: SenderProblem.missing) { try await queues.unknown(in: id, after: nil, limit: 1, access: access) }
        await #expect(throws: SenderProblem.missing) { try await queues.set(paused: true, id, access: access) }
        await #expect(throws: SenderProblem.missing) { try await queues.clear(id, lane: nil, upTo: nil, access: access) }
        await #expect(throws: SenderProblem.missing) { try await queues.retryFailed(of: id, after: nil, access: access) }
        #expect(try await other.queues.glances(access: access).keys.sorted() == [other.sender.id])
        #expect(try await hub.conversations.message(message.id, access: hub.access).status == .queued)
    }

    // MARK: Clear

    @Test("clearing cancels what hasn't left and leaves alone what has", arguments: TestEngine.allCases)
    func clear(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"), hub.text("Hello", from: "15550199002"))
        let sending = try await hub.queue("with the provider", to: "+15550199002")
        try await hub.stand(sending.id, .sending)
        let (queued, claimed, scheduled) = (try await hub.queue("a"), try await hub.queue("b"), try await hub.queue("c"))
        try await hub.stand(claimed.id, .claimed)
        try await hub.database.write { try $0.run("UPDATE messages SET status = 'scheduled' WHERE id = \(scheduled.id)") }
        let ana = hub.person()
        let done = try await hub.queues.clear(hub.sender.id, lane: nil, upTo: nil, access: ana)
        #expect((done.cancelled, done.hasMore) == (3, false))
        for message in [queued, claimed, scheduled] { #expect(try await hub.status(of: message) == .cancelled) }
        #expect(try await hub.status(of: sending) == .sending)
        // The last of the conversation says so in the list.
        #expect(try await hub.list().map(\.last?.status).contains(.cancelled))
        #expect(try await hub.list().map(\.last?.status).contains(.queued))

        let events = try await hub.allEvents()
        let cancelled = events.filter { $0.cause == "cancelled" }
        #expect(Set(cancelled.compactMap(\.messageID)) == [queued.id, claimed.id, scheduled.id])
        #expect(cancelled.allSatisfy { $0.actor == ana.actor.text && $0.kind == "message.updated" })
        #expect(events.filter { $0.cause == "queue-cleared" }.map(\.actor) == [ana.actor.text])
        // What was claimed has lost its claim: its start finds nothing.
        let started = try await hub.database.write { transaction in
            try QueueTable(transaction).start(
                [claimed.id], from: .claimed, sender: hub.sender.id, epoch: 1, in: hub.workspaceID, now: hub.clock.now)
        }
        #expect(started.isEmpty)
        let again = try await hub.queues.clear(hub.sender.id, lane: nil, upTo: nil, access: ana)
        #expect(again == QueueClearance(cancelled: 0, hasMore: false, end: nil))
    }

    @Test("one lane can be cleared, and what came after the decision stays", arguments: TestEngine.allCases)
    func clearPart(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"))
        let (reply, offer) = (try await hub.queue("reply"), try await hub.queue("offer", lane: .campaign))
        let seen = try await hub.queues.summary(of: hub.sender.id, access: hub.access).queue.end
        hub.clock.advance(by: 1)
        let late = try await hub.queue("late offer", lane: .campaign)
        let done = try await hub.queues.clear(hub.sender.id, lane: .campaign, upTo: seen, access: hub.access)
        #expect((done.cancelled, done.hasMore, done.end) == (1, false, seen))
        #expect(try await [hub.status(of: reply), hub.status(of: offer), hub.status(of: late)] == [.queued, .cancelled, .queued])
    }

    @Test("a long queue is cleared call by call, also of a sender that is offline", arguments: TestEngine.allCases)
    func clearLong(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.fill(12_345)
        try await hub.befall(.deactivated)
        var calls: [QueueClearance] = []
        repeat {
            calls.append(try await hub.queues.clear(hub.sender.id, lane: nil, upTo: calls.last?.end, access: hub.access))
        } while calls.last!.hasMore
        #expect(calls.count >= 2)
        #expect(calls.allSatisfy { $0.cancelled <= 10_000 })
        #expect(calls.map(\.cancelled).reduce(0, +) == 12_345)
        #expect(try await hub.queues.summary(of: hub.sender.id, access: hub.access).queue.stoppable == .none)
    }

    @Test("while a dispatcher is sending and customers write, each message either leaves or is cancelled", arguments: TestEngine.allCases)
    func clearWhileSending(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let phones = (0..<40).map { "1555019\(1_000 + $0)" }
        for phone in phones { try await hub.receive(hub.text("Hello", from: phone)) }
        let messages = try await (0..<400).asyncMap { try await hub.queue("\($0)", to: "+\(phones[$0 % phones.count])") }
        let group = ServiceGroup(services: [hub.dispatcher()], logger: .init(label: "test"))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let clock = Task {
                while !Task.isCancelled {
                    hub.clock.advance(by: 0.02)
                    try await Task.sleep(for: .milliseconds(5))
                }
            }
            let customers = Task {
                for phone in phones { try await hub.receive(hub.text("Are you there?", from: phone)) }
            }
            while hub.channel.sent.count < 20 { try await Task.sleep(for: .milliseconds(1)) }
            var hasMore = true
            while hasMore { hasMore = try await hub.queues.clear(hub.sender.id, lane: nil, upTo: nil, access: hub.access).hasMore }
            try await customers.value
            clock.cancel()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        let sent = Set(hub.channel.sent.map(\.attempt.messageID))
        #expect(sent.count == hub.channel.sent.count)
        for message in messages {
            #expect(try await hub.status(of: message) == (sent.contains(message.id) ? .sent : .cancelled))
        }
        #expect((20..<messages.count).contains(sent.count))
    }

    // MARK: Retry

    @Test("what failed for a reason that can pass goes back to its place; the rest stays", arguments: TestEngine.allCases)
    func retry(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"))
        let old = try await hub.queue("old")
        try await hub.fail(old.id, retryable: true)
        hub.clock.advance(by: 86_401)
        try await hub.receive(hub.text("Hello again"), hub.text("Hello", from: "15550199002"))
        let (first, wrong, second) = (try await hub.queue("first"), try await hub.queue("wrong"), try await hub.queue("second"))
        try await hub.fail(second.id, retryable: true)
        try await hub.fail(first.id, retryable: true)
        try await hub.fail(wrong.id, retryable: false)
        // A person left it at that: nobody knows whether it was sent, so it isn't sent again with others.
        let left = try await hub.queue("left")
        try await hub.stand(left.id, .unknown)
        hub.clock.advance(by: MessageDecision.waitSeconds)
        _ = try await hub.sending.decide(.leave, about: left.id, access: hub.access)
        let newer = try await hub.queue("newer")

        #expect(try await hub.queues.summary(of: hub.sender.id, access: hub.access).queue.retryable == BoundedCount(2))
        let done = try await hub.queues.retryFailed(of: hub.sender.id, after: nil, access: hub.access)
        #expect(done == QueueRetry(requeued: 2, refused: 0, next: nil))
        let waiting = try await hub.queues.waiting(in: hub.sender.id, after: nil, limit: 10, access: hub.access).data
        #expect(waiting.map(\.message.id) == [first.id, second.id, newer.id])
        #expect(waiting.allSatisfy { $0.message.error == nil })
        for message in [old, wrong, left] { #expect(try await hub.status(of: message) == .failed) }
        #expect(try await hub.allEvents().filter { $0.cause == "retry" }.compactMap(\.messageID) == [first.id, second.id])
    }

    @Test("a text whose window has closed isn't offered and isn't sent again, a template is", arguments: TestEngine.allCases)
    func retryWindow(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"))
        hub.clock.advance(by: 20 * 3_600)
        let (text, template) = (try await hub.queue("Hi"), try await hub.queue(template: "hello"))
        try await hub.fail(text.id, retryable: true)
        try await hub.fail(template.id, retryable: true)
        hub.clock.advance(by: 5 * 3_600)
        #expect(try await hub.queues.summary(of: hub.sender.id, access: hub.access).queue.retryable.count == 1)
        let done = try await hub.queues.retryFailed(of: hub.sender.id, after: nil, access: hub.access)
        #expect(done == QueueRetry(requeued: 1, refused: 1, next: nil))
        #expect(try await [hub.status(of: text), hub.status(of: template)] == [.failed, .queued])
    }

    @Test("a sender that can't send refuses, and a long list goes on where it ended", arguments: TestEngine.allCases)
    func retryLong(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.fill(1_201)
        let error = #"{"advice":"","code":"1","detail":"","retryable":true}"#
        try await hub.database.write {
            try $0.run("UPDATE messages SET status = 'failed', error = \(error), at = \(hub.clock.now) WHERE status = 'queued'")
            _ = try SenderTable($0, hub.access).apply([.deactivated], to: hub.sender.id, at: hub.clock.now)
        }
        await #expect(throws: SenderProblem.cannotSend(reason: "It was switched off.")) {
            try await hub.queues.retryFailed(of: hub.sender.id, after: nil, access: hub.access)
        }
        try await hub.befall(.activated, .confirmed)
        var (requeued, next): (Int, String?) = (0, nil)
        repeat {
            let done = try await hub.queues.retryFailed(of: hub.sender.id, after: next, access: hub.access)
            requeued += done.requeued
            next = done.next
        } while next != nil
        #expect(requeued == 1_201)
    }

    @Test("a message that is sent again shows so in the list of conversations", arguments: TestEngine.allCases)
    func retryInList(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"))
        let message = try await hub.queue("Hi")
        try await hub.fail(message.id, retryable: true)
        #expect(try await hub.list().first?.last?.status == .failed)
        _ = try await hub.sending.retry(message.id, access: hub.access)
        #expect(try await hub.list().first?.last?.status == .queued)
        _ = try await hub.dispatch(until: { $0.status == .sent }, message.id)
        #expect(try await hub.list().first?.last?.status == .sent)
    }
}

extension TestHub {
    var queues: QueueService { QueueService(database: database, signals: signals, now: { [clock] in clock.now }) }

    /// A person who may do everything, one more each time.
    func person() -> Access {
        Access(workspaceID: workspaceID, actor: .member(.make(at: clock.now)), grants: Role.owner.grants, visibility: .all, address: nil)
    }

    func queue(_ text: String, to phone: String = "+15550199001", lane: Lane = .reply) async throws -> Message {
        try await queue(.text(.init(body: text)), to: phone, lane: lane)
    }

    func queue(template name: String) async throws -> Message {
        try await queue(.template(.init(name: name, language: "en_US")), to: "+15550199001", lane: .campaign)
    }

    private func queue(_ content: MessageContent, to phone: String, lane: Lane) async throws -> Message {
        try await sending.submit(
            MessageDraft(
                senderID: sender.id, recipient: .phone(try PhoneNumber(parsing: phone)), clientID: nil, content: content, replyTo: nil,
                lane: lane), access: access)
    }

    func status(of message: Message) async throws -> MessageStatus { try await conversations.message(message.id, access: access).status }

    /// Brings a queued message to where a dispatcher of epoch 1 would have it.
    func stand(_ id: Identifier<Message>, _ status: MessageStatus) async throws {
        try await database.write { [workspaceID, sender, clock] transaction in
            let queue = QueueTable(transaction)
            if status == .claimed {
                _ = try queue.claim([id], epoch: 1, in: workspaceID)
                return
            }
            let attempts = try queue.start([id], from: .queued, sender: sender.id, epoch: 1, in: workspaceID, now: clock.now)
            guard status != .sending, let attempt = attempts[id] else { return }
            try Self.answer(attempt, .unknown, in: workspaceID, transaction, at: clock.now)
        }
    }

    /// The provider refuses a queued message.
    func fail(_ id: Identifier<Message>, retryable: Bool) async throws {
        try await database.write { [workspaceID, sender, clock] transaction in
            let attempts = try QueueTable(transaction).start(
                [id], from: .queued, sender: sender.id, epoch: 1, in: workspaceID, now: clock.now)
            let error = MessageError(code: "1", detail: "No.", advice: "Try again.", retryable: retryable)
            try Self.answer(attempts[id]!, .failed(error), in: workspaceID, transaction, at: clock.now)
        }
    }

    private static func answer(
        _ attempt: AttemptReference, _ outcome: AnswerTable.Outcome, in workspaceID: Identifier<Workspace>, _ transaction: any Transaction,
        at now: Date
    ) throws {
        let conversation: Identifier<Conversation> = try transaction.rows(
            "SELECT conversation_id FROM messages WHERE workspace_id = \(workspaceID) AND id = \(attempt.messageID)")[0].id(0)
        try AnswerTable(transaction).record(
            [.init(attempt: attempt, workspaceID: workspaceID, conversationID: conversation, outcome: outcome)], now: now)
    }

    /// Queues so many campaign messages at once, all for one person.
    func fill(_ count: Int) async throws {
        try await receive(text("Hello"))
        let model = try await queue("offer", lane: .campaign)
        let digits = "00000000000000000000000000"
        try await database.write { transaction in
            try transaction.run(
                """
                INSERT INTO messages (workspace_id, id, conversation_id, sender_id, contact_id, direction, kind, content, status, lane, at, sequence)
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count - 1))
                SELECT m.workspace_id, 'msg_' || substr('\(raw: digits)' || CAST(n.i AS TEXT), length(CAST(n.i AS TEXT)) + 1),
                    m.conversation_id, m.sender_id, m.contact_id, m.direction, m.kind, m.content, 'queued', m.lane, m.at, m.sequence + n.i
                FROM messages m, n WHERE m.id = \(model.id)
                """)
        }
    }
}
