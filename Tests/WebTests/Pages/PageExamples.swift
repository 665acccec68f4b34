import Domain
import Foundation
import Services

@testable import Web

/// A page of each kind with everything on it, and one with nothing: for the templates' test, and to look at.
enum PageExamples {
    static let now = Date(timeIntervalSince1970: 1_795_257_720)  // 2026-11-21 10:42 UTC
    static let times = PageTimes(now: now, zone: .gmt)

    static func frame(_ theme: PageFrame.Theme = .light) -> PageFrame { PageFrame(theme: theme, times: times, csrfToken: "token") }

    static func workspace(
        _ theme: PageFrame.Theme = .light, grants: Set<Grant> = Role.owner.grants, isHalted: Bool = false
    ) -> WorkspaceFrame {
        WorkspaceFrame(
            frame: frame(theme), slug: "acme", workspaceName: "Acme Shop",
            accountID: Identifier("acc_01k00000000000000000000001"),
            accountName: "Ana Ruiz", grants: grants, isHalted: isHalted, availability: theme == .dark ? .away : .available)
    }

    static let all = own + TemplatePageExamples.all + MessageDetailsExamples.all + DetailsExamples.all + CreditExamples.subscriptions

    private static let own: [(name: String, view: any RenderedView)] = [
        ("sign-in", SignInView(email: "", next: "/app/acme/whatsapp", notice: nil, frame: frame())),
        (
            "sign-in-refused",
            SignInView(
                email: "ana@acme.example", next: "", notice: PageNotice("E-mail or password is wrong.", tone: .danger), frame: frame(.dark))
        ),
        (
            "set-up",
            SetUpView(
                title: "Set up Switchboard", intro: "You become the owner.", action: "/set-up/abc", fields: setUpFields, button: "Make it",
                notice: nil,
                frame: frame())
        ),
        (
            "problem",
            ProblemView(
                title: "Not found", detail: "There is nothing at this address.", requestID: "4f2a",
                back: ("/app/acme/whatsapp", "To the inbox"),
                frame: frame())
        ),
        ("problem-bare", ProblemView(title: "Gone", detail: "This link has been used.", requestID: nil, back: nil, frame: frame(.dark))),
        ("notifications", NotificationExamples.full),
        ("notifications-unread", NotificationExamples.unread),
        ("notifications-empty", NotificationExamples.empty),
        ("notification-list", NotificationExamples.list),
        ("notification-rules", NotificationExamples.rules),
        ("notification-rules-none", NotificationExamples.noRules),
        ("reception", ReceptionExamples.usual), ("reception-all", ReceptionExamples.all), ("reception-refused", ReceptionExamples.refused),
        ("receipts", ReceiptsExamples.full), ("receipts-none", ReceiptsExamples.none), ("receipts-stopped", ReceiptsExamples.stopped),
        ("credits", CreditExamples.full), ("credits-empty", CreditExamples.empty), ("credits-refused", CreditExamples.refused),
        ("credits-terms-refused", CreditExamples.termsRefused), ("credits-version-refused", CreditExamples.versionRefused),
        ("credits-top-up-refused", CreditExamples.topUpRefused),
        ("campaigns", CampaignExamples.list), ("campaigns-none", CampaignExamples.none), ("campaigns-none-over", CampaignExamples.noneOver),
        ("campaign-new", CampaignExamples.blank), ("campaign-refused", CampaignExamples.refused),
        ("campaign-start-refused", CampaignExamples.startRefused), ("campaign-draft", CampaignExamples.draft),
        ("campaign-unprepared", CampaignExamples.unprepared), ("campaign-preparing", CampaignExamples.preparing),
        ("campaign-scheduled", CampaignExamples.scheduled), ("campaign-running", CampaignExamples.running),
        ("campaign-paused", CampaignExamples.paused), ("campaign-finished", CampaignExamples.finished),
        ("campaign-watched", CampaignExamples.watched), ("campaign-recipients", CampaignExamples.recipients),
        ("campaign-no-recipients", CampaignExamples.noRecipients),
        ("prices", MessageRateExamples.full), ("prices-empty", MessageRateExamples.empty), ("prices-refused", MessageRateExamples.refused),
        ("prices-list-refused", MessageRateExamples.listRefused), ("prices-category-refused", MessageRateExamples.categoryRefused),
        ("profile", ProfileExamples.full), ("profile-refused", ProfileExamples.refused), ("profile-unfetched", ProfileExamples.unfetched),
        ("profile-agent", ProfileExamples.onlyLook),
        ("add-number", SignupExamples.ways), ("add-number-unset", SignupExamples.waysUnset), ("signup-new", SignupExamples.form),
        ("signup-new-refused", SignupExamples.refused), ("signup-new-sender", SignupExamples.ofSender),
        ("number-help", SignupExamples.help), ("number-help-doubt", SignupExamples.doubt),
        ("signup-window", SignupExamples.window), ("signup-cancelled", SignupExamples.cancelled), ("signup-busy", SignupExamples.busy),
        ("signup-account", SignupExamples.account), ("signup-other-number", SignupExamples.otherNumber),
        ("signup-existing-account", SignupExamples.existingAccount), ("signup-connected-account", SignupExamples.connectedAccount),
        ("signup-removed", SignupExamples.removed), ("signup-code", SignupExamples.code),
        ("signup-code-sent", SignupExamples.codeSent), ("signup-pin", SignupExamples.pin),
        ("signup-registration", SignupExamples.registration), ("signup-done", SignupExamples.done),
        ("mail", MailExamples.set),
        ("mail-none", MailExamples.none),
        (
            "senders",
            SendersView(
                senders, queues: queues, usages: [senders[0].id: SenderExamples.usage], stopped: [senders[0].id],
                handlings: HandlingExamples.handlings, prices: SenderExamples.prices,
                recent: [conversation(0, "María <b>", "Where is <i>it</i>?", secondsAgo: 60)],
                signups: [SignupExamples.begun, SignupExamples.at(.code)],
                notice: PageNotice("Saved."), in: workspace())
        ),
        ("sender", SenderExamples.online), ("sender-suspended", SenderExamples.suspended), ("sender-pending", SenderExamples.pending),
        ("sender-agent", SenderExamples.agent), ("sender-history", SenderExamples.history),
        ("sender-history-empty", SenderExamples.noHistory),
        ("senders-empty", SendersView([], queues: [:], notice: nil, in: workspace(.dark))),
        ("senders-agent", SendersView(senders, queues: queues, notice: nil, in: workspace(.dark, grants: Role.agent.grants))),
        ("queue", QueueExamples.busy),
        ("queue-paused", QueueExamples.paused),
        ("queue-empty", QueueExamples.empty),
        ("queue-agent", QueueExamples.agent),
        ("queue-restricted", QueueExamples.restricted),
        ("queue-state", QueueExamples.part),
        ("connection-new", newConnection),
        ("connection-standing", standingConnection),
        ("connection-troubled", ConnectionExamples.troubled), ("connection-ended", ConnectionExamples.ended),
        ("contacts", ContactExamples.full), ("contacts-empty", ContactExamples.empty), ("contacts-part", ContactExamples.part),
        ("contact", ContactExamples.listed), ("contact-wrote", ContactExamples.wrote), ("contact-refused", ContactExamples.refused),
        ("consent", ContactExamples.consent), ("consent-refused", ContactExamples.consentRefused),
        ("consent-seen", ContactExamples.consentSeen), ("consent-file", ContactExamples.consentFile),
        ("consent-file-taken", ContactExamples.consentFileTaken), ("consent-words", ContactExamples.consentWords),
        ("consent-words-refused", ContactExamples.consentWordsRefused), ("consent-words-tried", ContactExamples.consentWordsTried),
        ("contact-new", ContactExamples.new), ("contact-removal", ContactExamples.removal), ("contact-groups", ContactExamples.groupPage),
        ("contact-groups-none", ContactExamples.noGroups), ("contact-imports", ContactExamples.imports),
        ("contact-imports-none", ContactExamples.noImports), ("contact-import", ContactExamples.waiting),
        ("contact-import-running", ContactExamples.running), ("contact-import-done", ContactExamples.done),
        ("leads", LeadExamples.table), ("leads-empty", LeadExamples.empty), ("leads-part", LeadExamples.part),
        ("lead-board", LeadExamples.board), ("lead", LeadExamples.lead), ("lead-refused", LeadExamples.refused),
        ("lead-new", LeadExamples.new), ("lead-removal", LeadExamples.removal), ("lead-settings", LeadExamples.settings),
        ("clients", LeadExamples.clients), ("clients-empty", LeadExamples.noClients), ("client", LeadExamples.client),
        ("numbers", NumberExamples.all), ("numbers-removed", NumberExamples.removed), ("numbers-none", NumberExamples.none),
        ("handling", HandlingExamples.chosen), ("handling-gone", HandlingExamples.gone), ("handling-refused", HandlingExamples.refused),
        ("handling-agent", HandlingExamples.onlyLook),
        ("keys", KeysView(keys, newKey: "sb_3f9a0c11d2e84f7b", notice: nil, in: workspace())),
        ("keys-empty", KeysView([], newKey: nil, nameError: "Give the key a name.", notice: nil, in: workspace(.dark))),
        (
            "sessions",
            SessionsView(
                sessions, name: "Ana <Ruiz>", email: "ana@acme.example", errors: ["current": "This isn't your password."], notice: nil,
                in: workspace())
        ),
        ("people", people(link: nil)),
        ("people-link", people(link: .init(name: "Kim Lee", path: "/set-up/7f3a"), theme: .dark)),
        (
            "people-refused",
            people(
                link: nil, draft: .init(name: "", email: "kim", role: .admin, problem: .emailMalformed),
                teamDraft: .init(id: nil, name: "Sales", problem: .nameTaken))
        ),
        (
            "jobs",
            JobsView(
                dead: .init(data: deadJobs, next: "x"), isFirst: true, pending: .init(data: pendingJobs, next: "y"), notice: nil,
                in: workspace())
        ),
        (
            "jobs-empty",
            JobsView(
                dead: .init(data: [], next: nil), isFirst: false, pending: .init(data: [], next: nil), notice: nil, in: workspace(.dark))
        ),
        (
            "sending-halted",
            SendingView(
                SendingState(
                    halt: SendingHalt(reason: .restored, since: now, backupAt: now.addingTimeInterval(-100_000)), waiting: 12),
                in: workspace(isHalted: true))
        ),
        ("sending", SendingView(SendingState(halt: nil, waiting: 0), in: workspace(.dark))),
        ("health", HealthView(HealthReport(at: now, workspace: findings, host: findings), notice: nil, in: workspace())),
        ("sender-health", HealthExamples.well), ("sender-health-bad", HealthExamples.bad),
        ("health-tenant", HealthView(HealthReport(at: now, workspace: [], host: nil), notice: nil, in: workspace(.dark))),
        ("labels", LabelsView(labels, draft: nil, notice: nil, in: workspace())),
        (
            "labels-refused",
            LabelsView(
                labels, draft: .init(id: labels[0].id, name: "VIP", color: .red, problem: .nameTaken), notice: nil, in: workspace(.dark))
        ),
        ("labels-none", LabelsView([], draft: .init(id: nil, problem: .nameEmpty), notice: nil, in: workspace())),
        ("new-conversation", NewConversationView(.init(sender: "", to: ""), senders: senders, in: workspace())),
        (
            "new-conversation-refused",
            NewConversationView(
                .init(sender: senders[1].id.text, to: "+3460011122"), senders: senders,
                problem: PhoneNumberProblem.plusMissing("600 111 222"), in: workspace(.dark))
        ),
        (
            "new-conversation-known",
            NewConversationView(
                .init(sender: "", to: "+34600111222"), senders: [senders[0]],
                known: [conversation(0, "María <González>", "x", secondsAgo: 60)], in: workspace())
        ),
        (
            "new-conversation-offered",
            NewConversationView(
                .init(sender: "", to: "maria"), senders: [senders[0]], offered: [conversation(0, "María", "x", secondsAgo: 60)],
                problem: PhoneNumberProblem.plusMissing("maria"), in: workspace(.dark))
        ),
        (
            "new-conversation-nowhere",
            NewConversationView(.init(sender: "", to: ""), senders: [], problem: SenderProblem.missing, in: workspace())
        ),
        ("search", SearchExamples.full), ("search-blank", SearchExamples.blank), ("search-nothing", SearchExamples.nothing),
        ("search-refused", SearchExamples.refused), ("search-part", SearchExamples.part),
        (
            "quick-replies",
            QuickRepliesView(quickReplies, part: "", draft: nil, notice: PageNotice("The quick reply is saved."), in: workspace())
        ),
        (
            "quick-replies-refused",
            QuickRepliesView(
                quickReplies, part: "",
                draft: .init(id: quickReplies[0].id, shortcut: "hours", text: "{name}", problem: .placeholderUnknown("name")), notice: nil,
                in: workspace(.dark))
        ),
        (
            "quick-replies-none",
            QuickRepliesView(
                [], part: "", draft: .init(id: nil, shortcut: "a b", text: "x", problem: .shortcutMalformed), notice: nil, in: workspace())
        ),
        (
            "quick-replies-agent",
            QuickRepliesView(quickReplies, part: "", draft: nil, notice: nil, in: workspace(.dark, grants: Role.agent.grants))
        ),
        ("quick-replies-sought", QuickRepliesView([], part: "<zoo>", draft: nil, notice: nil, in: workspace(grants: Role.agent.grants))),
        ("inbox", inbox(.light, selected: true)),
        ("inbox-dark", inbox(.dark, selected: true)),
        ("inbox-list", inbox(.light, selected: false)),
        ("inbox-closed", inbox(.dark, selected: true, lastInboundAt: now.addingTimeInterval(-90_000), state: .closed)),
        ("inbox-snoozed", inbox(.light, selected: true, state: .snoozed)),
        ("inbox-reader", inbox(.light, selected: true, grants: [.conversationsView])),
        ("inbox-empty", emptyInbox),
        (
            "presence",
            PresenceView(
                [
                    Presence(account: colleagues.people[0].account.id, activity: .viewing),
                    Presence(account: colleagues.people[1].account.id, activity: .writing),
                ], members: colleagues.people, in: workspace())
        ),
        ("note-fragment", NoteFragmentView(NoteView(notes[0], in: place), frame: frame())),
        (
            "message-fragment",
            MessageFragmentView(MessageView(ShownMessage(message(900, .outbound, .text("Sí, confirmado ✅"))), in: place), frame: frame())
        ),
    ]

