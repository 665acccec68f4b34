import Domain
import Services
import Store
import TestSupport
import Testing

import struct Foundation.Date

@Suite("Messages that leave later")
struct ScheduleTests {
    private static let hour = 60.0 * 60

    private let hub: TestHub
    private let contact: Identifier<Contact>
    private let conversation: Identifier<Conversation>

    init() async throws { try await self.init(.sqlite) }

    private init(_ engine: TestEngine) async throws {
        hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello", id: "wamid.first"))
        let found = try #require(try await hub.list().first)
        (contact, conversation) = (found.contact.id, found.id)
    }

    private func schedule(_ text: String, inHours hours: Double, clientID: String? = nil) async throws -> Message {
        try await hub.sending.submit(
            MessageDraft(
                senderID: hub.sender.id, recipient: .contact(contact), clientID: clientID, content: .text(.init(body: text)), replyTo: nil,
                sendAt: hub.clock.now.addingTimeInterval(hours * Self.hour)), access: hub.access)
    }

    /// Does what is due by now; how many jobs there were.
    private func work() async throws -> Int {
        let clock = hub.clock
        let jobs = try await hub.database.write {
            try JobTable($0).take(kind: JobKind.scheduledMessage, now: clock.now, leaseSeconds: 60, limit: 50)
        }
        for job in jobs {
            let completion = try await ScheduledMessageJob(sending: hub.sending, now: { clock.now }).run(job)
            try await hub.database.write { transaction in
                #expect(try JobTable(transaction).complete(job))
                try completion.write(transaction)
            }
        }
        return jobs.count
    }

    private func message(_ id: Identifier<Message>) async throws -> Message { try await hub.conversations.message(id, access: hub.access) }

