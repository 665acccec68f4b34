package import Domain
package import Foundation
package import Services
package import Store

/// A workspace with one connection and one sender on a fresh database, and the services over it, with a fake provider behind them.
package struct TestHub: Sendable {
    package let database: any Database
    package let clock = TestClock()
    package let channel = FakeChannel()
    package let receiver = FakeReceiver()
    package let signals = Signals()
    package let directory: ConnectionDirectory
    package let secretStore = ConnectionSecretStore(FakeSealing())
    package let workspaceID: Identifier<Workspace>
    package let connection: Connection
    package let sender: Sender
    package let intake: IntakeService
    package let refusals: WebhookRefusals
    package let sending: SendingService
    package let conversations: ConversationService
    package let events: EventService
    package let access: Access

    package static let appSecret = "secret"

    package init(
        _ database: any Database, slug: String = "acme", phoneNumber: String = "+15550100200", providerID: String = "111",
        app: SignupApp? = nil
    ) async throws {
        self.database = database
        let clock = clock
        let now = clock.now
        let workspaceID = Identifier<Workspace>.make(at: now)
        let connection = Connection(
            id: .make(at: now), workspaceID: workspaceID, channel: .meta, name: "Acme", appID: "app-\(slug)",
            businessAccountID: "waba-\(slug)",
            createdAt: now, lastWebhookAt: nil, isSubscribed: true)
        let sender = Sender(
            id: .make(at: now), workspaceID: workspaceID, connectionID: connection.id, channel: .meta, name: "Acme", displayName: "Acme",
            phoneNumber: try PhoneNumber(parsing: phoneNumber), providerID: providerID,
            quality: "GREEN",
            messagingLimit: nil, readReceipts: .onOpen, createdAt: now)
        let stored = try secretStore.seal(.init(appSecret: Self.appSecret, verifyToken: "verify", accessToken: "token"), of: connection)
        try await database.write { transaction in
            try WorkspaceTable(transaction).insert(
                Workspace(id: workspaceID, slug: try WorkspaceSlug(parsing: slug), name: slug, createdAt: now))
            let system = Access.system("test", in: workspaceID)
            try ConnectionTable(transaction, system).insert(stored)
            try SenderTable(transaction, system).insert(sender, throughput: nil)
        }
        (self.workspaceID, self.connection, self.sender) = (workspaceID, connection, sender)
        access = Access.system("test", in: workspaceID)
        let tick: @Sendable () -> Date = { clock.now }
        directory = ConnectionDirectory(database: database, secrets: secretStore, now: tick)
        refusals = WebhookRefusals(database: database, now: tick)
        intake = IntakeService(
            database: database, directory: directory, receivers: [.meta: receiver], signals: signals, refusals: refusals,
            app: app, now: tick)
        sending = SendingService(database: database, signals: signals, now: tick)
        conversations = ConversationService(database: database, signals: signals, now: tick)
        events = EventService(database: database, signals: signals)
    }

    /// Lets something happen to the number.
    package func befall(_ events: SenderEvent..., saying text: String? = nil) async throws {
        let (access, id, now) = (access, sender.id, clock.now)
        _ = try await database.write { try SenderTable($0, access).apply(events, saying: text, to: id, at: now) }
    }

    /// A dispatcher over the same database, not yet running; `channel` is another hub's when they share a provider.
    package func dispatcher(channel: FakeChannel? = nil, media: (any OutboundMedia)? = nil) -> Dispatcher {
        let clock = clock
        return Dispatcher(
            database: database, directory: directory, channels: [.meta: channel ?? self.channel], media: media ?? NoMedia(),
            signals: signals, now: { clock.now })
    }

    /// A job that was given up.
    package func deadJob(_ key: String, kind: String = JobKind.mediaDownload, error: String = "WhatsApp has no such file any more.")
        async throws
        -> Identifier<Job>
    {
        let (now, workspaceID) = (clock.now, workspaceID)
        return try await database.write { transaction in
            let table = JobTable(transaction)
            // A kind of its own until it is dead, so that the hub's own jobs aren't taken with it.
            try table.insert([.init(workspaceID: workspaceID, kind: "dead-\(key)", key: key, payload: "{}", runAt: now)], now: now)
            let taken = try table.take(kind: "dead-\(key)", now: now, leaseSeconds: 60, limit: 1)
            try table.fail(taken[0], error: error, runAt: nil)
            try transaction.run("UPDATE jobs SET kind = \(kind) WHERE workspace_id = \(workspaceID) AND id = \(taken[0].id)")
            return taken[0].id
        }
    }

    /// A notification of one person, unread.
    package func notify(
        _ person: Identifier<Account>, of conversation: Identifier<Conversation>
    ) async throws -> Identifier<PersonalNotification>? {
        let (now, workspaceID) = (clock.now, workspaceID)
        var facts = NotificationReading.Facts()
        facts.people = [.init(id: person, visibility: .all, teams: [], rules: .standard)]
        facts.assignments = [conversation: Assignment(assignee: person)]
        var reading = NotificationReading(facts)
        reading.read(
            Event(
                cursor: .start, kind: EventKind.conversationUpdated.rawValue, conversationID: conversation, messageID: nil,
                subjectID: nil, actor: "system:test", cause: Assignment.eventCause, at: now))
        let news = reading.news
        return try await database.write { try NotificationFeedTable($0, in: workspaceID).add(news, now: now).first?.id }
    }

    /// The signs of life of the process that has this dispatcher.
    package func heartbeat(of dispatcher: Dispatcher) -> Heartbeat {
        let clock = clock
        let process = HubProcess(id: dispatcher.processID, host: "test", roles: [.dispatch], startedAt: clock.now)
        return Heartbeat(database: database, process: process, now: { clock.now })
    }

    private struct NoMedia: OutboundMedia {
        func providerMediaID(of media: Identifier<MediaFile>, route: SenderRoute, channel: any Channel, access: Access) async throws
            -> String
        {
            throw ChannelProblem.permanent("this hub has no files")
        }
    }

    /// Delivers the events as one signed webhook.
    package func receive(_ events: InboundEvent..., senderProviderID: String? = nil) async throws {
        try await receive(events, senderProviderID: senderProviderID)
    }

    package func receive(_ events: [InboundEvent], senderProviderID: String? = nil) async throws {
        let items = events.enumerated().map { index, event in
            InboundItem(senderProviderID: senderProviderID ?? sender.providerID, path: "messages[\(index)]", event: event)
        }
        let body = receiver.body(for: InboundBatch(items: items, unreadable: []))
        try await intake.receive(body, header: { _ in Self.appSecret }, connectionID: connection.id.text)
    }

    /// Anything that a customer sends, ready to be received.
    package func message(_ content: MessageContent, from phone: String = "15550199001", name: String? = "Ana") -> InboundEvent {
        .message(
            InboundMessage(
                providerID: "wamid.\(UUID().uuidString)",
                from: InboundParty(
                    phone: PhoneNumber(providerDigits: phone), businessScopedID: nil, username: nil, name: name),
                at: clock.now, content: content, replyToProviderID: nil))
    }

    /// A customer's text, ready to be received.
    package func text(
        _ body: String, from phone: String? = "15550199001", businessScopedID: String? = nil, name: String? = "Ana", id: String? = nil,
        at: Date? = nil,
        replyTo: String? = nil
    ) -> InboundEvent {
        .message(
            InboundMessage(
                providerID: id ?? "wamid.\(UUID().uuidString)",
                from: InboundParty(
                    phone: phone.flatMap { PhoneNumber(providerDigits: $0) }, businessScopedID: businessScopedID, username: nil, name: name),
                at: at ?? clock.now, content: .text(TextContent(body: body)), replyToProviderID: replyTo))
    }

    /// Texts of a conversation, oldest first.
    package func thread(_ id: Identifier<Conversation>) async throws -> [String] {
        try await conversations.messages(of: id, before: nil, limit: 100, access: access).data.reversed().map(\.content.preview)
    }

    /// All events that are committed. A reader on PostgreSQL may have to wait for writers elsewhere in the server, which tests run side by side.
    /// Somebody who belongs to the workspace.
    package func member(_ name: String, role: Role) async throws -> Identifier<Account> {
        let now = clock.now
        let id = Identifier<Account>.make(at: now)
        let email = try EmailAddress(parsing: "\(name.lowercased().replacing(" ", with: "."))@acme.example")
        try await database.write { [access] transaction in
            try AccountTable(transaction).insert(Account(id: id, email: email, name: name, createdAt: now), passwordHash: nil)
            try MemberTable(transaction, access).insert(id, role: role, at: now)
        }
        return id
    }

    /// How much of the inbox agents see.
    package func setVisibility(_ level: VisibilityLevel) async throws {
        try await database.write { [access] in try VisibilityTable($0, access).set(level, for: .agent) }
    }

    package func allEvents() async throws -> [Event] {
        let count = try await database.read { [workspaceID] in
            try $0.rows("SELECT COUNT(*) FROM events WHERE workspace_id = \(workspaceID)")[0].integer(0)
        }
        guard count > 0 else { return [] }
        var events: [Event] = []
        for await batch in try await self.events.stream(after: EventCursor.start.text, access: access) {
            events += batch
            if events.count >= count { break }
        }
        return events
    }

    package func list(_ filter: ConversationFilter = .init()) async throws -> [Conversation] {
        try await conversations.list(filter, after: nil, limit: 100, access: access).data
    }
}
