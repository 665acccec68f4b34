internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// The subscription of one number: what it costs and until when it is paid, switching it on and off, and what was agreed to.
struct SubscriptionPages: Sendable {
    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let subscription = "/app/{workspace}/whatsapp/senders/{sender}/subscription"
        let managing = RouteDeclaration.Callers.grant(.sendersManage)
        return RouteSet(member: [
            Route(.get, subscription, allows: managing, respond: show),
            Route(.post, "\(subscription)/activation", allows: managing, respond: activate),
            Route(.post, "\(subscription)/deactivation", allows: managing, respond: deactivate),
        ])
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        let notice: PageNotice? =
            switch request.uri.queryParameters["done"] {
            case "on": PageNotice("It is active.")
            case "off": PageNotice("It is switched off.")
            default: nil
            }
        return try await page(request, context, notice: notice)
    }

    /// - Parameter agreed: what was ticked, to be kept when something else was wrong.
    private func page(
        _ request: Request, _ context: MemberContext, notice: PageNotice? = nil, agreed: Set<TermsDocument> = [],
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let overview = try await services.subscriptions.overview(of: sender(context), access: context.access)
        let people = context.access.permits(.membersManage) ? try await services.members.list(access: context.access) : []
        let names = ColleagueNames(people: people, teams: [], me: context.signedIn.account.id)
        let view = SubscriptionView(overview, names: names, agreed: agreed, notice: notice, in: printer.frame(request, context))
        return printer.page(view, status: status)
    }

    @Sendable private func activate(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.form()
        let agreed = Set(form.all("agreed").compactMap(TermsDocument.init(rawValue:)))
        // A box says which document; the version that was read stands beside it.
        let versions = agreed.reduce(into: [TermsDocument: String]()) { $0[$1] = form["version-\($1.rawValue)"] }
        do {
            _ = try await services.subscriptions.activate(
                sender(context), price: Int(form["price"] ?? "") ?? 0, accepting: versions, access: context.access)
        } catch CreditProblem.alreadyOn {
            // Pressed twice, or somebody else was faster.
        } catch let problem as CreditProblem {
            return try await page(
                request, context, notice: PageNotice(problem.detail, tone: .danger), agreed: agreed, status: problem.kind.status)
        }
        return try done("on", context)
    }

    @Sendable private func deactivate(request: Request, context: MemberContext) async throws -> Response {
        do {
            _ = try await services.subscriptions.deactivate(sender(context), access: context.access)
        } catch CreditProblem.alreadyOff {
            // Pressed twice.
        }
        return try done("off", context)
    }

    private func sender(_ context: MemberContext) throws -> Identifier<Sender> { try context.id("sender", of: Sender.self) }

    private func done(_ what: String, _ context: MemberContext) throws -> Response {
        .seeOther("/app/\(context.workspace.slug.text)/whatsapp/senders/\(try sender(context))/subscription?done=\(what)")
    }
}
