internal import HashTreeCollections
internal import OrderedCollections

/// Everything the simulator knows. One value behind one lock; what must happen outside it is left in `effects`.
struct World: Sendable {
    /// What a change leads to, in order.
    enum Effect: Sendable {
        case webhook(WebhookItem)
        case after(milliseconds: Int, Step)
        /// Something to redraw: a phone, or all of them.
        case changed(phone: String?)
        /// A message or a call came to a business number.
        case codeSent
    }

    /// What comes later by itself.
    enum Step: Sendable {
        case send(String)
        case deliver(String)
        case read(String)
        case review(template: String)
        case hangUp(String)
        case reviewName(number: String)
    }

    var settings: SimulatorSettings
    var apps: [String: MetaApp] = [:]
    var tokens: [String: AccessToken] = [:]
    var accounts: [String: BusinessAccount] = [:]
    var numbers: OrderedDictionary<String, BusinessNumber> = [:]
    var templates: [String: Template] = [:]
    /// Who can log in to the window of Embedded Signup.
    var owners: OrderedDictionary<String, BusinessOwner> = [:]
    /// What that window gave out and nobody has exchanged, oldest first.
    var signupCodes: OrderedDictionary<String, SignupCode> = [:]
    /// What came by SMS and by call to the businesses' own phones, oldest first.
    var sentCodes: OrderedDictionary<String, SentCode> = [:]
    /// When numbers were deleted, by their digits, in milliseconds since 1970.
    var deletedNumbers: [String: Int] = [:]
    var media = MediaShelf()
    var uploads: [String: Upload] = [:]
    /// The profile picture of each number that has one.
    var pictures: [String: MediaShelf.Item] = [:]
    var phones: OrderedDictionary<String, Phone> = [:]
    /// Phone id by digits, and by the id that a portfolio sees.
    var phonesByNumber: [String: String] = [:]
    var phonesByUserID: [String: String] = [:]
    var pairs = Pairs()
    /// The last second of each number, and the people whom each account reached outside a window: beside the objects, so that
    /// holding one of those while these change copies nothing.
    var throughput: [String: SlidingSecond] = [:]
    var reached: [String: RollingDay] = [:]
    /// Accepted messages. Of older ones no status can be caused any more.
    var sent = BoundedIndex<SentMessage>(limit: 200_000)
    var calls = BoundedIndex<CustomerCall>(limit: 10_000)
    /// Which phone wrote a message that came in.
    var inboundPhone = BoundedIndex<String>(limit: 200_000)
    /// The simulator's own address, once it listens; webhooks name their media there.
    var address: String?
    var ledger = Ledger()
    var faults = Faults()
    var ids: IdentifierSource
    /// Milliseconds that the simulated clock is ahead.
    var clockOffset = 0
    /// The simulated time of the change at hand, in milliseconds since 1970.
    var now: Int
    var effects: [Effect] = []
    private var phoneCount = 0

    init(seed: SimulatorSeed, settings: SimulatorSettings, now: Int) {
        self.settings = settings
        self.now = now
        ids = IdentifierSource(startingAt: now)
        for app in seed.apps {
            apps[app.id] = MetaApp(
                id: app.id, name: app.name, secret: app.secret, verifyToken: app.verifyToken, callbackURL: app.callbackURL,
                configurationID: app.configurationID)
        }
        for (token, app) in seed.accessTokens { tokens[token] = AccessToken(app: app) }
        for account in seed.accounts { add(account) }
        for owner in seed.owners { add(owner) }
        for customer in seed.customers {
            let phone = addPhone(customer)
            for message in customer.past { recall(message, on: phone) }
        }
    }