    static let place = MessageView.Place(
        base: "/app/acme", contactName: "María González", times: times, grants: Role.owner.grants,
        window: MessagingWindow(lastInboundAt: now), reader: colleagues.people[0].account.id)

    // MARK: Settings

    private static func people(
        link: PeopleView.Link?, draft: PeopleView.Draft = .init(), teamDraft: PeopleView.TeamDraft? = nil, theme: PageFrame.Theme = .light
    ) -> PeopleView {
        PeopleView(
            colleagues.people, teams: colleagues.teams, visibility: .team, distribution: .roundRobin, link: link, draft: draft,
            teamDraft: teamDraft,
            canMakeOwners: theme == .light, notice: nil, in: workspace(theme))
    }

    private static let setUpFields = [
        FieldView("name", label: "Your name", help: "Colleagues see it.", value: "Ana Ruiz", autocomplete: "name"),
        FieldView(
            "slug", label: "Address of the workspace", help: "Part of every address.", value: "Acme Shop", hint: "acme",
            error: "Use lower-case letters."),
    ]

    static let connection = Connection(
        id: Identifier("cnn_01k00000000000000000000001"), workspaceID: Identifier("wsp_01k00000000000000000000001"), channel: .meta,
        name: "Acme",
        appID: "1234567890", businessAccountID: "987654321", createdAt: now, lastWebhookAt: now.addingTimeInterval(-300), isSubscribed: true
    )

