internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/contact-groups`: contacts under one name.
struct ContactGroupRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        let one = "/api/v1/contact-groups/{group}"
        return [
            Route(
                .get, "/api/v1/contact-groups", allows: .grant(.groupsView),
                operation: Operation(
                    "listContactGroups", tag: "Contacts", "The groups of the workspace, by name",
                    answer: .list(of: ContactGroupBody.self, "All groups.")), respond: list),
            Route(
                .post, "/api/v1/contact-groups", allows: .grant(.groupsCreate),
                operation: Operation(
                    "addContactGroup", tag: "Contacts", "Makes a group", body: NewContactGroupBody.self,
                    answer: .one(ContactGroupBody.self, status: 201, "The group."),
                    problems: [ContactGroupProblem.nameEmpty, ContactGroupProblem.nameTaken, ContactGroupProblem.tooMany]), respond: add),
            Route(
                .patch, one, allows: .grant(.groupsEdit),
                operation: Operation(
                    "changeContactGroup", tag: "Contacts", "Changes a group's name or description", body: ContactGroupChangeBody.self,
                    answer: .one(ContactGroupBody.self, "The group."),
                    problems: [ContactGroupProblem.missing, ContactGroupProblem.nameTaken]), respond: change),
            Route(
                .delete, one, allows: .grant(.groupsDelete),
                operation: Operation(
                    "deleteContactGroup", tag: "Contacts", "Deletes a group; its contacts stay", answer: .nothing("It is gone."),
                    problems: [ContactGroupProblem.missing]), respond: delete),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(ListBody(data: try await services.groups.list(access: context.access).map(ContactGroupBody.init)))
    }

    @Sendable private func add(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        let input = try write.decode(NewContactGroupBody.self)
        let (groups, access) = (services.groups, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let group = try groups.create(name: input.name, description: input.description, access: access, in: transaction)
            return (try KeptAnswer(ContactGroupBody(group), status: .created), true)
        }
        if done.made != nil { services.signals.eventsAppended(in: access.workspaceID) }
        return done.answer.response
    }

    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("group", of: ContactGroup.self)
        let input = try await APIWrite(request).decode(ContactGroupChangeBody.self)
        let group = try await services.groups.change(id, name: input.name, description: input.description, access: context.access)
        return try JSONText.response(ContactGroupBody(group))
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await services.groups.delete(context.id("group", of: ContactGroup.self), access: context.access)
        return KeptAnswer.nothing.response
    }
}
