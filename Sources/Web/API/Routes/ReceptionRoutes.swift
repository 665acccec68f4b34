internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/senders/{sender}/reception`: what becomes of what arrives for a number.
struct ReceptionRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        let reception = "/api/v1/senders/{sender}/reception"
        let tag = "Reception"
        return [
            Route(
                .get, reception, allows: .grant(.sendersView),
                operation: Operation(
                    "getReception", tag: tag, "What becomes of what arrives for a number",
                    answer: .one(ReceptionBody.self, "The options, and how they fare."), problems: [SenderProblem.missing]), respond: get),
            Route(
                .put, reception, allows: .grant(.sendersManage),
                operation: Operation(
                    "setReception", tag: tag, "Changes all options at once", body: NewReceptionBody.self,
                    answer: .one(ReceptionBody.self, "The options as they are now."),
                    problems: [
                        SenderProblem.missing, ReceptionProblem.mailAddressMissing, ReceptionProblem.mailAddressMalformed,
                        ReceptionProblem.mailServerMissing, ReceptionProblem.blockMessageTooLong(count: 0),
                        ReceptionProblem.blockMessageMalformed, ReceptionProblem.callsRefused(""), ReceptionProblem.callsNotSubscribed,
                    ]), respond: set),
            Route(
                .post, "\(reception)/intake", allows: .grant(.journalReplay),
                operation: Operation(
                    "bringInKept", tag: tag, "Brings in what wasn\u{2019}t received until now, the oldest first, in the background",
                    answer: .one(KeptIntakeBody.self, "How much there is."),
                    problems: [SenderProblem.missing, ReceptionProblem.notReceiving]), respond: bringIn),
        ]
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(
            ReceptionBody(try await services.reception.reception(of: sender(context), access: context.access)))
    }

    @Sendable private func set(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let input = try await APIWrite(request).decode(NewReceptionBody.self)
        let id = try sender(context)
        return try JSONText.response(
            ReceptionBody(try await services.reception.save(try input.options(), of: id, access: context.access)))
    }

    @Sendable private func bringIn(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        try write.expectEmpty()
        let (id, reception, access) = (try sender(context), services.reception, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let count = try reception.bringIn(of: id, access: access, in: transaction)
            return (try KeptAnswer(KeptIntakeBody(kept: count), status: .ok), true)
        }
        if done.made != nil { reception.announce(access) }
        return done.answer.response
    }

    private func sender(_ context: APIContext) throws -> Identifier<Sender> { try context.id("sender", of: Sender.self) }
}
