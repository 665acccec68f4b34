internal import AsyncHTTPClient
internal import Channels
internal import Domain
internal import Foundation
internal import ServiceLifecycle
internal import Services
internal import Store
internal import Web

/// Everything between the database and the routes, wired once.
struct HubServices: Sendable {
    let database: any Database
    let now: @Sendable () -> Date
    let secrets: ConnectionSecretStore
    let signals = Signals()
    /// This process, as the others see it.
    let process: HubProcess
    let directory: ConnectionDirectory
    let media: MediaService
    let web: WebServices
    private let httpClient: HTTPClient
    private let storage: FileMediaStorage
    private let mediaMarker: MediaMarker
    private let channels: [ChannelKind: any Channel]
    private let clock: DatabaseClock
    private let pushJob: PushJob
    private let digestJob: DigestJob
    private let webhookJob: WebhookDeliveryJob
    private let receptionMailJob: ReceptionMailJob
    private let creditMailJob: CreditMailJob
    private let rates: InboundRates
    private let refusals: WebhookRefusals

    /// - Parameters:
    ///   - database: with its tables made.
    ///   - graphURL: scheme, host and port of the Graph API, which the demo's simulator stands in for.
    ///   - signupApp: the operator's app for sign-ups.
    ///   - mediaQuota: bytes of one workspace's files.
    ///   - publicURL: where people find the server.
    ///   - outsideRules: where addresses that people enter may lead.
    init(
        database: any Database, dataDirectory: DataDirectory, secretKey: String?, graphURL: String, graphVersion: String,
        signupApp: SignupApp? = nil, mediaQuota: Int = MediaService.defaultQuota, publicURL: String? = nil,
        outsideRules: OutsideRules = OutsideRules(),
        roles: Set<ProcessRole> = Set(ProcessRole.allCases),
        now: @escaping @Sendable () -> Date
    ) async throws {
        let box = try await SecretKeyStore(database: database, environmentText: secretKey, dataDirectory: dataDirectory.url.path).load()
        clock = DatabaseClock(database, now: now)
        try? await clock.synchronize()
        (self.database, self.now, secrets) = (database, now, ConnectionSecretStore(box))
        process = HubProcess(id: HubProcess.makeID(), host: ProcessInfo.processInfo.hostName, roles: roles, startedAt: now())
        rates = InboundRates(database: database, process: process.id, now: { [clock] in clock.now })
        refusals = WebhookRefusals(database: database, now: { [clock] in clock.now })
        storage = try FileMediaStorage(root: dataDirectory.media.path)
        mediaMarker = MediaMarker(root: dataDirectory.media.path)
        httpClient = HTTPClient(eventLoopGroupProvider: .singleton, configuration: MetaTimeouts().clientConfiguration)
        let meta = MetaChannel(client: httpClient, baseURL: graphURL, version: graphVersion, outside: GuardedClient(outsideRules))
        channels = [.meta: meta]
        directory = ConnectionDirectory(database: database, secrets: secrets, now: now)
        media = MediaService(database: database, storage: storage, signals: signals, quota: mediaQuota, now: now)

        pushJob = PushJob(
            database: database, sealing: box, caller: GuardedClient(outsideRules), publicURL: publicURL, numbers: .embedded,
            now: { [clock] in clock.now })
        webhookJob = WebhookDeliveryJob(
            database: database, sealing: box, caller: GuardedClient(outsideRules), signals: signals, now: { [clock] in clock.now })
        let smtp = SMTPClient(outsideRules)
        let mail = MailService(database: database, sealing: box, sender: smtp, signals: signals, now: now)
        digestJob = DigestJob(
            database: database, mail: mail, sender: smtp, publicURL: publicURL, numbers: .embedded, now: { [clock] in clock.now })
        receptionMailJob = ReceptionMailJob(
            database: database, mail: mail, sender: smtp, publicURL: publicURL, numbers: .embedded, now: { [clock] in clock.now })
        creditMailJob = CreditMailJob(database: database, mail: mail, sender: smtp, publicURL: publicURL, now: { [clock] in clock.now })
        let revocations = AccessRevocations()
        let hasher = PasswordHasher()
        let signIn = SignInService(database: database, hasher: hasher, revocations: revocations, now: now)
        let senders = SenderService(
            database: database, directory: directory, channels: channels, secrets: secrets, signals: signals,
            windowAppID: signupApp?.appID, now: now)
        let subscriptions = SubscriptionService(database: database, signals: signals, now: { [clock] in clock.now })
        let sending = SendingService(database: database, signals: signals, now: now)
        let intake = IntakeService(
            database: database, directory: directory, receivers: [.meta: MetaWebhookReceiver()], signals: signals, rates: rates,
            refusals: refusals, app: signupApp, now: now)
        web = WebServices(
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
                database: database, storage: storage, numbers: .embedded, sending: sending, signals: signals, now: { [clock] in clock.now }),
            consent: ConsentService(database: database, numbers: .embedded, signals: signals, now: now),
            leads: LeadService(database: database, signals: signals, now: now),
            leadLists: LeadListService(database: database, signals: signals, now: now),
            clients: ClientService(database: database, signals: signals, now: now),
            templates: TemplateService(database: database, signals: signals, now: now),
            templateDrafts: TemplateDraftService(
                database: database, directory: directory, channels: [.meta: meta], media: media, signals: signals,
                now: { [clock] in clock.now }),
            search: SearchService(database: database),
            quickReplies: QuickReplyService(database: database, signals: signals, now: now),
            drafts: DraftService(database: database, now: now),
            keys: APIKeyService(database: database, revocations: revocations, signals: signals, now: now), revocations: revocations,
            idempotentWrites: IdempotentWrites(database: database, box: box, now: now), intake: intake,
            journal: JournalService(database: database, intake: intake, signals: signals),
            sending: sending,
            conversations: ConversationService(database: database, signals: signals, now: now),
            notes: NoteService(database: database, signals: signals, now: now),
            views: SavedViewService(database: database, now: now),
            presence: PresenceService(database: database, board: PresenceBoard(), now: { [clock] in clock.now }),
            events: EventService(database: database, signals: signals),
            senders: senders,
            signups: NumberSignupService(
                database: database,
                channel: signupApp.map { MetaSignup(channel: meta, appID: $0.appID, appSecret: $0.appSecret) }, app: signupApp,
                senders: senders, subscriptions: subscriptions, sealing: box, signals: signals, now: { [clock] in clock.now }),
            queues: QueueService(database: database, signals: signals, now: { [clock] in clock.now }), media: media,
            jobs: JobService(database: database, signals: signals, now: now),
            health: HealthService(
                database: database,
                place: .init(dataDirectory: dataDirectory.url.path, databaseFile: (database as? SQLiteDatabase)?.path),
                now: { [clock] in clock.now }),
            notifications: NotificationService(database: database, signals: signals, now: now),
            push: PushService(database: database, sealing: box, signals: signals, now: now), mail: mail,
            webhooks: WebhookService(
                database: database, sealing: box, caller: GuardedClient(outsideRules), signals: signals, now: { [clock] in clock.now }),
            reception: ReceptionService(
                database: database, directory: directory, channels: channels, signals: signals, now: { [clock] in clock.now }),
            credits: CreditService(database: database, signals: signals, now: { [clock] in clock.now }),
            subscriptions: subscriptions,
            profiles: ProfileService(
                database: database, directory: directory, channels: [.meta: meta], media: media, signals: signals,
                now: { [clock] in clock.now }),
            rates: MessageRateService(database: database, numbers: .embedded, signals: signals, now: now), signals: signals, now: now)
        signals.connect(to: database)
    }

    /// What sends, in a process that does; made once.
    func makeDispatcher() -> Dispatcher? {
        guard process.roles.contains(.dispatch) else { return nil }
        return Dispatcher(
            database: database, directory: directory, channels: channels, media: media,
            places: .init(numbers: .embedded, zones: .embedded), signals: signals, processID: process.id, now: databaseNow)
    }

    private var databaseNow: @Sendable () -> Date { { [clock] in clock.now } }

    /// What runs beside the web server, in the order of starting: the last to stop comes first. The others stop counting on this process before
    /// its dispatcher gives its numbers back, so that they take them at once.
    func workers(_ dispatcher: Dispatcher?) -> [any Service] {
        let always: [any Service] = [clock, rates, refusals]
        return always + (process.roles.contains(.jobs) ? background : []) + (dispatcher.map { [$0] } ?? [])
            + (process.roles.contains(.web)
                ? [PresenceExchange(database: database, board: web.presence.board, processID: process.id, now: databaseNow)] : [])
            + [Heartbeat(database: database, process: process, mediaMarker: mediaMarker, now: databaseNow)]
    }

    private var background: [any Service] {
        [
            Distributor(database: database, signals: signals, now: databaseNow),
            Housekeeper(database: database, signals: signals, now: now), AccessHousekeeping(database: database, now: now),
            MediaSweeper(database: database, storage: storage, now: now), SearchIndexer(database: database, now: now),
            NotificationMaker(database: database, signals: signals, now: now),
            ReceiptMaker(database: database, signals: signals, now: databaseNow),
            CampaignFollower(database: database, signals: signals, now: databaseNow),
            CampaignFeeder(
                database: database, sending: web.sending, places: .init(numbers: .embedded, zones: .embedded), signals: signals,
                now: databaseNow),
            JobRunner(
                database: database,
                handlers: [
                    MediaDownloadJob(database: database, storage: storage, directory: directory, channels: channels, now: now),
                    ReadReceiptJob(database: database, directory: directory, channels: channels), SnoozeEndJob(now: databaseNow),
                    pushJob, digestJob, webhookJob,
                    ConversationDeletionJob(database: database),
                    SenderCheckJob(senders: web.senders), NumberSignupJob(service: web.signups),
                    TemplateSyncJob(database: database, directory: directory, channels: channels, now: databaseNow),
                    ScheduledMessageJob(sending: web.sending, now: databaseNow),
                    CallBlockingJob(
                        database: database, directory: directory, channels: channels, sending: web.sending, now: databaseNow),
                    ConsentConfirmationJob(database: database, sending: web.sending, numbers: .embedded, now: databaseNow),
                    receptionMailJob, KeptIntakeJob(database: database, intake: web.intake, now: databaseNow),
                    RenewalJob(now: databaseNow), creditMailJob,
                    ProfileSyncJob(profiles: web.profiles, now: databaseNow),
                    ContactImportJob(database: database, storage: storage, numbers: .embedded, signals: signals, now: databaseNow),
                    CampaignJob(database: database, storage: storage, numbers: .embedded, signals: signals, now: databaseNow),
                ], signals: signals, now: databaseNow),
        ]
    }

    /// Lets go of connections to providers. The database is closed by whoever opened it.
    func close() async {
        signals.disconnect()
        try? await httpClient.shutdown()
    }
}
