package import Domain
internal import Logging
package import Store

package import struct Foundation.Date

/// Connects numbers whose owners sign them up in the provider's own window: what people do. What the program does by itself is in ``NumberSignupJob``.
package struct NumberSignupService: Sendable {
    let database: any Database
    let channel: (any EmbeddedSignupChannel)?
    package let app: SignupApp?
    let senders: SenderService
    let subscriptions: SubscriptionService
    let sealing: any SecretSealing
    let connectionSecrets: ConnectionSecretStore
    let pins: RegistrationPINStore
    let signals: Signals
    let now: @Sendable () -> Date

    /// - Parameters:
    ///   - channel: nil, as `app`, where whoever runs the server has set none.
    package init(
        database: any Database, channel: (any EmbeddedSignupChannel)?, app: SignupApp?, senders: SenderService,
        subscriptions: SubscriptionService, sealing: any SecretSealing, signals: Signals, now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.channel, self.app, self.senders) = (database, channel, app, senders)
        (self.subscriptions, self.sealing, connectionSecrets) = (subscriptions, sealing, ConnectionSecretStore(sealing))
        (self.signals, self.now) = (signals, now)
        pins = RegistrationPINStore(database: database, sealing: sealing, now: now)
    }

    /// All that aren't finished, and behind them those that were a short time ago; each newest first.
    package func list(access: Access) async throws -> [NumberSignup] {
        try await database.read { transaction in
            let table = NumberSignupTable(transaction, access)
            return try table.list(isDone: false, limit: NumberSignup.limit) + table.list(isDone: true, limit: NumberSignup.limit)
        }
    }

    /// Throws ``NumberSignupProblem/missing``.
    package func find(_ id: Identifier<NumberSignup>, access: Access) async throws -> NumberSignup {
        try await stored(id, access).signup
    }

    func stored(_ id: Identifier<NumberSignup>, _ access: Access) async throws -> StoredSignup {
        guard let stored = try await database.read({ try NumberSignupTable($0, access).find(id) }) else {
            throw NumberSignupProblem.missing
        }
        return stored
    }

    /// Gives one up. What was created at the provider stays there.
    package func delete(_ id: Identifier<NumberSignup>, access: Access) async throws {
        try await database.write { transaction in
            guard try NumberSignupTable(transaction, access).delete(id) else { throw NumberSignupProblem.missing }
            try EventTable(transaction, access).append(NewEvent(.signupUpdated, subject: id.text, cause: "deleted"), at: now())
        }
        signals.eventsAppended(in: access.workspaceID)
    }

    // MARK: Writing

    func requireChannel() throws -> any EmbeddedSignupChannel {
        guard let channel, app != nil else { throw NumberSignupProblem.notConfigured }
        return channel
    }

    static func place(of id: Identifier<NumberSignup>, _ column: String, _ access: Access) -> SecretPlace {
        SecretPlace(workspaceID: access.workspaceID, table: "number_signups", column: column, row: id.text)
    }

    /// The token and the number that calls are about.
    func held(_ id: Identifier<NumberSignup>, _ access: Access) async throws -> (token: String, found: FoundNumber) {
        let stored = try await stored(id, access)
        guard let sealed = stored.sealedAccessToken, let found = stored.signup.found else { throw NumberSignupProblem.stepPassed }
        return (try sealing.open(sealed, at: Self.place(of: id, "access_token", access)), found)
    }

    /// Writes down what went wrong, and goes back where only an earlier step can mend it.
    static func note(_ problem: any Problem, in stored: inout StoredSignup) {
        let before = stored.signup.step
        switch problem {
        case EmbeddedSignupProblem.tokenEnded, EmbeddedSignupProblem.scopesMissing, NumberSignupProblem.appOther:
            stored.signup.startOver()
            (stored.sealedAccessToken, stored.windowCodeDigest) = (nil, nil)
        case EmbeddedSignupProblem.numberNotVerified where before == .registration: stored.signup.step = .code
        case EmbeddedSignupProblem.pinWrong: (stored.signup.needsPIN, stored.sealedPIN) = (true, nil)
        default: break
        }
        stored.signup.isWorking = false
        stored.signup.trouble = SignupTrouble(problem)
    }

    func change(
        _ id: Identifier<NumberSignup>, _ access: Access, _ cause: String,
        _ work: @escaping @Sendable (inout StoredSignup, any Transaction) throws -> Void
    ) async throws -> NumberSignup {
        let signup = try await database.write { transaction in
            // Before the sign-up, as the job itself holds its row first.
            try NumberSignupJob.hold(id, in: access.workspaceID, transaction)
            var before: StoredSignup?
            let changed = try NumberSignupTable(transaction, access).change(id, at: now()) { stored in
                before = stored
                try work(&stored, transaction)
            }
            guard let changed else { throw NumberSignupProblem.missing }
            if changed != before { try tell(changed.signup, cause, access, transaction) }
            if changed.signup.hasJob { try NumberSignupJob.request(id, in: access.workspaceID, transaction, now: now()) }
            return changed.signup
        }
        announce(signup)
        return signup
    }

    func tell(_ signup: NumberSignup, _ cause: String, _ access: Access, _ transaction: any Transaction) throws {
        try EventTable(transaction, access).append(NewEvent(.signupUpdated, subject: signup.id.text, cause: cause), at: now())
    }

    /// Lets open pages and the worker see what was just written.
    package func announce(_ signup: NumberSignup) {
        signals.eventsAppended(in: signup.workspaceID)
        if signup.isWorking { signals.jobsAdded() }
        Logger(label: "signups").info(
            "Sign-up changed", metadata: ["signup.id": "\(signup.id)", "signup.step": "\(signup.step.rawValue)"])
    }
}
