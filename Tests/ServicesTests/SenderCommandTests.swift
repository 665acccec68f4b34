import Domain
import Services
import Store
import TestSupport
import Testing

import struct Foundation.Date

@Suite("What a person decides about a number, and what its provider tells")
struct SenderCommandTests {
    private struct Scene {
        let hub: TestHub
        let service: SenderService

        init(_ engine: TestEngine) async throws {
            let hub = try await TestHub(TestDatabase.make(engine))
            self.hub = hub
            service = SenderService(
                database: hub.database, directory: hub.directory, channels: [.meta: hub.channel], secrets: hub.secretStore,
                signals: hub.signals, now: { hub.clock.now })
        }

        func sender() async throws -> Sender { try await service.sender(hub.sender.id, access: hub.access) }

        /// Does the checks that are due.
        func check() async throws { try await hub.work(SenderCheckJob(senders: service)) }

        /// To the terms that are asked for.
        func agree() async throws {
            let (access, id, now) = (hub.access, hub.sender.id, hub.clock.now)
            try await hub.database.write { transaction in
                let table = TermsTable(transaction, access)
                for terms in try table.missing(for: id) {
                    try table.accept(TermsAcceptance(terms: terms, actor: "system:test", at: now, clientAddress: nil), for: id)
                }
            }
        }

        func history() async throws -> [String] {
            try await service.history(of: hub.sender.id, after: nil, limit: 50, access: hub.access).data.map(\.cause)
        }

        func tell(_ change: SenderNews.Change, digits: String? = nil, account: String = "waba-acme") async throws {
            try await hub.receive(.sender(SenderNews(account: account, digits: digits, change: change)))
        }
    }

    @Test(
        "switched off, nothing leaves and what waits stays; switched on, it is asked about and then sends", arguments: TestEngine.allCases)
    func offAndOn(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (hub, service, id) = (scene.hub, scene.service, scene.hub.sender.id)
        try await hub.receive(hub.text("Hello"))
        let message = try await hub.submit("Hi")
        #expect(try await service.deactivate(id, access: hub.access).reason == .switchedOff)
        await #expect(throws: SenderProblem.inactiveAlready) { try await service.deactivate(id, access: hub.access) }
        await #expect(throws: SenderProblem.cannotSend(reason: SenderReason.switchedOff.sentence)) { try await hub.submit("Again") }

        await #expect(throws: CreditProblem.self) { try await service.activate(id, access: hub.access) }
        try await scene.agree()
        #expect(try await service.activate(id, access: hub.access).status == .connecting)
        await #expect(throws: SenderProblem.activeAlready) { try await service.activate(id, access: hub.access) }
        try await scene.check()
        #expect(try await scene.sender().status == .online)
        #expect(try await hub.dispatch(until: { $0.status == .sent }, message.id).attempt == 1)
        #expect(try await scene.history() == ["checked", "subscription-free", "subscription-off"])
    }

    @Test("what arrives for a number that is off is kept and not shown, and comes in once it is on again", arguments: TestEngine.allCases)
    func keeps(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (hub, id) = (scene.hub, scene.hub.sender.id)
        try await hub.befall(.deactivated)
        try await hub.receive(hub.text("Are you there?"))
        func kept() async throws -> Int { try await hub.database.read { try KeptWebhookTable($0, hub.access).count(of: id, limit: 10) } }
        func shown() async throws -> Int {
            try await hub.conversations.list(ConversationFilter(), after: nil, limit: 10, access: hub.access).data.count
        }
        #expect(try await (kept(), shown()) == (1, 0))
        try await hub.befall(.activated, .confirmed)
        try await hub.receive(hub.text("Hello again"))
        #expect(try await (kept(), shown()) == (1, 1))
    }

