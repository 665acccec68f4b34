import Domain
import Services
import Store
import TestSupport
import Testing

@Suite("Searching notes")
struct NoteSearchTests {
    /// A hub with one conversation.
    private struct Scene {
        let hub: SearchHub
        let notes: NoteService
        let conversation: Identifier<Conversation>

        init(_ engine: TestEngine) async throws {
            let hub = try await SearchHub(engine)
            try await hub.hub.receive(hub.hub.text("Hello"))
            let clock = hub.hub.clock
            notes = NoteService(database: hub.hub.database, signals: hub.hub.signals, now: { clock.now })
            conversation = try #require(try await hub.hub.list().first).id
            self.hub = hub
        }

        func found(_ text: String, _ filter: SearchFilter = .init(), access: Access? = nil) async throws -> [String] {
            try await hub.search.notes(text, filter, limit: 10, access: access ?? hub.hub.access).data.map(\.note.text)
        }

        func write(_ text: String) async throws -> Note {
            hub.hub.clock.advance(by: 1)
            return try await notes.create(text, in: conversation, access: hub.hub.access)
        }
    }

    @Test("a note is found by its words as long as it says them, and no message is", arguments: TestEngine.allCases)
    func life(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let first = try await scene.write("Asked the warehouse about the réfund, +34 600 111 222")
        _ = try await scene.write("The warehouse answers tomorrow")
        try await scene.hub.index()
        #expect(try await scene.found("warehouse") == ["The warehouse answers tomorrow", first.text])
        #expect(try await scene.found("refund WAREHOUSE") == [first.text])
        #expect(try await scene.found("111222") == [first.text])
        #expect(try await scene.found("wharehouse").count == 2)
        #expect(try await scene.hub.texts("warehouse").isEmpty)
        #expect(try await scene.found("hello").isEmpty)
        scene.hub.hub.clock.advance(by: 1)
        _ = try await scene.notes.change(first.id, in: scene.conversation, text: "Asked the kitchen", access: scene.hub.hub.access)
        try await scene.hub.index()
        #expect(try await scene.found("refund").isEmpty)
        #expect(try await scene.found("kitchen") == ["Asked the kitchen"])
        try await scene.notes.delete(first.id, in: scene.conversation, access: scene.hub.hub.access)
        // From that moment, before the index knows.
        #expect(try await scene.found("kitchen").isEmpty)
        try await scene.hub.index()
        #expect(try await scene.found("kitchen").isEmpty)
        #expect(try await scene.found("warehouse").count == 1)
    }

    @Test("an author, a number and times narrow it; pages go on", arguments: TestEngine.allCases)
    func filters(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub.hub
        for number in 1...5 { _ = try await scene.write("needle \(number)") }
        try await scene.hub.index()
        let first = try await scene.hub.search.notes("needle", .init(), limit: 3, access: hub.access)
        let second = try await scene.hub.search.notes("needle", .init(), after: first.next, limit: 3, access: hub.access)
        #expect((first.data + second.data).map(\.note.text) == (1...5).reversed().map { "needle \($0)" })
        #expect(second.next == nil && first.isIndexComplete)
        #expect(try await scene.found("needle", .init(senderID: hub.sender.id)).count == 5)
        #expect(try await scene.found("needle", .init(senderID: .make(at: hub.clock.now))).isEmpty)
        #expect(try await scene.found("needle", .init(authorID: .make(at: hub.clock.now))).isEmpty)
        #expect(try await scene.found("needle", .init(from: hub.clock.now)) == ["needle 5"])
    }

    @Test("who can't see the conversation doesn't find its notes", arguments: TestEngine.allCases)
    func visibility(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let hub = SearchHub(work.hub)
        let clock = work.hub.clock
        let notes = NoteService(database: work.hub.database, signals: work.hub.signals, now: { clock.now })
        for (number, one) in work.cases.enumerated() {
            clock.advance(by: 1)
            _ = try await notes.create("secret number\(number)", in: one.conversation, access: work.hub.access)
        }
        try await hub.index()
        for visibility in work.visibilities {
            let access = work.access(visibility)
            let seen = try await work.hub.database.read { transaction in
                try work.cases.map { try ConversationTable(transaction, access).find($0.conversation) != nil }
            }
            let found = try await hub.search.notes("secret", .init(), limit: 50, access: access)
            #expect(
                found.data.count == seen.filter { $0 }.count && found.data.allSatisfy { access.visibility == .all || !$0.note.text.isEmpty }
            )
            for (number, isSeen) in seen.enumerated() {
                let one = try await hub.search.notes("secret number\(number)", .init(), spelling: .exact, limit: 5, access: access)
                #expect(one.data.isEmpty != isSeen, "\(visibility) \(number)")
            }
        }
    }

    @Test("an index from before walks through the notes there are, and knows them when it is made anew", arguments: TestEngine.allCases)
    func migration(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub.hub
        for number in 1...7 { _ = try await scene.write("older \(number)") }
        try await scene.hub.index()
        // As if notes had never been read, and the migration came.
        try await hub.database.write { transaction in
            for table in ["search_documents", "search_words", "search_vocabulary"] {
                try transaction.script("DELETE FROM \(table) WHERE kind = 'note'")
            }
            try transaction.script(DDL.text(try #require(Migrations.all.first { $0.number == 16 }).ddl, for: transaction.dialect))
        }
        let before = try await scene.hub.search.notes("older", .init(), limit: 10, access: hub.access)
        #expect(before.data.isEmpty && !before.isIndexComplete)
        #expect(try await scene.hub.search.messages("hello", .init(), limit: 10, access: hub.access).isIndexComplete)
        _ = try await scene.write("older, and new")
        try await scene.hub.index()
        let after = try await scene.hub.search.notes("older", .init(), limit: 10, access: hub.access)
        #expect(after.data.count == 8 && after.isIndexComplete)
        #expect(try await scene.hub.texts("hello").count == 1)
        try await scene.hub.indexer.rebuild(hub.workspaceID) { _ in }
        #expect(try await scene.found("older").count == 8)
    }
}
