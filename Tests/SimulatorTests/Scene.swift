import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization

@testable import Simulator

/// A simulator without a socket, with a clock that a test turns and a callback that it reads.
struct Scene: Sendable {
    static let number = "720000000000001"
    static let account = "710000000000001"
    static let app = "700000000000001"
    static let ana = "phone-1"
    static let anasNumber = "5521998765401"
    static let mia = "phone-4"

    let client: any TestClientProtocol
    let server: SimulatorServer
    let webhooks: Webhooks
    private let clock: TurnedClock

    /// Delays of zero, so that statuses come at once, in order; and what a test wants to be otherwise.
    static func settings(_ change: (inout SimulatorSettings) -> Void = { _ in }) -> SimulatorSettings {
        var settings = SimulatorSettings()
        (settings.sentDelay, settings.deliveredDelay, settings.readDelay, settings.reviewDelay, settings.webhookRetryDelay) = (
            0, 0, 0, 0, 0
        )
        change(&settings)
        return settings
    }

    static func play(
        settings: SimulatorSettings = Scene.settings(), callback: String? = "http://hub.test/hook",
        _ body: @escaping @Sendable (Scene) async throws -> Void
    ) async throws {
        var seed = SimulatorSeed.sample
        seed.apps[0].callbackURL = callback
        let clock = TurnedClock()
        let webhooks = Webhooks()
        let server = SimulatorServer(
            configuration: SimulatorConfiguration(port: 0, seed: seed, settings: settings), clock: SimulatorClock { clock.now },
            transport: { webhooks.receive($0) })
        try await server.application.test(.router) { client in
            try await body(Scene(client: client, server: server, webhooks: webhooks, clock: clock))
        }
    }

    func pass(_ seconds: Double) { clock.pass(seconds) }

    @discardableResult
    func call(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil, token: String? = "simulated-access-token",
        headers: HTTPFields = [:]
    ) async throws -> (status: Int, json: JSON) {
        var fields = headers
        if let token { fields[.authorization] = "Bearer \(token)" }
        let response = try await client.execute(
            uri: path, method: method, headers: fields, body: body.map { ByteBuffer(bytes: $0.bytes()) })
        return (Int(response.status.code), (try? JSON(parsing: response.body)) ?? .string(String(buffer: response.body)))
    }

    @discardableResult
    func control(_ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil) async throws -> JSON {
        let answer = try await call(method, "/control/v1/" + path, body)
        guard answer.status < 300 else { throw Refused(status: answer.status, json: answer.json) }
        return answer.json
    }

    struct Refused: Error {
        let status: Int
        let json: JSON
    }

    /// Sends as the business; fills in what every message has.
    func send(_ content: JSON, to: String? = Scene.anasNumber) async throws -> (status: Int, json: JSON) {
        var body: JSON = ["messaging_product": "whatsapp"]
        if let to { body["to"] = .string(to) }
        for member in content.members ?? [] { body[member.name] = member.value }
        return try await call(.post, "/v26.0/\(Self.number)/messages", body)
    }

    static func text(_ body: String) -> JSON { ["type": "text", "text": ["body": .string(body)]] }
    static let hello: JSON = ["type": "template", "template": ["name": "hello_world", "language": ["code": "en_US"]]]

    /// A customer writes, so that the window is open.
    @discardableResult
    func write(_ message: JSON = Scene.text("Hi"), from phone: String = Scene.ana) async throws -> String {
        var message = message
        message["to"] = .string(Self.number)
        let answer = try await control(.post, "phones/\(phone)/messages", message)
        return answer["id"]?.string ?? ""
    }
}

/// A clock that only a test moves.
final class TurnedClock: Sendable {
    private let seconds = Mutex(1_795_000_000.0)
    var now: Date { Date(timeIntervalSince1970: seconds.withLock { $0 }) }
    func pass(_ more: Double) { seconds.withLock { $0 += more } }
}

/// The callback: takes what comes, or refuses as often as told.
final class Webhooks: Sendable {
    private struct State {
        var refusals = 0
        var calls: [WebhookCall] = []
    }

    private let state = Mutex(State())
    private let stream: AsyncStream<WebhookCall>
    private let continuation: AsyncStream<WebhookCall>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream(of: WebhookCall.self) }

    func refuse(_ times: Int) { state.withLock { $0.refusals = times } }

    func receive(_ call: WebhookCall) -> Int {
        let isRefused = state.withLock { state in
            if state.refusals > 0 {
                state.refusals -= 1
                return true
            }
            return false
        }
        continuation.yield(call)
        return isRefused ? 503 : 200
    }

    /// The next calls, in the order they came. Waits for them.
    func next(_ count: Int) async -> [WebhookCall] {
        var calls: [WebhookCall] = []
        for await call in stream {
            calls.append(call)
            if calls.count == count { break }
        }
        return calls
    }

    /// The `value` of the next changes, one a body.
    func values(_ count: Int) async throws -> [JSON] {
        try await next(count).compactMap { try JSON(parsing: $0.body)["entry"]?.array?.first?["changes"]?.array?.first?["value"] }
    }

    func value() async throws -> JSON { try await values(1).first ?? .null }

    /// The names of the next statuses.
    func statuses(_ count: Int) async throws -> [String] {
        try await values(count).map {
            $0["statuses"]?.array?.first?["status"]?.string ?? $0["messages"]?.array?.first?["type"]?.string ?? "?"
        }
    }
}
