import Domain
import Foundation
import Services
import Store
import TestSupport
import Testing

@Suite("The search index")
struct SearchIndexerTests {
    private func state(_ hub: SearchHub) async throws -> [SearchIndexTable.Index] {
        try await hub.hub.database.read { [id = hub.hub.workspaceID] in try SearchIndexTable($0).all(in: id, limit: 10) }
    }

    private func rows(_ hub: SearchHub) async throws -> [Int] {
        try await hub.hub.database.read { transaction in
            try ["search_documents", "search_words", "search_vocabulary"].map {
                try transaction.rows("SELECT COUNT(*) FROM \(raw: $0)")[0].integer(0)
            }
        }
    }

    @Test("what was there before the index is in it, and what comes meanwhile", arguments: TestEngine.allCases)
    func making(engine: TestEngine) async throws {
        let hub = try await SearchHub(engine)
        for number in 0..<10 { try await hub.hub.receive(hub.hub.text("Old one \(number)")) }
        #expect(try await hub.texts("old").isEmpty)
        // One round walks some steps; a message that comes now has an id behind the place of the walk, or before.
        _ = try await hub.indexer.round()
        try await hub.hub.receive(hub.hub.text("New one"))
        try await hub.index()
        #expect(try await hub.texts("one").count == 11)
        #expect(try await state(hub).map(\.state) == [.live])
    }

    @Test("a second holds any number of messages, each near its time", arguments: TestEngine.allCases)
    func busySecond(engine: TestEngine) async throws {
        let hub = try await SearchHub(engine)
        try await hub.index()
        let (database, moment) = (hub.hub.database, hub.hub.clock.now)
        let index = try #require(try await state(hub).first)
        let (batches, size) = (70, 100)
        for batch in 0..<batches {
            let documents = (0..<size).map { SearchDocument(id: "msg_\(batch * size + $0)", at: moment, version: 1, words: ["busy"]) }
            _ = try await database.write { try SearchWriteTable($0, index).save(documents, kind: .message, known: []) }
        }
        let places = try await database.read { transaction in
            try transaction.rows("SELECT place FROM search_documents WHERE kind = 'message' ORDER BY place").map { try $0.integer(0) }
        }
        #expect(Set(places).count == batches * size)
        let second = Int(moment.timeIntervalSince1970 * 1_000)
        #expect(try #require(places.first) >= second)
        #expect(try #require(places.last) < second + 3_600_000)
    }

    @Test("made anew it is the same, and nothing of the former stays", arguments: TestEngine.allCases)
    func rebuild(engine: TestEngine) async throws {
        let hub = try await SearchHub(engine)
        for number in 0..<10 { try await hub.hub.receive(hub.hub.text("Some text \(number)", from: "1555019900\(number)")) }
        try await hub.index()
        let before = try await rows(hub)
        try await hub.hub.database.write { try $0.run("DELETE FROM search_words WHERE word = 'text'") }
        #expect(try await hub.texts("text").isEmpty)
        var progress: [Int] = []
        try await hub.indexer.rebuild(hub.hub.workspaceID) { progress.append($0) }
        #expect(try await hub.texts("text").count == 10)
        #expect(progress.last == 20 && progress == progress.sorted())
        #expect(try await rows(hub) == before)
        #expect(try await state(hub).map(\.generation) == [2])
    }

    @Test("while it is made anew, the one before is searched and kept up to date", arguments: TestEngine.allCases)
    func rebuildBeside(engine: TestEngine) async throws {
        let hub = try await SearchHub(engine)
        for number in 0..<10 { try await hub.hub.receive(hub.hub.text("Some text \(number)")) }
        try await hub.index()
        let moment = hub.hub.clock.now
        try await hub.hub.database.write { [id = hub.hub.workspaceID] transaction in
            let end = try EventTable(transaction, .system("test", in: id)).end()
            // A second time changes nothing: one is made at a time.
            for _ in 0..<2 { try SearchIndexTable(transaction).begin(in: id, from: end, kind: "message", now: moment) }
        }
        #expect(try await state(hub).map(\.state) == [.live, .building])
        #expect(try await hub.texts("text").count == 10)
        try await hub.hub.receive(hub.hub.text("More text"))
        try await hub.index()
        #expect(try await hub.texts("text").count == 11)
        #expect(try await state(hub).map(\.generation) == [2])
    }

