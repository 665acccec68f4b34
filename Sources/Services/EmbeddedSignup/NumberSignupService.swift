internal import Crypto
package import Domain
package import Foundation
internal import Logging
package import Store

/// Connects numbers whose owners sign them up in the provider's own window: what people do. What the program does by itself is in ``NumberSignupJob``.
package struct NumberSignupService: Sendable {
    let database: any Database
    let channel: (any EmbeddedSignupChannel)?
    package let app: SignupApp?
    let senders: SenderService
    let subscriptions: SubscriptionService
    let sealing: any SecretSealing
    let connectionSecrets: ConnectionSecretStore
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
    }

    /// What somebody typed to begin.
    package struct Draft: Sendable, Equatable {
        package var phoneNumber: String
        package var displayName: String
        /// Inner name; the display name when it is empty.
        package var name: String
        /// What a month costs, as it was shown.
        package var price: Int
        /// What is agreed to, by document.
        package var accepts: [TermsDocument: String]

        package init(phoneNumber: String, displayName: String, name: String, price: Int, accepts: [TermsDocument: String]) {
            (self.phoneNumber, self.displayName, self.name) = (phoneNumber, displayName, name)
            (self.price, self.accepts) = (price, accepts)
        }
    }

    /// What has to be known before one begins.
    package struct Conditions: Sendable {
        package let terms: [Terms]
        /// Of a month.
        package let price: Credits
        package let balance: Credits

        package init(terms: [Terms], price: Credits, balance: Credits) {
            (self.terms, self.price, self.balance) = (terms, price, balance)
        }
    }

    package func conditions(access: Access) async throws -> Conditions {
        try await database.read { try Self.conditions(access, $0) }
    }

    private static func conditions(_ access: Access, _ transaction: any Transaction) throws -> Conditions {
        try access.require(.connectionsManage)
        return Conditions(
            terms: try TermsTable(transaction, access).inForce(),
            price: try CreditPriceTable(transaction, access).all()[.meta] ?? .zero,
            balance: try LedgerTable(transaction, access).totals()[.balance] ?? .zero)
    }

    /// Newest first, also those that were finished a short time ago.
    package func list(access: Access) async throws -> [NumberSignup] {
        try await database.read { try NumberSignupTable($0, access).list(limit: NumberSignup.limit * 2) }
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

    /// Begins with a number: everything about it is kept from here on. Throws ``NumberSignupProblem``, ``PhoneNumberProblem``, ``ProfileProblem``,
    /// ``SenderProblem`` and ``CreditProblem`` for what is wrong; then nothing was kept.
    /// - Parameter server: scheme and host of this installation, as the provider reaches it.
    package func begin(_ draft: Draft, server: String, access: Access) async throws -> NumberSignup {
        let signup = try await database.write { try begin(draft, server: server, access: access, in: $0) }
        announce(signup)
        return signup
    }

    /// The same within a transaction, to be announced after it.
    package func begin(_ draft: Draft, server: String, access: Access, in transaction: any Transaction) throws -> NumberSignup {
        guard app != nil, channel != nil else { throw NumberSignupProblem.notConfigured }
        let (moment, table) = (now(), NumberSignupTable(transaction, access))
        let number = try PhoneNumber(parsing: draft.phoneNumber)
        try Self.expectFree(number, access, transaction)
        let displayName = try DisplayName().checked(draft.displayName)
        let name = try Sender.checkedName(draft.name.isBlank ? displayName : draft.name)
        let conditions = try Self.conditions(access, transaction)
        let missing = conditions.terms.filter { draft.accepts[$0.document] != $0.version }
        guard missing.isEmpty else { throw CreditProblem.termsMissing(missing) }
        guard conditions.price.count == draft.price else { throw CreditProblem.priceChanged(conditions.price) }
        guard conditions.balance >= conditions.price else {
            throw CreditProblem.creditsMissing(price: conditions.price, balance: conditions.balance)
        }
        if let earlier = try table.find(number)?.signup {
            guard earlier.step == .done else { throw NumberSignupProblem.begunAlready(number, earlier.id) }
            _ = try table.delete(earlier.id)
        }
        guard try table.list(limit: NumberSignup.limit * 2).count(where: { $0.step != .done }) < NumberSignup.limit else {
            throw NumberSignupProblem.tooMany
        }
        let connectionID = Identifier<Connection>.make(at: moment)
        let signup = NumberSignup(
            id: .make(at: moment), workspaceID: access.workspaceID, actor: access.actor.text, clientAddress: access.address,
            terms: conditions.terms, price: conditions.price, phoneNumber: number, name: name, displayName: displayName, server: server,
            connectionID: connectionID, createdAt: moment)
        let verifyToken = try connectionSecrets.seal(
            verifyToken: ConnectionPlan.makeVerifyToken(), of: connectionID, in: access.workspaceID)
        try table.insert(StoredSignup(signup: signup, sealedVerifyToken: verifyToken))
        try tell(signup, "begun", access, transaction)
        return signup
    }

    /// Throws when the number is a sender already, and says which.
    static func expectFree(_ number: PhoneNumber, _ access: Access, _ transaction: any Transaction) throws {
        if let sender = try SenderTable(transaction, access).find(number), sender.removedAt == nil {
            throw NumberSignupProblem.isSender(number, sender.id, name: sender.name)
        }
    }

    /// Gives one up. What was created at the provider stays there.
    package func delete(_ id: Identifier<NumberSignup>, access: Access) async throws {
        try await database.write { transaction in
            guard try NumberSignupTable(transaction, access).delete(id) else { throw NumberSignupProblem.missing }
            try EventTable(transaction, access).append(NewEvent(.signupUpdated, subject: id.text, cause: "deleted"), at: now())
        }
        signals.eventsAppended(in: access.workspaceID)
    }

    // MARK: The window

    /// Takes what the window gave the page: the code is exchanged at once, and once. Throws ``EmbeddedSignupProblem``; then the window is opened again.
    package func receive(code: String, for id: Identifier<NumberSignup>, access: Access) async throws -> NumberSignup {
        let channel = try requireChannel()
        guard !code.isBlank, code.utf8.count <= 4_096 else { throw NumberSignupProblem.windowCodeMalformed }
        let digest = SHA256.hash(data: Data(code.utf8)).map { String(format: "%02x", $0) }.joined()
        let (signup, isNew) = try await claim(digest, for: id, access)
        // Sent twice, by a page that didn't get its answer or by two browsers: the first one is at it, or was.
        guard isNew else { return signup }
        let round = signup.round
        do {
            let token = try await channel.exchange(code)
            let sealed = try sealing.seal(token, at: Self.place(of: id, "access_token", access))
            return try await change(id, access, "window") { stored, transaction in
                guard stored.signup.round == round else { return }
                stored.sealedAccessToken = sealed
                (stored.signup.step, stored.signup.isWorking) = (.account, true)
                try NumberSignupJob.request(id, in: access.workspaceID, transaction, now: now())
            }
        } catch let problem as EmbeddedSignupProblem {
            _ = try await change(id, access, "window") { stored, _ in
                guard stored.signup.round == round else { return }
                (stored.signup.isWorking, stored.signup.trouble) = (false, SignupTrouble(problem))
            }
            throw problem
        }
    }

    /// Whoever brings a code first exchanges it.
    private func claim(
        _ digest: String, for id: Identifier<NumberSignup>, _ access: Access
    ) async throws -> (signup: NumberSignup, isNew: Bool) {
        let (signup, isNew) = try await database.write { transaction in
            var isNew = false
            let stored = try NumberSignupTable(transaction, access).change(id, at: now()) { stored in
                guard stored.windowCodeDigest != digest else { return }
                guard [.window, .account].contains(stored.signup.step) else { throw NumberSignupProblem.stepPassed }
                isNew = true
                // What an earlier window led to doesn't count any more; what this one told already does.
                let hint = stored.signup.step == .window && stored.signup.trouble == nil ? stored.signup.hint : nil
                stored.signup.startOver()
                (stored.signup.hint, stored.sealedAccessToken, stored.windowCodeDigest) = (hint, nil, digest)
                stored.signup.isWorking = true
            }
            guard let stored else { throw NumberSignupProblem.missing }
            if isNew { try tell(stored.signup, "window", access, transaction) }
            return (stored.signup, isNew)
        }
        if isNew { announce(signup) }
        return (signup, isNew)
    }

    /// Takes what the window told the page when it ended, in any order with its code.
    package func receive(end: SignupWindowEnd, for id: Identifier<NumberSignup>, access: Access) async throws -> NumberSignup {
        try await change(id, access, "window") { stored, transaction in
            guard [.window, .account].contains(stored.signup.step) else { return }
            switch end {
            case .finished(let hint):
                stored.signup.hint = hint
                // That the code came too late still has to be mended.
                if stored.signup.step != .window || stored.signup.isWorking { stored.signup.trouble = nil }
                // The code came first, and the number wasn't found without this.
                if stored.signup.step == .account {
                    stored.signup.isWorking = true
                    try NumberSignupJob.request(id, in: access.workspaceID, transaction, now: now())
                }
            case .cancelled(let step):
                guard stored.signup.step == .window, !stored.signup.isWorking else { return }
                stored.signup.trouble = SignupTrouble(NumberSignupProblem.windowCancelled(step: step))
            case .failed(let message):
                guard stored.signup.step == .window, !stored.signup.isWorking else { return }
                stored.signup.trouble = SignupTrouble(NumberSignupProblem.windowFailed(message))
            }
        }
    }

    package enum Decision: String, Sendable, Codable, CaseIterable {
        case goOn = "go-on"
        case startOver = "start-over"
    }

    /// Decides about what the window brought; starting over is possible until the number is a sender.
    package func decide(_ decision: Decision, for id: Identifier<NumberSignup>, access: Access) async throws -> NumberSignup {
        try await change(id, access, decision.rawValue) { stored, transaction in
            guard stored.signup.step != .done, stored.signup.senderID == nil else { throw NumberSignupProblem.finished }
            switch decision {
            case .startOver:
                stored.signup.startOver()
                (stored.sealedAccessToken, stored.sealedPIN, stored.windowCodeDigest) = (nil, nil, nil)
            case .goOn:
                guard stored.signup.step == .choice, let found = stored.signup.found else { throw NumberSignupProblem.stepPassed }
                if found.phoneNumber != stored.signup.phoneNumber {
                    try Self.expectFree(found.phoneNumber, access, transaction)
                    if let other = try NumberSignupTable(transaction, access).find(found.phoneNumber)?.signup {
                        guard other.step == .done else { throw NumberSignupProblem.begunAlready(found.phoneNumber, other.id) }
                        _ = try NumberSignupTable(transaction, access).delete(other.id)
                    }
                    stored.signup.phoneNumber = found.phoneNumber
                }
                (stored.signup.isAccepted, stored.signup.step) = (true, .account)
                (stored.signup.isWorking, stored.signup.trouble) = (true, nil)
                try NumberSignupJob.request(id, in: access.workspaceID, transaction, now: now())
            }
        }
    }

    // MARK: Webhooks

    /// Whether a connection was made in the window, whose app is the operator's and serves others too.
    package func made(_ connection: Connection) -> Bool { app.map { $0.appID == connection.appID } ?? false }

    /// Has the webhooks of a connection sent here again: of one that was made in the window to an address of its own, of any other to its app's. Throws
    /// ``EmbeddedSignupProblem`` and ``ChannelProblem``.
    /// - Parameter server: scheme and host of this installation, as the provider reaches it.
    package func subscribeAnew(_ id: Identifier<Connection>, server: String, access: Access) async throws {
        guard let stored = try await database.read({ try ConnectionTable($0, access).find(id) }) else {
            throw SenderProblem.connectionMissing
        }
        guard made(stored.connection), let channel else { return try await senders.subscribeAnew(id, access: access) }
        guard let address = URL(string: "\(server)/hooks/meta/\(id.text)") else {
            throw EmbeddedSignupProblem.addressRefused("\(server) isn\u{2019}t an address")
        }
        let held = try connectionSecrets.open(stored)
        try await channel.subscribe(
            stored.connection.businessAccountID, to: address, verifyToken: held.verifyToken, token: held.accessToken)
    }

    // MARK: The code

    /// Has the provider send or speak a code to the number. Throws ``NumberSignupProblem/codeTooSoon(seconds:)`` within a minute of the last one, and
    /// ``EmbeddedSignupProblem``.
    package func requestCode(
        by method: VerificationMethod, language: CodeLanguage, for id: Identifier<NumberSignup>, access: Access
    ) async throws -> NumberSignup {
        let channel = try requireChannel()
        let moment = now()
        // Taken before the call, so that two browsers don't ask twice.
        let before = try await stored(id, access).signup
        let claimed = try await change(id, access, "code-requested") { stored, _ in
            guard stored.signup.step == .code else { throw NumberSignupProblem.stepPassed }
            let pause = stored.signup.codePause(at: moment)
            guard pause == 0 else { throw NumberSignupProblem.codeTooSoon(seconds: pause) }
            (stored.signup.codeRequestedAt, stored.signup.codeMethod) = (moment, method)
            (stored.signup.codeLanguage, stored.signup.trouble) = (language.code, nil)
        }
        do {
            let (token, found) = try await held(id, access)
            try await channel.requestCode(by: method, language: language.code, for: found.id, token: token)
            return claimed
        } catch let problem as EmbeddedSignupProblem {
            _ = try await change(id, access, "code-requested") { stored, _ in
                guard stored.signup.codeRequestedAt == moment else { return }
                // Without an answer a code may be on its way: another waits its time.
                if problem.kind != .unavailable {
                    (stored.signup.codeRequestedAt, stored.signup.codeMethod) = (before.codeRequestedAt, before.codeMethod)
                    stored.signup.codeLanguage = before.codeLanguage
                }
                Self.note(problem, in: &stored)
            }
            throw problem
        }
    }

    /// Shows that the number is theirs. Throws ``NumberSignupProblem/codeMalformed`` and ``EmbeddedSignupProblem``.
    package func verify(_ code: VerificationCode, for id: Identifier<NumberSignup>, access: Access) async throws -> NumberSignup {
        let channel = try requireChannel()
        let standing = try await stored(id, access).signup
        // Typed twice: it holds.
        if [.registration, .done].contains(standing.step) { return standing }
        guard standing.step == .code else { throw NumberSignupProblem.stepPassed }
        let (token, found) = try await held(id, access)
        do {
            try await channel.verify(code.text, for: found.id, token: token)
        } catch let problem as EmbeddedSignupProblem {
            _ = try await change(id, access, "code-refused") { stored, _ in
                // Another browser's may have been accepted meanwhile.
                guard stored.signup.step == .code, stored.signup.round == standing.round else { return }
                Self.note(problem, in: &stored)
            }
            throw problem
        }
        return try await change(id, access, "verified") { stored, transaction in
            guard stored.signup.step == .code, stored.signup.round == standing.round else { return }
            (stored.signup.step, stored.signup.isWorking, stored.signup.trouble) = (.registration, true, nil)
            try NumberSignupJob.request(id, in: access.workspaceID, transaction, now: now())
        }
    }

    // MARK: The registration

    /// Tries with the PIN that the number has.
    package func give(_ pin: RegistrationPIN, for id: Identifier<NumberSignup>, access: Access) async throws -> NumberSignup {
        let sealed = try sealing.seal(pin.text, at: Self.place(of: id, "pin", access))
        return try await change(id, access, "pin") { stored, transaction in
            guard stored.signup.step == .registration, stored.signup.needsPIN else { throw NumberSignupProblem.stepPassed }
            guard !stored.signup.isWorking else { throw NumberSignupProblem.underWay }
            (stored.sealedPIN, stored.signup.needsPIN) = (sealed, false)
            (stored.signup.isWorking, stored.signup.trouble) = (true, nil)
            try NumberSignupJob.request(id, in: access.workspaceID, transaction, now: now())
        }
    }

    /// Has the program try its step again.
    package func retry(_ id: Identifier<NumberSignup>, access: Access) async throws -> NumberSignup {
        try await change(id, access, "retried") { stored, transaction in
            guard [.account, .registration].contains(stored.signup.step), !stored.signup.needsPIN else {
                throw NumberSignupProblem.stepPassed
            }
            (stored.signup.isWorking, stored.signup.trouble) = (true, nil)
            try NumberSignupJob.request(id, in: access.workspaceID, transaction, now: now())
        }
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
    private func held(_ id: Identifier<NumberSignup>, _ access: Access) async throws -> (token: String, found: FoundNumber) {
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
            var before: StoredSignup?
            let changed = try NumberSignupTable(transaction, access).change(id, at: now()) { stored in
                before = stored
                try work(&stored, transaction)
            }
            guard let changed else { throw NumberSignupProblem.missing }
            if changed != before { try tell(changed.signup, cause, access, transaction) }
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
