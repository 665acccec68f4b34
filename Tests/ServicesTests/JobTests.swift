import Domain
import Logging
import ServiceLifecycle
import Services
import Store
import Synchronization
import TestSupport
import Testing

import struct Foundation.Date

@Suite("Work in the background")
struct JobTests {
    @Test("100,000 due jobs of one workspace don't hold up the single job of another", arguments: TestEngine.allCases)
    func fair(engine: TestEngine) async throws {
        let (busy, quiet) = try await neighbours(engine)
        try await busy.addManyJobs(100_000, kind: "x")
        try await quiet.addJob("only", kind: "x", at: busy.clock.now.addingTimeInterval(60))
        busy.clock.advance(by: 120)

        func take(after place: String) async throws -> [Job] {
            try await busy.database.write { [now = busy.clock.now] in
                try JobTable($0).take(kind: "x", after: place, now: now, leaseSeconds: 60, limit: 8)
            }
        }
        var place = ""
        for _ in 0..<3 {
            let jobs = try await take(after: place)
            #expect(jobs.count >= 4)
            place = try #require(jobs.last).workspaceID.text
            if jobs.contains(where: { $0.workspaceID == quiet.workspaceID }) { return }
        }
        Issue.record("The other workspace had no turn.")
    }

    @Test("the workspaces have their turns, also when there is room for one job only", arguments: TestEngine.allCases)
    func turns(engine: TestEngine) async throws {
        let (one, other) = try await neighbours(engine)
        for number in 0..<4 {
            try await one.addJob("a\(number)", kind: "x")
            try await other.addJob("b\(number)", kind: "x")
        }
        var (place, order) = ("", [Identifier<Workspace>]())
        for _ in 0..<8 {
            let jobs = try await one.database.write { [now = one.clock.now, place] in
                try JobTable($0).take(kind: "x", after: place, now: now, leaseSeconds: 60, limit: 1)
            }
            place = try #require(jobs.first).workspaceID.text
            order.append(jobs[0].workspaceID)
        }
        #expect(zip(order, order.dropFirst()).allSatisfy { $0 != $1 })
        let left = try await one.database.write { [now = one.clock.now, place] in
            try JobTable($0).take(kind: "x", after: place, now: now, leaseSeconds: 60, limit: 1)
        }
        #expect(left.isEmpty)
    }

    @Test("a kind that hangs and one that fails hold up no other", arguments: TestEngine.allCases)
    func kindsApart(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let gate = JobGate()
        for number in 0..<5 {
            try await hub.addJob("\(number)", kind: HangingJob.kind)
            try await hub.addJob("\(number)", kind: FailingJob.kind)
        }
        try await hub.addJob("one", kind: QuickJob.kind)
        let done = Notes()
        try await running([HangingJob(gate: gate), FailingJob(), QuickJob(done: done)], hub) {
            await done.wait(for: 1)
            #expect(gate.waiting <= HangingJob.concurrency)
            gate.open()
        }
        #expect(done.all == ["one"])
    }

    @Test("a workspace whose jobs hang leaves room for another's of the same kind", arguments: TestEngine.allCases)
    func roomForOthers(engine: TestEngine) async throws {
        let (hanging, quick) = try await neighbours(engine)
        for number in 0..<20 { try await hanging.addJob("\(number)", kind: MixedJob.kind) }
        let (gate, done) = (JobGate(), Notes())
        let job = MixedJob(hanging: hanging.workspaceID, gate: gate, done: done)
        try await running([job], hanging) {
            await gate.wait(forWaiting: 3)
            try await quick.addJob("quick", kind: MixedJob.kind)
            hanging.signals.jobsAdded()
            await done.wait(for: 1)
            #expect(gate.waiting == 3)
            gate.open()
        }
        #expect(done.all.contains("quick"))
    }

