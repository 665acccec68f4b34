import Domain
import Logging
import ServiceLifecycle
import Services
import Store
import TestSupport
import Testing

import struct Foundation.Date

@Suite("Several dispatchers")
struct DispatcherTests {
    @Test("two processes share the senders; each message is sent once, by the owner of its sender", arguments: [TestEngine.postgres])
    func shares(engine: TestEngine) async throws {
        let database = try await TestDatabase.make(engine)
        let hubs = try await (0..<4).asyncMap { number in
            try await TestHub(database, slug: "shop-\(number)", phoneNumber: "+1555010020\(number)", providerID: "11\(number)")
        }
        for hub in hubs { try await hub.receive(hub.text("Hello")) }
        let messages = try await hubs.asyncMap { hub in (hub, try await hub.submit("Hi")) }
        let (one, other) = (hubs[0].dispatcher(), hubs[1].dispatcher(channel: hubs[0].channel))
        try await hubs[0].running(one, other, beside: [hubs[0].heartbeat(of: one), hubs[1].heartbeat(of: other)]) {
            for (hub, message) in messages { try await hub.wait(for: message.id) { $0.status == .sent } }
            // New work comes until both have their part.
            while one.senders.count != 2 || other.senders.count != 2 {
                for hub in hubs { _ = try await hub.submit("More") }
                for hub in hubs { hub.clock.advance(by: 0.05) }
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(one.senders.isDisjoint(with: other.senders))
        }
        let sent = hubs[0].channel.sent
        #expect(Set(sent.map(\.attempt.messageID)).count == sent.count)
        #expect(Set(messages.map(\.1.id)).isSubset(of: sent.map(\.attempt.messageID)))
    }

    @Test("an answer is recorded also when its sender has been taken over meanwhile", arguments: TestEngine.allCases)
    func lateAnswer(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"))
        let message = try await hub.submit("Hi")
        hub.channel.hold()
        let first = hub.dispatcher()
        try await hub.running(first) {
            try await hub.wait(for: message.id) { $0.status == .sending }
            try await hub.database.write { [now = hub.clock.now] transaction in
                // As if the process had stood still for longer than its lease.
                try LeaseTable(transaction).releaseAll()
                let taken = try LeaseTable(transaction).take(
                    hub.sender.id, in: hub.workspaceID, owner: "prc_other", now: now, until: now.addingTimeInterval(60))
                #expect(try QueueTable(transaction).recover(try #require(taken), now: now).map(\.status) == [.unknown])
            }
            try await hub.wait(for: message.id) { $0.status == .unknown }
            hub.channel.release()
            try await hub.wait(for: message.id) { $0.status == .sent }
        }
        #expect(hub.channel.sent.count == 1)
    }

    @Test("while somebody else holds the lease nothing is sent", arguments: TestEngine.allCases)
    func fenced(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"))
        let now = hub.clock.now
        let lease = try #require(
            try await hub.database.write { transaction in
                try LeaseTable(transaction).take(
                    hub.sender.id, in: hub.workspaceID, owner: "prc_a", now: now, until: now.addingTimeInterval(7))
            })
        func take(at moment: Date) async throws -> LeaseTable.Lease? {
            try await hub.database.write { transaction in
                try LeaseTable(transaction).take(
                    hub.sender.id, in: hub.workspaceID, owner: "prc_b", now: moment, until: moment.addingTimeInterval(7))
            }
        }
        func holds(_ lease: LeaseTable.Lease, beyond seconds: Double) async throws -> Bool {
            try await hub.database.write { try LeaseTable($0).holds(lease, beyond: now.addingTimeInterval(seconds)) }
        }
        #expect(try await take(at: now.addingTimeInterval(6)) == nil)
        #expect(try await holds(lease, beyond: 6))
        #expect(try await !holds(lease, beyond: 7))
        let next = try #require(try await take(at: now.addingTimeInterval(7)))
        #expect(next.epoch == lease.epoch + 1)
        #expect(try await !holds(lease, beyond: 0))
        let renewed = try await hub.database.write { transaction in
            try LeaseTable(transaction).renew(owner: "prc_a", now: now, until: now.addingTimeInterval(60))
        }
        #expect(renewed.isEmpty)
    }

