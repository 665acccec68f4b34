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
        ]
        return isBench ? meta + [Route(.post, "/hooks/bench", allows: .anyone, respond: bench)] : meta
    }

    @Sendable private func handshake(_ request: Request, _ context: WebContext) async throws -> Response {
        let query = request.uri.queryParameters
        func parameter(_ name: Substring) -> String? { query[name].map { String($0) } }
        let answer = try await intake.handshake(
            mode: parameter("hub.mode"), token: parameter("hub.verify_token"), challenge: parameter("hub.challenge"),
            connectionID: Self.connectionID(context))
        // The challenge is somebody's text: never a page.
        return Response(
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
