import Domain
import Foundation
import Services
import Store
import TestSupport
import Testing

@Suite("Writing templates")
struct TemplateDraftTests {
    /// A hub with reviewers behind it.
    private struct Scene {
        let storing: MediaHub
        let provider = FakeTemplates()
        let drafts: TemplateDraftService

        init(_ engine: TestEngine) async throws {
            storing = try await MediaHub(TestDatabase.make(engine))
            let (hub, clock) = (storing.hub, storing.hub.clock)
            drafts = TemplateDraftService(
                database: hub.database, directory: hub.directory, channels: [.meta: provider], media: storing.media, signals: hub.signals,
                now: { clock.now })
        }

        var hub: TestHub { storing.hub }
        var media: MediaService { storing.media }

        var connection: Identifier<Connection> { hub.sender.connectionID }

        func begin(_ draft: TemplateDraft = TemplateDraftRows.plain) async throws -> SavedTemplateDraft {
            try await drafts.create(draft, connection: connection, access: hub.access)
        }

        @discardableResult
        func submit(_ saved: SavedTemplateDraft) async throws -> Template? { try await drafts.submit(saved.id, access: hub.access) }

        var kept: [SavedTemplateDraft] {
            get async throws { try await drafts.list(after: nil, limit: 50, access: hub.access).data }
        }
    }

