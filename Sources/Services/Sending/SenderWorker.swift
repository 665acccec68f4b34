internal import Domain
internal import Logging
internal import Metrics
internal import Store
internal import Synchronization

internal import struct Foundation.Date

/// Empties the queue of one sender, in order, within its limits, for as long as this process holds the sender's lease.
final class SenderWorker: Sendable {
    /// Queued messages looked at in one page.
    private static let pageLimit = 1_000
    /// Replies looked for when one was announced.
    private static let replyLimit = 200
    /// Messages started in one transaction, at most.
    private static let startLimit = 128
    /// Messages that wait for the limit between two numbers, kept in memory at most.
    private static let waitingForPairLimit = 10_000
    /// Between two steps at least.
    private static let rest = Duration.milliseconds(5)
    /// Between two steps when nothing new was announced: what may leave gathers meanwhile, and shares a transaction. At 1,000 a second these are 25.
    private static let gathering = Duration.milliseconds(25)
    /// How long a sender's row is believed before a step. Each start of calls reads it again.
    private static let senderLife = Duration.seconds(1)
    /// How long after a start the pair limit may still count it: 45 borrowed messages of 6 seconds each.
    private static let pairMemorySeconds = 270.0

    private struct State {
        var throughput = ThroughputLimiter(perSecond: SenderPace(level: nil).perSecond(at: .distantPast))
        var pairs = PairLimiter()
        /// How long calls take, smoothed, in seconds.
        var latency = 0.2
        /// May leave, in order; all of them still queued when they were read.
        var ready: [QueueTable.Head] = []
        /// Wait for the limit between two numbers.
        var waitingForPair: [Identifier<Message>: (head: QueueTable.Head, until: Date)] = [:]
        /// How often a message's file was refused for the moment.
        var failedUploads: [Identifier<Message>: Int] = [:]
        /// What a step began whose commit nobody knows about.
        var doubtful: [Identifier<Message>] = []
        /// Where the next page begins.
        var place = QueueTable.Place.start
        /// Whether messages that were read have to wait for others.
        var holdsBack = false
        /// The sender as it was read last.
        var sender: (row: Sender?, readAt: ContinuousClock.Instant)?
    }

    let lease: LeaseTable.Lease
    private let dispatcher: Dispatcher
    private let access: Access
    private let state = Mutex(State())
    /// Woken by news, and by each call that ends.
    private let wakeUp = WakeUp()
    /// Woken by news only.
    private let newsWakeUp = WakeUp()
    private let hasNews = Atomic(true)
    private let hasEnded = Atomic(false)
    private let end = AsyncStream<Never>.makeStream()

    private var senderID: Identifier<Sender> { lease.senderID }
    private var workspaceID: Identifier<Workspace> { lease.workspaceID }

    init(_ lease: LeaseTable.Lease, dispatcher: Dispatcher) {
        (self.lease, self.dispatcher) = (lease, dispatcher)
        access = .system("dispatcher", in: lease.workspaceID)
    }

    /// A message was queued, or it's time to look.
    func announce() {
        hasNews.store(true, ordering: .relaxed)
        newsWakeUp.wake()
        wakeUp.wake()
    }

    /// No further call is started; those under way end as they would.
    func finish() {
        newsWakeUp.finish()
        wakeUp.finish()
    }

    /// Returns when the last call is over and its answer recorded; earlier, with false, when the caller is cancelled.
    func finished() async -> Bool {
        for await _ in end.stream {}
        return hasEnded.load(ordering: .acquiring)
    }

    func run() async {
        dispatcher.slots.join(senderID)
        await rememberRecent()
        await withDiscardingTaskGroup { calls in
            while !wakeUp.isFinished {
                var wait = Dispatcher.pollInterval
                let begin = ContinuousClock.now
                do {
                    wait = try await step(&calls)
                } catch {
                    Logger(label: "dispatcher").warning(
                        "A queue can't be worked on", metadata: ["sender.id": "\(senderID)", "error": "\(String(reflecting: error))"])
                }
                if wait > .zero { await wakeUp.wait(for: wait) }
                await gather(since: begin)
            }
        }
        // Not left to the next owner, who would have to take it for sent; and there may be none where nothing else is queued.
        try? await undoDoubtful()
        dispatcher.slots.leave(senderID)
        hasEnded.store(true, ordering: .releasing)
        end.continuation.finish()
    }

