internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/senders`: the numbers of the business.
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
                    answer: .one(SenderBody.self, "The sender."),
                    problems: [SenderProblem.missing, AssignmentProblem.teamMissing, AssignmentProblem.notBoth]), respond: change),
            Route(
                .delete, "/api/v1/senders/{sender}", allows: .grant(.connectionsManage),
                operation: Operation(
                    "removeSender", tag: "Senders", "Takes a number out of the workspace; its conversations stay",
                    answer: .nothing("It is gone from the list."),
                    problems: [SenderProblem.missing, SenderProblem.messagesWaiting(BoundedCount(3))]), respond: remove),
            Route(
                .post, "/api/v1/senders/{sender}/activate", allows: .grant(.sendersManage),
                operation: Operation(
                    "activateSender", tag: "Senders",
                    "Switches a number on; WhatsApp is asked how it is, and then it sends and receives. Where terms have to be agreed to or a month is charged, that is done with the activation of its subscription",
                    answer: .one(SenderBody.self, "The sender."),
                    problems: [
                        SenderProblem.missing, SenderProblem.activeAlready, SenderProblem.activationCosts(Credits(10)),
                        CreditProblem.termsMissing([]),
                    ]),
                respond: activate),
            Route(
                .post, "/api/v1/senders/{sender}/deactivate", allows: .grant(.sendersManage),
                operation: Operation(
                    "deactivateSender", tag: "Senders", "Switches a number off; what waits stays in its queue",
                    answer: .one(SenderBody.self, "The sender."), problems: [SenderProblem.missing, SenderProblem.inactiveAlready]),
                respond: deactivate),
            Route(
                .post, "/api/v1/senders/{sender}/retry", allows: .grant(.sendersManage),
                operation: Operation(
                    "retrySender", tag: "Senders", "Asks WhatsApp again about a number that can't work",
                    answer: .one(SenderBody.self, "The sender."),
                    problems: [SenderProblem.missing, SenderProblem.nothingToRetry(SenderFacts().condition)]), respond: retry),
            Route(
                .get, "/api/v1/senders/{sender}/usage", allows: .grant(.sendersView),
                operation: Operation(
                    "getSenderUsage", tag: "Senders", "What a number has used of its daily limit, and what came for it last",
                    answer: .one(SenderUsageBody.self, "The usage."), problems: [SenderProblem.missing]), respond: usage),
            Route(
                .get, "/api/v1/senders/{sender}/history", allows: .grant(.sendersView),
                operation: Operation(
                    "listSenderHistory", tag: "Senders", "What happened to a number, newest first", query: [.limit, .after],
                    answer: .list(of: SenderHistoryBody.self, "A page of it."),
                    problems: [SenderProblem.missing, PageProblem.cursorMalformed]),
                respond: history),
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
            SenderBody(
                try await services.senders.change(
                    id, name: input.name, readReceipts: input.readReceipts, handler: input.handler, access: context.access)))
    }

    @Sendable private func usage(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let usage = try await services.senders.usage(of: context.id("sender", of: Sender.self), access: context.access)
        return try JSONText.response(SenderUsageBody(usage))
    }

    @Sendable private func history(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["after", "limit"])
        let page = try await services.senders.history(
            of: context.id("sender", of: Sender.self), after: query["after"], limit: query.limit(), access: context.access)
        return try JSONText.response(ListBody(page) { SenderHistoryBody($0) })
    }

    @Sendable private func activate(_ request: Request, _ context: APIContext) async throws -> Response {
        try await command(request, context) { try $0.activate($1, access: $2, in: $3) }
    }

    @Sendable private func deactivate(_ request: Request, _ context: APIContext) async throws -> Response {
        try await command(request, context) { try $0.deactivate($1, access: $2, in: $3) }
    }

    @Sendable private func retry(_ request: Request, _ context: APIContext) async throws -> Response {
        try await command(request, context) { try $0.retry($1, access: $2, in: $3) }
    }

    /// What is told to a number without a body: done once for each idempotency key.
    private func command(
        _ request: Request, _ context: APIContext,
        _ work: @escaping @Sendable (SenderService, Identifier<Sender>, Access, IdempotentWrites.OpenTransaction) throws -> Sender
    ) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        try write.expectEmpty()
        let (id, senders, access) = (try context.id("sender", of: Sender.self), services.senders, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let sender = try work(senders, id, access, transaction)
            return (try KeptAnswer(SenderBody(sender), status: .ok), sender)
        }
        if let sender = done.made { senders.announceChange(of: sender) }
        return done.answer.response
    }

    @Sendable private func remove(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await services.senders.remove(context.id("sender", of: Sender.self), access: context.access)
        return KeptAnswer.nothing.response
    }
}
