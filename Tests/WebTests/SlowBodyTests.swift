import Domain
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NIOPosix
import Testing

@testable import Web

/// Over real connections: what is tested is that they end.
@Suite("Slow bodies", .timeLimit(.minutes(5)))
struct SlowBodyTests {
    private static let limit = 1_000_000

    /// The server's own channel and problems, with less patience.
    private static func server() -> some ApplicationProtocol {
        let router = Router(context: WebContext.self)
        router.add(middleware: ProblemMiddleware(table: RouteTable([]), page: { answer, _ in answer.plainPage }))
        router.post("read") { request, _ in try await String(request.bytes(upTo: limit).readableBytes) }
        router.post("read-soon") { request, _ in try await String(request.bytes(upTo: limit, within: .milliseconds(200)).readableBytes) }
        router.post("refuse") { _, _ -> String in throw AccessProblem.signInNeeded }
        return Application(router: router, server: WebServer.plain(patience: .seconds(3)))
    }

    @Test(
        "a client that sends a byte now and then gets an answer, and then no more of the connection",
        arguments: [("read-soon", "HTTP/1.1 408", "request.body-too-slow"), ("refuse", "HTTP/1.1 401", "access.sign-in-needed")])
    func trickle(path: String, status: String, code: String) async throws {
        try await Self.server().test(.live) { client in
            let answer = try await Self.trickle(to: try #require(client.port), path)
            #expect(answer.hasPrefix(status))
            #expect(answer.contains(code))
        }
    }

    @Test("a body that comes in many parts is whole, and one byte more than the limit is too much")
    func parts() async throws {
        try await Self.server().test(.live) { client in
            let whole = ByteBuffer(repeating: 120, count: Self.limit)
            let read = try await client.executeRequest(uri: "/read", method: .post, headers: [:], body: whole)
            #expect(String(buffer: read.body) == "1000000")
            let more = ByteBuffer(repeating: 120, count: Self.limit + 1)
            let refused = try await client.executeRequest(uri: "/read", method: .post, headers: [:], body: more)
            #expect(refused.status == .contentTooLarge)
        }
    }

    /// Announces a body that never ends in time, and returns what came back until the server closed.
    private static func trickle(to port: Int, _ path: String) async throws -> String {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup).connect(host: "localhost", port: port) {
            channel in
            channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel) }
        }
        return try await channel.executeThenClose { inbound, outbound in
            let head = "POST /\(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(limit)\r\n\r\n"
            try await outbound.write(ByteBuffer(string: head))
            return await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    // Slowness itself is what is tested. Ends when the other side has closed.
                    while (try? await Task.sleep(for: .milliseconds(20))) != nil {
                        guard (try? await outbound.write(ByteBuffer(string: "x"))) != nil else { return }
                    }
                }
                var text = ""
                do { for try await part in inbound { text += String(buffer: part) } } catch {}
                group.cancelAll()
                return text
            }
        }
    }
}
