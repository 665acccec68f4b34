internal import Domain
internal import Metrics
internal import ServiceLifecycle
package import Store

package import struct Foundation.Date

/// Reads the event log and makes people's notifications of it. Any number of processes may do so: how far the log was read is kept with what was
/// made of it, in one transaction, so that each event counts once.
package final class NotificationMaker: Service {
    /// Events looked at in one go.
    private static let pageLimit = 500
    /// Notifications from which a page ends early, so that its transaction stays short.
    private static let newsLimit = 1_000
    /// What happened so long ago is no news, also when nobody could read the log since.
    private static let newsSeconds = 86_400.0

    private let database: any Database
    private let signals: Signals
    private let now: @Sendable () -> Date
    private let following: EventFollowing

    package init(database: any Database, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.signals, self.now) = (database, signals, now)
        following = EventFollowing("notifications", database, signals)
    }

    package func run() async throws { await following.run { try await self.round() } }

    /// Reads what there is.
    package func round() async throws {
        try await following.readOn(in: NotificationFeedTable.behind) { try await self.read($0) }
    }

    private struct Step: Sendable {
        let from: EventCursor?
        let to: EventCursor
        let reading: NotificationReading
    }

    /// One page of a workspace's log; false at its end.
    private func read(_ workspaceID: Identifier<Workspace>) async throws -> Bool {
        let moment = now()
        guard let step = try await database.read({ try Self.look($0, in: workspaceID, now: moment) }) else { return false }
        let made = try await database.write { try Self.write(step, $0, in: workspaceID, now: moment) }
        if made.isTold {
            signals.eventsAppended(in: workspaceID)
            signals.jobsAdded()
        }
        if made.count > 0 { Counter(label: "notifications_total").increment(by: Int64(made.count)) }
        return true
    }

    private static func look(
        _ transaction: any Transaction, in workspaceID: Identifier<Workspace>, now: Date
    ) throws -> Step? {
        let feed = NotificationFeedTable(transaction, in: workspaceID)
        let from = try feed.place.cursor()
        let page = try EventTable(transaction, .system("notifications", in: workspaceID)).page(after: from ?? .start, limit: pageLimit)
        guard let end = page.end else { return nil }
        let events = page.events.filter { now.timeIntervalSince($0.at) < newsSeconds && $0.mayBeNews }
        guard !events.isEmpty else { return Step(from: from, to: end, reading: NotificationReading(.init())) }

        var facts = NotificationReading.Facts()
        facts.people = try feed.people()
        facts.assignments = try feed.assignments(of: Set(events.compactMap(\.conversationID)).sorted())
        facts.receivedMessages = try feed.times(of: messages(of: .messageReceived, in: events))
        facts.failedMessages = try feed.failed(messages(of: .messageUpdated, in: events))
        facts.stops = try feed.stops(of: Set(events.compactMap(\.senderID)).sorted())
        let notes = Set(events.filter(\.isNoteWritten).compactMap(\.subjectID)).sorted()
        facts.mentions = try feed.mentions(in: notes.map { Identifier($0) })
        var reading = NotificationReading(facts)
        for event in events {
            reading.read(event)
            if reading.newsCount >= newsLimit { return Step(from: from, to: event.cursor, reading: reading) }
        }
        return Step(from: from, to: end, reading: reading)
    }

    private static func messages(of kind: EventKind, in events: [Event]) -> [Identifier<Message>] {
        Set(events.filter { $0.kind == kind.rawValue }.compactMap(\.messageID)).sorted()
    }

    private struct Made {
        var count = 0
        /// Whether somebody's bell looks different now.
        var isTold = false
    }

    private static func write(
        _ step: Step, _ transaction: any Transaction, in workspaceID: Identifier<Workspace>, now: Date
    ) throws -> Made {
        let feed = NotificationFeedTable(transaction, in: workspaceID)
        guard try feed.place.advance(from: step.from, to: step.to) else { return Made() }
        var events: [NewEvent] = []
        let seen = step.reading.seen.sorted { ($0.person, $0.conversation) < ($1.person, $1.conversation) }
        for place in seen where try feed.markRead(place, at: now) {
            events.append(NewEvent(.notificationRead, conversation: place.conversation, cause: place.person.text))
        }
        for (conversation, people) in step.reading.taken.sorted(by: { $0.key < $1.key }) {
            events += try feed.markTaken(conversation, from: people.sorted(), at: now).sorted().map {
                NewEvent(.notificationRead, conversation: conversation, cause: $0.text)
            }
        }
        let made = try feed.add(step.reading.news, now: now)
        events += made.map { one in
            NewEvent(
                one.isNew ? .notificationCreated : .notificationUpdated, conversation: one.topic.conversationID, subject: one.id.text,
                cause: one.person.text)
        }
        try EventTable(transaction, .system("notifications", in: workspaceID)).append(events, at: now)
        let pushed = made.filter { one in
            step.reading.rules(of: one.person)?.push.contains(one.kind) == true
        }
        try PushJob.request(pushed, in: workspaceID, transaction, now: now)
        let people = Set(made.map(\.person)).sorted().compactMap { id in step.reading.rules(of: id).map { (id: id, digest: $0.digest) } }
        try DigestJob.request(people, in: workspaceID, transaction, now: now)
        try DigestJob.requestAtOnce(Set(made.filter(\.isMailedAtOnce).map(\.person)).sorted(), in: workspaceID, transaction, now: now)
        return Made(count: made.count, isTold: !events.isEmpty)
    }
}

extension Event {
    /// Of what happens in numbers, most is nobody's news: it needs no further look.
    fileprivate var mayBeNews: Bool {
        switch EventKind(rawValue: kind) {
        case .messageReceived, .noteCreated, .noteUpdated, .senderUpdated: true
        case .messageQueued: Actor(parsing: actor)?.member != nil
        case .conversationUpdated: cause == Assignment.eventCause || cause == "read"
        case .messageUpdated: !Self.goodCauses.contains(cause ?? "")
        default: false
        }
    }

    /// The number that something happened to.
    fileprivate var senderID: Identifier<Sender>? { kind == EventKind.senderUpdated.rawValue ? subjectID.map { Identifier($0) } : nil }

    fileprivate var isNoteWritten: Bool { kind == EventKind.noteCreated.rawValue || kind == EventKind.noteUpdated.rawValue }

    private static let goodCauses: Set<String> = ["sending", "sent", "delivered", "read", "played", "reaction", "edit", "revoke", "retry"]
}

extension NotificationFeedTable.Made {
    /// What happens to a number is for people who may not be looking. Of missing credits the renewals write by themselves.
    fileprivate var isMailedAtOnce: Bool {
        PersonalNotification.Kind.ofNumbers.contains(kind) && subjectID != SenderReason.creditsMissing.rawValue
    }
}
