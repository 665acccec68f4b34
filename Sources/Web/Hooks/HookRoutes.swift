internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Services

/// Where providers send what customers wrote. The signature over the raw bytes is the only pass, so nothing here looks at cookies or keys.
struct HookRoutes: Sendable {
    /// Bytes. Meta's largest bodies are a little under 3 MB.
    static let bodyLimit = 3 * 1_024 * 1_024

    let intake: IntakeService
    let isBench: Bool

    var routes: [Route<WebContext>] {
        let meta: [Route<WebContext>] = [
            Route(.get, "/hooks/meta/{connection}", allows: .anyone, respond: handshake),
            Route(.post, "/hooks/meta/{connection}", allows: .anyone, respond: receive),
            Route(.get, "\(SignupApp.webhookPath)", allows: .anyone, respond: handshakeForApp),
            Route(.post, "\(SignupApp.webhookPath)", allows: .anyone, respond: receiveForApp),
        ]
        return isBench ? meta + [Route(.post, "/hooks/bench", allows: .anyone, respond: bench)] : meta
    }

    @Sendable private func handshake(_ request: Request, _ context: WebContext) async throws -> Response {
        let question = Question(request)
        return Self.challenge(
            try await intake.handshake(
                mode: question.mode, token: question.token, challenge: question.challenge, connectionID: Self.connectionID(context)))
    }

    /// The same for the address of the operator's app.
    @Sendable private func handshakeForApp(_ request: Request, _ context: WebContext) async throws -> Response {
        let question = Question(request)
        return Self.challenge(try intake.handshakeForApp(mode: question.mode, token: question.token, challenge: question.challenge))
    }

    /// Whether an address is ours, as a provider asks.
    private struct Question {
        let mode, token, challenge: String?

        init(_ request: Request) {
            let query = request.uri.queryParameters
            func parameter(_ name: Substring) -> String? { query[name].map { String($0) } }
            (mode, token, challenge) = (parameter("hub.mode"), parameter("hub.verify_token"), parameter("hub.challenge"))
        }
    }

    private static func challenge(_ answer: String) -> Response {
        // The challenge is somebody's text: never a page.
        Response(
            status: .ok, headers: [.contentType: "text/plain; charset=utf-8", .xContentTypeOptions: "nosniff"],
            body: .init(byteBuffer: ByteBuffer(string: answer)))
    }

    @Sendable private func receive(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = Array(buffer: try await request.bytes(upTo: Self.bodyLimit))
        let headers = request.headers
        try await intake.receive(
            body, header: { name in HTTPField.Name(name).flatMap { headers[$0] } }, connectionID: Self.connectionID(context))
        return Response(status: .ok)
    }

    @Sendable private func receiveForApp(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = Array(buffer: try await request.bytes(upTo: Self.bodyLimit))
        let headers = request.headers
        try await intake.receiveForApp(body, header: { name in HTTPField.Name(name).flatMap { headers[$0] } })
        return Response(status: .ok)
    }

    /// What the same server does without any of the work: the measure for the line above.
    @Sendable private func bench(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await request.bytes(upTo: Self.bodyLimit)
        return Response(status: .ok)
    }

    /// What can't be the id of a connection isn't looked for.
    private static func connectionID(_ context: WebContext) throws -> String {
        guard let id = Identifier<Connection>(parsing: try context.parameter("connection")) else { throw WebhookProblem.connectionMissing }
        return id.text
    }
}
