internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// All numbers of a workspace, to be looked through and taken along.
struct NumberPages: Sendable {
    /// Numbers of a page.
    private static let limit = 50

    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let numbers = "/app/{workspace}/whatsapp/numbers"
        return RouteSet(member: [
            Route(.get, numbers, allows: .grant(.sendersView), respond: list),
            Route(.get, "\(numbers)/export", allows: .grant(.sendersView), respond: export),
        ])
    }

    @Sendable private func list(request: Request, context: MemberContext) async throws -> Response {
        let isRemoved = request.uri.queryParameters["removed"] == "true"
        let after = request.uri.queryParameters["after"].map(String.init)
        let page = try await services.senders.numbers(isRemoved: isRemoved, after: after, limit: Self.limit, access: context.access)
        return printer.page(NumbersView(page, isRemoved: isRemoved, isFirst: after == nil, in: printer.frame(request, context)))
    }

    @Sendable private func export(request: Request, context: MemberContext) async throws -> Response {
        let zone = printer.frame(request, context).frame.times.zone
        return try await NumberExport(services: services, access: context.access, signedIn: context.signedIn, zone: zone).file(
            isRemoved: request.uri.queryParameters["removed"] == "true", request)
    }
}
