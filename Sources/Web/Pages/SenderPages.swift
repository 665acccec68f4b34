internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// The numbers of a workspace.
struct SenderPages: Sendable {
    /// Entries of a page of history.
    private static let historyLimit = 50
    /// Conversations below the cards.
    private static let recentLimit = 10

    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let whatsapp = "/app/{workspace}/whatsapp"
        let sender = "\(whatsapp)/senders/{sender}"
        return RouteSet(member: [
            Route(.get, "\(whatsapp)/senders", allows: .grant(.sendersView), respond: senders),
            Route(.get, "\(sender)", allows: .grant(.sendersView), respond: overview),
            Route(.post, "\(sender)", allows: .grant(.sendersManage), respond: change),
            Route(.get, "\(sender)/history", allows: .grant(.sendersView), respond: history),
            Route(.post, "\(sender)/activation", allows: .grant(.sendersManage), respond: activate),
            Route(.post, "\(sender)/deactivation", allows: .grant(.sendersManage), respond: deactivate),
            Route(.post, "\(sender)/retry", allows: .grant(.sendersManage), respond: retry),
            Route(.post, "\(sender)/removal", allows: .grant(.connectionsManage), respond: remove),
        ])
    }

    @Sendable private func senders(request: Request, context: MemberContext) async throws -> Response {
        let notice: PageNotice? =
            switch request.uri.queryParameters["done"] {
            case "removed": PageNotice("The number was removed.")
            case "sign-up-deleted": PageNotice("The sign-up was deleted. What was created at Meta stays there.")
            default: nil
            }
        let access = context.access
        let (mayManage, mayConnect) = (access.permits(.sendersManage), access.permits(.connectionsManage))
        // What doesn't wait for each other is read at once.
        async let queues = services.queues.glances(access: access)
        async let usages = services.senders.usages(access: access)
        async let stopped = mayManage ? services.webhooks.stopped(access: access) : []
        async let prices = mayManage ? services.subscriptions.prices(access: access) : [:]
        async let signups = mayConnect ? services.signups.list(access: access) : []
        async let recent =
            access.permits(.conversationsView)
            ? services.conversations.list(.init(), after: nil, limit: Self.recentLimit, access: access).data : []
        let senders = try await services.senders.list(access: access)
        let handlings = try await services.senders.handlings(of: senders, access: access)
        return printer.page(
            SendersView(
                senders, queues: try await queues, usages: try await usages, stopped: try await stopped, handlings: handlings,
                prices: try await prices, recent: try await recent, signups: try await signups, notice: notice,
                in: printer.frame(request, context)))
    }

    @Sendable private func overview(request: Request, context: MemberContext) async throws -> Response {
        let notice: PageNotice? =
            switch request.uri.queryParameters["done"] {
            case "saved": PageNotice("Saved.")
            case "activation": PageNotice("Switched on. WhatsApp is being asked how the number is.")
            case "deactivation":
                PageNotice("Switched off. Nothing is sent, what waits stays in the queue, and what customers write is kept and not shown.")
            case "retry": PageNotice("WhatsApp is being asked again.")
            default: nil
            }
        return try await overview(request, context, notice: notice)
    }

    /// - Parameter problem: what is wrong with the name that was typed.
    private func overview(
        _ request: Request, _ context: MemberContext, notice: PageNotice?, name: String? = nil, problem: (any Problem)? = nil
    ) async throws -> Response {
        let (id, access) = (try context.id("sender", of: Sender.self), context.access)
        async let usage = services.senders.usage(of: id, access: access)
        async let reception = services.reception.reception(of: id, access: access)
        let queue = try await services.queues.summary(of: id, access: access)
        guard queue.sender.removedAt == nil else { throw SenderProblem.missing }
        let view = SenderView(
            queue, try await usage, try await reception, typedName: name, nameProblem: problem?.field == "name" ? problem?.detail : nil,
            notice: notice, in: printer.frame(request, context))
        return printer.page(view, status: problem?.kind.status ?? .ok)
    }

    @Sendable private func change(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("sender", of: Sender.self)
        let form = try await request.form()
        let setting = try form["readReceipts"].map { text in
            guard let setting = Sender.ReadReceipts(rawValue: text) else {
                throw RequestProblem.fieldMalformed("readReceipts", expected: "onOpen, onAnswer or never")
            }
            return setting
        }
        do {
            _ = try await services.senders.change(id, name: form["name"], readReceipts: setting, access: context.access)
        } catch let problem as SenderProblem where problem.field == "name" {
            return try await overview(request, context, notice: nil, name: form["name"], problem: problem)
        }
        return try done("saved", context)
    }

    @Sendable private func activate(request: Request, context: MemberContext) async throws -> Response {
        do {
            return try await command("activation", request, context) { try await $0.activate($1, access: $2) }
        } catch let problem as any Problem where Self.isToConfirm(problem) {
            // What it costs and what is agreed to stands there.
            return .seeOther(
                "\(Self.base(context))/senders/\(try context.id("sender", of: Sender.self).text)/subscription#activation-title")
        }
    }

    /// Whether switching on needs more than a click.
    private static func isToConfirm(_ problem: any Problem) -> Bool {
        if case SenderProblem.activationCosts = problem { return true }
        if case CreditProblem.termsMissing = problem { return true }
        return false
    }

    @Sendable private func deactivate(request: Request, context: MemberContext) async throws -> Response {
        try await command("deactivation", request, context) { try await $0.deactivate($1, access: $2) }
    }

    @Sendable private func retry(request: Request, context: MemberContext) async throws -> Response {
        try await command("retry", request, context) { try await $0.retry($1, access: $2) }
    }

    /// What makes no sense any more, because somebody was faster, is told on the page as it is now.
    private func command(
        _ name: String, _ request: Request, _ context: MemberContext,
        _ work: (SenderService, Identifier<Sender>, Access) async throws -> Sender
    ) async throws -> Response {
        do {
            _ = try await work(services.senders, context.id("sender", of: Sender.self), context.access)
            return try done(name, context)
        } catch let problem as any Problem where problem.kind == .conflict && !Self.isToConfirm(problem) {
            return try await overview(request, context, notice: PageNotice(problem.detail, tone: .danger), problem: problem)
        }
    }

    @Sendable private func remove(request: Request, context: MemberContext) async throws -> Response {
        do {
            try await services.senders.remove(context.id("sender", of: Sender.self), access: context.access)
        } catch let problem as SenderProblem where problem.kind == .conflict {
            return try await overview(request, context, notice: PageNotice(problem.detail, tone: .danger), problem: problem)
        }
        return .seeOther("\(Self.base(context))/senders?done=removed")
    }

    @Sendable private func history(request: Request, context: MemberContext) async throws -> Response {
        let (id, access) = (try context.id("sender", of: Sender.self), context.access)
        let after = request.uri.queryParameters["after"].map(String.init)
        let sender = try await services.senders.sender(id, access: access)
        let page = try await services.senders.history(of: id, after: after, limit: Self.historyLimit, access: access)
        let people = try await services.peopleNames(access: access)
        return printer.page(
            SenderHistoryView(sender, page, isFirst: after == nil, people: people, in: printer.frame(request, context)))
    }

    private func done(_ what: String, _ context: MemberContext) throws -> Response {
        .seeOther("\(Self.base(context))/senders/\(try context.id("sender", of: Sender.self).text)?done=\(what)")
    }

    private static func base(_ context: MemberContext) -> String { "/app/\(context.workspace.slug.text)/whatsapp" }
}
