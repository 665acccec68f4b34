internal import Domain
internal import Hummingbird
internal import Services

internal import struct Foundation.Date

/// `/api/v1/sending`: whether anything is sent at all.
struct SendingRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        [
            Route(
                .get, "/api/v1/sending", allows: .grant(.sendersView),
                operation: Operation(
                    "getSending", tag: "Senders", "Whether messages are sent, or wait for a person's word after a backup was restored",
                    answer: .one(SendingBody.self, "How it stands.")), respond: state),
            Route(
                .post, "/api/v1/sending/start", allows: .grant(.settingsManage),
                operation: Operation(
                    "startSending", tag: "Senders", "Lets every process send what waits, in all workspaces; look at what waits first",
                    answer: .one(SendingBody.self, "How it stands now.")), respond: start),
        ]
    }

    @Sendable private func state(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(SendingBody(try await services.sending.state(access: context.access)))
    }

    @Sendable private func start(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        try write.expectEmpty()
        let access = context.access
        let result = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            (try KeptAnswer(SendingBody(services.sending.liftHalt(access: access, in: transaction)), status: .ok), true)
        }
        services.sending.announceLift(in: access.workspaceID)
        return result.answer.response
    }
}

struct SendingBody: Encodable {
    let halted: Bool
    let reason: SendingHalt.Reason?
    let since, backupAt: Date?
    let waiting: Int

    init(_ state: SendingState) {
        (halted, reason, since, backupAt) = (state.halt != nil, state.halt?.reason, state.halt?.since, state.halt?.backupAt)
        waiting = state.waiting
    }
}

extension SendingBody: APISchema {
    static let schemaName = "Sending"
    static let schema = Schema.object(
        [
            "halted": Schema.bool("Nothing is sent by any process."), "reason": Schema.choice(SendingHalt.Reason.self),
            "since": Schema.instant(), "backupAt": Schema.instant("When the backup was made that was restored."),
            "waiting": Schema.integer("Messages of this workspace that wait in queues; counting stops at 100001."),
        ], optional: ["reason", "since", "backupAt"])
    static let example: JSONValue = [
        "halted": true, "reason": "restored", "since": "2026-11-20T08:00:00.000Z", "backupAt": "2026-11-19T02:00:00.000Z", "waiting": 12,
    ]
}
