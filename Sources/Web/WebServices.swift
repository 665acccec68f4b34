internal import Domain
package import Services

package import struct Foundation.Date

/// All that routes call; made once by `switchboard`.
package struct WebServices: Sendable {
    package let authenticator: Authenticator
    package let signIn: SignInService
    package let setUp: SetUpService
    package let sessions: SessionService
    package let members: MemberService
    package let teams: TeamService
    package let labels: LabelService
    package let contacts: ContactService
    package let groups: ContactGroupService
    package let imports: ContactImportService
    package let campaigns: CampaignService
    package let consent: ConsentService
    package let leads: LeadService
    package let leadLists: LeadListService
    package let clients: ClientService
    package let templates: TemplateService
    package let templateDrafts: TemplateDraftService
    package let search: SearchService
    package let quickReplies: QuickReplyService
    package let drafts: DraftService
    package let keys: APIKeyService
    package let revocations: AccessRevocations
    package let idempotentWrites: IdempotentWrites
    package let intake: IntakeService
    package let journal: JournalService
    package let sending: SendingService
    package let conversations: ConversationService
    package let notes: NoteService
    package let views: SavedViewService
    package let presence: PresenceService
    package let events: EventService
    package let senders: SenderService
    package let signups: NumberSignupService
    package let queues: QueueService
    package let media: MediaService
    package let jobs: JobService
    package let health: HealthService
    package let notifications: NotificationService
    package let push: PushService
    package let mail: MailService
    package let rates: MessageRateService
    package let webhooks: WebhookService
    package let reception: ReceptionService
    package let credits: CreditService
    package let subscriptions: SubscriptionService
    package let profiles: ProfileService
    package let signals: Signals
    package let now: @Sendable () -> Date
    /// How often an open stream looks whether its reader's access has ended, as it may in another process.
    package var lookInterval: Duration = .seconds(10)

    package init(
        authenticator: Authenticator, signIn: SignInService, setUp: SetUpService, sessions: SessionService, members: MemberService,
        teams: TeamService, labels: LabelService, contacts: ContactService, groups: ContactGroupService, imports: ContactImportService,
        campaigns: CampaignService,
        consent: ConsentService,
        leads: LeadService, leadLists: LeadListService, clients: ClientService,
        templates: TemplateService, templateDrafts: TemplateDraftService, search: SearchService, quickReplies: QuickReplyService,
        drafts: DraftService, keys: APIKeyService,
        revocations: AccessRevocations, idempotentWrites: IdempotentWrites, intake: IntakeService, journal: JournalService,
        sending: SendingService,
        conversations: ConversationService, notes: NoteService, views: SavedViewService, presence: PresenceService, events: EventService,
        senders: SenderService, signups: NumberSignupService, queues: QueueService,
        media: MediaService,
        jobs: JobService, health: HealthService, notifications: NotificationService, push: PushService, mail: MailService,
        webhooks: WebhookService, reception: ReceptionService,
        credits: CreditService, subscriptions: SubscriptionService, profiles: ProfileService, rates: MessageRateService, signals: Signals,
        now: @escaping @Sendable () -> Date
    ) {
        (self.authenticator, self.signIn, self.setUp, self.sessions) = (authenticator, signIn, setUp, sessions)
        (self.teams, self.labels, self.notes, self.views, self.presence) = (teams, labels, notes, views, presence)
        (self.contacts, self.groups, self.imports) = (contacts, groups, imports)
        (self.campaigns, self.consent) = (campaigns, consent)
        (self.leads, self.leadLists, self.clients) = (leads, leadLists, clients)
        (self.templates, self.templateDrafts, self.search) = (templates, templateDrafts, search)
        (self.quickReplies, self.drafts) = (quickReplies, drafts)
        (self.members, self.keys, self.revocations, self.idempotentWrites) = (members, keys, revocations, idempotentWrites)
        (self.intake, self.journal, self.sending, self.conversations) = (intake, journal, sending, conversations)
        (self.events, self.senders, self.queues, self.media, self.jobs) = (events, senders, queues, media, jobs)
        (self.health, self.notifications, self.push, self.mail, self.webhooks) = (health, notifications, push, mail, webhooks)
        (self.reception, self.profiles) = (reception, profiles)
        (self.signups, self.rates) = (signups, rates)
        (self.credits, self.subscriptions) = (credits, subscriptions)
        (self.signals, self.now) = (signals, now)
    }
}

extension WebServices {
    /// Names of the people of a workspace by ``Actor/text``, for what they did: whoever may read that may know who it was.
    func peopleNames(access: Access) async throws -> [String: String] {
        let people = try await conversations.assignees(access: .system("pages", in: access.workspaceID)).people
        return Dictionary(people.map { (Actor.member($0.account.id).text, $0.account.name) }, uniquingKeysWith: { one, _ in one })
    }
}
