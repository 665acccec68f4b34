import Domain
import Services
import Store
import TestSupport
import Testing

import struct Foundation.Date

@Suite("What is done with conversations")
struct ConversationChangesTests {
    private static let hour = 60.0 * 60

    private static func states(_ hub: TestHub) async throws -> [Conversation.State] { try await hub.list().map(\.state) }

    /// Conversations with so many customers, oldest first.
    private static func conversations(_ count: Int, in hub: TestHub) async throws -> [Identifier<Conversation>] {
        for number in 0..<count {
            hub.clock.advance(by: 1)
            try await hub.receive(hub.text("Hello", from: "1555019910\(number)", id: "wamid.first.\(number)"))
        }
        return try await hub.list().map(\.id).reversed()
    }

    private static func labels(_ hub: TestHub) -> LabelService {
        let clock = hub.clock
        return LabelService(database: hub.database, signals: hub.signals, now: { clock.now })
    }

    private static func endSnoozes(_ hub: TestHub) async throws -> Int {
        let clock = hub.clock
        let jobs = try await hub.database.write {
            try JobTable($0).take(kind: JobKind.snoozeEnd, now: clock.now, leaseSeconds: 60, limit: 10)
        }
        for job in jobs {
            let completion = try await SnoozeEndJob(now: { clock.now }).run(job)
            try await hub.database.write { transaction in
                #expect(try JobTable(transaction).complete(job))
                try completion.write(transaction)
            }
        }
        return jobs.count
    }

    @Test("a snoozed conversation comes back at its time, not before, and not twice", arguments: TestEngine.allCases)
    func snooze(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let id = try await Self.conversations(1, in: hub)[0]
        func snooze(_ hours: Double) async throws {
            try await hub.conversations.change(id, .snooze(until: hub.clock.now.addingTimeInterval(hours * Self.hour)), access: hub.access)
        }
        try await snooze(1)
        #expect(try await hub.list()[0].snoozedUntil == hub.clock.now.addingTimeInterval(Self.hour))
        hub.clock.advance(by: Self.hour / 2)
        #expect(try await Self.endSnoozes(hub) == 0)
        // Later after all: the first time passes without effect.
        try await snooze(2)
        hub.clock.advance(by: Self.hour)
        #expect(try await Self.endSnoozes(hub) == 1)
        #expect(try await Self.states(hub) == [.snoozed])
        hub.clock.advance(by: Self.hour)
        _ = try await hub.allEvents()
        #expect(try await Self.endSnoozes(hub) == 1)
        let back = try await hub.list()[0]
        #expect(back.state == .open && back.snoozedUntil == nil)
        #expect(try await hub.allEvents().last?.cause == "snooze-ended")
        // Snoozed and opened by hand, its time means nothing any more.
        try await snooze(1)
        try await hub.conversations.change(id, .reopen, access: hub.access)
        try await hub.conversations.change(id, .close, access: hub.access)
        hub.clock.advance(by: 2 * Self.hour)
        #expect(try await Self.endSnoozes(hub) == 1)
        #expect(try await Self.states(hub) == [.closed])
    }

    @Test("a customer's message opens what is snoozed, closed or archived", arguments: TestEngine.allCases)
    func reopen(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let id = try await Self.conversations(1, in: hub)[0]
        for change: ConversationChange in [.snooze(until: hub.clock.now.addingTimeInterval(Self.hour)), .close, .archive] {
            try await hub.conversations.change(id, change, access: hub.access)
            #expect(try await Self.states(hub) != [.open])
            hub.clock.advance(by: 1)
            try await hub.receive(hub.text("Still there?", from: "15550199100", id: "wamid.\(change)"))
            let conversation = try await hub.list()[0]
            #expect(conversation.state == .open && conversation.snoozedUntil == nil)
        }
    }

