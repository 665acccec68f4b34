import Domain
import Services
import Store
import TestSupport
import Testing

import struct Foundation.Date

@Suite("Intake")
struct IntakeTests {
    @Test("a customer's message makes a contact, a conversation and an event, and shows as unread", arguments: TestEngine.allCases)
    func firstMessage(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello 👋"))
        let conversation = try #require(try await hub.list().first)
        #expect(conversation.contact.name == "Ana")
        #expect(conversation.contact.phoneNumber?.text == "+15550199001")
        #expect(conversation.unread == 1)
        #expect(conversation.state == .open)
        #expect(conversation.last?.preview == "Hello 👋")
        #expect(conversation.window.isOpen(at: hub.clock.now))
        #expect(try await hub.thread(conversation.id) == ["Hello 👋"])
        let events = try await hub.allEvents()
        #expect(events.map(\.kind) == ["message.received"])
    }

    @Test("what is delivered twice is stored once: in one body, in two, and at the same moment", arguments: TestEngine.allCases)
    func duplicates(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let event = hub.text("once", id: "wamid.same")
        try await hub.receive(event, event)
        try await hub.receive(event)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { try await hub.receive(event, hub.text("twin", id: "wamid.twin")) } }
            try await group.waitForAll()
        }
        let conversation = try #require(try await hub.list().first)
        #expect(try await hub.thread(conversation.id) == ["once", "twin"])
        #expect(conversation.unread == 2)
    }

    @Test("hundreds of webhooks at once all land, one conversation a customer, each customer's order kept", arguments: TestEngine.allCases)
    func concurrency(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for customer in 0..<25 {
                group.addTask {
                    for number in 0..<12 { try await hub.receive(hub.text("\(number)", from: "1555019\(9_000 + customer)")) }
                }
            }
            try await group.waitForAll()
        }
        let conversations = try await hub.list()
        #expect(conversations.count == 25)
        for conversation in conversations {
            #expect(try await hub.thread(conversation.id) == (0..<12).map(String.init))
            #expect(conversation.unread == 12)
        }
    }

    @Test("ids are remembered for ten days, and the walk that forgets them ends", arguments: TestEngine.allCases)
    func forgets(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let housekeeper = Housekeeper(database: hub.database, signals: hub.signals, now: { hub.clock.now })
        func remembered() async throws -> Int {
            try await hub.database.read { try $0.rows("SELECT COUNT(*) FROM received_ids")[0].integer(0) }
        }
        for number in 0..<5 { try await hub.receive(hub.text("\(number)")) }
        hub.clock.advance(by: 9 * 86_400)
        try await hub.receive(hub.text("later"))
        try await housekeeper.forgetReceivedIDs()
        #expect(try await remembered() == 6)
        hub.clock.advance(by: 2 * 86_400)
        try await housekeeper.forgetReceivedIDs()
        #expect(try await remembered() == 1)
    }

    @Test(
        "a process that has just started forgets old ids at once, and a chore that fails keeps no other waiting",
        arguments: TestEngine.allCases)
    func chores(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"))
        hub.clock.advance(by: 11 * 86_400)
        try await hub.database.write { try $0.run("DROP TABLE parked") }
        await Housekeeper(database: hub.database, signals: hub.signals, now: { hub.clock.now }).round()
        #expect(try await hub.database.read { try $0.rows("SELECT COUNT(*) FROM received_ids")[0].integer(0) } == 0)
    }

    @Test("a wrong signature and an unknown connection store nothing", arguments: TestEngine.allCases)
    func signature(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let body = hub.receiver.body(
            for: InboundBatch(items: [.init(senderProviderID: "111", path: "", event: hub.text("x"))], unreadable: []))
        await #expect(throws: WebhookProblem.signatureWrong) {
            try await hub.intake.receive(body, header: { _ in "another secret" }, connectionID: hub.connection.id.text)
        }
        for id in ["cnn_nothing", Identifier<Connection>.make(at: .now).text] {
            await #expect(throws: WebhookProblem.connectionMissing) {
                try await hub.intake.receive(body, header: { _ in TestHub.appSecret }, connectionID: id)
            }
        }
        #expect(try await hub.list().isEmpty)
    }

    @Test(
        "items for numbers of others, notices and what can't be read go to the journal; their neighbours are shown",
        arguments: TestEngine.allCases)
    func journal(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let body = hub.receiver.body(
            for: InboundBatch(
                items: [
                    .init(senderProviderID: "999", path: "a", event: hub.text("theirs")),
                    .init(senderProviderID: "111", path: "b", event: hub.text("ours")),
                    .init(senderProviderID: nil, path: "c", event: .notice(field: "account_update")),
                ], unreadable: [.init(path: "d", reason: "no id")]))
        try await hub.intake.receive(body, header: { _ in TestHub.appSecret }, connectionID: hub.connection.id.text)
        #expect(try await hub.list().map { $0.last?.preview } == ["ours"])
        let entries = try await hub.database.read { try JournalTable($0, hub.access).list(hub.connection.id, before: nil, limit: 10) }
        #expect(entries.count == 1)
        #expect(entries.first?.items.map(\.path).sorted() == ["a", "c", "d"])
    }

    @Test("a defective item goes to the journal alone", arguments: TestEngine.allCases)
    func defect(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("before"), hub.text("nobody", from: nil), hub.text("after"))
        let conversation = try #require(try await hub.list().first)
        #expect(try await hub.thread(conversation.id) == ["before", "after"])
        let entries = try await hub.database.read { try JournalTable($0, hub.access).list(hub.connection.id, before: nil, limit: 10) }
        #expect(entries.flatMap(\.items) == [.init(path: "messages[1]", reason: "defect")])
    }

    @Test("times from the future count as now, and the window never moves back", arguments: TestEngine.allCases)
    func times(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("from the future", at: hub.clock.now.addingTimeInterval(3_600)))
        let first = try #require(try await hub.list().first)
        #expect(first.lastInboundAt == hub.clock.now)
        try await hub.receive(hub.text("late", at: hub.clock.now.addingTimeInterval(-3_600)))
        let second = try #require(try await hub.list().first)
        #expect(second.lastInboundAt == hub.clock.now)
        #expect(second.last?.preview == "from the future")
        #expect(second.unread == 2)
        #expect(try await hub.thread(second.id) == ["late", "from the future"])
    }

    @Test("conversations are locked in their order, whatever the order of what is about them", arguments: [TestEngine.postgres])
    func lockOrder(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("one", from: "15550199001", id: "wamid.1"), hub.text("two", from: "15550199002", id: "wamid.2"))
        hub.clock.advance(by: 60)
        let (low, high) = try await hub.database.read { transaction in
            let rows = try transaction.rows("SELECT conversation_id, provider_id FROM messages ORDER BY conversation_id")
            return ((try rows[0].text(0), try rows[0].text(1)), (try rows[1].text(0), try rows[1].text(1)))
        }
        @Sendable func reaction(to target: String) -> InboundEvent {
            let from = InboundParty(phone: PhoneNumber(providerDigits: "15550199001"), businessScopedID: nil, username: nil, name: nil)
            return .reaction(
                .init(providerID: "wamid.r.\(target)", from: from, at: hub.clock.now, targetProviderID: target, emoji: "👍"))
        }
        // Whoever holds the first conversation holds up the whole body, which has nothing of the second one yet.
        let intake = try await hub.database.write { transaction in
            _ = try transaction.rows("SELECT id FROM conversations WHERE id = \(low.0) FOR UPDATE")
            let intake = Task { try await hub.receive(reaction(to: high.1), hub.text("three", from: "15550199002"), reaction(to: low.1)) }
            var waits = 0
            while waits == 0 {
                _ = try transaction.rows("SELECT pg_sleep(0.01)")
                waits = try transaction.rows(
                    "SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))")[0].integer(0)
            }
            let free = try transaction.rows("SELECT id FROM conversations WHERE id = \(high.0) FOR UPDATE SKIP LOCKED")
            #expect(free.count == 1)
            return intake
        }
        try await intake.value
        #expect(try await hub.list().map(\.unread).sorted() == [1, 2])
    }

    @Test("what was forwarded and what an advertisement brought is kept with the message", arguments: TestEngine.allCases)
    func origin(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let from = InboundParty(phone: PhoneNumber(providerDigits: "15550199001"), businessScopedID: nil, username: nil, name: nil)
        let ad = JSONValue.object(["source_type": .string("ad"), "headline": .string("Summer sale")])
        func message(_ id: String, isForwarded: Bool = false, referral: JSONValue? = nil) -> InboundEvent {
            .message(
                InboundMessage(
                    providerID: id, from: from, at: hub.clock.now, content: .text(.init(body: id)), isForwarded: isForwarded,
                    referral: referral
                ))
        }
        try await hub.receive(message("plain"), message("forwarded", isForwarded: true), message("brought", referral: ad))
        let conversation = try #require(try await hub.list().first)
        let messages = try await hub.conversations.messages(of: conversation.id, before: nil, limit: 9, access: hub.access).data.reversed()
        #expect(messages.map { $0.origin?.isForwarded } == [nil, true, false])
        #expect(messages.map { $0.origin?.referral } == [nil, nil, ad])
    }

    @Test(
        "the list knows which file came last",
        arguments: TestEngine.allCases,
        [(MediaContent(kind: .audio, voice: true), MediaContent.Form.voice), (MediaContent(kind: .image), .image)])
    func lastMedia(engine: TestEngine, example: (content: MediaContent, form: MediaContent.Form)) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let from = InboundParty(phone: PhoneNumber(providerDigits: "15550199001"), businessScopedID: nil, username: nil, name: nil)
        var content = example.content
        content.providerMediaID = "1"
        try await hub.receive(
            .message(InboundMessage(providerID: "wamid.1", from: from, at: hub.clock.now, content: .media(content))))
        #expect(try await hub.list().first?.last?.kind == .media)
        #expect(try await hub.list().first?.last?.media == example.form)
        try await hub.receive(.revoke(.init(providerID: "wamid.d", from: from, at: hub.clock.now, targetProviderID: "wamid.1")))
        #expect(try await hub.list().first?.last?.media == nil)
    }

    @Test("an inbound message opens a closed conversation", arguments: TestEngine.allCases)
    func reopens(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("one"))
        let conversation = try #require(try await hub.list().first)
        try await hub.conversations.change(conversation.id, .close, access: hub.access)
        #expect(try await hub.list(.init(state: .closed)).count == 1)
        try await hub.receive(hub.text("two"))
        #expect(try await hub.list(.init(state: .open)).map(\.id) == [conversation.id])
    }
}

