internal import Domain
internal import ServiceLifecycle
package import Store

package import struct Foundation.Date

/// Gives conversations that no person has to people who are available, as their team or the workspace wants it. A reader of the event log: any number of
/// processes may be one, because how far the log was read is kept with what was given, in one transaction.
package final class Distributor: Service {
    static let reader = "distribution"
    /// Events looked at in one go.
    private static let pageLimit = 500

    private let database: any Database
    private let signals: Signals
    private let now: @Sendable () -> Date
    private let following: EventFollowing

    package init(database: any Database, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.signals, self.now) = (database, signals, now)
        following = EventFollowing(Self.reader, database, signals)
    }

    package func run() async throws { await following.run { try await self.round() } }

    /// Reads what there is, in the workspaces that want it.
    package func round() async throws {
        try await following.readOn(in: DistributionTable.workspaces) { try await self.step($0) }
    }

    /// One page of a workspace's log; false at its end.
    private func step(_ workspaceID: Identifier<Workspace>) async throws -> Bool {
        let access = Access.system(Self.reader, in: workspaceID)
        let look = try await database.read { try Self.look($0, access) }
        guard let look else { return false }
        let isAnew = look.from == nil || look.events.contains(where: Self.brings)
        if isAnew { try await giveWaiting(access) }
        let concerned = look.events.filter { $0.mayLeaveWaiting }
        let moment = now()
        let given = try await database.write { transaction in
            guard try EventReaderTable(transaction, Self.reader, in: workspaceID).advance(from: look.from, to: look.end) else { return 0 }
            var step = DistributionStep(transaction, access, at: moment)
            return try step.give(concerned)
        }
        if given > 0 { signals.eventsAppended(in: workspaceID) }
        return look.from != nil
    }

    private struct Look: Sendable {
        let from: EventCursor?
        let events: [Event]
        let end: EventCursor
    }

    private static func look(_ transaction: any Transaction, _ access: Access) throws -> Look? {
        let log = EventTable(transaction, access)
        // What happened before it was wanted stays as it is.
        guard let from = try EventReaderTable(transaction, reader, in: access.workspaceID).cursor() else {
            return Look(from: nil, events: [], end: try log.end())
        }
        let page = try log.page(after: from, limit: pageLimit)
        return page.end.map { Look(from: from, events: page.events, end: $0) }
    }

    /// Whether somebody may be there now who wasn't, or something else is wanted.
    private static func brings(_ event: Event) -> Bool {
        event.kind == EventKind.teamUpdated.rawValue
            || (event.kind == EventKind.memberUpdated.rawValue
                && [.added, .activated, .availability, .role].contains(event.cause.flatMap(MemberChange.init(rawValue:))))
    }

    /// Those in which customers wait for a first look, some at a time.
    private func giveWaiting(_ access: Access) async throws {
        var place: TimeCursor?
        repeat {
            let (after, moment) = (place, now())
            let (next, given) = try await database.write { transaction in
                let waiting = try DistributionTable(transaction, access).unread(after: after, limit: Self.pageLimit)
                var step = DistributionStep(transaction, access, at: moment)
                let given = try step.give(waiting.map(\.id))
                return (waiting.count == Self.pageLimit ? waiting.last?.place : nil, given)
            }
            if given > 0 { signals.eventsAppended(in: access.workspaceID) }
            place = next
        } while place != nil && !following.isOver
    }
}

extension Event {
    /// Whether a conversation may wait for somebody from then on.
    fileprivate var mayLeaveWaiting: Bool {
        // What was given here doesn't wait.
        if actor == Actor.system(Distributor.reader).text { return false }
        return switch EventKind(rawValue: kind) {
        case .messageReceived: true
        case .conversationUpdated: [Assignment.eventCause, Conversation.State.open.rawValue, "snooze-ended"].contains(cause)
        default: false
        }
    }
}

/// What is given in one transaction: each knows of those before it.
struct DistributionStep {
    private let table: DistributionTable
    private let leads: LeadUpkeepTable
    private let conversations: ConversationTable
    private let members: MemberTable
    private let log: EventTable
    private let now: Date
    private var distributions: [Identifier<Team>?: Distribution] = [:]
    private var candidates: [Identifier<Team>?: [Distribution.Candidate]] = [:]

    init(_ transaction: any Transaction, _ access: Access, at now: Date) {
        table = DistributionTable(transaction, access)
        leads = LeadUpkeepTable(transaction, access)
        conversations = ConversationTable(transaction, access)
        members = MemberTable(transaction, access)
        log = EventTable(transaction, access)
        self.now = now
    }

    /// Of each conversation, what happened last decides: what a person took from somebody who is there, and gave to no team, stays nobody's until the
    /// customer writes again.
    mutating func give(_ events: [Event]) throws -> Int {
        var isWanted: [Identifier<Conversation>: Bool] = [:]
        for event in events {
            guard let id = event.conversationID else { continue }
            isWanted[id] = try event.cause != Assignment.eventCause || !isPutDown(id, from: Assignment(eventText: event.subjectID ?? ""))
        }
        return try give(isWanted.filter(\.value).keys.sorted())
    }

    private func isPutDown(_ id: Identifier<Conversation>, from former: Assignment) throws -> Bool {
        guard let assignee = former.assignee, let member = try members.member(assignee), member.isActive,
            member.availability == .available
        else { return false }
        return try conversations.find(id)?.assignment.team == nil
    }

    /// Returns how many were given to somebody.
    mutating func give(_ ids: [Identifier<Conversation>]) throws -> Int {
        var (given, followed): ([NewEvent], [NewEvent]) = ([], [])
        for waiting in try table.waiting(among: ids) {
            guard let (account, turn) = try next(for: waiting.team) else { continue }
            let assignment = Assignment(assignee: account, team: waiting.team)
            guard try conversations.assign(waiting.conversation, to: assignment) else { continue }
            try table.gave(to: account, at: turn)
            given.append(.assigned(waiting.conversation, from: Assignment(team: waiting.team), to: assignment))
            followed += try leads.follow(waiting.conversation, to: account, at: now).map { [.leadFollowed($0)] } ?? []
        }
        try log.append(given + followed, at: now)
        return given.count
    }

    /// Whose turn it is, and its time, which is later than that of all turns before: the last one given is the last to be given again.
    private mutating func next(for team: Identifier<Team>?) throws -> (account: Identifier<Account>, turn: Date)? {
        let distribution = try distributions[team] ?? table.distribution(of: team)
        distributions[team] = distribution
        guard distribution != .manual else { return nil }
        if candidates[team] == nil { candidates[team] = try table.candidates(for: team, countingLoad: distribution == .leastBusy) }
        guard let chosen = distribution.choose(among: candidates[team] ?? []) else { return nil }
        let former = candidates.values.joined().compactMap(\.givenAt).max()
        let turn = max(now, former?.addingTimeInterval(0.001) ?? now)
        for key in candidates.keys {
            candidates[key] = candidates[key]?.map {
                $0.account == chosen ? .init(account: chosen, givenAt: turn, load: $0.load + 1) : $0
            }
        }
        return (chosen, turn)
    }
}