    @Test("a number that costs stops when credits don't suffice, and comes back by itself with a top-up", arguments: TestEngine.allCases)
    func subscription(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (hub, service, id) = (scene.hub, scene.service, scene.hub.sender.id)
        let clock = hub.clock
        let credits = CreditService(database: hub.database, signals: hub.signals, now: { clock.now })
        let subscriptions = SubscriptionService(database: hub.database, signals: hub.signals, now: { clock.now })
        func renew() async throws { while try await hub.work(RenewalJob(now: { clock.now })) > 0 {} }
        // It keeps a month for nothing, since it was there before.
        _ = try await credits.setPrices([.meta: try CreditPrice(10)], access: hub.access)
        #expect(try await scene.sender().facts.subscription == .paid)
        hub.clock.advance(by: 40 * 86_400)
        try await renew()
        #expect(try await scene.sender().reason == .renewalDue)
        hub.clock.advance(by: 4 * 86_400)
        try await renew()
        let lapsed = try await scene.sender()
        #expect((lapsed.status, lapsed.reason) == (.offline, .creditsMissing))
        await #expect(throws: SenderProblem.cannotSend(reason: SenderReason.creditsMissing.sentence)) { try await hub.submit("Hi") }
        _ = try await credits.topUp(25, note: nil, key: "one", access: hub.access)
        try await renew()
        #expect(try await scene.sender().status == .online)

        try await scene.agree()
        // Off and on within the paid month costs nothing; after it, only its own page begins another.
        _ = try await service.deactivate(id, access: hub.access)
        #expect(try await service.activate(id, access: hub.access).status == .connecting)
        _ = try await service.deactivate(id, access: hub.access)
        hub.clock.advance(by: 40 * 86_400)
        try await renew()
        await #expect(throws: SenderProblem.activationCosts(Credits(10))) { try await service.activate(id, access: hub.access) }
        _ = try await subscriptions.activate(id, price: 10, accepting: [:], access: hub.access)
        try await scene.check()
        let back = try await scene.sender()
        #expect((back.status, back.facts.subscription) == (.online, .paid))
        #expect(try await subscriptions.overview(of: id, access: hub.access).balance == Credits(5))

        // A price of nothing frees it.
        _ = try await credits.setPrices([.meta: try CreditPrice(0)], access: hub.access)
        #expect(try await scene.sender().status == .online)
    }

    @Test("trying again asks the provider, and tells what it still lacks", arguments: TestEngine.allCases)
    func retries(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (hub, service, id) = (scene.hub, scene.service, scene.hub.sender.id)
        await #expect(throws: SenderProblem.nothingToRetry(SenderFacts().condition)) { try await service.retry(id, access: hub.access) }
        try await hub.befall(.tokenRefused, saying: "It has expired.")
        hub.channel.report(.success(.healthy(hub.sender.phoneNumber, isRegistered: false)), of: hub.sender.providerID)
        #expect(try await service.retry(id, access: hub.access).status == .connecting)
        try await scene.check()
        #expect(try await scene.sender().reason == .registrationMissing)

        // Nobody can say: for five minutes it is asked again, then it stands as it stood.
        hub.channel.report(.failure(.providerUnreachable("no answer")), of: hub.sender.providerID)
        _ = try await service.retry(id, access: hub.access)
        try await scene.check()
        #expect(try await scene.sender().reason == .checking)
        hub.clock.advance(by: 301)
        try await scene.check()
        #expect(try await scene.sender().reason == .registrationMissing)
    }

    @Test("a suspension by webhook stops the number until its end, and says why", arguments: TestEngine.allCases)
    func suspension(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        hub.channel.report(.failure(.providerUnreachable("no answer")), of: hub.sender.providerID)
        try await scene.tell(.event(.suspended, text: "Spam.", until: hub.clock.now.addingTimeInterval(86_400)), account: "waba-other")
        #expect(try await scene.sender().status == .online)
        let end = hub.clock.now.addingTimeInterval(86_400)
        for _ in 0..<2 { try await scene.tell(.event(.suspended, text: "Spam.", until: end)) }
        let sender = try await scene.sender()
        #expect((sender.status, sender.statusReason) == (.suspended, "Spam."))
        try await scene.check()
        #expect(try await scene.sender().status == .suspended)
        hub.clock.advance(by: 86_401)
        try await scene.check()
        #expect(try await scene.sender().status == .online)
        #expect(try await scene.history() == ["reinstated", "suspended"])
    }

