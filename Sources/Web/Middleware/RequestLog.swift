internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import Metrics

/// One line a request: route and ids, never the query string, never a one-time token. Also finds out the client's address.
struct RequestLog: RouterMiddleware {
    let proxies: TrustedProxies

    func handle(_ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response) async throws -> Response {
        var context = context
        if !proxies.isEmpty {
            context.forwardedAddress = proxies.client(peer: context.address, forwardedFor: request.headers[values: Self.forwardedFor])
        }
        let start = ContinuousClock.now
        let response = try await next(request, context)
        let duration = start.duration(to: .now)
        let route = context.endpointPath ?? "unknown"
        // Hooks come by the thousand; their failures are logged where they happen.
        let level: Logger.Level = route.hasPrefix("/hooks/") && response.status.code < 400 ? .debug : .info
        context.logger.log(
            level: level, "Request answered",
            metadata: [
                "http.method": "\(request.method.rawValue)", "http.route": "\(route)", "http.status": "\(response.status.code)",
                "ids": "\(Self.ids(of: context))", "ms": "\(duration.milliseconds)", "client": "\(context.address ?? "-")",
            ])
        return response
    }

    /// A one-time link carries its token in the path, under this name.
    private static let secretParameter = "token"

    private static let forwardedFor = HTTPField.Name("X-Forwarded-For")!

    private static func ids(of context: WebContext) -> String {
        context.parameters.filter { $0.key != secretParameter }.map { String($0.value.prefix(40)) }.joined(separator: " ")
    }
}

extension Duration {
    /// Whole and tenths.
    fileprivate var milliseconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds * 10_000 + attoseconds / 100_000_000_000_000) / 10
    }
}
