internal import Domain
internal import Logging
internal import Metrics
internal import Store
internal import Synchronization

internal import struct Foundation.Date

/// Applies the webhooks that wait at one moment in one transaction: under load a commit, and each statement, serves many of them, while each still
/// gets its answer only after the commit that holds it.
final class IntakeBatcher: Sendable {
    /// Webhooks waiting, at most; more are refused, and the provider sends them again.
    private static let waitingLimit = 10_000
    /// How exactly a connection's page knows its last webhook, in seconds.
    private static let touchSeconds = 10.0
    /// Items of one transaction, about: keeps it far below a second.
    private static let itemLimit = 500

    /// Webhooks waiting from which on a further transaction is worth its commit.
    private static let secondBatch = 24

    private struct Waiting: Sendable {
        let request: IntakeRequest
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var waiting: [Waiting] = []
        /// Transactions under way.
        var running = 0
        /// When each connection's last webhook was written down.
        var touchedAt: [Identifier<Connection>: Date] = [:]
        /// The same of a message for each number.
        var arrivedAt: [Identifier<Sender>: Date] = [:]
    }

    private let state = Mutex(State())
    private let database: any Database
    private let signals: Signals
    private let rates: InboundRates?
    private let now: @Sendable () -> Date
    private let sequence = SequenceClock.shared
    /// Transactions at the same time. PostgreSQL works on one while we prepare the other; SQLite has one writer.
    private let concurrency: Int

    init(database: any Database, signals: Signals, rates: InboundRates?, now: @escaping @Sendable () -> Date) {
        (self.database, self.signals, self.rates, self.now) = (database, signals, rates, now)
        concurrency = database.dialect == .postgres ? 2 : 1
    }

    func apply(_ request: IntakeRequest) async throws {
        try await withCheckedThrowingContinuation { continuation in
            let (isFull, mustStart) = state.withLock { state in
                guard state.waiting.count < Self.waitingLimit else { return (true, false) }
                state.waiting.append(Waiting(request: request, continuation: continuation))
                let mustStart = state.running == 0 || (state.running < concurrency && state.waiting.count >= Self.secondBatch)
                if mustStart { state.running += 1 }
                return (false, mustStart)
            }
            if isFull { continuation.resume(throwing: WebhookProblem.overloaded) }
            // A task of its own: a caller who goes away must not undo what its neighbours wait for.
            if mustStart { Task.detached { await self.run() } }
        }
    }

    private func run() async {
        while let group = next() {
            let requests = group.map(\.request)
            do {
                let applied = try await commit(requests)
                CrashPoint.reach(.afterIntake)
                count(requests)
                for waiting in group { waiting.continuation.resume() }
                announce(applied)
            } catch {
                for waiting in group { waiting.continuation.resume(throwing: error) }
            }
        }
    }

    private func next() -> [Waiting]? {
        state.withLock { state in
            var items = 0
            var count = 0
            while count < state.waiting.count, items < Self.itemLimit {
                items += max(1, state.waiting[count].request.batch.items.count)
                count += 1
            }
            guard count > 0, state.running == 1 || count >= Self.secondBatch else {
                state.running -= 1
                return nil
            }
            let group = Array(state.waiting.prefix(count))
            state.waiting.removeFirst(count)
            return group
        }
    }

    /// Connections and numbers whose last webhook and message were written down long enough ago.
    private func due(_ requests: [IntakeRequest], at now: Date) -> IntakeTouches {
        var (connections, fields): ([Identifier<Connection>: Connection], [Identifier<Connection>: String]) = ([:], [:])
        var arrivals: [Identifier<Workspace>: [Identifier<Sender>: Date]] = [:]
        for request in requests {
            let connection = request.entry.connection
            if request.isAtOwnAddress {
                connections[connection.id] = connection
                if let field = request.batch.field { fields[connection.id] = field }
            }
            for item in request.batch.items {
                guard case .message(let message) = item.event, let sender = item.senderProviderID.flatMap({ request.entry.senders[$0] })
                else { continue }
                let known = arrivals[sender.workspaceID]?[sender.id] ?? message.at
                arrivals[sender.workspaceID, default: [:]][sender.id] = max(known, message.at)
            }
        }
        return state.withLock { state in
            var due = IntakeTouches()
            for connection in connections.values.sorted(by: { $0.id < $1.id })
            where Self.isDue(&state.touchedAt, connection.id, at: now) {
                due.connections.append((connection, fields[connection.id]))
            }
            due.arrivals = arrivals.mapValues { $0.filter { Self.isDue(&state.arrivedAt, $0.key, at: now) } }.filter { !$0.value.isEmpty }
            return due
        }
    }

    /// Whether it was done long enough ago; then it is done now.
    private static func isDue<Entity>(_ times: inout [Identifier<Entity>: Date], _ id: Identifier<Entity>, at now: Date) -> Bool {
        if let last = times[id], now.timeIntervalSince(last) < touchSeconds { return false }
        times[id] = now
        return true
    }

    /// Tries again when another process made the same person at the same moment.
    private func commit(_ requests: [IntakeRequest]) async throws -> IntakeResult {
        let touched = due(requests, at: now())
        for _ in 0..<5 {
            do {
                return try await database.write { [now, sequence] transaction in
                    let result = try IntakeTransaction(
                        transaction, now: now(), sequence: sequence, touched: touched
                    ).apply(requests)
                    CrashPoint.reach(.midIntake)
                    return result
                }
            } catch is IntakeRace {
                continue
            }
        }
        throw WebhookProblem.overloaded
    }

    /// Repeats count too, as they do with the provider.
    private func count(_ requests: [IntakeRequest]) {
        guard let rates else { return }
        var counts: [InboundRates.Number: Int] = [:]
        for request in requests {
            for item in request.batch.items {
                guard case .message = item.event, let id = item.senderProviderID, let sender = request.entry.senders[id] else { continue }
                counts[.init(workspaceID: sender.workspaceID, senderID: sender.id), default: 0] += 1
            }
        }
        rates.add(counts)
    }

    private func announce(_ result: IntakeResult) {
        for defect in result.defects {
            Logger(label: "intake").error(
                "An inbound item could not be stored", metadata: ["item.path": "\(defect.path)", "error": "\(defect.error)"])
        }
        Counter(label: "messages_received_total").increment(by: result.messages)
        for workspaceID in result.workspaces { signals.eventsAppended(in: workspaceID) }
        if result.hasJobs { signals.jobsAdded() }
    }
}

/// Another process was faster in making the same contact or conversation; the transaction is done again and finds it.
struct IntakeRace: Error {}

struct IntakeResult: Sendable {
    var messages = 0
    var workspaces: Set<Identifier<Workspace>> = []
    var hasJobs = false
    /// Items that went to the journal because of a defect; logged once the commit has made it true.
    var defects: [(path: String, error: String)] = []
}