    @Test("news of one number is about no other, and a question asks the provider at once", arguments: TestEngine.allCases)
    func news(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        try await scene.tell(.event(.restricted, text: nil, until: nil), digits: "15550109999")
        #expect(try await scene.sender().reason == nil)
        try await scene.tell(.event(.restricted, text: nil, until: nil), digits: hub.sender.phoneNumber.digits)
        let restricted = try await scene.sender()
        #expect((restricted.status, restricted.reason) == (.online, .restricted))
        hub.channel.report(.success(.healthy(hub.sender.phoneNumber, quality: "RED")), of: hub.sender.providerID)
        try await scene.tell(.question)
        try await scene.check()
        #expect(try await scene.sender().quality == "RED")
        try await scene.tell(.warning("SPAM"))
        #expect(try await scene.history().first == "policy-warning")
    }

    @Test(
        "one that is removed is in no list, keeps its conversations, and goes on with them when connected again",
        arguments: TestEngine.allCases)
    func removal(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (hub, service, id) = (scene.hub, scene.service, scene.hub.sender.id)
        try await hub.receive(hub.text("Hello"))
        let message = try await hub.submit("Hi")
        await #expect(throws: SenderProblem.messagesWaiting(BoundedCount(1))) { try await service.remove(id, access: hub.access) }
        _ = try await hub.dispatch(until: { $0.status == .sent }, message.id)
        try await service.remove(id, access: hub.access)
        #expect(try await service.list(access: hub.access).isEmpty)
        #expect(try await service.names(access: hub.access)[id] == hub.sender.name)
        #expect(try await hub.conversations.conversation(message.conversationID, access: hub.access).senderID == id)
        await #expect(throws: SenderProblem.missing) { try await service.remove(id, access: hub.access) }
        await #expect(throws: SenderProblem.missing) { try await service.activate(id, access: hub.access) }

        let draft = ConnectionDraft(
            appID: hub.connection.appID, appSecret: TestHub.appSecret, accessToken: "fresh",
            businessAccountID: hub.connection.businessAccountID, phoneNumberID: hub.sender.providerID)
        let again = try await service.connect(draft, name: "Back", access: hub.access)
        #expect((again.id, again.status, again.removedAt) == (id, .online, nil))
        #expect(try await service.list(access: hub.access).map(\.name) == ["Back"])
    }

