internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/conversations/{conversation}/presence`: who looks at a conversation at this moment.
struct PresenceRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        let presence = "/api/v1/conversations/{conversation}/presence"
        return [
            Route(
                .get, presence, allows: .grant(.conversationsView),
                operation: Operation(
                    "listPresence", tag: "Conversations", "Who looks at a conversation or writes in it at this moment",
                    answer: .list(of: PresenceBody.self, "Those who are there."), problems: [ConversationProblem.missing]), respond: list),
            Route(
                .put, presence, allows: .person,
                operation: Operation(
                    "reportPresence", tag: "Conversations",
                    "Says that the person who asks looks at a conversation or writes in it; repeat it every 20 seconds, while writing every 3",
                    body: PresenceReportBody.self, answer: .nothing("Colleagues see it."), problems: [ConversationProblem.missing]),
                respond: report),
            Route(
                .delete, presence, allows: .person,
                operation: Operation(
                    "leaveConversation", tag: "Conversations", "Says that the person who asks looks at something else",
                    query: [.init("page", Schema.text(), "The page that was named when the person came.")],
                    answer: .nothing("Colleagues see it."), problems: [ConversationProblem.missing]), respond: leave),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let people = try await services.presence.people(in: id(context), access: context.access)
        return try JSONText.response(ListBody(data: people.map(PresenceBody.init)))
    }

    @Sendable private func report(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let input = try await APIWrite(request).decode(PresenceReportBody.self)
        try await services.presence.report(input.activity, page: PresencePage.parse(input.page), in: id(context), access: context.access)
        return KeptAnswer.nothing.response
    }

    @Sendable private func leave(_ request: Request, _ context: APIContext) async throws -> Response {
        let page = try PresencePage.parse(Query(request, allowing: ["page"])["page"])
        try await services.presence.report(nil, page: page, in: id(context), access: context.access)
        return KeptAnswer.nothing.response
    }

    private func id(_ context: APIContext) throws -> Identifier<Conversation> { try context.id("conversation", of: Conversation.self) }
}
