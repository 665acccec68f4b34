package import struct Foundation.Date

/// Members who look after conversations together.
package struct Team: Sendable, Equatable, Identified {
    package static let identifierPrefix = "tem"
    /// Characters.
    package static let nameLimit = 60
    /// In one workspace.
    package static let countLimit = 100
    /// Teams of one person.
    package static let membershipLimit = 30
    /// Members of one team.
    package static let memberLimit = 500

    package let id: Identifier<Team>
    package let workspaceID: Identifier<Workspace>
    package let name: String
    package let members: [Identifier<Account>]
    /// How its conversations find a person.
    package let distribution: Distribution
    package let createdAt: Date

    /// Throws ``TeamProblem``.
    package init(
        id: Identifier<Team>, workspaceID: Identifier<Workspace>, name: String, members: [Identifier<Account>],
        distribution: Distribution = .manual, createdAt: Date
    ) throws(TeamProblem) {
        let name = name.trimmed
        guard !name.isEmpty else { throw .nameEmpty }
        guard name.count <= Self.nameLimit else { throw .nameTooLong(count: name.count) }
        guard members.count <= Self.memberLimit else { throw .tooManyMembers(count: members.count) }
        (self.id, self.workspaceID, self.name, self.members, self.createdAt) = (id, workspaceID, name, members, createdAt)
        self.distribution = distribution
    }

    /// The form that is unique in its workspace.
    package var nameKey: String { name.lowercased() }
}

package enum TeamProblem: Problem, Equatable {
    case missing
    case nameEmpty
    case nameTooLong(count: Int)
    case nameTaken
    case tooMany
    case tooManyMembers(count: Int)
    case tooManyOfOne(name: String)
    case memberMissing

    package var kind: ProblemKind {
        switch self {
        case .missing: .missing
        case .nameTaken, .tooMany, .tooManyOfOne: .conflict
        case .nameEmpty, .nameTooLong, .tooManyMembers, .memberMissing: .invalid
        }
    }

    package var code: String {
        switch self {
        case .missing: "team.missing"
        case .nameEmpty: "team.name-empty"
        case .nameTooLong: "team.name-too-long"
        case .nameTaken: "team.name-taken"
        case .tooMany: "team.too-many"
        case .tooManyMembers: "team.too-many-members"
        case .tooManyOfOne: "team.too-many-of-one"
        case .memberMissing: "team.member-missing"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "There is no such team in this workspace."
        case .nameEmpty: "Give the team a name."
        case .nameTooLong(let count): "The name has \(count) characters, and \(Team.nameLimit) is the most."
        case .nameTaken: "There is a team of this name. Choose another name."
        case .tooMany: "A workspace has at most \(Team.countLimit) teams. Delete one that is no longer needed."
        case .tooManyMembers(let count): "A team has at most \(Team.memberLimit) members, and these are \(count)."
        case .tooManyOfOne(let name):
            "\(name) belongs to \(Team.membershipLimit) teams, and that is the most. Take them out of another team first."
        case .memberMissing: "One of these people isn't a member of this workspace. Load the list of members again."
        }
    }

    package var field: String? {
        switch self {
        case .missing, .tooMany: nil
        case .nameEmpty, .nameTooLong, .nameTaken: "name"
        case .tooManyMembers, .tooManyOfOne, .memberMissing: "members"
        }
    }
}
