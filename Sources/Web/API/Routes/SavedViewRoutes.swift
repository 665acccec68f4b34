internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/views`: the lists of conversations that a person saved for themselves.
struct SavedViewRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        [
            Route(
                .get, "/api/v1/views", allows: .person,
                operation: Operation(
                    "listViews", tag: "Conversations", "The saved views of the person who asks",
                    answer: .list(of: SavedViewBody.self, "All of them.")), respond: list),
            Route(
                .post, "/api/v1/views", allows: .person,
                operation: Operation(
                    "saveView", tag: "Conversations", "Saves a view of the inbox for the person who asks", body: NewSavedViewBody.self,
                    answer: .one(SavedViewBody.self, status: 201, "The view."),
                    problems: [
                        SavedViewProblem.nameEmpty, SavedViewProblem.nameTaken, SavedViewProblem.tooMany, SavedViewProblem.filterMalformed,
                    ]), respond: save),
            Route(
                .delete, "/api/v1/views/{view}", allows: .person,
                operation: Operation(
                    "deleteView", tag: "Conversations", "Deletes a saved view of the person who asks", answer: .nothing("It is gone."),
                    problems: [SavedViewProblem.missing]), respond: delete),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(ListBody(data: try await services.views.list(access: context.access).map(SavedViewBody.init)))
    }

    @Sendable private func save(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        let input = try write.decode(NewSavedViewBody.self)
        let filter = try InboxView.Query(strictly: input.filter).text.dropFirst()
        let (views, access) = (services.views, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let view = try views.create(name: input.name, filter: String(filter), access: access, in: transaction)
            return (try KeptAnswer(SavedViewBody(view), status: .created), view)
        }
        return done.answer.response
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await services.views.delete(context.id("view", of: SavedView.self), access: context.access)
        return KeptAnswer.nothing.response
    }
}
