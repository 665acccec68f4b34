internal import Domain
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// Credits of the workspace: the balance, topping up, what numbers cost, what is agreed to, and the statement.
struct CreditPages: Sendable {
    /// Postings of a page.
    static let rowLimit = 50

    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let credits = "/app/{workspace}/settings/credits"
        let managing = RouteDeclaration.Callers.grant(.settingsManage)
        return RouteSet(member: [
            Route(.get, credits, allows: managing, respond: show),
            Route(.post, "\(credits)/top-ups", allows: managing, respond: topUp),
            Route(.post, "\(credits)/prices", allows: managing, respond: setPrices),
            Route(.post, "\(credits)/terms", allows: managing, respond: setTerms),
        ])
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        let notice: PageNotice? =
            switch request.uri.queryParameters["done"] {
            case "topped-up": PageNotice("The credits are added. Numbers that waited for them come back by themselves.")
            case "prices": PageNotice("The prices are saved. They hold from the next renewal or activation on.")
            case "terms": PageNotice("Saved. A new version is asked for when a number is next activated.")
            default: nil
            }
        return try await page(request, context, CreditsView.Draft(), notice: notice)
    }

    private func page(
        _ request: Request, _ context: MemberContext, _ draft: CreditsView.Draft, notice: PageNotice? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let access = context.access
        let after = request.uri.queryParameters["after"].map(String.init)
        let people = access.permits(.membersManage) ? try await services.members.list(access: access) : []
        let view = CreditsView(
            try await services.credits.overview(access: access), try await services.credits.terms(access: access),
            .init(
                page: try await services.credits.statement(after: after, limit: Self.rowLimit, access: access), isFirst: after == nil),
            names: ColleagueNames(people: people, teams: [], me: context.signedIn.account.id), draft: draft, notice: notice,
            in: printer.frame(request, context))
        return printer.page(view, status: status)
    }

    @Sendable private func topUp(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.form()
        let (amount, note) = (form["amount"] ?? "", form["note"] ?? "")
        // Of the page that was shown, so that a form that is sent twice tops up once.
        let key = form["key"].flatMap { UUID(uuidString: $0) } ?? UUID()
        do {
            let count = Int(amount.filter { !$0.isWhitespace && $0 != "," }) ?? 0
            _ = try await services.credits.topUp(count, note: note, key: key.uuidString, access: context.access)
            return done("topped-up", context)
        } catch let problem as CreditProblem {
            var draft = CreditsView.Draft()
            (draft.amount, draft.note, draft.problem) = (amount, note, problem)
            return try await page(request, context, draft, status: problem.kind.status)
        }
    }

    @Sendable private func setPrices(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.form()
        var draft = CreditsView.Draft()
        var prices: [ChannelKind: CreditPrice] = [:]
        for kind in ChannelKind.allCases {
            guard let text = form["price-\(kind.rawValue)"] else { continue }
            draft.prices[kind] = text
            let plain = text.trimmed.replacing("\u{2212}", with: "-")
            do throws(CreditProblem) {
                guard let count = Int(plain) else { throw .priceMalformed }
                prices[kind] = try CreditPrice(count)
            } catch {
                draft.priceProblems[kind] = error
            }
        }
        guard let problem = draft.priceProblems.values.first else {
            _ = try await services.credits.setPrices(prices, access: context.access)
            return done("prices", context)
        }
        return try await page(request, context, draft, status: problem.kind.status)
    }

    @Sendable private func setTerms(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.form()
        var draft = CreditsView.Draft()
        do {
            guard let document = form["document"].flatMap(TermsDocument.init(rawValue:)) else {
                throw RequestProblem.fieldMissing("document")
            }
            let (address, version) = (form["address"] ?? "", form["version"] ?? "")
            draft.terms = (document, address, version)
            if address.isBlank, version.isBlank {
                try await services.credits.removeTerms(document, access: context.access)
            } else {
                try await services.credits.setTerms(
                    Terms(document, address: address.trimmed, version: version), access: context.access)
            }
            return done("terms", context)
        } catch let problem as CreditProblem {
            draft.problem = problem
            return try await page(request, context, draft, status: problem.kind.status)
        }
    }

    private func done(_ what: String, _ context: MemberContext) -> Response {
        .seeOther("/app/\(context.workspace.slug.text)/settings/credits?done=\(what)")
    }
}
