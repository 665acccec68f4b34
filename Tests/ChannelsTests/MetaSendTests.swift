import Domain
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@testable import Channels

@Suite("Sending to Meta", .timeLimit(.minutes(5)))
struct MetaSendTests {
    static let message = MetaPayloadTests.message(.text(TextContent(body: "Hi")))
    static let accepted =
        #"{"messaging_product":"whatsapp","contacts":[{"input":"+15550199001","wa_id":"15550199777","user_id":"US.1"}],"messages":[{"id":"wamid.NEW"}]}"#

    static func send(
        _ answer: LoopbackGraph.Answer, timeouts: MetaTimeouts = ChannelFixtures.timeouts
    ) async throws -> (answer: SendAnswer, requests: [LoopbackGraph.Request]) {
        try await LoopbackGraph.run(always: answer) { server in
            let answer = try await ChannelFixtures.withChannel(server.baseURL, timeouts: timeouts) {
                await $0.send(message, from: ChannelFixtures.route)
            }
            ChannelFixtures.expectNoSecret(answer)
            return (answer, server.requests)
        }
    }

    @Test("an accepted message brings its id")
    func accepted() async throws {
        let (answer, requests) = try await Self.send(.json(200, Self.accepted))
        #expect(answer == .accepted(providerID: "wamid.NEW"))
        let request = try #require(requests.first)
        #expect(requests.count == 1)
        #expect((request.method, request.uri) == (.POST, "/v26.0/111222333444555/messages"))
        #expect(request.bearer == ChannelFixtures.token)
        #expect(request.headers["content-type"] == ["application/json"])
        #expect(request.text.contains(MetaPayloadTests.attempt.text))
    }

    @Test("an error envelope is proof of refusal, whatever its status", arguments: [200, 400, 401, 404, 429, 500, 503])
    func refused(status: Int) async throws {
        let envelope = #"{"error":{"message":"(#131047) Re-engagement message","type":"OAuthException","code":131047,"fbtrace_id":"A"}}"#
        let (answer, requests) = try await Self.send(.json(status, envelope))
        guard case .refused(.fail, let error) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(error.code == "131047")
        #expect(requests.count == 1)
    }

