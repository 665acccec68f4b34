import Domain
import Services
import Store
import TestSupport
import Testing

import struct Foundation.Date

@Suite("Notifications are made of the event log")
struct NotificationTests {
    /// Makers over one database, as in several processes.
    private static func makers(_ hub: TestHub, _ count: Int) -> [NotificationMaker] {
        let clock = hub.clock
        return (0..<count).map { _ in NotificationMaker(database: hub.database, signals: hub.signals, now: { clock.now }) }
    }

    private static func service(_ hub: TestHub) -> NotificationService {
        let clock = hub.clock
        return NotificationService(database: hub.database, signals: hub.signals, now: { clock.now })
    }

    /// Until the log is read. On PostgreSQL an event shows once no older transaction is open anywhere on the server.
    private static func settle(_ hub: TestHub, _ makers: [NotificationMaker]) async throws {
        repeat {
            try await withThrowingTaskGroup { group in
                for maker in makers { group.addTask { try await maker.round() } }
                try await group.waitForAll()
            }
        } while try await hub.database.read { try !NotificationFeedTable.behind($0, limit: 10).isEmpty }
    }

    private static func caller(_ member: Member, _ hub: TestHub, _ visibility: Visibility = .all) -> Access {
        Access(
            workspaceID: hub.workspaceID, actor: .member(member.account.id), grants: Role.agent.grants, visibility: visibility, address: nil
        )
    }

    @Test("each is made once, with two readers at work and over restarts", arguments: TestEngine.allCases)
    func once(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let hub = work.hub
        let service = Self.service(hub)
        let me = Self.caller(work.me, hub)
        try await service.setRules(.init(bell: Set(PersonalNotification.Kind.allCases), places: [.all]), access: me)
        try await Self.settle(hub, Self.makers(hub, 2))
        // One for each conversation, and one more for those that were given to me.
        let mine = work.cases.filter { $0.assignment.assignee == work.me.account.id }.count
        let first = try await service.list(after: nil, limit: 100, access: me).data
        #expect(first.filter { $0.kind == .message }.count == work.cases.count)
        #expect(first.filter { $0.kind == .assignment }.count == mine)
        #expect(first.allSatisfy { $0.count == 1 && $0.readAt == nil })

        for number in 0..<20 { try await hub.receive(hub.text("Again \(number)", from: "15550199010")) }
        try await Self.settle(hub, Self.makers(hub, 3))
        try await Self.settle(hub, Self.makers(hub, 1))
        let second = try await service.list(after: nil, limit: 100, access: me).data
        #expect(second.count == first.count)
        #expect(second.first { $0.topic.conversationID == work.cases[0].conversation && $0.kind == .message }?.count == 21)

        // A page at a time, all of them and none twice.
        var (listed, next) = ([Identifier<PersonalNotification>](), String?.none)
        repeat {
            let page = try await service.list(after: next, limit: 4, access: me)
            (listed, next) = (listed + page.data.map(\.id), page.next)
        } while next != nil
        #expect(listed == second.map(\.id))
    }

    @Test("a person sees those of conversations that they may see now", arguments: TestEngine.allCases)
    func visibility(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let hub = work.hub
        let service = Self.service(hub)
        try await service.setRules(.init(bell: [.message], places: [.all]), access: Self.caller(work.me, hub))
        try await Self.settle(hub, Self.makers(hub, 1))
        for visibility in work.visibilities {
            let access = work.access(visibility)
            let wanted = Set(work.cases.filter { visibility.includes($0.assignment) }.map(\.conversation))
            let seen = try await service.list(after: nil, limit: 100, access: access).data
            #expect(Set(seen.compactMap(\.topic.conversationID)) == wanted, "\(visibility)")
            #expect(try await Set(service.unread(access: access)) == Set(wanted.map { .conversation($0) }), "\(visibility)")
            let all = try await service.list(after: nil, limit: 100, access: work.access(.all)).data
            for one in all where !(one.topic.conversationID.map(wanted.contains) ?? false) {
                await #expect(throws: NotificationProblem.missing) { try await service.markRead(one.id, access: access) }
            }
        }
        await #expect(throws: AccessProblem.personNeeded) { try await service.list(after: nil, limit: 1, access: hub.access) }
    }

