import AsyncHTTPClient
import Domain
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle
import Simulator
import Synchronization
import Testing

@testable import Channels

/// The channel and the simulator were written apart from one reference: where they disagree, one of them has misread it.
@Suite("Agreement with the simulator", .timeLimit(.minutes(5)))
struct SimulatorAgreementTests {
    static let app = SimulatorSeed.sample.apps[0]
    static let account = SimulatorSeed.sample.accounts[0]
    static let token = SimulatorSeed.sample.accessTokens.keys.first ?? ""
    static let ben = "15550199001"

    static let route = SenderRoute(
        senderID: Identifier("snd_01k0000000000000000000000c"), senderProviderID: account.numbers[0].id, businessAccountID: account.id,
        appID: app.id,
        secrets: ConnectionSecrets(appSecret: app.secret, verifyToken: app.verifyToken, accessToken: token))

    /// A running simulator, a channel to it, and the webhooks it sent.
    struct World {
        let baseURL: String
        let client: HTTPClient
        let channel: MetaChannel
        let webhooks: Webhooks

        /// Calls the simulator's control API, as a customer or as the hand of fate.
        @discardableResult
        func control(_ method: HTTPMethod, _ path: String, _ body: JSONNode = [:]) async throws -> JSONNode {
            try await control(method, path, bytes: body.bytes, type: "application/json")
        }

        @discardableResult
        func control(_ method: HTTPMethod, _ path: String, bytes: [UInt8], type: String) async throws -> JSONNode {
            var request = HTTPClientRequest(url: "\(baseURL)/control/v1/\(path)")
            request.method = method
            request.headers.add(name: "content-type", value: type)
            if method != .GET { request.body = .bytes(bytes) }
            let response = try await client.execute(request, timeout: .seconds(20))
            let answer = try await JSONParser.parse(Array(response.body.collect(upTo: 1 << 20).readableBytesView))
            try #require(response.status.code < 300, "\(path): \(answer["error"]?.text ?? "")")
            return answer
        }

        /// The id of the phone with this number.
        func phone(_ digits: String) async throws -> String {
            let phones = try await control(.GET, "phones")["data"]?.list ?? []
            return try #require(phones.first { $0["number"]?.text == digits }?["id"]?.text)
        }
    }

    /// Checks and decodes every webhook as the hub would, and lets a test wait for one.
    final class Webhooks: Sendable {
        private let (stream, continuation) = AsyncStream.makeStream(of: InboundBatch.self)

        func take(_ call: WebhookCall) -> Int {
            let body = Array(call.body.readableBytesView)
            let receiver = MetaWebhookReceiver()
            let header: (String) -> String? = { name in call.headers.first { $0.name.lowercased() == name }?.value }
            guard receiver.verify(body, header: header, secrets: route.secrets) else { return 401 }
            continuation.yield(receiver.decode(body))
            return 200
        }

        /// The next event that fits. Nothing that can't be read may come before it.
        func first<Value>(_ fits: (InboundEvent) -> Value?) async throws -> Value {
            for await batch in stream {
                #expect(batch.unreadable.isEmpty)
                for item in batch.items {
                    #expect(item.senderProviderID == nil || account.numbers.contains { $0.id == item.senderProviderID })
                    if let value = fits(item.event) { return value }
                }
            }
            throw CancellationError()
        }
    }

    static func withWorld(_ test: (World) async throws -> Void) async throws {
        var seed = SimulatorSeed.sample
        seed.apps[0].callbackURL = "http://hub.example.test/hooks"
        var settings = SimulatorSettings()
        settings.window = false
        settings.pairLimit = false
        (settings.sentDelay, settings.deliveredDelay, settings.readDelay) = (0, 0, 0)
        let webhooks = Webhooks()
        let server = SimulatorServer(
            configuration: SimulatorConfiguration(port: 0, seed: seed, settings: settings), transport: { webhooks.take($0) })
        let client = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: MetaTimeouts().clientConfiguration)
        let group = ServiceGroup(services: [server], logger: Logger(label: "simulator"))
        let running = Task { try await group.run() }
        var outcome: Result<Void, any Error>
        do {
            let baseURL = "http://127.0.0.1:\(try await server.port())"
            try await test(
                World(baseURL: baseURL, client: client, channel: MetaChannel(client: client, baseURL: baseURL), webhooks: webhooks))
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        try await client.shutdown()
        await group.triggerGracefulShutdown()
        try await running.value
        try outcome.get()
    }

