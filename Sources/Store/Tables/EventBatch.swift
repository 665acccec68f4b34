package import Domain

/// A part of the log as it was read, before it is anybody's: it gives each reader only what they may see.
package struct EventBatch: Sendable {
    private let workspaceID: Identifier<Workspace>
    private let events: [Event]
    /// How the conversations are assigned that the events are about; those that are gone are missing.
    private let assignments: [Identifier<Conversation>: Assignment]
    private let owners: RecordOwners

    init(
        _ events: [Event], of workspaceID: Identifier<Workspace>, assignments: [Identifier<Conversation>: Assignment], owners: RecordOwners
    ) {
        (self.events, self.workspaceID, self.assignments, self.owners) = (events, workspaceID, assignments, owners)
    }

    /// The last one that was looked at; nil when the log ended before it.
    package var end: EventCursor? { events.last?.cursor }

    /// What the reader may see of it, behind a cursor, oldest first: what isn't another person's own, and is about no conversation or about one that
    /// they may see. Of a conversation that was taken from them they learn that, and no more. Of leads and clients that they may not see, or that are
    /// gone, they learn that some changed, so that what they have open comes anew.
    package func visible(to access: Access, after cursor: EventCursor = .start) throws -> [Event] {
        try access.require(.eventsView)
        guard access.workspaceID == workspaceID else { throw AccessProblem.workspaceMissing }
        return events.compactMap { event in
            guard event.cursor > cursor, !event.isPersonal || isOwn(event, access) else { return nil }
            let kind = EventKind(rawValue: event.kind)
            if let grant = kind?.grant, !access.permits(grant) { return nil }
            if kind == .leadUpdated || kind == .clientUpdated {
                return owners.shows(event.subjectID, to: access.visibility) ? event : event.bare
            }
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

extension EventKind {
    /// What a reader must be allowed besides reading events.
    fileprivate var grant: Grant? {
        switch self {
        case .leadUpdated: .leadsView
        case .clientUpdated: .clientsView
        case .campaignUpdated: .campaignsView
        default: nil
        }
    }
}

/// Who looks after the leads and clients that events are about.
struct RecordOwners {
    static let none = RecordOwners(owners: [:], teams: [:])

    /// By the id of the record; those that are gone are missing.
    private let owners: [String: Identifier<Account>?]
    private let teams: [Identifier<Account>: Set<Identifier<Team>>]

    private init(owners: [String: Identifier<Account>?], teams: [Identifier<Account>: Set<Identifier<Team>>]) {
        (self.owners, self.teams) = (owners, teams)
    }

    init(of events: [Event], in workspaceID: Identifier<Workspace>, _ transaction: any Transaction) throws {
        var found: [String: Identifier<Account>?] = [:]
        for (kind, table) in [(EventKind.leadUpdated, "leads"), (.clientUpdated, "clients")] {
            let ids = Set(events.filter { $0.kind == kind.rawValue }.compactMap(\.subjectID)).sorted()
            guard !ids.isEmpty else { continue }
            for row in try transaction.rows(
                "SELECT id, owner_id FROM \(raw: table) WHERE workspace_id = \(workspaceID) AND id IN (\(list: ids.map { SQLValue.text($0) }))"
            ) {
                found[try row.text(0)] = .some(try row.idOrNil(1))
            }
        }
        let people = Set(found.values.compactMap(\.self)).sorted()
        var teams: [Identifier<Account>: Set<Identifier<Team>>] = [:]
        if !people.isEmpty {
            for row in try transaction.rows(
                """
                SELECT account_id, team_id FROM team_members
                WHERE workspace_id = \(workspaceID) AND account_id IN (\(list: people.map { SQLValue($0) }))
                """)
            {
                teams[try row.id(0), default: []].insert(try row.id(1))
            }
        }
        self.init(owners: found, teams: teams)
    }

    /// As ``Access/andLooksAfter(_:)`` says it in SQL.
    func shows(_ record: String?, to visibility: Visibility) -> Bool {
        if visibility == .all { return true }
        guard let record, let owner = owners[record] else { return false }
        return switch visibility {
        case .all: true
        case .own(let account): owner == account
        case .team(let account, let colleagues):
            owner.map { $0 == account || !teams[$0, default: []].isDisjoint(with: colleagues) } ?? true
        }
    }
}
