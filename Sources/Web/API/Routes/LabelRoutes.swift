internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/labels`: the words by which conversations are found again.
struct LabelRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        [
            Route(
                .get, "/api/v1/labels", allows: .grant(.conversationsView),
                operation: Operation(
                    "listLabels", tag: "Labels", "The labels of the workspace, by name", answer: .list(of: LabelBody.self, "All labels.")),
                respond: list),
            Route(
                .post, "/api/v1/labels", allows: .grant(.labelsManage),
                operation: Operation(
                    "addLabel", tag: "Labels", "Makes a label", body: NewLabelBody.self,
                    answer: .one(LabelBody.self, status: 201, "The label."),
                    problems: [LabelProblem.nameEmpty, LabelProblem.nameTaken, LabelProblem.tooMany]), respond: add),
            Route(
                .patch, "/api/v1/labels/{label}", allows: .grant(.labelsManage),
                operation: Operation(
                    "changeLabel", tag: "Labels", "Changes a label's name or colour", body: LabelChangeBody.self,
                    answer: .one(LabelBody.self, "The label."), problems: [LabelProblem.missing, LabelProblem.nameTaken]), respond: change),
            Route(
                .delete, "/api/v1/labels/{label}", allows: .grant(.labelsManage),
                operation: Operation(
                    "deleteLabel", tag: "Labels", "Deletes a label, also from the conversations that have it",
                    answer: .nothing("It is gone."),
                    problems: [LabelProblem.missing]), respond: delete),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(ListBody(data: try await services.labels.list(access: context.access).map(LabelBody.init)))
    }

    @Sendable private func add(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        let input = try write.decode(NewLabelBody.self)
        let (labels, access) = (services.labels, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let label = try labels.create(name: input.name, color: input.color ?? .grey, access: access, in: transaction)
            return (try KeptAnswer(LabelBody(label), status: .created), label)
        }
        if done.made != nil { services.signals.eventsAppended(in: access.workspaceID) }
        return done.answer.response
    }

    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("label", of: Label.self)
        let input = try await APIWrite(request).decode(LabelChangeBody.self)
        let label = try await services.labels.change(id, name: input.name, color: input.color, access: context.access)
        return try JSONText.response(LabelBody(label))
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await services.labels.delete(context.id("label", of: Label.self), access: context.access)
        return KeptAnswer.nothing.response
    }
}
