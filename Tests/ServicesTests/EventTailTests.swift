import Domain
import Services
import Store
import Synchronization
import TestSupport
import Testing

/// Many who follow the log of one workspace.
@Suite("The end of the event log, for many at once")
struct EventTailTests {
    @Test("each reader gets what comes, once and in order, whenever they came", arguments: TestEngine.allCases)
    func many(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let whole = 60
        let last = "subject-\(whole - 1)"
        try await withThrowingTaskGroup(of: [String].self) { group in
            for subject in 0..<whole {
                // Another reader begins between any two events, by the log's end or by an old cursor.
                if subject.isMultiple(of: 3) {
                    let cursor = subject.isMultiple(of: 2) ? EventCursor.start.text : nil
                    let stream = try await hub.events.stream(after: cursor, access: hub.access)
                    group.addTask {
                        var seen: [String] = []
                        for await batch in stream {
                            seen += batch.compactMap(\.subjectID).filter { $0.hasPrefix("subject-") }
                            if seen.last == last { break }
                        }
                        return cursor == nil ? Array(seen) : Array(seen.drop { $0 != "subject-\(subject)" })
                    }
                }
                try await hub.append(subject: "subject-\(subject)")
            }
            for try await seen in group {
                let first = try #require(seen.first.flatMap { Int($0.dropFirst("subject-".count)) })
                #expect(seen == (first..<whole).map { "subject-\($0)" })
            }
        }
    }

    @Test("one who doesn't read for long misses nothing", arguments: TestEngine.allCases)
    func slow(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        var iterator = try await hub.events.stream(after: nil, access: hub.access).makeAsyncIterator()
        try await hub.append(subject: "first")
        #expect(await iterator.next()?.compactMap(\.subjectID) == ["first"])
        // More than is kept for a reader, each told by itself: another reader has each before the next is appended.
        var quick = try await hub.events.stream(after: nil, access: hub.access).makeAsyncIterator()
        let subjects = (0..<50).map { "later-\($0)" }
        for subject in subjects {
            try await hub.append(subject: subject)
            _ = await quick.next()
        }
        var seen: [String] = []
        while seen.count < subjects.count, let batch = await iterator.next() { seen += batch.compactMap(\.subjectID) }
        #expect(seen == subjects)
    }

    @Test("what one process reads for all, each sees with their own eyes", arguments: TestEngine.allCases)
    func visibility(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let hub = work.hub
        let me = work.me.account.id
        var iterators: [(Access, EventStream.Iterator)] = []
        for visibility in [.own(me), .team(me, teams: [work.ours.id]), .all] as [Visibility] {
            let access = work.access(visibility)
            iterators.append((access, try await hub.events.stream(after: nil, access: access).makeAsyncIterator()))
        }
        try await hub.database.write { transaction in
            let table = EventTable(transaction, hub.access)
            for one in work.cases {
                try table.append(NewEvent(.messageUpdated, conversation: one.conversation, cause: "walk"), at: hub.clock.now)
            }
            try table.append(NewEvent(.teamUpdated, subject: "end"), at: hub.clock.now)
        }
        for (access, var iterator) in iterators {
            var seen: [Identifier<Conversation>] = []
            reading: while let batch = await iterator.next() {
                seen += batch.filter { $0.cause == "walk" }.compactMap(\.conversationID)
                if batch.contains(where: { $0.subjectID == "end" }) { break reading }
            }
            #expect(seen == work.cases.filter { access.visibility.includes($0.assignment) }.map(\.conversation))
        }
    }
}

extension TestHub {
    fileprivate func append(subject: String) async throws {
        try await database.write { [clock, access] in
            try EventTable($0, access).append(NewEvent(.labelUpdated, subject: subject), at: clock.now)
        }
        signals.eventsAppended(in: workspaceID)
    }
}