    @Test("customers who have had too much at once don't hold up the others", arguments: TestEngine.allCases)
    func pairLimitStarvesNobody(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let phones = (0..<12).map { "+155501990\($0 + 10)" }
        for phone in phones { try await hub.receive(hub.text("Hello", from: String(phone.dropFirst()))) }
        let waiting = try await phones.dropLast().asyncMap { try await hub.submit("again", to: $0) }
        let free = try await hub.submit("first", to: phones.last!)
        try await hub.database.write { [now = hub.clock.now] transaction in
            for message in waiting {
                for number in 1...50 {
                    try transaction.send(
                        """
                        INSERT INTO attempts (workspace_id, message_id, number, sender_id, status, epoch, started_at, answered_at)
                        VALUES (\(hub.workspaceID), \(message.id), \(100 + number), \(hub.sender.id), 'failed', 0, \(now.addingTimeInterval(-5)), \(now))
                        """)
                }
            }
        }
        _ = try await hub.dispatch(until: { $0.status == .sent }, free.id)
        #expect(hub.channel.sent.map(\.content.preview) == ["first"])
        #expect(try await hub.conversations.message(waiting[0].id, access: hub.access).status == .queued)
    }

    @Test("what a step began without anybody knowing of its commit is taken back, unseen", arguments: TestEngine.allCases)
    func undone(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"), hub.text("Hello", from: "15550199002"))
        let (started, claimed) = (try await hub.submit("a"), try await hub.submit("b", to: "+15550199002"))
        let ids = [started.id, claimed.id]
        try await hub.database.write { [now = hub.clock.now] transaction in
            let queue = QueueTable(transaction)
            _ = try queue.start([started.id], from: .queued, sender: hub.sender.id, epoch: 3, in: hub.workspaceID, now: now)
            _ = try queue.claim([claimed.id], epoch: 3, in: hub.workspaceID)
            #expect(try queue.undo(ids, epoch: 2, in: hub.workspaceID).isEmpty)
        }
        #expect(try await hub.conversations.message(started.id, access: hub.access).status == .sending)
        #expect(try await hub.database.write { try QueueTable($0).undo(ids, epoch: 3, in: hub.workspaceID).isEmpty })
        for id in ids {
            let message = try await hub.conversations.message(id, access: hub.access)
            #expect(message.status == .queued)
            #expect(message.attempt == 0)
        }
        let after = try await hub.dispatch(until: { $0.status == .sent }, started.id)
        #expect(after.attempt == 1)
    }

