internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// Signing in and out, and what one-time links open.
struct EntrancePages: Sendable {
    let printer: PagePrinter
    let services: WebServices
    let cookie: SessionCookie

    var routes: RouteSet {
        RouteSet(
            open: [
                Route(.get, "/", allows: .anyone) { _, _ in .seeOther("/app") },
                Route(.get, "/sign-in", allows: .anyone, respond: showSignIn),
                Route(.post, "/sign-in", allows: .anyone, respond: signIn),
                Route(.get, "/set-up/{token}", allows: .anyone, respond: showDoor),
                Route(.post, "/set-up/{token}", allows: .anyone, respond: enter),
            ],
            account: [
                Route(.get, "/app", allows: .signedIn, respond: chooseWorkspace),
                Route(.post, "/sign-out", allows: .signedIn, respond: signOut),
            ],
            member: [
                Route(.get, "/app/{workspace}", allows: .signedIn) { _, context in .seeOther("/app/\(context.workspace.slug.text)/whatsapp")
                }
            ])
    }

    // MARK: Sign-in

    @Sendable private func showSignIn(request: Request, context: WebContext) async throws -> Response {
        let next = request.uri.queryParameters["next"].map(String.init) ?? ""
        return printer.page(SignInView(email: "", next: Self.ownAddress(next), notice: nil, frame: printer.frame(request)))
    }

    @Sendable private func signIn(request: Request, context: WebContext) async throws -> Response {
        let form = try await request.form()
        let (email, next) = (try form.require("email"), Self.ownAddress(form["next"] ?? ""))
        do {
            let session = try await services.signIn.signIn(
                email: email, password: form.require("password"), client: Self.client(request, context))
            return welcome(session, next: next.isEmpty ? "/app" : next)
        } catch let problem as SignInProblem {
            let notice = PageNotice(problem.detail, tone: .danger)
            let view = SignInView(email: email, next: next, notice: notice, frame: printer.frame(request))
            return printer.page(view, status: problem.kind == .unauthenticated ? .unprocessableContent : problem.kind.status)
        }
    }

    @Sendable private func signOut(request: Request, context: AccountContext) async throws -> Response {
        try await services.signIn.signOut(context.signedIn)
        var response = Response.seeOther("/sign-in")
        response.headers[.setCookie] = cookie.clearing
        return response
    }

    @Sendable private func chooseWorkspace(request: Request, context: AccountContext) async throws -> Response {
        // Most people have one. Who has several finds the others by their address until there is a page to choose.
        guard let membership = context.signedIn.memberships.first else { throw AccessProblem.workspaceMissing }
        return .seeOther("/app/\(membership.workspace.slug.text)/whatsapp")
    }

    // MARK: One-time links

    @Sendable private func showDoor(request: Request, context: WebContext) async throws -> Response {
        let token = try context.parameter("token")
        return printer.page(view(of: try await services.setUp.door(behind: token), token: token, printer.frame(request)))
    }

    @Sendable private func enter(request: Request, context: WebContext) async throws -> Response {
        let (form, token) = (try await request.form(), try context.parameter("token"))
        let door = try await services.setUp.door(behind: token)
        do {
            let client = Self.client(request, context)
            switch door {
            case .setUp:
                let filled = SetUpForm(
                    workspaceName: form["workspace"] ?? "", workspaceSlug: form["slug"] ?? "", name: form["name"] ?? "",
                    email: form["email"] ?? "", password: form["password"] ?? "")
                return welcome(try await services.setUp.complete(token, with: filled, client: client), next: "/app")
            case .password:
                let session = try await services.setUp.choosePassword(token, password: form["password"] ?? "", client: client)
                return welcome(session, next: "/app")
            }
        } catch let problem as any Problem where problem.kind == .invalid {
            let view = view(of: door, token: token, form: form, problem: problem, printer.frame(request))
            return printer.page(view, status: .unprocessableContent)
        }
    }

    private func view(
        of door: SetUpService.Door, token: String, form: FormFields? = nil, problem: (any Problem)? = nil, _ frame: PageFrame
    ) -> SetUpView {
        // The workspace's name and the person's have the same problem, told by its code.
        let fieldName = problem.map { $0.code == "workspace.name-empty" ? "workspace" : $0.field ?? "" }
        func field(
            _ name: String, _ label: String, _ help: String, type: String = "text", autocomplete: String = "off", hint: String? = nil
        ) -> FieldView {
            FieldView(
                name, label: label, help: help, value: type == "password" ? "" : form?[name] ?? "", hint: hint,
                error: fieldName == name ? problem?.detail : nil, type: type, autocomplete: autocomplete,
                shortest: autocomplete == "new-password" ? PasswordRule.shortest : nil)
        }
        let password = field(
            "password", "Password", "At least \(PasswordRule.shortest) characters.", type: "password", autocomplete: "new-password")
        switch door {
        case .setUp:
            return SetUpView(
                title: "Set up Switchboard", intro: "You become the owner of the first workspace. This link works once.",
                action: "/set-up/\(token)",
                fields: [
                    field("name", "Your name", "Your team sees it.", autocomplete: "name"),
                    field("email", "E-mail", "You sign in with it.", type: "email", autocomplete: "username"),
                    password,
                    field(
                        "workspace", "Name of the workspace", "Usually that of the business.", autocomplete: "organization",
                        hint: "Acme Shop"),
                    field("slug", "Its address", "Lower-case letters, digits and hyphens; part of every address.", hint: "acme"),
                ], button: "Make the workspace", notice: nil, frame: frame)
        case .password(let account):
            return SetUpView(
                title: "Choose a password", intro: "For \(account.email.text). This link works once.", action: "/set-up/\(token)",
                fields: [password],
                button: "Save and sign in", notice: nil, frame: frame)
        }
    }

    // MARK: Both

    private func welcome(_ session: NewSession, next: String) -> Response {
        var response = Response.seeOther(next)
        response.headers[.setCookie] = cookie.setting(session.token.text)
        return response
    }

    private static func client(_ request: Request, _ context: WebContext) -> SignInClient {
        SignInClient(address: context.address, userAgent: request.headers[.userAgent])
    }

    /// Only an address on this server, so that a link to our sign-in page can't lead people elsewhere.
    static func ownAddress(_ next: String) -> String {
        let isPlain = next.unicodeScalars.allSatisfy { $0.value > 32 && $0.value < 127 && $0 != "\\" }
        return next.hasPrefix("/") && !next.hasPrefix("//") && isPlain ? next : ""
    }
}
