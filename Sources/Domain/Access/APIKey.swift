package import struct Foundation.Date

/// A program's way in: `Authorization: Bearer sb_…`. Shown once when made; we keep a hash.
package struct APIKey: Sendable, Equatable, Identified {
    package static let identifierPrefix = "key"
    /// Characters.
    package static let nameLimit = 80

    package let id: Identifier<APIKey>
    package let workspaceID: Identifier<Workspace>
    package let name: String
    package let scopes: Set<KeyScope>
    /// As ``Actor/text``.
    package let createdBy: String
    package let createdAt: Date
    /// To within a minute.
    package let lastUsedAt: Date?
    package let revokedAt: Date?

    package init(
        id: Identifier<APIKey>, workspaceID: Identifier<Workspace>, name: String, scopes: Set<KeyScope>, createdBy: String, createdAt: Date,
        lastUsedAt: Date?, revokedAt: Date?
    ) {
        (self.id, self.workspaceID, self.name, self.scopes, self.createdBy) = (id, workspaceID, name, scopes, createdBy)
        (self.createdAt, self.lastUsedAt, self.revokedAt) = (createdAt, lastUsedAt, revokedAt)
    }

    package var grants: Set<Grant> { scopes.reduce(into: []) { $0.formUnion($1.grants) } }
}

package enum APIKeyProblem: Problem, Equatable {
    case missing
    case nameEmpty
    case nameTooLong(count: Int)
    case scopesEmpty
    /// Nobody gives a key more than they have.
    case scopeNotHeld(KeyScope)

    package var kind: ProblemKind {
        switch self {
        case .missing: .missing
        case .nameEmpty, .nameTooLong, .scopesEmpty: .invalid
        case .scopeNotHeld: .refused
        }
    }

    package var code: String {
        switch self {
        case .missing: "key.missing"
        case .nameEmpty: "key.name-empty"
        case .nameTooLong: "key.name-too-long"
        case .scopesEmpty: "key.scopes-empty"
        case .scopeNotHeld: "key.scope-not-held"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "There is no such API key in this workspace."
        case .nameEmpty: "Give the key a name that says what it is for."
        case .nameTooLong(let count): "The name has \(count) characters, and \(APIKey.nameLimit) is the most."
        case .scopesEmpty: "Choose at least one of read, send and manage."
        case .scopeNotHeld(let scope): "You can't give a key the scope \(scope.rawValue), because you don't have all that it permits."
        }
    }

    package var field: String? {
        switch self {
        case .missing: nil
        case .nameEmpty, .nameTooLong: "name"
        case .scopesEmpty, .scopeNotHeld: "scopes"
        }
    }
}
