internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/conversations/{conversation}/draft`: what the signed-in person has begun to write there.
struct DraftRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        let draft = "/api/v1/conversations/{conversation}/draft"
        return [
            Route(
                .get, draft, allows: .person,
                operation: Operation(
                    "getDraft", tag: "Drafts", "What you have begun to write in a conversation; for people who are signed in",
                    answer: .one(DraftBody.self, "The draft."), problems: [ConversationProblem.missing, AccessProblem.personNeeded]),
                respond: get),
            Route(
                .put, draft, allows: .person,
                operation: Operation(
                    "saveDraft", tag: "Drafts", "Keeps what you have begun to write, unless it was changed elsewhere meanwhile",
                    body: SavedDraftBody.self, answer: .one(DraftBody.self, "The draft as it is kept."),
                    problems: [ConversationProblem.missing, DraftProblem.changedElsewhere, DraftProblem.tooLong(count: 5_000)]),
                respond: save),
            Route(
                .delete, draft, allows: .person,
                operation: Operation(
                    "deleteDraft", tag: "Drafts", "Takes a draft away",
                    query: [.init("version", Schema.integer(), "Only if it still has this version.")],
                    answer: .nothing("Nothing is begun."), problems: [ConversationProblem.missing, DraftProblem.changedElsewhere]),
                respond: delete),
        ]
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let draft = try await services.drafts.draft(of: context.id("conversation", of: Conversation.self), access: context.access)
        return try JSONText.response(DraftBody(draft: draft))
    }

    @Sendable private func save(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("conversation", of: Conversation.self)
        let input = try await APIWrite(request).decode(SavedDraftBody.self)
        let draft = try await services.drafts.save(input.text, of: id, seen: input.version ?? 0, access: context.access)
        return try JSONText.response(DraftBody(draft: draft))
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["version"])
        let version = try query["version"].map { text throws(DraftProblem) in
            guard let version = Int64(text) else { throw .versionMalformed }
            return version
        }
        try await services.drafts.delete(
            context.id("conversation", of: Conversation.self), version: version, access: context.access)
        return KeptAnswer.nothing.response
    }
}
