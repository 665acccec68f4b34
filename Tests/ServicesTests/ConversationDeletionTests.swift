import Domain
import Services
import Store
import TestSupport
import Testing

import struct Foundation.Date

@Suite("Deleting a conversation")
struct ConversationDeletionTests {
    private static func rows(_ hub: TestHub) async throws -> [String: Int] {
        let tables = [
            "conversations", "messages", "attempts", "reactions", "notes", "activity", "message_media", "media", "conversation_labels",
            "statuses", "notifications",
        ]
        return try await hub.database.read { transaction in
            try Dictionary(
                uniqueKeysWithValues: tables.map { table in
                    (table, try transaction.rows("SELECT COUNT(*) FROM \(raw: table)")[0].integer(0))
                }
            ).filter { $0.value > 0 }
        }
    }

    private static func picture(from phone: String, at now: Date) -> InboundEvent {
        let from = InboundParty(phone: PhoneNumber(providerDigits: phone), businessScopedID: nil, username: nil, name: nil)
        return .message(
            InboundMessage(
                providerID: "wamid.picture.\(phone)", from: from, at: now,
                content: .media(MediaContent(kind: .image, providerMediaID: "media-\(phone)"))))
    }

    private static func runJobs(_ hub: TestHub) async throws -> Int {
        let clock = hub.clock
        let jobs = try await hub.database.write {
            try JobTable($0).take(kind: JobKind.conversationDeletion, now: clock.now, leaseSeconds: 60, limit: 10)
        }
        for job in jobs {
            let completion = try await ConversationDeletionJob(database: hub.database).run(job)
            try await hub.database.write { transaction in
                #expect(try JobTable(transaction).complete(job))
                try completion.write(transaction)
            }
        }
        return jobs.count
    }

    @Test("all of it goes, and nothing of another one", arguments: TestEngine.allCases)
    func everything(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let clock = hub.clock
        let notes = NoteService(database: hub.database, signals: hub.signals, now: { clock.now })
        let labels = LabelService(database: hub.database, signals: hub.signals, now: { clock.now })
        let label = try await labels.create(name: "VIP", color: .red, access: hub.access)
        func fill(_ phone: String) async throws -> Identifier<Conversation> {
            try await hub.receive(hub.text("Hello", from: phone, id: "wamid.\(phone)"))
            try await hub.receive(Self.picture(from: phone, at: hub.clock.now))
            let id = try await hub.list()[0].id
            _ = try await notes.create("Careful", in: id, access: hub.access)
            try await hub.conversations.change(id, .addLabel(label.id), access: hub.access)
            return id
        }
        let kept = try await fill("15550199001")
        let rows = try await Self.rows(hub)
        hub.clock.advance(by: 1)
        let gone = try await fill("15550199002")
        let waiting = try await hub.submit("Not any more", to: "+15550199002")
        let agent = try await hub.member("Kim Lee", role: .agent)
        #expect(try await hub.notify(agent, of: gone) != nil)
        try await hub.database.write { transaction in
            try transaction.run(
                """
                INSERT INTO statuses (workspace_id, message_id, attempt, status, participant, at)
                VALUES (\(hub.workspaceID), \(waiting.id), 1, 'sent', '', \(clock.now))
                """)
        }
        try await hub.conversations.delete(gone, access: hub.access)
        #expect(try await Self.rows(hub) == rows)
        #expect(try await hub.list().map(\.id) == [kept])
        await #expect(throws: SendingProblem.messageMissing) {
            _ = try await hub.conversations.message(waiting.id, access: hub.access)
        }
        let event = try #require(try await hub.allEvents().last)
        #expect((event.kind, event.conversationID) == ("conversation.deleted", gone))
        // What they write afterwards begins anew.
        try await hub.receive(hub.text("Me again", from: "15550199002", id: "wamid.again"))
        let anew = try await hub.list()[0]
        #expect(anew.labels.isEmpty && anew.unread == 1)
        #expect(try await hub.thread(anew.id) == ["Me again"])
    }

    @Test("a long one goes step by step, and keeps what is written meanwhile", arguments: TestEngine.allCases)
    func long(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let count = ConversationTable.deletionLimit + 20
        for batch in stride(from: 0, to: count, by: 65) {
            try await hub.receive((batch..<min(count, batch + 65)).map { hub.text("text \($0)", id: "wamid.\($0)") })
        }
        let id = try await hub.list()[0].id
        try await hub.conversations.delete(id, access: hub.access)
        #expect(try await Self.rows(hub)["messages"] == 20)
        hub.clock.advance(by: 1)
        try await hub.receive(hub.text("Are you there?", id: "wamid.new", at: hub.clock.now))
        #expect(try await Self.runJobs(hub) == 1)
        #expect(try await hub.thread(id) == ["Are you there?"])
        #expect(try await hub.list()[0].last?.preview == "Are you there?")
    }

    @Test("a message whose call is under way is waited for", arguments: TestEngine.allCases)
    func sending(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello", id: "wamid.first"))
        let id = try await hub.list()[0].id
        let message = try await hub.submit("On its way")
        func set(_ status: String) async throws {
            try await hub.database.write { try $0.run("UPDATE messages SET status = \(status) WHERE id = \(message.id)") }
        }
        try await set("sending")
        try await hub.conversations.delete(id, access: hub.access)
        #expect(try await hub.thread(id) == ["On its way"])
        await #expect(throws: (any Error).self) { _ = try await Self.runJobs(hub) }
        try await set("sent")
        hub.clock.advance(by: 61)
        #expect(try await Self.runJobs(hub) == 1)
        #expect(try await hub.list().isEmpty)
    }

    @Test("only who may, and only what they see", arguments: TestEngine.allCases)
    func permission(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello", id: "wamid.first"))
        let id = try await hub.list()[0].id
        let agent = try await hub.member("Ana Ruiz", role: .agent)
        func access(_ grants: Set<Grant>, _ visibility: Visibility) -> Access {
            Access(workspaceID: hub.workspaceID, actor: .member(agent), grants: grants, visibility: visibility, address: nil)
        }
        await #expect(throws: AccessProblem.notPermitted(.conversationsDelete)) {
            try await hub.conversations.delete(id, access: access(Role.agent.grants, .all))
        }
        await #expect(throws: ConversationProblem.missing) {
            try await hub.conversations.delete(id, access: access(Set(Grant.allCases), .own(agent)))
        }
        #expect(try await hub.list().count == 1)
    }
}
