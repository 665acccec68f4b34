import Domain
import Services
import Store
import TestSupport
import Testing

@Suite("Notes for colleagues")
struct NoteTests {
    /// A conversation, and two agents who may see all of it unless told otherwise.
    private struct Scene {
        let hub: TestHub
        let notes: NoteService
        let conversation: Identifier<Conversation>
        let ana, kim: Identifier<Account>

        init(_ engine: TestEngine) async throws {
            let hub = try await TestHub(TestDatabase.make(engine))
            let clock = hub.clock
            self.hub = hub
            notes = NoteService(database: hub.database, signals: hub.signals, now: { clock.now })
            try await hub.receive(hub.text("Hello", id: "wamid.first"))
            conversation = try await hub.list()[0].id
            ana = try await hub.member("Ana Ruiz", role: .agent)
            kim = try await hub.member("Kim Lee", role: .agent)
        }

        func access(_ account: Identifier<Account>, _ visibility: Visibility = .all) -> Access {
            Access(
                workspaceID: hub.workspaceID, actor: .member(account), grants: Role.agent.grants, visibility: visibility, address: nil)
        }

        func thread(limit: Int = 50, before: String? = nil) async throws -> Page<ThreadEntry> {
            try await hub.conversations.thread(of: conversation, before: before, limit: limit, access: hub.access)
        }
    }

    @Test("a note stands in the thread at its time, also across pages", arguments: TestEngine.allCases)
    func thread(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        for number in 1...3 {
            scene.hub.clock.advance(by: 10)
            _ = try await scene.notes.create("note \(number)", in: scene.conversation, access: scene.access(scene.ana))
            scene.hub.clock.advance(by: 10)
            try await scene.hub.receive(scene.hub.text("text \(number)", id: "wamid.\(number)", at: scene.hub.clock.now))
        }
        let expected = ["text 3", "note 3", "text 2", "note 2", "text 1", "note 1", "Hello"]
        #expect(try await scene.thread().data.map(\.words) == expected)
        for limit in 1...7 {
            var (words, cursor): ([String], String?) = ([], nil)
            repeat {
                let page = try await scene.thread(limit: limit, before: cursor)
                words += page.data.map(\.words)
                cursor = page.next
            } while cursor != nil
            #expect(words == expected, "pages of \(limit)")
        }
        // What API clients read as messages are messages.
        let messages = try await scene.hub.conversations.messages(of: scene.conversation, before: nil, limit: 50, access: scene.hub.access)
        #expect(messages.data.count == 4)
    }

    @Test("it calls those who are named and can see it, and each by their name", arguments: TestEngine.allCases)
    func mentions(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let ana = scene.access(scene.ana)
        let note = try await scene.notes.create("@Kim Lee, look", in: scene.conversation, access: ana)
        #expect(note.mentions == [scene.kim])
        #expect(try await scene.notes.note(note.id, in: scene.conversation, access: ana).mentions == [scene.kim])
        let changed = try await scene.notes.change(note.id, in: scene.conversation, text: "never mind", access: ana)
        #expect(changed.mentions.isEmpty && changed.editedAt != nil)
        // Agents see only what is theirs from now on: Kim would not find it.
        try await scene.hub.setVisibility(.own)
        try await scene.hub.conversations.change(
            scene.conversation, .assign(Assignment(assignee: scene.ana)), access: scene.hub.access)
        await #expect(throws: NoteProblem.mentionBlind(name: "Kim Lee")) {
            _ = try await scene.notes.create("@Kim Lee", in: scene.conversation, access: ana)
        }
        #expect(try await scene.thread().data.map(\.words) == ["assigned", "never mind", "Hello"])
    }

    @Test("only who wrote it changes it; it goes by them or by who may delete conversations", arguments: TestEngine.allCases)
    func ownership(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (ana, kim) = (scene.access(scene.ana), scene.access(scene.kim))
        let first = try await scene.notes.create("one", in: scene.conversation, access: ana)
        let second = try await scene.notes.create("two", in: scene.conversation, access: ana)
        await #expect(throws: NoteProblem.notYours) {
            _ = try await scene.notes.change(first.id, in: scene.conversation, text: "x", access: kim)
        }
        await #expect(throws: NoteProblem.notYours) { try await scene.notes.delete(first.id, in: scene.conversation, access: kim) }
        try await scene.notes.delete(first.id, in: scene.conversation, access: ana)
        try await scene.notes.delete(second.id, in: scene.conversation, access: scene.hub.access)
        #expect(try await scene.thread().data.map(\.words) == ["note-deleted", "note-deleted", "Hello"])
        let kinds = try await scene.hub.allEvents().filter { $0.kind.hasPrefix("note.") }
        #expect(kinds.map(\.kind) == ["note.created", "note.created", "note.deleted", "note.deleted"])
        #expect(kinds.map(\.subjectID) == [first.id.text, second.id.text, first.id.text, second.id.text])
    }

    @Test("who can't see the conversation neither reads nor writes nor learns of its notes", arguments: TestEngine.allCases)
    func visibility(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let note = try await scene.notes.create("secret", in: scene.conversation, access: scene.access(scene.ana))
        let outsider = scene.access(scene.kim, .own(scene.kim))
        await #expect(throws: NoteProblem.missing) {
            _ = try await scene.notes.note(note.id, in: scene.conversation, access: outsider)
        }
        await #expect(throws: ConversationProblem.missing) {
            _ = try await scene.notes.list(scene.conversation, before: nil, limit: 10, access: outsider)
        }
        await #expect(throws: ConversationProblem.missing) {
            _ = try await scene.notes.create("hello", in: scene.conversation, access: outsider)
        }
        await #expect(throws: NoteProblem.missing) { try await scene.notes.delete(note.id, in: scene.conversation, access: outsider) }
        let events = try await scene.hub.events.events(after: nil, limit: 100, access: outsider).data
        #expect(!events.contains { $0.kind.hasPrefix("note.") })
    }

    @Test(
        "a note is refused that says nothing or too much",
        arguments: [("  \n", "note.text-empty"), (String(repeating: "é", count: 4_097), "note.text-too-long")])
    func refusals(text: String, code: String) async throws {
        let scene = try await Scene(.sqlite)
        do {
            _ = try await scene.notes.create(text, in: scene.conversation, access: scene.access(scene.ana))
            Issue.record("it was taken")
        } catch let problem as NoteProblem {
            #expect(problem.code == code && problem.field == "text")
        }
    }
}

extension ThreadEntry {
    fileprivate var words: String {
        switch self {
        case .note(let note): note.text
        case .message(let message): message.content.preview
        case .activity(let activity): activity.deed.kind.rawValue
        }
    }
}
