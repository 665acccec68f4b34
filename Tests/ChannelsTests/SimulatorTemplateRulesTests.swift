import Domain
import NIOHTTP1
import Simulator
import TestSupport
import Testing

@testable import Channels

/// The simulator has rules of its own, written by another hand from the same reference: where both refuse, both have understood it alike.
@Suite("Agreement with the simulator about the rules of templates", .timeLimit(.minutes(5)))
struct SimulatorTemplateRulesTests {
    private static let account = AccountRoute(
        businessAccountID: SimulatorAgreementTests.account.id, secrets: SimulatorAgreementTests.route.secrets)

    @Test("what breaks a rule here is refused there, too")
    func broken() async throws {
        try await SimulatorAgreementTests.withWorld { world in
            for (number, row) in TemplateDraftRows.broken.enumerated() {
                var draft = row.draft
                // Of its own, since the simulator has some already.
                if row.rule != .nameForm, row.rule != .nameLength { draft.name = "broken_\(number)" }
                do {
                    let made = try await world.channel.create(draft, in: Self.account)
                    Issue.record("\(row) was taken: \(made.status.text), row \(number)")
                } catch let problem as TemplateProblem {
                    guard case .refused = problem else {
                        Issue.record("\(row): \(problem)")
                        continue
                    }
                }
            }
        }
    }

    /// An account can make a hundred in an hour.
    @Test("200 templates of all kinds are taken, and come back as they were written", arguments: [0, 100])
    func good(from start: Int) async throws {
        try await SimulatorAgreementTests.withWorld { world in
            let drafts = TemplateDraftRows.good(200, seed: 7)[start..<start + 100]
            var ids: [String: TemplateDraft] = [:]
            for draft in drafts {
                let made = try await world.channel.create(draft, in: Self.account)
                ids[made.providerID] = draft
            }
            #expect(ids.count == 100)
            var (seen, cursor): (Int, String?) = (0, nil)
            repeat {
                let page = try await world.channel.templates(of: Self.account, after: cursor)
                for template in page.templates {
                    guard let draft = ids[template.providerID] else { continue }
                    seen += 1
                    #expect((template.name, template.language) == (draft.name, draft.language))
                    #expect(template.format == draft.format)
                    // The button of a one-time code comes back as an address.
                    guard draft.category != .authentication else { continue }
                    let read = TemplateDraft.read(
                        name: template.name, language: template.language, category: draft.category, format: template.format,
                        components: template.components)
                    #expect(read.draft == draft)
                    #expect(read.faults == [])
                }
                cursor = page.next
            } while cursor != nil
            #expect(seen == 100)
        }
    }

    @Test("a template is edited and deleted, and its name is taken once")
    func life() async throws {
        try await SimulatorAgreementTests.withWorld { world in
            let draft = TemplateDraftRows.changed(TemplateDraftRows.plain) { $0.name = "life" }
            let made = try await world.channel.create(draft, in: Self.account)
            await #expect(throws: TemplateProblem.nameTaken(name: draft.name, language: draft.language)) {
                _ = try await world.channel.create(draft, in: Self.account)
            }
            try await world.control(.PATCH, "templates/\(made.providerID)", ["status": "REJECTED"])
            let changed = TemplateDraftRows.changed(draft) { $0.footer = "Thank you" }
            try await world.channel.edit(made.providerID, to: changed, changesCategory: false, in: Self.account)
            let page = try await world.channel.templates(of: Self.account, after: nil)
            let edited = try #require(page.templates.first { $0.providerID == made.providerID })
            #expect(edited.components.contains { $0["text"]?.text == "Thank you" })
            try await world.channel.delete(name: draft.name, providerID: made.providerID, in: Self.account)
            #expect(
                !(try await world.channel.templates(of: Self.account, after: nil)).templates.contains { $0.providerID == made.providerID })
        }
    }

    @Test("an example is uploaded and named by a handle")
    func sample() async throws {
        try await SimulatorAgreementTests.withWorld { world in
            let file = SampleFile(filename: "chair.png", mimeType: "image/png", bytes: FakeProfiles.png(10, 10))
            let handle = try await world.channel.uploadSample(file, appID: SimulatorAgreementTests.route.appID, in: Self.account)
            let draft = TemplateDraftRows.changed(TemplateDraftRows.plain) {
                ($0.name, $0.header) = ("look", .file(.image, sample: handle))
            }
            #expect(try await world.channel.create(draft, in: Self.account).status == .pending)
        }
    }
}
