import Domain
import Services
import Store
import TestSupport
import Testing

import struct Foundation.Date

@Suite("What was done with a conversation")
struct ActivityTests {
    /// A conversation, and two agents.
    private struct Scene {
        let hub: TestHub
        let notes: NoteService
        let consent: ConsentService
        let conversation: Identifier<Conversation>
        let ana, kim: Identifier<Account>
        let label: Label

        init(_ engine: TestEngine) async throws {
            let hub = try await TestHub(TestDatabase.make(engine))
            let clock = hub.clock
            self.hub = hub
            notes = NoteService(database: hub.database, signals: hub.signals, now: { clock.now })
            consent = ConsentService(database: hub.database, numbers: .none, signals: hub.signals, now: { clock.now })
            try await hub.receive(hub.text("Hello", id: "wamid.first"))
            conversation = try await hub.list()[0].id
            ana = try await hub.member("Ana Ruiz", role: .agent)
            kim = try await hub.member("Kim Lee", role: .agent)
            label = try await LabelService(database: hub.database, signals: hub.signals, now: { clock.now }).create(
                name: "Returns", color: .grey, access: hub.access)
        }

        func access(_ account: Identifier<Account>, _ visibility: Visibility = .all) -> Access {
            Access(
                workspaceID: hub.workspaceID, actor: .member(account), grants: Role.agent.grants, visibility: visibility, address: nil)
        }

        /// By one of the agents, a second later.
        func does(_ change: ConversationChange, _ account: Identifier<Account>) async throws {
            hub.clock.advance(by: 1)
            try await hub.conversations.change(conversation, change, access: access(account))
        }

        func activity(limit: Int = 50, before: String? = nil) async throws -> Page<Activity> {
            try await hub.conversations.activity(of: conversation, before: before, limit: limit, access: hub.access)
        }

        func endSnoozes() async throws {
            let clock = hub.clock
            let jobs = try await hub.database.write {
                try JobTable($0).take(kind: JobKind.snoozeEnd, now: clock.now, leaseSeconds: 60, limit: 10)
            }
            for job in jobs {
                let completion = try await SnoozeEndJob(now: { clock.now }).run(job)
                try await hub.database.write { try completion.write($0) }
            }
        }
    }

    @Test("each deed is told once with who did it, and what changes nothing isn't", arguments: TestEngine.allCases)
    func deeds(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (ana, kim) = (Actor.member(scene.ana).text, Actor.member(scene.kim).text)
        let toKim = Assignment(assignee: scene.kim)
        try await scene.does(.assign(toKim), scene.ana)
        try await scene.does(.assign(toKim), scene.ana)
        try await scene.does(.addLabel(scene.label.id), scene.kim)
        try await scene.does(.removeLabel(scene.label.id), scene.kim)
        try await scene.does(.setAIActive(false), scene.kim)
        try await scene.does(.setAIActive(true), scene.kim)
        // Who looked isn't told.
        try await scene.does(.markRead, scene.kim)
        try await scene.does(.markUnread, scene.kim)
        try await scene.does(.close, scene.kim)
        try await scene.does(.close, scene.ana)
        try await scene.does(.reopen, scene.ana)
        try await scene.does(.archive, scene.ana)
        let until = scene.hub.clock.now.addingTimeInterval(3_600)
        try await scene.does(.snooze(until: until), scene.ana)
        scene.hub.clock.advance(by: 3_600)
        try await scene.endSnoozes()
        let note = try await scene.notes.create("Wrong", in: scene.conversation, access: scene.access(scene.ana))
        try await scene.notes.delete(note.id, in: scene.conversation, access: scene.access(scene.ana))
        _ = try await scene.hub.conversations.export(scene.conversation, access: scene.hub.access)
        let contact = try await scene.hub.list()[0].contact.id
        _ = try await scene.consent.note(.optOut, of: contact, reason: "On the phone", access: scene.access(scene.ana))

        let expected: [(Activity.Deed, String)] = [
            (.assigned(toKim), ana), (.labelAdded(scene.label.id), kim), (.labelRemoved(scene.label.id), kim), (.aiDisabled, kim),
            (.aiEnabled, kim), (.closed, kim), (.reopened, ana), (.archived, ana), (.snoozed(until: until), ana),
            (.snoozeEnded, "system:snooze"), (.noteDeleted, ana), (.exported, scene.hub.access.actor.text),
            (.consent(.optOut), ana),
        ]
        let told = try await scene.activity().data.reversed()
        #expect(told.map(\.deed) == expected.map(\.0))
        #expect(told.map(\.actor) == expected.map(\.1))
        #expect(Set(told.map(\.deed.kind)) == Set(Activity.Deed.Kind.allCases))
        #expect(Set(told.map(\.id)).count == told.count)
        // The log of events tells the same, and for a while only.
        #expect(try await scene.hub.allEvents().filter(\.mayBeActivity).count == told.count)
    }

