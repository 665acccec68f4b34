import Domain
import Testing

import struct Foundation.Date

@Suite("What an event means for whose bell")
struct NotificationReadingTests {
    private static let now = Date(timeIntervalSince1970: 1_795_257_720)
    private static func id<E: Identified>(_: E.Type, _ number: Int) -> Identifier<E> {
        Identifier("\(E.identifierPrefix)_0000000000000000000000000\(number)")
    }
    private static let (me, kim) = (id(Account.self, 1), id(Account.self, 2))
    private static let (ours, theirs) = (id(Team.self, 1), id(Team.self, 2))
    private static let conversation = id(Conversation.self, 1)
    private static let message = id(Message.self, 1)

    private static func reading(
        _ assignment: Assignment, rules: NotificationRules = .standard, visibility: Visibility = .all, writtenAt: Date = now,
        failedOf writer: Identifier<Account>? = nil, isAvailable: Bool = true
    ) -> NotificationReading {
        var facts = NotificationReading.Facts()
        facts.people = [.init(id: me, visibility: visibility, teams: [ours], rules: rules, isAvailable: isAvailable)]
        facts.assignments = [conversation: assignment]
        facts.receivedMessages = [message: writtenAt]
        facts.failedMessages = writer.map { [message: $0] } ?? [:]
        return NotificationReading(facts)
    }

    private static func event(
        _ kind: EventKind, by actor: String = "system:intake", message: Identifier<Message>? = message, subject: String? = nil,
        cause: String? = nil
    ) -> Event {
        Event(
            cursor: .start, kind: kind.rawValue, conversationID: conversation, messageID: message, subjectID: subject, actor: actor,
            cause: cause, at: now)
    }

    @Test("each place of new messages covers its own conversations and no others")
    func places() {
        let assignments: [(Assignment, Set<NotificationRules.Place>)] = [
            (.nobody, [.unassigned, .all]), (Assignment(assignee: Self.me), [.mine, .all]),
            (Assignment(assignee: Self.kim), [.all]), (Assignment(team: Self.ours), [.teams, .all]),
            (Assignment(team: Self.theirs), [.all]), (Assignment(assignee: Self.kim, team: Self.ours), [.teams, .all]),
            (Assignment(assignee: Self.me, team: Self.theirs), [.mine, .all]),
        ]
        for (assignment, wanted) in assignments {
            for place in NotificationRules.Place.allCases {
                for bell in [Set<PersonalNotification.Kind>([.message]), [.assignment, .failed]] {
                    var reading = Self.reading(assignment, rules: .init(bell: bell, places: [place]))
                    reading.read(Self.event(.messageReceived))
                    #expect(reading.news.count == (bell.contains(.message) && wanted.contains(place) ? 1 : 0), "\(assignment) \(place)")
                }
            }
        }
    }

    @Test("what nobody has is news to those who chose nothing, while they are available", arguments: [true, false])
    func available(isAvailable: Bool) {
        for (assignment, isNews) in [
            (Assignment.nobody, isAvailable), (Assignment(assignee: Self.me), true), (Assignment(team: Self.ours), true),
        ] {
            var reading = Self.reading(assignment, isAvailable: isAvailable)
            reading.read(Self.event(.messageReceived))
            #expect(reading.news.count == (isNews ? 1 : 0), "\(assignment)")
        }
        var all = Self.reading(.nobody, rules: .init(bell: [.message], places: [.all]), isAvailable: isAvailable)
        all.read(Self.event(.messageReceived))
        #expect(all.news.count == 1)
    }

    @Test("once a colleague has taken or answered what nobody had, it is over for who doesn't want it still")
    func taken() {
        let answered = Self.event(.messageQueued, by: "member:\(Self.kim)")
        let took = Self.event(
            .conversationUpdated, by: "member:\(Self.kim)", subject: Assignment.nobody.eventText, cause: Assignment.eventCause)
        let rows: [(assignment: Assignment, act: Event, places: Set<NotificationRules.Place>, isOver: Bool)] = [
            (.nobody, answered, [.unassigned], true), (.nobody, answered, [.all], false),
            (Assignment(assignee: Self.kim), took, [.unassigned], true), (Assignment(assignee: Self.kim), took, [.all], false),
            (Assignment(assignee: Self.kim, team: Self.ours), took, [.unassigned, .teams], false),
            (Assignment(assignee: Self.me), took, [.unassigned], false), (.nobody, took, [.unassigned], false),
            (Assignment(assignee: Self.kim), answered, [.unassigned], false),
        ]
        for row in rows {
            var reading = Self.reading(row.assignment, rules: .init(bell: [.message], places: row.places))
            reading.read(Self.event(.messageReceived))
            reading.read(row.act)
            #expect(reading.taken == (row.isOver ? [Self.conversation: [Self.me]] : [:]), "\(row)")
            #expect(!row.isOver || reading.news.isEmpty, "\(row)")
        }
    }

