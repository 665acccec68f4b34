internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore

/// What a request comes with: its connection, so that a fault can break it off.
struct SimulatorContext: InitializableFromSource {
    let channel: any Channel
    let logger: Logger

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
        logger = source.logger
    }
}

/// Sends each request to the pages, the control API or the Graph API. Paths are matched by hand: the Graph API takes any version prefix, or none.
struct SimulatorResponder: HTTPResponder {
    let core: SimulatorCore
    /// Only then are names of other hosts refused: a page elsewhere could otherwise reach the control API through a name that points here.
    let isOnLoopback: Bool

    func respond(to request: Request, context: SimulatorContext) async throws -> Response {
        let parts = request.uri.path.split(separator: "/")
        switch parts.first {
        case nil, "assets", "dialog":
            return PhonePages().respond(to: request, parts.map(String.init))
        // Of any language, as `/en_US/sdk.js`.
        case _? where parts.count == 2 && parts[1] == "sdk.js":
            return PhonePages().respond(to: request, ["sdk"])
        case "control" where parts.dropFirst().first == "v1":
            guard isTrusted(request) else { return Response(status: .forbidden) }
            return try await ControlRoutes(core: core).respond(to: request, parts.dropFirst(2).map(\.removingPercentEncoding))
        default:
            return try await GraphRoutes(core: core).respond(to: request, context: context)
        }
    }

    static func isLoopback(_ host: String) -> Bool { ["127.0.0.1", "localhost", "::1", "[::1]"].contains(host) }

    private func isTrusted(_ request: Request) -> Bool {
        let host = request.head.authority ?? ""
        if isOnLoopback, !host.isEmpty {
            let name = host.hasPrefix("[") ? String(host.prefix { $0 != "]" }) + "]" : String(host.prefix { $0 != ":" })
            guard Self.isLoopback(name) else { return false }
        }
        guard let origin = request.headers[.origin] else { return true }
        return origin == "http://\(host)" || origin == "https://\(host)"
    }
}
