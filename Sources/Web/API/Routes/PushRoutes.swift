internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// `/api/v1/push-subscriptions`: the browsers that tell a person of notifications while no page is open.
struct PushRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        let path = "/api/v1/push-subscriptions"
        return [
            Route(
                .get, path, allows: .person,
                operation: Operation(
                    "listPushSubscriptions", tag: "Notifications", "Your browsers that show notifications by themselves, newest first",
                    answer: .list(of: PushSubscriptionBody.self, "All of them.")), respond: list),
            Route(
                .post, path, allows: .person,
                operation: Operation(
                    "addPushSubscription", tag: "Notifications",
                    "Shows your notifications in this browser until its session ends; takes what the browser’s PushSubscription gives as JSON",
                    body: NewPushSubscriptionBody.self, answer: .one(PushSubscriptionBody.self, status: 201, "The browser."),
                    problems: [OutsideProblem.malformed, PushProblem.keysMalformed, PushProblem.tooMany]),
                respond: add),
            Route(
                .delete, "\(path)/{subscription}", allows: .person,
                operation: Operation(
                    "deletePushSubscription", tag: "Notifications", "Shows no notifications in one of your browsers any more",
                    answer: .nothing("It is gone."), problems: [PushProblem.missing]), respond: delete),
            Route(
                .post, "\(path)/test", allows: .person,
                operation: Operation(
                    "testPushSubscriptions", tag: "Notifications", "Shows a test in all your browsers",
                    answer: .one(PushTestBody.self, "How many it is sent to.")), respond: test),
            Route(
                .get, "/api/v1/push-key", allows: .person,
                operation: Operation(
                    "showPushKey", tag: "Notifications", "What a browser must know to subscribe", answer: .one(PushKeyBody.self, "The key.")
                ),
                respond: key),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(ListBody(data: try await services.push.list(access: context.access).map(PushSubscriptionBody.init)))
    }

    @Sendable private func add(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        guard let session = context.signedIn?.session else { throw AccessProblem.personNeeded }
        let target = try await APIWrite(request).decode(NewPushSubscriptionBody.self).target
        let subscription = try await services.push.subscribe(
            target, session: session, userAgent: request.headers[.userAgent], access: context.access)
        return try JSONText.response(PushSubscriptionBody(subscription), status: .created)
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await services.push.remove(context.id("subscription", of: PushSubscription.self), access: context.access)
        return KeptAnswer.nothing.response
    }

    @Sendable private func test(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await APIWrite(request).expectEmpty()
        return try JSONText.response(PushTestBody(browsers: try await services.push.test(access: context.access)))
    }

    @Sendable private func key(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(PushKeyBody(publicKey: try await services.push.publicKey()))
    }
}