    private mutating func add(_ seed: SimulatorSeed.Account) {
        addAccount(id: seed.id, name: seed.name, portfolio: seed.portfolio)
        for template in seed.templates {
            let draft = TemplateDraft(
                name: template.name, language: template.language, category: template.category,
                format: template.components.contains("named_params") ? "NAMED" : "POSITIONAL",
                components: (try? JSON(parsing: template.components))?.array ?? [])
            let inserted = insert(draft, into: seed.id, status: Template.Status(rawValue: template.status) ?? .approved)
            if inserted.status == .rejected { templates[inserted.id]?.rejectedReason = "INVALID_FORMAT" }
        }
        for app in seed.subscribedApps { accounts[seed.id]?.subscriptions[app] = .some(nil) }
        for number in seed.numbers { addNumber(id: number.id, account: seed.id, digits: number.digits, verifiedName: number.verifiedName) }
    }

    mutating func addAccount(id: String, name: String, portfolio: String? = nil) {
        let account = BusinessAccount(id: id, portfolio: portfolio ?? BusinessAccount.portfolio(of: id), name: name)
        accounts[id] = account
        for sample in Template.samples { insert(sample, into: id, status: .approved) }
        for phone in phones.values { phonesByUserID[userID(of: phone, seenBy: account)] = phone.id }
    }

    @discardableResult
    mutating func addNumber(id: String, account: String, digits: String, verifiedName: String) -> BusinessNumber {
        let number = BusinessNumber(id: id, account: account, digits: digits, verifiedName: verifiedName, onboardedAt: now)
        numbers[id] = number
        accounts[account]?.numbers.append(id)
        return number
    }

    @discardableResult
    mutating func addPhone(_ seed: SimulatorSeed.Customer) -> Phone {
        phoneCount += 1
        let country = seed.country ?? seed.number.flatMap { PhoneDigits.country($0)?.country } ?? "US"
        var phone = Phone(id: "phone-\(phoneCount)", name: seed.name, number: seed.number, username: seed.username, country: country)
        phone.readsAtOnce = seed.readsAtOnce
        phones[phone.id] = phone
        if let number = seed.number { phonesByNumber[number] = phone.id }
        for account in accounts.values { phonesByUserID[userID(of: phone, seenBy: account)] = phone.id }
        effects.append(.changed(phone: nil))
        return phone
    }

    func userID(of phone: Phone, seenBy account: BusinessAccount) -> String {
        businessScopedID(country: phone.country, of: phone.address, seenBy: account.portfolio)
    }

    /// The phone that has a number, under any of its spellings.
    func phone(withNumber digits: String) -> Phone? {
        for spelling in PhoneDigits.spellings(digits) {
            if let id = phonesByNumber[spelling] { return phones[id] }
        }
        return nil
    }

    var seconds: Int { now / 1_000 }
}

/// What a number and a person have with each other: the window and the debt. By number id and address of the person.
struct Pairs: Sendable {
    struct Pair: Sendable {
        /// Newest message or call of the customer, in milliseconds since 1970.
        var lastInbound: Int?
        /// End of a free entry point.
        var freeEntryUntil = 0
        var debt = PairDebt()
    }

    struct Key: Hashable, Sendable {
        let number: String
        let person: String
    }

    static let windowLength = 24 * 60 * 60 * 1_000
    /// Pairs kept; beyond it those that mean nothing any more are dropped.
    private static let softLimit = 300_000

    /// A tree, as the index of messages is.
    private var pairs: TreeDictionary<Key, Pair> = [:]
    private var nextSweep = Pairs.softLimit

    subscript(number: String, person: String) -> Pair {
        get { pairs[Key(number: number, person: person)] ?? Pair() }
        set { pairs[Key(number: number, person: person)] = newValue }
    }

    func isWindowOpen(_ number: String, _ person: String, at now: Int) -> Bool {
        self[number, person].lastInbound.map { now - $0 < Self.windowLength } ?? false
    }

    mutating func admit(_ number: String, _ person: String, at now: Int) -> Bool {
        if pairs.count > nextSweep {
            pairs = pairs.filter {
                $0.value.debt.remaining(at: now) > 0 || $0.value.lastInbound.map { now - $0 < Self.windowLength } ?? false
            }
            nextSweep = max(Self.softLimit, pairs.count * 2)
        }
        return pairs[Key(number: number, person: person), default: Pair()].debt.admit(at: now)
    }
}
