/// Who looks after a conversation: a person, a team, both or nobody.
package struct Assignment: Sendable, Equatable {
    package static let nobody = Assignment()
    /// Cause of the event of a change, whose subject is how the conversation was assigned before.
    package static let eventCause = "assigned"

    package let assignee: Identifier<Account>?
    package let team: Identifier<Team>?

    package init(assignee: Identifier<Account>? = nil, team: Identifier<Team>? = nil) { (self.assignee, self.team) = (assignee, team) }

    /// As an event holds it, for those who saw the conversation before: `acc_…`, `tem_…`, both with a space between, or nothing.
    package init(eventText: String) {
        let parts = eventText.split(separator: " ").map(String.init)
        self.init(
            assignee: parts.lazy.compactMap { Identifier<Account>(parsing: $0) }.first,
            team: parts.lazy.compactMap { Identifier<Team>(parsing: $0) }.first)
    }

    package var eventText: String { [assignee?.text, team?.text].compactMap(\.self).joined(separator: " ") }
}

package enum AssignmentProblem: Problem, Equatable {
    case assigneeMissing
    case teamMissing
    /// Nobody in it could see the conversation.
    case teamBlind
    /// Where only one of a person and a team can be chosen.
    case notBoth

    package var kind: ProblemKind { .invalid }

    package var code: String {
        switch self {
        case .assigneeMissing: "assignment.assignee-missing"
        case .teamMissing: "assignment.team-missing"
        case .teamBlind: "assignment.team-blind"
        case .notBoth: "assignment.not-both"
        }
    }

    package var detail: String {
        switch self {
        case .assigneeMissing: "There is no such member in this workspace. Choose somebody else."
        case .teamMissing: "There is no such team in this workspace. Choose another one."
        case .teamBlind:
            "Nobody in this team could see the conversation. Choose a person, or ask an owner or admin to change the team or what agents see."
        case .notBoth: "Choose either a person or a team. A team gives its conversations to people by its own rule."
        }
    }

    package var field: String? {
        switch self {
        case .assigneeMissing: "assignee"
        case .teamMissing, .teamBlind, .notBoth: "team"
        }
    }
}
