import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Services
import Store
import TestSupport

@testable import Web

/// The whole web side over a fresh database: two workspaces, acme and other, each with people of every role and keys of every scope.
struct TestWeb: Sendable {
    /// One workspace with its people.
    struct Tenant: Sendable {
        let hub: TestHub
        /// Cookie and form token of a person of each role.
        let people: [Role: Person]
        /// A key of one scope each.
        let keys: [KeyScope: String]
        /// A key of all scopes.
        let key: String
    }

    struct Person: Sendable {
        let token: String
        let account: Identifier<Account>
        let session: Identifier<Session>
    }

    static let password = "correct horse"

    let database: any Database
    let clock: TestClock
    let services: WebServices
    let acme: Tenant
    let other: Tenant
    let table: RouteTable
    let openAPI: JSONValue
    let application: Application<RouterResponder<WebContext>>
    /// Where calls to addresses that people gave end.
    let outside: FakeOutside
    /// Where files lie.
    let storage: FileMediaStorage
    /// What WhatsApp knows of the numbers' profiles.
    let profiles: FakeProfiles
    let templates: FakeTemplates

    /// What a number's owner does in Meta's window.
    let signups: FakeSignups

    static let signupApp = SignupApp(
        appID: FakeSignups.appID, appSecret: "app secret of the operator", configurationID: "998877",
        scriptServer: "https://connect.facebook.net",
        graphVersion: "v26.0")

    init(_ engine: TestEngine = .sqlite, configuration: WebConfiguration = WebConfiguration(), hasSignupApp: Bool = true) async throws {
        try await self.init(try await TestDatabase.make(engine), configuration: configuration, hasSignupApp: hasSignupApp)
    }

