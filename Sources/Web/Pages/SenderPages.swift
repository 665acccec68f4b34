internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// The numbers of a workspace, and connecting one.
struct SenderPages: Sendable {
    /// Entries of a page of history.
    private static let historyLimit = 50
    /// Conversations below the cards.
    private static let recentLimit = 10

    let printer: PagePrinter
    let services: WebServices
    let configuration: WebConfiguration

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
            Route(.get, "\(whatsapp)/connection", allows: .grant(.connectionsManage), respond: connection),
            Route(.post, "\(whatsapp)/connection", allows: .grant(.connectionsManage), respond: connect),
            Route(.post, "\(whatsapp)/connection/check", allows: .grant(.connectionsManage), respond: check),
            Route(.post, "\(whatsapp)/connection/secrets", allows: .grant(.connectionsManage), respond: replaceSecrets),
            Route(.post, "\(whatsapp)/connection/repair", allows: .grant(.connectionsManage), respond: repair),
        ])
    }

    @Sendable private func senders(request: Request, context: MemberContext) async throws -> Response {
        let notice: PageNotice? =
            switch request.uri.queryParameters["done"] {
            case "removed": PageNotice("The number was removed.")
            case "sign-up-deleted": PageNotice("The sign-up was deleted. What was created at Meta stays there.")
            default: nil
            }
        let senders = try await services.senders.list(access: context.access)
        let queues = try await services.queues.glances(access: context.access)
        let stopped = context.access.grants.contains(.sendersManage) ? try await services.webhooks.stopped(access: context.access) : []
        let usages = try await services.senders.usages(access: context.access)
        let handlings = try await services.senders.handlings(of: senders, access: context.access)
        let signups = context.access.permits(.connectionsManage) ? try await services.signups.list(access: context.access) : []
        let prices = context.access.grants.contains(.sendersManage) ? try await services.subscriptions.prices(access: context.access) : [:]
        let recent =
            context.access.grants.contains(.conversationsView)
            ? try await services.conversations.list(.init(), after: nil, limit: Self.recentLimit, access: context.access).data : []
        return printer.page(
            SendersView(
                senders, queues: queues, usages: usages, stopped: stopped, handlings: handlings, prices: prices, recent: recent,
                signups: signups, notice: notice, in: printer.frame(request, context)))
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
        let queue = try await services.queues.summary(of: id, access: access)
        guard queue.sender.removedAt == nil else { throw SenderProblem.missing }
        let usage = try await services.senders.usages(access: access)[id]
        let kept = try await services.reception.reception(of: id, access: access).keptCount
        let view = SenderView(
            queue, usage, kept: kept, typedName: name, nameProblem: problem?.field == "name" ? problem?.detail : nil, notice: notice,
            in: printer.frame(request, context))
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
        return printer.page(
            SenderHistoryView(
                sender, page, isFirst: after == nil, people: try await people(context), in: printer.frame(request, context)))
    }

    /// Names by ``Actor/text``.
    private func people(_ context: MemberContext) async throws -> [String: String] {
        let people = try await services.conversations.assignees(access: .system("pages", in: context.access.workspaceID)).people
        return Dictionary(people.map { (Actor.member($0.account.id).text, $0.account.name) }, uniquingKeysWith: { one, _ in one })
    }

    private func done(_ what: String, _ context: MemberContext) throws -> Response {
        .seeOther("\(Self.base(context))/senders/\(try context.id("sender", of: Sender.self).text)?done=\(what)")
    }

    @Sendable private func connection(request: Request, context: MemberContext) async throws -> Response {
        let connections = try await services.senders.connections(access: context.access)
        let chosen = request.uri.queryParameters["of"].flatMap { id in connections.first { $0.id.text == id } }
        let standing = try await chosen.asyncMap { try await self.standing($0, request, context) }
        let notice: PageNotice? =
            switch request.uri.queryParameters["done"] {
            case "connected": PageNotice("The number is connected. Now tell Meta where to send its webhooks.")
            case "checked", "repaired": standing?.findings
            case "replaced": standing.map { PageNotice("Saved. \($0.findings.text)", tone: $0.findings.tone) }
            default: nil
            }
        return printer.page(
            ConnectionView(
                connections: connections, standing: standing, draft: Self.draft(nil), name: "", errors: [:], notice: notice,
                in: printer.frame(request, context)))
    }

    @Sendable private func connect(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.form()
        let (draft, name) = (Self.draft(form), form["name"] ?? "")
        do {
            let sender = try await services.senders.connect(draft, name: name, access: context.access)
            return .seeOther("\(Self.base(context))/connection?of=\(sender.connectionID.text)&done=connected")
        } catch let problem as any Problem where problem is ConnectionProblem || problem is SenderProblem {
            let notice = PageNotice(problem.field == nil ? problem.detail : "Nothing was saved: one value is wrong.", tone: .danger)
            let view = ConnectionView(
                connections: try await services.senders.connections(access: context.access), standing: nil, draft: draft, name: name,
                errors: problem.field.map { [$0: problem.detail] } ?? [:], notice: notice, in: printer.frame(request, context))
            return printer.page(view, status: problem.kind.status)
        }
    }

    @Sendable private func check(request: Request, context: MemberContext) async throws -> Response {
        try await look(request, context, done: "checked") { id, _ in
            try await services.senders.check(id, access: context.access)
        }
    }

    @Sendable private func repair(request: Request, context: MemberContext) async throws -> Response {
        try await look(request, context, done: "repaired") { id, _ in
            try await services.signups.subscribeAnew(id, server: configuration.server(request), access: context.access)
            return try await services.senders.check(id, access: context.access)
        }
    }

    @Sendable private func replaceSecrets(request: Request, context: MemberContext) async throws -> Response {
        func given(_ text: String?) -> String? { text.flatMap { $0.isBlank ? nil : $0 } }
        return try await look(request, context, done: "replaced") { id, form in
            try await services.senders.replaceSecrets(
                accessToken: given(form["accessToken"]), appSecret: given(form["appSecret"]), of: id, access: context.access)
        }
    }

    /// Asks Meta about a connection; what it refuses is said on the connection's page.
    private func look(
        _ request: Request, _ context: MemberContext, done: String,
        _ ask: (Identifier<Connection>, FormFields) async throws -> ConnectionCheck
    ) async throws -> Response {
        let form = try await request.form()
        guard let id = Identifier<Connection>(parsing: try form.require("of")) else { throw SenderProblem.connectionMissing }
        do {
            _ = try await ask(id, form)
            return .seeOther("\(Self.base(context))/connection?of=\(id.text)&done=\(done)")
        } catch let problem as any Problem
            where problem is ConnectionProblem || problem is ChannelProblem || problem is EmbeddedSignupProblem
        {
            let connections = try await services.senders.connections(access: context.access)
            guard let connection = connections.first(where: { $0.id == id }) else { throw SenderProblem.connectionMissing }
            let isOfForm = ["accessToken", "appSecret"].contains(problem.field ?? "")
            let view = ConnectionView(
                connections: connections, standing: try await standing(connection, request, context), draft: Self.draft(nil), name: "",
                errors: isOfForm ? [problem.field!: problem.detail] : [:],
                notice: PageNotice(isOfForm ? "Nothing was saved: one value is wrong." : problem.detail, tone: .danger),
                in: printer.frame(request, context))
            return printer.page(view, status: problem.kind.status)
        }
    }

    private func standing(_ connection: Connection, _ request: Request, _ context: MemberContext) async throws -> ConnectionView.Standing {
        ConnectionView.Standing(
            try await services.senders.standing(of: connection.id, access: context.access),
            webhookAddress: "\(configuration.server(request))/hooks/meta/\(connection.id.text)",
            verifyToken: try await services.senders.verifyToken(of: connection.id, access: context.access),
            isReachable: configuration.publicURL?.isSecure ?? false, isOfWindow: services.signups.made(connection),
            people: try await people(context))
    }

    private static func base(_ context: MemberContext) -> String { "/app/\(context.workspace.slug.text)/whatsapp" }

    private static func draft(_ form: FormFields?) -> ConnectionDraft {
        ConnectionDraft(
            appID: form?["appId"] ?? "", appSecret: form?["appSecret"] ?? "", accessToken: form?["accessToken"] ?? "",
            businessAccountID: form?["businessAccountId"] ?? "", phoneNumberID: form?["phoneNumberId"] ?? "")
    }
}

extension Optional where Wrapped: Sendable {
    fileprivate func asyncMap<Result: Sendable>(_ transform: (Wrapped) async throws -> Result) async throws -> Result? {
        guard let value = self else { return nil }
        return try await transform(value)
    }
}
