internal import Domain
internal import Hummingbird
internal import Services

/// How everything stands, in the settings.
struct HealthPages: Sendable {
    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let health = "/app/{workspace}/settings/health"
        return RouteSet(member: [
            Route(.get, health, allows: .grant(.settingsManage), respond: show),
            Route(.post, "\(health)/check", allows: .grant(.settingsManage), respond: check),
        ])
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        let notice: PageNotice? =
            switch request.uri.queryParameters["done"] {
            case "checked": PageNotice("WhatsApp was asked about each connection.")
            case "unreachable":
                PageNotice(
                    "WhatsApp can\u{2019}t be reached right now, so nothing is known of the access tokens. Try again in a minute.",
                    tone: .warn)
            default: nil
            }
        let report = try await services.health.report(access: context.access)
        return printer.page(HealthView(report, notice: notice, in: printer.frame(request, context)))
    }

    /// Asks WhatsApp about each connection and its numbers.
    @Sendable private func check(request: Request, context: MemberContext) async throws -> Response {
        var isReached = true
        for connection in try await services.senders.connections(access: context.access) {
            do {
                _ = try await services.senders.check(connection.id, access: context.access)
            } catch ConnectionProblem.providerUnreachable {
                isReached = false
            }
        }
        return .seeOther("/app/\(context.workspace.slug.text)/settings/health?done=\(isReached ? "checked" : "unreachable")")
    }
}
