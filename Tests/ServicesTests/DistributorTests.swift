import Domain
import Services
import Store
import TestSupport
import Testing

import struct Foundation.Date

@Suite("Conversations that find a person by themselves")
struct DistributorTests {
    private struct Scene {
        let hub: TestHub
        let distributor: Distributor
        let members: MemberService
        let teams: TeamService
        let people: [Identifier<Account>]

        init(_ engine: TestEngine) async throws {
            let hub = try await TestHub(TestDatabase.make(engine))
            let now: @Sendable () -> Date = { [clock = hub.clock] in clock.now }
            self.hub = hub
            distributor = Distributor(database: hub.database, signals: hub.signals, now: now)
            let revocations = AccessRevocations()
            let hasher = PasswordHasher(cost: .init(rounds: 2, blockSize: 1, parallelism: 1))
            members = MemberService(database: hub.database, hasher: hasher, revocations: revocations, signals: hub.signals, now: now)
            teams = TeamService(database: hub.database, revocations: revocations, signals: hub.signals, now: now)
            var people: [Identifier<Account>] = []
            for name in ["Ana", "Ben", "Cleo"] {
                hub.clock.advance(by: 1)
                people.append(try await hub.member(name, role: .agent))
            }
            self.people = people
            _ = try await hub.member("Owner", role: .owner)
        }

        func access(_ account: Identifier<Account>) -> Access {
            Access(workspaceID: hub.workspaceID, actor: .member(account), grants: Role.agent.grants, visibility: .all, address: nil)
        }

        /// A customer whom nobody knows writes; later than all before.
        @discardableResult
        func write(_ number: Int) async throws -> Identifier<Conversation> {
            hub.clock.advance(by: 60)
            try await hub.receive(hub.text("Hello", from: "155501990\(10 + number)", id: "wamid.\(number).\(hub.clock.now)"))
            return try await hub.list()[0].id
        }

        /// After all that has happened so far. On PostgreSQL the log shows what is committed only when no older writer is open.
        func distribute() async throws {
            _ = try await hub.allEvents()
            try await distributor.round()
        }

        /// Who has each, the newest first, by the number of the person.
        func holders() async throws -> [Int?] {
            try await hub.list().map { conversation in conversation.assignment.assignee.flatMap { people.firstIndex(of: $0) } }
        }
    }

    @Test("in turn, among agents who are available and not deactivated", arguments: TestEngine.allCases)
    func roundRobin(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        try await scene.write(0)
        try await scene.distribute()
        #expect(try await scene.holders() == [nil], "nobody asked for it")
        try await scene.teams.setDistribution(.roundRobin, access: scene.hub.access)
        try await scene.distribute()
        // What waited for a first look is given at once.
        #expect(try await scene.holders() == [0])
        for number in 1...4 { try await scene.write(number) }
        try await scene.distribute()
        #expect(try await scene.holders() == [1, 0, 2, 1, 0])

        try await scene.members.setAvailability(.away, access: scene.access(scene.people[2]))
        try await scene.members.deactivate(scene.people[0], actor: .owner, access: scene.hub.access)
        try await scene.distribute()
        // What the one who left had goes to those who are there.
        #expect(try await scene.holders() == [1, 1, 2, 1, 1])
        try await scene.members.setAvailability(.away, access: scene.access(scene.people[1]))
        try await scene.write(5)
        try await scene.distribute()
        #expect(try await scene.holders().first == .some(nil), "nobody is there")
        // Who comes back finds it.
        try await scene.members.setAvailability(.available, access: scene.access(scene.people[2]))
        try await scene.distribute()
        #expect(try await scene.holders().first == 2)
        let event = try #require(try await scene.hub.allEvents().last)
        #expect((event.cause, event.actor) == (Assignment.eventCause, "system:distribution"))
    }

