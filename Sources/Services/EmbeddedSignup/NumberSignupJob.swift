package import Domain
internal import Foundation
internal import Logging
package import Store

/// Does what needs no person: finds the account and the number that the window gave, has the account's webhooks sent here, registers the number, and
/// makes it a sender. Each run begins with what is written down, so after a kill the next one goes on.
package struct NumberSignupJob: JobHandler {
    package static let kind = JobKind.numberSignup
    package static let concurrency = 4
    /// Accounts of a token that are looked through for the number; the newest come first.
    private static let accountLimit = 10

    private let service: NumberSignupService

    package init(service: NumberSignupService) { self.service = service }

    private struct Payload: Codable { let signup: Identifier<NumberSignup> }

    static func request(
        _ id: Identifier<NumberSignup>, in workspaceID: Identifier<Workspace>, _ transaction: any Transaction, now: Date
    ) throws {
        try JobTable(transaction).request(
            .init(workspaceID: workspaceID, kind: kind, key: id.text, payload: try JSONText.encode(Payload(signup: id)), runAt: now),
            now: now)
    }

    /// Holds the job's row, for whoever changes the sign-up and may ask for the job then.
    static func hold(_ id: Identifier<NumberSignup>, in workspaceID: Identifier<Workspace>, _ transaction: any Transaction) throws {
        try JobTable(transaction).hold(kind: kind, key: id.text, in: workspaceID)
    }

    package func run(_ job: Job) async throws -> JobCompletion {
        let payload: Payload = try JSONText.decode(from: job.payload)
        let access = Access.system("sign-up", in: job.workspaceID)
        guard let stored = try await service.database.read({ try NumberSignupTable($0, access).find(payload.signup) }) else { return .done }
        let one = stored.signup
        let service = service
        guard one.hasJob else {
            // Somebody may have given it something to do since it was read.
            return JobCompletion { transaction in
                guard try NumberSignupTable(transaction, access).find(one.id)?.signup.hasJob == true else { return }
                try Self.request(one.id, in: one.workspaceID, transaction, now: service.now())
            }
        }
        let outcome: Outcome
        do {
            outcome = try await work(stored, access)
        } catch let problem as any Problem where Self.isOfStep(problem) {
            outcome = .trouble(problem)
        }
        return JobCompletion { transaction in
            let changed = try NumberSignupTable(transaction, access).change(one.id, at: service.now()) { now in
                // Unless somebody started over meanwhile, or the page told more.
                let holds = now.signup.round == one.round && now.signup.step == one.step && (now.signup.hint == one.hint || outcome.isFinal)
                if holds { outcome.write(to: &now) }
                if now.signup.hasJob {
                    try Self.request(one.id, in: one.workspaceID, transaction, now: service.now())
                }
            }
            guard let changed else { return }
            try service.tell(changed.signup, changed.signup.step.rawValue, access, transaction)
            Logger(label: "signups").info(
                "Sign-up went on",
                metadata: [
                    "signup.id": "\(one.id)", "signup.step": "\(changed.signup.step.rawValue)",
                    "error.code": "\(changed.signup.trouble?.code ?? "")",
                ])
        }
    }

    /// What a run came to.
    private enum Outcome {
        case found(FoundNumber, Identifier<Connection>, sealedVerifyToken: String, [NumberSignup.Question])
        case subscribed(isVerified: Bool)
        case unverified
        case done
        case trouble(any Problem)

        /// Whether it holds whatever the page told meanwhile.
        var isFinal: Bool {
            switch self {
            case .found, .trouble: false
            case .subscribed, .unverified, .done: true
            }
        }

        func write(to stored: inout StoredSignup) {
            switch self {
            case .found(let found, let connectionID, let verifyToken, let questions):
                (stored.signup.found, stored.signup.connectionID, stored.sealedVerifyToken) = (found, connectionID, verifyToken)
                stored.signup.questions = questions
                // Nothing to ask: the next run goes on.
                (stored.signup.step, stored.signup.isAccepted) = questions.isEmpty ? (.account, true) : (.choice, false)
                stored.signup.isWorking = questions.isEmpty
            case .subscribed(let isVerified):
                (stored.signup.step, stored.signup.isWorking) = isVerified ? (.registration, true) : (.code, false)
            case .unverified: (stored.signup.step, stored.signup.isWorking) = (.code, false)
            case .done: (stored.signup.step, stored.signup.isWorking, stored.signup.trouble) = (.done, false, nil)
            case .trouble(let problem): NumberSignupService.note(problem, in: &stored)
            }
        }
    }

    /// Whether a person can do something about it; anything else is a defect or an outage, and is tried again.
    private static func isOfStep(_ problem: any Problem) -> Bool {
        problem is EmbeddedSignupProblem || problem is NumberSignupProblem || problem is ConnectionProblem || problem is SenderProblem
    }

    private func work(_ stored: StoredSignup, _ access: Access) async throws -> Outcome {
        if stored.signup.senderID != nil { return try await activate(stored.signup) }
        let channel = try service.requireChannel()
        guard let sealed = stored.sealedAccessToken else { throw EmbeddedSignupProblem.tokenEnded }
        let token = try service.sealing.open(sealed, at: NumberSignupService.place(of: stored.signup.id, "access_token", access))
        switch stored.signup.step {
        case .account where stored.signup.isAccepted: return try await subscribe(stored, channel, token)
        case .account: return try await find(stored, channel, token, access)
        case .registration, .window, .choice, .code, .done: return try await register(stored, channel, token, access)
        }
    }

    // MARK: The account and the number

    /// What the browser said is only where to look first: what counts is what the token reaches and the provider lists.
    private func find(
        _ stored: StoredSignup, _ channel: any EmbeddedSignupChannel, _ token: String, _ access: Access
    ) async throws -> Outcome {
        let one = stored.signup
        let grant = try await channel.grant(of: token)
        guard let app = service.app, grant.appID == app.appID else { throw NumberSignupProblem.appOther }
        guard grant.missingScopes.isEmpty else { throw EmbeddedSignupProblem.scopesMissing(grant.missingScopes) }
        let hinted = one.hint?.businessAccountID.flatMap { grant.businessAccountIDs.contains($0) ? $0 : nil }
        let accounts = [hinted].compactMap(\.self) + grant.businessAccountIDs.filter { $0 != hinted }.prefix(Self.accountLimit)
        guard !accounts.isEmpty else { throw EmbeddedSignupProblem.accountMissing }
        var best: (account: String, number: SignedUpNumber, all: [SignedUpNumber])?
        for account in accounts {
            let numbers: [SignedUpNumber]
            do {
                numbers = try await channel.numbers(of: account, token: token)
            } catch EmbeddedSignupProblem.accountMissing {
                // An older one that is gone; the number may be in the next.
                continue
            }
            if let same = numbers.first(where: { $0.phoneNumber.matches(one.phoneNumber) }) {
                best = (account, same, numbers)
                break
            }
            // Without the one that is wanted, what the window said, or the only one of the newest account.
            let other = numbers.first { $0.id == one.hint?.phoneNumberID } ?? (numbers.count == 1 ? numbers[0] : nil)
            if best == nil, let other { best = (account, other, numbers) }
        }
        guard let best else { throw EmbeddedSignupProblem.numberMissing }
        let found = FoundNumber(businessAccountID: best.account, id: best.number.id, phoneNumber: best.number.phoneNumber)
        let (plan, isConnected) = try await service.database.read { transaction in
            try (
                Self.plan(of: best.account, app, for: stored, access, transaction),
                ConnectionTable(transaction, access).find(appID: app.appID, businessAccountID: best.account) != nil
            )
        }
        let kept = try plan ?? newPlan(in: access)
        var questions: [NumberSignup.Question] = []
        if !found.phoneNumber.matches(one.phoneNumber) { questions.append(.otherNumber) }
        if isConnected || best.all.contains(where: { $0.id != found.id }) { questions.append(.existingAccount) }
        if isConnected { questions.append(.connectedAccount) }
        return .found(found, kept.id, sealedVerifyToken: kept.sealedVerifyToken, questions)
    }

    /// The connection that an account's numbers have, or will have: an account's webhooks go to one address, so whoever else is being signed up in it
    /// shares it. Nil when it is to have a new one. Throws ``NumberSignupProblem/accountElsewhere``: taking it would silence the other workspace.
    private static func plan(
        of account: String, _ app: SignupApp, for stored: StoredSignup, _ access: Access, _ transaction: any Transaction
    ) throws -> (id: Identifier<Connection>, sealedVerifyToken: String)? {
        let one = stored.signup
        guard try !NumberSignupTable.isConnected(account, appID: app.appID, outside: one.workspaceID, transaction) else {
            throw NumberSignupProblem.accountElsewhere
        }
        let connections = ConnectionTable(transaction, access)
        if let existing = try connections.find(appID: app.appID, businessAccountID: account) {
            return (existing.connection.id, existing.sealedVerifyToken)
        }
        if let other = try NumberSignupTable(transaction, access).others(in: account, than: one.id).first {
            return (other.signup.connectionID, other.sealedVerifyToken)
        }
        // An earlier window may have led to a connection that stands.
        return try connections.find(one.connectionID) == nil ? (one.connectionID, stored.sealedVerifyToken) : nil
    }

    private func newPlan(in access: Access) throws -> (id: Identifier<Connection>, sealedVerifyToken: String) {
        let id = Identifier<Connection>.make(at: service.now())
        return (
            id, try service.connectionSecrets.seal(verifyToken: ConnectionPlan.makeVerifyToken(), of: id, in: access.workspaceID)
        )
    }

    private func subscribe(_ stored: StoredSignup, _ channel: any EmbeddedSignupChannel, _ token: String) async throws -> Outcome {
        let one = stored.signup
        guard let found = one.found else { throw EmbeddedSignupProblem.numberMissing }
        guard let address = URL(string: one.webhookAddress) else {
            throw EmbeddedSignupProblem.addressRefused("\(one.server) isn't an address")
        }
        try await channel.subscribe(
            found.businessAccountID, to: address, verifyToken: try verifyToken(of: stored), token: token)
        return .subscribed(isVerified: try await channel.number(found.id, token: token).isVerified)
    }

    private func verifyToken(of stored: StoredSignup) throws -> String {
        try service.connectionSecrets.open(
            verifyToken: stored.sealedVerifyToken, of: stored.signup.connectionID, in: stored.signup.workspaceID)
    }

    // MARK: The registration

    private func register(
        _ stored: StoredSignup, _ channel: any EmbeddedSignupChannel, _ token: String, _ access: Access
    ) async throws -> Outcome {
        let one = stored.signup
        guard let found = one.found, let app = service.app else { throw EmbeddedSignupProblem.numberMissing }
        // A run before this one may have registered it: the provider counts registrations.
        let number = try await channel.number(found.id, token: token)
        if !number.isRegistered {
            guard number.isVerified else { return .unverified }
            let pin = try await pin(of: stored, access)
            do {
                try await channel.register(found.id, pin: pin, token: token)
            } catch EmbeddedSignupProblem.pinWrong {
                try await service.pins.forget(found.phoneNumber, access)
                throw EmbeddedSignupProblem.pinWrong
            }
        }
        let draft = ConnectionDraft(
            appID: app.appID, appSecret: app.appSecret, accessToken: token, businessAccountID: found.businessAccountID,
            phoneNumberID: found.id)
        var checked = try await service.senders.check(draft, name: one.name, access: access)
        checked.plan = ConnectionPlan(id: one.connectionID, verifyToken: try verifyToken(of: stored))
        let ready = checked
        let sender = try await service.database.write { transaction -> Sender? in
            var isOurs = false
            // Held, so that nobody starts over meanwhile.
            _ = try NumberSignupTable(transaction, access).change(one.id, at: service.now()) {
                isOurs = $0.signup.round == one.round && $0.signup.senderID == nil
            }
            guard isOurs else { throw NumberSignupProblem.stepPassed }
            let plan = try Self.plan(of: found.businessAccountID, app, for: stored, access, transaction)
            // Another sign-up into the account was quicker: its webhooks have to go to that one's address.
            guard plan == nil || plan?.id == one.connectionID else { return nil }
            return try save(ready, of: one, transaction)
        }
        guard let sender else {
            let plan = try await service.database.read {
                try Self.plan(of: found.businessAccountID, app, for: stored, access, $0)
            }
            guard let plan else { throw NumberSignupProblem.stepPassed }
            return .found(found, plan.id, sealedVerifyToken: plan.sealedVerifyToken, [])
        }
        service.senders.announce(sender)
        return try await activate(service.find(one.id, access: access))
    }

    /// What somebody typed, or what is kept of the number, or a new one.
    private func pin(of stored: StoredSignup, _ access: Access) async throws -> String {
        let typed = try stored.sealedPIN.map {
            try service.sealing.open($0, at: NumberSignupService.place(of: stored.signup.id, "pin", access))
        }
        return try await service.pins.take(typed, for: stored.signup.found?.phoneNumber ?? stored.signup.phoneNumber, access)
    }

    /// Connection, sender, what was agreed to, and that this is done with: all or nothing.
    private func save(_ checked: CheckedConnection, of one: NumberSignup, _ transaction: any Transaction) throws -> Sender {
        let access = Self.access(of: one)
        var sender = try service.senders.save(checked, access: access, in: transaction)
        let moment = service.now()
        for terms in one.terms {
            try TermsTable(transaction, access).accept(
                TermsAcceptance(terms: terms, actor: one.actor, at: one.createdAt, clientAddress: one.clientAddress), for: sender.id)
        }
        // WhatsApp needs a moment after a registration: the number is looked at until it is ready.
        if sender.status == .pending, sender.reason?.allowsRetry == true {
            let table = SenderTable(transaction, access)
            if let after = try table.apply([.retried], to: sender.id, at: moment)?.after { sender = after }
            try SenderCheckJob.request(for: sender.connectionID, in: one.workspaceID, in: transaction, now: moment)
        }
        _ = try NumberSignupTable(transaction, access).change(one.id, at: moment) { stored in
            stored.signup.senderID = sender.id
            // They are the connection's and the number's now.
            (stored.sealedAccessToken, stored.sealedPIN) = (nil, nil)
        }
        return sender
    }

    /// Begins the month that was agreed to at the start. What stands against it is told on the number's own page.
    private func activate(_ one: NumberSignup) async throws -> Outcome {
        guard let sender = one.senderID else { throw NumberSignupProblem.stepPassed }
        do {
            _ = try await service.subscriptions.activate(sender, price: one.price.count, accepting: [:], access: Self.access(of: one))
        } catch is CreditProblem {}
        return .done
    }

    /// As whoever began: they wanted the number and agreed to its price.
    private static func access(of one: NumberSignup) -> Access {
        Access(
            workspaceID: one.workspaceID, actor: Actor(parsing: one.actor) ?? .system("sign-up"), grants: Set(Grant.allCases),
            visibility: .all, address: one.clientAddress)
    }
}
