import AsyncHTTPClient
import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Services
import Store
import Synchronization
import TestSupport
import Testing

@testable import Web

/// What comes by itself: streams that are open while somebody is moved, and what is made to reach a person elsewhere.
@Suite("What one may not see doesn't come by itself", .timeLimit(.minutes(5)))
struct VisibilityStreamTests {
    @Test("an open stream tells of nothing that was never seen", arguments: TestEngine.allCases, [VisibilityLevel.own, .team])
    func stream(engine: TestEngine, level: VisibilityLevel) async throws {
        let scene = try await VisibilityScene(engine)
        let hub = scene.hub
        let access = scene.access(level)
        let since = try await hub.events.end(access: hub.access).text
        // The last is mine, so that the others have been passed by when it comes.
        for told in scene.told.sorted(by: { ($0.holder == .mine ? 1 : 0) < ($1.holder == .mine ? 1 : 0) }) {
            try await hub.receive(hub.text("again \(told.word)", from: VisibilityScene.phone(told.holder), name: told.name))
            // From hand to hand, neither of which the reader sees: not even that it is gone may be told.
            if !told.holder.isSeen(level) {
                let away = Assignment(assignee: scene.colleague, team: scene.theirs.id)
                try await hub.conversations.change(told.conversation.id, .assign(away), access: hub.access)
            }
            try await hub.conversations.change(told.conversation.id, .close, access: hub.access)
        }
        let mine = scene.told(.mine).conversation.id
        var seen: Set<Identifier<Conversation>> = []
        read: for await frame in try await LiveStream(services: scene.web.services).frames(since: since, access: access) {
            guard case .changes(let events) = frame else { continue }
            seen.formUnion(events.compactMap(\.conversationID))
            if events.contains(where: { $0.conversationID == mine && $0.cause == "closed" }) { break read }
        }
        #expect(seen == Set(scene.seen(level).map(\.conversation.id)))
    }

    @Test(
        "who is moved learns that a conversation is gone and no more, and their stream ends with their team", arguments: TestEngine.allCases
    )
    func moved(engine: TestEngine) async throws {
        let scene = try await VisibilityScene(engine)
        let hub = scene.hub
        try await scene.look(.team)
        let (mine, ours, shared) = (scene.told(.mine), scene.told(.ours), scene.told(.oursWithColleague))
        /// Reads on to the next event of a message in mine; returns what came on the way.
        @Sendable func eventsUntilMine(_ reader: inout SSEReader) async throws -> [SSEReader.Event] {
            var events: [SSEReader.Event] = []
            repeat {
                events.append(try await reader.next())
            } while !(events.last?.name == "message.received" && events.last?.data.contains(mine.conversation.id.text) == true)
            return events
        }
        @Sendable func write(_ told: VisibilityScene.Told) async throws {
            try await hub.receive(hub.text("again", from: VisibilityScene.phone(told.holder), name: told.name))
        }
        try await scene.web.application.test(.live) { client in
            let port = try #require(client.port)
            let since = try await hub.events.end(access: hub.access).text
            // Each on a connection of its own: one that ends with its stream can't be used again.
            let headers = scene.headers + [.connection: "close"]
            var reader = SSEReader(try await EventStreamTests.open(port, headers, lastEventID: since).body)
            try await reader.connected()
            try await write(ours)
            try await write(mine)
            let before = try await eventsUntilMine(&reader)
            #expect(before.contains { $0.name == "message.received" && $0.data.contains(ours.conversation.id.text) })

            try await hub.conversations.change(ours.conversation.id, .assign(Assignment(team: scene.theirs.id)), access: hub.access)
            try await write(ours)
            try await write(mine)
            let after = try await eventsUntilMine(&reader)
            let told = after.filter { $0.data.contains(ours.conversation.id.text) }
            #expect(told.map(\.name) == ["conversation.withdrawn"])
            #expect(told.allSatisfy { !$0.data.contains(scene.theirs.id.text) })

            _ = try await scene.web.services.teams.change(scene.ours.id, name: nil, members: [], access: hub.access)
            try await reader.waitForEnd()
            var again = SSEReader(try await EventStreamTests.open(port, headers, lastEventID: after.last?.id).body)
            try await write(shared)
            try await write(mine)
            let rest = try await eventsUntilMine(&again)
            #expect(rest.allSatisfy { !$0.data.contains(shared.conversation.id.text) })
        }
    }

    /// A push service that keeps which notification each call is about.
    private final class Browser: OutsideCaller {
        private let kept = Mutex<[String]>([])
        var topics: Set<String> { Set(kept.withLock { $0 }) }

