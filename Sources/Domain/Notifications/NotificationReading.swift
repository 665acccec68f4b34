package import struct Foundation.Date

/// Reads a stretch of the event log, in its order, and tells what it means for each person's bell. Pure: all it needs to know is given.
package struct NotificationReading: Sendable {
    /// A member of the workspace, as far as this matters.
    package struct Person: Sendable {
        package let id: Identifier<Account>
        package let visibility: Visibility
        package let teams: Set<Identifier<Team>>
        package let rules: NotificationRules
        package let isAvailable: Bool
        /// Whether they look after numbers, and hear of what happens to them.
        package let managesSenders: Bool

        package init(
            id: Identifier<Account>, visibility: Visibility, teams: Set<Identifier<Team>>, rules: NotificationRules,
            isAvailable: Bool = true, managesSenders: Bool = false
        ) {
            (self.id, self.visibility, self.teams, self.rules, self.isAvailable) = (id, visibility, teams, rules, isAvailable)
            self.managesSenders = managesSenders
        }

        fileprivate func wantsMessage(in assignment: Assignment) -> Bool {
            rules.wantMessage(in: assignment, for: id, teams: teams, isAvailable: isAvailable)
        }
    }

    /// What stands behind the ids of the events.
    package struct Facts: Sendable {
        package var people: [Person] = []
        package var assignments: [Identifier<Conversation>: Assignment] = [:]
        /// By the provider's clock.
        package var receivedMessages: [Identifier<Message>: Date] = [:]
        /// Messages that weren't sent, and whose they are.
        package var failedMessages: [Identifier<Message>: Identifier<Account>] = [:]
        /// Whom each note calls, and since when.
        package var mentions: [Identifier<Note>: [Mention]] = [:]
        /// When numbers that were online stopped, and why.
        package var stops: [Identifier<Sender>: [Stop]] = [:]

        package init() {}
    }

    package struct Mention: Sendable {
        package let person: Identifier<Account>
        package let at: Date

        package init(_ person: Identifier<Account>, at: Date) { (self.person, self.at) = (person, at) }
    }

    package struct Stop: Sendable, Equatable {
        package let reason: SenderReason
        package let at: Date

        package init(_ reason: SenderReason, at: Date) { (self.reason, self.at) = (reason, at) }
    }

    package struct Place: Sendable, Hashable {
        package let person: Identifier<Account>
        package let conversation: Identifier<Conversation>
    }

    /// News of one kind about one conversation or number for one person.
    package struct News: Sendable, Equatable {
        package let person: Identifier<Account>
        package let topic: PersonalNotification.Topic
        package let kind: PersonalNotification.Kind
        package fileprivate(set) var subjectID: String?
        package fileprivate(set) var actor: Identifier<Account>?
        package fileprivate(set) var count: Int
        package fileprivate(set) var at: Date
    }

    private struct Key: Hashable {
        let person: Identifier<Account>
        let topic: PersonalNotification.Topic
        let kind: PersonalNotification.Kind
    }

    private let facts: Facts
    private let people: [Identifier<Account>: Person]
    private var pending: [Key: News] = [:]
    /// Who has read or answered which conversation: what they had of it before is no news any more.
    package private(set) var seen: Set<Place> = []
    /// Conversations that somebody has taken or answered which nobody had, and for whom their new messages are no news any more.
    package private(set) var taken: [Identifier<Conversation>: Set<Identifier<Account>>] = [:]

    package init(_ facts: Facts) {
        self.facts = facts
        people = Dictionary(facts.people.map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one })
    }

    /// In the order of people, topics and kinds, so that two writers can't wait for each other.
    package var news: [News] {
        pending.values.sorted {
            ($0.person, $0.topic, $0.kind.rawValue) < ($1.person, $1.topic, $1.kind.rawValue)
        }
    }

    package func rules(of person: Identifier<Account>) -> NotificationRules? { people[person]?.rules }

    package var newsCount: Int { pending.count }

    package mutating func read(_ event: Event) {
        guard let conversation = event.conversationID else { return readSender(event) }
        let actor = Actor(parsing: event.actor)?.member
        switch EventKind(rawValue: event.kind) {
        case .messageReceived: received(event, in: conversation)
        case .messageQueued:
            guard let actor else { return }
            clear(actor, conversation)
            if facts.assignments[conversation] == .nobody { release(conversation, from: actor) { !$0.rules.places.contains(.all) } }
        case .conversationUpdated:
            if event.cause == Assignment.eventCause {
                assigned(event, conversation, by: actor)
            } else if event.cause == "read", let actor {
                clear(actor, conversation)
            }
        case .messageUpdated:
            guard let message = event.messageID, let writer = facts.failedMessages[message], actor == nil else { return }
            add(.failed, for: writer, about: conversation, subject: message.text, by: nil, at: event.at)
        case .noteCreated, .noteUpdated:
            guard let note = event.subjectID, let called = facts.mentions[Identifier(note)] else { return }
            // Only whom this writing calls: those whom the note called before know of it.
            for mention in called where mention.at == event.at {
                add(.mention, for: mention.person, about: conversation, subject: note, by: actor, at: event.at)
            }
        default: break
        }
    }

    private mutating func readSender(_ event: Event) {
        guard event.kind == EventKind.senderUpdated.rawValue, let id = event.subjectID.map({ Identifier<Sender>($0) }) else { return }
        let actor = Actor(parsing: event.actor)?.member
        if event.cause == SenderUsage.warningCause { tell(.limit, of: id, subject: nil, by: actor, at: event.at) }
        for stop in facts.stops[id] ?? [] where stop.at == event.at {
            tell(.stopped, of: id, subject: stop.reason.rawValue, by: actor, at: event.at)
        }
    }

    /// For all who look after numbers, want it, and didn't do it themselves.
    private mutating func tell(
        _ kind: PersonalNotification.Kind, of id: Identifier<Sender>, subject: String?, by actor: Identifier<Account>?, at moment: Date
    ) {
        for person in facts.people where person.managesSenders && person.rules.bell.contains(kind) && person.id != actor {
            note(Key(person: person.id, topic: .sender(id), kind: kind), subject: subject, by: actor, at: moment)
        }
    }

    private mutating func received(_ event: Event, in conversation: Identifier<Conversation>) {
        guard let message = event.messageID, let at = facts.receivedMessages[message], let assignment = facts.assignments[conversation],
            event.at.timeIntervalSince(at) <= PersonalNotification.lateSeconds
        else { return }
        for person in facts.people where person.wantsMessage(in: assignment) {
            add(.message, for: person.id, about: conversation, subject: message.text, by: nil, at: event.at)
        }
    }

    private mutating func assigned(_ event: Event, _ conversation: Identifier<Conversation>, by actor: Identifier<Account>?) {
        // Whose it is now: had it gone through several hands since, those before have nothing to do with it.
        guard let assignment = facts.assignments[conversation] else { return }
        let former = Assignment(eventText: event.subjectID ?? "")
        if former == .nobody, assignment != .nobody {
            release(conversation, from: assignment.assignee) { !$0.wantsMessage(in: assignment) }
        }
        guard let assignee = assignment.assignee, assignee != former.assignee else { return }
        add(.assignment, for: assignee, about: conversation, subject: nil, by: actor, at: event.at)
    }

    /// Only for those who may see the conversation, want it, and didn't do it themselves.
    private mutating func add(
        _ kind: PersonalNotification.Kind, for id: Identifier<Account>, about conversation: Identifier<Conversation>, subject: String?,
        by actor: Identifier<Account>?, at moment: Date
    ) {
        guard let person = people[id], person.rules.bell.contains(kind), actor != id, let assignment = facts.assignments[conversation],
            person.visibility.includes(assignment)
        else { return }
        note(Key(person: id, topic: .conversation(conversation), kind: kind), subject: subject, by: actor, at: moment)
    }

    private mutating func note(_ key: Key, subject: String?, by actor: Identifier<Account>?, at moment: Date) {
        guard var news = pending[key] else {
            pending[key] = News(
                person: key.person, topic: key.topic, kind: key.kind, subjectID: subject, actor: actor, count: 1, at: moment)
            return
        }
        // The same thing told twice is one.
        if subject == nil || news.subjectID != subject { news.count += 1 }
        (news.subjectID, news.actor, news.at) = (subject, actor, moment)
        pending[key] = news
    }

    /// Somebody looks after it now: those who heard of it only because nobody did need not look any more.
    private mutating func release(
        _ conversation: Identifier<Conversation>, from actor: Identifier<Account>?, _ isOver: (Person) -> Bool
    ) {
        for person in facts.people where person.id != actor && isOver(person) {
            taken[conversation, default: []].insert(person.id)
            pending[Key(person: person.id, topic: .conversation(conversation), kind: .message)] = nil
        }
    }

    private mutating func clear(_ person: Identifier<Account>, _ conversation: Identifier<Conversation>) {
        seen.insert(Place(person: person, conversation: conversation))
        for kind in PersonalNotification.Kind.allCases {
            pending[Key(person: person, topic: .conversation(conversation), kind: kind)] = nil
        }
    }
}
