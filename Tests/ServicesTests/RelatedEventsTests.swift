import Domain
import Store
import TestSupport
import Testing

import struct Foundation.Date

@testable import Services

@Suite("Statuses, reactions, edits and deletions")
struct RelatedEventsTests {
    @Test("a status raises what the message shows; any order and any duplicate end alike", arguments: TestEngine.allCases)
    func statuses(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let message = try await hub.sent("Hi")
        let providerID = try #require(message.providerID)
        func status(_ status: AttemptStatus, _ seconds: Double) -> InboundEvent {
            .status(.init(providerID: providerID, status: status, at: hub.clock.now.addingTimeInterval(seconds)))
        }
        try await hub.receive(status(.read, 3))
        try await hub.receive(status(.delivered, 2), status(.sent, 1), status(.delivered, 2))
        let after = try await hub.conversations.message(message.id, access: hub.access)
        #expect(after.status == .read)
        #expect(after.readAt == hub.clock.now.addingTimeInterval(3))
        #expect(after.deliveredAt == hub.clock.now.addingTimeInterval(2))
        #expect(try await hub.list().first?.last?.status == .read)
    }

    @Test("a failure that the provider reports later shows with its reason", arguments: TestEngine.allCases)
    func failure(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let message = try await hub.sent("Hi")
        let error = MessageError(code: "131026", detail: "Undeliverable", advice: "Ask for another number.", retryable: false)
        try await hub.receive(.status(.init(providerID: message.providerID!, status: .failed, at: hub.clock.now, error: error)))
        let after = try await hub.conversations.message(message.id, access: hub.access)
        #expect(after.status == .failed)
        #expect(after.error == error)
    }

    @Test(
        "a status that comes before our own record of the message is parked, and applied once it is known", arguments: TestEngine.allCases)
    func parkedStatus(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(.status(.init(providerID: "wamid.out.1", status: .delivered, at: hub.clock.now)))
        let message = try await hub.sent("Hi")
        #expect(message.providerID == "wamid.out.1")
        #expect(message.status == .delivered)
    }

    @Test("a status that quotes the attempt teaches us the provider's id", arguments: TestEngine.allCases)
    func quoted(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        hub.channel.answer(.unknown(reason: "silence"))
        let message = try await hub.sent("Hi")
        #expect(message.status == .unknown)
        try await hub.receive(
            .status(
                .init(providerID: "wamid.x", status: .sent, at: hub.clock.now, attempt: AttemptReference(messageID: message.id, number: 1)))
        )
        let after = try await hub.conversations.message(message.id, access: hub.access)
        #expect(after.status == .sent)
        #expect(after.providerID == "wamid.x")
    }

    @Test("statuses of several messages in one body are applied together, in any order", arguments: TestEngine.allCases)
    func together(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let messages = [try await hub.sent("one"), try await hub.sent("two"), try await hub.sent("three")]
        func status(_ status: AttemptStatus, _ seconds: Double, of message: Message) -> InboundEvent {
            .status(
                .init(
                    providerID: message.providerID!, status: status, at: hub.clock.now.addingTimeInterval(seconds),
                    attempt: AttemptReference(messageID: message.id, number: 1), error: status == .failed ? .sample : nil))
        }
        try await hub.receive(
            status(.read, 3, of: messages[0]), status(.sent, 1, of: messages[1]), status(.delivered, 2, of: messages[0]),
            status(.failed, 2, of: messages[2]), status(.delivered, 4, of: messages[1]), status(.sent, 1, of: messages[0]),
            status(.sent, 1, of: messages[2]))
        var after: [Message] = []
        for message in messages { after.append(try await hub.conversations.message(message.id, access: hub.access)) }
        #expect(after.map(\.status) == [.read, .delivered, .failed])
        #expect(after.map(\.error) == [nil, nil, .sample])
        func seconds(_ date: Date?) -> Double? { date?.timeIntervalSince(hub.clock.now) }
        #expect([seconds(after[0].deliveredAt), seconds(after[0].readAt), seconds(after[1].deliveredAt)] == [2, 3, 4])
        #expect(after[1].readAt == nil && after[1].providerID == messages[1].providerID)
        #expect(try await hub.list().first?.last?.status == .failed)
        let told = try await hub.allEvents().filter { $0.messageID == messages[0].id }.compactMap(\.cause)
        #expect(told.suffix(3) == ["read", "delivered", "sent"])
    }

