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
                ), respond: report)
        ]
    }

    @Sendable private func report(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(HealthBody(try await services.health.report(access: context.access)))
    }
}