    @Test(
        "what was begun so is taken back also when a new owner has called it unknown; what was called isn't", arguments: TestEngine.allCases
    )
    func undoneAfterTakeOver(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"), hub.text("Hello", from: "15550199002"))
        let (doubtful, called) = (try await hub.submit("a"), try await hub.submit("b", to: "+15550199002"))
        let (now, sender, workspaceID) = (hub.clock.now, hub.sender.id, hub.workspaceID)
        let first = try #require(
            try await hub.database.write { transaction in
                let lease = try LeaseTable(transaction).take(
                    sender, in: workspaceID, owner: "prc_1", now: now, until: now.addingTimeInterval(7))
                _ = try QueueTable(transaction).start(
                    [doubtful.id, called.id], from: .queued, sender: sender, epoch: lease?.epoch ?? 0, in: workspaceID, now: now)
                return lease
            })
        hub.clock.advance(by: 8)
        let later = hub.clock.now
        try await hub.database.write { transaction in
            let second = try LeaseTable(transaction).take(
                sender, in: workspaceID, owner: "prc_2", now: later, until: later.addingTimeInterval(7))
            #expect(try QueueTable(transaction).recover(try #require(second), now: later).count == 2)
        }
        #expect(try await hub.conversations.message(doubtful.id, access: hub.access).status == .unknown)
        let seen = try await hub.database.write { try QueueTable($0).undo([doubtful.id], epoch: first.epoch, in: workspaceID) }
        #expect(seen.map(\.messageID) == [doubtful.id])
        let after = try await hub.conversations.message(doubtful.id, access: hub.access)
        #expect((after.status, after.attempt) == (.queued, 0))
        #expect(try await hub.conversations.message(called.id, access: hub.access).status == .unknown)
    }

    /// SQLite has one writer, so no commit can come late there.
    @Test("what was begun is taken back also when its commit is still at work")
    func undoneWhileCommitting() async throws {
        let hub = try await TestHub(TestDatabase.make(.postgres))
        try await hub.receive(hub.text("Hello"))
        let message = try await hub.submit("a")
        let (now, sender, workspaceID, database) = (hub.clock.now, hub.sender.id, hub.workspaceID, hub.database)
        let (hasStarted, mayCommit) = (Gate(), Gate())
        async let commit: Void = database.write { transaction in
            _ = try QueueTable(transaction).start([message.id], from: .queued, sender: sender, epoch: 1, in: workspaceID, now: now)
            hasStarted.open()
            mayCommit.wait()
        }
        try await database.write { _ in hasStarted.wait() }
        let isOver = Gate()
        async let undo: Void = {
            _ = try await database.write { try QueueTable($0).undo([message.id], epoch: 1, in: workspaceID) }
            isOver.open()
        }()
        // Either it waits for the commit, or it has ended too early.
        let waiting: SQL = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        while !isOver.hasOpened, try await database.read({ try $0.rows(waiting).isEmpty }) {}
        mayCommit.open()
        try await undo
        try await commit
        let after = try await hub.conversations.message(message.id, access: hub.access)
        #expect((after.status, after.attempt) == (.queued, 0))
    }

    @Test("an answer and its statuses end alike in any order, also twice", arguments: TestEngine.allCases)
    func anyOrder(engine: TestEngine) async throws {
        enum Report: Hashable { case answer, sent, delivered, read }
        let reports: [Report] = [.answer, .sent, .delivered, .read]
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"))
        for order in reports.permutations() {
            let message = try await hub.submit("Hi")
            let providerID = "wamid.\(message.id.text)"
            let now = hub.clock.now
            let attempt = try #require(
                try await hub.database.write { transaction in
                    try QueueTable(transaction).start(
                        [message.id], from: .queued, sender: hub.sender.id, epoch: 1, in: hub.workspaceID, now: now)[message.id]
                })
            for report in order + order {
                switch report {
                case .answer:
                    try await hub.database.write { transaction in
                        try AnswerTable(transaction).record(
                            [
                                .init(
                                    attempt: attempt, workspaceID: hub.workspaceID, conversationID: message.conversationID,
                                    outcome: .accepted(providerID: providerID))
                            ], now: now)
                    }
                case .sent: try await hub.receive(hub.status(.sent, of: attempt, providerID: providerID))
                case .delivered: try await hub.receive(hub.status(.delivered, of: attempt, providerID: providerID))
                case .read: try await hub.receive(hub.status(.read, of: attempt, providerID: providerID))
                }
            }
            let after = try await hub.conversations.message(message.id, access: hub.access)
            #expect(after.status == .read, "\(order)")
            #expect(after.providerID == providerID, "\(order)")
        }
    }

    @Test("an answer that can't be recorded as it is ends as unknown and holds nothing up", arguments: TestEngine.allCases)
    func defectiveAnswer(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"), hub.text("Hello", from: "15550199002"))
        hub.channel.answer(.accepted(providerID: "wamid.same"), .accepted(providerID: "wamid.same"))
        let first = try await hub.submit("one")
        _ = try await hub.dispatch(until: { $0.status == .sent }, first.id)
        let second = try await hub.submit("two", to: "+15550199002")
        _ = try await hub.dispatch(until: { $0.status == .unknown }, second.id)
        #expect(hub.channel.sent.count == 2)
    }

    @Test(
        "about an unknown outcome a person decides, once a report was waited for; a late report still corrects it",
        arguments: TestEngine.allCases)
    func decision(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        func decide(_ decision: MessageDecision, about message: Message) async throws -> Message {
            try await hub.database.write { try hub.sending.decide(decision, about: message.id, access: hub.access, in: $0) }
        }
        hub.channel.answer(.unknown(reason: "silence"), .unknown(reason: "silence"))
        let first = try await hub.sent("one", until: .unknown)
        try await hub.receive(hub.text("Hello", from: "15550199002"))
        let second = try await hub.submit("two", to: "+15550199002")
        _ = try await hub.dispatch(until: { $0.status == .unknown }, second.id)
        await #expect(throws: DecisionProblem.self) { try await decide(.leave, about: first) }
        hub.clock.advance(by: 599)
        await #expect(throws: DecisionProblem.tooEarly(decideAt: hub.clock.now.addingTimeInterval(1), seconds: 1)) {
            try await decide(.sendAgain, about: first)
        }
        hub.clock.advance(by: 1)
        let left = try await decide(.leave, about: first)
        #expect((left.status, left.error?.code) == (.failed, "message.outcome-unknown"))
        await #expect(throws: DecisionProblem.nothingToDecide) { try await decide(.leave, about: first) }
        let attempt = AttemptReference(messageID: first.id, number: 1)
        try await hub.receive(hub.status(.delivered, of: attempt, providerID: "wamid.late"))
        let corrected = try await hub.conversations.message(first.id, access: hub.access)
        #expect((corrected.status, corrected.error) == (.delivered, nil))

        #expect(try await decide(.sendAgain, about: second).status == .queued)
        let after = try await hub.dispatch(until: { $0.status == .sent }, second.id)
        #expect(after.attempt == 2)
        await #expect(throws: DecisionProblem.nothingToDecide) { try await decide(.sendAgain, about: after) }
    }

    @Test("a failure keeps its reason when an older report comes after it", arguments: TestEngine.allCases)
    func failureKeepsReason(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let message = try await hub.sent("Hi")
        let (attempt, providerID) = (AttemptReference(messageID: message.id, number: 1), message.providerID!)
        try await hub.receive(hub.status(.failed, of: attempt, providerID: providerID, error: .sample))
        try await hub.receive(hub.status(.sent, of: attempt, providerID: providerID))
        let after = try await hub.conversations.message(message.id, access: hub.access)
        #expect(after.status == .failed)
        #expect(after.error == .sample)
    }
}

