internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/clients`: who bought.
struct ClientRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        let one = "/api/v1/clients/{client}"
        let drafts: [any Problem] = [
            LeadProblem.nameEmpty, LeadProblem.valueOutOfRange, LeadProblem.currencyUnknown, ClientProblem.contactTaken(nil),
            ClientProblem.contactMissing, ClientProblem.tooManyContacts, ClientProblem.ownerMissing,
        ]
        return [
            Route(
                .get, "/api/v1/clients", allows: .grant(.clientsView),
                operation: Operation(
                    "listClients", tag: "Clients", "Clients; a page may have fewer than asked for and go on nevertheless",
                    query: [
                        .init("text", Schema.text(), "Beginnings of words of the name or company."),
                        .init("owner", Schema.text(), "Id of a member, or nobody."),
                        .init("order", Schema.choice(LeadOrder.self), "By name, unless given."), .limit, .after,
                    ], answer: .list(of: ClientBody.self, "A page of clients."), problems: [PageProblem.cursorMalformed]), respond: list),
            Route(
                .post, "/api/v1/clients", allows: .grant(.clientsCreate),
                operation: Operation(
                    "addClient", tag: "Clients", "Makes a client", body: ClientDraftBody.self,
                    answer: .one(ClientBody.self, status: 201, "The client."), problems: drafts), respond: add),
            Route(
                .get, one, allows: .grant(.clientsView),
                operation: Operation(
                    "showClient", tag: "Clients", "One client", answer: .one(ClientBody.self, "The client."),
                    problems: [ClientProblem.missing]), respond: show),
            Route(
                .patch, one, allows: .grant(.clientsEdit),
                operation: Operation(
                    "changeClient", tag: "Clients", "Changes a client; what isn't given stays", body: ClientDraftBody.self,
                    answer: .one(ClientBody.self, "The client."), problems: drafts + [ClientProblem.missing]), respond: change),
            Route(
                .delete, one, allows: .grant(.clientsDelete),
                operation: Operation(
                    "deleteClient", tag: "Clients", "Deletes a client; its contacts and the leads that became it stay",
                    answer: .nothing("It is gone."), problems: [ClientProblem.missing]), respond: remove),
        ]
    }

    private func currency(_ context: APIContext) async throws -> Currency {
        try await services.leadLists.lists(access: .system("api", in: context.access.workspaceID)).settings.currency
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["text", "owner", "order", "limit", "after"])
        var owner: LeadFilter.Owner?
        if let text = query["owner"] {
            owner = LeadFilter.Owner(parsing: text)
            if owner == nil { throw RequestProblem.fieldMalformed("owner", expected: "nobody or the id of a member") }
        }
        let answer = try await services.clients.list(
            text: query["text"] ?? "", owner: owner, order: try query.choice("order", of: LeadOrder.self) ?? .name, after: query["after"],
            limit: try query.limit(), access: context.access)
        return try JSONText.response(ListBody(answer.page, ClientBody.init))
    }

    @Sendable private func add(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        let draft = try write.decode(ClientDraftBody.self).draft(currency: try await currency(context))
        let (clients, access) = (services.clients, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            (try KeptAnswer(ClientBody(try clients.create(draft, access: access, in: transaction)), status: .created), true)
        }
        if done.made != nil { services.signals.eventsAppended(in: access.workspaceID) }
        return done.answer.response
    }

    @Sendable private func show(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let client = try await services.clients.client(context.id("client", of: Client.self), access: context.access)
        return try JSONText.response(ClientBody(client))
    }

    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("client", of: Client.self)
        let input = try await APIWrite(request).decode(ClientDraftBody.self)
        let usual = try await currency(context)
        let client = try await services.clients.change(id, access: context.access) { try input.draft(before: $0, currency: usual) }
        return try JSONText.response(ClientBody(client))
    }

    @Sendable private func remove(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await services.clients.remove(context.id("client", of: Client.self), access: context.access)
        return KeptAnswer.nothing.response
    }
}