    @Test("a token that Meta quotes back goes no further")
    func quotedToken() async throws {
        let (answer, _) = try await Self.send(
            .json(401, #"{"error":{"message":"Malformed access token \#(ChannelFixtures.token)","code":190}}"#))
        guard case .refused(.stopSender, let error) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(error.code == "190")
    }

    @Test(
        "an answer that proves nothing is unknown, and nothing is sent twice",
        arguments: [
            .json(500, "Internal Server Error"), .json(502, "<html>Bad gateway</html>"), .json(503, ""), .json(400, "no JSON"),
            .json(404, "{}"),
            .json(200, ""), .json(200, "{}"), .json(200, #"{"messages":[]}"#), .json(200, #"{"messages":[{"id":""}]}"#),
            .json(200, #"{"error":{}}"#),
            .json(200, "[1,2"), .endless(pieces: 40), .redirect("/v26.0/elsewhere/messages"), .close, .reset,
        ] as [LoopbackGraph.Answer])
    func unknown(answer: LoopbackGraph.Answer) async throws {
        let (answer, requests) = try await Self.send(answer)
        guard case .unknown(let reason) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(!reason.isEmpty)
        #expect(requests.count == 1)
    }

    @Test("silence, before the answer or within it, is unknown", arguments: [.silence, .stalls] as [LoopbackGraph.Answer])
    func silence(answer: LoopbackGraph.Answer) async throws {
        var timeouts = ChannelFixtures.timeouts
        // Long enough for the call to leave on a busy machine: what never left is another answer.
        timeouts.answer = .seconds(3)
        timeouts.silence = .seconds(3)
        let (answer, requests) = try await Self.send(answer, timeouts: timeouts)
        #expect(answer == .unknown(reason: "no answer in time"))
        #expect(requests.count == 1)
    }

    @Test("a call cancelled after it left is unknown")
    func cancelledLate() async throws {
        try await LoopbackGraph.run(always: .silence) { server in
            try await ChannelFixtures.withChannel(server.baseURL) { channel in
                let call = Task { await channel.send(Self.message, from: ChannelFixtures.route) }
                await server.bodyBegan()
                call.cancel()
                #expect(await call.value == .unknown(reason: "the call was cancelled"))
            }
        }
    }

    @Test("a call cancelled before it began has reached nobody")
    func cancelledEarly() async throws {
        try await LoopbackGraph.run(always: .json(200, Self.accepted)) { server in
            try await ChannelFixtures.withChannel(server.baseURL) { channel in
                let answer = await withTaskGroup(of: SendAnswer.self) { group in
                    group.cancelAll()
                    group.addTask { await channel.send(Self.message, from: ChannelFixtures.route) }
                    return await group.next()
                }
                // Cancelling races with sending; what must never be is "unreachable" for a message that the server has.
                if case .unreachable = answer { #expect(server.requests.isEmpty) }
            }
        }
    }

    @Test("a refused connection has reached nobody")
    func connectionRefused() async throws {
        let closed = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(closed.localAddress?.port)
        try await closed.close()
        try await Self.expectUnreachable("http://127.0.0.1:\(port)")
    }

    @Test("a name that doesn't resolve has reached nobody")
    func nameUnknown() async throws { try await Self.expectUnreachable("http://graph.invalid") }

    @Test("a failed TLS handshake has reached nobody")
    func handshakeFails() async throws {
        try await LoopbackGraph.run(always: .json(200, Self.accepted)) { server in
            try await Self.expectUnreachable("https://127.0.0.1:\(server.port)")
            #expect(server.requests.isEmpty)
        }
    }

    @Test("calls that meet a kept connection being closed are counted rightly, and none is sent twice")
    func closedInBetween() async throws {
        try await LoopbackGraph.run(always: .jsonThenClose(200, Self.accepted)) { server in
            try await ChannelFixtures.withChannel(server.baseURL) { channel in
                var (accepted, unknown) = (0, 0)
                for _ in 0..<50 {
                    switch await channel.send(Self.message, from: ChannelFixtures.route) {
                    case .accepted: accepted += 1
                    case .unknown: unknown += 1
                    case .unreachable: break
                    case .refused: Issue.record("nothing was refused")
                    }
                }
                #expect(accepted > 0)
                #expect((accepted...accepted + unknown).contains(server.requests.count), "what is unreachable never arrived")
            }
        }
    }

    @Test("calls at the same time keep their answers apart")
    func concurrent() async throws {
        let answer: @Sendable (LoopbackGraph.Request) -> LoopbackGraph.Answer = { request in
            let reference = (try? JSONParser.parse(request.body))?["biz_opaque_callback_data"]?.text ?? ""
            return .json(200, #"{"messages":[{"id":"wamid.\#(reference)"}]}"#)
        }
        try await LoopbackGraph.run(answer) { server in
            try await ChannelFixtures.withChannel(server.baseURL) { channel in
                await withTaskGroup { group in
                    for number in 1...200 {
                        group.addTask {
                            let attempt = AttemptReference(messageID: MetaPayloadTests.attempt.messageID, number: number)
                            let message = OutboundMessage(
                                attempt: attempt, recipient: Self.message.recipient, content: Self.message.content, targetProviderID: nil,
                                providerMediaID: nil)
                            let answer = await channel.send(message, from: ChannelFixtures.route)
                            #expect(answer == .accepted(providerID: "wamid.\(attempt.text)"))
                        }
                    }
                }
            }
        }
    }

    @Test("a read receipt says so, with the typing sign when asked", arguments: [false, true])
    func markRead(showsTyping: Bool) async throws {
        try await LoopbackGraph.run(always: .json(200, #"{"success":true}"#)) { server in
            try await ChannelFixtures.withChannel(server.baseURL) {
                try await $0.markRead(providerMessageID: "wamid.THEIRS", showsTyping: showsTyping, from: ChannelFixtures.route)
            }
            let typing = showsTyping ? #","typing_indicator":{"type":"text"}"# : ""
            #expect(
                server.requests.map(\.text) == [
                    #"{"messaging_product":"whatsapp","status":"read","message_id":"wamid.THEIRS"\#(typing)}"#
                ])
        }
    }

    @Test(
        "a receipt that fails says whether trying later helps",
        arguments: [
            (.json(400, #"{"error":{"code":131056}}"#), "channel.unavailable"),
            (.json(401, #"{"error":{"code":190}}"#), "channel.credentials"),
            (.json(400, #"{"error":{"code":131009}}"#), "channel.refused"), (.json(500, ""), "channel.unavailable"),
            (.close, "channel.unavailable"),
            (.json(404, ""), "channel.refused"), (.json(200, "{}"), "channel.unavailable"),
        ] as [(LoopbackGraph.Answer, String)])
    func markReadFails(answer: LoopbackGraph.Answer, code: String) async throws {
        try await LoopbackGraph.run(always: answer) { server in
            try await ChannelFixtures.withChannel(server.baseURL) { channel in
                let problem = await #expect(throws: ChannelProblem.self) {
                    try await channel.markRead(providerMessageID: "wamid.THEIRS", showsTyping: false, from: ChannelFixtures.route)
                }
                #expect(problem?.code == code)
                ChannelFixtures.expectNoSecret(problem as Any, problem?.detail as Any)
            }
        }
    }

    private static func expectUnreachable(_ baseURL: String) async throws {
        let answer = try await ChannelFixtures.withChannel(baseURL) { await $0.send(message, from: ChannelFixtures.route) }
        guard case .unreachable(let reason) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(!reason.isEmpty)
    }
}