    @Test("nobody hears of a conversation that they may not see, whatever their rules")
    func visibility() {
        let rules = NotificationRules(bell: Set(PersonalNotification.Kind.allCases), places: Set(NotificationRules.Place.allCases))
        let levels: [Visibility] = [.all, .own(Self.me), .team(Self.me, teams: [Self.ours]), .team(Self.me, teams: [])]
        let people: [Identifier<Account>?] = [nil, Self.me, Self.kim]
        let teams: [Identifier<Team>?] = [nil, Self.ours, Self.theirs]
        for visibility in levels {
            for assignment in people.flatMap({ person in teams.map { Assignment(assignee: person, team: $0) } }) {
                var reading = Self.reading(assignment, rules: rules, visibility: visibility, failedOf: Self.me)
                reading.read(Self.event(.messageReceived))
                reading.read(Self.event(.messageUpdated, cause: "failed"))
                #expect(reading.news.isEmpty != visibility.includes(assignment), "\(visibility) \(assignment)")
            }
        }
    }

    @Test("several messages count, one told twice doesn't")
    func counting() {
        var facts = NotificationReading.Facts()
        facts.people = [.init(id: Self.me, visibility: .all, teams: [], rules: .init(bell: [.message], places: [.all]))]
        facts.assignments = [Self.conversation: .nobody]
        facts.receivedMessages = [Self.message: Self.now, Self.id(Message.self, 2): Self.now]
        var reading = NotificationReading(facts)
        for message in [Self.message, Self.id(Message.self, 2), Self.id(Message.self, 2)] {
            reading.read(Self.event(.messageReceived, message: message))
        }
        #expect(reading.news.map(\.count) == [2])
        #expect(reading.news.map(\.subjectID) == [Self.id(Message.self, 2).text])
    }

    @Test("what came late is no news", arguments: [(599.0, 1), (600, 1), (601, 0), (86_400, 0)])
    func late(seconds: Double, count: Int) {
        var reading = Self.reading(Assignment(assignee: Self.me), writtenAt: Self.now.addingTimeInterval(-seconds))
        reading.read(Self.event(.messageReceived))
        #expect(reading.news.count == count)
    }

    @Test("whoever reads or answers has no news left of it, and what comes after is news again")
    func seen() {
        let acts = [
            Self.event(.messageQueued, by: "member:\(Self.me)"), Self.event(.conversationUpdated, by: "member:\(Self.me)", cause: "read"),
        ]
        for act in acts {
            var reading = Self.reading(Assignment(assignee: Self.me))
            reading.read(Self.event(.messageReceived))
            reading.read(act)
            #expect(reading.news.isEmpty)
            #expect(reading.seen.map(\.person) == [Self.me])
            reading.read(Self.event(.messageReceived))
            #expect(reading.news.count == 1)
        }
        var others = Self.reading(Assignment(assignee: Self.me))
        others.read(Self.event(.messageReceived))
        others.read(Self.event(.messageQueued, by: "member:\(Self.kim)"))
        others.read(Self.event(.messageQueued, by: "key:key_00000000000000000000000001"))
        #expect(others.news.count == 1)
    }

    @Test("an assignment tells who has it now, unless they took it themselves or had it before")
    func assignment() {
        let rows: [(actor: String, former: Assignment, now: Assignment, count: Int)] = [
            ("member:\(Self.kim)", .nobody, Assignment(assignee: Self.me), 1), ("system:bot", .nobody, Assignment(assignee: Self.me), 1),
            ("member:\(Self.me)", .nobody, Assignment(assignee: Self.me), 0),
            ("member:\(Self.kim)", Assignment(assignee: Self.me), Assignment(assignee: Self.me, team: Self.ours), 0),
            ("member:\(Self.kim)", Assignment(assignee: Self.me), Assignment(assignee: Self.kim), 0),
            ("member:\(Self.kim)", Assignment(assignee: Self.kim, team: Self.ours), Assignment(assignee: Self.me), 1),
        ]
        for row in rows {
            var reading = Self.reading(row.now)
            reading.read(
                Self.event(.conversationUpdated, by: row.actor, subject: row.former.eventText, cause: Assignment.eventCause))
            #expect(reading.news.count == row.count, "\(row)")
        }
    }

