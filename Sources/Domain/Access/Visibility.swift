/// How much of the inbox the members of a role see.
package enum VisibilityLevel: String, Sendable, CaseIterable, Codable {
    /// What is assigned to them.
    case own
    /// That, what is assigned to one of their teams, and what is assigned to nobody.
    case team
    case all
}

/// Which conversations a caller may see: one rule, which every table that holds a part of a conversation applies.
package enum Visibility: Sendable, Equatable {
    case all
    case own(Identifier<Account>)
    case team(Identifier<Account>, teams: Set<Identifier<Team>>)

    package init(_ level: VisibilityLevel, of account: Identifier<Account>, teams: Set<Identifier<Team>>) {
        switch level {
        case .all: self = .all
        case .own: self = .own(account)
        case .team: self = .team(account, teams: teams)
        }
    }

    /// Whom a conversation that the caller begins is assigned to, so that they see it.
    package var assigneeOfNew: Identifier<Account>? { if case .own(let account) = self { account } else { nil } }

    /// Whether a conversation that is assigned so can be seen.
    package func includes(_ assignment: Assignment) -> Bool {
        switch self {
        case .all: true
        case .own(let account): assignment.assignee == account
        case .team(let account, let teams):
            assignment.assignee == account || assignment.team.map(teams.contains) ?? (assignment.assignee == nil)
        }
    }
}

package enum VisibilityProblem: Problem, Equatable {
    case fixed(Role)

    package var kind: ProblemKind { .conflict }
    package var code: String { "visibility.fixed" }
    package var detail: String {
        switch self {
        case .fixed(let role): "Somebody with the role \(role.rawValue) always sees every conversation. The role agent can be changed."
        }
    }
    package var field: String? { "visibility" }
}