    @Test("when events that it hasn't read are gone, it is made anew", arguments: TestEngine.allCases)
    func horizon(engine: TestEngine) async throws {
        let hub = try await SearchHub(engine)
        try await hub.hub.receive(hub.hub.text("First"))
        try await hub.index()
        try await hub.hub.receive(hub.hub.text("Second text"), hub.hub.text("Third text"))
        _ = try await hub.hub.allEvents()
        hub.hub.clock.advance(by: 40 * 86_400)
        let moment = hub.hub.clock.now
        let removed = try await hub.hub.database.write { [access = hub.hub.access] in
            try EventTable($0, access).remove(before: moment, limit: 500)
        }
        #expect(removed > 0)
        try await hub.hub.receive(hub.hub.text("Fourth text"))
        try await hub.index()
        #expect(Set(try await hub.texts("text")) == ["Second text", "Third text", "Fourth text"])
        #expect(try await state(hub).map(\.generation) == [2])
    }

    @Test("several processes index together, and nothing is in it twice", arguments: TestEngine.allCases)
    func together(engine: TestEngine) async throws {
        let hub = try await SearchHub(engine)
        let others = (0..<3).map { _ in SearchHub(hub.hub) }
        for number in 0..<20 { try await hub.hub.receive(hub.hub.text("Text \(number)")) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for other in others { group.addTask { try await other.index() } }
            for number in 20..<40 { try await hub.hub.receive(hub.hub.text("Text \(number)")) }
            try await group.waitForAll()
        }
        try await hub.index()
        #expect(try await hub.search.messages("text", .init(), limit: 100, access: hub.hub.access).data.count == 40)
        #expect(try await rows(hub)[0] == 41)
    }

    @Test("reports of a message leave its words alone", arguments: TestEngine.allCases)
    func statuses(engine: TestEngine) async throws {
        let hub = try await SearchHub(engine)
        let sent = try await hub.hub.sent("An answer")
        try await hub.index()
        let before = try await rows(hub)
        for status in [MessageStatus.delivered, .read] {
            hub.hub.clock.advance(by: 1)
            try await hub.hub.database.write { [access = hub.hub.access, moment = hub.hub.clock.now] in
                try EventTable($0, access).append(
                    NewEvent(.messageUpdated, conversation: sent.conversationID, message: sent.id, cause: status.rawValue), at: moment)
            }
        }
        try await hub.index()
        #expect(try await rows(hub) == before)
        #expect(try await hub.texts("answer") == ["An answer"])
    }

    @Test(
        "what waits for its time isn't found, made anew or not; what left is, and what was cancelled isn't", arguments: TestEngine.allCases)
    func scheduled(engine: TestEngine) async throws {
        let hub = try await SearchHub(engine)
        try await hub.hub.receive(hub.hub.text("Hello"))
        let contact = try #require(try await hub.hub.list().first).contact.id
        func schedule(_ text: String) async throws -> Identifier<Message> {
            try await hub.hub.sending.submit(
                MessageDraft(
                    senderID: hub.hub.sender.id, recipient: .contact(contact), clientID: nil, content: .text(.init(body: text)),
                    replyTo: nil, sendAt: hub.hub.clock.now.addingTimeInterval(3_600)), access: hub.hub.access
            ).id
        }
        let (sent, cancelled) = (try await schedule("plans for tomorrow"), try await schedule("plans for nothing"))
        try await hub.index()
        #expect(try await hub.texts("plans").isEmpty)
        try await hub.indexer.rebuild(hub.hub.workspaceID) { _ in }
        #expect(try await hub.texts("plans").isEmpty)
        _ = try await hub.hub.sending.change(sent, .sendNow, access: hub.hub.access)
        _ = try await hub.hub.sending.change(cancelled, .cancel, access: hub.hub.access)
        try await hub.index()
        #expect(try await hub.texts("plans") == ["plans for tomorrow"])
        try await hub.indexer.rebuild(hub.hub.workspaceID) { _ in }
        #expect(try await hub.texts("plans") == ["plans for tomorrow"])
    }

    @Test("what is only for one person's bell keeps the index from nothing behind it")
    func invisibleEvents() async throws {
        let search = try await SearchHub(.sqlite)
        let hub = search.hub
        try await hub.receive(hub.text("zebra", id: "wamid.first"))
        try await search.indexer.finish()
        let conversation = try await hub.list()[0].id
        let bells = (0..<7).map { NewEvent(.notificationCreated, conversation: conversation, subject: "ntf_\($0)", cause: "acc_somebody") }
        try await hub.database.write { try EventTable($0, hub.access).append(bells, at: hub.clock.now) }
        try await hub.receive(hub.text("giraffe", id: "wamid.second"))
        try await search.indexer.finish()
        #expect(try await search.texts("giraffe") == ["giraffe"])
    }
}
