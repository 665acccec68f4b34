import Domain
import Services
import Store
import Synchronization
import TestSupport
import Testing

import struct Foundation.Date

@Suite("Limits, as the dispatcher keeps them")
struct LimitsTests {
    /// Says for each disposition what must have become of the message, the number, the template and the person.
    struct Expected: Sendable {
        var message: MessageStatus
        var attempts = 1
        var sender = Sender.Status.online
        var isSlow = false
        var isHeld = false
        var areCampaignsPaused = false
        var isTemplatePaused = false
        var isContactRestricted = false
        var hasOptedOut = false
    }

    @Test(
        "each disposition has its consequences, whether it comes as an answer or as a status later", arguments: TestEngine.allCases,
        [
            (.fail, Expected(message: .failed)),
            (.askPerson, Expected(message: .failed)),
            (.retry(after: .milliseconds(1)), Expected(message: .sent, attempts: 2)),
            (.slowDown(after: .milliseconds(1)), Expected(message: .sent, attempts: 2, isSlow: true)),
            (.hold(for: .seconds(60), reason: "Being upgraded."), Expected(message: .sent, attempts: 2, isHeld: true)),
            (.pauseCampaigns(reason: "Quality."), Expected(message: .queued, areCampaignsPaused: true)),
            (.stopSender(.tokenRefused, reason: "Gone."), Expected(message: .queued, sender: .failed)),
            (.pauseTemplate(), Expected(message: .failed, isTemplatePaused: true)),
            (.restrictContact(for: .seconds(86_400)), Expected(message: .failed, isContactRestricted: true)),
            (.restrictContact(for: nil), Expected(message: .failed, hasOptedOut: true)),
        ] as [(Disposition, Expected)])
    func dispositions(engine: TestEngine, example: (disposition: Disposition, expected: Expected)) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let (disposition, expected) = example
        hub.channel.answer(.refused(disposition, .sample))
        let message = try await hub.submitTemplate(lane: .campaign)
        var after = try await hub.dispatch(until: { $0.attempt == 1 && $0.status != .sending }, message.id)
        if expected.message == .sent {
            hub.clock.advance(by: 100)
            after = try await hub.dispatch(until: { $0.status == .sent }, message.id)
        }
        #expect(after.status == expected.message)
        #expect(after.attempt == expected.attempts)
        try await hub.expect(expected, at: disposition)