    @Test("reading and answering clear the own ones, and tell the person's pages alone", arguments: TestEngine.allCases)
    func reading(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let hub = work.hub
        let service = Self.service(hub)
        let (me, kim) = (Self.caller(work.me, hub), Self.caller(work.colleague, hub))
        for access in [me, kim] { try await service.setRules(.init(bell: [.message], places: [.all]), access: access) }
        try await Self.settle(hub, Self.makers(hub, 1))
        let (read, answered) = (work.cases[0].conversation, work.cases[1].conversation)
        // Already read by Kim, so that nothing of the conversation itself changes when I look.
        try await hub.conversations.markRead(read, access: kim)
        try await hub.conversations.markRead(read, access: me)
        let conversation = try await hub.conversations.conversation(answered, access: me)
        _ = try await hub.sending.submit(
            MessageDraft(
                senderID: hub.sender.id, recipient: .contact(conversation.contact.id), clientID: nil, content: .text(.init(body: "Hi")),
                replyTo: nil),
            access: me)
        try await Self.settle(hub, Self.makers(hub, 2))
        #expect(try await Set(service.unread(access: me)).isDisjoint(with: [.conversation(read), .conversation(answered)]))
        #expect(try await service.unread(access: me).count == work.cases.count - 2)
        #expect(try await service.unread(access: kim).count == work.cases.count - 1)
        let own = try await hub.events.events(after: nil, limit: 500, access: me).data.filter(\.isPersonal)
        #expect(own.allSatisfy { $0.cause == work.me.account.id.text })
        #expect(own.contains { $0.kind == "notification.created" } && own.contains { $0.kind == "notification.read" })
        #expect(try await hub.events.events(after: nil, limit: 500, access: hub.access).data.allSatisfy { !$0.isPersonal })

        #expect(try await service.markAllRead(access: me) == work.cases.count - 2)
        #expect(try await service.markAllRead(access: me) == 0)
        #expect(try await service.unread(access: kim).count == work.cases.count - 1)
    }

    @Test("what nobody has rings for who is available, until a colleague takes or answers it", arguments: TestEngine.allCases)
    func taken(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let hub = work.hub
        let service = Self.service(hub)
        let (me, kim) = (Self.caller(work.me, hub), Self.caller(work.colleague, hub))
        try await work.members.setAvailability(.away, access: kim)
        try await Self.settle(hub, Self.makers(hub, 1))
        let free = try #require(work.cases.first { $0.assignment == .nobody }?.conversation)
        #expect(try await service.unread(access: me).contains(.conversation(free)))
        #expect(try await !service.unread(access: kim).contains(.conversation(free)))

        try await work.members.setAvailability(.available, access: kim)
        try await hub.receive(hub.text("Somebody?", from: "15550199010"))
        try await Self.settle(hub, Self.makers(hub, 1))
        #expect(try await service.unread(access: kim).contains(.conversation(free)))
        let contact = try await hub.conversations.conversation(free, access: me).contact.id
        _ = try await hub.sending.submit(
            MessageDraft(
                senderID: hub.sender.id, recipient: .contact(contact), clientID: nil, content: .text(.init(body: "Hi")), replyTo: nil),
            access: me)
        try await Self.settle(hub, Self.makers(hub, 2))
        #expect(try await !service.unread(access: kim).contains(.conversation(free)))
        let told = try await hub.events.events(after: nil, limit: 500, access: kim).data
        #expect(told.contains { $0.kind == "notification.read" && $0.conversationID == free })

        // Then it is given to me: what Kim hears of it anew is over with that.
        try await hub.receive(hub.text("One more thing", from: "15550199010"))
        try await Self.settle(hub, Self.makers(hub, 1))
        #expect(try await service.unread(access: kim).contains(.conversation(free)))
        try await hub.conversations.change(free, .assign(Assignment(assignee: work.me.account.id)), access: me)
        try await Self.settle(hub, Self.makers(hub, 1))
        #expect(try await !service.unread(access: kim).contains(.conversation(free)))
    }

    @Test("a message of mine that isn't sent tells me, and not what I never wrote", arguments: TestEngine.allCases)
    func failed(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let hub = work.hub
        let (me, kim) = (Self.caller(work.me, hub), Self.caller(work.colleague, hub))
        let id = work.cases[0].conversation
        let conversation = try await hub.conversations.conversation(id, access: me)
        let message = try await hub.sending.submit(
            MessageDraft(
                senderID: hub.sender.id, recipient: .contact(conversation.contact.id), clientID: nil, content: .text(.init(body: "Hi")),
                replyTo: nil),
            access: me)
        try await hub.database.write { transaction in
            try transaction.run(
                "UPDATE messages SET status = 'failed' WHERE workspace_id = \(hub.workspaceID) AND id = \(message.id)")
            try EventTable(transaction, .system("dispatcher", in: hub.workspaceID)).append(
                NewEvent(.messageUpdated, conversation: id, message: message.id, cause: "failed"), at: hub.clock.now)
        }
        try await Self.settle(hub, Self.makers(hub, 1))
        let mine = try await Self.service(hub).list(after: nil, limit: 100, access: me).data.filter { $0.kind == .failed }
        #expect(mine.map(\.subjectID) == [message.id.text])
        #expect(try await Self.service(hub).list(after: nil, limit: 100, access: kim).data.allSatisfy { $0.kind != .failed })
    }

