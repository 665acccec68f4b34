import Domain
import Foundation
import Store
import TestSupport
import Testing

@testable import Services

@Suite("Credits and subscriptions")
struct CreditTests {
    private static func date(_ text: String) -> Date { try! Date("\(text)T08:00:00Z", strategy: .iso8601) }

    @Test("activation asks for both terms, keeps the proof, puts the price aside and charges it", arguments: TestEngine.allCases)
    func activation(engine: TestEngine) async throws {
        let scene = try await CreditScene(engine)
        let (service, sender) = (scene.subscriptions, scene.hub.sender.id)
        try await scene.credits.setTerms(Terms(.privacy, address: "https://example.com/privacy", version: "2"), access: scene.owner)
        try await scene.topUp(25)
        #expect(try await scene.standing() == .lapsed)
        await #expect(throws: SenderProblem.missing) {
            try await service.activate(.make(at: scene.hub.clock.now), price: 10, accepting: [:], access: scene.owner)
        }
        let terms = try await scene.credits.terms(access: scene.owner)
        #expect(terms.map(\.document) == [.whatsApp, .privacy])
        await #expect(throws: CreditProblem.termsMissing(terms)) {
            try await service.activate(sender, price: 10, accepting: [:], access: scene.owner)
        }
        await #expect(throws: CreditProblem.termsMissing([terms[1]])) {
            try await service.activate(sender, price: 10, accepting: [.whatsApp: "1", .privacy: "1"], access: scene.owner)
        }
        await #expect(throws: CreditProblem.priceChanged(Credits(10))) {
            try await service.activate(sender, price: 9, accepting: [.whatsApp: "1", .privacy: "2"], access: scene.owner)
        }
        // A refusal has charged nothing and kept nothing.
        #expect(try await scene.balance() == 25)
        #expect(try await scene.overview().acceptances.isEmpty)

        let active = try await scene.activate()
        #expect(active.subscription.state == .paid && active.standing == .paid && active.balance == Credits(15))
        #expect(active.subscription.paidUntil == Months.date(1, after: scene.hub.clock.now))
        #expect(try await scene.standing() == .paid)
        let proof = try #require(active.acceptances.first { $0.terms.document == .privacy })
        #expect(proof.actor == scene.owner.actor.text && proof.clientAddress == "192.0.2.7" && proof.at == scene.hub.clock.now)
        #expect(proof.terms.version == "2" && proof.terms.address.text == "https://example.com/privacy")
        await #expect(throws: CreditProblem.alreadyOn) {
            try await service.activate(sender, price: 10, accepting: [:], access: scene.owner)
        }
        let statement = try await scene.credits.statement(after: nil, limit: 10, access: scene.owner).data
        #expect(statement.map(\.kind) == [.charge, .reservation, .topUp])
        #expect(statement.map(\.balanceAfter.count) == [15, 15, 25] && statement[0].senderName == "Acme")
        #expect(try await scene.changes() == ["off", "reserved", "paid"])

        // Off and on is free and keeps the date; a new version is asked for again, and what was agreed to before stays as proof.
        _ = try await service.deactivate(sender, access: scene.owner)
        try await scene.credits.setTerms(Terms(.privacy, address: "https://example.com/privacy", version: "3"), access: scene.owner)
        scene.hub.clock.advance(by: 86_400)
        #expect(try await scene.overview().missingTerms.map(\.version) == ["3"])
        let again = try await service.activate(sender, price: 0, accepting: [.privacy: "3"], access: scene.owner)
        #expect(again.subscription.paidUntil == active.subscription.paidUntil && again.balance == Credits(15))
        #expect(again.acceptances.count == 3)
        try await scene.check()
    }

    @Test("a new installation needs no credits and charges none", arguments: TestEngine.allCases)
    func free(engine: TestEngine) async throws {
        let scene = try await CreditScene(engine, price: 0)
        #expect(try await scene.standing() == .free)
        await #expect(throws: CreditProblem.alreadyOn) { try await scene.activate(price: 0) }
        _ = try await scene.subscriptions.deactivate(scene.hub.sender.id, access: scene.owner)
        #expect(try await scene.activate(price: 0).standing == .free)
        try await scene.advance(to: scene.hub.clock.now.addingTimeInterval(400 * 86_400))
        #expect(try await scene.standing() == .free)
        #expect(try await scene.credits.statement(after: nil, limit: 10, access: scene.owner).data.isEmpty)
    }

    @Test("a price on what was free leaves a month before the first charge", arguments: TestEngine.allCases)
    func priceRaised(engine: TestEngine) async throws {
        let scene = try await CreditScene(engine, price: 0)
        _ = try await scene.credits.setPrices([.meta: CreditPrice(10)], access: scene.owner)
        let began = scene.hub.clock.now
        try await scene.topUp(30)
        #expect(try await scene.standing() == .paid)
        #expect(try await scene.overview().subscription.paidUntil == Months.date(1, after: began))
        #expect(try await scene.balance() == 30)
        try await scene.advance(to: Months.date(1, after: began))
        #expect(try await scene.balance() == 20)
        // Without a price there is nothing to renew.
        _ = try await scene.credits.setPrices([.meta: CreditPrice(0)], access: scene.owner)
        try await scene.advance(to: Months.date(3, after: began))
        #expect(try await scene.standing() == .free)
        #expect(try await scene.balance() == 20)
        #expect(try await scene.changes() == ["free-month", "renewed", "free"])
    }

    @Test("a year with credits: twelve charges, each on its day", arguments: TestEngine.allCases)
    func yearWithCredits(engine: TestEngine) async throws {
        let scene = try await CreditScene(engine)
        try await scene.advance(to: Self.date("2027-01-31"))
        try await scene.topUp(125)
        _ = try await scene.activate()
        try await scene.advance(to: Self.date("2028-01-30"))
        let charges = try await scene.credits.statement(after: nil, limit: 100, access: scene.owner).data.filter { $0.kind == .charge }
        #expect(
            charges.reversed().map { $0.paidUntil!.formatted(.iso8601.month().day()) } == [
                "02-28", "03-31", "04-30", "05-31", "06-30", "07-31", "08-31", "09-30", "10-31", "11-30", "12-31", "01-31",
            ])
        #expect(try await scene.balance() == 5)
        #expect(try await scene.standing() == .paid)
        #expect(
            try await scene.changes() == ["off", "reserved", "paid"] + Array(repeating: "renewed", count: 11) + ["reminded", "reminded"])
        try await scene.check()
    }

    @Test(
        "a year without: two reminders, three days of grace, offline with the reason, and back by a top-up", arguments: TestEngine.allCases)
    func yearWithout(engine: TestEngine) async throws {
        let scene = try await CreditScene(engine)
        try await scene.mail.save(
            MailSettings(host: "smtp.example.com", port: 587, security: .startTLS, user: nil, sender: "support@example.com"),
            password: nil, access: scene.hub.access)
        _ = try await scene.hub.member("Adam", role: .admin)
        _ = try await scene.hub.member("Anja", role: .agent)
        try await scene.advance(to: Self.date("2027-01-31"))
        try await scene.topUp(20)
        _ = try await scene.activate()
        let days: [(String, Subscription.Standing, Int)] = [
            ("2027-03-30", .paid, 4), ("2027-04-02", .grace, 6), ("2027-04-04", .lapsed, 8), ("2027-06-10", .lapsed, 8),
        ]
        for (day, standing, letters) in days {
            try await scene.advance(to: Self.date(day))
            #expect(try await scene.standing() == standing, "\(day)")
            #expect(scene.outbox.messages.count == letters, "\(day)")
        }
        try await scene.topUp(7)
        try await scene.drain()
        #expect(try await scene.standing() == .lapsed)
        try await scene.topUp(3)
        try await scene.drain()
        #expect(try await scene.standing() == .paid)
        #expect(try await scene.overview().subscription.paidUntil == Self.date("2027-07-10"))
        // In the days of grace a top-up keeps the day.
        try await scene.advance(to: Self.date("2027-07-12"))
        #expect(try await scene.standing() == .grace)
        try await scene.topUp(10)
        try await scene.drain()
        #expect(try await scene.overview().subscription.paidUntil == Self.date("2027-08-10"))
        try await scene.advance(to: Self.date("2028-01-31"))
        #expect(try await scene.standing() == .lapsed)
        #expect(
            try await scene.changes() == [
                "off", "reserved", "paid", "renewed", "reminded", "reminded", "grace", "lapsed", "back", "reminded", "reminded", "grace",
                "renewed", "reminded", "reminded", "grace", "lapsed",
            ])
        #expect(Set(scene.outbox.messages.map(\.to.text)) == ["olga@acme.example", "adam@acme.example"])
        let first = scene.outbox.messages[0]
        #expect(first.subject == "Credits are missing to renew Acme")
        #expect(first.text.contains("is renewed on 31 March 2027, 08:00 UTC for 10 credits. The balance is 0"))
        #expect(
            first.text.contains("Top up 10 credits or more") && first.text.contains("https://chat.example.com/app/acme/settings/credits"))
        #expect(scene.outbox.messages.contains { $0.subject == "Acme is offline" })
        try await scene.check()
    }

    @Test("what isn't so any more isn't told, and what a server refuses isn't told twice", arguments: TestEngine.allCases)
    func letters(engine: TestEngine) async throws {
        let scene = try await CreditScene(engine)
        try await scene.mail.save(
            MailSettings(host: "smtp.example.com", port: 587, security: .startTLS, user: nil, sender: "support@example.com"),
            password: nil, access: scene.hub.access)
        try await scene.topUp(10)
        let end = try #require(try await scene.activate().subscription.paidUntil)
        try await scene.drain()
        scene.hub.clock.advance(by: end.addingTimeInterval(-6 * 86_400).timeIntervalSince(scene.hub.clock.now))
        for job in try await scene.take() { try await scene.complete(job) }
        let letter = try #require(try await scene.take(CreditMailJob.kind).first)
        try await scene.topUp(10)
        #expect(try await scene.complete(letter))
        #expect(scene.outbox.messages.isEmpty)

        // The balance goes elsewhere, and the server says no.
        let other = try await scene.addSender(1)
        _ = try await scene.activate(other)
        try await scene.drain()
        scene.outbox.fail(.refused("No such user."))
        scene.hub.clock.advance(by: end.addingTimeInterval(-86_400).timeIntervalSince(scene.hub.clock.now))
        try await scene.drain()
        #expect(scene.outbox.messages.count == 1)
        #expect(try await scene.mail.settings(access: scene.hub.access)?.fault?.reason == "No such user.")
    }

    @Test("the same key tops up once, also by two at the same time; another amount under it is refused", arguments: TestEngine.allCases)
    func topUps(engine: TestEngine) async throws {
        let scene = try await CreditScene(engine)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<5 { group.addTask { try await scene.topUp(7, key: "invoice 1") } }
            try await group.waitForAll()
        }
        #expect(try await scene.balance() == 7)
        await #expect(throws: CreditProblem.topUpKeyTaken) { try await scene.topUp(8, key: "invoice 1") }
        for amount in [0, -1, Credits.limit + 1] {
            await #expect(throws: CreditProblem.amountOutOfRange) { try await scene.topUp(amount) }
        }
        #expect(try await scene.balance() == 7)
        let events = try await scene.hub.allEvents().filter { $0.kind == EventKind.creditsUpdated.rawValue }
        #expect(events.map(\.cause) == ["prices", "top-up"] && events.allSatisfy { $0.actor == scene.owner.actor.text })
        try await scene.check()
    }

    @Test("of two that want the last credits one gets them", arguments: TestEngine.allCases)
    func lastCredits(engine: TestEngine) async throws {
        let scene = try await CreditScene(engine)
        let senders = [scene.hub.sender.id, try await scene.addSender(1), try await scene.addSender(2)]
        try await scene.topUp(25)
        let outcomes = await withTaskGroup(of: Result<Void, any Error>.self) { group in
            for sender in senders {
                group.addTask {
                    do {
                        _ = try await scene.activate(sender)
                        return .success(())
                    } catch { return .failure(error) }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let failures = outcomes.compactMap { outcome -> CreditProblem? in
            if case .failure(let error) = outcome { error as? CreditProblem } else { nil }
        }
        #expect(failures == [.creditsMissing(price: Credits(10), balance: Credits(5))])
        #expect(try await scene.balance() == 5)
        try await scene.check()
    }

    @Test("who is killed between putting aside and charging leaves the rest to the job", arguments: TestEngine.allCases)
    func killedBetween(engine: TestEngine) async throws {
        let scene = try await CreditScene(engine)
        try await scene.topUp(10)
        let (service, sender, owner, now) = (scene.subscriptions, scene.hub.sender.id, scene.owner, scene.hub.clock.now)
        try await scene.hub.database.write {
            try service.begin(sender, price: 10, accepting: [.whatsApp: "1"], owner, $0, now)
        }
        #expect(try await scene.totals()[.reserved] == Credits(10))
        #expect(try await scene.standing() == .lapsed)
        try await scene.check()
        scene.hub.clock.advance(by: 300)
        try await scene.drain()
        #expect(try await scene.totals()[.reserved] == .zero)
        let overview = try await scene.overview()
        #expect(overview.standing == .paid && overview.subscription.paidUntil == Months.date(1, after: now))
        try await scene.check()
    }

    @Test("two processes at the same renewal charge it once", arguments: TestEngine.allCases)
    func twoProcesses(engine: TestEngine) async throws {
        let scene = try await CreditScene(engine)
        try await scene.topUp(100)
        let end = try #require(try await scene.activate().subscription.paidUntil)
        try await scene.advance(to: end.addingTimeInterval(-1))
        scene.hub.clock.advance(by: 1)
        let first = try #require(try await scene.take().first)
        // It stands still until its lease is over; then another takes it, and both go on.
        scene.hub.clock.advance(by: 61)
        let second = try #require(try await scene.take().first)
        #expect(first.id == second.id)
        let done = try await withThrowingTaskGroup(of: Bool.self) { group in
            for job in [first, second] { group.addTask { try await scene.complete(job) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(done.filter(\.self).count == 1)
        #expect(try await scene.balance() == 80)
        // Without the engine of jobs: whoever steps in between finds the key posted, and writes nothing.
        let key = LedgerKey.charge(of: scene.hub.sender.id, month: 2)
        await #expect(throws: JobProblem.self) { try await scene.replay(key) }
        #expect(try await scene.balance() == 80)
        try await scene.check()
    }

    @Test("a renewal whose job was discarded is found by the housekeeper", arguments: TestEngine.allCases)
    func discardedJob(engine: TestEngine) async throws {
        let scene = try await CreditScene(engine)
        try await scene.topUp(100)
        let end = try #require(try await scene.activate().subscription.paidUntil)
        try await scene.drain()
        // Somebody discarded the job: the housekeeper finds the month that has ended.
        try await scene.hub.database.write { try $0.run("DELETE FROM jobs WHERE kind = 'renewal'") }
        scene.hub.clock.advance(by: end.timeIntervalSince(scene.hub.clock.now) + 60)
        try await scene.drain()
        #expect(try await scene.balance() == 90)
        let clock = scene.hub.clock
        try await Housekeeper(database: scene.hub.database, signals: scene.hub.signals, now: { clock.now }).schedule()
        try await scene.drain()
        #expect(try await scene.balance() == 80)
        #expect(try await scene.standing() == .paid)
    }

    @Test("a number that was removed is in no list, can't be activated and is never charged", arguments: TestEngine.allCases)
    func removed(engine: TestEngine) async throws {
        let scene = try await CreditScene(engine)
        let (other, now) = (try await scene.addSender(1), scene.hub.clock.now)
        try await scene.topUp(100)
        let end = try #require(try await scene.activate(other).subscription.paidUntil)
        try await scene.hub.database.write { [access = scene.hub.access] transaction in
            try RenewalJob.request(other, at: now, in: access.workspaceID, transaction, now: now)
            _ = try SenderTable(transaction, access).remove(other, at: now)
        }
        _ = try? await scene.subscriptions.deactivate(other, access: scene.owner)
        await #expect(throws: SenderProblem.missing) { try await scene.overview(other) }
        await #expect(throws: SenderProblem.missing) { try await scene.activate(other) }
        #expect(try await scene.credits.overview(access: scene.owner).subscriptions.map(\.subscription.senderID) == [scene.hub.sender.id])
        #expect(end > now)
        #expect(try await scene.balance() == 90)
        try await scene.check()
    }

    @Test("who may not look after numbers or settings sees and changes nothing", arguments: [Role.agent.grants, KeyScope.read.grants, []])
    func refused(grants: Set<Grant>) async throws {
        let scene = try await CreditScene(.sqlite)
        let access = Access(
            workspaceID: scene.hub.workspaceID, actor: .system("x"), grants: grants, visibility: .all, address: nil)
        let (settings, senders) = (AccessProblem.notPermitted(.settingsManage), AccessProblem.notPermitted(.sendersManage))
        let id = scene.hub.sender.id
        await #expect(throws: settings) { try await scene.credits.overview(access: access) }
        await #expect(throws: settings) { try await scene.credits.topUp(1, note: nil, key: "x", access: access) }
        await #expect(throws: settings) { try await scene.credits.statement(after: nil, limit: 1, access: access) }
        await #expect(throws: settings) { try await scene.credits.setPrices([.meta: CreditPrice(1)], access: access) }
        await #expect(throws: settings) {
            try await scene.credits.setTerms(Terms(.privacy, address: "https://example.com", version: "1"), access: access)
        }
        await #expect(throws: senders) { try await scene.subscriptions.overview(of: id, access: access) }
        await #expect(throws: AccessProblem.self) {
            try await scene.subscriptions.activate(id, price: 10, accepting: [.whatsApp: "1"], access: access)
        }
        await #expect(throws: AccessProblem.self) { try await scene.subscriptions.deactivate(id, access: access) }
    }
}

/// Keys as the rules make them, written down once more.
private enum LedgerKey {
    static func charge(of sender: Identifier<Sender>, month: Int) -> String { "charge \(sender) \(month)" }
}

extension CreditScene {
    /// Makes the number believe that the month under this key is still to be charged, and renews it.
    func replay(_ key: String) async throws {
        let sender = hub.sender.id
        try await hub.database.write { [access = hub.access, now = hub.clock.now] transaction in
            let posted = try LedgerTable(transaction, access).find(key: key)
            #expect(posted != nil)
            try transaction.run(
                """
                UPDATE sender_subscriptions SET month = month - 1, paid_until = \(now)
                WHERE workspace_id = \(access.workspaceID) AND sender_id = \(sender)
                """)
            try Renewals(transaction, access).settle(sender, at: now)
        }
    }
}
