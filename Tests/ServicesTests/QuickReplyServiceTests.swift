import Domain
import Services
import Store
import TestSupport
import Testing

import struct Foundation.Date

@Suite("Quick replies and drafts")
struct QuickReplyServiceTests {
    private static func member(_ hub: TestHub, _ name: String = "Kim Lee", visibility: Visibility = .all) async throws -> Access {
        let clock = hub.clock
        let members = MemberService(
            database: hub.database, hasher: PasswordHasher(cost: .init(rounds: 2, blockSize: 1, parallelism: 1)),
            revocations: AccessRevocations(), signals: hub.signals, now: { clock.now })
        let member = try await members.add(
            email: "\(name.prefix(3).lowercased())@acme.example", name: name, role: .agent, password: "correct horse", access: hub.access)
        return Access(
            workspaceID: hub.workspaceID, actor: .member(member.account.id), grants: Role.agent.grants, visibility: visibility, address: nil
        )
    }

    private static func conversation(_ hub: TestHub) async throws -> Identifier<Conversation> {
        try await hub.receive(hub.text("Hello", name: "Ana <i>Ruiz</i>"))
        return try #require(try await hub.list().first).id
    }

    private static func replies(_ hub: TestHub) -> QuickReplyService {
        let clock = hub.clock
        return QuickReplyService(database: hub.database, signals: hub.signals, now: { clock.now })
    }

    private static func drafts(_ hub: TestHub) -> DraftService {
        let clock = hub.clock
        return DraftService(database: hub.database, now: { clock.now })
    }