    @Test("it stands in the thread between messages and notes, on pages of any length and around each", arguments: TestEngine.allCases)
    func thread(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (hub, conversation) = (scene.hub, scene.conversation)
        for number in 1...3 {
            try await scene.does(number == 2 ? .reopen : .close, scene.ana)
            hub.clock.advance(by: 1)
            // A customer who writes reopens by themselves: that is no deed.
            try await hub.receive(hub.text("text \(number)", id: "wamid.\(number)", at: hub.clock.now))
            hub.clock.advance(by: 1)
            _ = try await scene.notes.create("note \(number)", in: conversation, access: scene.access(scene.ana))
        }
        let expected = ["note 3", "text 3", "closed", "note 2", "text 2", "note 1", "text 1", "closed", "Hello"]
        let all = try await hub.conversations.thread(of: conversation, before: nil, limit: 50, access: hub.access).data
        #expect(all.map(\.words) == expected)
        for limit in 1...9 {
            var (older, cursor): ([String], String?) = ([], nil)
            repeat {
                let page = try await hub.conversations.thread(of: conversation, before: cursor, limit: limit, access: hub.access)
                older += page.data.map(\.words)
                cursor = page.next
            } while cursor != nil
            #expect(older == expected, "older, pages of \(limit)")
            var newer: [String] = []
            var place: String? = PageCursor(first: -1, second: "0").text
            while let after = place {
                let part = try await hub.conversations.thread(of: conversation, after: after, limit: limit, access: hub.access)
                newer += part.entries.reversed().map(\.words)
                place = part.newer
            }
            #expect(newer == expected.reversed(), "newer, pages of \(limit)")
            var (deeds, before): ([Activity], String?) = ([], nil)
            repeat {
                let page = try await scene.activity(limit: limit, before: before)
                deeds += page.data
                before = page.next
            } while before != nil
            #expect(deeds.map(\.deed) == [.closed, .closed], "activity, pages of \(limit)")
        }
        for (index, entry) in all.enumerated() {
            let part: ThreadPart
            switch entry {
            case .message(let message):
                part = try await hub.conversations.thread(of: conversation, around: message.id, limit: 4, access: hub.access)
            case .note(let note): part = try await hub.conversations.thread(of: conversation, around: note.id, limit: 4, access: hub.access)
            case .activity: continue
            }
            #expect(part.entries.map(\.words) == Array(expected[max(0, index - 2)...min(expected.count - 1, index + 2)]))
            #expect((part.newer != nil, part.older != nil) == (index > 2, index < expected.count - 3))
        }
    }

    @Test("many at one moment keep their order", arguments: TestEngine.allCases)
    func oneMoment(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        for _ in 1...5 {
            for change in [ConversationChange.addLabel(scene.label.id), .close, .reopen, .removeLabel(scene.label.id)] {
                try await scene.hub.conversations.change(scene.conversation, change, access: scene.hub.access)
            }
        }
        var (kinds, cursor): ([Activity.Deed.Kind], String?) = ([], nil)
        repeat {
            let page = try await scene.activity(limit: 3, before: cursor)
            kinds += page.data.map(\.deed.kind)
            cursor = page.next
        } while cursor != nil
        let round: [Activity.Deed.Kind] = [.labelRemoved, .reopened, .closed, .labelAdded]
        #expect(kinds == Array(repeating: round, count: 5).flatMap(\.self))
    }

