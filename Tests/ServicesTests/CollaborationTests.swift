import Domain
import Services
import Store
import TestSupport
import Testing

@Suite("Who is in, who takes new conversations, and what each looks at")
struct CollaborationTests {
    private static func grants(_ work: Teamwork, _ account: Identifier<Account>) async throws -> [Membership] {
        try await work.hub.database.read { try SessionTable($0).memberships(of: account) }
    }

    @Test("who is deactivated can't come in, and what they had is nobody's; activated, they can", arguments: TestEngine.allCases)
    func deactivation(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let (hub, kim) = (work.hub, work.colleague.account.id)
        let held = work.cases.filter { $0.assignment.assignee == kim }.count
        #expect(held > 0)
        try await work.members.deactivate(kim, actor: .owner, access: hub.access)
        #expect(try await Self.grants(work, kim).isEmpty)
        #expect(try await hub.list().allSatisfy { $0.assignment.assignee != kim })
        #expect(try await hub.list().count == work.cases.count)
        // Nobody gives them anything, calls them, or makes them a link.
        await #expect(throws: AssignmentProblem.assigneeMissing) {
            try await hub.conversations.change(work.cases[0].conversation, .assign(Assignment(assignee: kim)), access: hub.access)
        }
        await #expect(throws: MemberProblem.deactivated) {
            _ = try await work.members.passwordLink(for: kim, actor: .owner, access: hub.access)
        }
        let notes = NoteService(database: hub.database, signals: hub.signals, now: { [clock = hub.clock] in clock.now })
        #expect(try await notes.create("@Kim, see this", in: work.cases[0].conversation, access: hub.access).mentions.isEmpty)
        let names = try await hub.conversations.assignees(access: hub.access).people.map(\.account.name)
        #expect(names == ["Kim", "Me"], "what they wrote keeps their name")

        try await work.members.activate(kim, actor: .owner, access: hub.access)
        #expect(try await Self.grants(work, kim).map(\.role) == [.agent])
        let causes = try await hub.allEvents().filter { $0.kind == "member.updated" && $0.subjectID == kim.text }.map(\.cause)
        #expect(causes.suffix(2) == ["deactivated", "activated"])
    }

    @Test("the last owner who may come in stays", arguments: TestEngine.allCases)
    func lastOwner(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let access = work.hub.access
        let first = try await work.hub.member("First Owner", role: .owner)
        let second = try await work.hub.member("Second Owner", role: .owner)
        await #expect(throws: MemberProblem.ownersOnly) { try await work.members.deactivate(first, actor: .admin, access: work.admin) }
        try await work.members.deactivate(first, actor: .owner, access: access)
        await #expect(throws: MemberProblem.lastOwner) { try await work.members.deactivate(second, actor: .owner, access: access) }
        await #expect(throws: MemberProblem.lastOwner) { try await work.members.remove(second, actor: .owner, access: access) }
        // One who can't come in doesn't hold the workspace: they can be removed.
        try await work.members.remove(first, actor: .owner, access: access)
    }

    @Test("the stream of who is deactivated ends with the event that tells it, also one of another process", arguments: TestEngine.allCases)
    func stream(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let (hub, kim) = (work.hub, work.colleague.account.id)
        _ = try await hub.allEvents()
        let access = Access(
            workspaceID: hub.workspaceID, actor: .member(kim), grants: Role.agent.grants, visibility: .all, address: nil)
        // As another process has it: neither the signals nor the revocations of the service that deactivates reach it.
        let elsewhere = EventService(database: hub.database, signals: Signals())
        let stream = try await elsewhere.stream(after: nil, access: access)
        async let seen: [Event] = {
            var events: [Event] = []
            for await batch in stream { events += batch }
            return events
        }()
        try await work.members.setAvailability(.away, access: access)
        try await work.members.deactivate(kim, actor: .owner, access: hub.access)
        #expect(await seen.contains { $0.cause == "deactivated" })
    }

    @Test("who is away says so themselves", arguments: TestEngine.allCases)
    func availability(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let me = work.access(.all)
        try await work.members.setAvailability(.away, access: me)
        try await work.members.setAvailability(.away, access: me)
        func mine() async throws -> Availability? {
            try await work.members.list(access: work.hub.access).first { $0.account.id == work.me.account.id }?.availability
        }
        #expect(try await mine() == .away)
        #expect(try await Self.grants(work, work.me.account.id).map(\.availability) == [.away])
        let events = try await work.hub.allEvents().filter { $0.cause == "availability" }
        #expect(events.map(\.subjectID) == [work.me.account.id.text])
        try await work.members.setAvailability(.available, access: me)
        #expect(try await mine() == .available)
        await #expect(throws: AccessProblem.personNeeded) {
            try await work.members.setAvailability(.away, access: work.hub.access)
        }
    }

    @Test("a person's answer takes a conversation over from bots and assistants; a program's doesn't", arguments: TestEngine.allCases)
    func takeOver(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let hub = work.hub
        let id = work.cases[0].conversation
        func isActive() async throws -> Bool { try await hub.conversations.conversation(id, access: hub.access).aiActive }
        #expect(try await isActive())
        func answer(_ access: Access) async throws {
            let contact = try await hub.conversations.conversation(id, access: hub.access).contact.id
            _ = try await hub.sending.submit(
                MessageDraft(
                    senderID: hub.sender.id, recipient: .contact(contact), clientID: nil, content: .text(.init(body: "Hi")),
                    replyTo: nil),
                access: access)
        }
        try await answer(hub.access)
        #expect(try await isActive())
        try await answer(work.access(.all))
        #expect(try await !isActive())
        try await hub.conversations.change(id, .setAIActive(true), access: work.access(.all))
        #expect(try await isActive())
        // Also when the clock of the process that took a message is ahead of ours, so that the answer doesn't stand last.
        hub.clock.advance(by: 2)
        try await hub.receive(hub.text("A moment ahead", from: "15550199010"))
        hub.clock.advance(by: -1)
        try await answer(work.access(.all))
        #expect(try await hub.conversations.conversation(id, access: hub.access).last?.preview == "A moment ahead")
        #expect(try await !isActive())
        try await hub.conversations.change(id, .setAIActive(true), access: work.access(.all))
        #expect(try await hub.allEvents().last?.cause == "ai")
        await #expect(throws: ConversationProblem.missing) {
            try await hub.conversations.change(
                work.cases[8].conversation, .setAIActive(false), access: work.access(.own(work.me.account.id)))
        }
    }

    @Test("saved views are their person's own", arguments: TestEngine.allCases)
    func savedViews(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let views = SavedViewService(database: work.hub.database, now: { [clock = work.hub.clock] in clock.now })
        let me = work.access(.all)
        let other = Access(
            workspaceID: work.hub.workspaceID, actor: .member(work.colleague.account.id), grants: Role.agent.grants, visibility: .all,
            address: nil)
        let mine = try await views.create(name: " Unread ", filter: "attention=unread", access: me)
        #expect(mine.name == "Unread")
        await #expect(throws: SavedViewProblem.nameTaken) { _ = try await views.create(name: "UNREAD", filter: "", access: me) }
        _ = try await views.create(name: "Unread", filter: "", access: other)
        #expect(try await views.list(access: me) == [mine])
        await #expect(throws: SavedViewProblem.missing) { try await views.delete(mine.id, access: other) }
        for number in 1..<SavedView.countLimit { _ = try await views.create(name: "\(number)", filter: "", access: me) }
        await #expect(throws: SavedViewProblem.tooMany) { _ = try await views.create(name: "more", filter: "", access: me) }
        try await views.delete(mine.id, access: me)
        #expect(try await views.list(access: me).count == SavedView.countLimit - 1)
        #expect(try await views.list(access: work.hub.access).isEmpty, "a program has none")
    }
}