    @Test("turns go on where the last step ended, however many it gave", arguments: TestEngine.allCases)
    func turns(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        try await scene.teams.setDistribution(.roundRobin, access: scene.hub.access)
        try await scene.distribute()
        for number in 0..<4 { try await scene.write(number) }
        try await scene.distribute()
        #expect(try await scene.holders() == [0, 2, 1, 0])
        try await scene.hub.receive(scene.hub.text("Hello", from: "15550199014", id: "wamid.at-once"))
        try await scene.distribute()
        #expect(try await scene.holders().count { $0 == 1 } == 2)
    }

    @Test("what happened while it was off stays as it is when it is turned on again", arguments: TestEngine.allCases)
    func again(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        try await scene.teams.setDistribution(.roundRobin, access: scene.hub.access)
        try await scene.distribute()
        try await scene.teams.setDistribution(.manual, access: scene.hub.access)
        let old = try await scene.write(0)
        try await scene.hub.conversations.markRead(old, access: scene.hub.access)
        let sales = try await scene.teams.create(name: "Sales", members: [scene.people[0]], access: scene.hub.access)
        _ = try await scene.teams.change(sales.id, distribution: .roundRobin, access: scene.hub.access)
        try await scene.teams.setDistribution(.roundRobin, access: scene.hub.access)
        try await scene.distribute()
        #expect(try await scene.holders() == [nil], "somebody has read it and left it")
        try await scene.write(1)
        try await scene.distribute()
        #expect(try await scene.holders().first == 0)
    }

    @Test("to who has the fewest open ones, and each event counts once with two readers", arguments: TestEngine.allCases)
    func leastBusy(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        try await scene.teams.setDistribution(.leastBusy, access: scene.hub.access)
        try await scene.distribute()
        for number in 0..<3 {
            let id = try await scene.write(number)
            try await scene.hub.conversations.change(id, .assign(Assignment(assignee: scene.people[0])), access: scene.hub.access)
        }
        for number in 3..<8 { try await scene.write(number) }
        _ = try await scene.hub.allEvents()
        let clock = scene.hub.clock
        let other = Distributor(database: scene.hub.database, signals: Signals(), now: { clock.now })
        async let first: Void = scene.distributor.round()
        async let second: Void = other.round()
        _ = try await (first, second)
        let holders = try await scene.holders()
        #expect(holders.prefix(5).allSatisfy { $0 == 1 || $0 == 2 })
        #expect(abs(holders.filter { $0 == 1 }.count - holders.filter { $0 == 2 }.count) == 1)
        let given = try await scene.hub.allEvents().filter { $0.actor == "system:distribution" }
        #expect(given.count == 5)
    }

    @Test("a team's conversations go to its members, as the team says; what a person put down stays down", arguments: TestEngine.allCases)
    func teams(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (ana, cleo) = (scene.people[0], scene.people[2])
        let sales = try await scene.teams.create(
            name: "Sales", members: [cleo], distribution: .roundRobin, access: scene.hub.access)
        let manual = try await scene.teams.create(name: "Manual", members: [ana], access: scene.hub.access)
        try await scene.distribute()
        let ids = [try await scene.write(0), try await scene.write(1), try await scene.write(2)]
        try await scene.hub.conversations.change(ids[0], .assign(Assignment(team: sales.id)), access: scene.hub.access)
        try await scene.hub.conversations.change(ids[1], .assign(Assignment(team: manual.id)), access: scene.hub.access)
        try await scene.distribute()
        #expect(try await scene.holders() == [nil, nil, 2])
        #expect(try await scene.hub.conversations.conversation(ids[0], access: scene.hub.access).assignment.team == sales.id)
        // By hand, from somebody who is there, to nobody: that was meant.
        try await scene.teams.setDistribution(.roundRobin, access: scene.hub.access)
        try await scene.distribute()
        let holder = try await scene.hub.conversations.conversation(ids[2], access: scene.hub.access).assignment.assignee
        #expect(holder != nil)
        try await scene.hub.conversations.change(ids[2], .assign(.nobody), access: scene.hub.access)
        try await scene.distribute()
        #expect(try await scene.holders()[0] == nil)
        try await scene.write(2)
        try await scene.distribute()
        #expect(try await scene.holders()[0] != nil, "the customer wrote again")
    }
}