    @Test("one that was removed can be connected through another account, and goes on there", arguments: TestEngine.allCases)
    func removalAndMove(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (hub, service, id) = (scene.hub, scene.service, scene.hub.sender.id)
        let elsewhere = ConnectionDraft(
            appID: hub.connection.appID, appSecret: TestHub.appSecret, accessToken: "fresh", businessAccountID: "waba-other",
            phoneNumberID: "119")
        hub.channel.report(.success(.healthy(hub.sender.phoneNumber)), of: "119")
        await #expect(throws: SenderProblem.phoneNumberTaken(hub.sender.phoneNumber.text, by: hub.sender.name)) {
            try await service.connect(elsewhere, name: "Moved", access: hub.access)
        }
        #expect(try await service.connections(access: hub.access).count == 1)
        try await service.remove(id, access: hub.access)
        let moved = try await service.connect(elsewhere, name: "Moved", access: hub.access)
        #expect((moved.id, moved.providerID, moved.removedAt) == (id, "119", nil))
        #expect(moved.connectionID != hub.connection.id)
        #expect(try await hub.directory.route(scene.sender()).businessAccountID == "waba-other")
        #expect(try await service.list(access: hub.access).map(\.name) == ["Moved"])
    }

    @Test("a message that is planned keeps its number from being removed", arguments: TestEngine.allCases)
    func plannedMessages(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        try await hub.receive(hub.text("Hello"))
        let contact = try #require(try await hub.list().first).contact.id
        _ = try await hub.sending.submit(
            MessageDraft(
                senderID: hub.sender.id, recipient: .contact(contact), clientID: nil, content: .text(.init(body: "Later")), replyTo: nil,
                sendAt: hub.clock.now.addingTimeInterval(600)), access: hub.access)
        await #expect(throws: SenderProblem.messagesWaiting(BoundedCount(1))) {
            try await scene.service.remove(hub.sender.id, access: hub.access)
        }
    }

    @Test("what a check found before the news is dropped, and the number is asked about again", arguments: TestEngine.allCases)
    func newsDuringCheck(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        func due() async throws -> [Job] {
            try await hub.database.write {
                try JobTable($0).take(kind: SenderCheckJob.kind, now: hub.clock.now, leaseSeconds: 60, limit: 10)
            }
        }
        try await scene.tell(.question)
        let job = try #require(try await due().first)
        let stale = try await SenderCheckJob(senders: scene.service).run(job)
        #expect(try await due().isEmpty)
        try await scene.tell(.event(.suspended, text: "Spam.", until: nil))
        let isKept = try await hub.database.write { transaction in
            guard try JobTable(transaction).complete(job) else { return false }
            try stale.write(transaction)
            return true
        }
        #expect(!isKept)
        #expect(try await scene.sender().status == .suspended)
        #expect(try await due().count == 1)
    }

    @Test("old history goes, and what is younger than two years stays", arguments: TestEngine.allCases)
    func sweep(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (hub, service, id) = (scene.hub, scene.service, scene.hub.sender.id)
        _ = try await service.change(id, name: "Old", access: hub.access)
        hub.clock.advance(by: 700 * 86_400)
        _ = try await service.change(id, name: "Young", access: hub.access)
        hub.clock.advance(by: 40 * 86_400)
        try await Housekeeper(database: hub.database, signals: hub.signals, now: { hub.clock.now }).clean()
        let entries = try await service.history(of: id, after: nil, limit: 50, access: hub.access).data
        #expect(entries.count == 1)
        #expect(entries.allSatisfy { hub.clock.now.timeIntervalSince($0.at) < 41 * 86_400 })
    }

    @Test("a name is refused in words, and only what changes is told", arguments: TestEngine.allCases)
    func settings(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (hub, service, id) = (scene.hub, scene.service, scene.hub.sender.id)
        await #expect(throws: SenderProblem.nameEmpty) { try await service.change(id, name: " ", access: hub.access) }
        await #expect(throws: SenderProblem.nameTooLong) {
            try await service.change(id, name: String(repeating: "n", count: 101), access: hub.access)
        }
        let changed = try await service.change(id, name: " Shop ", readReceipts: .never, access: hub.access)
        #expect((changed.name, changed.readReceipts) == ("Shop", .never))
        _ = try await service.change(id, name: "Shop", readReceipts: .never, access: hub.access)
        #expect(try await scene.history() == ["read-receipts", "renamed"])
    }

    @Test("the history of a number is read page by page", arguments: TestEngine.allCases)
    func pages(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (hub, service, id) = (scene.hub, scene.service, scene.hub.sender.id)
        for number in 0..<5 { _ = try await service.change(id, name: "Name \(number)", access: hub.access) }
        var (entries, after): ([SenderHistoryEntry], String?) = ([], nil)
        repeat {
            let page = try await service.history(of: id, after: after, limit: 2, access: hub.access)
            entries += page.data
            after = page.next
        } while after != nil
        #expect(entries.count == 5)
        #expect(entries.map(\.sequence) == entries.map(\.sequence).sorted(by: >))
        await #expect(throws: PageProblem.cursorMalformed) {
            try await service.history(of: id, after: "?", limit: 2, access: hub.access)
        }
    }
}