    @Test("what was given up is shown with its reason, and done again or discarded by a person", arguments: TestEngine.allCases)
    func decided(engine: TestEngine) async throws {
        let (hub, other) = try await neighbours(engine)
        let jobs = JobService(database: hub.database, signals: hub.signals, now: { [clock = hub.clock] in clock.now })
        let person = Access(
            workspaceID: hub.workspaceID, actor: .member(.make(at: hub.clock.now)), grants: Role.owner.grants, visibility: .all,
            address: nil)
        let (first, second) = (try await hub.deadJob("med_1"), try await hub.deadJob("med_2"))
        _ = try await other.deadJob("med_3")

        let page = try await jobs.list(.dead, after: nil, limit: 1, access: person)
        #expect(page.data.map(\.id) == [max(first, second)])
        #expect(page.data.first?.error == "WhatsApp has no such file any more.")
        #expect(try await jobs.list(.dead, after: page.next, limit: 1, access: person).data.map(\.id) == [min(first, second)])
        #expect(try await jobs.deadCount(access: person) == 2)

        let again = try await jobs.requeue(first, access: person)
        #expect((again.state, again.attempts) == (.pending, 0))
        await #expect(throws: JobEntryProblem.notDead) { try await jobs.requeue(first, access: person) }
        await #expect(throws: JobEntryProblem.notDead) { try await jobs.discard(first, access: person) }
        try await jobs.discard(second, access: person)
        await #expect(throws: JobEntryProblem.missing) { try await jobs.discard(second, access: person) }
        #expect(try await jobs.list(.dead, after: nil, limit: 10, access: person).data.isEmpty)
        #expect(try await jobs.list(.pending, after: nil, limit: 10, access: person).data.map(\.id) == [first])
        #expect(try await jobs.deadCount(access: other.access) == 1)

        let events = try await hub.allEvents().filter { $0.kind == EventKind.jobUpdated.rawValue }
        #expect(events.map(\.cause) == ["requeued", "discarded"])
        #expect(events.map(\.subjectID) == [first.text, second.text])
        #expect(events.allSatisfy { $0.actor == person.actor.text })
    }

    @Test("the same work is pending once, however many were given up", arguments: TestEngine.allCases)
    func samePending(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let jobs = JobService(database: hub.database, signals: hub.signals, now: { [clock = hub.clock] in clock.now })
        var dead: [Identifier<Job>] = []
        for key in ["a", "a", "b", "c"] { dead.append(try await hub.deadJob(key)) }
        try await hub.addJob("c", kind: JobKind.mediaDownload)
        await #expect(throws: JobEntryProblem.samePending) { try await jobs.requeue(dead[3], access: hub.access) }
        let result = try await jobs.requeueAll(access: hub.access)
        #expect((result.requeued, result.left) == (2, 2))
        #expect(try await jobs.list(.pending, after: nil, limit: 10, access: hub.access).data.map(\.key) == ["a", "b", "c"])
        #expect(try await jobs.requeueAll(access: hub.access).requeued == 0)
    }

    @Test("whoever may not change settings sees and decides nothing", arguments: [Role.agent.grants, KeyScope.read.grants])
    func refused(grants: Set<Grant>) async throws {
        let hub = try await TestHub(TestDatabase.make(.sqlite))
        let jobs = JobService(database: hub.database, signals: hub.signals, now: { [clock = hub.clock] in clock.now })
        let dead = try await hub.deadJob("a")
        let access = Access(workspaceID: hub.workspaceID, actor: .system("x"), grants: grants, visibility: .all, address: nil)
        let problem = AccessProblem.notPermitted(.settingsManage)
        await #expect(throws: problem) { try await jobs.list(.dead, after: nil, limit: 1, access: access) }
        await #expect(throws: problem) { try await jobs.list(.pending, after: nil, limit: 1, access: access) }
        await #expect(throws: problem) { try await jobs.job(dead, access: access) }
        await #expect(throws: problem) { try await jobs.requeue(dead, access: access) }
        await #expect(throws: problem) { try await jobs.requeueAll(access: access) }
        await #expect(throws: problem) { try await jobs.discard(dead, access: access) }
    }