extension TestHub {
    /// Runs dispatchers beside the body, and stops them after it.
    func running(
        _ dispatchers: Dispatcher..., beside others: [any Service] = [], body: @Sendable () async throws -> Void
    ) async throws {
        let group = ServiceGroup(services: dispatchers + others, logger: .init(label: "test"))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do { try await body() } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    func status(
        _ status: AttemptStatus, of attempt: AttemptReference, providerID: String, error: MessageError? = nil
    ) -> InboundEvent {
        .status(
            InboundStatus(
                providerID: providerID, status: status, at: clock.now,
                attempt: attempt, error: error))
    }

    /// Looks at a message until it is as wanted.
    func wait(for id: Identifier<Message>, until isWanted: (Message) -> Bool) async throws {
        while try await !isWanted(conversations.message(id, access: access)) { try await Task.sleep(for: .milliseconds(10)) }
    }
}

extension Sequence {
    func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
        var result: [T] = []
        for element in self { result.append(try await transform(element)) }
        return result
    }
}

extension Array {
    /// All orders of the elements.
    func permutations() -> [[Element]] {
        guard let first else { return [[]] }
        return Array(dropFirst()).permutations().flatMap { rest in
            (0...rest.count).map { place in Array(rest[..<place]) + [first] + Array(rest[place...]) }
        }
    }
}
