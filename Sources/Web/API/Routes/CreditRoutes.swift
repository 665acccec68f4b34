internal import Domain
internal import Foundation
internal import Hummingbird
internal import Services

/// `/api/v1/credits`, `/api/v1/terms` and the subscriptions of numbers: what there is to spend, what numbers cost, and until when they are paid.
struct CreditRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] { creditRoutes + termsRoutes + subscriptionRoutes }

    private static let tag = "Credits"

    private var creditRoutes: [Route<APIContext>] {
        let credits = "/api/v1/credits"
        let managing = RouteDeclaration.Callers.grant(.settingsManage)
        return [
            Route(
                .get, credits, allows: managing,
                operation: Operation(
                    "getCredits", tag: Self.tag, "The balance and what numbers cost", answer: .one(CreditsBody.self, "The credits.")),
                respond: get),
            Route(
                .get, "\(credits)/statement", allows: managing,
                operation: Operation(
                    "listLedgerPostings", tag: Self.tag, "What moved, newest first; nothing of it ever changes", query: [.limit, .after],
                    answer: .list(of: LedgerPostingBody.self, "A page of the statement.")), respond: statement),
            Route(
                .post, "\(credits)/top-ups", allows: managing,
                operation: Operation(
                    "topUpCredits", tag: Self.tag, "Adds credits; numbers that wait for them come back by themselves", body: TopUpBody.self,
                    answer: .one(LedgerPostingBody.self, status: 201, "What was posted."),
                    problems: [CreditProblem.amountOutOfRange, CreditProblem.noteTooLong(count: 0), CreditProblem.topUpKeyTaken]),
                respond: topUp),
            Route(
                .get, "\(credits)/prices", allows: managing,
                operation: Operation(
                    "getCreditPrices", tag: Self.tag, "What a month of each kind of number costs",
                    answer: .one(CreditPricesBody.self, "The prices.")), respond: prices),
            Route(
                .patch, "\(credits)/prices", allows: managing,
                operation: Operation(
                    "setCreditPrices", tag: Self.tag,
                    "What a month costs from the next renewal or activation on; numbers that were free have a month before the first charge",
                    body: NewCreditPricesBody.self, answer: .one(CreditPricesBody.self, "The prices."),
                    problems: [CreditProblem.priceNegative, CreditProblem.priceTooHigh]), respond: setPrices),
        ]
    }

    private var termsRoutes: [Route<APIContext>] {
        let terms = "/api/v1/terms"
        return [
            Route(
                .get, terms, allows: .grant(.sendersManage),
                operation: Operation(
                    "listTerms", tag: Self.tag, "What is agreed to before a number is activated",
                    answer: .list(of: TermsBody.self, "The documents in force.")), respond: listTerms),
            Route(
                .put, terms, allows: .grant(.settingsManage),
                operation: Operation(
                    "setTerms", tag: Self.tag, "Sets the place and version of a document", body: NewTermsBody.self,
                    answer: .list(of: TermsBody.self, "The documents in force."),
                    problems: [CreditProblem.termsAddressMalformed(.privacy), CreditProblem.termsVersionMalformed(.privacy)]),
                respond: setTerms),
            Route(
                .post, "\(terms)/removal", allows: .grant(.settingsManage),
                operation: Operation(
                    "removeTerms", tag: Self.tag, "Asks for a document no more, or for WhatsApp\u{2019}s as they were at first",
                    body: TermsRemovalBody.self, answer: .list(of: TermsBody.self, "The documents in force.")), respond: removeTerms),
        ]
    }

    private var subscriptionRoutes: [Route<APIContext>] {
        let subscription = "/api/v1/senders/{sender}/subscription"
        let managing = RouteDeclaration.Callers.grant(.sendersManage)
        return [
            Route(
                .get, "/api/v1/subscriptions", allows: .grant(.settingsManage),
                operation: Operation(
                    "listSubscriptions", tag: Self.tag, "Until when all numbers are paid",
                    answer: .list(of: SubscriptionRowBody.self, "All of them.")), respond: list),
            Route(
                .get, subscription, allows: managing,
                operation: Operation(
                    "getSubscription", tag: Self.tag, "Until when a number is paid, and what was agreed to for it",
                    answer: .one(SubscriptionBody.self, "The subscription."), problems: [SenderProblem.missing]), respond: show),
            Route(
                .post, "\(subscription)/activation", allows: managing,
                operation: Operation(
                    "activateSubscription", tag: Self.tag,
                    "Agrees to terms and switches a number on, for a month; within a month that is paid it costs nothing",
                    body: ActivationBody.self, answer: .one(SubscriptionBody.self, "The subscription."),
                    problems: [
                        SenderProblem.missing, CreditProblem.termsMissing([]), CreditProblem.priceChanged(.zero),
                        CreditProblem.creditsMissing(price: .zero, balance: .zero), CreditProblem.alreadyOn,
                    ]), respond: activate),
            Route(
                .post, "\(subscription)/deactivation", allows: managing,
                operation: Operation(
                    "deactivateSubscription", tag: Self.tag,
                    "Switches a number off: it isn\u{2019}t renewed, and what is paid stays paid until its date",
                    answer: .one(SubscriptionBody.self, "The subscription."), problems: [SenderProblem.missing, CreditProblem.alreadyOff]),
                respond: deactivate),
        ]
    }

    // MARK: Credits

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(CreditsBody(try await services.credits.overview(access: context.access)))
    }

    @Sendable private func statement(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["limit", "after"])
        let page = try await services.credits.statement(after: query["after"], limit: query.limit(), access: context.access)
        return try JSONText.response(ListBody(page) { LedgerPostingBody($0) })
    }

    @Sendable private func topUp(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        let input = try write.decode(TopUpBody.self)
        let key = try input.key.map(Self.key) ?? UUID().uuidString
        let (credits, access) = (services.credits, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let stored = try credits.topUp(input.amount, note: input.note, key: key, access: access, in: transaction)
            return (try KeptAnswer(LedgerPostingBody(stored), status: .created), true)
        }
        if done.made != nil { credits.announce(access) }
        return done.answer.response
    }

    private static func key(_ text: String) throws(RequestProblem) -> String {
        guard (1...Idempotency.keyLimit).contains(text.utf8.count), text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw .fieldMalformed("key", expected: "1 to \(Idempotency.keyLimit) visible ASCII characters or blanks")
        }
        return text
    }

    @Sendable private func prices(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(CreditPricesBody(try await services.credits.prices(access: context.access)))
    }

    @Sendable private func setPrices(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let input = try await APIWrite(request).decode(NewCreditPricesBody.self)
        return try JSONText.response(
            CreditPricesBody(try await services.credits.setPrices(input.prices, access: context.access)))
    }

    // MARK: Terms

    @Sendable private func listTerms(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try await termsAnswer(context)
    }

    @Sendable private func setTerms(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let input = try await APIWrite(request).decode(NewTermsBody.self)
        try await services.credits.setTerms(input.terms, access: context.access)
        return try await termsAnswer(context)
    }

    @Sendable private func removeTerms(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let input = try await APIWrite(request).decode(TermsRemovalBody.self)
        try await services.credits.removeTerms(TermsDocument(body: input.document), access: context.access)
        return try await termsAnswer(context)
    }

    private func termsAnswer(_ context: APIContext) async throws -> Response {
        try JSONText.response(ListBody(data: try await services.credits.terms(access: context.access).map(TermsBody.init)))
    }

    // MARK: Subscriptions

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let all = try await services.credits.overview(access: context.access).subscriptions
        return try JSONText.response(ListBody(data: all.map(SubscriptionRowBody.init)))
    }

    @Sendable private func show(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(
            SubscriptionBody(try await services.subscriptions.overview(of: sender(context), access: context.access)))
    }

    /// In transactions of its own, so that a repeat is looked for before; should the answer be lost, it is told that the number is active already.
    @Sendable private func activate(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        let input = try write.decode(ActivationBody.self)
        let access = context.access
        if let earlier = try await services.idempotentWrites.earlier(write.idempotency, access: access) { return earlier.response }
        let overview = try await services.subscriptions.activate(
            sender(context), price: input.price, accepting: input.versions, access: access)
        let answer = try KeptAnswer(SubscriptionBody(overview), status: .ok)
        return try await services.idempotentWrites.perform(write.idempotency, access: access) { _ in (answer, true) }.answer.response
    }

    @Sendable private func deactivate(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        try write.expectEmpty()
        let (id, subscriptions, access) = (try sender(context), services.subscriptions, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            (try KeptAnswer(SubscriptionBody(try subscriptions.deactivate(id, access: access, in: transaction)), status: .ok), true)
        }
        if done.made != nil { subscriptions.announce(access) }
        return done.answer.response
    }

    private func sender(_ context: APIContext) throws -> Identifier<Sender> { try context.id("sender", of: Sender.self) }
}
