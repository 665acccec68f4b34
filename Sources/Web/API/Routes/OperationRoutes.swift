internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/health`: how the workspace stands, and the server under it.
struct OperationRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        [
            Route(
                .get, "/api/v1/health", allows: .grant(.settingsManage),
                operation: Operation(
                    "getHealthReport", tag: "Operation",
                    "How the workspace stands; and the server, its database and its machine, for the workspace that was set up first",
                    answer: .one(
                        HealthBody.self, "The report. It asks nothing of WhatsApp; POST /api/v1/connections/{connection}/check does.")
                ), respond: report),
            Route(
                .get, "/api/v1/senders/{sender}/health", allows: .grant(.sendersManage),
                operation: Operation(
                    "getSenderHealth", tag: "Senders",
                    "Whether a number is well: its token, webhooks, standing, quality, limit, renewal, queue, templates and profile, with what would help",
                    answer: .one(
                        SenderHealthBody.self,
                        "The findings. It asks nothing of WhatsApp; POST /api/v1/connections/{connection}/check does."),
                    problems: [SenderProblem.missing]), respond: senderReport),
        ]
    }

    @Sendable private func senderReport(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let report = try await services.health.report(on: try context.id("sender", of: Sender.self), access: context.access)
        return try JSONText.response(SenderHealthBody(report))
    }

    @Sendable private func report(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(HealthBody(try await services.health.report(access: context.access)))
    }
}
