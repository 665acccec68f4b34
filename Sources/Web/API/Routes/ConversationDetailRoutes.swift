internal import Domain
internal import Hummingbird
internal import Services

/// What stands beside a conversation: what was done with it, its files, and where else the same person writes.
struct ConversationDetailRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        let conversation = "/api/v1/conversations/{conversation}"
        return [
            Route(
                .get, "\(conversation)/activity", allows: .grant(.conversationsView),
                operation: Operation(
                    "listActivity", tag: "Conversations", "What was done with a conversation, and by whom, newest first",
                    query: [.limit, .init("before", Schema.text(), "The value of next from the page before: what was done earlier.")],
                    answer: .list(of: ActivityBody.self, "A page of what was done."), problems: [ConversationProblem.missing]),
                respond: activity),
            Route(
                .get, "\(conversation)/files", allows: .grant(.conversationsView),
                operation: Operation(
                    "listFiles", tag: "Conversations", "The files of a conversation, newest first",
                    query: [.limit, .init("before", Schema.text(), "The value of next from the page before: older files.")],
                    answer: .list(of: ThreadFileBody.self, "A page of files."), problems: [ConversationProblem.missing]),
                respond: files),
            Route(
                .get, "\(conversation)/others", allows: .grant(.conversationsView),
                operation: Operation(
                    "listOtherConversations", tag: "Conversations",
                    "The other conversations with the same person, through other numbers, the newest message first",
                    query: [.limit, .after], answer: .list(of: ConversationBody.self, "A page of conversations."),
                    problems: [ConversationProblem.missing]), respond: others),
        ]
    }

    @Sendable private func activity(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["before", "limit"])
        let page = try await services.conversations.activity(
            of: context.id("conversation", of: Conversation.self), before: query["before"], limit: try query.limit(),
            access: context.access)
        return try JSONText.response(ListBody(page, ActivityBody.init))
    }

    @Sendable private func files(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["before", "limit"])
        let page = try await services.conversations.files(
            of: context.id("conversation", of: Conversation.self), before: query["before"], limit: try query.limit(),
            access: context.access)
        return try JSONText.response(ListBody(page, ThreadFileBody.init))
    }

    @Sendable private func others(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["after", "limit"])
        let page = try await services.conversations.others(
            besides: context.id("conversation", of: Conversation.self), after: query["after"], limit: try query.limit(),
            access: context.access)
        let now = services.now()
        return try JSONText.response(ListBody(page) { ConversationBody($0, at: now) })
    }
}
