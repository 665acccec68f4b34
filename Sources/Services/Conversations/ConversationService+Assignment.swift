package import Domain
package import Store

internal import struct Foundation.Date

extension ConversationService {
    /// Gives the conversation to a person, a team, both or nobody; returns whether anything changed. Throws ``AssignmentProblem``.
    func assign(_ conversation: Conversation, to assignment: Assignment, access: Access, in transaction: any Transaction) throws -> Bool {
        try AssignmentRules(transaction, access).check(assignment)
        guard try ConversationTable(transaction, access).assign(conversation.id, to: assignment) else { return false }
        let lead = try assignment.assignee.flatMap { assignee in
            try LeadUpkeepTable(transaction, access).follow(conversation.id, to: assignee, at: now())
        }
        try EventTable(transaction, access).append(
            [.assigned(conversation.id, from: conversation.assignment, to: assignment)] + (lead.map { [.leadFollowed($0)] } ?? []),
            at: now())
        return true
    }

    /// The people of the workspace and its teams, both by name. A conversation can be given to those who are active.
    package func assignees(access: Access) async throws -> (people: [Member], teams: [Team]) {
        try access.require(.conversationsAssign)
        return try await database.read { transaction in
            let reading = access.withGrant(.membersManage).withGrant(.conversationsView)
            let people = try MemberTable(transaction, reading).all()
            return (
                people.sorted { ($0.account.name.lowercased(), $0.account.id) < ($1.account.name.lowercased(), $1.account.id) },
                try TeamTable(transaction, reading).all()
            )
        }
    }
}

/// To whom conversations can be given: by people, and by themselves when they are new.
struct AssignmentRules {
    private let access: Access
    private let transaction: any Transaction

    init(_ transaction: any Transaction, _ access: Access) {
        self.transaction = transaction
        self.access = access.withGrant(.conversationsView).withGrant(.membersManage)
    }

    /// Throws ``AssignmentProblem``.
    func check(_ assignment: Assignment) throws { if let problem = try problem(of: assignment) { throw problem } }

    /// Why a conversation can't be given to them; nil when it can.
    func problem(of assignment: Assignment) throws -> AssignmentProblem? {
        let members = MemberTable(transaction, access)
        if let assignee = assignment.assignee, try members.member(assignee)?.isActive != true { return .assigneeMissing }
        guard let id = assignment.team else { return nil }
        guard let team = try TeamTable(transaction, access).find(id) else { return .teamMissing }
        guard assignment.assignee == nil else { return nil }
        // Who sees only what is theirs doesn't see what is their team's.
        let levels = VisibilityTable(transaction, access)
        return try members.roles(of: team.members).contains { try levels.level(of: $0) != .own } ? nil : .teamBlind
    }
}

/// Takes a person or a team off all conversations they have, some at a time, and then does what can't be done before.
struct ConversationRelease: Sendable {
    let database: any Database
    let now: @Sendable () -> Date

    /// - Parameter last: runs in the transaction of the last step.
    func run(_ holder: ConversationTable.Holder, access: Access, last: @escaping @Sendable (any Transaction) throws -> Void) async throws {
        var isOver = false
        while !isOver {
            isOver = try await database.write { transaction in
                let released = try ConversationTable(transaction, access).release(holder)
                try EventTable(transaction, access).append(
                    released.map { .assigned($0.id, from: $0.was, to: holder.takenOff($0.was)) }, at: now())
                guard released.count < ConversationTable.releaseLimit else { return false }
                try last(transaction)
                return true
            }
        }
    }
}

extension ConversationTable.Holder {
    /// What is left of an assignment without it.
    fileprivate func takenOff(_ assignment: Assignment) -> Assignment {
        switch self {
        case .person: Assignment(team: assignment.team)
        case .team: Assignment(assignee: assignment.assignee)
        }
    }
}

extension NewEvent {
    /// Who saw it before learns that they don't any more.
    static func assigned(_ id: Identifier<Conversation>, from former: Assignment, to assignment: Assignment) -> NewEvent {
        NewEvent(
            .conversationUpdated, conversation: id, subject: former.eventText, cause: Assignment.eventCause, deed: .assigned(assignment))
    }

    /// The lead that came with a conversation belongs to whoever was given that.
    static func leadFollowed(_ id: Identifier<Lead>) -> NewEvent { NewEvent(.leadUpdated, subject: id.text, cause: "changed") }
}
