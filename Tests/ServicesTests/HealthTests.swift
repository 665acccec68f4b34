import Domain
import Services
import Store
import Synchronization
import TestSupport
import Testing

import struct Foundation.Date
import class Foundation.FileManager
import struct Foundation.URL
import struct Foundation.UUID

@Suite("Health")
struct HealthTests {
    @Test(
        "a quiet workspace is well; what waits too long, what nobody hears of and what waits for a decision isn't",
        arguments: TestEngine.allCases)
    func workspace(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"))
        let health = hub.health()
        let quiet = try await health.workspaceFindings(access: hub.access)
        #expect(quiet.allSatisfy { $0.state == .ok }, "\(quiet.filter { $0.state != .ok })")
        #expect(Set(quiet.map(\.check)) == [.queue, .webhooks, .accessToken, .unknownMessages, .deadJobs])

        let message = try await hub.submit("Hi")
        _ = try await hub.deadJob("a")
        hub.clock.advance(by: 600)
        let late = try await health.finding(.queue, hub.access)
        #expect((late.state, late.value) == (.attention, 600))
        #expect(late.detail == "The oldest message has waited for 10 minutes.")
        #expect(late.advice == "No process sends for this number. Look under Processes whether one with the role dispatch runs.")
        hub.clock.advance(by: 3_600)
        #expect(try await health.finding(.queue, hub.access).state == .trouble)
        #expect(try await health.finding(.deadJobs, hub.access).detail == "1 piece of work was set aside.")

        try await hub.database.write { [now = hub.clock.now, hub] transaction in
            try transaction.run("UPDATE messages SET status = 'unknown' WHERE workspace_id = \(hub.workspaceID) AND id = \(message.id)")
            try transaction.run(
                """
                INSERT INTO attempts (workspace_id, message_id, number, sender_id, status, epoch, started_at)
                VALUES (\(hub.workspaceID), \(message.id), 1, \(hub.sender.id), 'sent', 1, \(now))
                """)
        }
        #expect(try await health.finding(.unknownMessages, hub.access).state == .attention)
        #expect(try await health.finding(.webhooks, hub.access).state == .ok)
        hub.clock.advance(by: 700)
        let silent = try await health.finding(.webhooks, hub.access)
        #expect(silent.state == .trouble)
        #expect(silent.detail.hasPrefix("A message left 12 minutes ago, and no webhook has told of it"))
        try await hub.receive(hub.text("Still there"))
        #expect(try await health.finding(.webhooks, hub.access).state == .ok)
    }

    @Test("what concerns the account comes at once only when Meta tells it to an address of ours", arguments: TestEngine.allCases)
    func ofAccount(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let id = hub.connection.id
        for (address, state) in [
            ("https://hub.test/hooks/meta", HealthState.ok), ("https://hub.test/hooks/meta/\(id)", .ok),
            ("https://hub.test/hooks/meta/other", .attention), ("https://other.test/in", .attention), (nil, .attention),
        ] {
            let app = try JSONText.encode(AppSubscription(address: address, fields: AppSubscription.accountFields))
            try await hub.database.write { try $0.run("UPDATE connections SET app_subscription = \(app) WHERE id = \(id)") }
            let report = try await hub.health().report(on: hub.sender.id, access: hub.access)
            let finding = try #require(report.findings.last { $0.check == .webhooks })
            #expect(finding.state == state, "\(address ?? "no address")")
        }
    }

