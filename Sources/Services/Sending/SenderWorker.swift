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
    /// How long what is known of the number's state, pauses and pace is believed. Each start of calls reads its state again.
    private static let standingAge = Duration.milliseconds(250)
    /// How soon a full portfolio is looked at again: another number may have given room back.
    private static let peopleFullSeconds = 30.0
    /// Between two steps at least.
    private static let rest = Duration.milliseconds(5)
    /// Between two steps when nothing new was announced: what may leave gathers meanwhile, and shares a transaction. At 1,000 a second these are 25.
    private static let gathering = Duration.milliseconds(25)
    /// Before what may have been begun is taken back once more, at the worker's end.
    private static let lastPauses: [Duration] = [.milliseconds(200), .seconds(1), .seconds(3)]
    /// How long after a start the pair limit may still count it: 45 borrowed messages of 6 seconds each.
    private static let pairMemorySeconds = 270.0

    private struct State {
        var throughput = ThroughputLimiter(perSecond: 1)
        /// As of a moment ago.
        var standing: (value: SenderStanding, at: ContinuousClock.Instant)?
        /// Until when the portfolio has no room for further people.
        var peopleFullUntil: Date?
        var pairs = PairLimiter()
        /// How long calls take, smoothed, in seconds.
        var latency = 0.2
        /// May leave, in order; all of them still queued when they were read.
        var ready: [QueueTable.Head] = []
        /// Wait for the limit between two numbers.
        var waitingForPair: [Identifier<Message>: (head: QueueTable.Head, until: Date)] = [:]
        /// What a step began whose commit nobody knows about.
        var doubtful: [Identifier<Message>] = []
        /// Where the next page begins.
        var place = QueueTable.Place.start
        /// Whether messages that were read have to wait for others.
        var holdsBack = false
    }

    let lease: LeaseTable.Lease
    private let dispatcher: Dispatcher
    private let access: Access
    private let state = Mutex(State())
    private let fileTries = FileTries()
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
        // Not left to the next owner, who has to take it for sent; and there may be none where nothing else is queued.
        for pause in Self.lastPauses {
            if (try? await undoDoubtful()) != nil { break }
            try? await Task.sleep(for: pause)
        }
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
        let (now, instant) = (dispatcher.now(), ContinuousClock.now)
        while !wakeUp.isFinished {
            do {
                let recent = try await dispatcher.database.read { [senderID, workspaceID] transaction in
                    try QueueTable(transaction).recentContacts(
                        of: senderID, in: workspaceID, since: now.addingTimeInterval(-Self.pairMemorySeconds))
                }
                return state.withLock { state in
                    for (contact, at) in recent.sorted(by: { $0.1 < $1.1 }) {
                        state.pairs.record(contact, at: at)
                        let age = now.timeIntervalSince(at)
                        if age < 1 { state.throughput.recordEarlier(at: instant - .seconds(age)) }
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
        let now = dispatcher.now()
        guard let standing = try await standing(at: now), !standing.hold.isPaused else { return Dispatcher.pollInterval }
        if let held = standing.pace.heldUntil, held > now { return min(Dispatcher.pollInterval, waiting(until: held, at: now)) }
        let (wait, allowance, most) = state.withLock { state in
            state.throughput.perSecond = standing.pace.perSecond(at: now)
            if let full = state.peopleFullUntil, full <= now { state.peopleFullUntil = nil }
            let seconds = state.latency + Self.gathering / .seconds(1)
            let most = Int((Double(state.throughput.perSecond) * seconds * 1.5).rounded(.up))
            let instant = ContinuousClock.now
            return (
                state.throughput.wait(at: instant), state.throughput.allowance(at: instant), max(16, min(Dispatcher.callLimit, most))
            )
        }
        if let wait { return wait }
        let slots = dispatcher.slots.take(min(allowance, Self.startLimit), most: most, for: senderID)
        guard slots > 0 else { return .milliseconds(10) }
        var unused = slots
        defer { if unused > 0 { dispatcher.slots.give(unused, from: senderID) } }

        try await read(wanted: slots, standing, now: now)
        let heads = take(slots, through: standing.lastLane, at: now)
        guard !heads.isEmpty else { return pause(at: now) }
        var starting = 0
        defer { state.withLock { $0.throughput.giveBack(heads.count - starting) } }
        guard let begun = try await begin(heads, standing, now: now) else {
            state.withLock { $0.standing = nil }
            return Dispatcher.pollInterval
        }

        starting = begun.started.count
        unused -= starting + begun.claimed.count
        let outlet = standing.outlet
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
    private func read(wanted: Int, _ standing: SenderStanding, now: Date) async throws {
        let isNews = hasNews.exchange(false, ordering: .relaxed)
        // A queue that was read to its end, and of which nothing waits for another message, has no more before something is announced.
        let (place, isShort, hasMore, isFull) = state.withLock { state in
            (state.place, state.ready.count < wanted, state.place != .start || state.holdsBack, state.peopleFullUntil != nil)
        }
        guard isNews || (isShort && hasMore) else { return }
        do {
            let (replies, page) = try await dispatcher.database.read { [senderID, workspaceID] transaction in
                let queue = QueueTable(transaction)
                let replies = try queue.page(
                    of: senderID, in: workspaceID, after: .start, through: .reply, now: now, limit: Self.replyLimit)
                guard isShort else { return (replies, QueueTable.Page?.none) }
                let page = try queue.page(
                    of: senderID, in: workspaceID, after: place, through: standing.lastLane,
                    fullPortfolio: isFull ? standing.portfolio : nil, now: now, limit: Self.pageLimit)
                return (replies, page)
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
    private func take(_ count: Int, through lane: Lane, at now: Date) -> [QueueTable.Head] {
        state.withLock { state in
            let over = state.waitingForPair.values.filter { $0.until <= now }.map(\.head)
            for head in over { state.waitingForPair[head.messageID] = nil }
            if !over.isEmpty { add(over, to: &state) }
            // They are read again once they may leave.
            if lane != .campaign { state.ready.removeAll { $0.place.lane > lane.rawValue } }

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
            state.throughput.reserve(taken.count, at: .now)
            return taken
        }
    }

    // MARK: Starting

    /// Asks the gate once more, then `queued → sending` with the attempts, immediately before the calls. nil when the sender can't send now, or the lease
    /// has gone to somebody else.
    private func begin(_ heads: [QueueTable.Head], _ standing: SenderStanding, now: Date) async throws -> StartStep.Begun? {
        let step = StartStep(heads: heads, lease: lease, portfolio: standing.portfolio, access: access, places: dispatcher.places, now: now)
        do {
            let (begun, hasEvents) = try await dispatcher.database.write { try step.run(in: $0) }
            if hasEvents { dispatcher.signals.eventsAppended(in: workspaceID) }
            if let full = begun?.peopleFull, full.isFull {
                let latest = now.addingTimeInterval(Self.peopleFullSeconds)
                state.withLock { $0.peopleFullUntil = min(full.until ?? latest, latest) }
            }
            if begun?.claimed.isEmpty == false { CrashPoint.reach(.afterClaim) }
            return begun
        } catch {
            doubt(heads.map(\.messageID))
            throw error
        }
    }

    /// As of a moment ago; nil while the number can't send.
    private func standing(at now: Date) async throws -> SenderStanding? {
        if let known = state.withLock({ $0.standing }), ContinuousClock.now - known.at < Self.standingAge { return known.value }
        let read = try await SenderStanding.read(senderID, of: dispatcher, access, at: now)
        state.withLock { $0.standing = read.map { ($0, .now) } }
        return read
    }

    /// Whether something may have been begun that couldn't be taken back.
    var hasDoubts: Bool { state.withLock { !$0.doubtful.isEmpty } }

    private func doubt(_ ids: [Identifier<Message>]) { state.withLock { $0.doubtful += ids } }

    /// Nobody knows whether the commit before took place. No call was made for it, so whatever it began is taken back.
    private func undoDoubtful() async throws {
        let doubtful = state.withLock { $0.doubtful }
        guard !doubtful.isEmpty else { return }
        let now = dispatcher.now()
        let seen = try await dispatcher.database.write { [lease, access] transaction in
            let seen = try QueueTable(transaction).undo(doubtful, epoch: lease.epoch, in: lease.workspaceID)
            try EventTable(transaction, access).append(seen.map(NewEvent.init), at: now)
            return seen
        }
        if !seen.isEmpty { dispatcher.signals.eventsAppended(in: workspaceID) }
        state.withLock { $0.doubtful.removeFirst(doubtful.count) }
    }

    // MARK: Calls

    private func call(_ started: StartedMessage, _ outlet: Outlet) async {
        let clock = ContinuousClock()
        // Now, and not when it was taken from the queue: a slow commit would move it into the provider's next second.
        let begin = state.withLock { state in
            let begin = clock.now
            state.throughput.record(at: begin)
            return begin
        }
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
    private func prepareAndCall(_ claimed: ClaimedMessage, _ outlet: Outlet) async {
        // Detached: a file that is half way goes on when everything around it stops.
        let (result, isReserved) = await Task.detached { [self] in
            var isReserved = false
            let file = FileHandOver(claimed, lease: lease, outlet: outlet, dispatcher: dispatcher, access: access, tries: fileTries)
            let result = await file.run {
                await reserveOne()
                isReserved = true
            }
            return (result, isReserved)
        }.value
        if case .started(let started) = result { return await call(started, outlet) }
        if isReserved { state.withLock { $0.throughput.giveBack(1) } }
        if case .unclear = result { doubt([claimed.loaded.message.id]) }
        giveBack()
    }

    /// Waits until one more may leave. When the worker ends before, that one is still let go.
    private func reserveOne() async {
        func wait() -> Duration? {
            state.withLock { state in
                let now = ContinuousClock.now
                let wait = wakeUp.isFinished ? nil : state.throughput.wait(at: now)
                if wait == nil { state.throughput.reserve(1, at: now) }
                return wait
            }
        }
        while let wait = wait() { try? await Task.sleep(for: wait) }
    }
}
