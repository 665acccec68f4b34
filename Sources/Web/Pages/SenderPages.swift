internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// The numbers of a workspace, and connecting one.
struct SenderPages: Sendable {
    let printer: PagePrinter
    let services: WebServices
    let configuration: WebConfiguration

    var routes: RouteSet {
        let whatsapp = "/app/{workspace}/whatsapp"
        return RouteSet(member: [
            Route(.get, "\(whatsapp)/senders", allows: .grant(.sendersView), respond: senders),
            Route(.post, "\(whatsapp)/senders/{sender}", allows: .grant(.sendersManage), respond: change),
            Route(.get, "\(whatsapp)/connection", allows: .grant(.connectionsManage), respond: connection),
            Route(.post, "\(whatsapp)/connection", allows: .grant(.connectionsManage), respond: connect),
            Route(.post, "\(whatsapp)/connection/check", allows: .grant(.connectionsManage), respond: check),
        ])
    }

    @Sendable private func senders(request: Request, context: MemberContext) async throws -> Response {
        let notice: PageNotice? = request.uri.queryParameters["done"] == "saved" ? PageNotice("Saved.") : nil
        let senders = try await services.senders.list(access: context.access)
        return printer.page(SendersView(senders, notice: notice, in: printer.frame(request, context)))
    }

    @Sendable private func change(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("sender", of: Sender.self)
        guard let setting = Sender.ReadReceipts(rawValue: try await request.form().require("readReceipts")) else {
            throw RequestProblem.fieldMalformed("readReceipts", expected: "onOpen, onAnswer or never")
        }
        _ = try await services.senders.setReadReceipts(setting, of: id, access: context.access)
        return .seeOther("\(Self.base(context))/senders?done=saved#\(id.text)")
    }

    @Sendable private func connection(request: Request, context: MemberContext) async throws -> Response {
        let notice: PageNotice? =
            switch request.uri.queryParameters["done"] {
            case "connected": PageNotice("The number is connected. Now tell Meta where to send its webhooks.")
            case "subscribed": PageNotice("Meta sends this account's webhooks to the app.")
            case "unsubscribed":
                PageNotice("The app isn't subscribed to this account yet. Save the address at Meta, then check again.", tone: .warn)
            default: nil
            }
        let connections = try await services.senders.connections(access: context.access)
        let chosen = request.uri.queryParameters["of"].flatMap { id in connections.first { $0.id.text == id } }
        let standing = try await chosen.asyncMap { try await self.standing($0, request, context) }
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
        guard let id = Identifier<Connection>(parsing: try await request.form().require("of")) else {
            throw SenderProblem.connectionMissing
        }
        let isSubscribed = try await services.senders.checkSubscription(of: id, access: context.access)
        return .seeOther("\(Self.base(context))/connection?of=\(id.text)&done=\(isSubscribed ? "subscribed" : "unsubscribed")")
    }

    private func standing(_ connection: Connection, _ request: Request, _ context: MemberContext) async throws -> ConnectionView.Standing {
        let publicURL = configuration.publicURL
        let scheme = configuration.isSecure ? "https" : "http"
        let server = publicURL?.text ?? "\(scheme)://\(request.head.authority ?? "localhost")"
        return ConnectionView.Standing(
            connection: connection, webhookAddress: "\(server)/hooks/meta/\(connection.id.text)",
            verifyToken: try await services.senders.verifyToken(of: connection.id, access: context.access),
            isReachable: publicURL?.isSecure ?? false)
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
