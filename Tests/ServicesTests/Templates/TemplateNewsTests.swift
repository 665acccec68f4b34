import Domain
import Services
import Store
import TestSupport
import Testing

import struct Foundation.Date

@Suite("News about templates")
struct TemplateNewsTests {
    private func receive(_ change: TemplateNews.Change, of id: String = "a.en_US", _ hub: TestHub) async throws {
        let news = TemplateNews(providerID: id, name: "a", language: "en_US", change: change)
        let body = hub.receiver.body(
            for: InboundBatch(
                items: [InboundItem(senderProviderID: nil, path: "entry[0].changes[0]", event: .template(news))], unreadable: []))
        try await hub.intake.receive(body, header: { _ in TestHub.appSecret }, connectionID: hub.connection.id.text)
    }

    @Test("a webhook changes status, quality and category at once, with the reason", arguments: TestEngine.allCases)
    func applies(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let id = try #require(try await hub.have(TestHub.template("a")).first).id
        hub.clock.advance(by: 1)
        try await receive(.status("REJECTED", reason: "INVALID_FORMAT", detail: "Add text after it."), hub)
        try await receive(.quality("RED"), hub)
        try await receive(.category("MARKETING"), hub)
        let template = try await hub.templates.template(id, access: hub.access)
        #expect((template.status, template.definition.rejectionReason) == (.rejected, "INVALID_FORMAT"))
        #expect(
            (template.statusDetail, template.definition.quality, template.definition.category) == ("Add text after it.", "RED", "MARKETING")
        )
        // Nothing of it is left for people to look at by hand, and no turn is needed.
        #expect(try await hub.fetchTemplates() == 0)
        let causes = try await hub.allEvents().filter { $0.subjectID == id.text }.compactMap(\.cause)
        #expect(causes == ["added", "status", "quality", "category"])
        let journal = JournalService(database: hub.database, intake: hub.intake, signals: hub.signals)
        #expect(try await journal.list(of: hub.connection.id, after: nil, limit: 10, access: hub.access).data.isEmpty)
        try await receive(.status("DELETED", reason: nil, detail: nil), hub)
        #expect(try await hub.allTemplates().isEmpty)
    }

    @Test(
        "one that we don't know, new texts, and an approval have WhatsApp asked",
        arguments: [
            ("new", TemplateNews.Change.status("APPROVED", reason: nil, detail: nil)), ("new", .quality("RED")), ("a.en_US", .components),
            ("a.en_US", .status("REINSTATED", reason: nil, detail: nil)),
        ], TestEngine.allCases)
    func asks(news: (String, TemplateNews.Change), engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.have(TestHub.template("a"))
        hub.clock.advance(by: 1)
        hub.channel.set(templates: [
            TestHub.template("a", components: #"[{"type":"BODY","text":"New text"}]"#), TestHub.template("new", providerID: "new"),
        ])
        try await receive(news.1, of: news.0, hub)
        #expect(try await hub.fetchTemplates() == 1)
        #expect(try await hub.allTemplates().map(\.name).sorted() == ["a", "new"])
        if news.1 == .components { #expect(try await hub.allTemplates().first?.parts.body?.text == "New text") }
    }

    @Test("an answer that was on its way doesn't undo what a webhook told meanwhile", arguments: TestEngine.allCases)
    func order(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let template = try #require(try await hub.have(TestHub.template("a")).first)
        let begun = hub.clock.now.addingTimeInterval(1)
        hub.clock.advance(by: 2)
        try await receive(.status("PAUSED", reason: nil, detail: "For 3 hours."), hub)
        hub.clock.advance(by: 1)
        let now = hub.clock.now
        try await hub.database.write { transaction in
            let table = TemplateTable(transaction, hub.access)
            try table.save(TestHub.template("a", quality: "GREEN"), connection: hub.connection.id, asked: begun, now: now)
            #expect(try table.find(template.id)?.status == .paused)
            #expect(try table.markGone(connection: hub.connection.id, asked: begun, now: now, limit: 10).isEmpty)
        }
    }

    @Test(
        "what we learned from refusals follows WhatsApp's word: a released template leaves at once, and only marketing is marketing",
        arguments: TestEngine.allCases)
    func restrictions(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let template = try #require(try await hub.have(TestHub.template("a", category: "MARKETING", status: .paused)).first)
        let key = RestrictionTable.TemplateKey(template)
        let until = hub.clock.now.addingTimeInterval(3_600)
        try await hub.database.write { transaction in
            try RestrictionTable(transaction, in: hub.workspaceID).pause(key, connection: hub.connection.id, code: "132015", until: until)
        }
        func state() async throws -> RestrictionTable.TemplateState? {
            try await hub.database.write {
                try RestrictionTable($0, in: hub.workspaceID).states(of: [key], connection: hub.connection.id)[key]
            }
        }
        #expect(try await state()?.isMarketing == true)
        #expect(try await hub.templates.template(template.id, access: hub.access).hold == .init(code: "132015", until: until))
        try await receive(.status("APPROVED", reason: nil, detail: nil), hub)
        #expect(try await state()?.pausedCode == nil)
        #expect(try await hub.templates.template(template.id, access: hub.access).hold == nil)
        try await receive(.category("UTILITY"), hub)
        #expect(try await state()?.isMarketing == false)
    }
}
