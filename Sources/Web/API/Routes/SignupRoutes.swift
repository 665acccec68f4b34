internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/sign-ups`: connecting numbers whose owners sign them up in Meta's window. A page with Meta's script opens the window; what it gives is posted here.
struct SignupRoutes: Sendable {
    let services: WebServices
    let configuration: WebConfiguration

    private static let tag = "Sign-ups"
    private static let path = "/api/v1/sign-ups"

    var routes: [Route<APIContext>] { whole + steps }

    private var whole: [Route<APIContext>] {
        let managing = RouteDeclaration.Callers.grant(.connectionsManage)
        let one = "\(Self.path)/{signup}"
        return [
            Route(
                .get, Self.path, allows: managing,
                operation: Operation(
                    "listSignUps", tag: Self.tag,
                    "Numbers that are being connected, and behind them those that just were, each newest first",
                    answer: .list(of: SignupBody.self, "All of them.")), respond: list),
            Route(
                .post, Self.path, allows: managing,
                operation: Operation(
                    "beginSignUp", tag: Self.tag, "Begins to connect a number: next comes Meta's window", body: NewSignupBody.self,
                    answer: .one(SignupBody.self, status: 201, "The sign-up."),
                    problems: [
                        NumberSignupProblem.notConfigured, NumberSignupProblem.tooMany, PhoneNumberProblem.empty,
                        PhoneNumberProblem.plusMissing(""), PhoneNumberProblem.notDigits(""), PhoneNumberProblem.leadingZero(""),
                        PhoneNumberProblem.length("", digits: 0), CreditProblem.termsMissing([]), CreditProblem.priceChanged(.zero),
                        CreditProblem.creditsMissing(price: .zero, balance: .zero),
                    ]), respond: begin),
            Route(
                .get, one, allows: managing,
                operation: Operation(
                    "getSignUp", tag: Self.tag, "How far a number has come", answer: .one(SignupBody.self, "The sign-up."),
                    problems: [NumberSignupProblem.missing]), respond: get),
            Route(
                .delete, one, allows: managing,
                operation: Operation(
                    "deleteSignUp", tag: Self.tag, "Gives one up; what was created at Meta stays there", answer: .nothing("It is gone."),
                    problems: [NumberSignupProblem.missing]), respond: delete),
        ]
    }

    private var steps: [Route<APIContext>] {
        [
            step(
                "window-code", "giveWindowCode", "Takes the code of Meta's window and exchanges it at once", WindowCodeBody.self,
                problems: [EmbeddedSignupProblem.windowCodeExpired, EmbeddedSignupProblem.providerUnreachable("")]
            ) { try await $0.receive(code: $1.code, for: $2.id, server: $2.server, access: $2.access) },
            step(
                "window-end", "giveWindowEnd", "Takes what Meta's window told when it ended, before or after its code", WindowEndBody.self,
                problems: [NumberSignupProblem.windowEventMalformed]
            ) { try await $0.receive(end: $1.end, for: $2.id, access: $2.access) },
            step("decision", "decideSignUp", "Decides about what the window gave", SignupDecisionBody.self, problems: []) {
                try await $0.decide(
                    $1.decision, about: $1.foundPhoneNumber, for: $2.id, server: $2.server, access: $2.access)
            },
            step(
                "code-request", "requestSignUpCode", "Has WhatsApp send or speak six digits to the number", CodeRequestBody.self,
                problems: [
                    NumberSignupProblem.codeTooSoon(seconds: 60), NumberSignupProblem.languageUnknown, EmbeddedSignupProblem.tooManyCodes,
                ]
            ) {
                try await $0.requestCode(
                    by: $1.method, language: CodeLanguage(parsing: $1.language ?? CodeLanguage.usual), for: $2.id, access: $2.access)
            },
            step(
                "verification", "verifySignUp", "Shows by the six digits that the number is theirs", VerificationBody.self,
                problems: [NumberSignupProblem.codeMalformed, EmbeddedSignupProblem.codeWrong, EmbeddedSignupProblem.codeExpired]
            ) { try await $0.verify(VerificationCode(parsing: $1.code), for: $2.id, access: $2.access) },
            step(
                "pin", "giveSignUpPIN", "Registers with the PIN that the number has already", SignupPINBody.self,
                problems: [NumberSignupProblem.pinMalformed]
            ) { try await $0.give(RegistrationPIN(parsing: $1.pin), for: $2.id, access: $2.access) },
            Route(
                .post, "\(Self.path)/{signup}/retry", allows: .grant(.connectionsManage),
                operation: Operation(
                    "retrySignUp", tag: Self.tag, "Has the program try its step again", answer: .one(SignupBody.self, "The sign-up."),
                    problems: [NumberSignupProblem.missing, NumberSignupProblem.stepPassed]), respond: retry),
        ]
    }

    /// What a step is about, and who does it.
    private struct Subject {
        let id: Identifier<NumberSignup>
        /// Scheme and host of this installation, as the provider reaches it.
        let server: String
        let access: Access
    }

    /// One step that a person does. Its effect is at the provider's, too, so a repeat is looked for before it.
    private func step<Body: Decodable & APISchema>(
        _ name: String, _ operation: String, _ summary: String, _ body: Body.Type, problems: [any Problem],
        _ work: @escaping @Sendable (NumberSignupService, Body, Subject) async throws -> NumberSignup
    ) -> Route<APIContext> {
        Route(
            .post, "\(Self.path)/{signup}/\(name)", allows: .grant(.connectionsManage),
            operation: Operation(
                operation, tag: Self.tag, summary, body: body, answer: .one(SignupBody.self, "The sign-up."),
                problems: [NumberSignupProblem.missing, NumberSignupProblem.stepPassed] + problems)
        ) { request, context in
            _ = try Query(request)
            let write = try await APIWrite(request)
            let input = try write.decode(body)
            return try await perform(write, request, context) { try await work($0, input, $1) }
        }
    }

    private func perform(
        _ write: APIWrite, _ request: Request, _ context: APIContext,
        _ work: (NumberSignupService, Subject) async throws -> NumberSignup
    ) async throws -> Response {
        let access = context.access
        let subject = Subject(id: try id(context), server: configuration.server(request), access: access)
        if let earlier = try await services.idempotentWrites.earlier(write.idempotency, access: access) { return earlier.response }
        let signup = try await work(services.signups, subject)
        let answer = try KeptAnswer(SignupBody(signup, now: services.now()), status: .ok)
        return try await services.idempotentWrites.perform(write.idempotency, access: access) { _ in (answer, true) }.answer.response
    }

    private func id(_ context: APIContext) throws -> Identifier<NumberSignup> { try context.id("signup", of: NumberSignup.self) }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let now = services.now()
        let signups = try await services.signups.list(access: context.access)
        return try JSONText.response(ListBody(data: signups.map { SignupBody($0, now: now) }))
    }

    @Sendable private func begin(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        let draft = try write.decode(NewSignupBody.self).draft
        let (signups, access, server, now) = (services.signups, context.access, configuration.server(request), services.now())
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let signup = try signups.begin(draft, server: server, access: access, in: transaction)
            return (try KeptAnswer(SignupBody(signup, now: now), status: .created), signup)
        }
        if let signup = done.made { signups.announce(signup) }
        return done.answer.response
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(
            SignupBody(try await services.signups.find(id(context), access: context.access), now: services.now()))
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await services.signups.delete(id(context), access: context.access)
        return KeptAnswer.nothing.response
    }

    @Sendable private func retry(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        try write.expectEmpty()
        return try await perform(write, request, context) { try await $0.retry($1.id, server: $1.server, access: $1.access) }
    }
}
