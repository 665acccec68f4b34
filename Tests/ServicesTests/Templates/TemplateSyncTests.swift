import Domain
import Services
import Store
import TestSupport
import Testing

@Suite("Templates as WhatsApp has them")
struct TemplateSyncTests {
    @Test("all pages are fetched; what changes is changed, what is gone goes, what comes back is there", arguments: TestEngine.allCases)
    func follows(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let names = ["a", "b", "c", "d", "e"]
        hub.channel.set(templates: names.map { TestHub.template($0) })
        _ = try await hub.templates.sync(access: hub.access)
        #expect(try await hub.templates.syncs(access: hub.access).map(\.isUnderWay) == [true])
        #expect(try await hub.fetchTemplates() == 1)
        #expect(try await hub.allTemplates().map(\.name) == names)
        let sync = try #require(try await hub.templates.syncs(access: hub.access).first)
        #expect((sync.isUnderWay, sync.error, sync.succeededAt) == (false, nil, hub.clock.now))
        let first = try await hub.allTemplates()

        hub.clock.advance(by: 10)
        let changed = TestHub.template("b", status: .paused, quality: "RED")
        let after = try await hub.have(TestHub.template("a"), changed, TestHub.template("f"))
        #expect(after.map(\.name) == ["a", "b", "f"])
        // The same rows, so that what people chose about them stays.
        #expect(after[0].id == first[0].id && after[1].id == first[1].id)
        #expect((after[1].status, after[1].definition.quality) == (.paused, "RED"))
        #expect(try await hub.allTemplates().map(\.name) == ["a", "b", "f"])
        #expect(try await hub.templates.template(first[2].id, access: hub.access).goneAt == hub.clock.now)

        hub.clock.advance(by: 10)
        let back = try await hub.have(TestHub.template("c"))
        #expect(back.map(\.id) == [first[2].id])
        #expect(back[0].goneAt == nil)
        let causes = try await hub.allEvents().filter { $0.kind == "template.updated" }.compactMap(\.cause)
        #expect(causes.count { $0 == "added" } == 6)
        #expect(causes.count { $0 == "gone" } == 6)
        #expect(causes.count { $0 == "changed" } == 2)
    }

    @Test("each connection has its turn every hour, one at a time", arguments: TestEngine.allCases)
    func hourly(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let clock = hub.clock
        let housekeeper = Housekeeper(database: hub.database, signals: hub.signals, now: { clock.now })
        // Of an older version, and started twice.
        try await housekeeper.schedule()
        try await housekeeper.schedule()
        #expect(try await hub.fetchTemplates() == 1)
        #expect(try await hub.fetchTemplates() == 0)
        try await housekeeper.schedule()
        hub.clock.advance(by: 3_599)
        #expect(try await hub.fetchTemplates() == 0)
        hub.clock.advance(by: 1)
        #expect(try await hub.fetchTemplates() == 1)
        // Asked for between two turns it doesn't wait for the hour, and there is still one turn only.
        _ = try await hub.templates.sync(access: hub.access)
        _ = try await hub.templates.sync(access: hub.access)
        #expect(try await hub.fetchTemplates() == 1)
        #expect(try await hub.fetchTemplates() == 0)
    }

    @Test("what goes wrong is told, loses nothing, and is tried again", arguments: TestEngine.allCases)
    func failure(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.have(TestHub.template("a"), TestHub.template("b"), TestHub.template("c"))
        let succeededAt = hub.clock.now
        hub.clock.advance(by: 100)
        // The second page fails: what wasn't seen isn't gone.
        hub.channel.set(templates: ["a", "d", "e"].map { TestHub.template($0) })
        hub.channel.failTemplates(.credentials("code 190"))
        _ = try await hub.templates.sync(access: hub.access)
        #expect(try await hub.fetchTemplates() == 1)
        #expect(try await hub.allTemplates().map(\.name) == ["a", "b", "c", "d"])
        var sync = try #require(try await hub.templates.syncs(access: hub.access).first)
        #expect((sync.isUnderWay, sync.succeededAt) == (false, succeededAt))
        #expect(sync.error?.contains("access token") == true)
        hub.channel.failTemplates(nil)
        hub.clock.advance(by: 900)
        #expect(try await hub.fetchTemplates() == 1)
        sync = try #require(try await hub.templates.syncs(access: hub.access).first)
        #expect((sync.error, sync.succeededAt) == (nil, hub.clock.now))
        #expect(try await hub.allTemplates().map(\.name) == ["a", "d", "e"])
    }