    /// Lets time pass since the step before, little when something new was announced.
    private func gather(since begin: ContinuousClock.Instant) async {
        let early = Self.rest - (ContinuousClock.now - begin)
        if early > .zero { try? await Task.sleep(for: early) }
        let more = Self.gathering - (ContinuousClock.now - begin)
        if more > .zero, !hasNews.load(ordering: .relaxed) { await newsWakeUp.wait(for: more) }
    }

    /// A new owner can't know what its predecessor sent in the last seconds, but the attempts do.
    private func rememberRecent() async {
        let now = dispatcher.now()
        while !wakeUp.isFinished {
            do {
                let (recent, level) = try await dispatcher.database.read { [senderID, workspaceID] transaction in
                    let queue = QueueTable(transaction)
                    let since = now.addingTimeInterval(-Self.pairMemorySeconds)
                    return (
                        try queue.recentContacts(of: senderID, in: workspaceID, since: since),
                        try queue.throughput(of: senderID, in: workspaceID)
                    )
                }
                return state.withLock { state in
                    state.throughput.perSecond = SenderPace(level: level).perSecond(at: now)
                    for (contact, at) in recent {
                        state.pairs.record(contact, at: at)
                        if at > now.addingTimeInterval(-1) { state.throughput.record(at: at) }
                    }
                }
            } catch {
                // Without them the limits of the last seconds would be crossed.
                Logger(label: "dispatcher").warning(
                    "The recent attempts can't be read", metadata: ["error": "\(String(reflecting: error))"])
                await wakeUp.wait(for: Dispatcher.pollInterval)
            }
        }
    }

    // MARK: One step

    /// Starts what may leave now; returns how long to wait for more.
    private func step(_ calls: inout DiscardingTaskGroup) async throws -> Duration {
        try await undoDoubtful()
        guard let outlet = try await outlet() else { return Dispatcher.pollInterval }
        let now = dispatcher.now()
        let (allowance, most) = state.withLock { state in
            let seconds = state.latency + Self.gathering / .seconds(1)
            let most = Int((Double(state.throughput.perSecond) * seconds * 1.5).rounded(.up))
            return (state.throughput.allowance(at: now), max(16, min(Dispatcher.callLimit, most)))
        }
        guard allowance > 0 else { return waiting(until: state.withLock { $0.throughput.nextChance(at: now) }, at: now) }
        let slots = dispatcher.slots.take(min(allowance, Self.startLimit), most: most, for: senderID)
        guard slots > 0 else { return .milliseconds(10) }
        var unused = slots
        defer { if unused > 0 { dispatcher.slots.give(unused, from: senderID) } }

        try await read(wanted: slots, now: now)
        let heads = take(slots, at: now)
        guard !heads.isEmpty else { return pause(at: now) }
        guard let begun = try await begin(heads, outlet, now: now) else {
            state.withLock { $0.sender = nil }
            return Dispatcher.pollInterval
        }

        unused -= begun.started.count + begun.claimed.count
        for one in begun.started { calls.addTask { await self.call(one, outlet) } }
        for one in begun.claimed { calls.addTask { await self.prepareAndCall(one, outlet) } }
        return .zero
    }

    private func waiting(until moment: Date, at now: Date) -> Duration {
        .milliseconds(Int64(max(1, (moment.timeIntervalSince(now) * 1_000).rounded(.up))))
    }

    /// Nothing is ready: until the next who waits for the pair limit, or the next page, or the next announcement.
    private func pause(at now: Date) -> Duration {
        state.withLock { state in
            if state.place != .start { return .zero }
            guard let soonest = state.waitingForPair.values.lazy.map(\.until).min() else { return Dispatcher.pollInterval }
            return min(Dispatcher.pollInterval, waiting(until: soonest, at: now))
        }
    }