    @Test("it stands in its thread at its time, touches nothing else, and leaves then and once", arguments: TestEngine.allCases)
    func leaving(engine: TestEngine) async throws {
        let test = try await Self(engine)
        let hub = test.hub
        let later = try await test.schedule("Later", inHours: 2, clientID: "once")
        #expect((later.status, later.sendAt, later.at) == (.scheduled, later.at, hub.clock.now.addingTimeInterval(2 * Self.hour)))
        #expect(try await test.schedule("Later", inHours: 2, clientID: "once").id == later.id)
        // Another time is another message, and so is one that leaves at once.
        await #expect(throws: SendingProblem.clientIDTaken) { try await test.schedule("Later", inHours: 3, clientID: "once") }
        await #expect(throws: SendingProblem.clientIDTaken) {
            try await hub.sending.submit(
                MessageDraft(
                    senderID: hub.sender.id, recipient: .contact(test.contact), clientID: "once", content: .text(.init(body: "Later")),
                    replyTo: nil), access: hub.access)
        }
        let row = try #require(try await hub.list().first)
        #expect((row.unread, row.last?.preview) == (1, "Hello"))
        let now = try await hub.submit("Now")
        #expect(try await hub.thread(test.conversation) == ["Hello", "Now", "Later"])
        hub.clock.advance(by: Self.hour)
        try await hub.receive(hub.text("Are you there?", id: "wamid.second"))
        #expect(try await test.work() == 0)
        hub.clock.advance(by: Self.hour + 7)
        #expect(try await test.work() == 1)
        #expect(try await test.work() == 0)
        let queued = try await test.message(later.id)
        #expect((queued.status, queued.sendAt, queued.at) == (.queued, nil, hub.clock.now))
        #expect(queued.sequence > now.sequence)
        // Whoever didn't hear of the first answer may ask again.
        #expect(try await test.schedule("Later", inHours: -0.002, clientID: "once").id == later.id)
        let after = try #require(try await hub.list().first)
        // Nobody has read what the customer wrote meanwhile.
        #expect((after.unread, after.last?.preview, after.last?.status) == (1, "Later", .queued))
        let sent = try await hub.dispatch(until: { $0.status == .sent }, later.id)
        #expect(sent.attempt == 1)
        #expect(hub.channel.sent.count == 2)
    }

    @Test(
        "the gate is asked again: what may not leave by then fails with its reason, and can be sent when it may",
        arguments: TestEngine.allCases)
    func gate(engine: TestEngine) async throws {
        let test = try await Self(engine)
        let hub = test.hub
        let message = try await test.schedule("Too late", inHours: 25)
        hub.clock.advance(by: 26 * Self.hour)
        #expect(try await test.work() == 1)
        let failed = try await test.message(message.id)
        #expect((failed.status, failed.attempt, failed.error?.code) == (.failed, 0, "message.window-closed"))
        #expect(failed.error?.detail.contains("24 hours") == true)
        #expect(try await hub.list().first?.last?.status == .failed)
        #expect(try await hub.allEvents().last?.kind == EventKind.messageUpdated.rawValue)
        try await hub.receive(hub.text("Back again", id: "wamid.again"))
        #expect(try await hub.sending.retry(message.id, access: hub.access).status == .queued)
    }

    @Test("until then it can be given another time or text, be sent, or be cancelled; after that it can't", arguments: TestEngine.allCases)
    func changing(engine: TestEngine) async throws {
        let test = try await Self(engine)
        let (hub, access) = (test.hub, test.hub.access)
        let (one, other, third) = (
            try await test.schedule("One", inHours: 1), try await test.schedule("Other", inHours: 1),
            try await test.schedule("Third", inHours: 3)
        )
        let later = hub.clock.now.addingTimeInterval(2 * Self.hour)
        let changed = try await hub.sending.change(one.id, .change(sendAt: later, text: "One, changed"), access: access)
        #expect((changed.sendAt, changed.at, changed.content.preview) == (later, later, "One, changed"))
        #expect(try await hub.sending.change(other.id, .cancel, access: access).status == .cancelled)
        hub.clock.advance(by: Self.hour + 1)
        // Both first times pass without effect.
        #expect(try await test.work() == 2)
        #expect(try await test.message(one.id).status == .scheduled)
        let cancelled = try await test.message(other.id)
        #expect((cancelled.status, cancelled.sendAt) == (.cancelled, nil))
        #expect(cancelled.at < hub.clock.now)
        #expect(try await hub.sending.change(third.id, .sendNow, access: access).status == .queued)
        hub.clock.advance(by: Self.hour)
        #expect(try await test.work() == 1)
        #expect(try await test.message(one.id).status == .queued)
        for id in [one.id, other.id, third.id] {
            for change in [ScheduleChange.cancel, .sendNow, .change(sendAt: later.addingTimeInterval(9_000), text: nil)] {
                await #expect(throws: ScheduleProblem.notScheduled) { try await hub.sending.change(id, change, access: access) }
            }
        }
        hub.clock.advance(by: 5 * Self.hour)
        _ = try await test.work()
        #expect(try await test.message(third.id).status == .queued)
        #expect(try await hub.thread(test.conversation).suffix(2) == ["Third", "One, changed"])
    }

    @Test("what can't be scheduled is refused with a sentence")
    func refusals() async throws {
        let now = hub.clock.now
        await #expect(throws: ScheduleProblem.past) { try await schedule("x", inHours: 0) }
        await #expect(throws: ScheduleProblem.past) { try await schedule("x", inHours: -1) }
        await #expect(throws: ScheduleProblem.tooFar) { try await schedule("x", inHours: 24 * 367) }
        let first = try #require(
            try await hub.conversations.messages(of: conversation, before: nil, limit: 1, access: hub.access).data.first)
        await #expect(throws: ScheduleProblem.notSchedulable) {
            try await hub.sending.submit(
                MessageDraft(
                    senderID: hub.sender.id, recipient: .contact(contact), clientID: nil,
                    content: .reaction(.init(message: first.id, emoji: "👍")), replyTo: nil, sendAt: now.addingTimeInterval(60)),
                access: hub.access)
        }
        let message = try await schedule("x", inHours: 1)
        await #expect(throws: ScheduleProblem.past) {
            try await hub.sending.change(message.id, .change(sendAt: now, text: nil), access: hub.access)
        }
        await #expect(throws: MessageProblem.self) {
            try await hub.sending.change(message.id, .change(sendAt: nil, text: " "), access: hub.access)
        }
        let reader = Access(
            workspaceID: hub.workspaceID, actor: hub.access.actor, grants: [.conversationsView], visibility: .all, address: nil)
        await #expect(throws: AccessProblem.notPermitted(.messagesSend)) {
            try await hub.sending.change(message.id, .cancel, access: reader)
        }
        let blind = Access(
            workspaceID: hub.workspaceID, actor: hub.access.actor, grants: Role.agent.grants, visibility: .own(Identifier("acc_x")),
            address: nil)
        await #expect(throws: SendingProblem.messageMissing) { try await hub.sending.change(message.id, .cancel, access: blind) }
        for _ in 1..<MessageSchedule.conversationLimit { _ = try await schedule("x", inHours: 1) }
        await #expect(throws: ScheduleProblem.tooMany) { try await schedule("x", inHours: 2) }
        // A window that is shut already isn't waited for.
        hub.clock.advance(by: 25 * Self.hour)
        await #expect(throws: SendingProblem.self) { try await schedule("x", inHours: 1) }
    }

    @Test("a time holds back nothing else of its conversation, and a cleared queue takes it along")
    func queue() async throws {
        let later = try await schedule("Later", inHours: 1)
        let now = try await hub.submit("Now")
        _ = try await hub.dispatch(until: { $0.status == .sent }, now.id)
        hub.clock.advance(by: 1)
        let clock = hub.clock
        let queues = QueueService(database: hub.database, signals: hub.signals, now: { clock.now })
        _ = try await queues.clear(hub.sender.id, lane: nil, upTo: nil, access: hub.access)
        let cancelled = try await message(later.id)
        #expect(cancelled.status == .cancelled)
        #expect(cancelled.at <= hub.clock.now)
        #expect(try await hub.thread(conversation).last == "Later")
    }
}