    private static let queues = [
        senders[0].id: SenderQueue.Glance(waiting: BoundedCount(99, isMore: true), isPaused: true),
        senders[1].id: SenderQueue.Glance(waiting: .none, isPaused: false),
    ]

    private static let newConnection = ConnectionView(
        connections: [], standing: nil,
        draft: ConnectionDraft(
            appID: "1234567890", appSecret: "", accessToken: "", businessAccountID: "987654321", phoneNumberID: "+15550199001"),
        name: "Shop",
        errors: [
            "phoneNumberId": "The access token can't see this phone number id. Copy the id, not the number, from WhatsApp, API setup."
        ],
        notice: PageNotice("Nothing was saved: one value is wrong.", tone: .danger), in: workspace())

    private static let standingConnection = ConnectionView(
        connections: [connection],
        standing: .init(
            ConnectionStanding(connection: connection, senders: senders, refusals: [], waitingInJournal: .none),
            webhookAddress: "http://127.0.0.1:8080/hooks/meta/cnn_01k00000000000000000000001", verifyToken: "verify-7f3a",
            isReachable: false),
        draft: ConnectionDraft(appID: "", appSecret: "", accessToken: "", businessAccountID: "", phoneNumberID: ""), name: "Shop",
        errors: [:],
        notice: nil,
        in: workspace(.dark))

