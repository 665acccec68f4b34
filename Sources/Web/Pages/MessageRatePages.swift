internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Services

/// What messages cost: entering prices one by one or as a list, and deleting them.
struct MessageRatePages: Sendable {
    /// Prices that a page shows.
    private static let limit = 100

    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let prices = "/app/{workspace}/settings/prices"
        let managing = RouteDeclaration.Callers.grant(.settingsManage)
        return RouteSet(member: [
            Route(.get, prices, allows: managing, respond: show), Route(.post, prices, allows: managing, respond: save),
            Route(.post, "\(prices)/import", allows: managing, respond: take),
            Route(.post, "\(prices)/{price}/removal", allows: managing, respond: delete),
        ])
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        let notice: PageNotice? =
            switch request.uri.queryParameters["done"] {
            case "saved": PageNotice("The price is saved.")
            case "deleted": PageNotice("The price is gone.")
            default: nil
            }
        return try await page(request, context, MessageRatesView.Draft(), notice: notice)
    }

    private func page(
        _ request: Request, _ context: MemberContext, _ draft: MessageRatesView.Draft, notice: PageNotice? = nil
    ) async throws -> Response {
        let after = request.method == .get ? request.query["after"] : nil
        let page = try await services.rates.list(after: after, limit: Self.limit, access: context.access)
        let view = MessageRatesView(
            page, draft, isFirst: after == nil, notice: notice, on: CalendarDay(services.now()), in: printer.frame(request, context))
        return printer.page(view, status: draft.problem?.kind.status ?? .ok)
    }

    @Sendable private func save(request: Request, context: MemberContext) async throws -> Response {
        var draft = MessageRatesView.Draft(try await request.form())
        do {
            _ = try await services.rates.save(
                category: draft.category, region: draft.region, from: draft.from, amount: draft.amount, currency: draft.currency,
                access: context.access)
        } catch let problem as MessageRateProblem {
            draft.problem = problem
            return try await page(request, context, draft)
        }
        return .seeOther("\(base(context))?done=saved")
    }

    /// What became of the rows is told on the page that answers.
    @Sendable private func take(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.multipart()
        guard let bytes = form.bytes("file") else { throw RequestProblem.fieldMissing("file") }
        var draft = MessageRatesView.Draft()
        (draft.listCurrency, draft.listFrom) = (form["currency"] ?? "", form["from"] ?? "")
        do {
            draft.file = try await services.rates.take(bytes, currency: draft.listCurrency, from: draft.listFrom, access: context.access)
        } catch let problem as any Problem where problem is MessageRateProblem || problem is ImportFileProblem {
            (draft.problem, draft.isOfList) = (problem, true)
        }
        return try await page(request, context, draft)
    }

    @Sendable private func delete(request: Request, context: MemberContext) async throws -> Response {
        guard let key = MessageRate.Key(parsing: try context.parameter("price")) else { throw RequestProblem.resourceMissing }
        do {
            try await services.rates.delete(key, access: context.access)
        } catch MessageRateProblem.missing {
            // Somebody else did it.
        }
        return .seeOther("\(base(context))?done=deleted")
    }

    private func base(_ context: MemberContext) -> String { "/app/\(context.workspace.slug.text)/settings/prices" }
}