    init(_ database: any Database, configuration: WebConfiguration = WebConfiguration(), hasSignupApp: Bool = true) async throws {
        self.database = database
        let acmeHub = try await TestHub(database, app: hasSignupApp ? Self.signupApp : nil)
        let otherHub = try await TestHub(database, slug: "other", phoneNumber: "+15550100201", providerID: "222")
        let clock = acmeHub.clock
        self.clock = clock
        let now: @Sendable () -> Date = { clock.now }
        let hasher = PasswordHasher(cost: .init(rounds: 2, blockSize: 1, parallelism: 1))
        let revocations = AccessRevocations()
        let signals = acmeHub.signals
        let outside = FakeOutside()
        self.outside = outside
        let profiles = FakeProfiles()
        self.profiles = profiles
        let templates = FakeTemplates()
        self.templates = templates
        let signIn = SignInService(database: database, hasher: hasher, revocations: revocations, now: now)
        let folder = TemporaryFolder.freshPath()
        let storage = try FileMediaStorage(root: folder)
        self.storage = storage
        let media = MediaService(database: database, storage: storage, signals: signals, now: now)
        let senders = SenderService(
            database: database, directory: acmeHub.directory, channels: [.meta: acmeHub.channel], secrets: acmeHub.secretStore,
            signals: signals, now: now)
        let subscriptions = SubscriptionService(database: database, signals: signals, now: now)
        let signups = FakeSignups()
        self.signups = signups
        var services = WebServices(
            authenticator: Authenticator(database: database, now: now), signIn: signIn,
            setUp: SetUpService(database: database, hasher: hasher, signIn: signIn, revocations: revocations, now: now),
            sessions: SessionService(database: database, revocations: revocations, now: now),
            members: MemberService(database: database, hasher: hasher, revocations: revocations, signals: signals, now: now),
            teams: TeamService(database: database, revocations: revocations, signals: signals, now: now),
            labels: LabelService(database: database, signals: signals, now: now),
            contacts: ContactService(
                database: database, search: SearchService(database: database), numbers: .embedded, signals: signals, now: now),
            groups: ContactGroupService(database: database, signals: signals, now: now),
            imports: ContactImportService(database: database, storage: storage, numbers: .embedded, signals: signals, now: now),
            campaigns: CampaignService(
                database: database, storage: storage, numbers: .embedded, sending: acmeHub.sending, signals: signals, now: now),
            consent: ConsentService(database: database, numbers: .embedded, signals: signals, now: now),
            leads: LeadService(database: database, signals: signals, now: now),
            leadLists: LeadListService(database: database, signals: signals, now: now),
            clients: ClientService(database: database, signals: signals, now: now),
            templates: TemplateService(database: database, signals: signals, now: now),
            templateDrafts: TemplateDraftService(
                database: database, directory: acmeHub.directory, channels: [.meta: templates], media: media, signals: signals, now: now),
            search: SearchService(database: database),
            quickReplies: QuickReplyService(database: database, signals: signals, now: now),
            drafts: DraftService(database: database, now: now),
            keys: APIKeyService(database: database, revocations: revocations, signals: signals, now: now), revocations: revocations,
            idempotentWrites: IdempotentWrites(database: database, box: SecretBox(SecretKey.make().key), now: now), intake: acmeHub.intake,
            journal: JournalService(database: database, intake: acmeHub.intake, signals: signals), sending: acmeHub.sending,
            conversations: acmeHub.conversations,
            notes: NoteService(database: database, signals: signals, now: now),
            views: SavedViewService(database: database, now: now),
            presence: PresenceService(database: database, board: PresenceBoard(), now: now), events: acmeHub.events,
            senders: senders,
            signups: NumberSignupService(
                database: database, channel: hasSignupApp ? signups : nil, app: hasSignupApp ? Self.signupApp : nil, senders: senders,
                subscriptions: subscriptions, sealing: FakeSealing(), signals: signals, now: now),
            queues: QueueService(database: database, signals: signals, now: now),
            media: media,
            jobs: JobService(database: database, signals: signals, now: now),
            health: HealthService(
                database: database, place: .init(dataDirectory: folder, databaseFile: nil), now: now),
            notifications: NotificationService(database: database, signals: signals, now: now),
            push: PushService(database: database, sealing: SecretBox(SecretKey.make().key), signals: signals, now: now),
            mail: MailService(database: database, sealing: SecretBox(SecretKey.make().key), sender: FakeMail(), signals: signals, now: now),
            webhooks: WebhookService(
                database: database, sealing: SecretBox(SecretKey.make().key), caller: outside, signals: signals, now: now),
            reception: ReceptionService(
                database: database, directory: acmeHub.directory, channels: [.meta: acmeHub.channel], signals: signals, now: now),
            credits: CreditService(database: database, signals: signals, now: now),
            subscriptions: subscriptions,
            profiles: ProfileService(
                database: database, directory: acmeHub.directory, channels: [.meta: profiles], media: media, signals: signals, now: now),
            rates: MessageRateService(database: database, numbers: .embedded, signals: signals, now: now), signals: signals,
            now: now)
        // What a test sees end has ended by what happened, and not by that look.
        services.lookInterval = .seconds(3600)
        self.services = services
        acme = try await Self.tenant(acmeHub, "acme", services)
        other = try await Self.tenant(otherHub, "other", services)
        let pages = try Pages(services: services, configuration: configuration)
        let web = try WebRouter(
            services, pages: pages.routes, configuration: configuration, readiness: Readiness([("database", { nil })]),
            metrics: PrometheusRegistry(),
            version: "1.0", problemPage: pages.problemPage)
        (table, openAPI) = (web.table, web.openAPI)
        application = Application(router: web.router)
    }

    private static func tenant(_ hub: TestHub, _ slug: String, _ services: WebServices) async throws -> Tenant {
        var people: [Role: Person] = [:]
        var keys: [KeyScope: String] = [:]
        for role in Role.allCases {
            let email = "\(role.rawValue)@\(slug).example"
            let member = try await services.members.add(
                email: email, name: role.rawValue, role: role, password: password, access: hub.access)
            let new = try await services.signIn.signIn(email: email, password: password, client: SignInClient(address: nil, userAgent: nil))
            people[role] = Person(token: new.token.text, account: member.account.id, session: new.session.id)
        }
        for scope in KeyScope.allCases {
            keys[scope] = try await services.keys.create(name: scope.rawValue, scopes: [scope], access: hub.access).token.text
        }
        let key = try await services.keys.create(name: "all", scopes: Set(KeyScope.allCases), access: hub.access).token.text
        return Tenant(hub: hub, people: people, keys: keys, key: key)
    }