    /// Reads replies when some were announced, and the next page when too few are ready.
    private func read(wanted: Int, now: Date) async throws {
        let isNews = hasNews.exchange(false, ordering: .relaxed)
        // A queue that was read to its end, and of which nothing waits for another message, has no more before something is announced.
        let (place, isShort, hasMore) = state.withLock { ($0.place, $0.ready.count < wanted, $0.place != .start || $0.holdsBack) }
        guard isNews || (isShort && hasMore) else { return }
        do {
            let (replies, page) = try await dispatcher.database.read { [senderID, workspaceID] transaction in
                let queue = QueueTable(transaction)
                let replies = try queue.page(
                    of: senderID, in: workspaceID, after: .start, through: .reply, now: now, limit: Self.replyLimit)
                guard isShort else { return (replies, QueueTable.Page?.none) }
                return (replies, try queue.page(of: senderID, in: workspaceID, after: place, now: now, limit: Self.pageLimit))
            }
            state.withLock { state in
                if let page {
                    add(page.heads, to: &state)
                    // Of the whole queue, once it has been read.
                    state.holdsBack = page.holdsBack || (place != .start && state.holdsBack)
                    state.place = page.end ?? .start
                }
                add(replies.heads, to: &state)
            }
        } catch {
            hasNews.store(true, ordering: .relaxed)
            throw error
        }
    }

    private func add(_ heads: [QueueTable.Head], to state: inout State) {
        let known = Set(state.ready.map(\.messageID))
        let new = heads.filter { !known.contains($0.messageID) && state.waitingForPair[$0.messageID] == nil }
        guard !new.isEmpty else { return }
        state.ready += new
        state.ready.sort { ($0.place.lane, $0.place.sequence) < ($1.place.lane, $1.place.sequence) }
    }

    /// Takes up to `count` heads whom the limit between two numbers lets go now, and puts the others aside.
    private func take(_ count: Int, at now: Date) -> [QueueTable.Head] {
        state.withLock { state in
            let over = state.waitingForPair.values.filter { $0.until <= now }.map(\.head)
            for head in over { state.waitingForPair[head.messageID] = nil }
            if !over.isEmpty { add(over, to: &state) }

            var taken: [QueueTable.Head] = []
            var seen = 0
            while taken.count < count, seen < state.ready.count {
                let head = state.ready[seen]
                seen += 1
                let earliest = state.pairs.earliest(for: head.contactID, at: now)
                if earliest <= now {
                    taken.append(head)
                    state.pairs.record(head.contactID, at: now)
                } else if state.waitingForPair.count < Self.waitingForPairLimit {
                    state.waitingForPair[head.messageID] = (head, earliest)
                }
            }
            state.ready.removeFirst(seen)
            for _ in taken { state.throughput.record(at: now) }
            return taken
        }
    }

    // MARK: Starting

    private struct Begun: Sendable {
        /// To be called at once.
        var started: [StartedMessage] = []
        /// Have a file, which the provider must have first.
        var claimed: [QueueTable.Loaded] = []
    }

    private struct Outlet: Sendable {
        let route: SenderRoute
        let channel: any Channel
    }

    /// Asks the gate once more, then `queued → sending` with the attempts, immediately before the calls. nil when the sender can't send now, or the lease
    /// has gone to somebody else.
    private func begin(_ heads: [QueueTable.Head], _ outlet: Outlet, now: Date) async throws -> Begun? {
        let ids = heads.map(\.messageID)
        do {
            let (begun, hasRefused) = try await dispatcher.database.write { [lease, access] transaction -> (Begun?, Bool) in
                guard try LeaseTable(transaction).holds(lease, beyond: now.addingTimeInterval(Dispatcher.startMarginSeconds)),
                    let sender = try SenderTable(transaction, access).find(lease.senderID), sender.status == .online
                else { return (nil, false) }
                let queue = QueueTable(transaction)
                var begun = Begun()
                var events: [NewEvent] = []
                var going: [QueueTable.Loaded] = []
                for one in try queue.load(ids, status: .queued, in: access) {
                    if let refusal = try Self.refuse(one, from: .queued, sender: sender, now: now, queue) {
                        events.append(refusal)
                    } else if one.message.content.attachment?.id != nil {
                        begun.claimed.append(one)
                    } else {
                        going.append(one)
                    }
                }
                let claimed = try queue.claim(begun.claimed.map(\.message.id), epoch: lease.epoch, in: lease.workspaceID)
                begun.claimed.removeAll { !claimed.contains($0.message.id) }
                let attempts = try queue.start(
                    going.map(\.message.id), from: .queued, sender: lease.senderID, epoch: lease.epoch, in: lease.workspaceID, now: now)
                begun.started = going.compactMap { one in
                    attempts[one.message.id].map { StartedMessage(loaded: one, attempt: $0, providerMediaID: nil) }
                }
                try EventTable(transaction, access).append(events, at: now)
                return (begun, !events.isEmpty)
            }
            if hasRefused { dispatcher.signals.eventsAppended(in: workspaceID) }
            if begun?.claimed.isEmpty == false { CrashPoint.reach(.afterClaim) }
            return begun
        } catch {
            doubt(ids)
            throw error
        }
    }