    static func message(_ content: MessageContent, _ number: Int, target: String? = nil, media: String? = nil) throws -> OutboundMessage {
        OutboundMessage(
            attempt: AttemptReference(messageID: MetaPayloadTests.attempt.messageID, number: number),
            recipient: Recipient(phone: try PhoneNumber(parsing: "+" + ben), businessScopedID: nil), content: content,
            targetProviderID: target,
            providerMediaID: media)
    }

    @Test("every kind that we send is accepted, and its statuses quote the attempt")
    func sends() async throws {
        try await Self.withWorld { world in
            func upload(_ type: String) async throws -> String {
                let file = OutboundFile(filename: "a", mimeType: type, byteCount: 3, pieces: MetaMediaTests.pieces([[1], [2, 3]]))
                return try await world.channel.upload(file, from: Self.route)
            }
            let phone = try await world.phone(Self.ben)
            let theirs = try await world.control(
                .POST, "phones/\(phone)/messages",
                ["to": .string(Self.account.numbers[0].id), "type": "text", "text": ["body": "Hi"]])["id"]?.text
            var number = 0
            for (name, sample) in MetaPayloadTests.cases where sample.recipient.phone != nil && !name.hasPrefix("template") {
                number += 1
                var media: String?
                if sample.providerMediaID != nil {
                    media =
                        switch sample.content {
                        case .media(let content):
                            try await upload(
                                [
                                    .image: "image/png", .video: "video/mp4", .audio: "audio/ogg", .document: "application/pdf",
                                    .sticker: "image/webp",
                                ][
                                    content.kind] ?? "")
                        default: try await upload("image/jpeg")
                        }
                }
                let answer = await world.channel.send(
                    try Self.message(sample.content, number, target: sample.targetProviderID == nil ? nil : theirs, media: media),
                    from: Self.route)
                guard case .accepted(let id) = answer else {
                    Issue.record("\(name): \(answer)")
                    continue
                }
                let attempt = AttemptReference(messageID: MetaPayloadTests.attempt.messageID, number: number)
                try await world.webhooks.first { event -> Void? in
                    guard case .status(let status) = event, status.providerID == id else { return nil }
                    #expect(status.attempt == attempt)
                    return ()
                }
            }
            #expect(number > 15)
        }
    }

    @Test("who turns offers off and on again is understood")
    func preferences() async throws {
        try await Self.withWorld { world in
            let (phone, number) = (try await world.phone(Self.ben), Self.account.numbers[0].id)
            for (value, change) in [("stop", ConsentChange.optOut), ("resume", .optIn), ("signup", .optIn)] {
                try await world.control(.POST, "phones/\(phone)/marketing", ["to": .string(number), "value": .string(value)])
                let told = try await world.webhooks.first { event in
                    if case .preference(let preference) = event, preference.change == change { preference } else { nil }
                }
                #expect(told.from.phone != nil && told.from.businessScopedID != nil && !told.detail.isEmpty)
            }
        }
    }

