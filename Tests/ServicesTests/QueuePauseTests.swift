import Domain
import Logging
import ServiceLifecycle
import Services
import Store
import Synchronization
import TestSupport
import Testing

import struct Foundation.Date

@Suite("A paused number, and what else holds its queue")
struct QueuePauseTests {
    @Test("a dispatcher that runs stops starting calls, and goes on when the number is resumed", arguments: TestEngine.allCases)
    func dispatcher(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"))
        try await hub.dispatching(hub.dispatcher()) {
            let first = try await hub.queue("first")
            try await hub.wait(for: first.id) { $0.status == .sent }
            _ = try await hub.queues.set(paused: true, hub.sender.id, access: hub.access)
            // What was known of the number may be a quarter of a second old.
            try await Task.sleep(for: .milliseconds(400))
            let second = try await hub.queue("second")
            try await Task.sleep(for: .milliseconds(800))
            #expect(try await hub.status(of: second) == .queued)
            _ = try await hub.queues.set(paused: false, hub.sender.id, access: hub.access)
            hub.clock.advance(by: 1)
            try await hub.wait(for: second.id) { $0.status == .sent }
        }
        #expect(hub.channel.sent.map(\.content.preview) == ["first", "second"])
    }

    @Test("a file that is being handed over when the number is paused waits as well", arguments: TestEngine.allCases)
    func file(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"))
        let media = SlowMedia()
        let message = try await hub.queueFile()
        try await hub.dispatching(hub.dispatcher(media: media)) {
            try await hub.wait(for: message.id) { $0.status == .claimed }
            _ = try await hub.queues.set(paused: true, hub.sender.id, access: hub.access)
            media.finish()
            try await hub.wait(for: message.id) { $0.status == .queued }
            #expect(hub.channel.sent.isEmpty)
            _ = try await hub.queues.set(paused: false, hub.sender.id, access: hub.access)
            try await hub.wait(for: message.id) { $0.status == .sent }
        }
        #expect(hub.channel.sent.count == 1)
    }

    @Test("a file that is being handed over when the queue is cleared is never called for", arguments: TestEngine.allCases)
    func clearedFile(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"))
        let media = SlowMedia()
        let message = try await hub.queueFile()
        try await hub.dispatching(hub.dispatcher(media: media)) {
            try await hub.wait(for: message.id) { $0.status == .claimed }
            #expect(try await hub.queues.clear(hub.sender.id, lane: nil, upTo: nil, access: hub.access).cancelled == 1)
            media.finish()
            let next = try await hub.queue("next")
            try await hub.wait(for: next.id) { $0.status == .sent }
        }
        #expect(try await hub.status(of: message) == .cancelled)
        #expect(hub.channel.sent.map(\.content.preview) == ["next"])
    }

    @Test("resuming also lets campaigns go on that WhatsApp's restriction held back", arguments: TestEngine.allCases)
    func campaigns(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"))
        let (reply, offer) = (try await hub.queue("reply"), try await hub.queue("offer", lane: .campaign))
        try await hub.database.write { [now = hub.clock.now] transaction in
            _ = try SenderHoldTable(transaction, hub.access).pauseCampaigns(hub.sender.id, reason: "Too many complaints.", at: now)
            let process = HubProcess(id: "prc_1", host: "hub-1", roles: [.dispatch], startedAt: now)
            try ProcessTable(transaction).beat(process, mediaMarker: nil, now: now)
        }
        #expect(try await hub.reason(of: reply) == .queue(ahead: 0))
        #expect(try await hub.reason(of: offer) == .campaignsPaused("Too many complaints."))
        let resumed = try await hub.queues.set(paused: false, hub.sender.id, access: hub.access)
        #expect(resumed.campaignsPaused == nil)
        #expect(try await hub.reason(of: offer) == .queue(ahead: 1))
    }