    /// Marks a message as failed that the gate doesn't let out any more; nil when it does.
    private static func refuse(
        _ one: QueueTable.Loaded, from status: MessageStatus, sender: Sender, now: Date, _ queue: QueueTable
    ) throws -> NewEvent? {
        do {
            try SendingGate.check(one.message.content, sender: sender, lastInboundAt: one.lastInboundAt, now: now)
            return nil
        } catch let problem as any Problem {
            _ = try queue.refuse(one.message, from: status, MessageError(problem), in: one.message.workspaceID)
            return NewEvent(.messageUpdated, conversation: one.message.conversationID, message: one.message.id, cause: problem.code)
        }
    }

    private func outlet() async throws -> Outlet? {
        guard let sender = try await sender(), sender.status == .online, let channel = dispatcher.channels[sender.channel] else {
            return nil
        }
        return Outlet(route: try await dispatcher.directory.route(sender), channel: channel)
    }

    private func sender() async throws -> Sender? {
        if let kept = state.withLock({ $0.sender }), ContinuousClock.now - kept.readAt < Self.senderLife { return kept.row }
        let readAt = ContinuousClock.now
        let row = try await dispatcher.database.read { [senderID, access] in try SenderTable($0, access).find(senderID) }
        state.withLock { $0.sender = (row, readAt) }
        return row
    }

    /// Whether something may have been begun that couldn't be taken back.
    var hasDoubts: Bool { state.withLock { !$0.doubtful.isEmpty } }

    private func doubt(_ ids: [Identifier<Message>]) { state.withLock { $0.doubtful += ids } }

    /// Nobody knows whether the commit before took place. No call was made for it, so whatever it began is taken back.
    private func undoDoubtful() async throws {
        let doubtful = state.withLock { $0.doubtful }
        guard !doubtful.isEmpty else { return }
        try await dispatcher.database.write { [lease] in
            try QueueTable($0).undo(doubtful, epoch: lease.epoch, in: lease.workspaceID)
        }
        state.withLock { $0.doubtful.removeFirst(doubtful.count) }
    }

    // MARK: Calls

    private func call(_ started: StartedMessage, _ outlet: Outlet) async {
        let clock = ContinuousClock()
        let begin = clock.now
        await OutboundCall(started, route: outlet.route, channel: outlet.channel, dispatcher: dispatcher, access: access).run()
        let seconds = (clock.now - begin) / .seconds(1)
        state.withLock { $0.latency += (min(seconds, 30) - $0.latency) * 0.05 }
        giveBack()
    }

    private func giveBack() {
        dispatcher.slots.give(1, from: senderID)
        wakeUp.wake()
    }

    /// Hands the file to the provider while the message is claimed, so that `sending` means nothing but the call itself.
    private func prepareAndCall(_ loaded: QueueTable.Loaded, _ outlet: Outlet) async {
        // Detached: a file that is half way goes on when everything around it stops.
        let started = await Task.detached { await self.prepare(loaded, outlet) }.value
        if let started { await call(started, outlet) } else { giveBack() }
    }

