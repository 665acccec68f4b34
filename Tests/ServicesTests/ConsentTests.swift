import Domain
import Foundation
import Services
import Store
import TestSupport
import Testing

@Suite("What people let the business send them")
struct ConsentTests {
    private struct Scene {
        let hub: TestHub
        let service: ConsentService
        let phone = "+15550199001"
        static let numbers = try! PhoneNumbers(
            table: Array(
                Data(
                    contentsOf: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
                        .appending(path: "assets/vendor/phone-numbers.txt"))))

        init(_ engine: TestEngine) async throws {
            hub = try await TestHub(TestDatabase.make(engine))
            let clock = hub.clock
            service = ConsentService(database: hub.database, numbers: Self.numbers, signals: hub.signals, now: { clock.now })
        }

        var contact: Identifier<Contact> {
            get async throws {
                try await hub.database.read { [hub] in
                    try #require(try ContactTable($0, hub.access).find(.phone(PhoneNumber(parsing: "+15550199001"))))
                }
            }
        }

        func standing() async throws -> (consent: Consent, entries: Page<ConsentEntry>) {
            try await service.standing(of: contact, limit: 50, access: hub.access)
        }

        func says(_ text: String, at: Date? = nil) async throws { try await hub.receive(hub.text(text, at: at)) }

        /// Runs the confirmations that wait; returns the texts that are queued to the customer.
        func confirmations() async throws -> [String] {
            let (hub, clock) = (hub, hub.clock)
            let job = ConsentConfirmationJob(database: hub.database, sending: hub.sending, numbers: .none, now: { clock.now })
            let jobs = try await hub.database.write {
                try JobTable($0).take(kind: JobKind.consentConfirmation, now: clock.now, leaseSeconds: 60, limit: 20)
            }
            for taken in jobs {
                let completion = try await job.run(taken)
                try await hub.database.write { transaction in
                    #expect(try JobTable(transaction).complete(taken))
                    try completion.write(transaction)
                }
            }
            return try await hub.database.read { [hub] transaction in
                try transaction.rows(
                    """
                    SELECT content FROM messages WHERE workspace_id = \(hub.workspaceID) AND direction = 'outbound' AND kind = 'text'
                    ORDER BY sequence
                    """
                ).map { try $0.text(0) }
            }
        }

        func template(_ name: String, category: String, lane: Lane = .reply) async throws -> Message {
            let (hub, now) = (hub, hub.clock.now)
            try await hub.database.write { transaction in
                try TemplateTable(transaction, hub.access).save(
                    TemplateDefinition(
                        providerID: name, name: name, language: "en_US", category: category, status: .approved, components: [],
                        quality: nil, rejectionReason: nil), connection: hub.connection.id, asked: now, now: now)
                let key = RestrictionTable.TemplateKey(name: name, language: "en_US")
                if category == "MARKETING" {
                    try RestrictionTable(transaction, in: hub.workspaceID).markMarketing(key, connection: hub.connection.id)
                }
            }
            return try await hub.submitTemplate(name, lane: lane)
        }
    }

    @Test("a word stops marketing at once, is confirmed once, and a word brings it back", arguments: TestEngine.allCases)
    func words(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        try await scene.says("Hello, please stop by tomorrow")
        #expect(try await scene.standing().consent == .unknown)
        _ = try await scene.template("sale", category: "MARKETING")

        scene.hub.clock.advance(by: 1)
        try await scene.says("Stop.")
        let standing = try await scene.standing()
        #expect(standing.consent == Consent(marketing: .optedOut, isStopped: false, changedAt: scene.hub.clock.now))
        #expect(standing.entries.data.map(\.text) == ["Stop."])
        #expect(standing.entries.data.map(\.source) == [.word])
        #expect(standing.entries.data.map(\.actor) == ["system:intake"])
        #expect(try await scene.confirmations().count == 1)
        await #expect(throws: SendingProblem.optedOut(.optedOut)) { try await scene.template("sale", category: "MARKETING") }
        // Also one that isn't known, when it is mailed to many.
        await #expect(throws: SendingProblem.optedOut(.optedOut)) { try await scene.hub.submitTemplate("news", lane: .campaign) }
        _ = try await scene.template("receipt", category: "UTILITY", lane: .notification)
        // What campaigns leave out is what the gate refuses: a notice to many isn't marketing.
        _ = try await scene.template("moved", category: "UTILITY", lane: .campaign)
        _ = try await scene.hub.submit("An answer")

        // Again changes nothing, and isn't answered.
        scene.hub.clock.advance(by: 1)
        try await scene.says("STOP")
        #expect(try await scene.confirmations().count == 2, "the answer above is the second text")
        #expect(try await scene.standing().entries.data.map(\.isApplied) == [false, true])

        scene.hub.clock.advance(by: 1)
        try await scene.says("start")
        #expect(try await scene.standing().consent.marketing == .optedIn)
        #expect(try await scene.confirmations().count == 3)
        _ = try await scene.template("sale", category: "MARKETING")
    }

