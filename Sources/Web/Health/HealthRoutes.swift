package import Domain
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// `/healthz`, `/readyz`, `/metrics`: for whoever runs the server.
struct HealthRoutes: Sendable {
    let readiness: Readiness
    let metrics: PrometheusRegistry

    var routes: [Route<WebContext>] {
        [
            Route(
                .get, "/healthz", allows: .anyone,
                operation: Operation("getHealth", tag: "Health", "Whether the process answers", answer: .other("text/plain", "It does."))
            ) { _, _ in Self.text("ok\n") },
            Route(
                .get, "/readyz", allows: .anyone,
                operation: Operation(
                    "getReadiness", tag: "Health", "Whether it can do its work; 503 when not", answer: .one(ReadinessBody.self, "It can.")),
                respond: ready),
            Route(
                .get, "/metrics", allows: .anyone,
                operation: Operation(
                    "getMetrics", tag: "Health", "Figures in Prometheus' text form, for scrapers on this host or a private network",
                    answer: .other("text/plain", "The figures.")), respond: measure),
        ]
    }

    @Sendable private func ready(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = await readiness.run()
        return try JSONText.response(body, status: body.isReady ? .ok : .serviceUnavailable)
    }

    @Sendable private func measure(_ request: Request, _ context: WebContext) async throws -> Response {
        // What came through a proxy came from outside.
        let isForwarded = HTTPField.Name("X-Forwarded-For").map { request.headers[$0] != nil } ?? false
        let isNear = context.remoteAddress?.ipAddress.map { IPAddress(parsing: $0)?.isPrivate ?? false } ?? true
        guard isNear, !isForwarded else { throw RequestProblem.pathUnknown }
        return Self.text(metrics.text(), contentType: "text/plain; version=0.0.4; charset=utf-8")
    }

    private static func text(_ text: String, contentType: String = "text/plain; charset=utf-8") -> Response {
        Response(
            status: .ok, headers: [.contentType: contentType, .cacheControl: "no-store"], body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}

/// What must hold for the server to do its work.
package struct Readiness: Sendable {
    /// Gives nil when all is well, else what is wrong.
    package typealias Check = @Sendable () async -> String?

    private let roles: Set<ProcessRole>
    private let senders: @Sendable () -> Int
    private let checks: [(name: String, check: Check)]

    /// - Parameter senders: how many numbers this process sends for now.
    package init(
        roles: Set<ProcessRole> = Set(ProcessRole.allCases), senders: @escaping @Sendable () -> Int = { 0 },
        _ checks: [(name: String, check: Check)]
    ) {
        (self.roles, self.senders, self.checks) = (roles, senders, checks)
    }

    func run() async -> ReadinessBody {
        var results: [String: String] = [:]
        for (name, check) in checks { results[name] = await check() ?? ReadinessBody.fine }
        return ReadinessBody(checks: results, roles: roles, senders: senders())
    }
}

struct ReadinessBody: Encodable {
    static let fine = "ok"

    let checks: [String: String]
    let roles: [ProcessRole]
    let senders: Int
    let status: String

    init(checks: [String: String], roles: Set<ProcessRole>, senders: Int) {
        (self.checks, self.senders) = (checks, senders)
        self.roles = ProcessRole.allCases.filter(roles.contains)
        status = checks.values.allSatisfy { $0 == Self.fine } ? "ready" : "not ready"
    }

    var isReady: Bool { status == "ready" }
}

extension ReadinessBody: APISchema {
    static let schemaName = "Readiness"
    static let schema = Schema.object([
        "status": Schema.choice(["ready", "not ready"]), "checks": ["type": "object", "additionalProperties": ["type": "string"]],
        "roles": Schema.list(Schema.choice(ProcessRole.self)), "senders": Schema.integer("Numbers that this process sends for now."),
    ])
    static let example: JSONValue = [
        "status": "ready", "checks": ["database": "ok"], "roles": ["web", "dispatch", "jobs"], "senders": 3,
    ]
}

extension IPAddress {
    /// Loopback, or of a network that isn't routed on the internet (RFC 1918, RFC 4193, link-local).
    var isPrivate: Bool {
        if isVersion4 {
            let (first, second) = (bytes[12], bytes[13])
            return first == 127 || first == 10 || (first == 172 && (16...31).contains(second)) || (first == 192 && second == 168)
                || (first == 169 && second == 254)
        }
        return bytes == [UInt8](repeating: 0, count: 15) + [1] || bytes[0] & 0xFE == 0xFC || (bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80)
    }
}