@Suite("Who a message is from")
struct IdentityTests {
    @Test("a phone first, its business-scoped id later, then the id alone: one person", arguments: TestEngine.allCases)
    func learns(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("1", from: "15550199001"))
        try await hub.receive(hub.text("2", from: "15550199001", businessScopedID: "US.1"))
        try await hub.receive(hub.text("3", from: nil, businessScopedID: "US.1"))
        #expect(try await hub.list().count == 1)
        #expect(try await hub.list().first?.unread == 3)
    }

    @Test("the two ways of writing one Brazilian mobile are one person", arguments: TestEngine.allCases)
    func variants(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("1", from: "5521999990000"))
        try await hub.receive(hub.text("2", from: "552199990000"))
        #expect(try await hub.list().count == 1)
        #expect(try await hub.list().first?.contact.phoneNumber?.text == "+5521999990000")
    }

    @Test("a number that comes with another business-scoped id has a new owner; the history stays", arguments: TestEngine.allCases)
    func moves(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("old owner", from: "15550199001", businessScopedID: "US.1", name: "Ana"))
        try await hub.receive(hub.text("new owner", from: "15550199001", businessScopedID: "US.2", name: "Ben"))
        try await hub.receive(hub.text("again", from: "15550199001", businessScopedID: "US.2", name: "Ben"))
        let names = try await Dictionary(uniqueKeysWithValues: hub.list().map { ($0.contact.name, $0.unread) })
        #expect(names == ["Ana": 1, "Ben": 2])
        try await hub.receive(hub.text("the old owner writes", from: nil, businessScopedID: "US.1"))
        #expect(try await hub.list().first { $0.contact.name == "Ana" }?.unread == 2)
    }

    @Test("an answer to the former owner of a number doesn't go to the new one", arguments: TestEngine.allCases)
    func answersAfterMove(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("old owner", from: "15550199001", businessScopedID: "US.1", name: "Ana"))
        try await hub.receive(hub.text("new owner", from: "15550199001", businessScopedID: "US.2", name: "Ben"))
        func answer(_ name: String) async throws -> Recipient? {
            let contact = try #require(try await hub.list().first { $0.contact.name == name }?.contact)
            let message = try await hub.sending.submit(
                MessageDraft(
                    senderID: hub.sender.id, recipient: .contact(contact.id), clientID: nil, content: .text(.init(body: "For \(name)")),
                    replyTo: nil), access: hub.access)
            _ = try await hub.dispatch(until: { $0.status == .sent }, message.id)
            return hub.channel.sent.last?.recipient
        }
        #expect(try await answer("Ana") == Recipient(phone: nil, businessScopedID: "US.1"))
        #expect(try await answer("Ben")?.phone?.text == "+15550199001")
        // She writes from her new number, and can be reached there.
        try await hub.receive(hub.text("my new number", from: "15550199002", businessScopedID: "US.1", name: "Ana"))
        #expect(try await answer("Ana")?.phone?.text == "+15550199002")
    }

    @Test(
        "a number that changes hands within one body, or by a notice of change, leaves its former owner too", arguments: TestEngine.allCases
    )
    func movesAtOnce(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        func numbers() async throws -> [String?: String?] {
            try await Dictionary(uniqueKeysWithValues: hub.list().map { ($0.contact.name, $0.contact.phoneNumber?.text) })
        }
        try await hub.receive(
            hub.text("old owner", from: "15550199001", businessScopedID: "US.1", name: "Ana"),
            hub.text("new owner", from: "15550199001", businessScopedID: "US.2", name: "Ben"))
        #expect(try await numbers() == ["Ana": nil, "Ben": "+15550199001"])
        let change = InboundMessage(
            providerID: "wamid.change", from: .init(phone: nil, businessScopedID: "US.1", username: nil, name: nil), at: hub.clock.now,
            content: .system(
                .init(
                    type: "user_changed_number", body: nil, newPhone: PhoneNumber(providerDigits: "15550199001"), newBusinessScopedID: nil)
            ))
        try await hub.receive(.message(change))
        #expect(try await numbers() == ["Ana": "+15550199001", "Ben": nil])
    }

    @Test("somebody who changes their number stays the same person", arguments: TestEngine.allCases)
    func numberChange(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("before", from: "15550199001", businessScopedID: "US.1"))
        let change = InboundMessage(
            providerID: "wamid.change",
            from: .init(phone: PhoneNumber(providerDigits: "15550199001"), businessScopedID: nil, username: nil, name: nil),
            at: hub.clock.now,
            content: .system(
                .init(
                    type: "user_changed_number", body: "Ana changed", newPhone: PhoneNumber(providerDigits: "15550199777"),
                    newBusinessScopedID: "US.9")))
        try await hub.receive(.message(change))
        try await hub.receive(hub.text("after", from: "15550199777", businessScopedID: "US.9"))
        let conversation = try #require(try await hub.list().first)
        #expect(try await hub.list().count == 1)
        #expect(try await hub.thread(conversation.id) == ["before", "Ana changed", "after"])
        #expect(conversation.unread == 2)
        #expect(conversation.contact.phoneNumber?.text == "+15550199777")
    }
}
