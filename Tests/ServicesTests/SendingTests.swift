import Domain
import Services
import Store
import TestSupport
import Testing

import struct Foundation.Date

@Suite("Sending")
struct SendingTests {
    @Test("a reply in the open window is queued, sent once and recorded with the provider's id", arguments: TestEngine.allCases)
    func sends(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let message = try await hub.sent("Hi")
        #expect(message.status == .sent)
        #expect(message.providerID == "wamid.out.1")
        #expect(message.attempt == 1)
        #expect(hub.channel.sent.map(\.recipient.phone?.text) == ["+15550199001"])
        #expect(hub.channel.sent.first?.attempt == AttemptReference(messageID: message.id, number: 1))
        #expect(try await hub.list().first?.unread == 0)
    }

    @Test("outside the window only a template is accepted, and the refusal says so", arguments: TestEngine.allCases)
    func window(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        await #expect(throws: SendingProblem.windowClosed(closedAt: nil)) { try await hub.submit("Hi") }
        try await hub.receive(hub.text("Hello"))
        hub.clock.advance(by: 24 * 3_600 - 61)
        _ = try await hub.submit("in time")
        hub.clock.advance(by: 2)
        await #expect(throws: SendingProblem.self) { try await hub.submit("too late") }
        let template = MessageDraft(
            senderID: hub.sender.id, recipient: .phone(try PhoneNumber(parsing: "+15550199001")), clientID: nil,
            content: .template(.init(name: "hello_again", language: "en_US")), replyTo: nil)
        #expect(try await hub.sending.submit(template, access: hub.access).status == .queued)
    }

    @Test("a window that closed while the message waited refuses it at the moment of the call", arguments: TestEngine.allCases)
    func windowAtCall(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"))
        let message = try await hub.submit("Hi")
        hub.clock.advance(by: 25 * 3_600)
        let after = try await hub.dispatch(until: { $0.status == .failed }, message.id)
        #expect(after.error?.code == "message.window-closed")
        #expect(hub.channel.sent.isEmpty)
    }

