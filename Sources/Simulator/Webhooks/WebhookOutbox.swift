internal import Crypto
internal import DequeModule
internal import Foundation
internal import Logging
package import NIOCore
internal import ServiceLifecycle
internal import Synchronization

/// A signed body on its way to a callback.
package struct WebhookCall: Sendable {
    package let url: String
    package let headers: [(name: String, value: String)]
    package let body: ByteBuffer
}

/// Makes the call and returns the status of the answer.
package typealias WebhookTransport = @Sendable (WebhookCall) async throws -> Int

/// How items are put together and sent, as it was when the item came.
struct WebhookRules: Sendable {
    let batch: Int
    let parallel: Int
    let retryDelay: Int
    let escaping: JSONEscaping

    init(_ settings: SimulatorSettings) {
        batch = settings.webhookBatch
        parallel = settings.webhookParallel
        retryDelay = settings.webhookRetryDelay
        escaping = settings.escapeWebhooks ? .ascii : .plain
    }
}

/// Sends webhooks: in order for each callback (or each customer, with several lanes), signed over the exact bytes, repeated until the answer is 200.
/// An item that was refused many times steps aside, so that it doesn't hold up the rest for ever.
final class WebhookOutbox: Service {
    /// Items that wait, over all callbacks; more are dropped and counted.
    static let limit = 200_000
    /// Attempts in the item's place.
    static let attemptsInPlace = 8
    /// Attempts in all; with growing gaps this takes a week.
    static let attempts = 40
    /// Longest gap between attempts of the item in place, and of one that stepped aside.
    static let longestGap = Duration.seconds(30)
    static let longestGapAside = Duration.seconds(6 * 60 * 60)

    struct Lane: Hashable {
        let app: String
        let url: String
        let shard: Int
        /// Lanes of before a reset are left to themselves.
        let epoch: Int
    }

    private struct Queued {
        let item: WebhookItem
        let rules: WebhookRules
        var attempts = 0
    }

    private struct State {
        var lanes: [Lane: Deque<Queued>] = [:]
        var busy: Set<Lane> = []
        var waiting = 0
        /// Items that stepped aside and come back by themselves.
        var aside = 0
        var dropped = 0
        /// Raised by a reset: what is under way belongs to the past.
        var epoch = 0
        var held: [Queued] = []
        var deliveries = DeliveryLog()
        var faults = WebhookFaults()
        /// What the chances are drawn from.
        var random = SeededRandom(seed: 0)
    }

    private let transport: WebhookTransport
    private let logger: Logger
    private let state = Mutex(State())
    private let starts: AsyncStream<Lane>
    private let startLane: AsyncStream<Lane>.Continuation

    init(transport: @escaping WebhookTransport, logger: Logger) {
        self.transport = transport
        self.logger = logger
        (starts, startLane) = AsyncStream.makeStream(of: Lane.self)
    }

    var faults: WebhookFaults {
        get { state.withLock { $0.faults } }
        set {
            state.withLock { state in
                state.faults = newValue
                state.random = SeededRandom(seed: newValue.chances.seed)
                release(&state)
            }
        }
    }

    var deliveries: DeliveryLog { state.withLock { $0.deliveries } }
    /// Items that aren't delivered yet, those included that stepped aside or are held back.
    var waiting: Int { state.withLock { $0.waiting + $0.aside + $0.held.count } }
    var dropped: Int { state.withLock { $0.dropped } }

    func clear() {
        state.withLock { state in
            state.lanes = [:]
            state.held = []
            state.waiting = 0
            state.aside = 0
            state.epoch += 1
            state.faults = WebhookFaults()
            state.deliveries = DeliveryLog()
        }
    }

    func enqueue(_ item: WebhookItem, _ rules: WebhookRules) {
        state.withLock { state in
            guard state.waiting < Self.limit else {
                state.dropped += 1
                return
            }
            let queued = Queued(item: item, rules: rules)
            let chances = state.faults.chances
            if state.random.strikes(chances.duplicate) { putAside(queued, for: lateness(&state), &state) }
            if state.random.strikes(chances.late) { return putAside(queued, for: lateness(&state), &state) }
            guard state.faults.reorder > 0 else { return append(queued, &state) }
            state.held.append(queued)
            guard state.held.count >= state.faults.reorder else { return }
            state.faults.reorder = 0
            release(&state)
        }
    }

    private func lateness(_ state: inout State) -> Duration {
        .milliseconds(Int.random(in: 0...state.faults.chances.within, using: &state.random))
    }

    /// Sends what was held back, newest first.
    private func release(_ state: inout State) {
        for held in state.held.reversed() { append(held, &state) }
        state.held = []
    }

