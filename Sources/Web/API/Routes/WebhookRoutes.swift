internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/senders/{sender}/receipts-webhook`: an address that is told of the statuses of what a number sends.
struct WebhookRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        let webhook = "/api/v1/senders/{sender}/receipts-webhook"
        let managing = RouteDeclaration.Callers.grant(.sendersManage)
        let tag = "Receipts webhooks"
        let refusals: [any Problem] = [WebhookEndpointProblem.addressMalformed, WebhookEndpointProblem.addressRefused("")]
        return [
            Route(
                .get, webhook, allows: managing,
                operation: Operation(
                    "getReceiptsWebhook", tag: tag, "Where the receipts of a number are posted to",
                    answer: .one(ReceiptsWebhookBody.self, "The webhook."),
                    problems: [SenderProblem.missing, WebhookEndpointProblem.missing]),
                respond: get),
            Route(
                .put, webhook, allows: managing,
                operation: Operation(
                    "setReceiptsWebhook", tag: tag, "Posts the receipts of a number to an address from now on",
                    body: NewReceiptsWebhookBody.self,
                    answer: .one(ReceiptsWebhookBody.self, "The webhook, with its secret when it is new."),
                    problems: [SenderProblem.missing] + refusals), respond: set),
            Route(
                .delete, webhook, allows: managing,
                operation: Operation(
                    "deleteReceiptsWebhook", tag: tag, "Posts no receipts any more, and forgets secret and log",
                    answer: .nothing("It is gone."), problems: [WebhookEndpointProblem.missing]), respond: delete),
            Route(
                .post, "\(webhook)/test", allows: managing,
                operation: Operation(
                    "testReceiptsWebhook", tag: tag, "Posts a made-up receipt, now; it has the member test",
                    body: ReceiptsWebhookTestBody.self, answer: .one(ReceiptsWebhookTestedBody.self, "What came of it."),
                    problems: [SenderProblem.missing, WebhookEndpointProblem.missing] + refusals), respond: test),
            Route(
                .post, "\(webhook)/secret", allows: managing,
                operation: Operation(
                    "regenerateReceiptsSecret", tag: tag, "Makes another secret; the one before signs as well for a day",
                    answer: .one(ReceiptsWebhookBody.self, "The webhook with its new secret."), problems: [WebhookEndpointProblem.missing]),
                respond: regenerate),
            Route(
                .post, "\(webhook)/resume", allows: managing,
                operation: Operation(
                    "resumeReceiptsWebhook", tag: tag, "Goes on after it was stopped, with what waits since",
                    answer: .one(ReceiptsWebhookBody.self, "The webhook."),
                    problems: [WebhookEndpointProblem.missing, WebhookEndpointProblem.notStopped]), respond: resume),
            Route(
                .get, "\(webhook)/deliveries", allows: managing,
                operation: Operation(
                    "listReceiptDeliveries", tag: tag, "What was posted in the last 30 days, newest first",
                    query: [.init("state", Schema.choice(WebhookDelivery.State.self), "Only those."), .limit, .after],
                    answer: .list(of: WebhookDeliveryBody.self, "A page of deliveries."), problems: [WebhookEndpointProblem.missing]),
                respond: deliveries),
            Route(
                .get, "\(webhook)/deliveries/{delivery}", allows: managing,
                operation: Operation(
                    "getReceiptDelivery", tag: tag, "One delivery, with its body", answer: .one(WebhookDeliveryBody.self, "The delivery."),
                    problems: [WebhookEndpointProblem.missing, WebhookEndpointProblem.deliveryMissing]), respond: delivery),
            Route(
                .post, "\(webhook)/deliveries/{delivery}/redelivery", allows: managing,
                operation: Operation(
                    "redeliverReceipt", tag: tag, "Posts one once more, under the same id",
                    answer: .one(WebhookDeliveryBody.self, "The delivery."),
                    problems: [
                        WebhookEndpointProblem.missing, WebhookEndpointProblem.deliveryMissing, WebhookEndpointProblem.deliveryWaiting,
                    ]),
                respond: redeliver),
            Route(
                .post, "\(webhook)/redelivery", allows: managing,
                operation: Operation(
                    "redeliverReceipts", tag: tag,
                    "Posts what was given up once more, \(WebhookService.redeliveryLimit) at a time, the oldest first",
                    answer: .one(RedeliveredBody.self, "How many."), problems: [WebhookEndpointProblem.missing]), respond: redeliverFailed),
        ]
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        guard let endpoint = try await services.webhooks.endpoint(of: sender(context), access: context.access) else {
            throw WebhookEndpointProblem.missing
        }
        return try JSONText.response(ReceiptsWebhookBody(endpoint))
    }

    @Sendable private func set(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let input = try await APIWrite(request).decode(NewReceiptsWebhookBody.self)
        let saved = try await services.webhooks.save(input.address, of: sender(context), access: context.access)
        return try JSONText.response(ReceiptsWebhookBody(saved.endpoint, secret: saved.secret))
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await services.webhooks.delete(sender(context), access: context.access)
        return KeptAnswer.nothing.response
    }

    @Sendable private func test(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        let input = try write.decode(ReceiptsWebhookTestBody.self)
        let access = context.access
        // The call is made before the transaction, so a repeat is looked for before that too.
        if let earlier = try await services.idempotentWrites.earlier(write.idempotency, access: access) { return earlier.response }
        let tested = try await services.webhooks.test(input.address, of: sender(context), access: access)
        let answer = try KeptAnswer(ReceiptsWebhookTestedBody(tested), status: .ok)
        return try await services.idempotentWrites.perform(write.idempotency, access: access) { _ in (answer, true) }.answer.response
    }

    @Sendable private func regenerate(_ request: Request, _ context: APIContext) async throws -> Response {
        try await change(request, context) { webhooks, sender, access, transaction in
            let saved = try webhooks.regenerateSecret(of: sender, access: access, in: transaction)
            return try KeptAnswer(ReceiptsWebhookBody(saved.endpoint, secret: saved.secret), status: .ok)
        }
    }

    @Sendable private func resume(_ request: Request, _ context: APIContext) async throws -> Response {
        try await change(request, context) { webhooks, sender, access, transaction in
            try KeptAnswer(ReceiptsWebhookBody(try webhooks.resume(sender, access: access, in: transaction)), status: .ok)
        }
    }

    @Sendable private func deliveries(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["state", "limit", "after"])
        let page = try await services.webhooks.deliveries(
            of: sender(context), query.choice("state", of: WebhookDelivery.State.self), after: query["after"], limit: query.limit(),
            access: context.access)
        return try JSONText.response(ListBody(page) { WebhookDeliveryBody($0) })
    }

    @Sendable private func delivery(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("delivery", of: WebhookDelivery.self)
        let found = try await services.webhooks.delivery(id, of: sender(context), access: context.access)
        return try JSONText.response(WebhookDeliveryBody(found.logged, body: found.body))
    }

    @Sendable private func redeliver(_ request: Request, _ context: APIContext) async throws -> Response {
        let delivery = try context.id("delivery", of: WebhookDelivery.self)
        return try await change(request, context) { webhooks, sender, access, transaction in
            let logged = try webhooks.redeliver(delivery, of: sender, access: access, in: transaction)
            return try KeptAnswer(WebhookDeliveryBody(logged), status: .ok)
        }
    }

    @Sendable private func redeliverFailed(_ request: Request, _ context: APIContext) async throws -> Response {
        try await change(request, context) { webhooks, sender, access, transaction in
            let count = try webhooks.redeliverFailed(of: sender, access: access, in: transaction)
            return try KeptAnswer(RedeliveredBody(count: count, hasMore: count == WebhookService.redeliveryLimit), status: .ok)
        }
    }

    /// What is asked for without a body: done once for each idempotency key, and announced when it was.
    private func change(
        _ request: Request, _ context: APIContext,
        _ work: @Sendable @escaping (WebhookService, Identifier<Sender>, Access, IdempotentWrites.OpenTransaction) throws -> KeptAnswer
    ) async throws -> Response {
        let write = try await emptyWrite(request)
        let (id, webhooks, access) = (try sender(context), services.webhooks, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            (try work(webhooks, id, access, transaction), true)
        }
        if done.made != nil { webhooks.announce(access) }
        return done.answer.response
    }

    private func sender(_ context: APIContext) throws -> Identifier<Sender> { try context.id("sender", of: Sender.self) }

    /// A change that is asked for without a body.
    private func emptyWrite(_ request: Request) async throws -> APIWrite {
        _ = try Query(request)
        let write = try await APIWrite(request)
        try write.expectEmpty()
        return write
    }
}
