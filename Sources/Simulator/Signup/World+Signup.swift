internal import OrderedCollections

/// Somebody with a login at the platform, and the accounts of their business.
struct BusinessOwner: Sendable {
    let id: String
    let name: String
    let portfolio: String
    /// Newest first.
    var accounts: [String]
    /// What they shared with an app, by its id, newest first.
    var shared: [String: [String]] = [:]
}

/// What the window gives to the page that opened it, good for one token.
struct SignupCode: Sendable {
    /// Of codes that nobody exchanged; older ones are dropped.
    static let limit = 1_000
    /// Thirty seconds (Meta, "Embedded Signup", read 2026-11).
    static let life = 30 * 1_000

    let app: String
    let accounts: [String]
    let scopes: [String]
    /// Milliseconds since 1970; nil while the window with it is still open.
    var expiresAt: Int?
}

/// The window of Embedded Signup, without its looks. (Meta, "Embedded Signup", version 4, read 2026-11.)
extension World {
    mutating func add(_ seed: SimulatorSeed.Owner) {
        let portfolio = seed.accounts.first.flatMap { accounts[$0]?.portfolio } ?? BusinessAccount.portfolio(of: ids.object())
        owners[seed.id] = BusinessOwner(id: seed.id, name: seed.name, portfolio: portfolio, accounts: seed.accounts)
    }

    /// The app that may open the window with this configuration.
    func signupApp(_ id: String?, configuration: String?) throws -> MetaApp {
        guard let id, let app = apps[id] else { throw ControlProblem("No app has this id.") }
        guard let configuration, app.configurationID == configuration else {
            throw ControlProblem("The app \(app.name) has no such configuration.")
        }
        return app
    }

    func signupOffer(_ app: MetaApp) -> JSON {
        [
            "app": .string(app.name),
            "owners": .array(
                owners.values.map { owner in
                    [
                        "id": .string(owner.id), "name": .string(owner.name),
                        "accounts": .array(
                            owner.accounts.compactMap { accounts[$0] }.map { account in
                                [
                                    "id": .string(account.id), "name": .string(account.name),
                                    "numbers": .array(account.numbers.compactMap { numbers[$0] }.map(Self.offer)),
                                ]
                            }),
                    ]
                }),
        ]
    }

    private static func offer(_ number: BusinessNumber) -> JSON {
        [
            "id": .string(number.id), "display": .string(number.displayNumber), "name": .string(number.verifiedName),
            "isVerified": .bool(number.verification == "VERIFIED"),
        ]
    }

    /// The account that was chosen, or a new one of this name.
    private mutating func account(_ id: String?, orNew name: String?, of owner: BusinessOwner) throws -> String {
        if let id {
            guard owner.accounts.contains(id) else { throw ControlProblem.missing("account of this person") }
            return id
        }
        let name = name ?? ""
        guard (1...100).contains(name.count) else { throw ControlProblem("The account needs a name of 1 to 100 characters.") }
        let id = ids.object()
        addAccount(id: id, name: name, portfolio: owner.portfolio)
        owners[owner.id]?.accounts.insert(id, at: 0)
        return id
    }

    /// A number that the account has already is taken up again, should the window have been closed halfway.
    mutating func addSignupNumber(_ body: JSON, owner: BusinessOwner) throws -> JSON {
        guard let digits = PhoneDigits.parse(body["number"]?.scalarText ?? "") else {
            throw ControlProblem("The number needs its country code and digits only, such as +1 555 019 9001.")
        }
        let chosen = body["account"]?.scalarText
        if let number = numbers.values.first(where: { $0.digits == digits }), number.account == chosen {
            return ["account": .string(number.account), "number": Self.offer(number)]
        }
        // Tried on a copy: an account without its first number would be left over.
        var attempt = self
        let account = try attempt.account(chosen, orNew: body["accountName"]?.string, of: owner)
        let number = try attempt.createNumber(digits: digits, verifiedName: body["name"]?.string ?? "", account: account)
        self = attempt
        return ["account": .string(account), "number": Self.offer(number)]
    }

    /// The end of the window: what was shared becomes a code, and the app hears of it.
    /// - Returns: the code, the `data` of the session's event, and its name.
    mutating func finishSignup(_ body: JSON, app: MetaApp, owner: BusinessOwner, isHeld: Bool) throws -> JSON {
        let account = try account(body["account"]?.scalarText, orNew: body["accountName"]?.string, of: owner)
        let number = body["number"]?.scalarText
        guard number.map({ numbers[$0]?.account == account }) ?? true else { throw ControlProblem.missing("number in this account") }
        let allowed = body["permissions"]?.array?.compactMap(\.string) ?? AccessToken.allScopes
        var shared = owner.shared[app.id] ?? []
        shared.removeAll { $0 == account }
        shared.insert(account, at: 0)
        owners[owner.id]?.shared[app.id] = shared

        let code = ids.secret("AQ", length: 180)
        signupCodes[code] = SignupCode(
            app: app.id, accounts: shared, scopes: AccessToken.allScopes.filter(allowed.contains),
            expiresAt: isHeld ? nil : now + SignupCode.life)
        if signupCodes.count > SignupCode.limit { signupCodes.removeFirst() }
        tellPartnerAdded(account, by: app)
        return [
            "code": .string(code), "event": .string(number == nil ? "FINISH_ONLY_WABA" : "FINISH"),
            "data": .fields(
                ("phone_number_id", number.map { .string($0) }), ("waba_id", .string(account)), ("business_id", .string(owner.portfolio))),
            "first": .string(settings.signupFirst.rawValue),
        ]
    }

    /// Goes to the app's own address, whatever is set for the account: the app isn't subscribed to it yet.
    private mutating func tellPartnerAdded(_ account: String, by app: MetaApp) {
        guard let url = app.callbackURL, app.fields?.contains("account_update") ?? true else { return }
        let value: JSON = [
            "event": "PARTNER_ADDED",
            "waba_info": ["waba_id": .string(account), "owner_business_id": .string(accounts[account]?.portfolio ?? "")],
        ]
        effects.append(
            .webhook(
                WebhookItem(
                    app: app.id, url: url, secret: app.secret, account: BusinessAccount.portfolio(of: app.id), field: "account_update",
                    value: value, time: seconds, subject: account)))
    }

    /// From now on the code's seconds count, unless somebody was so quick as to have exchanged it.
    mutating func releaseSignup(_ code: String) { signupCodes[code]?.expiresAt = now + SignupCode.life }

    /// The token of a business for its code, once.
    mutating func redeem(_ code: String, for app: String) throws(GraphError) -> String {
        var error = GraphError(100, "")
        guard signupCodes[code]?.app == app, let granted = signupCodes.removeValue(forKey: code) else {
            error.message = "This authorization code has been used."
            error.subcode = 36_009
            throw error
        }
        guard granted.expiresAt.map({ $0 > now }) ?? true else {
            error.message = "This authorization code has expired."
            error.subcode = 36_007
            throw error
        }
        let token = ids.secret("EAAG", length: 160)
        tokens[token] = AccessToken(app: app, accounts: OrderedSet(granted.accounts), scopes: granted.scopes)
        return token
    }
}