    @Test("who stopped everything gets no template but codes, and answers", arguments: TestEngine.allCases)
    func stopAll(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        try await scene.says("stop all")
        for category in ["MARKETING", "UTILITY"] {
            await #expect(throws: SendingProblem.optedOut(.stoppedAll)) {
                try await scene.template("one_\(category.lowercased())", category: category)
            }
        }
        await #expect(throws: SendingProblem.optedOut(.stoppedAll)) { try await scene.hub.submitTemplate("unknown", lane: .notification) }
        _ = try await scene.template("code", category: "AUTHENTICATION", lane: .notification)
        _ = try await scene.hub.submit("An answer")
        #expect(try await scene.confirmations().count == 2)
    }

    @Test("an opt-out between the queue and the call stops the message", arguments: TestEngine.allCases)
    func meanwhile(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let message = try await scene.hub.submitTemplate("sale", lane: .campaign)
        let other = try await scene.hub.submitTemplate("sale", lane: .campaign, to: "+15550199002")
        try await scene.says("STOP")
        let after = try await scene.hub.dispatch(until: { $0.status == .failed }, message.id)
        #expect((after.error?.code, after.error?.retryable) == ("consent.opted-out", false))
        #expect(try await scene.hub.dispatch(until: { $0.status == .sent }, other.id).attempt == 1)
        #expect(scene.hub.channel.sent.count == 1)
    }

    @Test("what came late counts by its own time, and isn't answered", arguments: TestEngine.allCases)
    func late(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let now = scene.hub.clock.now
        try await scene.says("START", at: now.addingTimeInterval(-60))
        scene.hub.clock.advance(by: 1)
        try await scene.says("STOP", at: now.addingTimeInterval(-7_200))
        #expect(try await scene.standing().consent.marketing == .optedIn)
        #expect(try await scene.standing().entries.data.map(\.isApplied) == [false, true])
        #expect(try await scene.confirmations().count == 1)

        let other = try await Scene(engine)
        try await other.says("STOP", at: now.addingTimeInterval(-7_200))
        #expect(try await other.standing().consent.marketing == .optedOut)
        #expect(try await other.confirmations().isEmpty)
    }

    @Test("two programs that answer each other come to an end", arguments: TestEngine.allCases)
    func loops(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        var count = 0
        for number in 0..<12 {
            scene.hub.clock.advance(by: 5)
            try await scene.says(number.isMultiple(of: 2) ? "STOP" : "START")
            count = try await scene.confirmations().count
        }
        #expect(count == 4)
        #expect(try await scene.standing().consent.marketing == .optedIn)
    }

    @Test("a tapped button counts like a word, a group's doesn't", arguments: TestEngine.allCases)
    func buttons(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        try await hub.receive(hub.message(.button(ButtonContent(text: "Stop offers", payload: "x"))))
        #expect(try await scene.standing().consent.marketing == .optedOut)
        try await hub.receive(
            .message(
                InboundMessage(
                    providerID: "wamid.group",
                    from: InboundParty(
                        phone: PhoneNumber(providerDigits: "15550199001"), businessScopedID: nil, username: nil, name: "Ana"),
                    at: hub.clock.now.addingTimeInterval(1), content: .text(TextContent(body: "START")), groupID: "group-1")))
        #expect(try await scene.standing().consent.marketing == .optedOut)
    }

    @Test("what somebody chooses in WhatsApp counts, also from somebody unknown, and once", arguments: TestEngine.allCases)
    func preferences(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (hub, now) = (scene.hub, scene.hub.clock.now)
        let party = InboundParty(phone: PhoneNumber(providerDigits: "15550199001"), businessScopedID: "US.1", username: nil, name: "Ana")
        let stop = InboundEvent.preference(InboundPreference(from: party, at: now, change: .optOut, detail: "Turned offers off"))
        try await hub.receive(stop)
        try await hub.receive(stop)
        let standing = try await scene.standing()
        #expect(standing.consent.marketing == .optedOut)
        #expect(standing.entries.data.map(\.text) == ["Turned offers off"])
        try await hub.receive(
            .preference(InboundPreference(from: party, at: now.addingTimeInterval(-1), change: .optIn, detail: "Before")))
        #expect(try await scene.standing().consent.marketing == .optedOut)
        hub.clock.advance(by: 10)
        try await hub.receive(.preference(InboundPreference(from: party, at: hub.clock.now, change: .optIn, detail: "Again")))
        #expect(try await scene.standing().consent.marketing == .optedIn)
        #expect(try await hub.allEvents().allSatisfy { $0.kind != EventKind.contactUpdated.rawValue }, "nobody in the directory")
    }

    @Test("a number that receives nothing still hears that somebody stops", arguments: TestEngine.allCases)
    func numberOff(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (hub, clock) = (scene.hub, scene.hub.clock)
        let reception = ReceptionService(
            database: hub.database, directory: hub.directory, channels: [.meta: hub.channel], signals: hub.signals, now: { clock.now })
        _ = try await reception.save(
            ReceptionOptions(
                receivesMessages: false, notifies: true, receivesGroupMessages: true, sendsMail: false, mailAddress: nil,
                blocksCalls: false, blockMessage: nil), of: hub.sender.id, access: hub.access)
        try await scene.says("STOP")
        #expect(try await scene.standing().consent.marketing == .optedOut)
        #expect(try await hub.list().isEmpty)
    }

    @Test("WhatsApp's refusal is noted in the ledger, and START is tried again", arguments: TestEngine.allCases)
    func refusal(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        hub.channel.answer(.refused(.restrictContact(for: nil), .sample))
        _ = try await hub.dispatch(until: { $0.status == .failed }, hub.submitTemplate("sale", lane: .campaign).id)
        #expect(try await scene.standing().entries.data.map(\.source) == [.refusal])
        await #expect(throws: SendingProblem.optedOut(.optedOut)) { try await hub.submitTemplate("sale", lane: .campaign) }
        hub.clock.advance(by: 5)
        try await scene.says("START")
        _ = try await hub.submitTemplate("sale", lane: .campaign)
    }

    @Test("a person notes it with a reason; who may not change contacts can't", arguments: TestEngine.allCases)
    func noted(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        try await scene.says("Hello")
        let (hub, contact) = (scene.hub, try await scene.contact)
        let ana = try await hub.member("Ana Ruiz", role: .agent)
        let access = Access(
            workspaceID: hub.workspaceID, actor: .member(ana), grants: Role.agent.grants, visibility: .all, address: nil)
        let entry = try await scene.service.note(.optOut, of: contact, reason: " On the phone ", access: access)
        #expect((entry.source, entry.text, entry.actor) == (.person, "On the phone", "member:\(ana)"))
        await #expect(throws: ConsentProblem.reasonMissing) {
            try await scene.service.note(.optIn, of: contact, reason: "  ", access: access)
        }
        let reader = Access(
            workspaceID: hub.workspaceID, actor: .member(ana), grants: [.contactsView, .conversationsView], visibility: .all, address: nil)
        await #expect(throws: AccessProblem.notPermitted(.contactsEdit)) {
            try await scene.service.note(.optIn, of: contact, reason: "x", access: reader)
        }
        // Who merely wrote to colleagues isn't there.
        let own = Access(
            workspaceID: hub.workspaceID, actor: .member(ana), grants: Role.agent.grants,
            visibility: .own(ana), address: nil)
        await #expect(throws: ContactProblem.missing) { try await scene.service.standing(of: contact, limit: 5, access: own) }
        await #expect(throws: ContactProblem.missing) { try await scene.service.note(.optIn, of: contact, reason: "x", access: own) }
        let stranger = Access.system("test", in: .make(at: hub.clock.now))
        await #expect(throws: ContactProblem.missing) { try await scene.service.standing(of: contact, limit: 5, access: stranger) }
    }

    @Test("who is deleted from the directory and comes again stays opted out", arguments: TestEngine.allCases)
    func again(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (hub, clock, number) = (scene.hub, scene.hub.clock, try PhoneNumber(parsing: scene.phone))
        let contacts = ContactService(
            database: hub.database, search: SearchService(database: hub.database), numbers: Scene.numbers, signals: hub.signals,
            now: { clock.now })
        let draft = ContactService.Draft(number: number, fields: try ContactFields([.name: "Ana"]))
        let made = try await contacts.create(draft, access: hub.access)
        _ = try await scene.service.note(.stopAll, of: made.id, reason: "Letter", access: hub.access)
        let removed = try await contacts.remove([made.id], access: hub.access)
        #expect((removed.deleted, removed.kept) == (0, 1))
        let again = try await contacts.create(draft, access: hub.access)
        #expect(try await scene.service.standing(of: again.id, limit: 5, access: hub.access).consent.isStopped)
        await #expect(throws: SendingProblem.optedOut(.stoppedAll)) { try await hub.submitTemplate("sale", lane: .campaign) }
    }

    @Test("a campaign learns at once whom it leaves out", arguments: TestEngine.allCases)
    func excluded(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        var contacts: [Identifier<Contact>] = []
        for number in 0..<130 {
            let contact = try await hub.database.write {
                try ContactTable($0, hub.access).findOrMake(.phone(PhoneNumber(parsing: "+1555019\(9_100 + number)")), now: hub.clock.now)
            }
            contacts.append(contact)
            if number.isMultiple(of: 10) {
                _ = try await scene.service.note(number == 0 ? .stopAll : .optOut, of: contact, reason: "x", access: hub.access)
            }
        }
        let (marketing, utility) = try await hub.database.read { [contacts] in
            let table = ConsentTable($0, hub.access)
            return (
                try table.excluded(contacts: contacts, category: .marketing), try table.excluded(contacts: contacts, category: .utility)
            )
        }
        #expect(marketing.count == 13)
        #expect(marketing[contacts[10]] == .optedOut)
        #expect(utility == [contacts[0]: .stoppedAll])
    }

    @Test("opt-ins come in with their proof, and undo nothing that was said since", arguments: TestEngine.allCases)
    func files(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        try await scene.says("STOP")
        let file = """
            phone,time,proof
            +15550199001,2020-01-01,Form
            +15550199002,2020-01-01,Fair
            +15550199003,,Fair
            """
        let first = try await scene.service.takeIn(Array(file.utf8), region: nil, access: hub.access)
        #expect((first.applied, first.known) == (1, 0))
        #expect(first.refusals.map(\.code) == ["opted-out-since", "time-missing"])
        let again = try await scene.service.takeIn(Array(file.utf8), region: nil, access: hub.access)
        #expect((again.applied, again.known) == (0, 1))
        #expect(try await scene.standing().consent.marketing == .optedOut)
    }

    @Test("a workspace has words of its own, and can go back", arguments: TestEngine.allCases)
    func ownWords(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let words = try ConsentWords([
            .init(
                code: "en", optOut: .init(["enough"], confirmation: "Fine."), stopAll: .init([], confirmation: ""),
                optIn: .init([], confirmation: ""))
        ])
        _ = try await scene.service.setWords(words, access: scene.hub.access)
        try await scene.says("STOP")
        #expect(try await scene.standing().consent == .unknown)
        try await scene.says("Enough!")
        #expect(try await scene.standing().consent.marketing == .optedOut)
        #expect(try await scene.service.tried("ENOUGH", access: scene.hub.access).confirmation == "Fine.")
        #expect(try await scene.service.setWords(nil, access: scene.hub.access) == .standard)
        #expect(try await scene.service.words(access: scene.hub.access) == .standard)
    }
}
