internal import Domain

internal import struct Foundation.Date

struct TeamBody: Encodable {
    let id: Identifier<Team>
    let name: String
    let members: [Identifier<Account>]
    let distribution: Distribution
    let createdAt: Date

    init(_ team: Team) {
        (id, name, members, createdAt) = (team.id, team.name, team.members, team.createdAt)
        distribution = team.distribution
    }
}

extension TeamBody: APISchema {
    static let schemaName = "Team"
    static let schema = Schema.object([
        "id": Schema.id(Team.self), "name": Schema.text(), "members": Schema.list(Schema.id(Account.self)),
        "distribution": Schema.choice(Distribution.self, distributionHelp), "createdAt": Schema.instant(),
    ])
    static let distributionHelp =
        "How its conversations find a person: manual, somebody takes them; round-robin, in turn; least-busy, who has the fewest open ones. Only people who are available."
    static let example: JSONValue = [
        "id": "tem_01jz3c4m5n6p7q8r9s0t1v2w3x", "name": "Sales", "members": ["acc_01jz3c4m5n6p7q8r9s0t1v2w3x"],
        "distribution": "manual", "createdAt": "2026-11-20T08:00:00.000Z",
    ]
}

struct NewTeamBody: Decodable {
    let name: String
    let members: [Identifier<Account>]?
    let distribution: Distribution?
}

extension NewTeamBody: APISchema {
    static let schemaName = "NewTeam"
    static let schema = Schema.object(
        [
            "name": Schema.text("At most \(Team.nameLimit) characters."), "members": Schema.list(Schema.id(Account.self)),
            "distribution": Schema.choice(Distribution.self, TeamBody.distributionHelp),
        ], optional: ["members", "distribution"], isRequest: true)
    static let example: JSONValue = ["name": "Sales", "members": ["acc_01jz3c4m5n6p7q8r9s0t1v2w3x"]]
}

/// What isn't given stays as it is.
struct TeamChangeBody: Decodable {
    let name: String?
    let members: [Identifier<Account>]?
    let distribution: Distribution?
}

extension TeamChangeBody: APISchema {
    static let schemaName = "TeamChange"
    static let schema = Schema.object(
        [
            "name": Schema.text(), "members": Schema.list(Schema.id(Account.self)),
            "distribution": Schema.choice(Distribution.self, TeamBody.distributionHelp),
        ], optional: ["name", "members", "distribution"], isRequest: true)
    static let example: JSONValue = ["members": ["acc_01jz3c4m5n6p7q8r9s0t1v2w3x"]]
}

/// A role, and what its members see of the inbox.
struct RoleBody: Encodable {
    let role: Role
    let visibility: VisibilityLevel
    let isFixed: Bool

    init(_ role: Role, _ visibility: VisibilityLevel) {
        (self.role, self.visibility, isFixed) = (role, visibility, !role.hasVisibilityLevel)
    }
}

extension RoleBody: APISchema {
    static let schemaName = "Role"
    static let schema = Schema.object([
        "role": Schema.choice(Role.self),
        "visibility": Schema.choice(
            VisibilityLevel.self,
            "own: conversations that are assigned to them. team: those too that are assigned to one of their teams, or to nobody. all: every one."
        ),
        "isFixed": Schema.bool("Whether it can't be changed."),
    ])
    static let example: JSONValue = ["role": "agent", "visibility": "team", "isFixed": false]
}

struct RoleChangeBody: Decodable { let visibility: VisibilityLevel }

extension RoleChangeBody: APISchema {
    static let schemaName = "RoleChange"
    static let schema = Schema.object(["visibility": Schema.choice(VisibilityLevel.self)], isRequest: true)
    static let example: JSONValue = ["visibility": "team"]
}

/// Who looks after a conversation; what isn't given is nobody.
struct AssignmentBody: Codable {
    let assignee: Identifier<Account>?
    let team: Identifier<Team>?

    init(_ assignment: Assignment) { (assignee, team) = (assignment.assignee, assignment.team) }

    var assignment: Assignment { Assignment(assignee: assignee, team: team) }
}

extension AssignmentBody: APISchema {
    static let schemaName = "Assignment"
    static let schema = Schema.object(
        ["assignee": Schema.orNull(Schema.id(Account.self)), "team": Schema.orNull(Schema.id(Team.self))], optional: ["assignee", "team"],
        isRequest: true)
    static let example: JSONValue = ["assignee": "acc_01jz3c4m5n6p7q8r9s0t1v2w3x", "team": nil]
}

/// Somebody to whom a conversation can be given.
struct AssigneeBody: Encodable {
    let id: Identifier<Account>
    let name: String
    let availability: Availability

    init(_ member: Member) { (id, name, availability) = (member.account.id, member.account.name, member.availability) }
}

extension AssigneeBody: APISchema {
    static let schemaName = "Assignee"
    static let schema = Schema.object([
        "id": Schema.id(Account.self), "name": Schema.text(), "availability": Schema.choice(Availability.self),
    ])
    static let example: JSONValue = ["id": "acc_01jz3c4m5n6p7q8r9s0t1v2w3x", "name": "Kim", "availability": "available"]
}

/// How conversations that no team has find a person.
struct DistributionBody: Codable { let distribution: Distribution }

extension DistributionBody: APISchema {
    static let schemaName = "Distribution"
    static let schema = Schema.object(
        ["distribution": Schema.choice(Distribution.self, "As of a team; among the agents who are available.")], isRequest: true)
    static let example: JSONValue = ["distribution": "round-robin"]
}
