import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A server on loopback that answers each request as a test says: with an answer, or with one of the ways in which a connection dies.
final class LoopbackGraph: Sendable {
    struct Request: Sendable {
        let method: HTTPMethod
        let uri: String
        let headers: HTTPHeaders
        let body: [UInt8]

        var path: String { String(uri.prefix { $0 != "?" }) }
        var text: String { String(decoding: body, as: UTF8.self) }
        var bearer: String? { headers.first(name: "authorization").map { String($0.dropFirst("Bearer ".count)) } }
    }

    enum Answer: Sendable {
        case json(Int, String)
        case bytes(Int, [UInt8], headers: [(String, String)] = [])
        /// So many pieces of 64 KiB, without a length beforehand.
        case endless(pieces: Int)
        /// Head and half of the body, then nothing more.
        case stalls
        /// Answers, and closes without having said so.
        case jsonThenClose(Int, String)
        case redirect(String)
        /// Ends the connection in good order, without an answer.
        case close
        /// Ends it with a reset.
        case reset
        case silence
    }

    private let channel: any Channel
    private let log: Log

    var port: Int { channel.localAddress?.port ?? 0 }
    var baseURL: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { log.requests.withLock(\.self) }

    /// Waits until the first bytes of any request's body are here.
    func bodyBegan() async { await log.bodyBegan() }

    /// Runs a server for the time of a test.
    static func run<Result: Sendable>(
        _ answer: @escaping @Sendable (Request) -> Answer, _ test: @Sendable (LoopbackGraph) async throws -> Result
    ) async throws -> Result {
        let server = try await LoopbackGraph(answer)
        do {
            let result = try await test(server)
            try await server.channel.close()
            return result
        } catch {
            try? await server.channel.close()
            throw error
        }
    }

    static func run<Result: Sendable>(always answer: Answer, _ test: @Sendable (LoopbackGraph) async throws -> Result) async throws
        -> Result
    {
        try await run({ _ in answer }, test)
    }

    private init(_ answer: @escaping @Sendable (Request) -> Answer) async throws {
        let log = Log()
        self.log = log
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(log: log, answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    /// What came in.
    private final class Log: Sendable {
        let requests = Mutex<[Request]>([])
        /// Who waits for the first bytes of a body; nil once they came.
        private let waiting = Mutex<[CheckedContinuation<Void, Never>]?>([])

        func bodyBegan() async {
            await withCheckedContinuation { continuation in
                let isHere = waiting.withLock { waiting in
                    waiting?.append(continuation)
                    return waiting == nil
                }
                if isHere { continuation.resume() }
            }
        }

        func begin() {
            let continuations = waiting.withLock { waiting in
                defer { waiting = nil }
                return waiting ?? []
            }
            for continuation in continuations { continuation.resume() }
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let log: Log
        private let answer: @Sendable (Request) -> Answer
        private var head: HTTPRequestHead?
        private var body: [UInt8] = []

        init(log: Log, answer: @escaping @Sendable (Request) -> Answer) { (self.log, self.answer) = (log, answer) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): (self.head, body) = (head, [])
            case .body(let piece):
                log.begin()
                body += piece.readableBytesView
            case .end:
                guard let head else { return }
                let request = Request(method: head.method, uri: head.uri, headers: head.headers, body: body)
                log.requests.withLock { $0.append(request) }
                send(answer(request), context)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        private func send(_ answer: Answer, _ context: ChannelHandlerContext) {
            switch answer {
            case .json(let status, let text): write(status, Array(text.utf8), [("content-type", "application/json")], context)
            case .bytes(let status, let bytes, let headers): write(status, bytes, headers, context)
            case .jsonThenClose(let status, let text):
                write(status, Array(text.utf8), [], context)
                context.close(promise: nil)
            case .redirect(let target): write(307, [], [("location", target)], context)
            case .endless(let pieces):
                context.write(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .ok))), promise: nil)
                let piece = ByteBuffer(repeating: 7, count: 65_536)
                for _ in 0..<pieces { context.write(wrapOutboundOut(.body(.byteBuffer(piece))), promise: nil) }
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            case .stalls:
                context.write(
                    wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .ok, headers: ["content-length": "100"]))),
                    promise: nil)
                context.writeAndFlush(
                    wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: #"{"messages":[{"id":"wamid.HALF"}]"#)))), promise: nil)
            case .close: context.close(promise: nil)
            case .reset:
                // Closing with a linger time of zero sends a reset.
                let channel = context.channel
                let option = (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
                option?.whenComplete { _ in channel.close(promise: nil) }
            case .silence: break
            }
        }

        private func write(_ status: Int, _ bytes: [UInt8], _ headers: [(String, String)], _ context: ChannelHandlerContext) {
            var fields = HTTPHeaders(headers)
            fields.add(name: "content-length", value: String(bytes.count))
            context.write(
                wrapOutboundOut(
                    .head(HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: fields))),
                promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