    @Test("a job that fails is put off with its reason in words; a hopeless one is given up at once", arguments: TestEngine.allCases)
    func reasons(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let jobs = JobService(database: hub.database, signals: hub.signals, now: { [clock = hub.clock] in clock.now })
        try await hub.addJob("one", kind: FailingJob.kind)
        try await hub.addJob("two", kind: HopelessJob.kind)
        try await running([FailingJob(), HopelessJob()], hub) {
            while try await jobs.deadCount(access: hub.access) == 0 { try await Task.sleep(for: .milliseconds(10)) }
            while try await jobs.list(.pending, after: nil, limit: 1, access: hub.access).data.first?.error == nil {
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        let dead = try await jobs.list(.dead, after: nil, limit: 10, access: hub.access).data
        #expect(dead.map(\.error) == ["The cupboard is bare."])
        let pending = try #require(try await jobs.list(.pending, after: nil, limit: 10, access: hub.access).data.first)
        let error = try #require(pending.error)
        #expect(error.hasPrefix("Something unexpected came in between."))
        #expect(!error.contains("secret"))
        #expect(pending.runAt > hub.clock.now)
    }

    // MARK: Fixtures

    private func neighbours(_ engine: TestEngine) async throws -> (TestHub, TestHub) {
        let database = try await TestDatabase.make(engine)
        return (
            try await TestHub(database), try await TestHub(database, slug: "other", phoneNumber: "+15550100201", providerID: "222")
        )
    }

    private func running(_ handlers: [any JobHandler], _ hub: TestHub, body: @Sendable () async throws -> Void) async throws {
        let clock = hub.clock
        let runner = JobRunner(database: hub.database, handlers: handlers, signals: hub.signals, now: { clock.now })
        let group = ServiceGroup(services: [runner], logger: .init(label: "test"))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do { try await body() } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}

extension TestHub {
    fileprivate func addJob(_ key: String, kind: String, at moment: Date? = nil) async throws {
        let (now, workspaceID) = (clock.now, workspaceID)
        try await database.write {
            try JobTable($0).insert(
                [.init(workspaceID: workspaceID, kind: kind, key: key, payload: "{}", runAt: moment ?? now)], now: now)
        }
    }

    fileprivate func addManyJobs(_ count: Int, kind: String) async throws {
        let (now, workspaceID) = (clock.now, workspaceID)
        try await database.write { transaction in
            try transaction.run(
                """
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))
                INSERT INTO jobs (workspace_id, id, kind, key, payload, state, run_at, created_at)
                SELECT \(workspaceID), 'job_' || i, \(kind), 'key ' || i, '{}', 'pending', \(now), \(now) FROM n
                """)
        }
    }
}

/// Lets jobs wait until a test lets them go.
private final class JobGate: Sendable {
    private struct State {
        var isOpen = false
        var waiting = 0
    }

    private let state = Mutex(State())
    var waiting: Int { state.withLock { $0.waiting } }

    func open() { state.withLock { $0.isOpen = true } }

    func pass() async {
        state.withLock { $0.waiting += 1 }
        while !state.withLock({ $0.isOpen }) { try? await Task.sleep(for: .milliseconds(5)) }
    }

    func wait(forWaiting count: Int) async {
        while waiting < count { try? await Task.sleep(for: .milliseconds(5)) }
    }
}

private final class Notes: Sendable {
    private let notes = Mutex<[String]>([])
    var all: [String] { notes.withLock { $0 } }
    func add(_ note: String) { notes.withLock { $0.append(note) } }
    func wait(for count: Int) async { while all.count < count { try? await Task.sleep(for: .milliseconds(5)) } }
}

private struct HangingJob: JobHandler {
    static let kind = "hanging"
    static let concurrency = 2
    let gate: JobGate

    func run(_ job: Job) async throws -> JobCompletion {
        await gate.pass()
        return .done
    }
}

private struct FailingJob: JobHandler {
    static let kind = "failing"
    static let concurrency = 2
    struct Defect: Error { let secret = "secret" }

    func run(_ job: Job) async throws -> JobCompletion { throw Defect() }
}

private struct HopelessJob: JobHandler {
    static let kind = "hopeless"
    static let concurrency = 2

    func run(_ job: Job) async throws -> JobCompletion { throw JobProblem("The cupboard is bare.") }
}

private struct QuickJob: JobHandler {
    static let kind = "quick"
    static let concurrency = 1
    let done: Notes

    func run(_ job: Job) async throws -> JobCompletion {
        done.add(job.key)
        return .done
    }
}

/// Hangs for one workspace and is quick for all others.
private struct MixedJob: JobHandler {
    static let kind = "mixed"
    static let concurrency = 4
    let hanging: Identifier<Workspace>
    let gate: JobGate
    let done: Notes

    func run(_ job: Job) async throws -> JobCompletion {
        if job.workspaceID == hanging { await gate.pass() }
        done.add(job.key)
        return .done
    }
}
