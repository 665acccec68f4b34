package import Domain

/// A part of the log as it was read, before it is anybody's: it gives each reader only what they may see.
package struct EventBatch: Sendable {
    private let workspaceID: Identifier<Workspace>
    private let events: [Event]
    /// How the conversations are assigned that the events are about; those that are gone are missing.
    private let assignments: [Identifier<Conversation>: Assignment]

    init(_ events: [Event], of workspaceID: Identifier<Workspace>, assignments: [Identifier<Conversation>: Assignment]) {
        (self.events, self.workspaceID, self.assignments) = (events, workspaceID, assignments)
    }

    /// The last one that was looked at; nil when the log ended before it.
    package var end: EventCursor? { events.last?.cursor }

    /// What the reader may see of it, behind a cursor, oldest first: what isn't another person's own, and is about no conversation or about one that
    /// they may see. Of a conversation that was taken from them they learn that, and no more.
    package func visible(to access: Access, after cursor: EventCursor = .start) throws -> [Event] {
        try access.require(.eventsView)
        guard access.workspaceID == workspaceID else { throw AccessProblem.workspaceMissing }
        return events.compactMap { event in
            guard event.cursor > cursor, !event.isPersonal || isOwn(event, access) else { return nil }
            guard access.visibility != .all, let conversation = event.conversationID else { return event }
            if let assignment = assignments[conversation], access.visibility.includes(assignment) { return event }
            let isAssigned = event.kind == EventKind.conversationUpdated.rawValue && event.cause == Assignment.eventCause
            let isDeleted = event.kind == EventKind.conversationDeleted.rawValue
            guard isAssigned || isDeleted, access.visibility.includes(Assignment(eventText: event.subjectID ?? "")) else { return nil }
            return isDeleted ? event : event.withdrawn
        }
    }

    private func isOwn(_ event: Event, _ access: Access) -> Bool {
        guard case .member(let person) = access.actor else { return false }
        return event.cause == person.text
    }
}
