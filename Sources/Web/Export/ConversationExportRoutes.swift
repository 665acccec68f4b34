internal import Domain
internal import Foundation
internal import Hummingbird

/// `/api/v1/conversations/export` and `…/{conversation}/export`: copies as CSV, in UTC.
struct ConversationExportRoutes: Sendable {
    let services: WebServices
    let configuration: WebConfiguration

    var routes: [Route<APIContext>] {
        [
            Route(
                .get, "/api/v1/conversations/export", allows: .grant(.conversationsExport),
                operation: Operation(
                    "exportConversations", tag: "Conversations",
                    "All conversations of a list as CSV in UTF-8, the newest message first; what begins like a formula has an apostrophe in front",
                    query: ConversationRoutes.filterParameters, answer: .other("text/csv", "A line each, behind a line of names.")),
                respond: list),
            Route(
                .get, "/api/v1/conversations/{conversation}/export", allows: .grant(.conversationsExport),
                operation: Operation(
                    "exportConversation", tag: "Conversations", "All messages and notes of a conversation as CSV in UTF-8, oldest first",
                    answer: .other("text/csv", "A line each, behind a line of names."), problems: [ConversationProblem.missing]),
                respond: thread),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let names = ConversationRoutes.filterParameters.map(\.name)
        let query = try Query(request, allowing: Set(names))
        let filter = try ConversationRoutes.filter(query, context)
        let cause = names.compactMap { name in query[name].map { "\(name)=\($0)" } }.joined(separator: "&")
        return try await export(request, context).list(filter, cause: cause, request)
    }

    @Sendable private func thread(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("conversation", of: Conversation.self)
        return try await export(request, context).thread(id, request)
    }

    private func export(_ request: Request, _ context: APIContext) async throws -> ConversationExport {
        try await ConversationExport(request, services, configuration, zone: .gmt, access: context.access, signedIn: context.signedIn)
    }
}

/// The same from the inbox, in the reader's zone: what the list shows, and the thread that is open.
struct ConversationExportPages: Sendable {
    let printer: PagePrinter
    let services: WebServices
    let configuration: WebConfiguration

    var routes: RouteSet {
        RouteSet(member: [
            Route(.get, "/app/{workspace}/whatsapp/export", allows: .grant(.conversationsExport), respond: list),
            Route(.get, "/app/{workspace}/whatsapp/{conversation}/export", allows: .grant(.conversationsExport), respond: thread),
        ])
    }

    @Sendable private func list(request: Request, context: MemberContext) async throws -> Response {
        let query = InboxPages.query(request)
        let filter = query.conversations(for: context.signedIn.account.id)
        return try await export(request, context).list(filter, cause: String(query.text.dropFirst()), request)
    }

    @Sendable private func thread(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("conversation", of: Conversation.self)
        return try await export(request, context).thread(id, request)
    }

    private func export(_ request: Request, _ context: MemberContext) async throws -> ConversationExport {
        let zone = printer.frame(request, context).frame.times.zone
        return try await ConversationExport(
            request, services, configuration, zone: zone, access: context.access, signedIn: context.signedIn)
    }
}