    static func sender(_ number: Int, _ name: String, _ events: SenderEvent..., saying text: String? = nil) -> Sender {
        let sender = Sender(
            id: Identifier("snd_01k0000000000000000000000\(number)"), workspaceID: connection.workspaceID, connectionID: connection.id,
            channel: .meta,
            name: name, displayName: "Acme Shop", phoneNumber: try! PhoneNumber(parsing: "+1555019900\(number)"), providerID: "10\(number)",
            quality: "GREEN", messagingLimit: "TIER_2K", readReceipts: .onOpen, createdAt: now)
        return try! events.reduce(sender) { try $0.after($1, saying: text, at: now) }
    }

    static let senders = [
        sender(1, "Shop"),
        sender(2, "Support", .tokenRefused, saying: "WhatsApp no longer accepts the access token. Replace it on the connection's page."),
    ]

    private static let keys: [KeysView.Entry] = [
        .init(id: "key_1", name: "Shop system", scopes: [.read, .send], createdAt: now.addingTimeInterval(-900_000), lastUsedAt: now),
        .init(id: "key_2", name: "Reports", scopes: [.read], createdAt: now, lastUsedAt: nil),
    ]

    private static let findings = [
        HealthFinding(.queue, "Shop", .ok, "No message waits.", value: 0, unit: .seconds),
        HealthFinding(.accessToken, "Acme", .trouble, "Asked 2 hours ago: Meta doesn't accept the access token."),
        HealthFinding(.deadJobs, .attention, "3 pieces of work were set aside.", advice: "Open Background work.", value: 3, unit: .count),
    ]

