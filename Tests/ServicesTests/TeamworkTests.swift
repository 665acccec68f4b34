import Domain
import Services
import Store
import TestSupport
import Testing

import struct Foundation.Date

/// A hub with two agents, two teams and a conversation for each way in which one can be assigned.
struct Teamwork {
    struct Case: Sendable {
        let assignment: Assignment
        let conversation: Identifier<Conversation>
        let message: Identifier<Message>
    }

    let hub: TestHub
    let members: MemberService
    let teams: TeamService
    let (me, colleague): (Member, Member)
    let (ours, theirs): (Team, Team)
    private(set) var cases: [Case] = []

    init(_ engine: TestEngine) async throws {
        hub = try await TestHub(TestDatabase.make(engine))
        let clock = hub.clock
        let now: @Sendable () -> Date = { clock.now }
        let revocations = AccessRevocations()
        let hasher = PasswordHasher(cost: .init(rounds: 2, blockSize: 1, parallelism: 1))
        members = MemberService(database: hub.database, hasher: hasher, revocations: revocations, signals: hub.signals, now: now)
        teams = TeamService(database: hub.database, revocations: revocations, signals: hub.signals, now: now)
        me = try await members.add(email: "me@acme.example", name: "Me", role: .agent, actor: nil, access: hub.access).member
        colleague = try await members.add(email: "kim@acme.example", name: "Kim", role: .agent, actor: nil, access: hub.access).member
        ours = try await teams.create(name: "Ours", members: [me.account.id], access: hub.access)
        theirs = try await teams.create(name: "Theirs", members: [colleague.account.id], access: hub.access)
        let assignments = [nil, me.account.id, colleague.account.id].flatMap { person in
            [nil, ours.id, theirs.id].map { Assignment(assignee: person, team: $0) }
        }
        for (number, assignment) in assignments.enumerated() {
            hub.clock.advance(by: 1)
            let phone = "1555019901\(number)"
            try await hub.receive(hub.text("Hello", from: phone))
            let conversation = try #require(try await hub.list().first)
            try await hub.conversations.change(conversation.id, .assign(assignment), access: hub.access)
            cases.append(Case(assignment: assignment, conversation: conversation.id, message: try #require(conversation.last).id))
        }
    }

    /// As the agent "Me" with so much of the inbox.
    func access(_ visibility: Visibility) -> Access {
        Access(
            workspaceID: hub.workspaceID, actor: .member(me.account.id), grants: Role.agent.grants, visibility: visibility, address: nil)
    }

    /// As an admin.
    var admin: Access {
        Access(
            workspaceID: hub.workspaceID, actor: .member(Identifier("acc_admin")), grants: Role.admin.grants, visibility: .all, address: nil
        )
    }

    var visibilities: [Visibility] {
        let id = me.account.id
        return [.all, .own(id), .team(id, teams: []), .team(id, teams: [ours.id]), .team(id, teams: [ours.id, theirs.id])]
    }
}

@Suite("Teams, assignment and what each may see")
struct TeamworkTests {
    @Test("list, counters, thread, message, stream and changes keep to one rule", arguments: TestEngine.allCases)
    func visibility(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let hub = work.hub
        _ = try await hub.allEvents()
        for visibility in work.visibilities {
            let access = work.access(visibility)
            let seen = work.cases.filter { visibility.includes($0.assignment) }
            let hidden = work.cases.filter { !visibility.includes($0.assignment) }
            let wanted = Set(seen.map(\.conversation))

            let filters: [(ConversationFilter, (Assignment) -> Bool)] = [
                (.init(), { _ in true }), (.init(state: .open), { _ in true }), (.init(state: .closed), { _ in false }),
                (.init(senderID: hub.sender.id), { _ in true }), (.init(assignee: .nobody), { $0.assignee == nil }),
                (.init(assignee: .person(work.me.account.id)), { $0.assignee == work.me.account.id }),
                (.init(assignee: .person(work.colleague.account.id)), { $0.assignee == work.colleague.account.id }),
                (.init(teamID: work.ours.id), { $0.team == work.ours.id }),
                (.init(assignee: .nobody, teamID: work.theirs.id), { $0.assignee == nil && $0.team == work.theirs.id }),
            ]
            for (filter, isWanted) in filters {
                let expected = seen.filter { isWanted($0.assignment) }
                var listed: [Identifier<Conversation>] = []
                var next: String?
                repeat {
                    let page = try await hub.conversations.list(filter, after: next, limit: 2, access: access)
                    (listed, next) = (listed + page.data.map(\.id), page.next)
                } while next != nil
                #expect(listed == expected.map(\.conversation).reversed(), "\(visibility) \(filter)")
                #expect(try await hub.conversations.counts([filter], most: 100, access: access) == [expected.count])
                #expect(try await hub.conversations.counts([filter], most: 1, access: access) == [min(1, expected.count)])
            }

            let events = try await hub.events.events(after: nil, limit: 500, access: access).data
            let told = Set(events.filter { $0.kind != EventKind.conversationWithdrawn.rawValue }.compactMap(\.conversationID))
            #expect(told == wanted, "\(visibility)")

            let found = try await hub.conversations.conversations(work.cases.map(\.conversation), access: access)
            #expect(Set(found.map(\.id)) == wanted, "\(visibility)")
            for one in seen {
                #expect(try await hub.conversations.conversation(one.conversation, access: access).assignment == one.assignment)
                #expect(try await hub.conversations.messages(of: one.conversation, before: nil, limit: 5, access: access).data.count == 1)
                #expect(try await hub.conversations.message(one.message, access: access).id == one.message)
            }
            for one in hidden {
                await #expect(throws: ConversationProblem.missing) {
                    try await hub.conversations.conversation(one.conversation, access: access)
                }
                await #expect(throws: ConversationProblem.missing) {
                    try await hub.conversations.messages(of: one.conversation, before: nil, limit: 5, access: access)
                }
                await #expect(throws: SendingProblem.messageMissing) { try await hub.conversations.message(one.message, access: access) }
                await #expect(throws: ConversationProblem.missing) {
                    try await hub.conversations.markRead(one.conversation, access: access)
                }
                for change: ConversationChange in [.close, .markUnread] {
                    await #expect(throws: ConversationProblem.missing) {
                        try await hub.conversations.change(one.conversation, change, access: access)
                    }
                }
                await #expect(throws: ConversationProblem.missing) {
                    try await hub.conversations.change(
                        one.conversation, .assign(Assignment(assignee: work.me.account.id)), access: access)
                }
                // Through the tables alone, as if a service had forgotten to ask.
                let found = try await hub.database.write { transaction -> [Bool] in
                    let (conversations, messages) = (ConversationTable(transaction, access), MessageTable(transaction, access))
                    return [
                        try conversations.setState(.closed, one.conversation), try conversations.markRead(one.conversation),
                        try conversations.assign(one.conversation, to: .nobody), try !messages.list([one.message]).isEmpty,
                        try !messages.thread(one.conversation, before: nil, limit: 5).isEmpty,
                    ]
                }
                #expect(!found.contains(true), "\(visibility) \(one.assignment) \(found)")
            }
        }
        #expect(try await hub.list().allSatisfy { $0.state == .open && $0.unread == 1 })
    }

    @Test("nobody writes into a conversation that they may not see, and what they begin is theirs", arguments: TestEngine.allCases)
    func writing(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let hub = work.hub
        let own = work.access(.own(work.me.account.id))
        func draft(to phone: String, clientID: String? = nil) throws -> MessageDraft {
            MessageDraft(
                senderID: hub.sender.id, recipient: .phone(try PhoneNumber(parsing: phone)), clientID: clientID,
                content: .template(.init(name: "hello_world", language: "en_US")), replyTo: nil)
        }
        await #expect(throws: ConversationProblem.withColleagues) { try await hub.sending.submit(draft(to: "+15550199010"), access: own) }
        let theirs = try await hub.sending.submit(draft(to: "+15550199010", clientID: "x"), access: hub.access)
        await #expect(throws: SendingProblem.messageMissing) { try await hub.conversations.message(theirs.id, access: own) }
        // The client id of a message that they may not see doesn't give it to them.
        await #expect(throws: SendingProblem.clientIDTaken) {
            try await hub.sending.submit(draft(to: "+15550199098", clientID: "x"), access: own)
        }

        let begun = try await hub.sending.submit(draft(to: "+15550199099"), access: own)
        #expect(
            try await hub.conversations.conversation(begun.conversationID, access: own).assignment
                == Assignment(assignee: work.me.account.id))
    }

    @Test("who could see a conversation learns that it went to somebody else, and not to whom", arguments: TestEngine.allCases)
    func withdrawn(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let hub = work.hub
        _ = try await hub.allEvents()
        let mine = try #require(work.cases.first { $0.assignment == Assignment(assignee: work.me.account.id) })
        let end = try await hub.events.end(access: hub.access)
        try await hub.conversations.change(
            mine.conversation, .assign(Assignment(assignee: work.colleague.account.id)), access: hub.access)
        try await hub.conversations.change(mine.conversation, .close, access: hub.access)
        var count = 0
        while count < 2 { count = try await hub.events.events(after: end.text, limit: 10, access: hub.access).data.count }
        let told = try await hub.events.events(after: end.text, limit: 10, access: work.access(.own(work.me.account.id))).data
        #expect(told.map(\.kind) == ["conversation.withdrawn"])
        #expect(told.first?.conversationID == mine.conversation)
        #expect(told.first?.subjectID == nil)
        let never = try await hub.events.events(
            after: end.text, limit: 10, access: work.access(.own(.make(at: hub.clock.now)))
        ).data
        #expect(never.isEmpty)
    }

    @Test("a conversation goes only to people and teams of the workspace who can see it", arguments: TestEngine.allCases)
    func refusals(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let hub = work.hub
        let id = work.cases[0].conversation
        let empty = try await work.teams.create(name: "Empty", members: [], access: hub.access)
        func assign(_ assignment: Assignment) async throws {
            try await hub.conversations.change(id, .assign(assignment), access: hub.access)
        }
        await #expect(throws: AssignmentProblem.assigneeMissing) { try await assign(Assignment(assignee: .make(at: hub.clock.now))) }
        await #expect(throws: AssignmentProblem.teamMissing) { try await assign(Assignment(team: .make(at: hub.clock.now))) }
        await #expect(throws: AssignmentProblem.teamBlind) { try await assign(Assignment(team: empty.id)) }
        try await work.teams.setVisibility(.own, of: .agent, access: hub.access)
        await #expect(throws: AssignmentProblem.teamBlind) { try await assign(Assignment(team: work.ours.id)) }
        try await assign(Assignment(assignee: work.me.account.id, team: work.ours.id))
        await #expect(throws: VisibilityProblem.fixed(.admin)) { try await work.teams.setVisibility(.own, of: .admin, access: hub.access) }
    }

    @Test("what a team or a person had is nobody's when they go, however much it is", arguments: TestEngine.allCases)
    func release(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let hub = work.hub
        try await work.teams.delete(work.theirs.id, access: hub.access)
        #expect(try await hub.list(.init(teamID: work.theirs.id)).isEmpty)
        #expect(try await work.teams.list(access: hub.access).map(\.name) == ["Ours"])
        try await work.members.remove(work.colleague.account.id, actor: nil, access: hub.access)
        #expect(try await hub.list(.init(assignee: .person(work.colleague.account.id))).isEmpty)
        #expect(try await hub.list().count == work.cases.count)
        // Those who weren't asked about keep theirs.
        #expect(try await hub.list(.init(assignee: .person(work.me.account.id))).count == 3)
        await #expect(throws: TeamProblem.missing) { try await work.teams.delete(work.theirs.id, access: hub.access) }
    }

    @Test("a team's name is its own, and its members are the workspace's", arguments: TestEngine.allCases)
    func teams(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let access = work.hub.access
        await #expect(throws: TeamProblem.nameTaken) { try await work.teams.create(name: " OURS ", members: [], access: access) }
        await #expect(throws: TeamProblem.nameEmpty) { try await work.teams.create(name: " ", members: [], access: access) }
        await #expect(throws: TeamProblem.nameTooLong(count: 61)) {
            try await work.teams.create(name: String(repeating: "x", count: 61), members: [], access: access)
        }
        await #expect(throws: TeamProblem.memberMissing) {
            try await work.teams.change(work.ours.id, members: [.make(at: work.hub.clock.now)], access: access)
        }
        await #expect(throws: TeamProblem.nameTaken) { try await work.teams.change(work.theirs.id, name: "ours", access: access) }
        let renamed = try await work.teams.change(work.ours.id, name: "ours", access: access)
        #expect((renamed.name, renamed.members) == ("ours", [work.me.account.id]))
        await #expect(throws: AccessProblem.notPermitted(.membersManage)) {
            try await work.teams.create(name: "Mine", members: [], access: work.access(.all))
        }
    }
}
