import Domain
import Services
import Store
import TestSupport
import Testing

@Suite("Members of one workspace and of several")
struct MembershipTests {
    private let acme: TestHub
    private let other: TestHub
    private let members: MemberService

    private init(_ engine: TestEngine) async throws {
        let database = try await TestDatabase.make(engine)
        let acme = try await TestHub(database)
        self.acme = acme
        other = try await TestHub(database, slug: "other", phoneNumber: "+15550100201", providerID: "112")
        members = MemberService(
            database: database, hasher: PasswordHasher(cost: .init(rounds: 2, blockSize: 1, parallelism: 1)),
            revocations: AccessRevocations(), signals: acme.signals, now: { acme.clock.now })
    }

    init() async throws { try await self.init(.sqlite) }

    private func add(_ name: String, _ role: Role = .agent, to hub: TestHub) async throws -> Identifier<Account> {
        try await members.add(email: "\(name)@acme.example", name: name, role: role, actor: nil, access: hub.access).member.account.id
    }

    @Test("no link opens an account that another workspace closed, since it may open it again", arguments: TestEngine.allCases)
    func closedElsewhere(engine: TestEngine) async throws {
        let test = try await Self(engine)
        let (members, acme, other) = (test.members, test.acme, test.other)
        let ana = try await members.add(
            email: "ana@acme.example", name: "Ana", role: .agent, password: "a long password", access: acme.access
        ).account.id
        _ = try await test.add("ana", to: other)
        try await members.deactivate(ana, actor: nil, access: other.access)
        await #expect(throws: MemberProblem.elsewhereToo) { try await members.passwordLink(for: ana, actor: nil, access: acme.access) }
        try await members.remove(ana, actor: nil, access: other.access)
        _ = try await members.passwordLink(for: ana, actor: nil, access: acme.access)

        // Neither one that nobody has chosen a password for.
        let nora = try await test.add("nora", to: acme)
        try await members.deactivate(nora, actor: nil, access: acme.access)
        await #expect(throws: MemberProblem.invitationPending) { try await test.add("nora", to: other) }
        try await members.remove(nora, actor: nil, access: acme.access)
        _ = try await test.add("nora", to: other)
    }

    @Test("an owner who is deactivated becomes something else, and the last one who can come in doesn't")
    func deactivatedOwner() async throws {
        let (first, second) = (try await add("first", .owner, to: acme), try await add("second", .owner, to: acme))
        try await members.deactivate(second, actor: .owner, access: acme.access)
        await #expect(throws: MemberProblem.lastOwner) { try await members.setRole(.agent, of: first, actor: .owner, access: acme.access) }
        let changed = try await members.setRole(.agent, of: second, actor: .owner, access: acme.access)
        #expect(changed.role == .agent)
        // What is told of them is what the list tells.
        #expect(changed.isInvited && !changed.isActive)
        #expect(try await members.list(access: acme.access).first { $0.account.id == second } == changed)
    }
}