    @Test("a call that rings is rejected, and a number is let be called")
    func calls() async throws {
        try await Self.withWorld { world in
            let (phone, number) = (try await world.phone(Self.ben), Self.account.numbers[0].id)
            func call() async throws -> String {
                let made = try await world.control(.POST, "phones/\(phone)/calls", ["to": .string(number), "rings": true])
                return try #require(made["id"]?.text)
            }
            let id = try await call()
            let told = try await world.webhooks.first { event in
                if case .message(let message) = event { message } else { nil }
            }
            #expect(told.providerID == id && told.content.kind == .call)
            try await world.channel.rejectCall(id, from: Self.route)
            let end = try await world.webhooks.first { event in
                if case .callEnd(let end) = event { end } else { nil }
            }
            #expect(end.providerID == id && end.content.outcome == .missed)
            await #expect(throws: ChannelProblem.self) { try await world.channel.rejectCall(id, from: Self.route) }

            try await world.channel.allowCalls(Self.route)
            _ = try await world.channel.graph.post(
                "\(number)/settings", ["calling": ["status": "DISABLED"]], token: Self.route.secrets.accessToken)
            try await world.control(.PATCH, "numbers/\(number)", ["tier": "TIER_250"])
            let refusal = await #expect(throws: ChannelProblem.self) { try await world.channel.allowCalls(Self.route) }
            #expect(refusal?.detail.contains("138015") == true)
            try await world.control(.PATCH, "numbers/\(number)", ["tier": "TIER_2K"])
            try await world.channel.allowCalls(Self.route)
            _ = try await call()
            try await world.control(.PATCH, "apps/\(Self.app.id)", ["fields": ["messages"]])
            await #expect(throws: ReceptionProblem.callsNotSubscribed) { try await world.channel.allowCalls(Self.route) }
        }
    }

    @Test("templates are accepted by name, and refused for our table's reasons")
    func templates() async throws {
        try await Self.withWorld { world in
            let plain = MessageContent.template(TemplateContent(name: "hello_world", language: "en_US"))
            guard case .accepted = await world.channel.send(try Self.message(plain, 1), from: Self.route) else {
                Issue.record("hello_world was refused")
                return
            }
            let missing = MessageContent.template(TemplateContent(name: "no_such_template", language: "en_US"))
            guard case .refused(.pauseTemplate, let error) = await world.channel.send(try Self.message(missing, 2), from: Self.route) else {
                Issue.record("a missing template was accepted")
                return
            }
            #expect(error.code == "132001")
        }
    }

    @Test("a person with a username only is written to by the id that came with the message")
    func businessScopedID() async throws {
        try await Self.withWorld { world in
            let phones = try await world.control(.GET, "phones")["data"]?.list ?? []
            let mia = try #require(phones.first { $0["username"]?.text == "miawolf" }?["id"]?.text)
            try await world.control(
                .POST, "phones/\(mia)/messages", ["to": .string(Self.account.numbers[0].id), "type": "text", "text": ["body": "Hi"]])
            let from = try await world.webhooks.first { event in if case .message(let message) = event { message.from } else { nil } }
            #expect(from.phone == nil)
            #expect(from.username == "miawolf")
            let message = OutboundMessage(
                attempt: MetaPayloadTests.attempt, recipient: Recipient(phone: nil, businessScopedID: from.businessScopedID),
                content: .text(TextContent(body: "Hello")), targetProviderID: nil, providerMediaID: nil)
            let answer = await world.channel.send(message, from: Self.route)
            guard case .accepted = answer else {
                Issue.record("\(answer)")
                return
            }
        }
    }

    @Test("what a customer sends is read; its file comes whole; it can be marked as read")
    func receives() async throws {
        try await Self.withWorld { world in
            let phone = try await world.phone(Self.ben)
            let photo = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
            let file = try #require(try await world.control(.POST, "media?filename=a.jpg", bytes: photo, type: "image/jpeg")["id"]?.text)
            let sent = try await world.control(
                .POST, "phones/\(phone)/messages",
                ["to": .string(Self.account.numbers[0].id), "type": "image", "image": ["id": .string(file), "caption": "Look 👀"]])
            let message = try await world.webhooks.first { event in if case .message(let message) = event { message } else { nil } }
            #expect(message.providerID == sent["id"]?.text)
            #expect(message.from.phone?.digits == Self.ben)
            guard case .media(let media) = message.content, let id = media.providerMediaID else {
                Issue.record("\(message.content)")
                return
            }
            #expect((media.kind, media.caption, media.mimeType) == (.image, "Look 👀", "image/jpeg"))

            let received = Mutex<[UInt8]>([])
            try await world.channel.download(providerMediaID: id, from: Self.route) { part in
                if case .piece(let bytes) = part { received.withLock { $0 += bytes } }
            }
            #expect(received.withLock(\.self) == photo)
            try await world.channel.markRead(providerMessageID: message.providerID, showsTyping: true, from: Self.route)
        }
    }

