internal import Domain
internal import Hummingbird
internal import Services

/// How everything stands, in the settings.
struct HealthPages: Sendable {
    let printer: PagePrinter
    let services: WebServices

    private static let sender = "/app/{workspace}/whatsapp/senders/{sender}/check"

    var routes: RouteSet {
        let health = "/app/{workspace}/settings/health"
        return RouteSet(member: [
            Route(.get, health, allows: .grant(.settingsManage), respond: show),
            Route(.post, "\(health)/check", allows: .grant(.settingsManage), respond: check),
            Route(.get, Self.sender, allows: .grant(.sendersManage), respond: showSender),
            Route(.post, Self.sender, allows: .grant(.sendersManage), respond: checkSender),
        ])
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        let notice: PageNotice? =
            switch request.uri.queryParameters["done"] {
            case "checked": PageNotice("WhatsApp was asked about each connection.")
            case "unreachable": Self.unreachable
            default: nil
            }
        let report = try await services.health.report(access: context.access)
        return printer.page(HealthView(report, notice: notice, in: printer.frame(request, context)))
    }

    private static let unreachable = PageNotice(
        "WhatsApp can\u{2019}t be reached right now, so nothing is known of the access tokens. Try again in a minute.", tone: .warn)

    /// One number from every side.
    @Sendable private func showSender(request: Request, context: MemberContext) async throws -> Response {
        let notice: PageNotice? =
            switch request.uri.queryParameters["done"] {
            case "checked": PageNotice("WhatsApp was asked how the number is.")
            case "unreachable": Self.unreachable
            default: nil
            }
        let report = try await services.health.report(on: try context.id("sender", of: Sender.self), access: context.access)
        return printer.page(SenderHealthView(report, notice: notice, in: printer.frame(request, context)))
    }

    /// Asks WhatsApp about the number, and those that share its connection.
    @Sendable private func checkSender(request: Request, context: MemberContext) async throws -> Response {
        let sender = try await services.senders.sender(try context.id("sender", of: Sender.self), access: context.access)
        guard sender.removedAt == nil else { throw SenderProblem.missing }
        var isReached = true
        do {
            _ = try await services.senders.check(sender.connectionID, access: context.access)
        } catch ConnectionProblem.providerUnreachable {
            isReached = false
        }
        let address = "/app/\(context.workspace.slug.text)/whatsapp/senders/\(sender.id.text)/check"
        return .seeOther("\(address)?done=\(isReached ? "checked" : "unreachable")")
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