    private func prepare(_ loaded: QueueTable.Loaded, _ outlet: Outlet) async -> StartedMessage? {
        guard let mediaID = loaded.message.content.attachment?.id else { return nil }
        let providerMediaID: String
        do {
            providerMediaID = try await dispatcher.media.providerMediaID(
                of: mediaID, route: outlet.route, channel: outlet.channel, access: access)
        } catch {
            await giveUp(loaded, FailedUpload(error))
            return nil
        }
        do {
            let now = dispatcher.now()
            return try await dispatcher.database.write { [lease, access] transaction -> StartedMessage? in
                guard try LeaseTable(transaction).holds(lease, beyond: now.addingTimeInterval(Dispatcher.startMarginSeconds)) else {
                    // Renewed a moment later it is still ours, and then nobody else gives the message back.
                    throw LeaseTooShort()
                }
                let queue = QueueTable(transaction)
                guard let sender = try SenderTable(transaction, access).find(lease.senderID), sender.status == .online else {
                    try queue.release(loaded.message.id, epoch: lease.epoch, notBefore: nil, in: lease.workspaceID)
                    return nil
                }
                if let refusal = try Self.refuse(loaded, from: .claimed, sender: sender, now: now, queue) {
                    try EventTable(transaction, access).append(refusal, at: now)
                    return nil
                }
                let attempts = try queue.start(
                    [loaded.message.id], from: .claimed, sender: lease.senderID, epoch: lease.epoch, in: lease.workspaceID, now: now)
                return attempts[loaded.message.id].map { StartedMessage(loaded: loaded, attempt: $0, providerMediaID: providerMediaID) }
            }
        } catch {
            doubt([loaded.message.id])
            return nil
        }
    }

    /// No call was made: the message fails with the reason, or waits for another try.
    private func giveUp(_ loaded: QueueTable.Loaded, _ failure: FailedUpload) async {
        let isFinal = state.withLock { state in
            let count = state.failedUploads.removeValue(forKey: loaded.message.id) ?? 0
            if failure.isFinal || count + 1 >= FailedUpload.tryLimit { return true }
            state.failedUploads[loaded.message.id] = count + 1
            return false
        }
        if let reason = failure.stopsSender { await dispatcher.stop(senderID, reason: reason, access: access) }
        let now = dispatcher.now()
        do {
            try await dispatcher.database.write { [lease, access] transaction in
                let queue = QueueTable(transaction)
                guard isFinal else {
                    return try queue.release(
                        loaded.message.id, epoch: lease.epoch, notBefore: now.addingTimeInterval(FailedUpload.pauseSeconds),
                        in: lease.workspaceID)
                }
                guard try queue.refuse(loaded.message, from: .claimed, failure.error, in: lease.workspaceID) else { return }
                try EventTable(transaction, access).append(
                    NewEvent(
                        .messageUpdated, conversation: loaded.message.conversationID, message: loaded.message.id, cause: failure.error.code),
                    at: now)
            }
            dispatcher.signals.eventsAppended(in: workspaceID)
        } catch {
            doubt([loaded.message.id])
        }
    }
}

/// A message whose attempt is committed and whose call is to be made at once.
struct StartedMessage: Sendable {
    let loaded: QueueTable.Loaded
    let attempt: AttemptReference
    let providerMediaID: String?
}

/// Too little is left of the lease for a call.
private struct LeaseTooShort: Error {}

/// A file that the provider didn't take.
private struct FailedUpload {
    static let pauseSeconds = 5.0
    static let tryLimit = 6

    let error: MessageError
    /// Trying again by itself can't help.
    let isFinal: Bool
    let stopsSender: String?

    init(_ failure: any Error) {
        let problem = failure as? any Problem
        error = MessageError(
            code: problem?.code ?? "media.upload-failed", detail: problem?.detail ?? "The file couldn't be handed to WhatsApp.",
            advice: "Send the message again; if it fails again, upload the file anew.", retryable: true)
        switch failure {
        case ChannelProblem.credentials(let reason): (isFinal, stopsSender) = (false, reason)
        case ChannelProblem.temporary: (isFinal, stopsSender) = (false, nil)
        case is any Problem: (isFinal, stopsSender) = (true, nil)
        default: (isFinal, stopsSender) = (false, nil)
        }
    }
}

extension MessageError {
    init(_ problem: any Problem) {
        self.init(code: problem.code, detail: problem.detail, advice: "Mend what it says, then send the message again.", retryable: true)
    }
}