    /// A browser's public key, of nobody's.
    static let browserKey = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"

    /// A delivery about a message, to a receipts webhook of its number.
    func told(of message: Identifier<Message>, in hub: TestHub) async throws -> Identifier<WebhookDelivery> {
        let endpoint = try await services.webhooks.save("https://example.com/receipts", of: hub.sender.id, access: hub.access).endpoint
        let (now, id) = (clock.now, Identifier<WebhookDelivery>.make(at: clock.now))
        try await database.write { transaction in
            let feed = WebhookFeedTable(transaction, in: hub.workspaceID)
            try feed.add([.init(id: id, endpointID: endpoint.id, messageID: message, attempt: 1, status: .sent, body: "{}")], at: now)
            let attempt = WebhookAttempt(at: now, milliseconds: 5, status: 200, failure: nil, answer: "ok", answerBytes: 2)
            try feed.record(attempt, of: id, number: 1, state: .delivered, nextAt: nil)
        }
        return id
    }

    static let signupNumber = "+40721234567"

    /// Somebody begins to connect a number.
    func signUp(in hub: TestHub, number: String = signupNumber) async throws -> Identifier<NumberSignup> {
        try await services.signups.begin(
            .init(phoneNumber: number, displayName: "Acme Coffee", name: "Coffee", price: 0, accepts: [.whatsApp: "1"]),
            server: "https://chat.example.com", access: hub.access
        ).id
    }

    /// All work of sign-ups that is due.
    func workOnSignups() async throws {
        let job = NumberSignupJob(service: services.signups)
        let now = clock.now
        while let one = try await database.write({
            try JobTable($0).take(kind: JobKind.numberSignup, now: now, leaseSeconds: 60, limit: 1)
        }).first {
            let completion = try await job.run(one)
            try await database.write { transaction in
                if try JobTable(transaction).complete(one) { try completion.write(transaction) }
            }
        }
    }

    /// A browser of a person that shows their notifications.
    func subscribe(_ person: Person, in hub: TestHub) async throws -> Identifier<PushSubscription> {
        let target = try PushTarget(
            endpoint: "https://push.example.com/\(person.session)", p256dh: Self.browserKey, auth: "BTBZMqHH6r4Tts7J_aSIgg")
        let session = Session(
            id: person.session, accountID: person.account, createdAt: clock.now, lastSeenAt: clock.now, expiresAt: clock.now,
            userAgent: nil,
            address: nil)
        let access = Access(
            workspaceID: hub.workspaceID, actor: .member(person.account), grants: Role.agent.grants, visibility: .all, address: nil)
        return try await services.push.subscribe(target, session: session, userAgent: "Mozilla/5.0", access: access).id
    }

    /// Sends one request through the router.
    func call(
        _ method: HTTPRequest.Method, _ uri: String, _ headers: HTTPFields = [:], body: String? = nil
    ) async throws -> Answer {
        try await callBytes(method, uri, headers, body: body.map { Array($0.utf8) })
    }

    func callBytes(
        _ method: HTTPRequest.Method, _ uri: String, _ headers: HTTPFields = [:], body: [UInt8]? = nil
    ) async throws -> Answer {
        try await application.test(.router) { client in
            try await client.execute(uri: uri, method: method, headers: headers, body: body.map { ByteBuffer(bytes: $0) }) { response in
                Answer(status: response.status.code, headers: response.headers, body: Array(buffer: response.body))
            }
        }
    }

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPFields
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
        var json: JSONValue { (try? JSONDecoder().decode(JSONValue.self, from: Data(body))) ?? .null }
        var code: String? { json["code"]?.text }
    }
}

extension HTTPFields {
    static func key(_ key: String) -> HTTPFields { [.authorization: "Bearer \(key)"] }

    /// A signed-in person's browser, on a page of ours.
    static func person(_ person: TestWeb.Person) -> HTTPFields {
        [.cookie: "switchboard=\(person.token)", HTTPField.Name("X-CSRF-Token")!: ForgeryToken.text(for: person.token)]
    }

    static func + (one: HTTPFields, other: HTTPFields) -> HTTPFields {
        var all = one
        for field in other { all[field.name] = field.value }
        return all
    }
}
