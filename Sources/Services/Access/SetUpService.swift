package import Domain
internal import Logging
package import Store

package import struct Foundation.Date

/// What the first person fills in.
package struct SetUpForm: Sendable {
    package let workspaceName: String
    package let workspaceSlug: String
    package let name: String
    package let email: String
    package let password: String

    package init(workspaceName: String, workspaceSlug: String, name: String, email: String, password: String) {
        (self.workspaceName, self.workspaceSlug, self.name, self.email, self.password) = (
            workspaceName, workspaceSlug, name, email, password
        )
    }
}

/// The way in when nobody has one yet: a link that the server prints at its first start. There is no default password.
package struct SetUpService: Sendable {
    static let linkLifetimeSeconds = 24 * 60 * 60.0

    /// What a one-time link opens.
    package enum Door: Sendable, Equatable {
        case setUp
        case password(Account)
    }

    private let database: any Database
    private let hasher: PasswordHasher
    private let signIn: SignInService
    private let revocations: AccessRevocations
    private let now: @Sendable () -> Date

    package init(
        database: any Database, hasher: PasswordHasher, signIn: SignInService, revocations: AccessRevocations,
        now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.hasher, self.signIn, self.revocations, self.now) = (database, hasher, signIn, revocations, now)
    }

    /// A new link for `/set-up/<token>`, in place of any older one; nil once somebody has an account.
    package func issueLink() async throws -> SecretToken? {
        let (now, token) = (now(), SecretToken.make())
        let isNeeded = try await database.write { transaction in
            guard try AccountTable(transaction).isEmpty() else { return false }
            let links = OneTimeLinkTable(transaction)
            try links.deleteAll(.setUp, accountID: nil)
            try links.insert(
                .setUp, accountID: nil, tokenHash: token.hash, at: now, expiresAt: now.addingTimeInterval(Self.linkLifetimeSeconds))
            return true
        }
        return isNeeded ? token : nil
    }

    /// Looks without using it up. Throws ``SignInProblem/linkInvalid``.
    package func door(behind token: String) async throws -> Door {
        let (now, hash) = (now(), SecretToken.hash(of: token))
        return try await database.read { transaction in
            guard let link = try OneTimeLinkTable(transaction).link(tokenHash: hash, at: now) else { throw SignInProblem.linkInvalid }
            guard let accountID = link.accountID else { return .setUp }
            guard let account = try AccountTable(transaction).account(accountID) else { throw SignInProblem.linkInvalid }
            return .password(account)
        }
    }

    /// Uses the link up, makes the workspace and its owner, and signs them in.
    package func complete(_ token: String, with form: SetUpForm, client: SignInClient) async throws -> NewSession {
        guard case .setUp = try await door(behind: token) else { throw SignInProblem.linkInvalid }
        let made = try await prepare(form)
        let session = signIn.newSession(for: made.account.id, client)
        let linkHash = SecretToken.hash(of: token)
        try await database.write { transaction in
            guard try OneTimeLinkTable(transaction).use(tokenHash: linkHash, at: made.account.createdAt) else {
                throw SignInProblem.linkInvalid
            }
            guard try AccountTable(transaction).isEmpty() else { throw SignInProblem.alreadySetUp }
            try made.insert(in: transaction)
            try signIn.start(session, in: transaction)
        }
        Logger.access.info("Set up", metadata: ["workspace.id": "\(made.workspace.id)", "account.id": "\(made.account.id)"])
        return session
    }

    /// A workspace with its owner, without a link: for the command line and the demo.
    package func createWorkspace(_ form: SetUpForm) async throws -> (workspace: Workspace, owner: Account) {
        let made = try await prepare(form)
        try await database.write { try made.insert(in: $0) }
        return (made.workspace, made.account)
    }

    /// Uses the link up, sets the password, ends the account's sessions, and signs its owner in.
    package func choosePassword(_ token: String, password: String, client: SignInClient) async throws -> NewSession {
        guard case .password(let account) = try await door(behind: token) else { throw SignInProblem.linkInvalid }
        try PasswordRule.check(password)
        let (hash, linkHash, now) = (try await hasher.hash(password), SecretToken.hash(of: token), now())
        let session = signIn.newSession(for: account.id, client)
        try await database.write { transaction in
            guard try OneTimeLinkTable(transaction).use(tokenHash: linkHash, at: now) else { throw SignInProblem.linkInvalid }
            try AccountTable(transaction).setPasswordHash(hash, of: account.id)
            try SessionTable(transaction).deleteAll(of: account.id)
            try signIn.start(session, in: transaction)
        }
        revocations.end(.account(account.id))
        return session
    }

    private struct Made: Sendable {
        let workspace: Workspace
        let account: Account
        let passwordHash: String

        func insert(in transaction: any Transaction) throws {
            try WorkspaceTable(transaction).insert(workspace)
            try AccountTable(transaction).insert(account, passwordHash: passwordHash)
            try MemberTable(transaction, .system("set-up", in: workspace.id)).insert(account.id, role: .owner, at: account.createdAt)
        }
    }

    private func prepare(_ form: SetUpForm) async throws -> Made {
        let now = now()
        let slug = try WorkspaceSlug(parsing: form.workspaceSlug)
        guard !form.workspaceName.isBlank else { throw WorkspaceProblem.nameEmpty }
        guard !form.name.isBlank else { throw AccountProblem.nameEmpty }
        let email = try EmailAddress(parsing: form.email)
        try PasswordRule.check(form.password)
        return Made(
            workspace: Workspace(id: .make(at: now), slug: slug, name: form.workspaceName, createdAt: now),
            account: Account(id: .make(at: now), email: email, name: form.name, createdAt: now),
            passwordHash: try await hasher.hash(form.password))
    }
}
