internal import Domain
internal import Hummingbird
internal import Services

/// What stands beside a thread: who it is with, how it stands, its files, notes and activity.
struct ConversationDetailsPages: Sendable {
    /// Files of a page of them: four rows of pictures.
    private static let fileLimit = 12
    /// Lines of a page of the activity.
    private static let activityLimit = 15
    /// The newest notes; all of them stand in the thread.
    private static let noteLimit = 5
    /// Other conversations with the same person.
    private static let otherLimit = 20

    let inbox: InboxPages
    let services: WebServices

    var routes: RouteSet {
        let conversation = "/app/{workspace}/whatsapp/{conversation}"
        let reading = RouteDeclaration.Callers.grant(.conversationsView)
        return RouteSet(member: [
            Route(.get, "\(conversation)/details", allows: reading, respond: details),
            Route(.get, "\(conversation)/files", allows: reading, respond: files),
            Route(.get, "\(conversation)/activity", allows: reading, respond: activity),
        ])
    }

    /// A page by itself; for scripts what stands in its middle.
    @Sendable private func details(request: Request, context: MemberContext) async throws -> Response {
        let conversation = try await conversation(context)
        let (id, access, service) = (conversation.id, context.access, services.conversations)
        let frame = inbox.printer.frame(request, context)
        // What doesn't wait for each other is read at once.
        async let foundNames = inbox.names(access)
        async let foundFiles = service.files(of: id, before: nil, limit: Self.fileLimit, access: access)
        async let foundNotes = services.notes.list(id, before: nil, limit: Self.noteLimit, access: access)
        async let foundActivity = service.activity(of: id, before: nil, limit: Self.activityLimit, access: access)
        async let foundOthers = service.others(besides: id, after: nil, limit: Self.otherLimit, access: access)
        async let foundConsent = consent(of: conversation, access)
        let (names, notes) = try await (foundNames, foundNotes.data)
        let standing = try await services.leads.standing(of: conversation.contact.id, access: access)
        let leadWords = try await LeadPages(printer: inbox.printer, services: services).words(context)
        let words = ActivityWords(colleagues: names.colleagues, labels: names.labels)
        let view = ConversationDetailsView(
            conversation, senderNames: names.senders, colleagues: names.colleagues, labels: names.labels,
            consent: try await foundConsent, others: try await foundOthers.data,
            notes: inbox.show(notes, among: names.colleagues, access),
            files: FilesView(try await foundFiles, of: id, in: frame),
            activity: ActivityView(try await foundActivity, words, of: id, in: frame),
            lead: LeadPanelView(standing, leadWords, of: id, in: frame), in: frame)
        return answer(view, conversation, request, frame)
    }

    @Sendable private func files(request: Request, context: MemberContext) async throws -> Response {
        let conversation = try await conversation(context)
        let frame = inbox.printer.frame(request, context)
        let page = try await services.conversations.files(
            of: conversation.id, before: Self.cursor(request), limit: Self.fileLimit, access: context.access)
        return answer(FilesView(page, of: conversation.id, in: frame), conversation, request, frame)
    }

    @Sendable private func activity(request: Request, context: MemberContext) async throws -> Response {
        let conversation = try await conversation(context)
        let frame = inbox.printer.frame(request, context)
        let page = try await services.conversations.activity(
            of: conversation.id, before: Self.cursor(request), limit: Self.activityLimit, access: context.access)
        let words = try await inbox.activityWords(context.access)
        return answer(ActivityView(page, words, of: conversation.id, in: frame), conversation, request, frame)
    }

    private func conversation(_ context: MemberContext) async throws -> Conversation {
        try await services.conversations.conversation(context.id("conversation", of: Conversation.self), access: context.access)
    }

    /// Nil for who may not see contacts.
    private func consent(of conversation: Conversation, _ access: Access) async throws -> Consent? {
        guard access.permits(.contactsView) else { return nil }
        return try await services.consent.standing(of: conversation.contact.id, limit: 1, access: access).consent
    }

    private static func cursor(_ request: Request) -> String? { request.uri.queryParameters["before"].map(String.init) }

    private func answer(
        _ view: some RenderedView, _ conversation: Conversation, _ request: Request, _ frame: WorkspaceFrame
    ) -> Response {
        if !request.acceptsPage { return inbox.printer.page(view) }
        return inbox.printer.page(ConversationDetailsPageView(view, of: conversation, in: frame))
    }
}