    private static func job(_ kind: String, _ state: JobState, attempts: Int, error: String?) -> JobEntry {
        JobEntry(
            id: Identifier("job_01k00000000000000000000001"), kind: kind, key: "med_01k00000000000000000000001", state: state,
            attempts: attempts, error: error, runAt: now.addingTimeInterval(300), createdAt: now.addingTimeInterval(-900))
    }

    private static let deadJobs = [
        job(JobKind.mediaDownload, .dead, attempts: 25, error: "WhatsApp has no such file any more."),
        job(JobKind.readReceipt, .dead, attempts: 1, error: nil), job("of-tomorrow", .dead, attempts: 2, error: "It can't be read."),
    ]
    private static let pendingJobs = [job(JobKind.mediaDownload, .pending, attempts: 0, error: nil)]

    private static let sessions: [SessionsView.Entry] = [
        .init(
            id: "1", userAgent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0 Safari/537.36", address: "192.0.2.7", createdAt: now,
            lastSeenAt: now,
            isCurrent: true),
        .init(
            id: "2", userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Safari/604.1", address: "198.51.100.20",
            createdAt: now.addingTimeInterval(-200_000), lastSeenAt: now.addingTimeInterval(-90_000), isCurrent: false),
    ]

    // MARK: Inbox

    static func message(
        _ number: Int, _ direction: MessageDirection, _ content: MessageContent, _ status: MessageStatus? = nil, secondsAgo: Double = 600,
        error: MessageError? = nil, replyTo: Int? = nil, edited: Bool = false, revoked: Bool = false,
        origin: MessageOrigin? = nil
    ) -> Message {
        let at = now.addingTimeInterval(-secondsAgo)
        return Message(
            id: messageID(number), workspaceID: connection.workspaceID, conversationID: conversationID(0),
            senderID: senders[0].id, contactID: Identifier("con_01k00000000000000000000000"),
            clientID: direction == .outbound ? "client-\(number)" : nil,
            direction: direction, content: content, status: status ?? (direction == .inbound ? .received : .read), attempt: 1, error: error,
            providerID: nil, replyTo: replyTo.map(messageID), at: at, sequence: Int64(number), sentAt: nil, deliveredAt: nil, readAt: nil,
            editedAt: edited ? at : nil, revokedAt: revoked ? at : nil, author: nil, origin: origin,
            sendAt: status == .scheduled ? at : nil)
    }

