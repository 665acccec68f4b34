internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// What is done with a message that waits for its time: changed, sent at once, cancelled.
struct ScheduleRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        let message = "/api/v1/messages/{message}"
        let problems: [any Problem] = [SendingProblem.messageMissing, ScheduleProblem.notScheduled]
        return [
            Route(
                .patch, message, allows: .grant(.messagesSend),
                operation: Operation(
                    "changeScheduledMessage", tag: "Messages", "Gives a scheduled message another time or, when it is a text, another text",
                    body: ScheduledMessageChangeBody.self, answer: .one(MessageBody.self, "The message."),
                    problems: problems + [ScheduleProblem.past, ScheduleProblem.tooFar, ScheduleProblem.textNotText]), respond: change),
            Route(
                .post, "\(message)/departure", allows: .grant(.messagesSend),
                operation: Operation(
                    "sendScheduledMessage", tag: "Messages", "Sends a scheduled message at once",
                    answer: .one(MessageBody.self, status: 202, "The message, queued."),
                    problems: problems + [SendingProblem.windowClosed(closedAt: nil)]),
                respond: { try await respond($0, $1, .sendNow, .accepted) }),
            Route(
                .post, "\(message)/cancellation", allows: .grant(.messagesSend),
                operation: Operation(
                    "cancelScheduledMessage", tag: "Messages", "Cancels a scheduled message",
                    answer: .one(MessageBody.self, "The message, cancelled."), problems: problems),
                respond: { try await respond($0, $1, .cancel, .ok) }),
        ]
    }

    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("message", of: Message.self)
        let input = try await APIWrite(request).decode(ScheduledMessageChangeBody.self)
        let message = try await services.sending.change(
            id, .change(sendAt: input.sendAt, text: input.text?.body), access: context.access)
        return try JSONText.response(MessageBody(message))
    }

    @Sendable private func respond(
        _ request: Request, _ context: APIContext, _ change: ScheduleChange, _ status: HTTPResponse.Status
    ) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("message", of: Message.self)
        let write = try await APIWrite(request)
        try write.expectEmpty()
        let (sending, access) = (services.sending, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let message = try sending.change(id, change, access: access, in: transaction)
            return (try KeptAnswer(MessageBody(message), status: status), message)
        }
        if let message = done.made { sending.announce(message) }
        return done.answer.response
    }
}
