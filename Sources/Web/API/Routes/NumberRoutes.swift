internal import Domain
internal import Foundation
internal import Hummingbird
internal import Services

/// `/api/v1/numbers`: all numbers with all that is known of them, as a list and as CSV.
struct NumberRoutes: Sendable {
    let services: WebServices

    private static let removed = Operation.Parameter("removed", Schema.bool(), "true for those that were removed.")

    var routes: [Route<APIContext>] {
        [
            Route(
                .get, "/api/v1/numbers", allows: .grant(.sendersView),
                operation: Operation(
                    "listNumbers", tag: "Senders", "All numbers with their quality, limits and traffic, by number",
                    query: [Self.removed, .limit, .after], answer: .list(of: NumberBody.self, "A page of numbers."),
                    problems: [PageProblem.cursorMalformed]), respond: list),
            Route(
                .get, "/api/v1/numbers/export", allows: .grant(.sendersView),
                operation: Operation(
                    "exportNumbers", tag: "Senders",
                    "All numbers as CSV in UTF-8, by number; what begins like a formula has an apostrophe in front",
                    query: [Self.removed], answer: .other("text/csv", "A line each, behind a line of names.")), respond: export),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["removed", "limit", "after"])
        let page = try await services.senders.numbers(
            isRemoved: try query.flag("removed"), after: query["after"], limit: try query.limit(), access: context.access)
        return try JSONText.response(ListBody(page, NumberBody.init))
    }

    @Sendable private func export(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["removed"])
        return try await NumberExport(services: services, access: context.access, signedIn: context.signedIn, zone: .gmt).file(
            isRemoved: try query.flag("removed"), request)
    }
}
