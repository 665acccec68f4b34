import Domain
import Foundation
import Logging
import ServiceLifecycle
import Services
import Store
import TestSupport
import Testing

/// A hub with a directory, an approved template, and all that makes campaigns run.
struct CampaignScene: Sendable {
    let hub: TestHub
    let folder: TemporaryFolder
    let campaigns: CampaignService
    let imports: ContactImportService
    let feeder: CampaignFeeder
    let follower: CampaignFollower
    let template: Template

    static let numbers: PhoneNumbers = {
        let project = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        // swift-format-ignore: NeverUseForceTry
        return try! PhoneNumbers(table: Array(Data(contentsOf: project.appending(path: "assets/vendor/phone-numbers.txt"))))
    }()

    static let body =
        #"[{"type":"BODY","text":"Hi {{1}}, see you soon"},{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Yes"}]}]"#

    init(_ engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        folder = try TemporaryFolder()
        let storage = try FileMediaStorage(root: folder.path)
        let now: @Sendable () -> Date = { [clock = hub.clock] in clock.now }
        campaigns = CampaignService(
            database: hub.database, storage: storage, numbers: Self.numbers, sending: hub.sending, signals: hub.signals, now: now)
        imports = ContactImportService(database: hub.database, storage: storage, numbers: Self.numbers, signals: hub.signals, now: now)
        feeder = CampaignFeeder(database: hub.database, sending: hub.sending, signals: hub.signals, now: now)
        follower = CampaignFollower(database: hub.database, signals: hub.signals, now: now)
        self.hub = hub
        template = try #require(
            try await hub.have(TestHub.template("offer", category: "MARKETING", components: Self.body)).first)
    }

    var mapping: TemplateMapping {
        TemplateMapping(["body.1": .field(.known(.contactFirstName), fallback: "friend", format: nil)])
    }

    /// Adds people to the directory, and gives them in the order of their ids.
    @discardableResult
    func people(_ count: Int, from first: Int = 0, in group: Identifier<ContactGroup>? = nil) async throws -> [Identifier<Contact>] {
        let now = hub.clock.now
        let ids = (0..<count).map { _ in Identifier<Contact>.make(at: now) }.sorted()
        for start in stride(from: 0, to: count, by: 500) {
            try await hub.database.write { [access = hub.access] transaction in
                let part = Array(start..<min(start + 500, count))
                for index in part {
                    let number = try PhoneNumber(parsing: Self.phone(first + index))
                    try DirectoryTable(transaction, access).insert(
                        ids[index], number, ContactFields([.name: "Person\(first + index) Example"]), region: "US", now: now)
                }
                if let group { _ = try ContactGroupTable(transaction, access).join(group, part.map { ids[$0] }) }
            }
        }
        return ids
    }

    static func phone(_ index: Int) -> String { "+1555\(String(5_000_000 + index))" }

    func group(_ name: String = "All") async throws -> Identifier<ContactGroup> {
        let group = try ContactGroup(id: .make(at: hub.clock.now), name: name, description: nil, memberCount: 0, createdAt: hub.clock.now)
        try await hub.database.write { [access = hub.access] in try ContactGroupTable($0, access).insert(group) }
        return group.id
    }

    func plan(_ sources: CampaignSource..., senders: [Identifier<Sender>]? = nil, stopRule: CampaignStopRule = .standard) throws
        -> CampaignPlan
    {
        try CampaignPlan(
            name: "Offer", senders: senders ?? [hub.sender.id], template: template.id, mapping: mapping, audience: .init(sources),
            stopRule: stopRule)
    }

    /// Does the pieces of work that campaigns have.
    func work() async throws {
        let now: @Sendable () -> Date = { [clock = hub.clock] in clock.now }
        let job = CampaignJob(
            database: hub.database, storage: try FileMediaStorage(root: folder.path), numbers: Self.numbers, signals: hub.signals, now: now)
        while try await hub.work(job) > 0 {}
    }

    func prepared(_ plan: CampaignPlan) async throws -> Identifier<Campaign> {
        let id = try await campaigns.create(plan, access: hub.access).id
        _ = try await campaigns.prepare(id, access: hub.access)
        try await work()
        return id
    }

    func started(_ plan: CampaignPlan) async throws -> Identifier<Campaign> {
        let id = try await prepared(plan)
        _ = try await campaigns.start(id, access: hub.access)
        return id
    }

    func summary(_ id: Identifier<Campaign>) async throws -> CampaignSummary { try await campaigns.campaign(id, access: hub.access) }
    func counts(_ id: Identifier<Campaign>) async throws -> CampaignCounts { try await summary(id).counts }

    func recipients(_ id: Identifier<Campaign>) async throws -> [CampaignRecipient] {
        try await hub.database.read { [access = hub.access] in try CampaignRecipientTable($0, access, of: id).list(limit: 200_000) }
    }

    /// What is kept beside the rows says what the rows say.
    func checkCounts(_ id: Identifier<Campaign>) async throws {
        var tally = CampaignTally()
        for one in try await recipients(id) { tally.replace(nil, by: one) }
        let (counts, hours) = try await hub.database.read { [access = hub.access] transaction in
            let table = CampaignCountTable(transaction, access)
            return (try table.counts(of: id), try table.hours(of: id, limit: 10_000))
        }
        #expect(counts == CampaignCounts(Dictionary(uniqueKeysWithValues: tally.changes.totals)))
        #expect(
            Dictionary(uniqueKeysWithValues: hours.map { ($0.hour, $0.count) }) == Dictionary(uniqueKeysWithValues: tally.changes.hours))
    }

    /// Feeds, sends and follows until it is as wanted.
    func run(until isWanted: @Sendable (CampaignSummary) -> Bool, _ id: Identifier<Campaign>) async throws {
        let group = ServiceGroup(services: [hub.dispatcher()], logger: .init(label: "test"))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                while true {
                    try await feeder.round()
                    try await follower.round()
                    try await work()
                    if isWanted(try await summary(id)) { break }
                    hub.clock.advance(by: 0.5)
                    try await Task.sleep(for: .milliseconds(10))
                }
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// Follows until the counts are as wanted: on PostgreSQL a reader may have to wait for writers elsewhere in the server.
    func follow(_ id: Identifier<Campaign>, until isWanted: (CampaignCounts) -> Bool) async throws {
        while true {
            try await follower.round()
            if isWanted(try await counts(id)) { return }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
