internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// By which server the workspace sends e-mail, and a test of it.
struct MailPages: Sendable {
    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let mail = "/app/{workspace}/settings/mail"
        let managing = RouteDeclaration.Callers.grant(.settingsManage)
        return RouteSet(member: [
            Route(.get, mail, allows: managing, respond: show), Route(.post, mail, allows: managing, respond: save),
            Route(.post, "\(mail)/test", allows: managing, respond: test),
            Route(.post, "\(mail)/removal", allows: managing, respond: delete),
        ])
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        let notice: PageNotice? =
            switch request.uri.queryParameters["done"] {
            case "saved": PageNotice("The server is saved. Send a test to see whether it takes e-mail.")
            case "sent": PageNotice("The server has taken the test. Look into your mailbox.")
            case "deleted": PageNotice("No e-mail is sent any more.")
            default: nil
            }
        return try await page(request, context, notice: notice)
    }

    private func page(
        _ request: Request, _ context: MemberContext, notice: PageNotice? = nil, draft: MailView.Draft? = nil, problem: MailProblem? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let found = try await services.mail.settings(access: context.access)
        let view = MailView(
            draft ?? found.map { MailView.Draft($0.settings) } ?? MailView.Draft(), isSet: found != nil,
            hasPassword: found?.hasPassword == true, fault: found?.fault, problem: problem, email: context.signedIn.account.email.text,
            notice: notice,
            in: printer.frame(request, context))
        return printer.page(view, status: status)
    }

    @Sendable private func save(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.form()
        let draft = MailView.Draft(form)
        do {
            // A field that is left empty keeps the password that there is.
            let password = form["password"].flatMap { $0.isEmpty ? nil : $0 }
            try await services.mail.save(draft.settings, password: password, access: context.access)
        } catch let problem as MailProblem {
            return try await page(request, context, draft: draft, problem: problem, status: problem.kind.status)
        }
        return done("saved", context)
    }

    @Sendable private func test(request: Request, context: MemberContext) async throws -> Response {
        do {
            try await services.mail.test(to: context.signedIn.account.email, access: context.access)
        } catch let problem as MailProblem where problem != .missing {
            return try await page(request, context, notice: PageNotice(problem.detail, tone: .danger), status: problem.kind.status)
        }
        return done("sent", context)
    }

    @Sendable private func delete(request: Request, context: MemberContext) async throws -> Response {
        try await services.mail.delete(access: context.access)
        return done("deleted", context)
    }

    private func done(_ what: String, _ context: MemberContext) -> Response {
        .seeOther("/app/\(context.workspace.slug.text)/settings/mail?done=\(what)")
    }
}
