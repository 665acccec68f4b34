internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// API keys of the workspace, and a person's own sessions.
struct SettingsPages: Sendable {
    let printer: PagePrinter
    let services: WebServices
    let cookie: SessionCookie

    var routes: RouteSet {
        let settings = "/app/{workspace}/settings"
        return RouteSet(member: [
            Route(.get, "\(settings)/keys", allows: .grant(.keysManage), respond: keys),
            Route(.post, "\(settings)/keys", allows: .grant(.keysManage), respond: makeKey),
            Route(.post, "\(settings)/keys/{key}/revocation", allows: .grant(.keysManage), respond: revokeKey),
            Route(.get, "\(settings)/sessions", allows: .signedIn, respond: sessions),
            Route(.post, "\(settings)/sessions/{session}/end", allows: .signedIn, respond: endSession),
            Route(.post, "\(settings)/name", allows: .signedIn, respond: changeName),
            Route(.post, "\(settings)/password", allows: .signedIn, respond: changePassword),
        ])
    }

    // MARK: Keys

    @Sendable private func keys(request: Request, context: MemberContext) async throws -> Response {
        let notice: PageNotice? = request.uri.queryParameters["done"] == "revoked" ? PageNotice("The key no longer works.") : nil
        return printer.page(KeysView(try await entries(context), newKey: nil, notice: notice, in: printer.frame(request, context)))
    }

    /// Answers with the page itself and not with a redirect: the token is in no address and no store, so it can be shown only here.
    @Sendable private func makeKey(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.form()
        let name = form["name"] ?? ""
        let scopes = Set(form.all("scopes").compactMap(KeyScope.init(rawValue:)))
        let frame = printer.frame(request, context)
        do {
            let made = try await services.keys.create(name: name, scopes: scopes, access: context.access)
            return printer.page(KeysView(try await entries(context), newKey: made.token.text, notice: nil, in: frame))
        } catch let problem as APIKeyProblem {
            let isName = problem.field == "name"
            let view = KeysView(
                try await entries(context), newKey: nil, name: name, nameError: isName ? problem.detail : nil, scopes: scopes,
                notice: isName ? nil : PageNotice(problem.detail, tone: .danger), in: frame)
            return printer.page(view, status: problem.kind.status)
        }
    }

    @Sendable private func revokeKey(request: Request, context: MemberContext) async throws -> Response {
        try await services.keys.revoke(context.id("key", of: APIKey.self), access: context.access)
        return .seeOther("/app/\(context.workspace.slug.text)/settings/keys?done=revoked")
    }

    private func entries(_ context: MemberContext) async throws -> [KeysView.Entry] {
        try await services.keys.list(access: context.access).filter { $0.revokedAt == nil }.map { key in
            KeysView.Entry(
                id: key.id.text, name: key.name, scopes: KeyScope.allCases.filter(key.scopes.contains), createdAt: key.createdAt,
                lastUsedAt: key.lastUsedAt)
        }
    }

    // MARK: Sessions and password

    @Sendable private func sessions(request: Request, context: MemberContext) async throws -> Response {
        let notice: PageNotice? =
            switch request.uri.queryParameters["done"] {
            case "ended": PageNotice("The session has ended.")
            case "named": PageNotice("Your name is changed.")
            case "changed": PageNotice("The password is changed. All other sessions have ended.")
            default: nil
            }
        return try await sessionsPage(request, context, notice: notice)
    }

    @Sendable private func endSession(request: Request, context: MemberContext) async throws -> Response {
        try await services.sessions.end(context.id("session", of: Session.self), of: context.signedIn)
        return .seeOther("/app/\(context.workspace.slug.text)/settings/sessions?done=ended")
    }

    @Sendable private func changePassword(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.form()
        let client = SignInClient(address: context.access.address, userAgent: request.headers[.userAgent])
        do {
            let session = try await services.signIn.changePassword(
                of: context.signedIn, from: form["current"] ?? "", to: form["password"] ?? "", client: client)
            var response = Response.seeOther("/app/\(context.workspace.slug.text)/settings/sessions?done=changed")
            response.headers[.setCookie] = cookie.setting(session.token.text)
            return response
        } catch SignInProblem.wrong {
            return try await sessionsPage(request, context, errors: ["current": "This isn't your password."])
        } catch let problem as AccountProblem {
            return try await sessionsPage(request, context, errors: ["password": problem.detail])
        }
    }

    @Sendable private func changeName(request: Request, context: MemberContext) async throws -> Response {
        let name = try await request.form()["name"] ?? ""
        do {
            _ = try await services.members.rename(to: name, access: context.access)
            return .seeOther("/app/\(context.workspace.slug.text)/settings/sessions?done=named")
        } catch let problem as AccountProblem {
            return try await sessionsPage(request, context, name: name, errors: ["name": problem.detail])
        }
    }

    private func sessionsPage(
        _ request: Request, _ context: MemberContext, name: String? = nil, errors: [String: String] = [:], notice: PageNotice? = nil
    ) async throws -> Response {
        let entries = try await services.sessions.list(of: context.signedIn).map { session in
            SessionsView.Entry(
                id: session.id.text, userAgent: session.userAgent ?? "", address: session.address ?? "unknown address",
                createdAt: session.createdAt, lastSeenAt: session.lastSeenAt, isCurrent: session.id == context.signedIn.session.id)
        }
        let frame = printer.frame(request, context)
        let view = SessionsView(
            entries, name: name ?? context.signedIn.account.name, email: context.signedIn.account.email.text, errors: errors,
            notice: notice, in: frame)
        return printer.page(view, status: errors.isEmpty ? .ok : .unprocessableContent)
    }
}