    static func messageID(_ number: Int) -> Identifier<Message> {
        Identifier("msg_01k00000000000000000000\(String(1_000 + number).suffix(3))")
    }

    static func conversationID(_ number: Int) -> Identifier<Conversation> { Identifier("cnv_01k0000000000000000000000\(number)") }

    static func conversation(
        _ number: Int, _ name: String, _ preview: String, unread: Int = 0, secondsAgo: Double, direction: MessageDirection = .inbound,
        status: MessageStatus = .received, kind: MessageContent.Kind = .text, state: Conversation.State = .open, lastInboundAt: Date? = nil
    ) -> Conversation {
        let at = now.addingTimeInterval(-secondsAgo)
        return Conversation(
            id: conversationID(number), workspaceID: connection.workspaceID, senderID: senders[number % 2].id,
            contact: Contact(
                id: Identifier("con_01k0000000000000000000000\(number)"), name: name,
                phoneNumber: try! PhoneNumber(parsing: "+34600111222"),
                username: nil, businessScopedID: nil),
            state: state, snoozedUntil: state == .snoozed ? now.addingTimeInterval(60_000) : nil,
            assignment: Assignment(
                assignee: number % 2 == 0 ? colleagues.people[number % 4 / 2].account.id : nil,
                team: number % 3 == 0 ? colleagues.teams[0].id : nil
            ),
            labels: number < 2 ? labels.map(\.id) : [],
            unread: unread,
            last: .init(id: messageID(number), kind: kind, direction: direction, status: status, preview: preview, at: at),
            lastInboundAt: lastInboundAt ?? at, createdAt: at)
    }

    static var conversation: Conversation { conversation(0, "María González", "Hola", secondsAgo: 60) }

    private static func inbox(
        _ theme: PageFrame.Theme, selected: Bool, lastInboundAt: Date? = nil, state: Conversation.State = .open,
        grants: Set<Grant> = Role.owner.grants
    ) -> InboxView {
        let workspace = workspace(theme, grants: grants)
        let conversations = [
            conversation(
                0, "María González", "¿Me confirmas el envío de mañana?", unread: 2, secondsAgo: 60, state: state,
                lastInboundAt: lastInboundAt),
            conversation(1, "Javier Pons", "Perfecto, muchas gracias 🙌", secondsAgo: 120, direction: .outbound, status: .read),
            conversation(2, "Lucía Serrano", "", unread: 120, secondsAgo: 660, kind: .media),
            conversation(3, "Tienda Rubio", "order_update", secondsAgo: 80_700, direction: .outbound, status: .failed, kind: .template),
            conversation(4, "محمد علي", "شكرا جزيلا", secondsAgo: 200_000, direction: .outbound, status: .delivered),
            conversation(5, "Wolfeschlegelsteinhausenbergerdorff Senior", "A very long line that surely doesn't fit", secondsAgo: 900_000),
        ]
        let names = Dictionary(uniqueKeysWithValues: senders.map { ($0.id, $0.name) })
        var query = InboxView.Query(filter: InboxView.Filter(rawValue: state.rawValue) ?? .open)
        if state == .snoozed { (query.labelID, query.attention) = (labels[0].id, .unread) }
        let place = ConversationRowView.Place(
            times: times, base: workspace.base, query: query.text, senderNames: names, colleagues: colleagues, labels: labels,
            selected: selected ? conversations[0].id : nil, filter: query.conversations(for: workspace.accountID))
        let rows = ConversationRowsView(
            conversations.enumerated().map { number, one in
                ConversationRowView(one, writers: Array(colleagues.people.prefix(number).map(\.account.id)), in: place)
            }, moreAddress: "/app/acme/whatsapp?after=cursor", frame: workspace.frame
        )
        let messages = MessagesView(
            MessageExamples.all.map { .message($0) } + notes.map { .note($0) }
                + DetailsExamples.deeds.map { .activity(ShownActivity($0, DetailsExamples.words)) }, conversation: conversations[0].id,
            place: self.place,
            unread: 2, older: "cursor", newer: state == .closed ? "cursor" : nil, frame: workspace.frame)
        let thread =
            selected
            ? ThreadView(
                conversations[0], senderName: "Shop", colleagues: colleagues, labels: labels, messages: messages, listQuery: query.text,
                in: workspace, freshClientID: "client-fresh")
            : ThreadView(in: workspace)
        return InboxView(
            rows: rows, rowCount: conversations.count, thread: thread, isThreadOpen: selected, query: query, senderNames: names,
            colleagues: colleagues, labels: labels,
            savedViews: [
                try! SavedView(
                    id: Identifier("viw_01k00000000000000000000001"), name: "Unread returns", filter: "attention=unread", createdAt: now)
            ],
            counts: [.open: 100, .mine: 2, .unassigned: 0], since: "17",
            in: workspace, title: selected ? "María González" : "Inbox")
    }

