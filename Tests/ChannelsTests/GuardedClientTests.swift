import Domain
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization
import Testing

@testable import Channels

@Suite("Calls to addresses that people gave us", .timeLimit(.minutes(5)))
struct GuardedClientTests {
    private static let loopback = IPAddress(parsing: "127.0.0.1")!
    private static let here = OutsideRules(permitting: [IPNetwork(parsing: "127.0.0.1")!])

    /// Names that lead to these addresses; how often somebody asked is counted.
    private final class Names: Sendable {
        private let answers: [[String]]
        private let asked = Mutex(0)

        init(_ answers: [String]...) { self.answers = answers }

        var count: Int { asked.withLock(\.self) }

        func resolve(_ name: String) throws -> [IPAddress] {
            let turn = asked.withLock { asked in
                defer { asked += 1 }
                return asked
            }
            return answers[min(turn, answers.count - 1)].map { IPAddress(parsing: $0)! }
        }
    }

    private static func call(_ text: String, _ body: String = "hello") throws -> OutsideCall {
        var call = OutsideCall(
            "POST", try OutsideAddress(parsing: text), headers: [("content-type", "text/plain"), ("user-agent", "mine")],
            body: Array(body.utf8))
        call.timeout = .seconds(50)
        return call
    }

    private static func client(_ names: Names, _ rules: OutsideRules = here) -> GuardedClient {
        GuardedClient(rules, resolve: { try names.resolve($0) })
    }

    private static func failure(_ client: GuardedClient, _ call: OutsideCall) async -> OutsideFailure? {
        do {
            _ = try await client.send(call)
            return nil
        } catch {
            return error
        }
    }

    @Test("a call goes to the address that was looked at, with the name it was made for")
    func goes() async throws {
        try await LoopbackGraph.run(always: .json(201, "done")) { server in
            let names = Names(["127.0.0.1"], ["10.0.0.1"])
            let answer = try await Self.client(names).send(Self.call("http://hooks.example.test:\(server.port)/in?x=1"))
            #expect((answer.status, String(decoding: answer.body, as: UTF8.self)) == (201, "done"))
            #expect(answer.header("Content-Type") == "application/json")
            // One look only: a second one could be answered differently.
            #expect(names.count == 1)
            let request = try #require(server.requests.first)
            #expect((request.method, request.uri, request.text) == (.POST, "/in?x=1", "hello"))
            #expect(request.headers["host"] == ["hooks.example.test:\(server.port)"])
            #expect(request.headers["user-agent"] == ["switchboard"])
        }
    }

