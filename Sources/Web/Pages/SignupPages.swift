internal import Domain
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// Adding a number: the ways, and the one through Meta's own window, step by step.
struct SignupPages: Sendable {
    let printer: PagePrinter
    let services: WebServices
    let configuration: WebConfiguration

    var routes: RouteSet {
        let whatsapp = "/app/{workspace}/whatsapp"
        let (new, signup) = ("\(whatsapp)/add-number/external", "\(whatsapp)/sign-ups/{signup}")
        let managing = RouteDeclaration.Callers.grant(.connectionsManage)
        return RouteSet(member: [
            Route(.get, "\(whatsapp)/add-number", allows: managing, respond: ways),
            Route(.get, new, allows: managing, respond: form),
            Route(.post, new, allows: managing, respond: begin),
            Route(.get, "\(new)/help", allows: managing, respond: help),
            Route(.get, signup, allows: managing, respond: show),
            Route(.post, "\(signup)/window-code", allows: managing, respond: receiveCode),
            Route(.post, "\(signup)/window-end", allows: managing, respond: receiveEnd),
            Route(.post, "\(signup)/decision", allows: managing, respond: decide),
            Route(.post, "\(signup)/code-request", allows: managing, respond: requestCode),
            Route(.post, "\(signup)/verification", allows: managing, respond: verify),
            Route(.post, "\(signup)/pin", allows: managing, respond: givePIN),
            Route(.post, "\(signup)/retry", allows: managing, respond: retry),
            Route(.post, "\(signup)/deletion", allows: managing, respond: delete),
        ])
    }

    private var signups: NumberSignupService { services.signups }

    @Sendable private func ways(request: Request, context: MemberContext) async throws -> Response {
        printer.page(AddNumberView(isConfigured: signups.app != nil, isReachable: isReachable, in: printer.frame(request, context)))
    }

    /// Meta sends webhooks only to https. Whoever stands in for it, as the simulator does, may be content with less.
    private var isReachable: Bool { configuration.isSecure || signups.app.map { $0.scriptServer != SecurityHeaders.metaScripts } ?? false }

    // MARK: Number and name

    @Sendable private func form(request: Request, context: MemberContext) async throws -> Response {
        try await form(request, context, NewSignupView.Typed(), problem: nil)
    }

    private func form(
        _ request: Request, _ context: MemberContext, _ typed: NewSignupView.Typed, problem: (any Problem)?
    ) async throws -> Response {
        guard signups.app != nil else { return .seeOther("\(Self.base(context))/add-number") }
        let conditions = try await signups.conditions(access: context.access)
        let view = NewSignupView(
            typed, conditions, help: try await numberHelp(typed.phoneNumber, request, context, problem: problem), problem: problem,
            in: printer.frame(request, context))
        return printer.page(view, status: problem?.kind.status ?? .ok)
    }

    @Sendable private func begin(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.form()
        let agreed = Set(form.all("agreed").compactMap(TermsDocument.init(rawValue:)))
        let typed = NewSignupView.Typed(
            phoneNumber: form["phoneNumber"] ?? "", displayName: form["displayName"] ?? "", name: form["name"] ?? "", agreed: agreed)
        let draft = NumberSignupService.Draft(
            phoneNumber: typed.phoneNumber, displayName: typed.displayName, name: typed.name, price: Int(form["price"] ?? "") ?? 0,
            accepts: agreed.reduce(into: [:]) { $0[$1] = form["version-\($1.rawValue)"] })
        do {
            let signup = try await signups.begin(draft, server: configuration.server(request), access: context.access)
            return .seeOther(Self.address(of: signup.id, context))
        } catch let problem as any Problem where [.invalid, .conflict].contains(problem.kind) {
            return try await self.form(request, context, typed, problem: problem)
        }
    }

    /// What can be said of a number while it is typed.
    @Sendable private func help(request: Request, context: MemberContext) async throws -> Response {
        let typed = request.query["phoneNumber"] ?? ""
        return printer.page(NumberHelpView(try await numberHelp(typed, request, context, problem: nil), base: Self.base(context)))
    }

    private func numberHelp(
        _ typed: String, _ request: Request, _ context: MemberContext, problem: (any Problem)?
    ) async throws -> NumberHelp {
        let senders = try await services.senders.list(access: context.access)
        let regions = request.headers[.acceptLanguage].map(NumberHelp.regions) ?? []
        let own = senders.compactMap { PhoneNumbers.embedded.region(of: $0.phoneNumber) }
        return NumberHelp(typed, senders: senders, regions: regions + own, begun: try await signups.list(access: context.access))
    }

