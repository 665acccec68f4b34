internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/mail-settings`: by which server a workspace sends e-mail.
struct MailRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        let path = "/api/v1/mail-settings"
        let managing = RouteDeclaration.Callers.grant(.settingsManage)
        return [
            Route(
                .get, path, allows: managing,
                operation: Operation(
                    "showMailSettings", tag: "Notifications", "By which server e-mail is sent; the password is in no answer",
                    answer: .one(MailSettingsBody.self, "The server."), problems: [MailProblem.missing]), respond: show),
            Route(
                .put, path, allows: managing,
                operation: Operation(
                    "setMailSettings", tag: "Notifications", "Sets by which server e-mail is sent", body: NewMailSettingsBody.self,
                    answer: .one(MailSettingsBody.self, "The server."),
                    problems: [
                        MailProblem.hostMalformed, MailProblem.portOutOfRange, MailProblem.userMalformed, MailProblem.senderMalformed,
                        MailProblem.passwordNeeded,
                    ]), respond: set),
            Route(
                .delete, path, allows: managing,
                operation: Operation(
                    "deleteMailSettings", tag: "Notifications", "Sends no e-mail any more", answer: .nothing("It is gone."),
                    problems: [MailProblem.missing]), respond: delete),
            Route(
                .post, "\(path)/test", allows: managing,
                operation: Operation(
                    "testMailSettings", tag: "Notifications", "Sends a test, now", body: MailTestBody.self,
                    answer: .nothing("The server has taken it."),
                    problems: [MailProblem.missing, MailProblem.notSent(""), MailProblem.testUnderWay, AccountProblem.emailMalformed]),
                respond: test),
        ]
    }

    @Sendable private func show(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try await answer(context)
    }

    @Sendable private func set(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let input = try await APIWrite(request).decode(NewMailSettingsBody.self)
        try await services.mail.save(input.settings, password: input.password, access: context.access)
        return try await answer(context)
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await services.mail.delete(access: context.access)
        return KeptAnswer.nothing.response
    }

    @Sendable private func test(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let address = try await APIWrite(request).decode(MailTestBody.self).to
        try await services.mail.test(to: EmailAddress(parsing: address), access: context.access)
        return KeptAnswer.nothing.response
    }

    private func answer(_ context: APIContext) async throws -> Response {
        guard let found = try await services.mail.settings(access: context.access) else { throw MailProblem.missing }
        return try JSONText.response(MailSettingsBody(found.settings, hasPassword: found.hasPassword, fault: found.fault))
    }
}
