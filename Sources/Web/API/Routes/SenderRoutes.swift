internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/senders` and `/api/v1/connections`: the numbers of the business, and what holds their secrets.
struct SenderRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        [
            Route(
                .get, "/api/v1/senders", allows: .grant(.sendersView),
                operation: Operation(
                    "listSenders", tag: "Senders", "The numbers of the business", answer: .list(of: SenderBody.self, "All senders.")),
                respond: list),
            Route(
                .post, "/api/v1/senders", allows: .grant(.sendersManage),
                operation: Operation(
                    "connectSender", tag: "Senders",
                    "Connects a number, or brings one that is connected up to date: asks WhatsApp about each value, then saves",
                    body: NewSenderBody.self,
                    answer: .one(SenderBody.self, status: 201, "The sender."),
                    problems: [
                        ConnectionProblem.appSecretWrong, ConnectionProblem.accessTokenWrong(""), ConnectionProblem.providerUnreachable(""),
                    ]),
                respond: connect),
            Route(
                .get, "/api/v1/senders/{sender}", allows: .grant(.sendersView),
                operation: Operation(
                    "getSender", tag: "Senders", "One sender", answer: .one(SenderBody.self, "The sender."),
                    problems: [SenderProblem.missing]),
                respond: get),
            Route(
                .patch, "/api/v1/senders/{sender}", allows: .grant(.sendersManage),
                operation: Operation(
                    "changeSender", tag: "Senders", "Changes the settings of a sender", body: SenderChangeBody.self,
                    answer: .one(SenderBody.self, "The sender."), problems: [SenderProblem.missing]), respond: change),
            Route(
                .get, "/api/v1/connections", allows: .grant(.connectionsManage),
                operation: Operation(
                    "listConnections", tag: "Senders", "The connections, without their secrets",
                    answer: .list(of: ConnectionBody.self, "All connections.")), respond: connections),
            Route(
                .patch, "/api/v1/connections/{connection}", allows: .grant(.connectionsManage),
                operation: Operation(
                    "changeConnection", tag: "Senders", "Replaces the access token or the app secret, once WhatsApp has confirmed them",
                    body: ConnectionChangeBody.self, answer: .one(ConnectionCheckBody.self, "The connection and its senders."),
                    problems: [
                        SenderProblem.connectionMissing, ConnectionProblem.accessTokenWrong(""), ConnectionProblem.appSecretWrong,
                        ConnectionProblem.providerUnreachable(""),
                    ]), respond: changeConnection),
            Route(
                .post, "/api/v1/connections/{connection}/check", allows: .grant(.connectionsManage),
                operation: Operation(
                    "checkConnection", tag: "Senders", "Asks WhatsApp how a connection and its numbers are, and writes it down",
                    answer: .one(ConnectionCheckBody.self, "The connection and its senders."),
                    problems: [SenderProblem.connectionMissing, ConnectionProblem.providerUnreachable("")]), respond: check),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(ListBody(data: try await services.senders.list(access: context.access).map(SenderBody.init)))
    }

    @Sendable private func connect(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        let input = try write.decode(NewSenderBody.self)
        let (senders, access) = (services.senders, context.access)
        // The provider is asked before the transaction, so a repeat is looked for before that too.
        if let earlier = try await services.idempotentWrites.earlier(write.idempotency, access: access) { return earlier.response }
        let checked = try await senders.check(input.draft, name: input.name, access: access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let sender = try senders.save(checked, access: access, in: transaction)
            return (try KeptAnswer(SenderBody(sender), status: .created), sender)
        }
        if let sender = done.made { senders.announce(sender) }
        return done.answer.response
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(
            SenderBody(try await services.senders.sender(context.id("sender", of: Sender.self), access: context.access)))
    }

    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("sender", of: Sender.self)
        let input = try await APIWrite(request).decode(SenderChangeBody.self)
        return try JSONText.response(
            SenderBody(try await services.senders.setReadReceipts(input.readReceipts, of: id, access: context.access)))
    }

    @Sendable private func changeConnection(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("connection", of: Connection.self)
        let input = try await APIWrite(request).decode(ConnectionChangeBody.self)
        let check = try await services.senders.replaceSecrets(
            accessToken: input.accessToken, appSecret: input.appSecret, of: id, access: context.access)
        return try JSONText.response(ConnectionCheckBody(check))
    }

    @Sendable private func check(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("connection", of: Connection.self)
        let write = try await APIWrite(request)
        try write.expectEmpty()
        let (senders, access) = (services.senders, context.access)
        // As with a new sender: the provider is asked before the transaction.
        if let earlier = try await services.idempotentWrites.earlier(write.idempotency, access: access) { return earlier.response }
        let inspected = try await senders.inspect(id, access: access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let check = try senders.save(inspected, access: access, in: transaction)
            return (try KeptAnswer(ConnectionCheckBody(check), status: .ok), check)
        }
        if let check = done.made { senders.announce(check) }
        return done.answer.response
    }

    @Sendable private func connections(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(
            ListBody(data: try await services.senders.connections(access: context.access).map(ConnectionBody.init)))
    }
}
