internal import Domain
internal import Hummingbird
internal import Services

internal import struct Foundation.Date

/// `/api/v1/messages`: sending, and what became of it.
struct MessageRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        [
            Route(
                .post, "/api/v1/messages", allows: .grant(.messagesSend),
                operation: Operation(
                    "sendMessage", tag: "Messages", "Sends a message: accepts it for sending, and answers before it has left",
                    body: NewMessageBody.self,
                    answer: .one(MessageBody.self, status: 202, "The accepted message, queued or scheduled."),
                    problems: [
                        MessageBodyProblem.contentCount(0), PhoneNumberProblem.empty, SenderProblem.missing,
                        SendingProblem.windowClosed(closedAt: nil),
                        SendingProblem.clientIDTaken, ScheduleProblem.past, ScheduleProblem.tooFar, ScheduleProblem.tooMany,
                    ]), respond: send),
            Route(
                .post, "/api/v1/messages/{message}/retry", allows: .grant(.messagesSend),
                operation: Operation(
                    "retryMessage", tag: "Messages", "Sends a failed message again, as a new attempt",
                    answer: .one(MessageBody.self, status: 202, "The message, queued again."),
                    problems: [SendingProblem.messageMissing, SendingProblem.notRetryable, SendingProblem.windowClosed(closedAt: nil)]),
                respond: retry),
            Route(
                .post, "/api/v1/messages/{message}/decision", allows: .grant(.messagesSend),
                operation: Operation(
                    "decideMessage", tag: "Messages",
                    "Decides about a message of unknown outcome, when WhatsApp hasn't reported for 10 minutes: send it again, or leave it",
                    body: DecisionBody.self,
                    answer: .one(MessageBody.self, "The message, queued again or failed."),
                    problems: [
                        SendingProblem.messageMissing, DecisionProblem.nothingToDecide,
                        DecisionProblem.tooEarly(decideAt: .distantPast, seconds: 60),
                        SendingProblem.windowClosed(closedAt: nil),
                    ]), respond: decide),
        ]
    }

    @Sendable private func send(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        let draft = try write.decode(NewMessageBody.self).draft
        let (sending, access) = (services.sending, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let message = try sending.submit(draft, access: access, in: transaction)
            return (try KeptAnswer(MessageBody(message), status: .accepted), message)
        }
        if let message = done.made { sending.announce(message) }
        return done.answer.response
    }

    @Sendable private func decide(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("message", of: Message.self)
        let write = try await APIWrite(request)
        let decision = try write.decode(DecisionBody.self).decision
        let (sending, access) = (services.sending, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let message = try sending.decide(decision, about: id, access: access, in: transaction)
            return (try KeptAnswer(MessageBody(message), status: .ok), message)
        }
        if let message = done.made { sending.announce(message) }
        return done.answer.response
    }

    @Sendable private func retry(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("message", of: Message.self)
        let write = try await APIWrite(request)
        try write.expectEmpty()
        let (sending, access) = (services.sending, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let message = try sending.retry(id, access: access, in: transaction)
            return (try KeptAnswer(MessageBody(message), status: .accepted), message)
        }
        if let message = done.made { sending.announce(message) }
        return done.answer.response
    }
}
