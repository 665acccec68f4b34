package import struct Foundation.Date

/// A person who can sign in, and is a member of one or more workspaces.
package struct Account: Sendable, Equatable, Identified {
    package static let identifierPrefix = "acc"
    /// Characters of a name.
    package static let nameLimit = 80

    package let id: Identifier<Account>
    package let email: EmailAddress
    package let name: String
    package let createdAt: Date

    package init(id: Identifier<Account>, email: EmailAddress, name: String, createdAt: Date) {
        (self.id, self.email, self.name, self.createdAt) = (id, email, name, createdAt)
    }

    /// What somebody wants to be called: one line, without blanks around it.
    package static func name(parsing text: String) throws(AccountProblem) -> String {
        let name = text.split(whereSeparator: {
            $0.isWhitespace || $0.unicodeScalars.allSatisfy { $0.properties.generalCategory == .control }
        })
        .joined(separator: " ")
        guard !name.isBlank else { throw .nameEmpty }
        guard name.count <= nameLimit, name.unicodeScalars.count <= nameLimit * 4 else { throw .nameTooLong(count: name.count) }
        return name
    }
}

/// An account in a workspace, with what it may do there.
package struct Member: Sendable, Equatable {
    package let workspaceID: Identifier<Workspace>
    package let account: Account
    package let role: Role
    package let createdAt: Date
    package let availability: Availability
    /// Since when they may not come in; nil for who may.
    package let deactivatedAt: Date?
    /// They haven't chosen a password yet, so they never came in.
    package let isInvited: Bool

    package init(
        workspaceID: Identifier<Workspace>, account: Account, role: Role, createdAt: Date, availability: Availability = .available,
        deactivatedAt: Date? = nil, isInvited: Bool = false
    ) {
        (self.workspaceID, self.account, self.role, self.createdAt) = (workspaceID, account, role, createdAt)
        (self.availability, self.deactivatedAt, self.isInvited) = (availability, deactivatedAt, isInvited)
    }

    package var isActive: Bool { deactivatedAt == nil }
}

/// Whether a member takes new conversations, as they say themselves.
package enum Availability: String, Sendable, CaseIterable, Codable { case available, away }

/// One of the workspaces of an account.
package struct Membership: Sendable, Equatable {
    package let workspace: Workspace
    package let role: Role
    package let visibility: Visibility
    package let availability: Availability

    package init(workspace: Workspace, role: Role, visibility: Visibility, availability: Availability) {
        (self.workspace, self.role, self.visibility, self.availability) = (workspace, role, visibility, availability)
    }
}

/// What a person signs in with. Syntax only: one `@` with something on both sides, nothing that can't be seen.
package struct EmailAddress: Sendable, Hashable {
    /// Characters (RFC 5321, §4.5.3.1.3).
    package static let lengthLimit = 254

    /// As it was typed, without spaces around it.
    package let text: String

    package init(parsing input: String) throws(AccountProblem) {
        let trimmed = input.trimmed
        let parts = trimmed.split(separator: "@", omittingEmptySubsequences: false)
        let isVisible = trimmed.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && !$0.properties.isWhitespace }
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), isVisible, trimmed.utf8.count <= Self.lengthLimit else {
            throw .emailMalformed
        }
        text = trimmed
    }

    /// The form that is unique among accounts: people don't remember how they wrote theirs.
    package var key: String { text.lowercased() }
}

/// The rules of what a person signs in with.
package enum PasswordRule {
    /// Characters, at least.
    package static let shortest = 10
    /// Bytes, at most: more only costs time.
    package static let longestBytes = 1_000

    package static func check(_ password: String) throws(AccountProblem) {
        guard password.count >= shortest else { throw .passwordTooShort }
        guard password.utf8.count <= longestBytes else { throw .passwordTooLong }
    }
}

package enum AccountProblem: Problem, Equatable {
    case emailMalformed
    case emailTaken
    case emailUnknown
    case nameEmpty
    case nameTooLong(count: Int)
    case passwordTooShort
    case passwordTooLong

    package var kind: ProblemKind {
        switch self {
        case .emailMalformed, .nameEmpty, .nameTooLong, .passwordTooShort, .passwordTooLong: .invalid
        case .emailTaken: .conflict
        case .emailUnknown: .missing
        }
    }

    package var code: String {
        switch self {
        case .emailMalformed: "account.email-malformed"
        case .emailTaken: "account.email-taken"
        case .emailUnknown: "account.email-unknown"
        case .nameEmpty: "account.name-empty"
        case .nameTooLong: "account.name-too-long"
        case .passwordTooShort: "account.password-too-short"
        case .passwordTooLong: "account.password-too-long"
        }
    }

    package var detail: String {
        switch self {
        case .emailMalformed: "This isn't an e-mail address. It looks like name@example.com."
        case .emailTaken: "This person is a member already."
        case .emailUnknown: "Nobody signs in with this e-mail address. switchboard user list shows who does."
        case .nameEmpty: "Enter a name."
        case .nameTooLong(let count): "The name has \(count) characters, and \(Account.nameLimit) is the most."
        case .passwordTooShort: "Use at least \(PasswordRule.shortest) characters. A few words are easy to remember and hard to guess."
        case .passwordTooLong: "Use at most \(PasswordRule.longestBytes) bytes."
        }
    }

    package var field: String? {
        switch self {
        case .emailMalformed, .emailTaken, .emailUnknown: "email"
        case .nameEmpty, .nameTooLong: "name"
        case .passwordTooShort, .passwordTooLong: "password"
        }
    }
}