    @Test("a message that wasn't sent tells its writer, and nobody's decision about it does")
    func failed() {
        for (writer, actor, count) in [
            (Self.me, "system:dispatcher", 1), (Self.kim, "system:dispatcher", 0), (Self.me, "member:\(Self.kim)", 0),
        ] {
            var reading = Self.reading(.nobody, failedOf: writer)
            reading.read(Self.event(.messageUpdated, by: actor, cause: "failed"))
            #expect(reading.news.count == count)
        }
    }

    @Test("rules of an older version keep the standard for what it didn't know")
    func older() throws {
        #expect(try JSONText.decode(NotificationRules.self, from: "{}") == .standard)
        let mine = NotificationRules(bell: [.failed], places: [])
        #expect(try JSONText.decode(NotificationRules.self, from: JSONText.encode(mine)) == mine)
    }

    @Test("what happens to numbers is news to those who look after them and want it, and to nobody who did it", arguments: [true, false])
    func numbers(manages: Bool) {
        let sender = Self.id(Sender.self, 1)
        for kind in [PersonalNotification.Kind.limit, .stopped] {
            for bell in [Set([kind]), Set(PersonalNotification.Kind.allCases).subtracting([kind])] {
                for actor in ["system:intake", "member:\(Self.me)"] {
                    var facts = NotificationReading.Facts()
                    facts.people = [
                        .init(
                            id: Self.me, visibility: .all, teams: [], rules: .init(bell: bell, places: []), managesSenders: manages)
                    ]
                    if kind == .stopped { facts.stops = [sender: [.init(.suspended, at: Self.now)]] }
                    var reading = NotificationReading(facts)
                    let cause = kind == .limit ? SenderUsage.warningCause : "checked"
                    let event = Event(
                        cursor: .start, kind: EventKind.senderUpdated.rawValue, conversationID: nil, messageID: nil, subjectID: sender.text,
                        actor: actor, cause: cause, at: Self.now)
                    reading.read(event)
                    reading.read(event)
                    let isNews = manages && bell.contains(kind) && actor == "system:intake"
                    #expect(reading.news.map(\.kind) == (isNews ? [kind] : []), "\(kind) \(actor)")
                    #expect(reading.news.allSatisfy { $0.topic == .sender(sender) })
                }
            }
        }
    }

    @Test("who chose before there was a kind has it as it is for all, and who chose since as they chose")
    func laterKinds() throws {
        let before: NotificationRules = try JSONText.decode(from: #"{"bell": ["message"], "places": [], "push": []}"#)
        #expect(before.bell == [.message, .limit, .stopped])
        #expect(before.push == [.limit, .stopped])
        let chosen = NotificationRules(bell: [.message], places: [], push: [])
        let again: NotificationRules = try JSONText.decode(from: JSONText.encode(chosen))
        #expect(again == chosen)
    }

    @Test("a number stops when it could send before, or is suspended, and not when a person switches it off")
    func stops() {
        func entry(_ status: Sender.Status, _ reason: SenderReason?, cause: String = "checked") -> SenderHistoryEntry {
            SenderHistoryEntry(sequence: 1, cause: cause, actor: "system:x", status: status, reason: reason, explanation: nil, at: Self.now)
        }
        let online = entry(.online, nil)
        #expect(entry(.suspended, .suspended).stop(after: online) == .suspended)
        #expect(entry(.suspended, .suspended).stop(after: entry(.offline, .creditsMissing)) == .suspended)
        #expect(entry(.suspended, .suspended).stop(after: entry(.suspended, .suspended)) == nil)
        #expect(entry(.offline, .creditsMissing).stop(after: online) == .creditsMissing)
        #expect(entry(.failed, .tokenRefused).stop(after: online) == .tokenRefused)
        #expect(entry(.failed, .tokenRefused).stop(after: entry(.connecting, .checking)) == nil)
        #expect(entry(.offline, .switchedOff).stop(after: online) == nil)
        #expect(entry(.connecting, .checking).stop(after: online) == nil)
        #expect(entry(.online, .restricted).stop(after: online) == nil)
        // Nothing is known of before: "checked" may have found anything.
        #expect(entry(.suspended, .suspended).stop(after: nil) == nil)
        #expect(entry(.suspended, .suspended, cause: "suspended").stop(after: nil) == .suspended)
    }
}
