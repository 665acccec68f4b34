internal import Domain
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Services

/// The inbox and its parts, as scripts fetch them.
struct InboxPages: Sendable {
    /// Rows of a page of the list.
    static let rowLimit = 40
    /// Bubbles of a page of a thread.
    static let messageLimit = 50
    /// Rows that scripts may ask for at once.
    static let batchLimit = 50

    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let inbox = "/app/{workspace}/whatsapp"
        let reading = RouteDeclaration.Callers.grant(.conversationsView)
        return RouteSet(member: [
            Route(.get, inbox, allows: reading, respond: list),
            Route(.get, "\(inbox)/rows", allows: reading, respond: rows),
            Route(.get, "\(inbox)/counts", allows: reading, respond: counts),
            Route(.get, "\(inbox)/{conversation}", allows: reading, respond: thread),
            Route(.get, "\(inbox)/{conversation}/messages", allows: reading, respond: messages),
            Route(.get, "\(inbox)/{conversation}/messages/{message}", allows: reading, respond: message),
        ])
    }

    // MARK: The list

    @Sendable private func list(request: Request, context: MemberContext) async throws -> Response {
        let query = Self.query(request)
        let frame = printer.frame(request, context)
        if request.uri.queryParameters["part"] == "rows" {
            let names = try await names(context.access)
            let (rows, _) = try await rows(query, after: Self.text("after", request), selected: nil, names, frame, context.access)
            return printer.page(rows)
        }
        if request.uri.queryParameters["part"] == "thread" { return printer.page(ThreadView(in: frame)) }
        let since = try await since(context.access)
        let names = try await names(context.access)
        return printer.page(
            try await inbox(
                query, ThreadView(in: frame), selected: nil, title: "Inbox", names, since: since, request, frame, context.access))
    }

    /// Rows by the ids of their conversations; one that is gone is left out.
    @Sendable private func rows(request: Request, context: MemberContext) async throws -> Response {
        let frame = printer.frame(request, context)
        let place = rowPlace(Self.query(request), selected: nil, try await names(context.access), frame)
        let texts = (Self.text("of", request) ?? "").split(separator: ",").prefix(Self.batchLimit)
        let ids = texts.compactMap { Identifier<Conversation>(parsing: String($0)) }
        let conversations = try await services.conversations.conversations(ids, access: context.access)
        return printer.page(
            ConversationRowsView(try await views(of: conversations, in: place, context.access), moreAddress: nil, frame: frame.frame))
    }

    /// Where the stream of a page goes on from. To be asked for before anything else is read, the thread among it, so that what happens meanwhile
    /// comes with the stream.
    private func since(_ access: Access) async throws -> String {
        access.permits(.eventsView) ? try await services.events.end(access: access).text : ""
    }

    private func inbox(
        _ query: InboxView.Query, _ thread: ThreadView, selected: Identifier<Conversation>?, title: String, _ names: InboxNames,
        since: String, _ request: Request, _ frame: WorkspaceFrame, _ access: Access
    ) async throws -> InboxView {
        async let savedViews = services.views.list(access: access)
        async let counts = counts(query, frame, access)
        let (rows, count) = try await rows(query, after: Self.text("after", request), selected: selected, names, frame, access)
        return InboxView(
            rows: rows, rowCount: count, thread: thread, isThreadOpen: selected != nil, query: query,
            senderNames: names.senders, colleagues: names.colleagues, labels: names.labels,
            savedViews: try await savedViews, counts: try await counts,
            since: since, keepsDetails: request.cookies["details"]?.value == "column", in: frame, title: title)
    }

    /// How many conversations the views have, as their tabs say it.
    @Sendable private func counts(request: Request, context: MemberContext) async throws -> Response {
        let counts = try await counts(Self.query(request), printer.frame(request, context), context.access)
        let texts = counts.map { ($0.key.rawValue, InboxView.text(ofCount: $0.value)) }
        return try JSONText.response(Dictionary(texts, uniquingKeysWith: { one, _ in one }))
    }

    private func counts(_ query: InboxView.Query, _ frame: WorkspaceFrame, _ access: Access) async throws -> [InboxView.Filter: Int] {
        let filters = InboxView.Filter.counted.map { ($0, query.choosing($0).conversations(for: frame.accountID)) }
        let counts = try await services.conversations.counts(filters.map(\.1), most: InboxView.countLimit, access: access)
        return Dictionary(zip(filters.map(\.0), counts), uniquingKeysWith: { one, _ in one })
    }

    private func rows(
        _ query: InboxView.Query, after: String?, selected: Identifier<Conversation>?, _ names: InboxNames, _ frame: WorkspaceFrame,
        _ access: Access
    ) async throws -> (view: ConversationRowsView, count: Int) {
        let place = rowPlace(query, selected: selected, names, frame)
        let page = try await services.conversations.list(place.filter, after: after, limit: Self.rowLimit, access: access)
        let more = page.next.map { "\(frame.base)/whatsapp\(query.text)\(query.text.isEmpty ? "?" : "&")after=\($0)" }
        return (
            ConversationRowsView(try await views(of: page.data, in: place, access), moreAddress: more, frame: frame.frame),
            page.data.count
        )
    }

    private func views(
        of conversations: [Conversation], in place: ConversationRowView.Place, _ access: Access
    ) async throws -> [ConversationRowView] {
        let drafts =
            access.permits(.messagesSend) ? try await services.drafts.texts(in: conversations.map(\.id), access: access) : [:]
        let writers = services.presence.writers(in: conversations, access: access)
        return conversations.map { ConversationRowView($0, draft: drafts[$0.id], writers: writers[$0.id] ?? [], in: place) }
    }

    private func rowPlace(
        _ query: InboxView.Query, selected: Identifier<Conversation>?, _ names: InboxNames, _ frame: WorkspaceFrame
    ) -> ConversationRowView.Place {
        ConversationRowView.Place(
            times: frame.frame.times, base: frame.base, query: query.text, senderNames: names.senders,
            colleagues: names.colleagues, labels: names.labels, selected: selected, filter: query.conversations(for: frame.accountID))
    }

    // MARK: A thread

    @Sendable private func thread(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("conversation", of: Conversation.self)
        let (query, frame, access) = (Self.query(request), printer.frame(request, context), context.access)
        let isPart = request.uri.queryParameters["part"] == "thread"
        let since = isPart ? "" : try await since(access)
        // What doesn't wait for each other is read at once.
        async let foundConversation = services.conversations.conversation(id, access: access)
        async let inboxNames = names(access)
        async let savedDraft = access.permits(.messagesSend) ? services.drafts.draft(of: id, access: access) : nil
        let part = Self.part(request)
        async let foundPart = threadPart(part, of: id, access)
        let (conversation, names, draft) = try await (foundConversation, inboxNames, savedDraft)
        let messages = try await messages(foundPart, isEnd: part.isEnd, of: conversation, names, frame, access)
        let view = ThreadView(
            conversation, senderName: names.senders[conversation.senderID] ?? "", colleagues: names.colleagues, labels: names.labels,
            messages: messages, draft: draft, convertsVoice: services.media.convertsVoice, listQuery: query.text, in: frame,
            freshClientID: UUID().uuidString)
        if isPart { return printer.page(view) }
        return printer.page(
            try await inbox(
                query, view, selected: id, title: conversation.contact.title, names, since: since, request, frame, access))
    }

    @Sendable private func messages(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("conversation", of: Conversation.self)
        let (part, frame, access) = (Self.part(request), printer.frame(request, context), context.access)
        async let conversation = services.conversations.conversation(id, access: access)
        async let names = names(access)
        async let found = threadPart(part, of: id, access)
        return printer.page(try await messages(found, isEnd: part.isEnd, of: conversation, names, frame, access))
    }

    @Sendable private func message(request: Request, context: MemberContext) async throws -> Response {
        let conversationID = try context.id("conversation", of: Conversation.self)
        let message = try await services.conversations.message(context.id("message", of: Message.self), access: context.access)
        guard message.conversationID == conversationID else { throw SendingProblem.messageMissing }
        return try await bubble(of: message, request, context)
    }

    /// One bubble. For a reaction of ours that is the bubble it is on.
    func bubble(of message: Message, _ request: Request, _ context: MemberContext) async throws -> Response {
        var message = message
        if message.isShownElsewhere, case .reaction(let reaction) = message.content, let target = reaction.message {
            message = try await services.conversations.message(target, access: context.access)
        }
        let frame = printer.frame(request, context)
        let conversation = try await services.conversations.conversation(message.conversationID, access: context.access)
        let shown = try await show([message], among: colleagues(context.access), context.access)
        let view = MessageView(shown[0], in: place(of: conversation, frame))
        return printer.page(MessageFragmentView(view, frame: frame.frame))
    }

    /// One note.
    func bubble(of note: Note, _ request: Request, _ context: MemberContext) async throws -> Response {
        let frame = printer.frame(request, context)
        let conversation = try await services.conversations.conversation(note.conversationID, access: context.access)
        let shown = show([note], among: try await colleagues(context.access), context.access)
        let view = NoteView(shown[0], in: place(of: conversation, frame))
        return printer.page(NoteFragmentView(view, frame: frame.frame))
    }

    /// Which part of a thread is asked for.
    private enum Part {
        case end
        case before(String)
        case after(String)
        case around(Identifier<Message>)
        case aroundNote(Identifier<Note>)

        var isEnd: Bool { if case .end = self { true } else { false } }
    }

    private static func part(_ request: Request) -> Part {
        if let message = text("at", request).flatMap(Identifier<Message>.init(parsing:)) { return .around(message) }
        if let note = text("at", request).flatMap(Identifier<Note>.init(parsing:)) { return .aroundNote(note) }
        if let cursor = text("since", request) { return .after(cursor) }
        return text("before", request).map { .before($0) } ?? .end
    }

    private func threadPart(_ part: Part, of id: Identifier<Conversation>, _ access: Access) async throws -> ThreadPart {
        let (service, limit) = (services.conversations, Self.messageLimit)
        switch part {
        case .end: return try await service.thread(of: id, before: nil, limit: limit, access: access).part
        case .before(let cursor): return try await service.thread(of: id, before: cursor, limit: limit, access: access).part
        case .after(let cursor): return try await service.thread(of: id, after: cursor, limit: limit, access: access)
        case .around(let message):
            return try await orEnd(of: id, access) { try await service.thread(of: id, around: message, limit: limit, access: access) }
        case .aroundNote(let note):
            return try await orEnd(of: id, access) { try await service.thread(of: id, around: note, limit: limit, access: access) }
        }
    }

    private func messages(
        _ found: ThreadPart, isEnd: Bool, of conversation: Conversation, _ names: InboxNames, _ frame: WorkspaceFrame, _ access: Access
    ) async throws -> MessagesView {
        MessagesView(
            try await show(found.entries.reversed(), names, access), conversation: conversation.id, place: place(of: conversation, frame),
            unread: isEnd ? conversation.unread : 0, older: found.older, newer: found.newer, frame: frame.frame)
    }

    /// The end of the thread when what is looked for isn't in it: a link may last longer than what it leads to.
    private func orEnd(
        of id: Identifier<Conversation>, _ access: Access, _ find: () async throws -> ThreadPart
    ) async throws -> ThreadPart {
        do {
            return try await find()
        } catch let problem as any Problem where problem is SendingProblem || problem is NoteProblem {
            return try await services.conversations.thread(of: id, before: nil, limit: Self.messageLimit, access: access).part
        }
    }

    private func show(_ entries: [ThreadEntry], _ names: InboxNames, _ access: Access) async throws -> [MessagesView.Item] {
        let messages = try await show(entries.compactMap(\.message).filter { !$0.isShownElsewhere }, among: names.colleagues, access)
        let shown = Dictionary(messages.map { ($0.message.id, $0) }, uniquingKeysWith: { one, _ in one })
        let notes = entries.compactMap { entry in if case .note(let note) = entry { note } else { nil } }
        let shownNotes = show(notes, among: names.colleagues, access)
        let noteByID = Dictionary(shownNotes.map { ($0.note.id, $0) }, uniquingKeysWith: { one, _ in one })
        let words = ActivityWords(colleagues: names.colleagues, labels: names.labels)
        return entries.reduce(into: []) { items, entry in
            switch entry {
            case .message(let message): if let message = shown[message.id] { items.append(.message(message)) }
            case .note(let note): if let note = noteByID[note.id] { items.append(.note(note)) }
            case .activity(let activity):
                if case .activity(var line) = items.last, line.take(activity) {
                    items[items.count - 1] = .activity(line)
                } else {
                    items.append(.activity(ShownActivity(activity, words)))
                }
            }
        }
    }

    /// By what activity is told in words.
    func activityWords(_ access: Access) async throws -> ActivityWords {
        async let colleagues = colleagues(access)
        async let labels = services.labels.list(access: access)
        return try await ActivityWords(colleagues: colleagues, labels: labels)
    }

    private func show(_ messages: [Message], among colleagues: ColleagueNames, _ access: Access) async throws -> [ShownMessage] {
        let details = try await services.conversations.details(of: messages, access: access)
        let names = Self.writerNames(of: messages + details.quoted.values, among: colleagues, access)
        return messages.map { message in
            let quoted = message.replyTo.flatMap { details.quoted[$0] }
            return ShownMessage(
                message, quoted: quoted, quotedWriter: quoted.flatMap { names[$0.id] },
                reactions: (details.reactions[message.id] ?? []).map { .init(emoji: $0.emoji, isOurs: $0.actor == "business") },
                file: message.content.file.flatMap { details.media[$0] }, writer: names[message.id],
                unknownSince: details.unknownSince[message.id])
        }
    }

    private func place(of conversation: Conversation, _ frame: WorkspaceFrame) -> MessageView.Place {
        MessageView.Place(
            base: frame.base, contactName: conversation.contact.title, times: frame.frame.times,
            grants: frame.grants, window: conversation.window, reader: frame.accountID)
    }

    // MARK: Names

    /// What a page tells numbers and colleagues apart by; read once for each.
    struct InboxNames {
        let senders: [Identifier<Sender>: String]
        let colleagues: ColleagueNames
        /// By name.
        let labels: [Label]
    }

    func names(_ access: Access) async throws -> InboxNames {
        async let senders = senderNames(access)
        async let colleagues = colleagues(access)
        async let labels = services.labels.list(access: access)
        return try await InboxNames(senders: senders, colleagues: colleagues, labels: labels)
    }

    private func senderNames(_ access: Access) async throws -> [Identifier<Sender>: String] {
        guard access.permits(.sendersView) else { return [:] }
        return try await services.senders.names(access: access)
    }

    /// Whoever sees a conversation may know who looks after it.
    private func colleagues(_ access: Access) async throws -> ColleagueNames {
        let all = try await services.conversations.assignees(access: .system("pages", in: access.workspaceID))
        return ColleagueNames(people: all.people, teams: all.teams, me: access.actor.member)
    }

    /// Who wrote, as far as anybody knows. Whoever may read a thread may know which colleague wrote in it.
    private static func writerNames(
        of messages: [Message], among colleagues: ColleagueNames, _ access: Access
    ) -> [Identifier<Message>: String] {
        let names = names(of: Set(messages.filter { $0.direction == .outbound }.compactMap(\.author)), among: colleagues, access)
        return messages.reduce(into: [:]) { writers, message in
            guard let author = message.author else { return }
            writers[message.id] = message.direction == .inbound ? author : names[author]
        }
    }

    /// The names of those of us who wrote, by ``Actor/text``.
    func names(of authors: [String], _ access: Access) async throws -> [String: String] {
        let authors = Set(authors)
        let isByColleagues = authors.contains { Actor(parsing: $0)?.member != nil && $0 != access.actor.text }
        return Self.names(of: authors, among: isByColleagues ? try await colleagues(access) : .none, access)
    }

    private static func names(of authors: Set<String>, among colleagues: ColleagueNames, _ access: Access) -> [String: String] {
        var names = Dictionary(
            colleagues.people.map { (Actor.member($0.account.id).text, $0.account.name) }, uniquingKeysWith: { one, _ in one })
        for author in authors { if case .key = Actor(parsing: author) { names[author] = "A program" } }
        names[access.actor.text] = MessageView.selfWriter
        return names
    }

    /// With who wrote them and whom they can call.
    func show(_ notes: [Note], among colleagues: ColleagueNames, _ access: Access) -> [ShownNote] {
        let writers = Self.names(of: Set(notes.map(\.author)), among: colleagues, access)
        return notes.map { ShownNote($0, writer: writers[$0.author], callable: colleagues.everybody) }
    }

    // MARK: Query

    static func query(_ request: Request) -> InboxView.Query { InboxView.Query { text($0, request) } }

    /// As a form carries it along: `view=closed&label=lbl_…`.
    static func query(text: String) -> InboxView.Query {
        let form = FormFields(parsing: ByteBuffer(string: text))
        return InboxView.Query { form[$0] }
    }

    private static func text(_ name: String, _ request: Request) -> String? {
        request.query[name]
    }
}

extension Page<ThreadEntry> {
    fileprivate var part: ThreadPart { ThreadPart(entries: data, older: next, newer: nil) }
}

extension Message {
    /// A reaction of ours is drawn on the bubble it is about; one that failed has to tell why.
    fileprivate var isShownElsewhere: Bool { direction == .outbound && content.kind == .reaction && status != .failed }
}

extension MessageContent {
    /// Our file in it, if there is one.
    fileprivate var file: Identifier<MediaFile>? {
        switch self {
        case .media(let media): media.id
        case .interactive(let interactive): interactive.header?.media?.id
        case .template(let template): template.attachment?.id
        default: nil
        }
    }
}
