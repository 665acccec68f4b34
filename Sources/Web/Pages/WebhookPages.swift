internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// The receipts webhook of one number: where it leads, a test, its secret, and what it was told.
struct WebhookPages: Sendable {
    /// Deliveries of a page.
    static let rowLimit = 50

    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let webhook = "/app/{workspace}/whatsapp/senders/{sender}/receipts"
        let managing = RouteDeclaration.Callers.grant(.sendersManage)
        return RouteSet(member: [
            Route(.get, webhook, allows: managing, respond: show), Route(.post, webhook, allows: managing, respond: save),
            Route(.post, "\(webhook)/secret", allows: managing, respond: regenerate),
            Route(.post, "\(webhook)/resume", allows: managing, respond: resume),
            Route(.post, "\(webhook)/removal", allows: managing, respond: delete),
            Route(.post, "\(webhook)/deliveries/{delivery}/redelivery", allows: managing, respond: redeliver),
            Route(.post, "\(webhook)/redelivery", allows: managing, respond: redeliverFailed),
        ])
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        let parameters = request.uri.queryParameters
        let notice: PageNotice? =
            switch parameters["done"] {
            case "saved": PageNotice("Saved. Receipts go there from now on.")
            case "resumed": PageNotice("It goes on, with what has waited.")
            case "removed": PageNotice("No receipts are posted any more.")
            case "redelivered":
                PageNotice(
                    parameters["count"].flatMap { Int($0) } == 0 ? "Nothing was given up." : "It waits to be posted once more.")
            default: nil
            }
        return try await page(request, context, notice: notice)
    }

    /// - Parameter address: as it was typed; nil shows the saved one.
    private func page(
        _ request: Request, _ context: MemberContext, notice: PageNotice? = nil, address: String? = nil,
        problem: WebhookEndpointProblem? = nil,
        secret: String? = nil, test: WebhookAttempt? = nil, status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let id = try sender(context)
        let parameters = request.uri.queryParameters
        let shown = parameters["state"].flatMap { WebhookDelivery.State(rawValue: String($0)) }
        let after = parameters["after"].map(String.init)
        let sender = try await services.senders.sender(id, access: context.access)
        let endpoint = try await services.webhooks.endpoint(of: id, access: context.access)
        let log =
            endpoint == nil
            ? Page(data: [], next: nil)
            : try await services.webhooks.deliveries(of: id, shown, after: after, limit: Self.rowLimit, access: context.access)
        let view = ReceiptsView(
            sender, endpoint, .init(page: log, state: shown, isFirst: after == nil),
            draft: .init(address: address ?? endpoint?.address.text ?? "", problem: problem, secret: secret, test: test),
            notice: notice, in: printer.frame(request, context))
        return printer.page(view, status: status)
    }

    /// Saves the address or, by the other button, tests it as it stands in the form.
    @Sendable private func save(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.form()
        let address = form["address"] ?? ""
        do {
            if form["test"] != nil {
                let tested = try await services.webhooks.test(address, of: sender(context), access: context.access)
                return try await page(request, context, address: address, secret: tested.secret, test: tested.attempt)
            }
            let saved = try await services.webhooks.save(address, of: sender(context), access: context.access)
            guard let secret = saved.secret else { return try done("saved", context) }
            return try await page(
                request, context, notice: PageNotice("Saved. Receipts go there from now on."), secret: secret)
        } catch let problem as WebhookEndpointProblem where problem.field != nil {
            return try await page(request, context, address: address, problem: problem, status: problem.kind.status)
        }
    }

    @Sendable private func regenerate(request: Request, context: MemberContext) async throws -> Response {
        let saved = try await services.webhooks.regenerateSecret(of: sender(context), access: context.access)
        return try await page(request, context, notice: PageNotice("The old secret works for one more day."), secret: saved.secret)
    }

    @Sendable private func resume(request: Request, context: MemberContext) async throws -> Response {
        do {
            _ = try await services.webhooks.resume(sender(context), access: context.access)
        } catch WebhookEndpointProblem.notStopped {
            // Somebody else was faster.
        }
        return try done("resumed", context)
    }

    @Sendable private func delete(request: Request, context: MemberContext) async throws -> Response {
        try await services.webhooks.delete(sender(context), access: context.access)
        return try done("removed", context)
    }

    @Sendable private func redeliver(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("delivery", of: WebhookDelivery.self)
        do {
            _ = try await services.webhooks.redeliver(id, of: sender(context), access: context.access)
        } catch WebhookEndpointProblem.deliveryWaiting {
            // Pressed twice.
        }
        return try done("redelivered", context)
    }

    @Sendable private func redeliverFailed(request: Request, context: MemberContext) async throws -> Response {
        let count = try await services.webhooks.redeliverFailed(of: sender(context), access: context.access)
        return try done("redelivered&count=\(count)", context)
    }

    private func sender(_ context: MemberContext) throws -> Identifier<Sender> { try context.id("sender", of: Sender.self) }

    private func done(_ what: String, _ context: MemberContext) throws -> Response {
        .seeOther("/app/\(context.workspace.slug.text)/whatsapp/senders/\(try sender(context))/receipts?done=\(what)")
    }
}