    static let notes = [
        ShownNote(note("Called *twice*, nobody answers. @Kim Lee?", by: 0), writer: MessageView.selfWriter, callable: ["Kim Lee"]),
        ShownNote(note("@Ana Ruiz they write again at 9", by: 1, editedAt: now), writer: "Kim Lee", callable: ["Ana Ruiz"]),
    ]

    static func note(_ text: String, by writer: Int, editedAt: Date? = nil) -> Note {
        try! Note(
            id: Identifier("nte_01k0000000000000000000000\(writer)"), conversationID: conversationID(0),
            author: Actor.member(colleagues.people[writer].account.id).text, text: text,
            mentions: [colleagues.people[1 - writer].account.id],
            at: now.addingTimeInterval(-30), sequence: Int64(2_000 + writer), editedAt: editedAt)
    }

    static let quickReplies = [
        QuickReply(
            id: Identifier("qrp_01k00000000000000000000001"), shortcut: try! Shortcut(parsing: "hours"),
            text: try! QuickReplyText(parsing: "Hello {contact.firstName|there}, we are open from 9 to 18."), createdAt: now),
        QuickReply(
            id: Identifier("qrp_01k00000000000000000000002"), shortcut: try! Shortcut(parsing: "bye"),
            text: try! QuickReplyText(parsing: "Thank you <b>very</b> much & see you soon.\n{agent.firstName}"), createdAt: now),
    ]

    static let labels = [
        try! Label(id: Identifier("lbl_01k00000000000000000000001"), name: "Returns", color: .amber, createdAt: now),
        try! Label(id: Identifier("lbl_01k00000000000000000000002"), name: "VIP", color: .violet, createdAt: now),
    ]

    static let colleagues = ColleagueNames(
        people: [
            colleague(1, "Ana Ruiz", .owner), colleague(2, "Kim Lee", .agent, .away), colleague(3, "Leo Gone", .agent, deactivatedAt: now),
            colleague(4, "Mia Newcomer", .agent, isInvited: true),
        ],
        teams: [
            try! Team(
                id: Identifier("tem_01k00000000000000000000001"), workspaceID: connection.workspaceID, name: "Sales", members: [],
                createdAt: now)
        ], me: Identifier("acc_01k00000000000000000000001"))

    static func colleague(
        _ number: Int, _ name: String, _ role: Role, _ availability: Availability = .available, deactivatedAt: Date? = nil,
        isInvited: Bool = false
    ) -> Member {
        let email = try! EmailAddress(parsing: "\(number)@acme.example")
        return Member(
            workspaceID: connection.workspaceID,
            account: Account(id: Identifier("acc_01k0000000000000000000000\(number)"), email: email, name: name, createdAt: now),
            role: role,
            createdAt: now, availability: availability, deactivatedAt: deactivatedAt, isInvited: isInvited)
    }

    private static let emptyInbox = InboxView(
        rows: ConversationRowsView([], moreAddress: nil, frame: frame()), rowCount: 0, thread: ThreadView(in: workspace()),
        isThreadOpen: false,
        query: InboxView.Query(), senderNames: [:], colleagues: .none, labels: [], counts: [:], since: "", in: workspace(), title: "Inbox")
}
