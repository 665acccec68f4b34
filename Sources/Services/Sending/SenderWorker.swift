internal import Domain
internal import Logging
internal import Metrics
internal import Store
internal import Synchronization

internal import struct Foundation.Date

/// Empties the queue of one sender, in order, within its limits.
final class SenderWorker: Sendable {
    /// Messages claimed in one step, at most.
    private static let claimLimit = 100
    /// Messages per second of a Meta number (reference §9.1); upgrades come with the full limits engine.
    private static let messagesPerSecond = 80

    private struct Limits {
        var throughput = ThroughputLimiter(messagesPerSecond: SenderWorker.messagesPerSecond)
        var pairs = PairLimiter()
    }

    private let senderID: Identifier<Sender>
    private let workspaceID: Identifier<Workspace>
    private let dispatcher: Dispatcher
    private let access: Access
    private let limits = Mutex(Limits())
    private let wakeUp = WakeUp()
    private let end = AsyncStream<Never>.makeStream()
    /// The lease of this owner; one dispatcher runs per database, so its value only tells its claims from an earlier one's.
    private let epoch: Int

    init(senderID: Identifier<Sender>, workspaceID: Identifier<Workspace>, dispatcher: Dispatcher) {
        (self.senderID, self.workspaceID, self.dispatcher) = (senderID, workspaceID, dispatcher)
        access = .system("dispatcher", in: workspaceID)
        epoch = Int(dispatcher.now().timeIntervalSince1970 * 1_000)
    }

    func wake() { wakeUp.wake() }
    func finish() { wakeUp.finish() }

    /// Returns when the last call is over.
    func finished() async { for await _ in end.stream {} }

    func run() async {
        await rememberRecent()
        await withDiscardingTaskGroup { calls in
            while !wakeUp.isFinished {
                var wait = Dispatcher.pollInterval
                do {
                    wait = try await step(&calls)
                } catch {
                    Logger(label: "dispatcher").warning(
                        "A queue can't be worked on", metadata: ["sender.id": "\(senderID)", "error": "\(String(reflecting: error))"])
                }
                if wait > .zero { await wakeUp.wait(for: wait) }
            }
        }
        end.continuation.finish()
    }

    /// A new owner can't know what its predecessor sent in the last seconds, but the attempts do.
    private func rememberRecent() async {
        let now = dispatcher.now()
        let recent = try? await dispatcher.database.read { [senderID, workspaceID] in
            try QueueTable($0).recentContacts(of: senderID, in: workspaceID, since: now.addingTimeInterval(-270))
        }
        limits.withLock { limits in
            for (contact, at) in recent ?? [] {
                limits.pairs.record(contact, at: at)
                if at > now.addingTimeInterval(-1) { limits.throughput.record(at: at) }
            }
        }
    }

    /// Claims and starts what may leave now; returns how long to wait for more.
    private func step(_ calls: inout DiscardingTaskGroup) async throws -> Duration {
        let now = dispatcher.now()
        let allowance = limits.withLock { $0.throughput.allowance(at: now) }
        guard allowance > 0 else {
            let next = limits.withLock { $0.throughput.nextChance(at: now) }
            return .milliseconds(Int64(max(1, next.timeIntervalSince(now) * 1_000)))
        }
        let slots = dispatcher.slots.take(min(allowance, Self.claimLimit))
        guard slots > 0 else { return .milliseconds(20) }
        var unused = slots
        defer { if unused > 0 { dispatcher.slots.give(unused) } }

        guard let sender = try await dispatcher.database.read({ [senderID, access] in try SenderTable($0, access).find(senderID) }),
            sender.status == .online, let channel = dispatcher.channels[sender.channel]
        else { return Dispatcher.pollInterval }
        let route = try await dispatcher.directory.route(sender)
        let heads = try await dispatcher.database.read { [senderID, workspaceID] in
            try QueueTable($0).heads(of: senderID, in: workspaceID, now: now, limit: slots)
        }
        guard !heads.isEmpty else { return Dispatcher.pollInterval }
        let (ready, soonest) = allowedByPair(heads, at: now)
        guard !ready.isEmpty else { return .milliseconds(Int64(max(1, soonest.timeIntervalSince(now) * 1_000))) }

        let started = try await start(ready, now: now)
        limits.withLock { limits in
            for one in started {
                limits.throughput.record(at: now)
                limits.pairs.record(one.claimed.contact.id, at: now)
            }
        }
        unused -= started.count
        for one in started {
            calls.addTask { [dispatcher] in
                await OutboundCall(one, route: route, channel: channel, dispatcher: dispatcher, access: self.access).run()
                dispatcher.slots.give(1)
                self.wake()
            }
        }
        return started.count == slots ? .zero : .milliseconds(5)
    }

    private func allowedByPair(_ heads: [QueueTable.Waiting], at now: Date) -> (ready: [Identifier<Message>], soonest: Date) {
        limits.withLock { limits in
            var soonest = now.addingTimeInterval(1)
            let ready = heads.filter { head in
                let earliest = limits.pairs.earliest(for: head.contactID, at: now)
                if earliest > now { soonest = min(soonest, earliest) }
                return earliest <= now
            }
            return (ready.map(\.messageID), soonest)
        }
    }

    /// `queued → claimed`, asks the gate once more, then `claimed → sending` with the attempt row, immediately before the calls.
    private func start(_ ids: [Identifier<Message>], now: Date) async throws -> [StartedMessage] {
        let claimed = try await dispatcher.database.write { [epoch, workspaceID] in
            try QueueTable($0).claim(ids, epoch: epoch, in: workspaceID)
        }
        let (started, hasRefused) = try await dispatcher.database.write { [senderID, epoch, access, workspaceID] transaction in
            let queue = QueueTable(transaction)
            // It may have been stopped since we looked; then its messages wait.
            guard let sender = try SenderTable(transaction, access).find(senderID), sender.status == .online else {
                for id in claimed { try queue.release(id, notBefore: nil, in: workspaceID) }
                return ([StartedMessage](), false)
            }
            var started: [StartedMessage] = []
            var events: [NewEvent] = []
            for one in try queue.load(Array(claimed), in: access) {
                do {
                    try SendingGate.check(one.message.content, sender: sender, lastInboundAt: one.lastInboundAt, now: now)
                } catch let problem as any Problem {
                    try queue.refuse(one.message.id, MessageError(problem), in: workspaceID)
                    events.append(
                        NewEvent(.messageUpdated, conversation: one.message.conversationID, message: one.message.id, cause: problem.code))
                    continue
                }
                if let attempt = try queue.start(one.message, epoch: epoch, now: now) {
                    started.append(StartedMessage(claimed: one, attempt: attempt))
                }
            }
            try EventTable(transaction, access).append(events, at: now)
            return (started, !events.isEmpty)
        }
        if hasRefused { dispatcher.signals.eventsAppended(in: workspaceID) }
        return started
    }
}

/// A message whose attempt is committed and whose call is to be made at once.
struct StartedMessage: Sendable {
    let claimed: QueueTable.Claimed
    let attempt: AttemptReference
}

extension MessageError {
    init(_ problem: any Problem) {
        self.init(code: problem.code, detail: problem.detail, advice: "Mend what it says, then send the message again.", retryable: true)
    }
}
