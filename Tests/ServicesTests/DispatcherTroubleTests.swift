import Domain
import Logging
import ServiceLifecycle
import Services
import Store
import TestSupport
import Testing

import struct Foundation.Date

@Suite("A dispatcher and a database in trouble")
struct DispatcherTroubleTests {
    @Test("what was begun by a commit that nobody heard of is taken back when the worker ends", arguments: TestEngine.allCases)
    func doubtfulAtTheEnd(engine: TestEngine) async throws {
        let database = TroubledDatabase(try await TestDatabase.make(engine))
        let hub = try await TestHub(database)
        try await hub.receive(hub.text("Hello"))
        let message = try await hub.submit("Hi")
        let (cut, hasCut) = AsyncStream<Void>.makeStream()
        database.afterWrite { [inner = hub.conversations, access = hub.access] in
            guard try await inner.message(message.id, access: access).status == .sending else { return }
            hasCut.finish()
            throw StoreError.outcomeUnknown
        }
        try await running(hub.dispatcher()) { for await _ in cut {} }
        database.afterWrite(nil)
        let after = try await hub.conversations.message(message.id, access: hub.access)
        #expect((after.status, after.attempt) == (.queued, 0))
        #expect(hub.channel.sent.isEmpty)
        _ = try await hub.dispatch(until: { $0.status == .sent }, message.id)
        #expect(hub.channel.sent.count == 1)
    }

    @Test("a lease that was taken or given back by a commit that nobody heard of doesn't stay for ever", arguments: TestEngine.allCases)
    func strayLease(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"))
        let dispatcher = hub.dispatcher()
        try await running(dispatcher) {
            try await looked(dispatcher)
            try await hub.database.write { [now = hub.clock.now] transaction in
                let until = now.addingTimeInterval(60)
                _ = try LeaseTable(transaction).take(
                    hub.sender.id, in: hub.workspaceID, owner: dispatcher.processID, now: now, until: until)
            }
            let message = try await hub.submit("Hi")
            try await hub.wait(for: message.id) { $0.status == .sent }
        }
    }

    @Test("an answer that can't be written is kept, and written when the database is there again", arguments: TestEngine.allCases)
    func answerKept(engine: TestEngine) async throws {
        let database = TroubledDatabase(try await TestDatabase.make(engine))
        let hub = try await TestHub(database)
        try await hub.receive(hub.text("Hello"))
        hub.channel.hold()
        let message = try await hub.submit("Hi")
        try await running(hub.dispatcher()) {
            try await hub.wait(for: message.id) { $0.status == .sending }
            let (tried, hasTried) = AsyncStream<Void>.makeStream()
            database.before {
                hasTried.yield()
                throw StoreError.unavailable("gone")
            }
            hub.channel.release()
            var refusals = 0
            for await _ in tried {
                refusals += 1
                if refusals > 4 { break }
            }
            database.before(nil)
            try await hub.wait(for: message.id) { $0.status == .sent }
        }
        #expect(hub.channel.sent.count == 1)
    }

    @Test("while sending is halted no process holds a number, and nothing leaves; then all goes on", arguments: TestEngine.allCases)
    func halted(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"))
        let first = try await hub.submit("one")
        let dispatcher = hub.dispatcher()
        try await running(dispatcher) {
            try await hub.wait(for: first.id) { $0.status == .sent }
            let halt = SendingHalt(reason: .restored, since: hub.clock.now, backupAt: nil)
            try await hub.database.write { try SettingTable($0).set(JSONText.encode(halt), for: .sendingHalted) }
            while !dispatcher.senders.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
            let second = try await hub.submit("two")
            try await looked(dispatcher)
            try await looked(dispatcher)
            #expect(try await hub.conversations.message(second.id, access: hub.access).status == .queued)
            #expect(try await hub.database.write { try SettingTable($0).remove(.sendingHalted) })
            try await hub.wait(for: second.id) { $0.status == .sent }
        }
        #expect(hub.channel.sent.map(\.content.preview) == ["one", "two"])
    }

    /// Returns when the dispatcher has looked at the queues once more.
    private func looked(_ dispatcher: Dispatcher) async throws {
        let before = dispatcher.looks
        while dispatcher.looks == before { try await Task.sleep(for: .milliseconds(10)) }
    }

    /// Runs a dispatcher beside the body, and stops it after it.
    private func running(_ dispatcher: Dispatcher, body: @Sendable () async throws -> Void) async throws {
        let group = ServiceGroup(services: [dispatcher], logger: .init(label: "test"))
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
}