    @Test("one that is asked for while it runs is done once more", arguments: TestEngine.allCases)
    func again(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let clock = hub.clock
        _ = try await hub.templates.sync(access: hub.access)
        let handler = TemplateSyncJob(
            database: hub.database, directory: hub.directory, channels: [.meta: hub.channel], now: { clock.now })
        let jobs = try await hub.database.write {
            try JobTable($0).take(kind: TemplateSyncJob.kind, now: clock.now, leaseSeconds: 60, limit: 10)
        }
        let job = try #require(jobs.first)
        let completion = try await handler.run(job)
        clock.advance(by: 1)
        _ = try await hub.templates.sync(access: hub.access)
        try await hub.database.write { transaction in
            #expect(try JobTable(transaction).complete(job))
            try completion.write(transaction)
        }
        #expect(try await hub.fetchTemplates() == 0)
        clock.advance(by: 5)
        #expect(try await hub.fetchTemplates() == 1)
        #expect(try await hub.fetchTemplates() == 0)
    }

    @Test("connecting a number asks for its templates")
    func connecting() async throws {
        let hub = try await TestHub(TestDatabase.make(.sqlite))
        hub.channel.set(templates: [TestHub.template("a")])
        hub.channel.report(.success(.healthy(try PhoneNumber(parsing: "+15550100299"))), of: "112")
        let senders = SenderService(
            database: hub.database, directory: hub.directory, channels: [.meta: hub.channel], secrets: hub.secretStore,
            signals: hub.signals, now: { hub.clock.now })
        _ = try await senders.connect(
            ConnectionDraft(appID: "9", appSecret: "s", accessToken: "t", businessAccountID: "waba-9", phoneNumberID: "112"), name: "Shop",
            access: hub.access)
        #expect(try await hub.fetchTemplates() == 1)
        #expect(try await hub.allTemplates().map(\.name) == ["a"])
    }

    @Test("the list is paged, pinned ones first, and found by words of name and text", arguments: TestEngine.allCases)
    func lists(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let all = try await hub.have(
            TestHub.template("order_update", components: TestHub.orderComponents), TestHub.template("order_update", language: "es"),
            TestHub.template("sale", category: "MARKETING", components: #"[{"type":"BODY","text":"50% off EVERYTHING"}]"#),
            TestHub.template("visit", status: .rejected, reason: "INVALID_FORMAT"))
        _ = try await hub.templates.change(all[2].id, isPinned: true, access: hub.access)
        var (names, place, pages): ([String], String?, Int) = ([], nil, 0)
        repeat {
            let page = try await hub.templates.list(.init(), after: place, limit: 1, access: hub.access)
            names += page.data.map { "\($0.name) \($0.language)" }
            (place, pages) = (page.next, pages + 1)
        } while place != nil
        #expect(names == ["sale en_US", "order_update en_US", "order_update es", "visit en_US"])
        #expect(pages == 4)
        func found(_ filter: TemplateFilter) async throws -> [String] { try await hub.allTemplates(filter).map(\.name) }
        #expect(try await found(.init(text: "ORDER left")) == ["order_update"])
        #expect(try await found(.init(text: "50%")) == ["sale"])
        #expect(try await found(.init(text: "5_%")) == [])
        #expect(try await found(.init(text: "everything")) == ["sale"])
        #expect(try await found(.init(isSendable: true)) == ["sale", "order_update", "order_update"])
        #expect(try await found(.init(language: "es")) == ["order_update"])
        #expect(try await found(.init(category: "MARKETING")) == ["sale"])
        #expect(try await found(.init(status: .rejected)) == ["visit"])
        _ = try await hub.templates.change(all[3].id, isHidden: true, access: hub.access)
        #expect(try await found(.init(visibility: .hidden)) == ["visit"])
        #expect(try await found(.init()) == ["sale", "order_update", "order_update"])
        // What people chose survives the next turn.
        hub.clock.advance(by: 10)
        _ = try await hub.templates.sync(access: hub.access)
        try await hub.fetchTemplates()
        #expect(try await found(.init(visibility: .hidden)) == ["visit"])
        #expect(try await hub.templates.languages(of: all[0], access: hub.access).map(\.language) == ["en_US", "es"])
    }

    @Test("whoever may look can't change; whoever may not look sees nothing")
    func grants() async throws {
        let hub = try await TestHub(TestDatabase.make(.sqlite))
        let template = try #require(try await hub.have(TestHub.template("a")).first)
        func access(_ grants: Set<Grant>) -> Access {
            Access(workspaceID: hub.workspaceID, actor: .system("x"), grants: grants, visibility: .all, address: nil)
        }
        let agent = access(Role.agent.grants)
        #expect(try await hub.templates.template(template.id, access: agent).id == template.id)
        await #expect(throws: AccessProblem.notPermitted(.templatesManage)) {
            try await hub.templates.change(template.id, isPinned: true, access: agent)
        }
        await #expect(throws: AccessProblem.notPermitted(.templatesManage)) { try await hub.templates.sync(access: agent) }
        await #expect(throws: AccessProblem.notPermitted(.templatesView)) {
            try await hub.templates.list(.init(), after: nil, limit: 1, access: access([]))
        }
        let other = Access.system("x", in: .make(at: hub.clock.now))
        await #expect(throws: TemplateProblem.missing) { try await hub.templates.template(template.id, access: other) }
        await #expect(throws: TemplateProblem.missing) { try await hub.templates.change(template.id, isHidden: true, access: other) }
    }
}