    @Test("a template for somebody new waits for the limit on people, and says until when", arguments: TestEngine.allCases)
    func people(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello", from: "15550199002"))
        func template(to phone: String) async throws -> Message {
            try await hub.sending.submit(
                MessageDraft(
                    senderID: hub.sender.id, recipient: .phone(try PhoneNumber(parsing: phone)), clientID: nil,
                    content: .template(.init(name: "hello", language: "en_US")), replyTo: nil, lane: .campaign), access: hub.access)
        }
        let (new, inWindow, known) = (
            try await template(to: "+15550199001"), try await template(to: "+15550199002"), try await template(to: "+15550199003")
        )
        let reached = hub.clock.now.addingTimeInterval(-3_600)
        try await hub.database.write { [now = hub.clock.now, workspaceID = hub.workspaceID, sender = hub.sender] transaction in
            let process = HubProcess(id: "prc_1", host: "hub-1", roles: [.dispatch], startedAt: now)
            try ProcessTable(transaction).beat(process, mediaMarker: nil, now: now)
            try transaction.run("UPDATE senders SET messaging_limit = 'TIER_50' WHERE id = \(sender.id)")
            let portfolio = try #require(try SenderHoldTable(transaction, hub.access).standing(of: sender.id, now: now)).portfolio
            let others = (0..<49).map { (Identifier<Message>("m\($0)"), Identifier<Contact>("c\($0)")) }
            let full = try PortfolioTable(transaction, in: workspaceID).reserve(
                others + [(known.id, known.contactID)], portfolio: portfolio, limit: 50, now: reached
            ).full
            #expect(full.isEmpty)
        }
        let departures = try await hub.queues.waiting(in: hub.sender.id, after: nil, limit: 10, access: hub.access).data.map(\.departure)
        #expect(departures[0] == Departure(earliest: reached.addingTimeInterval(86_400), reason: .peopleLimit(50)))
        #expect(departures[1]?.reason == .queue(ahead: 1), "\(inWindow.id)")
        #expect(departures[2]?.reason == .queue(ahead: 2))
        _ = new
    }

    @Test("what is sent again still minds paused templates", arguments: TestEngine.allCases)
    func pausedTemplate(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let (paused, other) = (try await hub.queue(template: "sale"), try await hub.queue(template: "hello"))
        for message in [paused, other] { try await hub.fail(message.id, retryable: true) }
        try await hub.database.write { [now = hub.clock.now] transaction in
            try RestrictionTable(transaction, in: hub.workspaceID).pause(
                .init(TemplateContent(name: "sale", language: "en_US")), connection: hub.connection.id, code: "132015",
                until: now.addingTimeInterval(600))
        }
        let done = try await hub.queues.retryFailed(of: hub.sender.id, after: nil, access: hub.access)
        #expect(done == QueueRetry(requeued: 1, refused: 1, next: nil))
        #expect(try await [hub.status(of: paused), hub.status(of: other)] == [.failed, .queued])
    }
}

extension TestHub {
    fileprivate func reason(of message: Message) async throws -> WaitReason? {
        try await queues.waiting(in: sender.id, after: nil, limit: 100, access: access).data.first { $0.message.id == message.id }?
            .departure?
            .reason
    }

    fileprivate func queueFile() async throws -> Message {
        let file = MediaFile(
            id: .make(at: clock.now), state: .stored, sha256: "00", byteCount: 3, mimeType: "image/jpeg", filename: "a.jpg")
        try await database.write { [access, clock] in try MediaTable($0, access).insert(file, kind: .image, at: clock.now) }
        return try await sending.submit(
            MessageDraft(
                senderID: sender.id, recipient: .phone(try PhoneNumber(parsing: "+15550199001")), clientID: nil,
                content: .media(MediaContent(kind: .image, id: file.id)), replyTo: nil), access: access)
    }

    fileprivate func dispatching(_ dispatcher: Dispatcher, body: @Sendable () async throws -> Void) async throws {
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

/// Takes as long as a test wants to hand a file over.
private final class SlowMedia: OutboundMedia {
    private let isDone = Mutex(false)

    func finish() { isDone.withLock { $0 = true } }

    func providerMediaID(of media: Identifier<MediaFile>, route: SenderRoute, channel: any Channel, access: Access) async throws -> String {
        while !isDone.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
        return "media-1"
    }
}
