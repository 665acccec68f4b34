internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/senders/{sender}/queue`: what waits at a number, and what can be done about it.
struct QueueRoutes: Sendable {
    let services: WebServices

    /// Which messages of the queue are listed.
    private enum State: String, CaseIterable { case waiting, unknown }

    var routes: [Route<APIContext>] {
        let queue = "/api/v1/senders/{sender}/queue"
        return [
            Route(
                .get, queue, allows: .grant(.sendersView),
                operation: Operation(
                    "getQueue", tag: "Queues", "How much waits at a sender, since when, and what is with WhatsApp",
                    answer: .one(QueueBody.self, "The queue."), problems: [SenderProblem.missing]), respond: summary),
            Route(
                .get, "\(queue)/messages", allows: .grant(.conversationsView),
                operation: Operation(
                    "listQueue", tag: "Queues", "What waits at a sender, in the order in which it leaves, with the reason",
                    query: [
                        .init(
                            "state", Schema.choice(State.self),
                            "waiting, unless given; unknown: those of which nobody knows whether they left, oldest first."),
                        .limit, .after,
                    ], answer: .list(of: QueuedMessageBody.self, "A page of messages."), problems: [SenderProblem.missing]),
                respond: list),
            Route(
                .get, "\(queue)/estimate", allows: .grant(.sendersView),
                operation: Operation(
                    "estimateQueue", tag: "Queues", "When the last of so many further messages would leave",
                    query: [
                        .init("messages", Schema.integer("1 to 10000000."), "How many."),
                        .init(
                            "newPeople", Schema.integer(),
                            "How many of them are templates to people without an open window whom the business hasn't written to in 24 hours; all, unless given."
                        ),
                    ], answer: .one(QueueEstimateBody.self, "The estimate."), problems: [SenderProblem.missing]), respond: estimate),
            Route(
                .post, "\(queue)/pause", allows: .grant(.sendersManage),
                operation: Operation(
                    "pauseQueue", tag: "Queues", "Starts no further message of a sender until it is resumed",
                    answer: .one(QueueBody.self, "The queue."), problems: [SenderProblem.missing]), respond: pause),
            Route(
                .post, "\(queue)/resume", allows: .grant(.sendersManage),
                operation: Operation(
                    "resumeQueue", tag: "Queues",
                    "Lets a sender's messages leave again, also campaigns that waited because WhatsApp restricted the number",
                    answer: .one(QueueBody.self, "The queue."),
                    problems: [SenderProblem.missing]), respond: resume),
            Route(
                .post, "\(queue)/clear", allows: .grant(.sendersManage),
                operation: Operation(
                    "clearQueue", tag: "Queues",
                    "Cancels what hasn't left. One call cancels a part of a long queue; call again while hasMore is true",
                    body: QueueClearBody.self, answer: .one(QueueClearanceBody.self, "What was cancelled by this call."),
                    problems: [SenderProblem.missing, QueueProblem.endMalformed]), respond: clear),
            Route(
                .post, "\(queue)/retry", allows: .grant(.sendersManage),
                operation: Operation(
                    "retryQueue", tag: "Queues",
                    "Sends again what failed in the last 24 hours for a reason that can pass. One call does a part of many; call again while there is a next",
                    body: QueueRetryBody.self, answer: .one(QueueRetriedBody.self, "What was put back into the queue by this call."),
                    problems: [SenderProblem.missing, SenderProblem.cannotSend(reason: "")]), respond: retry),
        ]
    }

    @Sendable private func summary(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("sender", of: Sender.self)
        return try JSONText.response(QueueBody(try await services.queues.summary(of: id, access: context.access)))
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["state", "limit", "after"])
        let (id, limit) = (try context.id("sender", of: Sender.self), try query.limit())
        let page =
            switch try query.choice("state", of: State.self) ?? .waiting {
            case .waiting: try await services.queues.waiting(in: id, after: query["after"], limit: limit, access: context.access)
            case .unknown: try await services.queues.unknown(in: id, after: query["after"], limit: limit, access: context.access)
            }
        return try JSONText.response(ListBody(page, QueuedMessageBody.init))
    }

    @Sendable private func estimate(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["messages", "newPeople"])
        let id = try context.id("sender", of: Sender.self)
        let messages = try query.count("messages") ?? 1
        let people = try query.count("newPeople") ?? messages
        let (endsAt, obstacle) = try await services.queues.estimate(
            messages, newPeople: min(people, messages), in: id, access: context.access)
        return try JSONText.response(QueueEstimateBody(endsAt: endsAt, obstacle: obstacle.map(WaitReasonBody.init)))
    }

    @Sendable private func pause(_ request: Request, _ context: APIContext) async throws -> Response {
        try await set(paused: true, request, context)
    }

    @Sendable private func resume(_ request: Request, _ context: APIContext) async throws -> Response {
        try await set(paused: false, request, context)
    }

    private func set(paused: Bool, _ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("sender", of: Sender.self)
        let write = try await APIWrite(request)
        try write.expectEmpty()
        let (queues, access) = (services.queues, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let (overview, hasChanged) = try queues.set(paused: paused, id, access: access, in: transaction)
            return (try KeptAnswer(QueueBody(overview), status: .ok), hasChanged)
        }
        if done.made == true { queues.announce(id, in: access.workspaceID) }
        return done.answer.response
    }

    @Sendable private func clear(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("sender", of: Sender.self)
        let write = try await APIWrite(request)
        let input = try write.decode(QueueClearBody.self)
        let end = try input.upTo.map { try SenderQueue.End(parsing: $0) }
        let access = context.access
        if let earlier = try await services.idempotentWrites.earlier(write.idempotency, access: access) { return earlier.response }
        // Cancelling is safe to repeat by itself, so its answer may be kept after it and not with it.
        let clearance = try await services.queues.clear(id, lane: input.lane?.lane, upTo: end, access: access)
        let answer = try KeptAnswer(QueueClearanceBody(clearance), status: .ok)
        return try await services.idempotentWrites.perform(write.idempotency, access: access) { _ in (answer, true) }.answer.response
    }

    @Sendable private func retry(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("sender", of: Sender.self)
        let write = try await APIWrite(request)
        let input = try write.decode(QueueRetryBody.self)
        let access = context.access
        if let earlier = try await services.idempotentWrites.earlier(write.idempotency, access: access) { return earlier.response }
        // As with clearing: a message that waits already isn't queued twice.
        let done = try await services.queues.retryFailed(of: id, after: input.after, access: access)
        let answer = try KeptAnswer(QueueRetriedBody(done), status: .ok)
        return try await services.idempotentWrites.perform(write.idempotency, access: access) { _ in (answer, true) }.answer.response
    }
}