    @Test("who doesn't see the conversation learns nothing, nor does another workspace", arguments: TestEngine.allCases)
    func visibility(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let conversations = work.hub.conversations
        for visibility in work.visibilities {
            let access = work.access(visibility)
            for one in work.cases {
                let isSeen = visibility.includes(one.assignment)
                let found = try await work.hub.database.read { transaction in
                    try ActivityTable(transaction, access).thread(one.conversation, before: nil, limit: 10)
                        + ActivityTable(transaction, access).thread(one.conversation, after: (at: 0, sequence: 0), limit: 10)
                }
                #expect(found.isEmpty == (!isSeen || one.assignment == .nobody), "\(visibility) \(one.assignment)")
                guard !isSeen else { continue }
                await #expect(throws: ConversationProblem.missing) {
                    _ = try await conversations.activity(of: one.conversation, before: nil, limit: 10, access: access)
                }
                await #expect(throws: ConversationProblem.missing) {
                    _ = try await conversations.files(of: one.conversation, before: nil, limit: 10, access: access)
                }
                await #expect(throws: ConversationProblem.missing) {
                    _ = try await conversations.others(besides: one.conversation, after: nil, limit: 10, access: access)
                }
            }
        }
        let other = try await TestHub(work.hub.database, slug: "globex", phoneNumber: "+15550100300", providerID: "222")
        await #expect(throws: ConversationProblem.missing) {
            _ = try await conversations.activity(of: work.cases[1].conversation, before: nil, limit: 10, access: other.access)
        }
    }

    @Test("of a person or team that goes, each conversation tells who is left", arguments: TestEngine.allCases)
    func release(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let both = try #require(work.cases.first { $0.assignment == Assignment(assignee: work.colleague.account.id, team: work.ours.id) })
        func newest() async throws -> Activity.Deed? {
            try await work.hub.conversations.activity(of: both.conversation, before: nil, limit: 1, access: work.hub.access).data.first?
                .deed
        }
        try await work.members.deactivate(work.colleague.account.id, actor: .admin, access: work.admin)
        #expect(try await newest() == .assigned(Assignment(team: work.ours.id)))
        try await work.teams.delete(work.ours.id, access: work.hub.access)
        #expect(try await newest() == .assigned(.nobody))
    }

    @Test("files come newest first, without what was taken back and what was only said", arguments: TestEngine.allCases)
    func files(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (hub, conversation) = (scene.hub, scene.conversation)
        for number in 1...5 {
            hub.clock.advance(by: 1)
            let file = MediaContent(kind: .document, filename: "\(number).pdf", providerMediaID: "media-\(number)")
            try await hub.receive(hub.message(.media(file)))
            try await hub.receive(hub.text("about \(number)"))
        }
        let all = try await hub.conversations.files(of: conversation, before: nil, limit: 50, access: hub.access).data
        let third = try #require(all.first { $0.content.filename == "3.pdf" }?.message)
        let now = hub.clock.now
        let isRevoked = try await hub.database.write { try MessageTable($0, hub.access).revoke(third, at: now) }
        #expect(isRevoked)
        for limit in 1...5 {
            var (names, cursor): ([String?], String?) = ([], nil)
            repeat {
                let page = try await hub.conversations.files(of: conversation, before: cursor, limit: limit, access: hub.access)
                #expect(page.data.allSatisfy { $0.media?.state == .pending && $0.media?.id == $0.content.id })
                names += page.data.map(\.content.filename)
                cursor = page.next
            } while cursor != nil
            #expect(names == ["5.pdf", "4.pdf", "2.pdf", "1.pdf"], "pages of \(limit)")
        }
    }

    @Test("where else the same person writes, as far as one may see it", arguments: TestEngine.allCases)
    func others(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (hub, conversation) = (scene.hub, scene.conversation)
        let contact = try await hub.conversations.conversation(conversation, access: hub.access).contact.id
        try await hub.receive(hub.text("Somebody else", from: "15550199002"))
        // Through two more numbers, which a connection may have.
        for number in 2...3 {
            hub.clock.advance(by: 1)
            let now = hub.clock.now
            let sender = Sender(
                id: .make(at: now), workspaceID: hub.workspaceID, connectionID: hub.connection.id, channel: .meta, name: "Number \(number)",
                displayName: nil, phoneNumber: try PhoneNumber(parsing: "+1555010050\(number)"), providerID: "more.\(number)",
                quality: nil, messagingLimit: nil, readReceipts: .onOpen, createdAt: now)
            try await hub.database.write { transaction in
                try SenderTable(transaction, hub.access).insert(sender, throughput: nil)
                _ = try ConversationTable(transaction, hub.access).findOrMake(sender: sender.id, contact: contact, now: now)
            }
        }
        let all = try await hub.conversations.others(besides: conversation, after: nil, limit: 10, access: hub.access)
        #expect(all.data.count == 2 && all.next == nil)
        #expect(all.data.allSatisfy { $0.contact.id == contact && $0.id != conversation })
        #expect(all.data.map(\.createdAt) == all.data.map(\.createdAt).sorted(by: >))
        let first = try await hub.conversations.others(besides: conversation, after: nil, limit: 1, access: hub.access)
        let second = try await hub.conversations.others(besides: conversation, after: first.next, limit: 1, access: hub.access)
        #expect(first.data + second.data == all.data && second.next == nil)
        // One of them is a colleague's.
        try await hub.conversations.change(conversation, .assign(Assignment(assignee: scene.ana)), access: hub.access)
        try await hub.conversations.change(all.data[0].id, .assign(Assignment(assignee: scene.kim)), access: hub.access)
        try await hub.conversations.change(all.data[1].id, .assign(Assignment(assignee: scene.ana)), access: hub.access)
        let own = scene.access(scene.ana, .own(scene.ana))
        let seen = try await hub.conversations.others(besides: conversation, after: nil, limit: 10, access: own)
        #expect(seen.data.map(\.id) == [all.data[1].id])
    }
}

extension ThreadEntry {
    fileprivate var words: String {
        switch self {
        case .note(let note): note.text
        case .message(let message): message.content.preview
        case .activity(let activity): activity.deed.kind.rawValue
        }
    }
}