        func send(_ call: OutsideCall) async throws(OutsideFailure) -> OutsideAnswer {
            kept.withLock { $0 += call.headers.filter { $0.name == "topic" }.map(\.value) }
            return OutsideAnswer(status: 201)
        }

        func check(_ address: OutsideAddress) async throws(OutsideFailure) {}
    }

    @Test(
        "the bell, browsers and e-mail bring nothing of it, nor what was seen when it happened and isn't any more",
        arguments: TestEngine.allCases, [VisibilityLevel.own, .team])
    func notifications(engine: TestEngine, level: VisibilityLevel) async throws {
        for isNarrowedLater in [false, true] {
            let scene = try await VisibilityScene(engine)
            let (hub, services) = (scene.hub, scene.web.services)
            let clock = hub.clock
            let now: @Sendable () -> Date = { clock.now }
            try await hub.database.write { try $0.run("DELETE FROM notifications") }
            let mail = FakeMail()
            let box = SecretBox(SecretKey.make().key)
            let mails = MailService(database: hub.database, sealing: box, sender: mail, signals: hub.signals, now: now)
            let server = try MailSettings(
                host: "smtp.example.com", port: 587, security: .startTLS, user: nil, sender: "support@example.com")
            try await mails.save(server, password: nil, access: hub.access)
            try await services.notifications.setRules(
                .init(
                    bell: [.message], places: [.all], push: [.message], pushNames: true, digest: Digest(pace: .soon, hour: 9, zone: "UTC")),
                access: scene.access(.all))
            let push = PushService(database: hub.database, sealing: box, signals: hub.signals, now: now)
            let session = Session(
                id: scene.me.session, accountID: scene.me.account, createdAt: now(), lastSeenAt: now(), expiresAt: now(), userAgent: nil,
                address: nil)
            let target = try PushTarget(
                endpoint: "https://push.example.com/x", p256dh: TestWeb.browserKey, auth: "BTBZMqHH6r4Tts7J_aSIgg")
            _ = try await push.subscribe(target, session: session, userAgent: "Mozilla/5.0", access: scene.access(.all))
            if !isNarrowedLater { try await scene.look(level) }
            for told in scene.told {
                try await hub.receive(hub.text("again \(told.word)", from: VisibilityScene.phone(told.holder), name: told.name))
            }
            let maker = NotificationMaker(database: hub.database, signals: hub.signals, now: now)
            repeat {
                try await maker.round()
            } while try await hub.database.read { try !NotificationFeedTable.behind($0, limit: 10).isEmpty }
            let made: [String: String] = try await hub.database.read { [me = scene.me.account] transaction in
                let rows = try transaction.rows("SELECT conversation_id, id FROM notifications WHERE account_id = \(me)")
                return Dictionary(try rows.map { (try $0.text(0), try $0.text(1)) }, uniquingKeysWith: { one, _ in one })
            }
            if isNarrowedLater {
                #expect(made.count == scene.told.count)
                try await scene.look(level)
            } else {
                #expect(Set(made.keys) == Set(scene.seen(level).map(\.conversation.id.text)), "\(level)")
            }
            let bell = try await scene.web.call(.get, "/api/v1/notifications?limit=100", scene.headers)
            for told in scene.hidden(level) { for mark in told.marks { #expect(!bell.text.contains(mark), "\(level) bell tells \(mark)") } }

            let browser = Browser()
            let pushing = PushJob(database: hub.database, sealing: box, caller: browser, publicURL: nil, numbers: .embedded, now: now)
            let pushes = try await hub.database.write {
                try JobTable($0).take(kind: PushJob.kind, now: clock.now, leaseSeconds: 60, limit: 100)
            }
            for job in pushes { _ = try await pushing.run(job) }
            #expect(browser.topics == Set(scene.seen(level).map { String((made[$0.conversation.id.text] ?? "").suffix(26)) }), "\(level)")

            let digests = try await hub.database.write {
                try JobTable($0).take(kind: DigestJob.kind, now: clock.now.addingTimeInterval(86_400), leaseSeconds: 60, limit: 10)
            }
            let digest = DigestJob(
                database: hub.database, mail: mails, sender: mail, publicURL: "https://chat.example.com", numbers: .embedded, now: now)
            for job in digests { _ = try await digest.run(job) }
            let text = mail.messages.map { "\($0.subject)\n\($0.text)" }.joined()
            for told in scene.seen(level) { #expect(text.contains(told.name), "\(level)") }
            for told in scene.hidden(level) { for mark in told.marks { #expect(!text.contains(mark), "\(level) e-mail tells \(mark)") } }
        }
    }
}