    @Test("a connection's values are checked alike, and each wrong one is found out")
    func checks() async throws {
        try await Self.withWorld { world in
            let right = ConnectionDraft(
                appID: Self.app.id, appSecret: Self.app.secret, accessToken: Self.token, businessAccountID: Self.account.id,
                phoneNumberID: Self.account.numbers[0].id)
            let report = try await world.channel.check(right)
            #expect(report.phoneNumber.digits == Self.account.numbers[0].digits)
            #expect(report.displayName == Self.account.numbers[0].verifiedName)
            #expect(
                report.account.isSubscribed && report.state == .confirmed && report.policy == .fine && report.account.token.expiresAt == nil
            )

            let changes: [(WritableKeyPath<ConnectionDraft, String>, String, ConnectionProblem)] = [
                (\.appID, "999999999999999", .appIDWrong), (\.appSecret, "wrong", .appSecretWrong),
                (\.accessToken, "wrong", .accessTokenWrong("it isn't valid")),
                (\.businessAccountID, "999999999999999", .businessAccountWrong),
                (\.phoneNumberID, "999999999999999", .phoneNumberIDWrong),
            ]
            for (member, value, problem) in changes {
                var draft = right
                draft[keyPath: member] = value
                await #expect(throws: problem) { try await world.channel.check(draft) }
            }
        }
    }

    @Test("subscribing is seen by both")
    func subscribes() async throws {
        try await Self.withWorld { world in
            #expect(try await world.channel.isSubscribed(Self.route))
            let other = try await world.control(.POST, "accounts", ["id": "710000000000009", "name": "Other", "subscribedApps": []])
            let route = SenderRoute(
                senderID: Self.route.senderID, senderProviderID: "1", businessAccountID: other["id"]?.text ?? "", appID: Self.app.id,
                secrets: Self.route.secrets)
            #expect(try await world.channel.isSubscribed(route) == false)
            try await world.channel.subscribe(route)
            #expect(try await world.channel.isSubscribed(route))
        }
    }

    @Test(
        "the simulator's refusals and failures become our answers",
        arguments: [
            (["action": "error", "code": .integer(131_056)], "retry"),
            (["action": "error", "code": .integer(190), "status": .integer(401)], "stopSender"),
            (["action": "status", "status": .integer(503)], "unknown"), (["action": "reset"], "unknown"),
        ] as [(JSONNode, String)])
    func faults(fault: JSONNode, expected: String) async throws {
        try await Self.withWorld { world in
            guard case .object(let members) = fault else { return }
            try await world.control(.POST, "faults", .object(members + [JSONMember("edge", "messages"), JSONMember("times", .integer(1))]))
            let text = MessageContent.text(TextContent(body: "Hi"))
            let name =
                switch await world.channel.send(try Self.message(text, 1), from: Self.route) {
                case .accepted: "accepted"
                case .refused(.retry, _): "retry"
                case .refused(.stopSender, _): "stopSender"
                case .refused: "refused"
                case .unknown: "unknown"
                case .unreachable: "unreachable"
                }
            #expect(name == expected)
            guard case .accepted = await world.channel.send(try Self.message(text, 2), from: Self.route) else {
                Issue.record("the fault was for one call")
                return
            }
        }
    }
}
