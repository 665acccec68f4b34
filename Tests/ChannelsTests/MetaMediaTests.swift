import Domain
import Foundation
import NIOHTTP1
import Synchronization
import Testing

@testable import Channels

@Suite("Files to and from Meta", .timeLimit(.minutes(5)))
struct MetaMediaTests {
    static let photo = OutboundFile(
        filename: "a \"b\"\r\nX-Injected: 1.jpg", mimeType: "image/jpeg", byteCount: 6, pieces: pieces([[1, 2, 3], [4, 5, 6]]))

    static func pieces(_ pieces: [[UInt8]]) -> AsyncThrowingStream<[UInt8], any Error> {
        AsyncThrowingStream { continuation in
            for piece in pieces { continuation.yield(piece) }
            continuation.finish()
        }
    }

    // MARK: Upload

    @Test("a file goes up as a form of known length, and its id comes back")
    func upload() async throws {
        try await LoopbackGraph.run(always: .json(200, #"{"id":"900800700600500"}"#)) { server in
            let id = try await ChannelFixtures.withChannel(server.baseURL) { try await $0.upload(Self.photo, from: ChannelFixtures.route) }
            #expect(id == "900800700600500")
            let request = try #require(server.requests.first)
            #expect((request.method, request.uri) == (.POST, "/v26.0/111222333444555/media"))
            #expect(request.bearer == ChannelFixtures.token)
            #expect(request.headers["content-length"] == [String(request.body.count)])
            #expect(request.headers["transfer-encoding"].isEmpty)
            let type = try #require(request.headers.first(name: "content-type"))
            let boundary = try #require(type.split(separator: "boundary=").last)
            let expected = """
                --\(boundary)\r
                Content-Disposition: form-data; name="messaging_product"\r
                \r
                whatsapp\r
                --\(boundary)\r
                Content-Disposition: form-data; name="type"\r
                \r
                image/jpeg\r
                --\(boundary)\r
                Content-Disposition: form-data; name="file"; filename="a %22b%22%0D%0AX-Injected: 1.jpg"\r
                Content-Type: image/jpeg\r
                \r
                \u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\r
                --\(boundary)--\r

                """
            #expect(request.text == expected)
        }
    }

    @Test("a type that could end its line becomes a plain one", arguments: ["image/jpeg\r\nX: 1", "nonsense", "", "image/jpég"])
    func uploadType(type: String) async throws {
        try await LoopbackGraph.run(always: .json(200, #"{"id":"9"}"#)) { server in
            let file = OutboundFile(filename: "a", mimeType: type, byteCount: 1, pieces: Self.pieces([[1]]))
            _ = try await ChannelFixtures.withChannel(server.baseURL) { try await $0.upload(file, from: ChannelFixtures.route) }
            #expect(server.requests.first?.text.contains("Content-Type: application/octet-stream\r\n\r\n\u{1}\r\n") == true)
        }
    }

    @Test("pieces leave before the last one exists")
    func uploadStreams() async throws {
        try await LoopbackGraph.run(always: .json(200, #"{"id":"9"}"#)) { server in
            let size = 65_536
            let count = Mutex(0)
            let pieces = AsyncThrowingStream<[UInt8], any Error>(unfolding: {
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                // The second piece is made only once the server has seen bytes of the body.
                if number == 2 { await server.bodyBegan() }
                return number <= 2 ? [UInt8](repeating: 7, count: size) : nil
            })
            let file = OutboundFile(filename: "a.bin", mimeType: "application/pdf", byteCount: 2 * size, pieces: pieces)
            let id = try await ChannelFixtures.withChannel(server.baseURL) { try await $0.upload(file, from: ChannelFixtures.route) }
            #expect(id == "9")
        }
    }

    @Test("a file shorter or longer than it said, or one that can't be read, is no upload", arguments: [5, 7, nil] as [Int?])
    func uploadBroken(announced: Int?) async throws {
        struct DiskError: Error {}
        try await LoopbackGraph.run(always: .json(200, #"{"id":"9"}"#)) { server in
            let pieces =
                announced == nil
                ? AsyncThrowingStream<[UInt8], any Error> { $0.finish(throwing: DiskError()) } : Self.pieces([[1, 2, 3], [4, 5, 6]])
            let file = OutboundFile(filename: "a", mimeType: "image/png", byteCount: announced ?? 6, pieces: pieces)
            await #expect(throws: ChannelProblem.self) {
                try await ChannelFixtures.withChannel(server.baseURL) { try await $0.upload(file, from: ChannelFixtures.route) }
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test(
        "a refused upload says whether trying later helps",
        arguments: [
            (.json(400, #"{"error":{"code":131053}}"#), "channel.refused"), (.json(401, #"{"error":{"code":190}}"#), "channel.credentials"),
            (.json(500, #"{"error":{"code":131000}}"#), "channel.unavailable"), (.json(502, ""), "channel.unavailable"),
            (.json(413, ""), "channel.refused"), (.json(200, "{}"), "channel.unavailable"),
        ] as [(LoopbackGraph.Answer, String)])
    func uploadRefused(answer: LoopbackGraph.Answer, code: String) async throws {
        try await LoopbackGraph.run(always: answer) { server in
            let file = OutboundFile(filename: "a", mimeType: "image/png", byteCount: 1, pieces: Self.pieces([[1]]))
            let problem = await #expect(throws: ChannelProblem.self) {
                try await ChannelFixtures.withChannel(server.baseURL) { try await $0.upload(file, from: ChannelFixtures.route) }
            }
            #expect(problem?.code == code)
            ChannelFixtures.expectNoSecret(problem as Any, problem?.detail as Any)
        }
    }

    // MARK: Download

    struct Received: Equatable {
        var mimeType: String?
        var announced: Int?
        var bytes: [UInt8] = []
        var pieces = 0
    }

    /// Runs a download against a server whose metadata names an address on the server itself, unless another is given.
    static func download(
        metadata: String = #"{"url":"URL","mime_type":"image/jpeg","file_size":"6","id":"900"}"#, url: String? = nil,
        file: LoopbackGraph.Answer,
        timeouts: MetaTimeouts = ChannelFixtures.timeouts
    ) async throws -> (received: Received, requests: [LoopbackGraph.Request]) {
        let received = Mutex(Received())
        let answer: @Sendable (LoopbackGraph.Request) -> LoopbackGraph.Answer = { request in
            guard request.path == "/v26.0/900" else { return file }
            let own = "http://\(request.headers.first(name: "host") ?? "")/files/900?hash=a%2Fb"
            return .json(200, metadata.replacing("URL", with: url ?? own))
        }
        return try await LoopbackGraph.run(answer) { server in
            do {
                try await ChannelFixtures.withChannel(server.baseURL, timeouts: timeouts) { channel in
                    try await channel.download(providerMediaID: "900", from: ChannelFixtures.route) { part in
                        received.withLock { received in
                            switch part {
                            case .head(let type, let count): (received.mimeType, received.announced) = (type, count)
                            case .piece(let bytes):
                                received.bytes += bytes
                                received.pieces += 1
                            }
                        }
                    }
                }
            } catch {
                ChannelFixtures.expectNoSecret(error)
                throw Failure(problem: error as? ChannelProblem, requests: server.requests)
            }
            return (received.withLock(\.self), server.requests)
        }
    }

    struct Failure: Error {
        let problem: ChannelProblem?
        let requests: [LoopbackGraph.Request]
    }

    @Test("a file is asked for by id, then fetched with the token from the address that Graph names")
    func downloads() async throws {
        let (received, requests) = try await Self.download(file: .bytes(200, [1, 2, 3, 4, 5, 6], headers: [("content-type", "image/png")]))
        #expect(received == Received(mimeType: "image/jpeg", announced: 6, bytes: [1, 2, 3, 4, 5, 6], pieces: 1))
        #expect(requests.map(\.uri) == ["/v26.0/900?phone_number_id=111222333444555", "/files/900?hash=a%2Fb"])
        #expect(requests.allSatisfy { $0.method == .GET && $0.bearer == ChannelFixtures.token })
    }

    @Test("a long file comes in pieces")
    func downloadStreams() async throws {
        let (received, _) = try await Self.download(file: .endless(pieces: 32))
        #expect(received.announced == nil)
        #expect(received.bytes.count == 32 * 65_536)
        #expect(received.pieces > 4)
    }

    @Test(
        "the token goes to no other host, whatever Graph says",
        arguments: [
            "http://localhost:1/files/900", "https://files.example.test/900", "https://lookaside.fbsbx.com.example.test/900",
            "file:///etc/passwd", "/files/900", "",
        ])
    func foreignHost(url: String) async throws {
        let failure = await #expect(throws: Failure.self) { try await Self.download(url: url, file: .bytes(200, [1])) }
        #expect(failure?.problem?.code == "channel.refused")
        #expect(failure?.requests.map(\.path) == ["/v26.0/900"])
    }

    @Test("a redirect to elsewhere isn't followed")
    func redirect() async throws {
        let failure = await #expect(throws: Failure.self) { try await Self.download(file: .redirect("http://127.0.0.1:1/elsewhere")) }
        #expect(failure?.problem?.code == "channel.refused")
    }

    @Test(
        "a file over the limit is refused by its metadata, by its length and while it comes",
        arguments: [
            (#"{"url":"URL","file_size":"104857601"}"#, .bytes(200, [1]), 1),
            (#"{"url":"URL","file_size":104857601}"#, .bytes(200, [1]), 1),
            (#"{"url":"URL"}"#, .endless(pieces: 1_601), 2),
        ] as [(String, LoopbackGraph.Answer, Int)])
    func tooLarge(metadata: String, file: LoopbackGraph.Answer, requests: Int) async throws {
        let failure = await #expect(throws: Failure.self) { try await Self.download(metadata: metadata, file: file) }
        #expect(failure?.problem == .permanent("the file is larger than 100 MB"))
        #expect(failure?.requests.count == requests)
    }

    @Test(
        "a failed download says whether trying later helps",
        arguments: [
            (.bytes(404, []), "channel.refused"), (.bytes(410, []), "channel.refused"), (.bytes(401, []), "channel.credentials"),
            (.bytes(403, []), "channel.credentials"), (.bytes(429, []), "channel.unavailable"), (.bytes(503, []), "channel.unavailable"),
            (.close, "channel.unavailable"), (.reset, "channel.unavailable"), (.stalls, "channel.unavailable"),
        ] as [(LoopbackGraph.Answer, String)])
    func downloadFails(file: LoopbackGraph.Answer, code: String) async throws {
        var timeouts = ChannelFixtures.timeouts
        // Only the silent one is waited for: the others answer, however slow the machine is.
        if case .stalls = file { timeouts.silence = .milliseconds(500) }
        let failure = await #expect(throws: Failure.self) { try await Self.download(file: file, timeouts: timeouts) }
        #expect(failure?.problem?.code == code)
    }

    @Test("an error of whoever takes the pieces ends the download as it is")
    func receiverFails() async throws {
        struct DiskFull: Error {}
        let answer: @Sendable (LoopbackGraph.Request) -> LoopbackGraph.Answer = { request in
            request.path == "/v26.0/900"
                ? .json(200, #"{"url":"http://\#(request.headers.first(name: "host") ?? "")/f"}"#) : .endless(pieces: 32)
        }
        _ = try await LoopbackGraph.run(answer) { server in
            try await ChannelFixtures.withChannel(server.baseURL) { channel in
                await #expect(throws: DiskFull.self) {
                    try await channel.download(providerMediaID: "900", from: ChannelFixtures.route) { part in
                        if case .piece = part { throw DiskFull() }
                    }
                }
            }
        }
    }

    @Test(
        "addresses that get the token",
        arguments: [
            ("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1&hash=a", true), ("https://fbsbx.com/a", true),
            ("https://cdn.facebook.com/a", true), ("https://LOOKASIDE.FBSBX.COM/a", true), ("https://lookaside.fbsbx.com:443/a", true),
            ("https://graph.example.test:8443/a", true), ("https://GRAPH.example.test:8443/a", true),
            ("http://lookaside.fbsbx.com/a", false), ("https://lookaside.fbsbx.com:8443/a", false), ("https://evilfbsbx.com/a", false),
            ("https://fbsbx.com.example.test/a", false), ("https://example.test/?fbsbx.com", false),
            ("https://fbsbx.com@example.test/a", false),
            ("https://user:pw@fbsbx.com/a", false), ("https://example.test#@fbsbx.com/", false),
            ("https://example.test\\@fbsbx.com/", false),
            ("https://graph.example.test/a", false), ("http://graph.example.test:8443/a", false),
            ("https://graph.example.test:8443 .fbsbx.com/a", false),
            ("https://fbsbx.com./a", false), ("https://xn--fbsbx-.com/a", false), ("https://ｆbsbx.com/a", false), ("//fbsbx.com/a", false),
            ("https:fbsbx.com/a", false), ("https://[::1]/a", false), ("javascript:alert(1)", false), ("https://fbsbx.com/\r\nX: 1", false),
            ("", false),
        ])
    func addresses(address: String, isTrusted: Bool) {
        #expect((MediaAddress.trusted(address, graphRoot: "https://graph.example.test:8443/v26.0") != nil) == isTrusted)
    }
}