    private func append(_ queued: Queued, _ state: inout State) {
        let copies = state.faults.duplicate > 0 ? 2 : 1
        if copies == 2 { state.faults.duplicate -= 1 }
        let shard =
            queued.rules.parallel > 1 ? Int(bitPattern: UInt(bitPattern: queued.item.subject.hashValue) % UInt(queued.rules.parallel)) : 0
        let lane = Lane(app: queued.item.app, url: queued.item.url, shard: shard, epoch: state.epoch)
        for _ in 0..<copies { state.lanes[lane, default: []].append(queued) }
        state.waiting += copies
        if state.busy.insert(lane).inserted { startLane.yield(lane) }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for await lane in self.starts { group.addTask { await self.drain(lane) } }
                group.cancelAll()
            }
        }
    }

    /// Sends what is in a lane until it is empty.
    private func drain(_ lane: Lane) async {
        while !Task.isCancelled {
            let next: (batch: [Queued], delay: Int, isDropped: Bool, isForgotten: Bool)? = state.withLock { state in
                guard let queue = state.lanes[lane], let first = queue.first else {
                    state.lanes[lane] = nil
                    state.busy.remove(lane)
                    return nil
                }
                let batch = Array(queue.prefix(max(1, first.rules.batch)))
                guard first.attempts == 0 else { return (batch, state.faults.delay, false, false) }
                let isCounted = state.faults.drop > 0
                if isCounted { state.faults.drop -= 1 }
                let isDropped = isCounted || state.random.strikes(state.faults.chances.drop)
                return (batch, state.faults.delay, isDropped, state.random.strikes(state.faults.chances.forget))
            }
            guard let next else { return }
            if next.delay > 0 { try? await Task.sleep(for: .milliseconds(next.delay)) }
            let isDelivered = await attempt(next.batch, dropped: next.isDropped) && !next.isForgotten
            let gap = state.withLock { settle(lane, next.batch.count, isDelivered: isDelivered, &$0) }
            if let gap { try? await Task.sleep(for: gap) }
        }
    }

    /// Takes the batch out of the lane, or says how long to wait before the next attempt.
    private func settle(_ lane: Lane, _ count: Int, isDelivered: Bool, _ state: inout State) -> Duration? {
        // The queue is changed in place and never held beside: a copy would cost its length.
        guard let first = state.lanes[lane]?.first, (state.lanes[lane]?.count ?? 0) >= count else { return nil }
        if isDelivered {
            state.lanes[lane]?.removeFirst(count)
            state.waiting -= count
            return nil
        }
        let attempts = first.attempts + 1
        let growing = Duration.milliseconds(first.rules.retryDelay) * (1 << min(attempts - 1, 20))
        guard attempts >= Self.attemptsInPlace else {
            for index in 0..<count { state.lanes[lane]?[index].attempts = attempts }
            return min(growing, Self.longestGap)
        }
        let aside: [Queued] = state.lanes[lane].map { Array($0.prefix(count)) } ?? []
        state.lanes[lane]?.removeFirst(count)
        state.waiting -= count
        for var queued in aside where attempts < Self.attempts {
            queued.attempts = attempts
            putAside(queued, for: min(growing, Self.longestGapAside), &state)
        }
        return nil
    }

    private func putAside(_ queued: Queued, for gap: Duration, _ state: inout State) {
        state.aside += 1
        let epoch = state.epoch
        Task { [weak self] in
            try await Task.sleep(for: gap)
            self?.state.withLock { state in
                guard let self, state.epoch == epoch else { return }
                state.aside -= 1
                self.append(queued, &state)
            }
        }
    }

    private func attempt(_ batch: [Queued], dropped: Bool) async -> Bool {
        guard let first = batch.first else { return true }
        let body = Self.body(of: batch.map(\.item)).bytes(first.rules.escaping)
        let call = WebhookCall(url: first.item.url, headers: Self.headers(body, secret: first.item.secret), body: ByteBuffer(bytes: body))
        let started = ContinuousClock.now
        var status: Int?
        var problem: String?
        if dropped {
            problem = "dropped on request"
        } else {
            do { status = try await transport(call) } catch { problem = String(describing: error) }
        }
        let duration = ContinuousClock.now - started
        state.withLock {
            $0.deliveries.append(
                url: call.url, app: first.item.app, field: first.item.field, items: batch.count, attempt: first.attempts + 1,
                status: status,
                problem: problem, duration: duration, body: body)
        }
        if status != 200 {
            logger.debug("Webhook not taken", metadata: ["status": "\(status ?? 0)", "attempt": "\(first.attempts + 1)"])
        }
        return status == 200
    }

    /// Changes of one account share an entry.
    private static func body(of items: [WebhookItem]) -> JSON {
        var entries: [(account: String, time: Int?, changes: [JSON])] = []
        for item in items {
            let change: JSON = ["value": item.value, "field": .string(item.field)]
            if let last = entries.indices.last, entries[last].account == item.account, entries[last].time == item.time {
                entries[last].changes.append(change)
            } else {
                entries.append((item.account, item.time, [change]))
            }
        }
        return [
            "object": "whatsapp_business_account",
            "entry": .array(
                entries.map {
                    .fields(("id", .string($0.account)), ("time", $0.time.map { .integer($0) }), ("changes", .array($0.changes)))
                }),
        ]
    }

    private static func headers(_ body: [UInt8], secret: String) -> [(name: String, value: String)] {
        let key = SymmetricKey(data: Array(secret.utf8))
        return [
            ("Content-Type", "application/json"),
            ("User-Agent", "facebookexternalua"),
            ("X-Hub-Signature", "sha1=" + HMAC<Insecure.SHA1>.authenticationCode(for: body, using: key).hex),
            ("X-Hub-Signature-256", "sha256=" + HMAC<SHA256>.authenticationCode(for: body, using: key).hex),
        ]
    }
}