    @Test("a draft is kept as it is written, changed, and becomes a template", arguments: TestEngine.allCases)
    func whole(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        var saved = try await scene.begin(TemplateDraftRows.changed(TemplateDraftRows.plain) { $0.body = .init("") })
        #expect(try await scene.kept == [saved])
        await #expect(throws: TemplateProblem.self) { try await scene.submit(saved) }
        #expect(scene.provider.created == [])
        let good = TemplateDraftRows.changed(TemplateDraftRows.plain) { $0.lifetimeSeconds = 600 }
        let seen = saved.version
        saved = try await scene.drafts.save(good, as: saved.id, version: seen, access: scene.hub.access)
        // Somebody else saw the version before.
        await #expect(throws: TemplateProblem.draftChanged) {
            _ = try await scene.drafts.save(TemplateDraftRows.plain, as: saved.id, version: seen, access: scene.hub.access)
        }
        #expect(try await scene.drafts.draft(saved.id, access: scene.hub.access).draft == good)
        let template = try #require(try await scene.submit(saved))
        #expect((template.name, template.status, template.definition.category) == ("order_update", .pending, "UTILITY"))
        #expect(scene.provider.created == [good])
        #expect(try await scene.kept == [])
        await #expect(throws: TemplateProblem.draftMissing) { try await scene.submit(saved) }
    }

    @Test("drafts of every kind come back as they were written", arguments: TestEngine.allCases)
    func kinds(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        for draft in TemplateDraftRows.good(40, seed: 11) + TemplateDraftRows.broken.map(\.draft) {
            let saved = try await scene.begin(draft)
            #expect(try await scene.drafts.draft(saved.id, access: scene.hub.access).draft == draft)
        }
        let first = try await scene.drafts.list(after: nil, limit: 30, access: scene.hub.access)
        let second = try await scene.drafts.list(after: first.next, limit: 30, access: scene.hub.access)
        #expect(first.data.count == 30 && second.data.count == 30)
        #expect(Set((first.data + second.data).map(\.id)).count == 60)
    }

    @Test("what WhatsApp has already is refused here", arguments: TestEngine.allCases)
    func doubles(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        try await scene.submit(try await scene.begin())
        let again = try await scene.begin(TemplateDraftRows.changed(TemplateDraftRows.plain) { $0.footer = "Another" })
        await #expect(throws: TemplateProblem.nameTaken(name: "order_update", language: "en_US")) { try await scene.submit(again) }
        let twin = try await scene.begin(TemplateDraftRows.changed(TemplateDraftRows.plain) { $0.name = "twin" })
        await #expect(throws: TemplateProblem.doubled(name: "order_update")) { try await scene.submit(twin) }
        // The same name in another language, with another text, is another template.
        let italian = TemplateDraftRows.changed(TemplateDraftRows.plain) {
            $0.language = "it"
            $0.body = .init("Ciao {{1}}, il tuo ordine {{2}} è partito oggi.", samples: ["1": "Ana", "2": "A-17"])
        }
        #expect(try await scene.submit(try await scene.begin(italian)) != nil)
        #expect(scene.provider.created.count == 2)
    }

    @Test("WhatsApp's refusal stays beside the draft; when nobody knows, WhatsApp is asked", arguments: TestEngine.allCases)
    func refusals(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let saved = try await scene.begin()
        scene.provider.fail(TemplateProblem.refused("Too many words."))
        await #expect(throws: TemplateProblem.refused("Too many words.")) { try await scene.submit(saved) }
        let kept = try #require(try await scene.kept.first)
        #expect(kept.refusal == "WhatsApp refused the template: Too many words.")
        #expect(kept.draft == saved.draft)
        #expect(try await scene.hub.fetchTemplates() == 0)
        scene.provider.fail(TemplateProblem.outcomeUnknown)
        await #expect(throws: TemplateProblem.outcomeUnknown) { try await scene.submit(kept) }
        #expect(try await scene.hub.fetchTemplates() == 1)
        #expect(try await scene.kept.count == 1)
        // What passes by itself says nothing of the draft.
        let before = try await scene.kept
        scene.provider.fail(ChannelProblem.temporary("no connection in time"))
        await #expect(throws: ChannelProblem.temporary("no connection in time")) { try await scene.submit(before[0]) }
        #expect(try await scene.kept == before)
    }

    @Test("an approved template is edited once a day and ten times in 30 days", arguments: TestEngine.allCases)
    func edits(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let text = #"[{"type":"BODY","text":"Hello there, the shop is open"}]"#
        let template = try await scene.hub.have(TestHub.template("hours", components: text))[0]
        func edit(_ number: Int) async throws {
            let saved = try await scene.drafts.create(from: template.id, access: scene.hub.access)
            #expect(saved.templateID == template.id)
            let changed = TemplateDraftRows.changed(saved.draft) { $0.footer = "Version \(number)" }
            let next = try await scene.drafts.save(changed, as: saved.id, version: saved.version, access: scene.hub.access)
            #expect(try await scene.submit(next) == nil)
        }
        for number in 0..<10 {
            try await edit(number)
            scene.hub.clock.advance(by: 86_401)
        }
        #expect(scene.provider.edited["hours.en_US"]?.footer == "Version 9")
        #expect(scene.provider.categoryChanges == [])
        // Ten days and a bit after the first: the eleventh waits until the first is 30 days old.
        await #expect(throws: TemplateProblem.self) { try await edit(10) }
        scene.hub.clock.advance(by: 20 * 86_400)
        try await edit(11)
        await #expect(throws: TemplateProblem.self) { try await edit(12) }
        let shop = try await scene.drafts.create(from: template.id, access: scene.hub.access)
        let other = TemplateDraftRows.changed(shop.draft) { $0.category = .marketing }
        _ = try await scene.drafts.save(other, as: shop.id, version: shop.version, access: scene.hub.access)
        await #expect(throws: TemplateProblem.categoryFixed) { try await scene.submit(shop) }
    }

    @Test("only what is approved, rejected or paused is edited, under its name", arguments: TestEngine.allCases)
    func standings(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        for (number, status) in [TemplateStatus.pending, .disabled, .inAppeal, .locked].enumerated() {
            let text = #"[{"type":"BODY","text":"Hello there, number \#(number)"}]"#
            let template = try await scene.hub.have(TestHub.template("a\(number)", status: status, components: text))[0]
            let saved = try await scene.drafts.create(from: template.id, access: scene.hub.access)
            await #expect(throws: TemplateProblem.notEditable(status)) { try await scene.submit(saved) }
        }
        let text = #"[{"type":"BODY","text":"Hello there, rejected"}]"#
        let rejected = try await scene.hub.have(TestHub.template("b", category: "UTILITY", status: .rejected, components: text))[0]
        let saved = try await scene.drafts.create(from: rejected.id, access: scene.hub.access)
        let renamed = TemplateDraftRows.changed(saved.draft) { $0.name = "c" }
        let wrong = try await scene.drafts.save(renamed, as: saved.id, version: 1, access: scene.hub.access)
        await #expect(throws: TemplateProblem.keyFixed) { try await scene.submit(wrong) }
        // A rejected one may have another category.
        let moved = TemplateDraftRows.changed(saved.draft) { $0.category = .marketing }
        let right = try await scene.drafts.save(
            moved, as: saved.id, version: scene.kept.first { $0.id == saved.id }?.version ?? 0, access: scene.hub.access)
        try await scene.submit(right)
        #expect(scene.provider.categoryChanges == ["b.en_US"])
    }

    @Test(
        "what can't be written here isn't begun from, and an example that lies at WhatsApp is asked for again",
        arguments: TestEngine.allCases)
    func beginnings(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let templates = try await scene.hub.have(
            TestHub.template(
                "shop", components: #"[{"type":"BODY","text":"Look"},{"type":"BUTTONS","buttons":[{"type":"CATALOG","text":"View"}]}]"#),
            TestHub.template(
                "look",
                components: """
                    [{"type":"HEADER","format":"IMAGE","example":{"header_handle":["https://media.test/1"]}},{"type":"BODY","text":"Look here"}]
                    """))
        await #expect(throws: TemplateProblem.self) {
            _ = try await scene.drafts.create(from: templates[0].id, asCopy: true, access: scene.hub.access)
        }
        let look = try await scene.drafts.create(from: templates[1].id, access: scene.hub.access)
        #expect(look.draft.header == .file(.image, sample: nil))
    }

    @Test("a deleted template is gone, and its name is kept for 30 days", arguments: TestEngine.allCases)
    func deletion(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let components = TemplateDraftRows.plain.components
        let text = String(decoding: try JSONEncoder().encode(components), as: UTF8.self)
        let templates = try await scene.hub.have(
            TestHub.template("order_update", components: text), TestHub.template("order_update", language: "it"),
            TestHub.template("broken", status: .disabled))
        await #expect(throws: TemplateProblem.disabledStays) {
            try await scene.drafts.deleteTemplate(templates[2].id, allLanguages: false, access: scene.hub.access)
        }
        try await scene.drafts.deleteTemplate(templates[0].id, allLanguages: false, access: scene.hub.access)
        #expect(scene.provider.deleted == [.init(name: "order_update", providerID: "order_update.en_US")])
        #expect(try await scene.hub.allTemplates().map(\.language) == ["en_US", "it"])
        let saved = try await scene.begin()
        await #expect(throws: TemplateProblem.nameBlocked(until: scene.hub.clock.now.addingTimeInterval(30 * 86_400))) {
            try await scene.submit(saved)
        }
        scene.hub.clock.advance(by: 30 * 86_400)
        #expect(try await scene.submit(saved) != nil)
        try await scene.drafts.deleteTemplate(templates[1].id, allLanguages: true, access: scene.hub.access)
        #expect(scene.provider.deleted.last == .init(name: "order_update", providerID: nil))
        #expect(try await scene.hub.allTemplates().map(\.name) == ["broken"])
        await #expect(throws: TemplateProblem.missing) {
            try await scene.drafts.deleteTemplate(templates[1].id, allLanguages: true, access: scene.hub.access)
        }
    }

    @Test("a file of ours is uploaded as an example when the template is submitted", arguments: TestEngine.allCases)
    func samples(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let bytes = FakeProfiles.png(40, 40)
        let pieces = AsyncStream<[UInt8]> { continuation in
            continuation.yield(bytes)
            continuation.finish()
        }
        let file = try await scene.media.store(pieces, filename: "chair.png", mimeType: "image/png", access: scene.hub.access)
        let draft = TemplateDraftRows.changed(TemplateDraftRows.plain) { $0.header = .file(.image, sample: file.id.text) }
        try await scene.submit(try await scene.begin(draft))
        #expect(scene.provider.samples == [SampleFile(filename: "chair.png", mimeType: "image/png", bytes: bytes)])
        #expect(scene.provider.created.first?.header == .file(.image, sample: "4::sample-1"))
        let lost = TemplateDraftRows.changed(draft) {
            $0.name = "lost"
            $0.footer = "Lost"
            $0.header = .file(.image, sample: Identifier<MediaFile>.make(at: scene.hub.clock.now).text)
        }
        let saved = try await scene.begin(lost)
        await #expect(throws: TemplateProblem.sampleMissing) { try await scene.submit(saved) }
    }

    @Test("who may not manage templates writes none, and nobody sees another workspace's", arguments: TestEngine.allCases)
    func access(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let saved = try await scene.begin()
        let other = try await TestHub(scene.hub.database, slug: "other", phoneNumber: "+15550100201", providerID: "222")
        await #expect(throws: TemplateProblem.draftMissing) { _ = try await scene.drafts.draft(saved.id, access: other.access) }
        await #expect(throws: TemplateProblem.draftMissing) { try await scene.drafts.delete(saved.id, access: other.access) }
        await #expect(throws: TemplateProblem.connectionMissing) {
            _ = try await scene.drafts.create(saved.draft, connection: scene.connection, access: other.access)
        }
        let agent = Access(
            workspaceID: scene.hub.access.workspaceID, actor: scene.hub.access.actor, grants: Role.agent.grants, visibility: .all,
            address: nil)
        await #expect(throws: AccessProblem.notPermitted(.templatesManage)) { _ = try await scene.drafts.draft(saved.id, access: agent) }
        await #expect(throws: AccessProblem.notPermitted(.templatesManage)) {
            _ = try await scene.drafts.create(saved.draft, connection: scene.connection, access: agent)
        }
        await #expect(throws: AccessProblem.notPermitted(.templatesManage)) {
            _ = try await scene.drafts.list(after: nil, limit: 10, access: agent)
        }
    }
}
