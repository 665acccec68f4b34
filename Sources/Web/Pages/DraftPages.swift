internal import Domain
internal import Hummingbird
internal import Services

/// What the composer asks for while somebody writes: the draft that is kept, and quick replies filled in for the conversation.
struct DraftPages: Sendable {
    let services: WebServices

    var routes: RouteSet {
        let conversation = "/app/{workspace}/whatsapp/{conversation}"
        return RouteSet(member: [
            Route(.get, "\(conversation)/draft", allows: .grant(.messagesSend), respond: draft),
            Route(.post, "\(conversation)/draft", allows: .grant(.messagesSend), respond: save),
            Route(.get, "\(conversation)/quick-replies", allows: .grant(.messagesSend), respond: quickReplies),
        ])
    }

    @Sendable private func draft(request: Request, context: MemberContext) async throws -> Response {
        let draft = try await services.drafts.draft(of: context.id("conversation", of: Conversation.self), access: context.access)
        return try JSONText.response(DraftBody(draft: draft))
    }

    @Sendable private func save(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("conversation", of: Conversation.self)
        _ = try await services.conversations.conversation(id, access: context.access)
        let input = try StrictJSON.decode(
            SavedDraftBody.self, from: Array(buffer: try await request.bytes(upTo: APIContext.bodyLimit)))
        let draft = try await services.drafts.save(input.text, of: id, seen: input.version ?? 0, access: context.access)
        return try JSONText.response(DraftBody(draft: draft))
    }

    @Sendable private func quickReplies(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("conversation", of: Conversation.self)
        let part = request.query["find"] ?? ""
        return try await QuickReplyRoutes.filled(services, id, part, context.access)
    }
}