    @Test("moments that are over or too far away are refused", arguments: TestEngine.allCases)
    func wrongMoment(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let id = try await Self.conversations(1, in: hub)[0]
        for (seconds, problem) in [(0.0, ConversationProblem.snoozePast), (-5, .snoozePast), (367 * 24 * Self.hour, .snoozeTooLong)] {
            await #expect(throws: problem) {
                try await hub.conversations.change(id, .snooze(until: hub.clock.now.addingTimeInterval(seconds)), access: hub.access)
            }
        }
        #expect(try await Self.states(hub) == [.open])
    }

    @Test("several are changed together or not at all, and each is told once", arguments: TestEngine.allCases)
    func several(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let ids = try await Self.conversations(3, in: hub)
        let conversations = hub.conversations
        _ = try await hub.allEvents()
        let before = try await hub.allEvents().count
        #expect(try await conversations.change(ids + ids, .archive, access: hub.access) == 3)
        #expect(try await conversations.change(ids, .archive, access: hub.access) == 0)
        #expect(try await hub.allEvents().count == before + 3)
        await #expect(throws: ConversationProblem.missing) {
            try await conversations.change([ids[0], Identifier("cnv_00000000000000000000000000")], .reopen, access: hub.access)
        }
        #expect(try await Self.states(hub) == [.archived, .archived, .archived])
        await #expect(throws: ConversationProblem.tooMany(count: 101)) {
            try await conversations.change((0...100).map { Identifier("cnv_\($0)") }, .close, access: hub.access)
        }
        let reader = Access(
            workspaceID: hub.workspaceID, actor: .system("test"), grants: [.conversationsView, .conversationsLabel], visibility: .all,
            address: nil)
        for change: ConversationChange in [.close, .archive, .reopen, .snooze(until: .distantFuture)] {
            await #expect(throws: AccessProblem.notPermitted(.conversationsClose)) {
                try await conversations.change(ids, change, access: reader)
            }
        }
        await #expect(throws: AccessProblem.notPermitted(.conversationsAssign)) {
            try await conversations.change(ids, .assign(.nobody), access: reader)
        }
    }

    @Test("labels find conversations again, also when very many have one, and go with their label", arguments: TestEngine.allCases)
    func labels(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let ids = try await Self.conversations(4, in: hub)
        let labels = Self.labels(hub)
        let returns = try await labels.create(name: " Returns ", color: .amber, access: hub.access)
        let vip = try await labels.create(name: "VIP", color: .violet, access: hub.access)
        #expect(try await labels.list(access: hub.access).map(\.name) == ["Returns", "VIP"])
        #expect(try await hub.conversations.change([ids[0], ids[2]], .addLabel(returns.id), access: hub.access) == 2)
        #expect(try await hub.conversations.change([ids[2]], .addLabel(vip.id), access: hub.access) == 1)
        #expect(try await hub.conversations.change([ids[2]], .addLabel(vip.id), access: hub.access) == 0)
        func found(_ filter: ConversationFilter) async throws -> [Identifier<Conversation>] {
            let page = try await hub.conversations.list(filter, after: nil, limit: 10, access: hub.access)
            #expect(try await hub.conversations.counts([filter], most: 10, access: hub.access) == [page.data.count])
            return page.data.map(\.id)
        }
        #expect(try await found(.init(labelID: returns.id)) == [ids[2], ids[0]])
        #expect(try await found(.init(state: .closed, labelID: returns.id)).isEmpty)
        #expect(Set(try await hub.list()[1].labels) == [returns.id, vip.id])
        // Once so many have it that they aren't sorted any more.
        try await hub.database.write { transaction in
            for number in 0..<2_500 {
                let (contact, conversation) = ("con_\(number)", "cnv_\(number)")
                try transaction.run(
                    """
                    INSERT INTO contacts (workspace_id, id, created_at, updated_at) VALUES (\(hub.workspaceID), \(contact), \(0), \(0))
                    """)
                try transaction.run(
                    """
                    INSERT INTO conversations (workspace_id, id, sender_id, contact_id, state, unread, last_message_at, created_at)
                    VALUES (\(hub.workspaceID), \(conversation), \(hub.sender.id), \(contact), 'open', 0, \(number), \(number))
                    """)
                try transaction.run(
                    """
                    INSERT INTO conversation_labels (workspace_id, conversation_id, label_id)
                    VALUES (\(hub.workspaceID), \(conversation), \(returns.id))
                    """)
            }
        }
        let many = try await hub.conversations.list(.init(labelID: returns.id), after: nil, limit: 4, access: hub.access)
        #expect(many.data.map(\.id.text) == [ids[2].text, ids[0].text, "cnv_2499", "cnv_2498"])
        let others = try await hub.conversations.list(.init(labelID: returns.id), after: many.next, limit: 2, access: hub.access)
        #expect(others.data.map(\.id.text) == ["cnv_2497", "cnv_2496"])
        try await hub.conversations.change(ids[2], .removeLabel(vip.id), access: hub.access)
        #expect(try await found(.init(labelID: vip.id)).isEmpty)
        try await labels.delete(returns.id, access: hub.access)
        #expect(try await hub.list().allSatisfy { $0.labels.isEmpty })
        await #expect(throws: LabelProblem.missing) { try await labels.delete(returns.id, access: hub.access) }
        await #expect(throws: LabelProblem.missing) {
            try await hub.conversations.change(ids[0], .addLabel(returns.id), access: hub.access)
        }
    }

    @Test("a label has a name of its own, and a conversation at most twenty", arguments: TestEngine.allCases)
    func labelLimits(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let id = try await Self.conversations(1, in: hub)[0]
        let service = Self.labels(hub)
        let first = try await service.create(name: "Returns", color: .grey, access: hub.access)
        let refused: [(String, LabelProblem)] = [
            ("", .nameEmpty), ("  ", .nameEmpty), ("returns", .nameTaken), (String(repeating: "x", count: 41), .nameTooLong(count: 41)),
        ]
        for (name, problem) in refused {
            await #expect(throws: problem) { try await service.create(name: name, color: .red, access: hub.access) }
        }
        #expect(try await service.change(first.id, name: "RETURNS", access: hub.access).color == .grey)
        var all: Set = [first.id]
        for number in 0..<20 { all.insert(try await service.create(name: "Label \(number)", color: .blue, access: hub.access).id) }
        await #expect(throws: LabelProblem.tooManyOnOne) { try await hub.conversations.setLabels(all, of: id, access: hub.access) }
        #expect(try await hub.list()[0].labels.isEmpty)
        all.remove(first.id)
        try await hub.conversations.setLabels(all, of: id, access: hub.access)
        // One for another, although there is no room for both.
        all.remove(all.sorted()[0])
        all.insert(first.id)
        try await hub.conversations.setLabels(all, of: id, access: hub.access)
        #expect(Set(try await hub.list()[0].labels) == all)
    }

    @Test("what was read is marked as unread for everybody, until somebody reads or answers it", arguments: TestEngine.allCases)
    func unread(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let ids = try await Self.conversations(2, in: hub)
        func unread() async throws -> [Int] { try await hub.list().map(\.unread).reversed() }
        try await hub.conversations.markRead(ids[0], access: hub.access)
        #expect(try await unread() == [0, 1])
        _ = try await hub.allEvents()
        let before = try await hub.allEvents().count
        // What a customer wrote since counts already.
        #expect(try await hub.conversations.change(ids, .markUnread, access: hub.access) == 1)
        #expect(try await hub.conversations.change(ids, .markUnread, access: hub.access) == 0)
        #expect(try await unread() == [1, 1])
        let events = try await hub.allEvents().dropFirst(before)
        #expect(events.map(\.cause) == ["unread"])
        #expect(events.map(\.conversationID) == [ids[0]])
        #expect(events.allSatisfy { $0.kind == EventKind.conversationUpdated.rawValue })
        #expect(try await hub.conversations.change(ids, .markRead, access: hub.access) == 2)
        #expect(try await unread() == [0, 0])
        try await hub.conversations.change(ids[0], .markUnread, access: hub.access)
        hub.clock.advance(by: 1)
        try await hub.receive(hub.text("Still there?", from: "15550199100", id: "wamid.second"))
        #expect(try await hub.list().first?.unread == 2)
        let reader = Access(
            workspaceID: hub.workspaceID, actor: .system("test"), grants: KeyScope.read.grants, visibility: .all, address: nil)
        for change: ConversationChange in [.markRead, .markUnread] {
            await #expect(throws: AccessProblem.notPermitted(.messagesSend)) {
                try await hub.conversations.change(ids, change, access: reader)
            }
            await #expect(throws: ConversationProblem.missing) {
                try await hub.conversations.change([Identifier("cnv_00000000000000000000000000")], change, access: hub.access)
            }
        }
    }

    @Test("what asks for attention is found: unread, not sent, a window that closes soon", arguments: TestEngine.allCases)
    func attention(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let ids = try await Self.conversations(3, in: hub)
        try await hub.conversations.markRead(ids[0], access: hub.access)
        func found(_ attention: ConversationFilter.Attention) async throws -> [Identifier<Conversation>] {
            let filter = ConversationFilter(state: .open, attention: attention)
            let data = try await hub.conversations.list(filter, after: nil, limit: 10, access: hub.access).data
            let all = try await hub.list()
            #expect(data.map(\.id) == all.filter { filter.includes($0, at: hub.clock.now) }.map(\.id), "the rule in words and in SQL")
            return data.map(\.id)
        }
        #expect(try await found(.unread) == [ids[2], ids[1]])
        #expect(try await found(.closing).isEmpty)
        #expect(try await found(.failed).isEmpty)
        try await hub.database.write { try $0.run("UPDATE conversations SET last_status = 'failed' WHERE id = \(ids[1])") }
        #expect(try await found(.failed) == [ids[1]])
        hub.clock.advance(by: 23 * Self.hour)
        #expect(try await found(.closing) == ids.reversed())
        hub.clock.advance(by: Self.hour)
        #expect(try await found(.closing).isEmpty)
    }

    @Test("nobody labels or snoozes what they may not see", arguments: TestEngine.allCases)
    func visibility(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let hub = work.hub
        let label = try await Self.labels(hub).create(name: "Returns", color: .grey, access: hub.access)
        for visibility in work.visibilities {
            let access = work.access(visibility)
            for one in work.cases where !visibility.includes(one.assignment) {
                for change: ConversationChange in [.addLabel(label.id), .snooze(until: hub.clock.now.addingTimeInterval(60)), .archive] {
                    await #expect(throws: ConversationProblem.missing) {
                        try await hub.conversations.change(one.conversation, change, access: access)
                    }
                }
                // Through the tables alone, as if a service had forgotten to ask.
                let isDone = try await hub.database.write { transaction in
                    let labels = LabelTable(transaction, access)
                    return try labels.put(label.id, on: one.conversation)
                        || ConversationTable(transaction, access).setState(.snoozed, one.conversation)
                        || ConversationTable(transaction, access).markUnread(one.conversation)
                }
                #expect(!isDone, "\(visibility) \(one.assignment)")
            }
            let seen = work.cases.filter { visibility.includes($0.assignment) }.map(\.conversation)
            _ = try await hub.conversations.change(seen, .addLabel(label.id), access: access)
            let found = try await hub.conversations.list(.init(labelID: label.id), after: nil, limit: 50, access: access).data
            #expect(Set(found.map(\.id)) == Set(seen))
        }
    }
}
