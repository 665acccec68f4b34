import Domain
import Services
import Store
import TestSupport
import Testing

@Suite("The event log")
struct EventTests {
    @Test("a page ends where the next begins; nothing is missed and nothing seen twice", arguments: TestEngine.allCases)
    func pages(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        for number in 0..<7 { try await hub.receive(hub.text("\(number)")) }
        #expect(try await hub.allEvents().count == 7)
        var seen: [Identifier<Message>?] = []
        var cursor: String?
        while true {
            let page = try await hub.events.events(after: cursor, limit: 3, access: hub.access)
            if page.data.isEmpty { break }
            seen += page.data.map(\.messageID)
            cursor = page.next
        }
        #expect(seen.count == 7)
        #expect(Set(seen).count == 7)
    }

    @Test("a stream begins at its cursor and goes on with what comes", arguments: TestEngine.allCases)
    func stream(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("before"))
        let cursor = try #require(try await hub.allEvents().last?.cursor.text)
        let stream = try await hub.events.stream(after: cursor, access: hub.access)
        var iterator = stream.makeAsyncIterator()
        try await hub.receive(hub.text("one"))
        #expect(await iterator.next()?.map(\.kind) == ["message.received"])
        Task { try await hub.receive(hub.text("two")) }
        #expect(await iterator.next()?.count == 1)
    }

    @Test("of two writers the one with the lower id commits last: both are seen, once")
    func interleaved() async throws {
        let database = try await TestDatabase.make(.postgres)
        let hub = try await TestHub(database)
        let (entered, entry) = AsyncStream.makeStream(of: Void.self)
        let gate = Gate()
        async let slow: Void = database.write { transaction in
            try EventTable(transaction, hub.access).append(NewEvent(.conversationUpdated, subject: "slow"), at: hub.clock.now)
            _ = try transaction.rows("SELECT 1")  // An answer is needed, so the event has reached the server.
            entry.finish()
            gate.wait()
        }
        for await _ in entered {}
        try await database.write {
            try EventTable($0, hub.access).append(NewEvent(.conversationUpdated, subject: "fast"), at: hub.clock.now)
        }
        // The fast one has committed, but a lower id may still come: nothing is given out yet.
        let early = try await hub.events.events(after: nil, limit: 10, access: hub.access)
        #expect(early.data.isEmpty)
        gate.open()
        try await slow
        let all = try await hub.allEvents()
        #expect(all.map(\.subjectID) == ["slow", "fast"])
        #expect(try await hub.events.events(after: all.last?.cursor.text, limit: 10, access: hub.access).data.isEmpty)
    }

    @Test("a cursor from before what was removed is refused, so that the reader starts afresh", arguments: TestEngine.allCases)
    func expired(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        for number in 0..<3 { try await hub.receive(hub.text("\(number)")) }
        let events = try await hub.allEvents()
        let (first, last) = (events.first?.cursor.text, events.last?.cursor.text)
        hub.clock.advance(by: 31 * 86_400)
        try await Housekeeper(database: hub.database, signals: hub.signals, now: { hub.clock.now }).clean()
        await #expect(throws: EventProblem.cursorExpired) { try await hub.events.events(after: first, limit: 10, access: hub.access) }
        #expect(try await hub.events.events(after: last, limit: 10, access: hub.access).data.isEmpty)
        #expect(try await hub.events.events(after: nil, limit: 10, access: hub.access).data.isEmpty)
    }
}
