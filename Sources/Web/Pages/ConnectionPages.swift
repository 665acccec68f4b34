internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// The connections that numbers belong to: making one by hand, how each stands, and having it repaired.
struct ConnectionPages: Sendable {
    let printer: PagePrinter
    let services: WebServices
    let configuration: WebConfiguration

    var routes: RouteSet {
        let connection = "/app/{workspace}/whatsapp/connection"
        return RouteSet(member: [
            Route(.get, connection, allows: .grant(.connectionsManage), respond: show),
            Route(.post, connection, allows: .grant(.connectionsManage), respond: connect),
            Route(.post, "\(connection)/check", allows: .grant(.connectionsManage), respond: check),
            Route(.post, "\(connection)/secrets", allows: .grant(.connectionsManage), respond: replaceSecrets),
            Route(.post, "\(connection)/repair", allows: .grant(.connectionsManage), respond: repair),
        ])
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
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
            return .seeOther("\(Self.address(context))?of=\(sender.connectionID.text)&done=connected")
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
            return .seeOther("\(Self.address(context))?of=\(id.text)&done=\(done)")
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
            people: try await services.peopleNames(access: context.access))
    }

    private static func address(_ context: MemberContext) -> String { "/app/\(context.workspace.slug.text)/whatsapp/connection" }

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
