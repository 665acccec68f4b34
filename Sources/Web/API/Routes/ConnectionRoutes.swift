internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/connections`: what holds the secrets of numbers, and the way of their webhooks.
struct ConnectionRoutes: Sendable {
    let services: WebServices
    let configuration: WebConfiguration

    var routes: [Route<APIContext>] {
        let one = "/api/v1/connections/{connection}"
        return [
            Route(
                .get, "/api/v1/connections", allows: .grant(.connectionsManage),
                operation: Operation(
                    "listConnections", tag: "Senders", "The connections, without their secrets",
                    answer: .list(of: ConnectionBody.self, "All connections.")), respond: list),
            Route(
                .get, one, allows: .grant(.connectionsManage),
                operation: Operation(
                    "getConnection", tag: "Senders", "How a connection stands: its numbers, its webhooks and what WhatsApp said of it",
                    answer: .one(ConnectionStandingBody.self, "The connection."), problems: [SenderProblem.connectionMissing]), respond: get
            ),
            Route(
                .patch, one, allows: .grant(.connectionsManage),
                operation: Operation(
                    "changeConnection", tag: "Senders", "Replaces the access token or the app secret, once WhatsApp has confirmed them",
                    body: ConnectionChangeBody.self, answer: .one(ConnectionCheckBody.self, "The connection and its senders."),
                    problems: [
                        SenderProblem.connectionMissing, ConnectionProblem.accessTokenWrong(""), ConnectionProblem.appSecretWrong,
                        ConnectionProblem.providerUnreachable(""),
                    ]), respond: change),
            Route(
                .post, "\(one)/check", allows: .grant(.connectionsManage),
                operation: Operation(
                    "checkConnection", tag: "Senders", "Asks WhatsApp how a connection and its numbers are, and writes it down",
                    answer: .one(ConnectionCheckBody.self, "The connection and its senders."),
                    problems: [SenderProblem.connectionMissing, ConnectionProblem.providerUnreachable("")]), respond: check),
            Route(
                .post, "\(one)/repair", allows: .grant(.connectionsManage),
                operation: Operation(
                    "repairConnection", tag: "Senders",
                    "Has WhatsApp send the account's webhooks here again: of one that was connected in Meta's window to its own address, of any other to the app's, which takes away an address set for this account alone; then checks",
                    answer: .one(ConnectionCheckBody.self, "The connection and its senders."),
                    problems: [
                        SenderProblem.connectionMissing, ConnectionProblem.providerUnreachable(""), ChannelProblem.permanent(""),
                        ChannelProblem.temporary(""),
                    ]), respond: repair),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(
            ListBody(data: try await services.senders.connections(access: context.access).map(ConnectionBody.init)))
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let (id, access) = (try context.id("connection", of: Connection.self), context.access)
        let standing = try await services.senders.standing(of: id, access: access)
        return try JSONText.response(
            ConnectionStandingBody(standing, verifyToken: try await services.senders.verifyToken(of: id, access: access)))
    }

    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("connection", of: Connection.self)
        let input = try await APIWrite(request).decode(ConnectionChangeBody.self)
        let check = try await services.senders.replaceSecrets(
            accessToken: input.accessToken, appSecret: input.appSecret, of: id, access: context.access)
        return try JSONText.response(ConnectionCheckBody(check))
    }

    @Sendable private func check(_ request: Request, _ context: APIContext) async throws -> Response {
        try await look(request, context) { _ in }
    }

    @Sendable private func repair(_ request: Request, _ context: APIContext) async throws -> Response {
        let (signups, access, server) = (services.signups, context.access, configuration.server(request))
        return try await look(request, context) { try await signups.subscribeAnew($0, server: server, access: access) }
    }

    /// Asks the provider, after something was done there.
    private func look(
        _ request: Request, _ context: APIContext, after work: (Identifier<Connection>) async throws -> Void
    ) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("connection", of: Connection.self)
        let write = try await APIWrite(request)
        try write.expectEmpty()
        let (senders, access) = (services.senders, context.access)
        // As with a new sender: the provider is asked before the transaction.
        if let earlier = try await services.idempotentWrites.earlier(write.idempotency, access: access) { return earlier.response }
        try await work(id)
        let inspected = try await senders.inspect(id, access: access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let check = try senders.save(inspected, access: access, in: transaction)
            return (try KeptAnswer(ConnectionCheckBody(check), status: .ok), check)
        }
        if let check = done.made { senders.announce(check) }
        return done.answer.response
    }
}