    @Test("reactions are put on, replaced and taken back; one that comes first waits for its message", arguments: TestEngine.allCases)
    func reactions(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        func reaction(_ emoji: String, _ id: String, _ seconds: Double) -> InboundEvent {
            .reaction(
                .init(
                    providerID: id,
                    from: .init(phone: PhoneNumber(providerDigits: "15550199001"), businessScopedID: nil, username: nil, name: nil),
                    at: hub.clock.now.addingTimeInterval(seconds - 100), targetProviderID: "wamid.1", emoji: emoji))
        }
        func shown() async throws -> [String] {
            let conversation = try #require(try await hub.list().first)
            let messages = try await hub.conversations.messages(of: conversation.id, before: nil, limit: 10, access: hub.access).data
            return try await hub.conversations.details(of: messages, access: hub.access).reactions.values.flatMap { $0.map(\.emoji) }
        }
        try await hub.receive(reaction("👍", "wamid.r1", 1))
        try await hub.receive(hub.text("Hello", id: "wamid.1"))
        #expect(try await shown() == ["👍"])
        try await hub.receive(reaction("🎉", "wamid.r2", 2))
        #expect(try await shown() == ["🎉"])
        try await hub.receive(reaction("", "wamid.r3", 3))
        #expect(try await shown().isEmpty)
        #expect(try await hub.list().first?.unread == 1)
    }

