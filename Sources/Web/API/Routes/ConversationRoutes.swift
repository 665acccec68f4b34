internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/conversations`: the inbox and its threads. What is done with them is in ``ConversationChangeRoutes``.
struct ConversationRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        [
            Route(
                .get, "/api/v1/conversations", allows: .grant(.conversationsView),
                operation: Operation(
                    "listConversations", tag: "Conversations", "Conversations, the newest message first",
                    query: Self.filterParameters + [.limit, .after], answer: .list(of: ConversationBody.self, "A page of conversations."),
                    problems: [PageProblem.cursorMalformed]),
                respond: list),
            Route(
                .post, "/api/v1/conversations", allows: .grant(.messagesSend),
                operation: Operation(
                    "beginConversation", tag: "Conversations",
                    "The conversation of a sender and a person, made when there is none yet; nothing is sent",
                    body: NewConversationBody.self,
                    answer: .one(ConversationBody.self, "The conversation."),
                    problems: [PhoneNumberProblem.empty, SenderProblem.missing, ConversationProblem.withColleagues]), respond: begin),
            Route(
                .get, "/api/v1/conversations/{conversation}", allows: .grant(.conversationsView),
                operation: Operation(
                    "getConversation", tag: "Conversations", "One conversation", answer: .one(ConversationBody.self, "The conversation."),
                    problems: [ConversationProblem.missing]), respond: get),
            Route(
                .get, "/api/v1/conversations/{conversation}/messages", allows: .grant(.conversationsView),
                operation: Operation(
                    "listMessages", tag: "Conversations", "The messages of a conversation, newest first",
                    query: [.limit, .init("before", Schema.text(), "The value of next from the page before: older messages.")],
                    answer: .list(of: MessageBody.self, "A page of messages."), problems: [ConversationProblem.missing]), respond: messages),
            Route(
                .delete, "/api/v1/conversations/{conversation}", allows: .grant(.conversationsDelete),
                operation: Operation(
                    "deleteConversation", tag: "Conversations",
                    "Deletes a conversation with its messages, notes and files for ever; what waits in it is cancelled",
                    answer: .nothing("It is gone, or goes within seconds when it is long."), problems: [ConversationProblem.missing]),
                respond: delete),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: Set(Self.filterParameters.map(\.name) + ["limit", "after"]))
        let filter = try Self.filter(query, context)
        let page = try await services.conversations.list(filter, after: query["after"], limit: try query.limit(), access: context.access)
        let now = services.now()
        return try JSONText.response(ListBody(page) { ConversationBody($0, at: now) })
    }

    /// Which conversations a list is of.
    static let filterParameters: [Operation.Parameter] = [
        .init("state", Schema.choice(Conversation.State.self), "Only those in this state."),
        .init("sender", Schema.id(Sender.self), "Only those of this sender."),
        .init("assignee", Schema.text(), "Only those of this person: an id, me, or nobody for those that no person has."),
        .init("team", Schema.id(Team.self), "Only those of this team."),
        .init("label", Schema.id(Label.self), "Only those with this label."),
        .init(
            "attention", Schema.choice(ConversationFilter.Attention.self),
            "unread: nobody has read what the customer wrote. failed: the newest message couldn't be sent. "
                + "closing: the reply window closes within two hours."),
    ]

    static func filter(_ query: Query, _ context: APIContext) throws -> ConversationFilter {
        ConversationFilter(
            state: try query.choice("state", of: Conversation.State.self), senderID: try query.id("sender", of: Sender.self),
            assignee: try assignee(query, context), teamID: try query.id("team", of: Team.self),
            labelID: try query.id("label", of: Label.self),
            attention: try query.choice("attention", of: ConversationFilter.Attention.self))
    }

    private static func assignee(_ query: Query, _ context: APIContext) throws -> ConversationFilter.Assignee? {
        switch query["assignee"] {
        case nil: return nil
        case "nobody": return .nobody
        case "me": return .person(try context.access.person())
        default: return try query.id("assignee", of: Account.self).map { .person($0) }
        }
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let conversation = try await services.conversations.conversation(
            context.id("conversation", of: Conversation.self), access: context.access)
        return try JSONText.response(ConversationBody(conversation, at: services.now()))
    }

    @Sendable private func begin(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let input = try await APIWrite(request).decode(NewConversationBody.self)
        let conversation = try await services.sending.begin(
            from: input.senderID, with: input.recipient, numbers: .embedded, access: context.access)
        return try JSONText.response(ConversationBody(conversation, at: services.now()))
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await services.conversations.delete(context.id("conversation", of: Conversation.self), access: context.access)
        return KeptAnswer.nothing.response
    }

    @Sendable private func messages(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["before", "limit"])
        let id = try context.id("conversation", of: Conversation.self)
        let page = try await services.conversations.messages(
            of: id, before: query["before"], limit: try query.limit(), access: context.access)
        return try JSONText.response(ListBody(page, MessageBody.init))
    }
}