    @Test("one number from every side: each trouble is named with what helps, and nobody sees another's", arguments: TestEngine.allCases)
    func ofOneNumber(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        func finding(_ check: HealthCheck) async throws -> HealthFinding {
            let report = try await hub.health().report(on: hub.sender.id, access: hub.access)
            return try #require(report.findings.first { $0.check == check })
        }
        let report = try await hub.health().report(on: hub.sender.id, access: hub.access)
        #expect(
            report.findings.map(\.check) == [.sender, .accessToken, .webhooks, .quality, .limit, .renewal, .queue, .templates, .profile])
        #expect(report.findings.allSatisfy { ($0.state == .ok) == ($0.advice == nil) })
        #expect(try await (finding(.sender).state, finding(.renewal).detail) == (.ok, "It costs nothing here."))
        #expect(try await finding(.templates).state == .attention)
        try await hub.have(TestHub.template("welcome"))
        #expect(try await finding(.templates).state == .ok)
        for (events, state) in [
            ([SenderEvent.restricted], HealthState.attention), ([.suspended], .trouble), ([.reinstated, .deactivated], .attention),
        ] {
            for event in events { try await hub.befall(event) }
            #expect(try await finding(.sender).state == state)
            #expect(try await finding(.sender).advice != nil)
        }
        await #expect(throws: AccessProblem.self) {
            let access = Access(
                workspaceID: hub.access.workspaceID, actor: hub.access.actor, grants: [.sendersView, .settingsManage], visibility: .all,
                address: nil)
            return try await hub.health().report(on: hub.sender.id, access: access)
        }
        await #expect(throws: SenderProblem.missing) {
            try await hub.health().report(on: .make(at: hub.clock.now), access: hub.access)
        }
    }

    @Test("what is wrong with a connection is found behind however many others", arguments: TestEngine.allCases)
    func manyConnections(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        hub.clock.advance(by: 1)
        let (now, count) = (hub.clock.now, 450)
        let last = try await hub.database.write { [hub] transaction in
            let table = ConnectionTable(transaction, hub.access)
            var last = hub.connection.id
            for index in 1..<count {
                let one = Connection(
                    id: .make(at: now), workspaceID: hub.workspaceID, channel: .meta, name: "C\(index)", appID: "1",
                    businessAccountID: "\(index)", createdAt: now, lastWebhookAt: nil, isSubscribed: true)
                try table.insert(
                    StoredConnection(connection: one, sealedAppSecret: "x", sealedVerifyToken: "x", sealedAccessToken: "x"))
                last = max(last, one.id)
            }
            try transaction.run("UPDATE senders SET connection_id = \(last) WHERE workspace_id = \(hub.workspaceID)")
            try table.setAsked(at: now, problem: "It has ended.", last)
            return last
        }
        let findings = try await hub.health().workspaceFindings(access: hub.access)
        #expect(findings.count { $0.check == .accessToken } == count)
        #expect(findings.contains { $0.detail.hasSuffix("It has ended.") })
        let report = try await hub.health().report(on: hub.sender.id, access: hub.access)
        #expect(report.findings.contains { $0.check == .accessToken && $0.state == .trouble })
        #expect(report.findings.contains { $0.check == .webhooks })
        #expect(try await hub.database.read { try ConnectionTable($0, hub.access).list().last?.connection.id } == last)
    }

    @Test("a number that can't send and a halt are trouble", arguments: TestEngine.allCases)
    func stopped(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let halt = SendingHalt(reason: .restored, since: hub.clock.now, backupAt: nil)
        try await hub.database.write { transaction in
            _ = try SenderTable(transaction, hub.access).apply(
                [.tokenRefused], saying: "Meta has locked it.", to: hub.sender.id, at: hub.clock.now)
            try SettingTable(transaction).set(JSONText.encode(halt), for: .sendingHalted)
        }
        let findings = try await hub.health().workspaceFindings(access: hub.access)
        #expect(findings.first { $0.check == .sender }?.detail == "The number can't send. Meta has locked it.")
        #expect(findings.first { $0.check == .sending }?.state == .trouble)
    }

    @Test("what WhatsApp last said of an access token is kept", arguments: TestEngine.allCases)
    func token(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let clock = hub.clock
        let senders = SenderService(
            database: hub.database, directory: hub.directory, channels: [.meta: hub.channel], secrets: hub.secretStore,
            signals: hub.signals,
            now: { clock.now })
        #expect(try await hub.health().finding(.accessToken, hub.access).detail.hasPrefix("WhatsApp hasn't been asked"))
        hub.channel.report(.failure(.accessTokenWrong("it has expired")), of: hub.sender.providerID)
        _ = try await senders.check(hub.connection.id, access: hub.access)
        clock.advance(by: 180)
        let refused = try await hub.health().finding(.accessToken, hub.access)
        #expect(refused.state == .trouble)
        #expect(refused.detail.hasPrefix("Asked 3 minutes ago: Meta doesn't accept the access token (it has expired)."))
        hub.channel.report(.success(.healthy(hub.sender.phoneNumber)), of: hub.sender.providerID)
        _ = try await senders.check(hub.connection.id, access: hub.access)
        #expect(
            try await hub.health().finding(.accessToken, hub.access).detail == "WhatsApp accepted the access token less than a second ago.")
    }

    @Test("the processes, their roles, their numbers and their files are told", arguments: TestEngine.allCases)
    func processes(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let health = hub.health()
        #expect(await health.host(.processes).map(\.detail) == ["No server is running on this database."])
        func beat(_ id: String, _ roles: Set<ProcessRole>, marker: String?) async throws {
            let now = hub.clock.now
            try await hub.database.write {
                try ProcessTable($0).beat(HubProcess(id: id, host: "hub", roles: roles, startedAt: now), mediaMarker: marker, now: now)
            }
        }
        try await beat("prc_1", [.web], marker: "m")
        #expect(await health.host(.processes).map(\.state) == [.ok, .trouble, .trouble])
        #expect(await health.host(.processes).last?.detail.contains("role jobs") == true)
        try await beat("prc_2", [.dispatch, .jobs], marker: "m")
        let until = hub.clock.now.addingTimeInterval(7)
        try await hub.database.write { [now = hub.clock.now] in
            _ = try LeaseTable($0).take(hub.sender.id, in: hub.workspaceID, owner: "prc_2", now: now, until: until)
        }
        #expect(await health.host(.processes).map(\.state) == [.ok, .ok])
        #expect(await health.host(.processes)[1].detail.hasSuffix("does dispatch, jobs, and sends for 1 number."))
        #expect(await health.host(.leases).map(\.state) == [.ok])
        #expect(await health.host(.media).map(\.detail) == ["All processes share one folder of files."])
        try await beat("prc_1", [.web], marker: "other")
        #expect(await health.host(.media).map(\.state) == [.trouble])
        hub.clock.advance(by: 20)
        try await beat("prc_1", [.web], marker: nil)
        #expect(await health.host(.media).map(\.detail) == ["It can't use the folder of the files."])
        #expect(await health.host(.processes).map(\.state) == [.ok, .trouble, .trouble, .attention])
        #expect(await health.host(.leases).map(\.detail) == ["1 number has lost its process."])
    }

    @Test("the database and the disk are looked at", arguments: TestEngine.allCases)
    func machine(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        // Of its own, since other tests try the common one at the same moment.
        let folder = FileManager.default.temporaryDirectory.appending(path: "switchboard-health-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let findings = await hub.health(in: folder).hostFindings()
        let checks = Set(findings.map(\.check))
        #expect(checks.isSuperset(of: [.schema, .databaseSettings, .writeTransactions, .fsync, .disk]))
        #expect(checks.contains(.clock) == (engine == .postgres))
        #expect(findings.first { $0.check == .databaseSettings }?.detail.contains(engine == .sqlite ? "SQLite 3." : "PostgreSQL") == true)
        #expect(try #require(findings.first { $0.check == .fsync }?.value) > 0)
        #expect(try #require(findings.first { $0.check == .disk }?.value) > 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test(
        "a clock that is wrong is told, with the doubt of the measure",
        arguments: [(0.0, HealthState.ok), (5, .attention), (-400, .trouble)])
    func clock(ahead: Double, state: HealthState) async throws {
        let hub = try await TestHub(TestDatabase.make(.postgres))
        let health = hub.health { Date().addingTimeInterval(ahead) }
        let finding = try #require(await health.host(.clock).first)
        // A slow machine only makes the measure less sure.
        #expect(finding.state <= state)
        if ahead == -400 {
            #expect(finding.state == .trouble)
            #expect(finding.detail.contains("behind the database's"))
        }
    }

    @Test("a write that stays open is told", arguments: [TestEngine.postgres])
    func openWrite(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let (database, workspaceID, end) = (hub.database, hub.workspaceID, Ending())
        let (began, feed) = AsyncStream.makeStream(of: Void.self)
        let open = Task {
            try await database.write { transaction in
                try transaction.run("UPDATE workspaces SET name = 'x' WHERE id = \(workspaceID)")
                feed.yield()
                while !end.isDue { _ = try transaction.rows("SELECT 1 FROM pg_sleep(0.05)") }
            }
        }
        for await _ in began { break }
        let seen = try await database.read { try HostHealthTable($0).postgres().oldestWriteSeconds }
        end.set()
        #expect(try #require(seen) > 0)
        try await open.value
    }

    @Test("whoever may not change settings sees nothing; the server is shown in the first workspace only", arguments: TestEngine.allCases)
    func access(engine: TestEngine) async throws {
        let database = try await TestDatabase.make(engine)
        let first = try await TestHub(database)
        let second = try await TestHub(database, slug: "other", phoneNumber: "+15550100201", providerID: "222")
        try await database.write { transaction in
            try transaction.run("UPDATE workspaces SET created_at = created_at + 1000 WHERE id = \(second.workspaceID)")
        }
        #expect(try await first.health().report(access: first.access).host != nil)
        let other = try await second.health().report(access: second.access)
        #expect(other.host == nil)
        #expect(other.workspace.allSatisfy { $0.subject != "Acme" || $0.check != .processes })
        let agent = Access(workspaceID: first.workspaceID, actor: .system("x"), grants: Role.agent.grants, visibility: .all, address: nil)
        await #expect(throws: AccessProblem.notPermitted(.settingsManage)) { try await first.health().report(access: agent) }
        await #expect(throws: AccessProblem.notPermitted(.settingsManage)) { try await first.health().workspaceFindings(access: agent) }
    }

    @Test("a folder that can't be written and a database that can't be asked are findings")
    func broken() async throws {
        let disk = await HealthService.diskFindings(.init(dataDirectory: "/nowhere/at/all", databaseFile: nil))
        #expect(disk.map(\.check) == [.dataDirectory])
        #expect(disk.first?.detail == "The data directory /nowhere/at/all can't be written (No such file or directory).")
        let hub = try await TestHub(TestDatabase.make(.sqlite))
        let health = hub.health()
        await hub.database.close()
        let findings = await health.hostFindings()
        #expect(findings.first?.check == .database)
        #expect(findings.first?.state == .trouble)
    }

    @Test("the marker is one for all who share the folder")
    func marker() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "switchboard-marker-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let markers = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<8 { group.addTask { await MediaMarker(root: folder.path).read() } }
            return await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(markers.count == 1)
        #expect(markers.first != .some(nil))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [".marker"])
        #expect(await MediaMarker(root: "/nowhere").read() == nil)
    }
}

/// Ends a transaction that a test has left open.
private final class Ending: Sendable {
    private let state = Mutex(false)

    var isDue: Bool { state.withLock { $0 } }
    func set() { state.withLock { $0 = true } }
}

extension TestHub {
    fileprivate func health(
        in folder: URL = FileManager.default.temporaryDirectory, machineTime: @escaping @Sendable () -> Date = { Date() }
    ) -> HealthService {
        let clock = clock
        return HealthService(
            database: database, place: .init(dataDirectory: folder.path, databaseFile: nil), now: { clock.now }, machineTime: machineTime)
    }
}

extension HealthService {
    fileprivate func finding(_ check: HealthCheck, _ access: Access) async throws -> HealthFinding {
        try #require(try await workspaceFindings(access: access).first { $0.check == check })
    }

    fileprivate func host(_ check: HealthCheck) async -> [HealthFinding] { await hostFindings().filter { $0.check == check } }
}
