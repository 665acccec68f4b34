package import AsyncHTTPClient
internal import NIOCore

/// How long calls to Meta may take.
package struct MetaTimeouts: Sendable {
    /// To a standing connection, TLS included.
    package var connect: Duration = .seconds(5)
    /// From the call to the head of its answer. Long, because a call given up too early ends as unknown and waits for a status.
    package var answer: Duration = .seconds(30)
    /// To the answer's head when a file is uploaded: 100 MB at 3 Mbit/s.
    package var upload: Duration = .seconds(300)
    /// Between two pieces of an answer or of a file.
    package var silence: Duration = .seconds(30)

    package init() {}
}

extension MetaTimeouts {
    /// Kept-alive connections are given up soon, so that a call rarely meets one that the other side is closing: such a call can end as unknown.
    private static let idleLimit = TimeAmount.seconds(20)
    /// 1,000 messages a second at 200 ms of latency need 200 at once, and several senders share one pool.
    private static let connectionLimit = 512

    /// How the HTTP client for Meta must be set up. No redirects: they would send a message or a token somewhere else, or twice. HTTP/1.1,
    /// because a lost HTTP/2 connection makes all the calls on it unknown together, and its server says how many it carries at once.
    package var clientConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: TimeAmount(connect), read: TimeAmount(silence)),
            connectionPool: .init(idleTimeout: Self.idleLimit, concurrentHTTP1ConnectionsPerHostSoftLimit: Self.connectionLimit))
        // A call that can't connect fails at once and provably; whoever made it decides when to try again.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        // The client's own spans would hold whole addresses, and one of ours has a token in its query.
        configuration.tracing.tracer = nil
        return configuration
    }
}