    @Test("shortcuts are unique in their workspace, found by their beginning first, and told by id alone", arguments: TestEngine.allCases)
    func keeping(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let other = try await TestHub(hub.database, slug: "other", phoneNumber: "+15550100201", providerID: "222")
        let replies = Self.replies(hub)
        let hours = try await replies.create(shortcut: "hours", text: "Open from 9 to 18.", access: hub.access)
        let bye = try await replies.create(shortcut: "bye", text: "Come in our hours.", access: hub.access)
        await #expect(throws: QuickReplyProblem.shortcutTaken) {
            try await replies.create(shortcut: "/HOURS", text: "x", access: hub.access)
        }
        await #expect(throws: QuickReplyProblem.shortcutTaken) { try await replies.change(bye.id, shortcut: "hours", access: hub.access) }
        _ = try await Self.replies(other).create(shortcut: "hours", text: "Never.", access: other.access)
        #expect(try await replies.list(access: hub.access).map(\.shortcut.text) == ["bye", "hours"])
        #expect(try await replies.list(part: "COME", access: hub.access).map(\.id) == [bye.id])
        let conversation = try await Self.conversation(hub)
        let found = try await replies.filled(for: conversation, part: "hours", access: hub.access)
        #expect(found.data.map(\.reply.id) == [hours.id, bye.id])
        // However the part is written.
        for part in ["/hours", "HOURS ", " /hours"] {
            let same = try await replies.filled(for: conversation, part: part, access: hub.access)
            #expect(same.data.map(\.reply.id) == [hours.id, bye.id], "\(part)")
        }
        try await replies.delete(bye.id, access: hub.access)
        await #expect(throws: QuickReplyProblem.missing) { try await replies.delete(bye.id, access: hub.access) }
        await #expect(throws: QuickReplyProblem.missing) { try await replies.change(bye.id, text: "x", access: hub.access) }
        let events = try await hub.allEvents().filter { $0.kind == EventKind.quickReplyUpdated.rawValue }
        #expect(events.map(\.subjectID) == [hours.id.text, bye.id.text, bye.id.text])
        #expect(events.map(\.cause) == ["added", "added", "deleted"])
    }

    @Test("they are filled for the customer and for whoever writes, and only where they may see and write")
    func filling() async throws {
        let hub = try await TestHub(TestDatabase.make(.sqlite))
        let agent = try await Self.member(hub)
        let replies = Self.replies(hub)
        _ = try await replies.create(
            shortcut: "hi", text: "Hi {contact.firstName}, {agent.firstName|we} of {workspace.name}. {contact.number}", access: hub.access)
        let conversation = try await Self.conversation(hub)
        func text(_ access: Access) async throws -> [String] {
            try await replies.filled(for: conversation, part: "", access: access).data.map(\.filled.text)
        }
        #expect(try await text(agent) == ["Hi Ana, Kim of acme. +15550199001"])
        #expect(try await text(hub.access) == ["Hi Ana, we of acme. +15550199001"])
        let stranger = Access(
            workspaceID: hub.workspaceID, actor: agent.actor, grants: agent.grants, visibility: .own(Identifier("acc_other")), address: nil)
        await #expect(throws: ConversationProblem.missing) { try await text(stranger) }
        let reader = Access(
            workspaceID: hub.workspaceID, actor: agent.actor, grants: [.conversationsView], visibility: .all, address: nil)
        await #expect(throws: AccessProblem.notPermitted(.messagesSend)) { try await text(reader) }
        await #expect(throws: AccessProblem.notPermitted(.quickRepliesManage)) {
            try await replies.create(shortcut: "x", text: "x", access: agent)
        }
    }

    @Test("no more of them than the limit")
    func limit() async throws {
        let hub = try await TestHub(TestDatabase.make(.sqlite))
        let replies = Self.replies(hub)
        for number in 0..<QuickReply.countLimit { _ = try await replies.create(shortcut: "r\(number)", text: "x", access: hub.access) }
        await #expect(throws: QuickReplyProblem.tooMany) { try await replies.create(shortcut: "more", text: "x", access: hub.access) }
        let found = try await replies.filled(for: Self.conversation(hub), part: "", access: hub.access)
        #expect((found.data.count, found.isMore) == (QuickReplyService.filledLimit, true))
    }

    // MARK: Drafts

    @Test("a draft is saved over the version that was seen, and never over another", arguments: TestEngine.allCases)
    func drafts(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let (kim, ana) = (try await Self.member(hub), try await Self.member(hub, "Ana Ruiz"))
        let drafts = Self.drafts(hub)
        let id = try await Self.conversation(hub)
        let first = try #require(try await drafts.save("Half a", of: id, seen: 0, access: kim))
        // Two browsers in the same millisecond still get versions of their own.
        let second = try #require(try await drafts.save("Half a thought", of: id, seen: first.version, access: kim))
        #expect(second.version > first.version)
        for seen in [0, first.version] {
            await #expect(throws: DraftProblem.changedElsewhere) { try await drafts.save("Other", of: id, seen: seen, access: kim) }
            await #expect(throws: DraftProblem.changedElsewhere) { try await drafts.save(" ", of: id, seen: seen, access: kim) }
        }
        #expect(try await drafts.draft(of: id, access: kim) == second)
        // Everybody has their own.
        #expect(try await drafts.draft(of: id, access: ana) == nil)
        _ = try await drafts.save("Mine", of: id, seen: 0, access: ana)
        #expect(try await drafts.texts(in: [id], access: kim) == [id: "Half a thought"])
        await #expect(throws: DraftProblem.changedElsewhere) { try await drafts.delete(id, version: first.version, access: kim) }
        try await drafts.delete(id, version: second.version, access: kim)
        try await drafts.delete(id, version: second.version, access: kim)
        #expect(try await drafts.draft(of: id, access: kim) == nil)
        #expect(try await drafts.draft(of: id, access: ana)?.text == "Mine")
        // A browser that still shows it begins anew, with a version that nobody had.
        let third = try #require(try await drafts.save("Again", of: id, seen: second.version, access: kim))
        #expect(third.version > second.version)
        #expect(try await drafts.save(" \n", of: id, seen: third.version, access: kim) == nil)
        #expect(try await drafts.texts(in: [id], access: kim) == [:])
    }

    @Test("drafts are people's, of conversations that they see, and no longer than a message")
    func draftRefusals() async throws {
        let hub = try await TestHub(TestDatabase.make(.sqlite))
        let kim = try await Self.member(hub)
        let drafts = Self.drafts(hub)
        let id = try await Self.conversation(hub)
        let text = String(repeating: "é", count: 4_096)
        #expect(try await drafts.save(text, of: id, seen: 0, access: kim)?.text == text)
        await #expect(throws: DraftProblem.tooLong(count: 4_097)) { try await drafts.save(text + "x", of: id, seen: 0, access: kim) }
        let blind = Access(
            workspaceID: hub.workspaceID, actor: kim.actor, grants: kim.grants, visibility: .own(Identifier("acc_other")), address: nil)
        await #expect(throws: ConversationProblem.missing) { try await drafts.draft(of: id, access: blind) }
        await #expect(throws: ConversationProblem.missing) { try await drafts.save("x", of: id, seen: 0, access: blind) }
        #expect(try await drafts.texts(in: [id], access: blind) == [:])
        let key = Access(
            workspaceID: hub.workspaceID, actor: .key(Identifier("key_1")), grants: Set(Grant.allCases), visibility: .all, address: nil)
        await #expect(throws: AccessProblem.personNeeded) { try await drafts.save("x", of: id, seen: 0, access: key) }
        let reader = Access(
            workspaceID: hub.workspaceID, actor: kim.actor, grants: [.conversationsView], visibility: .all, address: nil)
        await #expect(throws: AccessProblem.notPermitted(.messagesSend)) { try await drafts.draft(of: id, access: reader) }
    }
}
