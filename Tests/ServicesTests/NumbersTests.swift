import Domain
import Foundation
import Services
import Store
import TestSupport
import Testing

@Suite("All numbers")
struct NumbersTests {
    private static func service(_ hub: TestHub) -> SenderService {
        let clock = hub.clock
        return SenderService(
            database: hub.database, directory: hub.directory, channels: [.meta: hub.channel], secrets: hub.secretStore,
            signals: hub.signals, now: { clock.now })
    }

    private static func add(_ phone: String, to hub: TestHub) async throws -> Sender {
        let sender = Sender(
            id: .make(at: hub.clock.now), workspaceID: hub.workspaceID, connectionID: hub.connection.id, channel: .meta, name: phone,
            displayName: nil, phoneNumber: try PhoneNumber(parsing: phone), providerID: "p\(phone)", quality: nil, messagingLimit: nil,
            readReceipts: .onOpen, createdAt: hub.clock.now)
        let access = hub.access
        try await hub.database.write { try SenderTable($0, access).insert(sender, throughput: "HIGH") }
        return sender
    }

    @Test("they come by number in pages, removed ones apart, and all of them in a copy", arguments: TestEngine.allCases)
    func pages(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let service = Self.service(hub)
        _ = try await Self.add("+34600111222", to: hub)
        let gone = try await Self.add("+4915123456789", to: hub)
        _ = try await Self.add("+34600111111", to: hub)
        let (access, now) = (hub.access, hub.clock.now)
        _ = try await hub.database.write { try SenderTable($0, access).remove(gone.id, at: now) }

        var (seen, after): ([String], String?) = ([], nil)
        repeat {
            let page = try await service.numbers(isRemoved: false, after: after, limit: 2, access: access)
            seen += page.data.map(\.sender.phoneNumber.text)
            after = page.next
        } while after != nil
        #expect(seen == ["+15550100200", "+34600111111", "+34600111222"])
        let removed = try await service.numbers(isRemoved: true, after: nil, limit: 10, access: access).data
        #expect(removed.map(\.sender.id) == [gone.id])
        var copied: [String] = []
        for try await part in try await service.exportNumbers(isRemoved: false, access: access) {
            copied += part.map(\.sender.phoneNumber.text)
        }
        #expect(copied == seen)
        await #expect(throws: PageProblem.cursorMalformed) {
            try await service.numbers(isRemoved: false, after: "?", limit: 2, access: access)
        }
    }

    @Test("each tells when something last came and left, and how many open conversations the reader sees", arguments: TestEngine.allCases)
    func traffic(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let service = Self.service(hub)
        func number(_ access: Access) async throws -> NumberOverview {
            try #require(try await service.numbers(isRemoved: false, after: nil, limit: 1, access: access).data.first)
        }
        let silent = try await number(hub.access)
        #expect((silent.lastInboundAt, silent.lastOutboundAt, silent.openConversations) == (nil, nil, .none))
        #expect(silent.connectionName == "Acme" && silent.usage.isSubscribed)

        try await hub.receive(hub.text("one"), hub.text("two", from: "15550199002"))
        let busy = try await number(hub.access)
        #expect(busy.lastInboundAt != nil && busy.openConversations == BoundedCount(2))
        let own = Access(
            workspaceID: hub.workspaceID, actor: .system("agent"), grants: Role.agent.grants,
            visibility: .own(Identifier("acc_01k00000000000000000000001")), address: nil)
        #expect(try await number(own).openConversations == .none)
        // Each of those whose conversations one sees, once.
        let (me, other) = (Identifier<Account>("acc_01k00000000000000000000001"), Identifier<Account>("acc_01k00000000000000000000002"))
        let (ours, theirs) = (Identifier<Team>("tem_01k00000000000000000000001"), Identifier<Team>("tem_01k00000000000000000000002"))
        let holders: [(Identifier<Account>?, Identifier<Team>?)] = [nil, me, other].flatMap { person in
            [nil, ours, theirs].map { (person, $0) }
        }
        for (index, _) in holders.enumerated().dropFirst(2) { try await hub.receive(hub.text("x", from: "155501990\(10 + index)")) }
        let ids = try await hub.list().map(\.id)
        try await hub.database.write { transaction in
            for (id, holder) in zip(ids, holders) {
                try transaction.run("UPDATE conversations SET assignee_id = \(holder.0), team_id = \(holder.1) WHERE id = \(id)")
            }
        }
        for visibility in [Visibility.all, .own(me), .team(me, teams: [ours]), .team(me, teams: [ours, theirs]), .team(me, teams: [])] {
            let seen = holders.count { visibility.includes(Assignment(assignee: $0.0, team: $0.1)) }
            let reader = Access(
                workspaceID: hub.workspaceID, actor: .system("agent"), grants: Role.agent.grants, visibility: visibility, address: nil)
            #expect(try await number(reader).openConversations == BoundedCount(seen), "\(visibility)")
        }

        let conversation = try #require(try await hub.list().first)
        let message = try await hub.submit("Hi", to: conversation.contact.phoneNumber!.text)
        let (workspaceID, sender, left) = (hub.workspaceID, hub.sender.id, hub.clock.now)
        try await hub.database.write { transaction in
            try transaction.run(
                """
                INSERT INTO attempts (workspace_id, message_id, number, sender_id, status, epoch, started_at)
                VALUES (\(workspaceID), \(message.id), 1, \(sender), 'sent', 1, \(left))
                """)
        }
        #expect(try await number(hub.access).lastOutboundAt == left)
    }
}