    @Test("an edit changes the text and the preview; a deletion is marked", arguments: TestEngine.allCases)
    func editAndRevoke(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let ana = InboundParty(phone: PhoneNumber(providerDigits: "15550199001"), businessScopedID: nil, username: nil, name: nil)
        try await hub.receive(hub.text("Helo", id: "wamid.1"))
        try await hub.receive(
            .edit(
                .init(
                    providerID: "wamid.e", from: ana, at: hub.clock.now, targetProviderID: "wamid.1", content: .text(.init(body: "Hello"))))
        )
        let conversation = try #require(try await hub.list().first)
        #expect(conversation.last?.preview == "Hello")
        #expect(try await hub.thread(conversation.id) == ["Hello"])
        try await hub.receive(.revoke(.init(providerID: "wamid.d", from: ana, at: hub.clock.now, targetProviderID: "wamid.1")))
        let message = try #require(
            try await hub.conversations.messages(of: conversation.id, before: nil, limit: 1, access: hub.access).data.first)
        #expect(message.editedAt != nil)
        #expect(message.revokedAt != nil)
        #expect(try await hub.list().first?.last?.preview == "")
    }

    @Test("a call waits to be read, opens the window, and tells how it ended; its end may come first", arguments: TestEngine.allCases)
    func calls(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let ana = InboundParty(phone: PhoneNumber(providerDigits: "15550199001"), businessScopedID: nil, username: nil, name: nil)
        func call(_ id: String) -> InboundEvent {
            .message(.init(providerID: id, from: ana, at: hub.clock.now, content: .call(CallContent())))
        }
        func end(_ id: String, _ content: CallContent) -> InboundEvent { .callEnd(.init(providerID: id, content: content)) }
        func shown() async throws -> [MessageContent] {
            let conversation = try #require(try await hub.list().first)
            return try await hub.conversations.messages(of: conversation.id, before: nil, limit: 10, access: hub.access).data.map(\.content)
        }
        try await hub.receive(call("wacid.1"))
        #expect(try await shown() == [.call(CallContent())])
        let conversation = try #require(try await hub.list().first)
        #expect(conversation.unread == 1 && conversation.lastInboundAt == hub.clock.now && conversation.last?.kind == .call)
        try await hub.receive(end("wacid.1", CallContent(outcome: .missed)), call("wacid.1"))
        #expect(try await shown() == [.call(CallContent(outcome: .missed))])
        try await hub.receive(end("wacid.2", CallContent(outcome: .answered, duration: 130)))
        try await hub.receive(call("wacid.2"))
        #expect(
            try await Set(shown().map(JSONText.encode)) == [
                #"{"call":{"outcome":"missed"}}"#, #"{"call":{"duration":130,"outcome":"answered"}}"#,
            ])
        #expect(try await hub.list().first?.unread == 2)
    }

    @Test("nobody can quote a call or react to it", arguments: TestEngine.allCases)
    func nothingAboutCalls(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let ana = InboundParty(phone: PhoneNumber(providerDigits: "15550199001"), businessScopedID: nil, username: nil, name: nil)
        try await hub.receive(.message(.init(providerID: "wacid.1", from: ana, at: hub.clock.now, content: .call(CallContent()))))
        let conversation = try #require(try await hub.list().first)
        let call = try #require(
            try await hub.conversations.messages(of: conversation.id, before: nil, limit: 1, access: hub.access).data.first)
        func submit(_ content: MessageContent, replyTo: Identifier<Message>? = nil) async throws {
            let draft = MessageDraft(
                senderID: hub.sender.id, recipient: .contact(conversation.contact.id), clientID: nil, content: content, replyTo: replyTo)
            _ = try await hub.sending.submit(draft, access: hub.access)
        }
        await #expect(throws: SendingProblem.replyTargetMissing) { try await submit(.text(.init(body: "You called")), replyTo: call.id) }
        await #expect(throws: MessageProblem.reactionTargetMissing) {
            try await submit(.reaction(.init(message: call.id, emoji: "👍")))
        }
    }

    @Test("an older edit changes nothing, and no edit brings a deleted text back", arguments: TestEngine.allCases)
    func lateEdits(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let ana = InboundParty(phone: PhoneNumber(providerDigits: "15550199001"), businessScopedID: nil, username: nil, name: nil)
        func edit(_ text: String, _ seconds: Double) -> InboundEvent {
            .edit(
                .init(
                    providerID: "wamid.\(text)", from: ana, at: hub.clock.now.addingTimeInterval(seconds - 100),
                    targetProviderID: "wamid.1",
                    content: .text(.init(body: text))))
        }
        try await hub.receive(hub.text("Helo", id: "wamid.1"))
        try await hub.receive(edit("newer", 2))
        try await hub.receive(edit("older", 1))
        let conversation = try #require(try await hub.list().first)
        #expect(conversation.last?.preview == "newer")
        #expect(try await hub.thread(conversation.id) == ["newer"])
        try await hub.receive(.revoke(.init(providerID: "wamid.d", from: ana, at: hub.clock.now, targetProviderID: "wamid.1")))
        try await hub.receive(edit("restored", 99))
        #expect(try await hub.list().first?.last?.preview == "")
    }

    /// Parks two statuses of the message that is sent next, and makes the first of them one that can't be read any more.
    private func spoil(_ hub: TestHub) async throws {
        for status in [AttemptStatus.sent, .delivered] {
            try await hub.receive(.status(.init(providerID: "wamid.out.1", status: status, at: hub.clock.now)))
        }
        try await hub.database.write { transaction in
            let spoilt = try transaction.run("UPDATE parked SET event = '{\"telegram\":{}}' WHERE event NOT LIKE '%delivered%'")
            #expect(spoilt == 1)
        }
    }

    private func journaled(_ hub: TestHub) async throws -> [String] {
        try await hub.database.read { try JournalTable($0, hub.access).list(hub.connection.id, before: nil, limit: 10) }.flatMap {
            $0.items.map(\.reason)
        }
    }

    @Test(
        "a parked event that can't be read goes to the journal; the answer is recorded and its neighbour applied",
        arguments: TestEngine.allCases)
    func unreadableParked(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await spoil(hub)
        let message = try await hub.sent("Hi")
        #expect(message.status == .delivered)
        #expect(try await journaled(hub) == ["defect"])
        let entry = try #require(
            try await hub.database.read { try JournalTable($0, hub.access).list(hub.connection.id, before: nil, limit: 1) }.first)
        await #expect(throws: JournalProblem.unreadable) {
            try await hub.intake.replay(entry.id, access: hub.access, database: hub.database)
        }
    }

    @Test("a parked event that can't be read doesn't keep the others from being looked at", arguments: TestEngine.allCases)
    func unreadableDue(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await spoil(hub)
        hub.clock.advance(by: 5)
        try await Housekeeper(database: hub.database, signals: hub.signals, now: { hub.clock.now }).lookAtParked()
        #expect(try await journaled(hub) == ["defect"])
        #expect(try await hub.sent("Hi").status == .delivered)
    }

    @Test("what one body parks counts towards the sender's limit; the rest is a defect of its item", arguments: TestEngine.allCases)
    func parkedLimit(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.database.write { transaction in
            var related = RelatedEvents(transaction, now: hub.clock.now, parkedLimit: 3)
            func park(_ id: String) throws {
                _ = try related.apply(
                    .status(.init(providerID: id, status: .sent, at: hub.clock.now)), sender: hub.sender, connection: hub.connection)
            }
            for number in 1...3 { try park("wamid.\(number)") }
            #expect(throws: IntakeDefect.parkingFull) { try park("wamid.4") }
        }
    }

    @Test("what stays parked past its deadline goes to the journal", arguments: TestEngine.allCases)
    func deadline(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let housekeeper = Housekeeper(database: hub.database, signals: hub.signals, now: { hub.clock.now })
        try await hub.receive(.status(.init(providerID: "wamid.never", status: .sent, at: hub.clock.now)))
        func journaled() async throws -> [String] {
            try await hub.database.read { try JournalTable($0, hub.access).list(hub.connection.id, before: nil, limit: 10) }.flatMap {
                $0.items.map(\.reason)
            }
        }
        for seconds in [5.0, 25, 270] {
            hub.clock.advance(by: seconds)
            try await housekeeper.lookAtParked()
            #expect(try await journaled().isEmpty)
        }
        hub.clock.advance(by: 600)
        try await housekeeper.lookAtParked()
        #expect(try await journaled() == ["target-unknown"])
    }

    @Test("an answer points to the message it quotes, also within one body", arguments: TestEngine.allCases)
    func replies(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("one", id: "wamid.1"))
        try await hub.receive(hub.text("two", id: "wamid.2", replyTo: "wamid.1"), hub.text("three", id: "wamid.3", replyTo: "wamid.2"))
        let conversation = try #require(try await hub.list().first)
        let messages = try await hub.conversations.messages(of: conversation.id, before: nil, limit: 10, access: hub.access).data.reversed()
            .map { $0 }
        #expect(messages.map(\.replyTo) == [nil, messages[0].id, messages[1].id])
    }
}
