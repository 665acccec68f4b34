import Domain
import Foundation
import Services
import Store
import TestSupport
import Testing

@Suite("Who handles a number")
struct HandlingTests {
    private struct Scene {
        let hub: TestHub
        let senders: SenderService
        let teams: TeamService
        let members: MemberService

        init(_ engine: TestEngine) async throws {
            let hub = try await TestHub(TestDatabase.make(engine))
            let clock = hub.clock
            let now: @Sendable () -> Date = { clock.now }
            self.hub = hub
            senders = SenderService(
                database: hub.database, directory: hub.directory, channels: [.meta: hub.channel], secrets: hub.secretStore,
                signals: hub.signals, now: now)
            teams = TeamService(database: hub.database, revocations: AccessRevocations(), signals: hub.signals, now: now)
            members = MemberService(
                database: hub.database, hasher: PasswordHasher(cost: .init(rounds: 2, blockSize: 1, parallelism: 1)),
                revocations: AccessRevocations(), signals: hub.signals,
                now: now)
        }

        func member(_ name: String, role: Role = .agent) async throws -> Identifier<Account> {
            try await hub.member(name, role: role)
        }

        func handle(by handler: Assignment) async throws {
            _ = try await senders.change(hub.sender.id, handler: handler, access: hub.access)
        }

        /// A customer writes for the first time; whose conversation it is then.
        func begun(from phone: String) async throws -> Assignment {
            try await hub.receive(hub.text("Hello", from: phone))
            return try #require(try await hub.list().first { $0.contact.phoneNumber?.digits == phone }).assignment
        }
    }

    @Test(
        "a new conversation is the person's or the team's from its first message; one that is there stays", arguments: TestEngine.allCases)
    func assigns(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        #expect(try await scene.begun(from: "15550199001") == .nobody)
        let ana = try await scene.member("Ana")
        let sales = try await scene.teams.create(name: "Sales", members: [ana], access: scene.hub.access)

        try await scene.handle(by: Assignment(assignee: ana))
        #expect(try await scene.begun(from: "15550199002") == Assignment(assignee: ana))
        try await scene.handle(by: Assignment(team: sales.id))
        #expect(try await scene.begun(from: "15550199003") == Assignment(team: sales.id))
        #expect(try await scene.begun(from: "15550199001") == .nobody)
        #expect(try await scene.begun(from: "15550199002") == Assignment(assignee: ana))
        try await scene.handle(by: .nobody)
        #expect(try await scene.begun(from: "15550199004") == .nobody)

        let given = try await scene.hub.allEvents().filter { $0.cause == Assignment.eventCause }
        #expect(given.count == 2)
        #expect(given.allSatisfy { $0.actor == "system:intake" })
        #expect(try await scene.hub.allEvents().filter { $0.cause == "handled-by" }.count == 3)
    }

    @Test("a team's own rule gives them on", arguments: TestEngine.allCases)
    func distributes(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        let ana = try await scene.member("Ana")
        let team = try await scene.teams.create(name: "Sales", members: [ana], distribution: .roundRobin, access: hub.access)
        try await scene.handle(by: Assignment(team: team.id))
        let clock = hub.clock
        let distributor = Distributor(database: hub.database, signals: hub.signals, now: { clock.now })
        // On PostgreSQL the log shows what is committed only when no older writer is open.
        _ = try await hub.allEvents()
        try await distributor.round()
        #expect(try await scene.begun(from: "15550199001") == Assignment(team: team.id))
        _ = try await hub.allEvents()
        try await distributor.round()
        #expect(try await hub.list().first?.assignment == Assignment(assignee: ana, team: team.id))
    }

    @Test("who has left and a team that is gone are passed by, and that is told", arguments: TestEngine.allCases)
    func fallsBack(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let access = scene.hub.access
        let (ana, kim) = (try await scene.member("Ana"), try await scene.member("Kim"))
        func handling() async throws -> SenderHandling? {
            let sender = try await scene.senders.sender(scene.hub.sender.id, access: access)
            return try await scene.senders.handlings(of: [sender], access: access)[sender.id]
        }
        #expect(try await handling() == nil)
        try await scene.handle(by: Assignment(assignee: ana))
        #expect(try await handling()?.name == "Ana")
        #expect(try await handling()?.problem == nil)
        try await scene.members.deactivate(ana, actor: nil, access: access)
        #expect(try await handling()?.problem == .assigneeMissing)
        #expect(try await scene.begun(from: "15550199001") == .nobody)

        let team = try await scene.teams.create(name: "Sales", members: [kim], access: access)
        try await scene.handle(by: Assignment(team: team.id))
        try await scene.teams.delete(team.id, access: access)
        let gone = try await handling()
        #expect((gone?.name, gone?.problem) == (nil, .teamMissing))
        #expect(try await scene.begun(from: "15550199002") == .nobody)
    }

    @Test("what can't handle a number is refused, and changes nothing", arguments: TestEngine.allCases)
    func refusals(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let ana = try await scene.member("Ana")
        let team = try await scene.teams.create(name: "Sales", members: [ana], access: scene.hub.access)
        let empty = try await scene.teams.create(name: "Empty", members: [], access: scene.hub.access)
        let cases: [(Assignment, AssignmentProblem)] = [
            (Assignment(assignee: .make(at: scene.hub.clock.now)), .assigneeMissing),
            (Assignment(team: .make(at: scene.hub.clock.now)), .teamMissing), (Assignment(team: empty.id), .teamBlind),
            (Assignment(assignee: ana, team: team.id), .notBoth),
        ]
        for (handler, problem) in cases {
            await #expect(throws: problem) { try await scene.handle(by: handler) }
        }
        let agent = Access(
            workspaceID: scene.hub.workspaceID, actor: .system("agent"), grants: Role.agent.grants, visibility: .all, address: nil)
        await #expect(throws: AccessProblem.self) {
            _ = try await scene.senders.change(scene.hub.sender.id, handler: Assignment(team: team.id), access: agent)
        }
        #expect(try await scene.senders.sender(scene.hub.sender.id, access: scene.hub.access).handler == .nobody)
    }
}