    // MARK: The wizard

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        try await show(request, context, typed: "", problem: nil)
    }

    /// - Parameter typed: a code or PIN that was refused, to be mended.
    private func show(_ request: Request, _ context: MemberContext, typed: String, problem: (any Problem)?) async throws -> Response {
        guard let app = signups.app else { throw NumberSignupProblem.notConfigured }
        let signup = try await signups.find(id(context), access: context.access)
        let sender: Sender?
        if let id = signup.senderID { sender = try? await services.senders.sender(id, access: context.access) } else { sender = nil }
        let view = SignupView(
            signup, app: app, sender: sender, language: CodeLanguage.preferred(request.headers[.acceptLanguage] ?? ""),
            isReachable: isReachable, typed: typed, problem: problem, now: printer.now(), in: printer.frame(request, context))
        var response = printer.page(view, status: problem?.kind.status ?? .ok)
        // Only here: Meta's script, and a window that may speak to this page.
        response.headers[.contentSecurityPolicy] = SecurityHeaders.policy(allowing: app.scriptServer)
        response.headers[SecurityHeaders.openerPolicy] = "same-origin-allow-popups"
        return response
    }

    @Sendable private func receiveCode(request: Request, context: MemberContext) async throws -> Response {
        try await step(request, context) { id, form in
            _ = try await signups.receive(
                code: form.require("code"), for: id, server: configuration.server(request), access: context.access)
        }
    }

    @Sendable private func receiveEnd(request: Request, context: MemberContext) async throws -> Response {
        try await step(request, context) { id, form in
            let end = try SignupWindowEnd(
                event: form.require("event"), businessAccountID: form["businessAccountId"], phoneNumberID: form["phoneNumberId"],
                currentStep: form["currentStep"], errorMessage: form["errorMessage"])
            _ = try await signups.receive(end: end, for: id, access: context.access)
        }
    }

    @Sendable private func decide(request: Request, context: MemberContext) async throws -> Response {
        try await step(request, context) { id, form in
            guard let decision = NumberSignupService.Decision(rawValue: try form.require("decision")) else {
                throw RequestProblem.fieldMalformed("decision", expected: "go-on or start-over")
            }
            let number = try form["foundPhoneNumber"].map { try PhoneNumber(parsing: $0) }
            _ = try await signups.decide(
                decision, about: number, for: id, server: configuration.server(request), access: context.access)
        }
    }

    @Sendable private func requestCode(request: Request, context: MemberContext) async throws -> Response {
        try await step(request, context) { id, form in
            guard let method = VerificationMethod(rawValue: try form.require("method")) else {
                throw RequestProblem.fieldMalformed("method", expected: "sms or voice")
            }
            _ = try await signups.requestCode(
                by: method, language: CodeLanguage(parsing: form.require("language")), for: id, access: context.access)
        }
    }

    @Sendable private func verify(request: Request, context: MemberContext) async throws -> Response {
        try await step(request, context, keeping: "code") { id, form in
            _ = try await signups.verify(VerificationCode(parsing: form.require("code")), for: id, access: context.access)
        }
    }

    @Sendable private func givePIN(request: Request, context: MemberContext) async throws -> Response {
        try await step(request, context) { id, form in
            _ = try await signups.give(RegistrationPIN(parsing: form.require("pin")), for: id, access: context.access)
        }
    }

    @Sendable private func retry(request: Request, context: MemberContext) async throws -> Response {
        try await step(request, context) { id, _ in
            _ = try await signups.retry(id, server: configuration.server(request), access: context.access)
        }
    }

    @Sendable private func delete(request: Request, context: MemberContext) async throws -> Response {
        _ = try await request.form()
        try await signups.delete(id(context), access: context.access)
        return .seeOther("\(Self.base(context))/senders?done=sign-up-deleted")
    }

    /// One step by form or script. What was refused is said on the page, which shows how far it has come.
    private func step(
        _ request: Request, _ context: MemberContext, keeping field: String? = nil,
        _ work: (Identifier<NumberSignup>, FormFields) async throws -> Void
    ) async throws -> Response {
        let (id, form) = (try self.id(context), try await request.form())
        _ = try await signups.find(id, access: context.access)
        do {
            try await work(id, form)
        } catch let problem as any Problem
            where request.acceptsPage && (problem is NumberSignupProblem || problem is EmbeddedSignupProblem) && problem.kind != .missing
        {
            return try await show(request, context, typed: field.flatMap { form[$0] } ?? "", problem: problem)
        }
        return .done(request, next: Self.address(of: id, context))
    }

    private func id(_ context: MemberContext) throws -> Identifier<NumberSignup> { try context.id("signup", of: NumberSignup.self) }

    private static func base(_ context: MemberContext) -> String { "/app/\(context.workspace.slug.text)/whatsapp" }

    private static func address(of id: Identifier<NumberSignup>, _ context: MemberContext) -> String {
        "\(base(context))/sign-ups/\(id.text)"
    }
}

extension WebConfiguration {
    /// Scheme and host as people and providers reach the server: the public address, or what this request was sent to.
    func server(_ request: Request) -> String {
        publicURL?.text ?? "\(isSecure ? "https" : "http")://\(request.head.authority ?? "localhost")"
    }
}