    @Test(
        "a name that leads into a private network is refused before anything leaves",
        arguments: [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::1"], ["::ffff:127.0.0.1"], ["10.0.0.1"], ["169.254.169.254"]])
    func refused(addresses: [String]) async throws {
        try await LoopbackGraph.run(always: .json(200, "{}")) { server in
            let client = GuardedClient(OutsideRules(), resolve: { _ in addresses.map { IPAddress(parsing: $0)! } })
            for scheme in ["http", "https"] {
                let failure = await Self.failure(client, try Self.call("\(scheme)://hooks.example.test:\(server.port)/"))
                #expect(failure == .refused("The address leads into a private network."))
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test("a name whose addresses never come is given up in time")
    func unanswered() async throws {
        // As the system's look, which nothing ends.
        let client = GuardedClient(
            Self.here, resolve: { _ in await withUnsafeContinuation { (_: UnsafeContinuation<[IPAddress], Never>) in } })
        var call = try Self.call("http://hooks.example.test/")
        call.timeout = .milliseconds(50)
        #expect(await Self.failure(client, call) == .unreachable("The host name isn\u{2019}t known."))
    }

    @Test("an address instead of a name is looked at too, and nobody is asked")
    func literals() async throws {
        try await LoopbackGraph.run(always: .json(200, "{}")) { server in
            let names = Names(["8.8.8.8"])
            for host in ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]"] {
                let failure = await Self.failure(Self.client(names, OutsideRules()), try Self.call("http://\(host):\(server.port)/"))
                #expect(failure == .refused("The address leads into a private network."), "\(host)")
            }
            let answer = try await Self.client(names).send(Self.call("http://127.0.0.1:\(server.port)/"))
            #expect(answer.status == 200)
            #expect(names.count == 0)
            #expect(server.requests.count == 1)
        }
    }

    @Test("without https only to networks that the owner named")
    func plain() async throws {
        let failure = await Self.failure(Self.client(Names(["8.8.8.8"]), OutsideRules()), try Self.call("http://hooks.example.test/"))
        #expect(failure == .refused("The address must begin with https."))
    }

    @Test("a redirect is an answer, and isn't followed")
    func redirect() async throws {
        try await LoopbackGraph.run(always: .redirect("http://169.254.169.254/latest/meta-data")) { server in
            let answer = try await Self.client(Names(["127.0.0.1"])).send(Self.call("http://hooks.example.test:\(server.port)/"))
            #expect((answer.status, answer.header("location")) == (307, "http://169.254.169.254/latest/meta-data"))
            #expect(server.requests.count == 1)
        }
    }

    @Test("what has no end is cut off, and may have arrived")
    func bounded() async throws {
        for answer in [LoopbackGraph.Answer.endless(pieces: 40), .silence, .stalls, .close] {
            try await LoopbackGraph.run(always: answer) { server in
                var call = try Self.call("http://hooks.example.test:\(server.port)/")
                call.timeout = .seconds(10)
                let failure = await Self.failure(Self.client(Names(["127.0.0.1"])), call)
                guard case .unknown(let reason) = failure else { return #expect(Bool(false), "\(answer): \(String(describing: failure))") }
                #expect(!reason.contains("example"))
            }
        }
    }

    @Test("of an answer that may be cut, the rest isn't read")
    func cut() async throws {
        let long = String(repeating: "x", count: 1_000_000)
        try await LoopbackGraph.run(always: .json(200, long)) { server in
            var call = try Self.call("http://hooks.example.test:\(server.port)/")
            call.mayCutAnswer = true
            let answer = try await Self.client(Names(["127.0.0.1"])).send(call)
            #expect((answer.status, answer.body.count) == (200, call.answerLimit))
        }
    }

    @Test("the next address of a name is tried while no connection stands, and a name without one is no connection")
    func several() async throws {
        try await LoopbackGraph.run(always: .json(200, "{}")) { server in
            let rules = OutsideRules(permitting: IPNetwork.list(parsing: "127.0.0.0/8 ::1")!)
            let client = GuardedClient(rules, resolve: { _ in ["127.9.9.9", "127.0.0.1"].map { IPAddress(parsing: $0)! } })
            let answer = try await client.send(Self.call("http://hooks.example.test:\(server.port)/"))
            #expect(answer.status == 200)
            #expect(server.requests.count == 1)
        }
        struct Unknown: Error {}
        let failure = await Self.failure(GuardedClient(Self.here, resolve: { _ in throw Unknown() }), try Self.call("https://a.example/"))
        #expect(failure == .unreachable("The host name isn\u{2019}t known."))
    }

    @Test("the certificate must be that of the name, wherever the name led")
    func certificates() async throws {
        let certificate = try NIOSSLCertificate(bytes: Array(Self.certificate.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(Self.key.utf8), format: .pem)
        let context = try NIOSSLContext(
            configuration: .makeServerConfiguration(certificateChain: [.certificate(certificate)], privateKey: .privateKey(key)))
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Yes())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port)
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates([certificate])
        let client = GuardedClient(Self.here, resolve: { _ in [Self.loopback] }, tls: tls)
        let answer = try await client.send(Self.call("https://hooks.example.test:\(port)/"))
        #expect(answer.status == 200)
        let other = await Self.failure(client, try Self.call("https://other.example.test:\(port)/"))
        #expect(other == .unreachable("The connection failed."))
        let stranger = await Self.failure(
            GuardedClient(Self.here, resolve: { _ in [Self.loopback] }), try Self.call("https://hooks.example.test:\(port)/"))
        #expect(stranger == .unreachable("The connection failed."))
        try await server.close()
    }

    private final class Yes: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .end = unwrapInboundIn(data) else { return }
            let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["content-length": "0"])
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    /// Of hooks.example.test, signed by itself, for this test alone; good until 2126.
    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBsTCCAVagAwIBAgIUITPOKtBXvylNxtWfoiYENYPMlZ4wCgYIKoZIzj0EAwIw
        HTEbMBkGA1UEAwwSaG9va3MuZXhhbXBsZS50ZXN0MCAXDTI2MTEyMjAwMzU0NFoY
        DzIxMjYxMDI5MDAzNTQ0WjAdMRswGQYDVQQDDBJob29rcy5leGFtcGxlLnRlc3Qw
        WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQXUa9ic5pg8jbGIPYcRD8h5sojn/xH
        9DGbtr8pyE87h4RWdUT9xQnnQn1BwJF1jDpXjI7S27ah2ZsyN5K3xAiLo3IwcDAd
        BgNVHQ4EFgQUD/11+WQNBT7Ddo3Moa7vriJd4G8wHwYDVR0jBBgwFoAUD/11+WQN
        BT7Ddo3Moa7vriJd4G8wDwYDVR0TAQH/BAUwAwEB/zAdBgNVHREEFjAUghJob29r
        cy5leGFtcGxlLnRlc3QwCgYIKoZIzj0EAwIDSQAwRgIhAKFriEilWNEpXt6yhfmf
        kAq6rilnYOgNY+FTo+lyF7cKAiEA0FjoGao4p6wPORRD2UOPwQCq6UJ1bDg+ju6X
        T+3TFfs=
        -----END CERTIFICATE-----
        """
    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgB8aNkwcUujI9SRkT
        MCyYrdGbeLrrN/B/u8lMtfe2ukChRANCAAQXUa9ic5pg8jbGIPYcRD8h5sojn/xH
        9DGbtr8pyE87h4RWdUT9xQnnQn1BwJF1jDpXjI7S27ah2ZsyN5K3xAiL
        -----END PRIVATE KEY-----
        """
}
