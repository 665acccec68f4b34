internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Services

/// The browsers in which a person wants to be told, and the script that shows it there.
struct PushPages: Sendable {
    let services: WebServices

    var routes: RouteSet {
        let push = "/app/{workspace}/settings/notifications/push"
        return RouteSet(
            open: [Route(.get, "/sw.js", allows: .anyone, respond: worker)],
            member: [
                Route(.post, push, allows: .signedIn, respond: subscribe),
                Route(.post, "\(push)/test", allows: .signedIn, respond: test),
                Route(.post, "\(push)/{subscription}/removal", allows: .signedIn, respond: remove),
            ])
    }

    /// A service worker may look after all pages only from the root. Browsers ask for it anew by themselves, so that it isn't kept.
    @Sendable private func worker(request: Request, context: WebContext) async throws -> Response {
        guard let file = EmbeddedAssets.all.files["js/service-worker.js"] else { throw RequestProblem.pathUnknown }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/javascript; charset=utf-8", .cacheControl: "no-cache",
                HTTPField.Name("Service-Worker-Allowed")!: "/",
            ], body: .init(byteBuffer: ByteBuffer(bytes: file.bytes)))
    }

    /// From the script, which asks the browser first.
    @Sendable private func subscribe(request: Request, context: MemberContext) async throws -> Response {
        let body = Array(buffer: try await request.bytes(upTo: APIContext.bodyLimit))
        let target = try StrictJSON.decode(NewPushSubscriptionBody.self, from: body).target
        _ = try await services.push.subscribe(
            target, session: context.signedIn.session, userAgent: request.headers[.userAgent], access: context.access)
        return .done(request, next: Self.address(context))
    }

    @Sendable private func test(request: Request, context: MemberContext) async throws -> Response {
        _ = try await services.push.test(access: context.access)
        return .seeOther("\(Self.address(context))?done=tested")
    }

    @Sendable private func remove(request: Request, context: MemberContext) async throws -> Response {
        try await services.push.remove(context.id("subscription", of: PushSubscription.self), access: context.access)
        return .seeOther("\(Self.address(context))?done=removed")
    }

    private static func address(_ context: MemberContext) -> String { "/app/\(context.workspace.slug.text)/settings/notifications" }
}
