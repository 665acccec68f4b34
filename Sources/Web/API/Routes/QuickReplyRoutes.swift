internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/quick-replies`: texts that people insert by a shortcut.
struct QuickReplyRoutes: Sendable {
    let services: WebServices

    private static let find = Operation.Parameter("find", Schema.text(), "Only those that have this in their shortcut or text.")

    var routes: [Route<APIContext>] {
        let replies = "/api/v1/quick-replies"
        return [
            Route(
                .get, replies, allows: .grant(.conversationsView),
                operation: Operation(
                    "listQuickReplies", tag: "Quick replies", "The quick replies of the workspace, by shortcut", query: [Self.find],
                    answer: .list(of: QuickReplyBody.self, "All of them.")), respond: list),
            Route(
                .post, replies, allows: .grant(.quickRepliesManage),
                operation: Operation(
                    "addQuickReply", tag: "Quick replies", "Makes a quick reply", body: NewQuickReplyBody.self,
                    answer: .one(QuickReplyBody.self, status: 201, "The quick reply."),
                    problems: [
                        QuickReplyProblem.shortcutMalformed, QuickReplyProblem.shortcutTaken, QuickReplyProblem.textEmpty,
                        QuickReplyProblem.textTooLong(count: 5_000), QuickReplyProblem.placeholderUnknown("name"),
                        QuickReplyProblem.placeholderMalformed("{contact.name"), QuickReplyProblem.tooMany,
                    ]), respond: add),
            Route(
                .get, "\(replies)/{quickReply}", allows: .grant(.conversationsView),
                operation: Operation(
                    "getQuickReply", tag: "Quick replies", "One quick reply", answer: .one(QuickReplyBody.self, "The quick reply."),
                    problems: [QuickReplyProblem.missing]), respond: get),
            Route(
                .patch, "\(replies)/{quickReply}", allows: .grant(.quickRepliesManage),
                operation: Operation(
                    "changeQuickReply", tag: "Quick replies", "Changes a quick reply's shortcut or text", body: QuickReplyChangeBody.self,
                    answer: .one(QuickReplyBody.self, "The quick reply."),
                    problems: [
                        QuickReplyProblem.missing, QuickReplyProblem.shortcutTaken, QuickReplyProblem.placeholderUnknown("name"),
                    ]), respond: change),
            Route(
                .delete, "\(replies)/{quickReply}", allows: .grant(.quickRepliesManage),
                operation: Operation(
                    "deleteQuickReply", tag: "Quick replies", "Deletes a quick reply", answer: .nothing("It is gone."),
                    problems: [QuickReplyProblem.missing]), respond: delete),
            Route(
                .get, "/api/v1/conversations/{conversation}/quick-replies", allows: .grant(.messagesSend),
                operation: Operation(
                    "fillQuickReplies", tag: "Quick replies",
                    "At most \(QuickReplyService.filledLimit) quick replies as they would be written in a conversation, for its customer and whoever asks",
                    query: [Self.find],
                    answer: .list(of: FilledQuickReplyBody.self, "Those first whose shortcut begins with what is sought."),
                    problems: [ConversationProblem.missing]), respond: fill),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["find"])
        let replies = try await services.quickReplies.list(part: query["find"] ?? "", access: context.access)
        return try JSONText.response(ListBody(data: replies.map(QuickReplyBody.init)))
    }

    @Sendable private func add(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        let input = try write.decode(NewQuickReplyBody.self)
        let (replies, access) = (services.quickReplies, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let reply = try replies.create(shortcut: input.shortcut, text: input.text, access: access, in: transaction)
            return (try KeptAnswer(QuickReplyBody(reply), status: .created), reply)
        }
        if done.made != nil { services.signals.eventsAppended(in: access.workspaceID) }
        return done.answer.response
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let reply = try await services.quickReplies.reply(context.id("quickReply", of: QuickReply.self), access: context.access)
        return try JSONText.response(QuickReplyBody(reply))
    }

    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("quickReply", of: QuickReply.self)
        let input = try await APIWrite(request).decode(QuickReplyChangeBody.self)
        let reply = try await services.quickReplies.change(id, shortcut: input.shortcut, text: input.text, access: context.access)
        return try JSONText.response(QuickReplyBody(reply))
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await services.quickReplies.delete(context.id("quickReply", of: QuickReply.self), access: context.access)
        return KeptAnswer.nothing.response
    }

    @Sendable private func fill(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["find"])
        let id = try context.id("conversation", of: Conversation.self)
        return try await Self.filled(services, id, query["find"] ?? "", context.access)
    }

    /// As the composer asks for them, too.
    static func filled(_ services: WebServices, _ id: Identifier<Conversation>, _ part: String, _ access: Access) async throws -> Response {
        let found = try await services.quickReplies.filled(for: id, part: part, access: access)
        return try JSONText.response(ListBody(data: found.data.map(FilledQuickReplyBody.init)))
    }
}