        // The same as a status of a message that was taken first. Nothing takes it back into the queue.
        let other = try await TestHub(TestDatabase.make(engine))
        let sent = try await other.dispatch(until: { $0.status == .sent }, other.submitTemplate(lane: .campaign).id)
        var later = expected
        later.message = .failed
        for _ in 0..<2 {
            try await other.receive(
                .status(
                    InboundStatus(
                        providerID: sent.providerID!, status: .failed, at: other.clock.now,
                        attempt: AttemptReference(messageID: sent.id, number: 1), error: .sample, disposition: disposition)))
        }
        #expect(try await other.conversations.message(sent.id, access: other.access).status == .failed)
        try await other.expect(later, at: disposition)
    }

    @Test("a person who wants no marketing gets none, and everything else", arguments: TestEngine.allCases)
    func restricted(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        hub.channel.answer(.refused(.restrictContact(for: .seconds(86_400)), .sample))
        let refused = try await hub.dispatch(until: { $0.status == .failed }, hub.submitTemplate("sale", lane: .campaign).id)
        #expect(refused.attempt == 1)
        // The template is known to be marketing now, so also as a reply; another one only when it is mailed to many.
        for lane in Lane.allCases {
            await #expect(throws: SendingProblem.marketingRestricted(until: hub.clock.now.addingTimeInterval(86_400))) {
                try await hub.submitTemplate("sale", lane: lane)
            }
        }
        await #expect(throws: SendingProblem.self) { try await hub.submitTemplate("receipt", lane: .campaign) }
        _ = try await hub.submitTemplate("receipt", lane: .notification)
        _ = try await hub.submitTemplate("sale", lane: .campaign, to: "+15550199002")
        hub.clock.advance(by: 86_400)
        _ = try await hub.submitTemplate("sale", lane: .campaign)
    }

    @Test("a restriction that came after a message was accepted stops it at the moment of the call", arguments: TestEngine.allCases)
    func restrictedMeanwhile(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let message = try await hub.submitTemplate("sale", lane: .campaign)
        try await hub.database.write { [now = hub.clock.now] in
            try RestrictionTable($0, in: hub.workspaceID)
                .restrict(message.contactID, until: now.addingTimeInterval(3_600), code: "131049", at: now)
        }
        let after = try await hub.dispatch(until: { $0.status == .failed }, message.id)
        #expect((after.error?.code, after.error?.retryable) == ("contact.marketing-restricted", true))
        #expect(hub.channel.sent.isEmpty)
    }

    @Test("a refused template rests for an hour, then one message tries again", arguments: TestEngine.allCases)
    func templatePaused(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        hub.channel.answer(.refused(.pauseTemplate(), .sample))
        _ = try await hub.dispatch(until: { $0.status == .failed }, hub.submitTemplate("sale", lane: .campaign).id)
        await #expect(throws: SendingProblem.self) { try await hub.submitTemplate("sale", lane: .reply) }
        _ = try await hub.submitTemplate("other", lane: .reply)
        hub.clock.advance(by: 3_600)
        _ = try await hub.submitTemplate("sale", lane: .reply)
    }

    @Test(
        "while the provider restricts a number its campaigns wait, its replies leave, and a person ends it", arguments: TestEngine.allCases)
    func campaignsPaused(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        hub.channel.answer(.refused(.pauseCampaigns(reason: "Quality."), .sample))
        let first = try await hub.submitTemplate("sale", lane: .campaign)
        _ = try await hub.dispatch(until: { $0.status == .queued && $0.attempt == 1 }, first.id)
        let second = try await hub.submitTemplate("sale", lane: .campaign, to: "+15550199002")
        let reply = try await hub.submitTemplate("receipt", lane: .notification, to: "+15550199003")
        _ = try await hub.dispatch(until: { $0.status == .sent }, reply.id)
        #expect(try await hub.conversations.message(second.id, access: hub.access).status == .queued)
        _ = try await hub.database.write { try SenderHoldTable($0, hub.access).resume(hub.sender.id) }
        for message in [first, second] { _ = try await hub.dispatch(until: { $0.status == .sent }, message.id) }
    }

    @Test("a campaign message that was refused because of the number isn't tried again at once", arguments: TestEngine.allCases)
    func campaignsPausedAtOnce(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        hub.channel.answer(.refused(.pauseCampaigns(reason: "Quality."), .sample))
        let first = try await hub.submitTemplate("sale", lane: .campaign)
        try await hub.running(hub.dispatcher()) {
            try await hub.wait(for: first.id) { $0.attempt == 1 && $0.status == .queued }
            // While its worker still believes what it knew a moment ago.
            for _ in 0..<60 {
                hub.signals.messageQueued(for: hub.sender.id)
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        #expect(hub.channel.sent.count == 1)
    }

    @Test("nothing leaves while a number is paused, and everything in order once it goes on", arguments: TestEngine.allCases)
    func paused(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"))
        #expect(try await hub.database.write { try SenderHoldTable($0, hub.access).pause(hub.sender.id, at: hub.clock.now) })
        #expect(try await !hub.database.write { try SenderHoldTable($0, hub.access).pause(hub.sender.id, at: hub.clock.now) })
        let message = try await hub.submit("Hi")
        try await hub.running(hub.dispatcher()) {
            while try await hub.database.read({ try LeaseTable($0).held(now: hub.clock.now) }).isEmpty {
                try await Task.sleep(for: .milliseconds(5))
            }
            for _ in 0..<50 {
                hub.signals.messageQueued(for: hub.sender.id)
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(hub.channel.sent.isEmpty)
            #expect(try await hub.database.write { try SenderHoldTable($0, hub.access).resume(hub.sender.id) })
            hub.signals.messageQueued(for: hub.sender.id)
            try await hub.wait(for: message.id) { $0.status == .sent }
        }
    }

    @Test(
        "a portfolio reaches as many people outside windows as it may, over all its numbers; the rest wait until some stop counting",
        arguments: TestEngine.allCases)
    func people(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.database.write { transaction in
            try transaction.run("UPDATE senders SET messaging_limit = 'TIER_50' WHERE id = \(hub.sender.id)")
        }
        // Somebody with an open window doesn't count, however often; nor does a second message to the same person.
        try await hub.receive(hub.text("Hello", from: "15550198001"))
        _ = try await hub.submitTemplate("sale", lane: .campaign, to: "+15550198001")
        let messages = try await (0..<51).asyncMap { number in
            try await hub.submitTemplate("sale", lane: .campaign, to: "+1555019\(7_000 + number)")
        }
        let again = try await hub.submitTemplate("again", lane: .campaign, to: "+15550197000")
        let open = try await hub.submitTemplate("sale", lane: .campaign, to: "+15550198001")
        try await hub.running(hub.dispatcher()) {
            // No faster than a lease is renewed.
            while hub.channel.sent.count < 53 {
                hub.clock.advance(by: 0.1)
                try await Task.sleep(for: .milliseconds(50))
            }
            for message in [again, open] { try await hub.wait(for: message.id) { $0.status == .sent } }
            let budget = try await hub.database.read {
                try PortfolioTable($0, in: hub.workspaceID).budget(of: hub.connection.businessAccountID, limit: 50, now: hub.clock.now)
            }
            #expect((budget.used, budget.free) == (50, 0))
        }
        // The last one waits for a day, or for a message that didn't arrive.
        #expect(try await hub.conversations.message(messages[50].id, access: hub.access).status == .queued)
        let failed = try await hub.conversations.message(messages[3].id, access: hub.access)
        try await hub.receive(
            hub.status(.failed, of: AttemptReference(messageID: failed.id, number: 1), providerID: failed.providerID!, error: .sample))
        _ = try await hub.dispatch(until: { $0.status == .sent }, messages[50].id)
        #expect(hub.channel.sent.count == 54)
        // Told once, when 40 of 50 were reached, and not for each that came after.
        let warnings = try await hub.allEvents().filter { $0.cause == SenderUsage.warningCause }
        #expect(warnings.map(\.subjectID) == [hub.sender.id.text])
    }

    @Test("that most of the limit is used is told at 80 percent, and again only a day later", arguments: TestEngine.allCases)
    func warning(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let start = hub.clock.now
        func reach(_ people: Range<Int>, hours: Double) async throws -> Bool {
            try await hub.database.write { transaction in
                try PortfolioTable(transaction, in: hub.workspaceID).reserve(
                    people.map { (.init("msg_\($0)_\(hours)"), .init("con_\($0)")) }, portfolio: "8", limit: 50,
                    now: start.addingTimeInterval(hours * 3_600)
                ).isWarning
            }
        }
        #expect(try await reach(0..<39, hours: 0) == false)
        #expect(try await reach(39..<40, hours: 1))
        #expect(try await reach(40..<50, hours: 2) == false)
        // They stop counting: below it nothing is told, nor when it is crossed again on the same day.
        #expect(try await reach(50..<60, hours: 24.5) == false)
        #expect(try await reach(60..<85, hours: 24.9) == false)
        #expect(try await reach(85..<90, hours: 25.5))
    }

    @Test("people stop counting after a day, and those who are reached again count for longer", arguments: TestEngine.allCases)
    func rollingDay(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let start = hub.clock.now
        var random = SeededGenerator(seed: 7)
        var last: [Int: Date] = [:]
        for step in 0..<400 {
            let now = start.addingTimeInterval(Double(step) * 900)
            let people = Set((0..<Int.random(in: 1...4, using: &random)).map { _ in Int.random(in: 0..<60, using: &random) }).sorted()
            let full = try await hub.database.write { transaction in
                try PortfolioTable(transaction, in: hub.workspaceID).reserve(
                    people.map { (.init("msg_\(step)_\($0)"), .init("con_\($0)")) }, portfolio: "8", limit: 20, now: now
                ).full
            }
            // The reference: everybody's last reach, looked at anew each time.
            for person in people {
                let counting = last.filter { $0.value > now.addingTimeInterval(-86_400) }
                let hasRoom = counting[person] != nil || counting.count < 20
                #expect(full.contains(.init("con_\(person)")) == !hasRoom)
                if hasRoom { last[person] = now }
            }
            let counting = last.values.count { $0 > now.addingTimeInterval(-86_400) }
            #expect(counting <= 20)
            let budget = try await hub.database.read { try PortfolioTable($0, in: hub.workspaceID).budget(of: "8", limit: 20, now: now) }
            #expect(budget.used == counting)
        }
    }

    @Test("what customers write to a number takes from what it may send", arguments: TestEngine.allCases)
    func inbound(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        func perSecond() async throws -> Int? {
            try await hub.database.read { try SenderHoldTable($0, hub.access).standing(of: hub.sender.id, now: hub.clock.now) }?
                .pace.perSecond(at: hub.clock.now)
        }
        #expect(try await perSecond() == 76)
        let rates = InboundRates(database: hub.database, process: "prc_a", now: { hub.clock.now })
        let intake = IntakeService(
            database: hub.database, directory: hub.directory, receivers: [.meta: hub.receiver], signals: hub.signals, rates: rates,
            now: { hub.clock.now })
        let items = (0..<30).map {
            InboundItem(senderProviderID: hub.sender.providerID, path: "messages[\($0)]", event: hub.text("Hello", id: "wamid.\($0)"))
        }
        let body = hub.receiver.body(for: InboundBatch(items: items, unreadable: []))
        try await intake.receive(body, header: { _ in TestHub.appSecret }, connectionID: hub.connection.id.text)
        await rates.write(over: 1)
        #expect(try await perSecond() == 46)
        hub.clock.advance(by: 6)
        #expect(try await perSecond() == 76)
    }

    @Test("the database's clock goes on between its measurements", arguments: TestEngine.allCases)
    func databaseClock(engine: TestEngine) async throws {
        let database = try await TestDatabase.make(engine)
        let wrong = Date(timeIntervalSince1970: 1_000_000_000)
        let clock = DatabaseClock(database, now: { wrong })
        #expect(clock.now == wrong)
        try await clock.synchronize()
        let theirs = try await database.read { try $0.clock() }
        // SQLite has one process, whose own clock it is.
        #expect(abs(clock.now.timeIntervalSince(engine == .postgres ? theirs : wrong)) < 5)
        #expect(abs(theirs.timeIntervalSince(Date())) < 60)
    }

    @Test(
        "a number that was too fast is slower by a tenth for a minute, and by another each time that it is so again",
        arguments: TestEngine.allCases)
    func slowedTimes(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let (sender, access, now) = (hub.sender.id, hub.access, hub.clock.now)
        // Three answers to calls of the same seconds, two later ones, and one when it had long had its usual speed.
        for (seconds, times, until) in [(0.0, 1, 60.0), (0.2, 1, 60), (4, 1, 60), (30, 2, 90), (89, 3, 149), (200, 1, 260)] {
            let hold = try await hub.database.write { transaction in
                let holds = SenderHoldTable(transaction, access)
                try holds.slow(sender, at: now.addingTimeInterval(seconds))
                return try holds.find(sender)
            }
            #expect(hold.slowedTimes == times && hold.slowedUntil == now.addingTimeInterval(until), "after \(seconds) s")
        }
    }

    @Test("neither a wait for a connection nor a slow answer moves the database's clock")
    func databaseClockInTrouble() async throws {
        let database = TroubledDatabase(try await TestDatabase.make(.postgres))
        let ticks = Ticks()
        let clock = DatabaseClock(database, now: { Date() }, ticks: { ticks.now })
        let earlier = try await database.read { try $0.clock() }
        database.before { ticks.advance(by: .seconds(10)) }
        try await clock.synchronize()
        database.before(nil)
        let later = try await database.read { try $0.clock() }
        let known = clock.now
        #expect(earlier <= known && known <= later)
        // From now on a second passes whenever somebody looks.
        ticks.advance(by: .seconds(1), each: true)
        try await clock.synchronize()
        #expect(clock.now == known.addingTimeInterval(4))
    }
}

/// A processor's clock that goes on only when it is told to.
private final class Ticks: Sendable {
    private struct State {
        var now = ContinuousClock.now
        var step = Duration.zero
    }

    private let state = Mutex(State())

    var now: ContinuousClock.Instant {
        state.withLock { state in
            state.now += state.step
            return state.now
        }
    }

    func advance(by duration: Duration, each isStep: Bool = false) {
        state.withLock { state in
            state.now += duration
            if isStep { state.step = duration }
        }
    }
}

extension TestHub {
    func submitTemplate(_ name: String = "sale", lane: Lane, to phone: String = "+15550199001") async throws -> Message {
        try await sending.submit(
            MessageDraft(
                senderID: sender.id, recipient: .phone(try PhoneNumber(parsing: phone)), clientID: nil,
                content: .template(.init(name: name, language: "en_US")), replyTo: nil, lane: lane),
            access: access)
    }

    fileprivate func expect(_ expected: LimitsTests.Expected, at disposition: Disposition) async throws {
        let (now, key) = (clock.now, RestrictionTable.TemplateKey(.init(name: "sale", language: "en_US")))
        let sender = try await database.read { try SenderTable($0, access).find(self.sender.id) }
        let hold = try await database.read { try SenderHoldTable($0, access).find(self.sender.id) }
        let state = try await database.read { try RestrictionTable($0, in: workspaceID).states(of: [key], connection: connection.id)[key] }
        let (restricted, optedOut) = try await database.read { transaction in
            let contacts: [Identifier<Contact>] = try transaction.rows("SELECT id FROM contacts").map { try $0.id(0) }
            return (
                try RestrictionTable(transaction, in: workspaceID).restricted(Set(contacts), now: now),
                try ConsentTable(transaction, access).excluded(contacts: contacts, category: .marketing)
            )
        }
        #expect(sender?.status == expected.sender, "\(disposition)")
        #expect((hold.slowedUntil != nil) == expected.isSlow, "\(disposition)")
        #expect((hold.heldUntil != nil) == expected.isHeld, "\(disposition)")
        #expect((hold.campaignsPausedAt != nil) == expected.areCampaignsPaused, "\(disposition)")
        #expect((state?.pausedUntil != nil) == expected.isTemplatePaused, "\(disposition)")
        #expect((!restricted.isEmpty) == expected.isContactRestricted, "\(disposition)")
        #expect((state?.isMarketing == true) == (expected.isContactRestricted || expected.hasOptedOut), "\(disposition)")
        #expect((!optedOut.isEmpty) == expected.hasOptedOut, "\(disposition)")
    }
}
