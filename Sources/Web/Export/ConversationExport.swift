internal import Domain
internal import Foundation
internal import Hummingbird
internal import Services

/// The files that conversations are exported as, for pages and API alike.
struct ConversationExport: Sendable {
    private let services: WebServices
    private let access: Access
    private let guardian: StreamGuard
    private let zone: TimeZone
    /// `https://chat.example.com/app/acme`
    private let base: String
    private let colleagues: ColleagueNames
    private let senders: [Identifier<Sender>: String]
    private let labels: [Identifier<Label>: String]

    /// - Parameters:
    ///   - zone: in which the times are written, each with its offset.
    ///   - signedIn: the person, unless it is an API key that asks.
    init(
        _ request: Request, _ services: WebServices, _ configuration: WebConfiguration, zone: TimeZone, access: Access, signedIn: SignedIn?
    ) async throws {
        (self.services, self.access, self.zone) = (services, access, zone)
        guardian = StreamGuard(services: services, access: access, signedIn: signedIn)
        try access.require(.conversationsExport)
        // Whoever sees a conversation may know which number it is with and who looks after it.
        let system = Access.system("export", in: access.workspaceID)
        let all = try await services.conversations.assignees(access: system)
        colleagues = ColleagueNames(people: all.people, teams: all.teams, me: nil)
        senders = try await services.senders.names(access: system)
        labels = Self.names(try await services.labels.list(access: system).map { ($0.id, $0.name) })
        let scheme = configuration.isSecure ? "https" : "http"
        let server = configuration.publicURL?.text ?? "\(scheme)://\(request.head.authority ?? "localhost")"
        base = "\(server)/app/\(try await services.conversations.workspaceSlug(access: access))"
    }

    private static func names<Entity>(_ pairs: [(Identifier<Entity>, String)]) -> [Identifier<Entity>: String] {
        Dictionary(pairs, uniquingKeysWith: { one, _ in one })
    }

    private func guarded<Element>(_ parts: ExportParts<Element>) -> GuardedParts<ExportParts<Element>> {
        GuardedParts(parts: parts, guardian: guardian)
    }

    // MARK: The list

    private static let listHeader = [
        "contact", "number", "sender", "state", "assignee", "team", "labels", "last message", "window ends", "unread", "link",
        "conversation",
    ]

    func list(_ filter: ConversationFilter, cause: String, _ request: Request) async throws -> Response {
        let parts = try await services.conversations.export(filter, cause: cause, access: access)
        let day = PageTimes(now: services.now(), zone: zone).day(services.now())
        return CSVResponse.make(request, filename: "conversations-\(day).csv", header: Self.listHeader, guarded(parts), line: row)
    }

    private func row(_ conversation: Conversation) -> [String] {
        let (contact, assignment) = (conversation.contact, conversation.assignment)
        return [
            contact.name ?? "", contact.phoneNumber?.text ?? contact.username.map { "@\($0)" } ?? "",
            senders[conversation.senderID] ?? "", conversation.state.rawValue,
            assignment.assignee.flatMap { colleagues.name(of: $0) } ?? "", assignment.team.flatMap { colleagues.name(of: $0) } ?? "",
            conversation.labels.compactMap { labels[$0] }.sorted().joined(separator: "; "),
            conversation.last.map { time($0.at) } ?? "", conversation.window.closesAt.map(time) ?? "", String(conversation.unread),
            "\(base)/whatsapp/\(conversation.id.text)", conversation.id.text,
        ]
    }

    // MARK: A thread

    private static let threadHeader = [
        "time", "direction", "who", "kind", "text", "file", "status", "error", "message", "provider id", "answers",
    ]

    func thread(_ id: Identifier<Conversation>, _ request: Request) async throws -> Response {
        let (conversation, parts) = try await services.conversations.export(id, access: access)
        return CSVResponse.make(request, filename: "conversation-\(id.text).csv", header: Self.threadHeader, guarded(parts)) { entry in
            switch entry {
            case .message(let message): row(message, with: conversation.contact)
            case .note(let note): row(note)
            // Who did what is in the API: a copy of a conversation is of what was said.
            case .activity: nil
            }
        }
    }

    private func row(_ message: Message, with contact: Contact) -> [String] {
        let isInbound = message.direction == .inbound
        let writer = isInbound ? message.author ?? contact.title(\.text) : message.author.map(name) ?? ""
        return [
            time(message.at), isInbound ? "in" : "out", writer, message.content.exportedKind,
            message.revokedAt == nil ? message.content.exportedText : "", message.content.exportedFilename, message.status.rawValue,
            message.error.map { "\($0.code): \($0.detail)" } ?? "", message.id.text, message.providerID ?? "", message.replyTo?.text ?? "",
        ]
    }

    private func row(_ note: Note) -> [String] {
        [time(note.at), "note", name(note.author), "note", note.text, "", "", "", note.id.text, "", ""]
    }

    /// Of one of us, by ``Actor/text``.
    private func name(_ author: String) -> String {
        switch Actor(parsing: author) {
        case .key: "A program"
        case .member(let id): colleagues.name(of: id) ?? "Somebody who left"
        case .system, nil: author
        }
    }

    private func time(_ date: Date) -> String { ExportTime.text(date, in: zone) }
}