    @Test("a note tells whom it calls, and not who wrote it", arguments: TestEngine.allCases)
    func mentions(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let hub = work.hub
        let clock = hub.clock
        let notes = NoteService(database: hub.database, signals: hub.signals, now: { clock.now })
        let (me, kim) = (Self.caller(work.me, hub), Self.caller(work.colleague, hub))
        let id = work.cases[0].conversation
        let note = try await notes.create("Look at this, @Me and @Kim.", in: id, access: kim)
        try await Self.settle(hub, Self.makers(hub, 2))
        let mine = try await Self.service(hub).list(after: nil, limit: 100, access: me).data.filter { $0.kind == .mention }
        #expect(mine.map(\.subjectID) == [note.id.text])
        #expect(mine.map(\.actor) == [work.colleague.account.id])
        #expect(mine.map(\.topic) == [.conversation(id)])
        #expect(try await Self.service(hub).list(after: nil, limit: 100, access: kim).data.allSatisfy { $0.kind != .mention })
    }

    @Test("a note that is changed tells whom it calls only since then", arguments: TestEngine.allCases)
    func laterMentions(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let hub = work.hub
        let clock = hub.clock
        let notes = NoteService(database: hub.database, signals: hub.signals, now: { clock.now })
        let (me, kim) = (Self.caller(work.me, hub), Self.caller(work.colleague, hub))
        let id = work.cases[0].conversation
        func mentions(_ access: Access) async throws -> [PersonalNotification] {
            try await Self.settle(hub, Self.makers(hub, 1))
            return try await Self.service(hub).list(after: nil, limit: 100, access: access).data.filter { $0.kind == .mention }
        }
        let note = try await notes.create("@Kim, look at this.", in: id, access: hub.access)
        #expect(try await mentions(me).isEmpty)
        #expect(try await mentions(kim).map(\.count) == [1])
        #expect(try await Self.service(hub).markAllRead(access: kim) > 0)
        for text in ["@Kim and @Me, look at this.", "@Kim and @Me, do look at this."] {
            clock.advance(by: 1)
            _ = try await notes.change(note.id, in: id, text: text, access: hub.access)
            #expect(try await mentions(me).map(\.subjectID) == [note.id.text])
        }
        #expect(try await mentions(me).map(\.count) == [1])
        #expect(try await mentions(kim).allSatisfy { $0.readAt != nil })
    }

    @Test("somebody who was deactivated isn't notified", arguments: TestEngine.allCases)
    func deactivated(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let hub = work.hub
        try await work.members.deactivate(work.me.account.id, actor: nil, access: hub.access)
        try await Self.settle(hub, Self.makers(hub, 1))
        let count = try await hub.database.read { transaction in
            try transaction.rows("SELECT COUNT(*) FROM notifications WHERE account_id = \(work.me.account.id)")[0].integer(0)
        }
        #expect(count == 0)
    }

    @Test("they go after thirty days, with their person, and the oldest when there are too many", arguments: TestEngine.allCases)
    func kept(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let hub = work.hub
        let service = Self.service(hub)
        let (me, kim) = (Self.caller(work.me, hub), Self.caller(work.colleague, hub))
        for access in [me, kim] { try await service.setRules(.init(bell: [.message], places: [.all]), access: access) }
        try await Self.settle(hub, Self.makers(hub, 1))
        let clock = hub.clock
        let housekeeper = Housekeeper(database: hub.database, signals: hub.signals, now: { clock.now })
        try await housekeeper.clean()
        #expect(try await service.unread(access: me).count == work.cases.count)
        try await work.members.remove(work.colleague.account.id, actor: nil, access: hub.access)
        #expect(try await service.list(after: nil, limit: 100, access: kim).data.isEmpty)
        #expect(try await service.rules(access: kim) == .standard)

        let (account, workspaceID, now) = (work.me.account.id, hub.workspaceID, hub.clock.now)
        try await hub.database.write { transaction in
            for number in 0..<PersonalNotification.personLimit {
                try transaction.run(
                    """
                    INSERT INTO notifications (workspace_id, id, account_id, kind, conversation_id, count, at, read_at)
                    VALUES (\(workspaceID), \(Identifier<PersonalNotification>.make(at: now)), \(account), 'message',
                        \(work.cases[0].conversation), 1, \(now.addingTimeInterval(Double(number + 1))), \(now))
                    """)
            }
        }
        try await housekeeper.clean()
        let count = try await hub.database.read {
            try $0.rows("SELECT COUNT(*) FROM notifications WHERE workspace_id = \(workspaceID)")[0].integer(0)
        }
        #expect(count == PersonalNotification.personLimit)
        #expect(try await service.unread(access: me).isEmpty)
        hub.clock.advance(by: PersonalNotification.keptDays * 86_400 + 600)
        try await housekeeper.clean()
        #expect(try await service.list(after: nil, limit: 100, access: me).data.isEmpty)
    }
}