    @Test("the same client id is the same message; with other content it is refused", arguments: TestEngine.allCases)
    func clientID(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"))
        let ids = try await withThrowingTaskGroup(of: Identifier<Message>.self) { group in
            for _ in 0..<20 { group.addTask { try await hub.submit("Hi", clientID: "c-1").id } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        await #expect(throws: SendingProblem.clientIDTaken) { try await hub.submit("Other", clientID: "c-1") }
    }

    @Test("the same client id for somebody else is refused, whichever way they are named", arguments: TestEngine.allCases)
    func clientIDOfAnother(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello", businessScopedID: "US.1"), hub.text("Hello", from: "15550199002"))
        let first = try await hub.submit("Hi", clientID: "c-1")
        for phone in ["+15550199002", "+15550199003"] {
            await #expect(throws: SendingProblem.clientIDTaken) { try await hub.submit("Hi", to: phone, clientID: "c-1") }
        }
        #expect(try await hub.list().count == 2)
        func submit(_ recipient: DraftRecipient) async throws -> Message {
            try await hub.sending.submit(
                MessageDraft(
                    senderID: hub.sender.id, recipient: recipient, clientID: "c-1", content: .text(.init(body: "Hi")), replyTo: nil),
                access: hub.access)
        }
        for recipient in [DraftRecipient.contact(first.contactID), .businessScoped("US.1")] {
            #expect(try await submit(recipient).id == first.id)
        }
        await #expect(throws: SendingProblem.clientIDTaken) { try await submit(.businessScoped("US.2")) }
    }

    @Test(
        "the customer is told once that their newest message was read, when the sender's setting says so",
        arguments: TestEngine.allCases,
        [(Sender.ReadReceipts.onOpen, ["wamid.2"], ["wamid.2"]), (.onAnswer, [], ["wamid.2"]), (.never, [], [])])
    func readReceipts(engine: TestEngine, example: (setting: Sender.ReadReceipts, opened: [String], answered: [String])) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        _ = try await hub.database.write { try SenderTable($0, hub.access).setReadReceipts(example.setting, hub.sender.id) }
        try await hub.receive(hub.text("one", id: "wamid.1"))
        try await hub.receive(hub.text("two", id: "wamid.2"))
        let conversation = try #require(try await hub.list().first)
        try await hub.conversations.markRead(conversation.id, access: hub.access)
        #expect(try await hub.toldRead() == example.opened)
        _ = try await hub.submit("Hi")
        _ = try await hub.submit("Hi again")
        #expect(try await hub.toldRead() == example.answered)
    }

    @Test("messages of one conversation leave in order, each after the answer to the one before", arguments: TestEngine.allCases)
    func order(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"))
        var last: Identifier<Message>?
        // As many as leave within a twentieth of a second, since the clock stands still.
        for number in 0..<4 { last = try await hub.submit("\(number)").id }
        _ = try await hub.dispatch(until: { $0.status == .sent }, last!)
        #expect(hub.channel.sent.map(\.content.preview) == (0..<4).map(String.init))
    }

    @Test(
        "what an answer means",
        arguments: [
            (SendAnswer.refused(.fail, .sample), MessageStatus.failed, 1),
            (.refused(.askPerson, .sample), .failed, 1),
            (.unknown(reason: "silence"), .unknown, 1),
            (.unreachable(reason: "refused"), .sent, 2),
            (.refused(.retry(after: .milliseconds(1)), .sample), .sent, 2),
        ])
    func answers(answer: SendAnswer, status: MessageStatus, calls: Int) async throws {
        for engine in TestEngine.allCases {
            let hub = try await TestHub(TestDatabase.make(engine))
            try await hub.receive(hub.text("Hello"))
            hub.channel.answer(answer)
            let message = try await hub.submit("Hi")
            let after = try await hub.dispatch(until: { $0.status == status }, message.id, advancing: true)
            #expect(after.attempt == calls)
            #expect(hub.channel.sent.count == calls)
        }
    }

    @Test("a refused token stops the sender and keeps its queue", arguments: TestEngine.allCases)
    func stops(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"))
        hub.channel.answer(.refused(.stopSender(.tokenRefused, reason: "The token has expired."), .sample))
        let message = try await hub.submit("Hi")
        _ = try await hub.dispatch(until: { $0.status == .queued && $0.attempt == 1 }, message.id)
        let sender = try await hub.database.read { try SenderTable($0, hub.access).find(hub.sender.id) }
        #expect(sender?.status == .failed)
        await #expect(throws: SenderProblem.cannotSend(reason: "The token has expired.")) { try await hub.submit("More") }
        #expect(hub.channel.sent.count == 1)
    }

    @Test("a failed message can be sent again as a new attempt, another can't", arguments: TestEngine.allCases)
    func retry(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        hub.channel.answer(.refused(.fail, .sample))
        let message = try await hub.sent("Hi", until: .failed)
        let queued = try await hub.sending.retry(message.id, access: hub.access)
        #expect(queued.status == .queued)
        let after = try await hub.dispatch(until: { $0.status == .sent }, message.id)
        #expect(after.attempt == 2)
        await #expect(throws: SendingProblem.notRetryable) { try await hub.sending.retry(message.id, access: hub.access) }
    }

    @Test(
        "after a crash what was claimed waits again, and what was being sent is unknown, never sent again by itself",
        arguments: TestEngine.allCases)
    func recovers(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"), hub.text("Hello", from: "15550199002"))
        let (flying, claimed) = (try await hub.submit("flying"), try await hub.submit("claimed", to: "+15550199002"))
        let moment = hub.clock.now
        try await hub.database.write { transaction in
            let queue = QueueTable(transaction)
            let lease = try LeaseTable(transaction).take(
                hub.sender.id, in: hub.workspaceID, owner: "prc_gone", now: moment, until: moment.addingTimeInterval(7))
            let epoch = try #require(lease).epoch
            _ = try queue.claim([claimed.id], epoch: epoch, in: hub.workspaceID)
            _ = try queue.start([flying.id], from: .queued, sender: hub.sender.id, epoch: epoch, in: hub.workspaceID, now: moment)
        }
        hub.clock.advance(by: 8)
        _ = try await hub.dispatch(until: { $0.status == .sent }, claimed.id)
        #expect(try await hub.conversations.message(flying.id, access: hub.access).status == .unknown)
        #expect(hub.channel.sent.map(\.content.preview) == ["claimed"])
        #expect(try await hub.list().first { $0.id == flying.conversationID }?.last?.status == .unknown)
    }

    @Test("another workspace's sender, contact and message don't exist here", arguments: TestEngine.allCases)
    func tenants(engine: TestEngine) async throws {
        let database = try await TestDatabase.make(engine)
        let ours = try await TestHub(database)
        let theirs = try await TestHub(database, slug: "other", phoneNumber: "+15550100300", providerID: "222")
        try await theirs.receive(theirs.text("secret"))
        let conversation = try #require(try await theirs.list().first)
        #expect(try await ours.list().isEmpty)
        await #expect(throws: ConversationProblem.self) { try await ours.conversations.conversation(conversation.id, access: ours.access) }
        await #expect(throws: SenderProblem.missing) {
            try await ours.sending.submit(
                .init(
                    senderID: theirs.sender.id, recipient: .contact(conversation.contact.id), clientID: nil,
                    content: .text(.init(body: "x")), replyTo: nil),
                access: ours.access)
        }
        await #expect(throws: SendingProblem.contactMissing) {
            try await ours.sending.submit(
                .init(
                    senderID: ours.sender.id, recipient: .contact(conversation.contact.id), clientID: nil, content: .text(.init(body: "x")),
                    replyTo: nil),
                access: ours.access)
        }
    }

    @Test("without the permission nothing is read and nothing sent", arguments: TestEngine.allCases)
    func permissions(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"))
        let nobody = Access(workspaceID: hub.workspaceID, actor: .system("nobody"), grants: [], visibility: .all, address: nil)
        let draft = MessageDraft(
            senderID: hub.sender.id, recipient: .phone(try PhoneNumber(parsing: "+15550199001")), clientID: nil,
            content: .text(.init(body: "x")), replyTo: nil)
        await #expect(throws: AccessProblem.notPermitted(.messagesSend)) { try await hub.sending.submit(draft, access: nobody) }
        await #expect(throws: AccessProblem.notPermitted(.conversationsView)) {
            try await hub.conversations.list(.init(), after: nil, limit: 10, access: nobody)
        }
    }
}

extension MessageError {
    static let sample = MessageError(code: "131000", detail: "Something went wrong.", advice: "Try again.", retryable: true)
}
