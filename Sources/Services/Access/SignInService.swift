package import Domain
package import Foundation
internal import Logging
package import Store

/// A session that was just made: its token goes into the browser's cookie and is known nowhere else.
package struct NewSession: Sendable {
    package let token: SecretToken
    package let session: Session
}

/// Where a request comes from, for the list of sessions and for limits.
package struct SignInClient: Sendable, Equatable {
    /// Bytes of a user agent that are kept.
    private static let userAgentLimit = 300

    package let address: String?
    package let userAgent: String?

    package init(address: String?, userAgent: String?) {
        self.address = address
        self.userAgent = userAgent.map { String($0.filter { $0 != "\0" }.prefix(Self.userAgentLimit)) }
    }
}

/// Signing in with a password, signing out, changing the password.
package struct SignInService: Sendable {
    /// Tries a quarter of an hour. By account they stop guessing; by address they are more, because an office shares one.
    static let accountRule = AttemptLimiter.Rule(attempts: 10, windowSeconds: 15 * 60)
    static let addressRule = AttemptLimiter.Rule(attempts: 50, windowSeconds: 15 * 60)

    private let database: any Database
    private let hasher: PasswordHasher
    private let revocations: AccessRevocations
    private let now: @Sendable () -> Date
    private let byAccount = AttemptLimiter(Self.accountRule)
    private let byAddress = AttemptLimiter(Self.addressRule)

    package init(database: any Database, hasher: PasswordHasher, revocations: AccessRevocations, now: @escaping @Sendable () -> Date) {
        (self.database, self.hasher, self.revocations, self.now) = (database, hasher, revocations, now)
    }

    /// Throws ``SignInProblem``; for an unknown address the same, after the same time, as for a wrong password.
    package func signIn(email: String, password: String, client: SignInClient) async throws -> NewSession {
        let address = try? EmailAddress(parsing: email)
        let key = address?.key ?? String(email.prefix(EmailAddress.lengthLimit))
        try count(key, client)
        let found: (id: Identifier<Account>, hash: String?)? = try await database.read { transaction in
            guard let address, let account = try AccountTable(transaction).account(email: address) else { return nil }
            return (account.id, try AccountTable(transaction).passwordHash(of: account.id))
        }
        // Longer ones can't be anybody's, and only cost time.
        let candidate = password.utf8.count <= PasswordRule.longestBytes ? password : ""
        guard try await hasher.verify(candidate, against: found?.hash), let found else { throw SignInProblem.wrong }
        byAccount.forget(key)
        let session = newSession(for: found.id, client)
        try await database.write { transaction in
            // The password may have been changed while this one was checked.
            guard try AccountTable(transaction).passwordHash(of: found.id) == found.hash else { throw SignInProblem.wrong }
            try start(session, in: transaction)
        }
        Logger.access.info("Signed in", metadata: ["account.id": "\(found.id)", "session.id": "\(session.session.id)"])
        return session
    }

    package func signOut(_ signedIn: SignedIn) async throws {
        let (id, account, now) = (signedIn.session.id, signedIn.account.id, now())
        try await database.write { transaction in
            guard try SessionTable(transaction).delete(id, of: account) else { return }
            try AccessEvents(transaction: transaction).append(.sessionEnded, id, of: account, address: signedIn.session.address, at: now)
        }
        revocations.end(.session(signedIn.session.id))
    }

    /// Ends every session of the account; the caller goes on in the new one.
    package func changePassword(of signedIn: SignedIn, from old: String, to new: String, client: SignInClient) async throws -> NewSession {
        try PasswordRule.check(new)
        try count(signedIn.account.email.key, client)
        let id = signedIn.account.id
        let stored = try await database.read { try AccountTable($0).passwordHash(of: id) }
        guard try await hasher.verify(old, against: stored) else { throw SignInProblem.wrong }
        byAccount.forget(signedIn.account.email.key)
        let hash = try await hasher.hash(new)
        let session = newSession(for: id, client)
        try await database.write { transaction in
            try AccountTable(transaction).setPasswordHash(hash, of: id)
            try SessionTable(transaction).deleteAll(of: id)
            try AccessEvents(transaction: transaction)
                .append(.sessionEnded, nil, of: id, address: client.address, cause: "password", at: session.session.createdAt)
            try start(session, in: transaction)
        }
        revocations.end(.account(id))
        Logger.access.info("Password changed", metadata: ["account.id": "\(id)"])
        return session
    }

    func newSession(for accountID: Identifier<Account>, _ client: SignInClient) -> NewSession {
        let now = now()
        let session = Session(
            id: .make(at: now), accountID: accountID, createdAt: now, lastSeenAt: now,
            expiresAt: now.addingTimeInterval(Double(Session.idleLifetime.components.seconds)), userAgent: client.userAgent,
            address: client.address)
        return NewSession(token: .make(), session: session)
    }

    func start(_ new: NewSession, in transaction: any Transaction) throws {
        let session = new.session
        try SessionTable(transaction).insert(session, tokenHash: new.token.hash)
        try AccessEvents(transaction: transaction)
            .append(.sessionStarted, session.id, of: session.accountID, address: session.address, at: session.createdAt)
    }

    private func count(_ account: String, _ client: SignInClient) throws(SignInProblem) {
        let now = now()
        if let seconds = byAddress.attempt(Self.network(of: client.address), at: now) { throw .tooMany(retryAfterSeconds: seconds) }
        if let seconds = byAccount.attempt(account, at: now) { throw .tooMany(retryAfterSeconds: seconds) }
    }

    /// The address itself, or for version 6 the first four groups: everybody has a whole network of those.
    private static func network(of address: String?) -> String {
        guard let address else { return "-" }
        var bytes = [UInt8](repeating: 0, count: 16)
        guard address.contains(":"), !address.contains("."), inet_pton(AF_INET6, address, &bytes) == 1 else { return address }
        return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":")
    }
}

extension Logger {
    static let access = Logger(label: "access")
}
