package import Domain
internal import Logging
internal import Metrics
internal import ServiceLifecycle
package import Store
internal import Synchronization

package import struct Foundation.Date

/// Sends what is queued. Any number of processes may run one on a database: each number has one owner at a time, by a lease, and the numbers are
/// shared evenly between the processes.
///
/// Per number a worker starts the heads of its queue, as many as the limits and the free call slots allow: it commits the attempts, then makes
/// the calls side by side. The table is the truth; wake-ups only save the wait for the next look.
package final class Dispatcher: Service {
    /// How often the queues are looked at without being woken.
    static let pollInterval: Duration = .seconds(1)
    /// What lies between two looks at least.
    private static let lookPause: Duration = .milliseconds(50)
    /// Calls to providers under way at once in this process.
    static let callLimit = 512
    /// How long a lease lasts without being renewed. A process that was killed is replaced after this and one look more.
    static let leaseSeconds = 7.0
    /// What must be left of a lease for a call to start.
    static let startMarginSeconds = 3.0
    /// Numbers taken over in one look.
    private static let takeLimit = 200

    let database: any Database
    let directory: ConnectionDirectory
    let channels: [ChannelKind: any Channel]
    let media: any OutboundMedia
    let places: CampaignPlaces
    let signals: Signals
    let now: @Sendable () -> Date
    let slots = CallSlots(limit: Dispatcher.callLimit)
    let recorder: AnswerRecorder
    /// Of this process, new at each start.
    package let processID: String
    private struct State {
        var workers: [Identifier<Sender>: SenderWorker] = [:]
        /// Start nothing any more, but have calls under way.
        var ending: [Identifier<Sender>: SenderWorker] = [:]
        var looks = 0
    }

    private let state = Mutex(State())
    private let wakeUp = WakeUp()

    /// - Parameter now: the database's clock, as nearly as this process knows it.
    package init(
        database: any Database, directory: ConnectionDirectory, channels: [ChannelKind: any Channel], media: any OutboundMedia,
        places: CampaignPlaces = .none, signals: Signals, processID: String = HubProcess.makeID(), now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.directory, self.channels, self.media) = (database, directory, channels, media)
        (self.places, self.signals, self.processID, self.now) = (places, signals, processID, now)
        recorder = AnswerRecorder(database: database, signals: signals, now: now)
        signals.onQueue { [weak self] sender in self?.announce(sender) }
    }

    /// The numbers that this process sends for now.
    package var senders: Set<Identifier<Sender>> { state.withLock { Set($0.workers.keys) } }

    /// How often the queues were looked at. Tests wait by it.
    package var looks: Int { state.withLock { $0.looks } }

    /// Runs until graceful shutdown; calls in flight are finished and their answers recorded before it returns, and the rest stays queued.
    package func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                await endFormerLeases()
                while !wakeUp.isFinished {
                    do {
                        try await look(&group)
                    } catch {
                        Logger(label: "dispatcher").warning("The queues can't be read", metadata: ["error": "\(String(reflecting: error))"])
                    }
                    // Many messages for numbers that another process sends for wake this loop, and are none of its business.
                    try? await Task.sleep(for: Self.lookPause)
                    await wakeUp.wait(for: Self.pollInterval)
                }
                end(state.withLock { Array($0.workers.values) }, in: &group)
                await finishEnding()
            }
        } onGracefulShutdown: {
            self.wakeUp.finish()
        }
    }

    /// On SQLite there is one process, so whoever held a lease has gone.
    private func endFormerLeases() async {
        guard database.dialect == .sqlite else { return }
        while !wakeUp.isFinished {
            do { return try await database.write { try LeaseTable($0).releaseAll() } } catch {
                Logger(label: "dispatcher").warning("The leases can't be written", metadata: ["error": "\(String(reflecting: error))"])
                await wakeUp.wait(for: Self.pollInterval)
            }
        }
    }

    /// Renews what this process holds, gives back what is too much, takes what nobody has.
    private func look(_ group: inout DiscardingTaskGroup) async throws {
        let now = now()
        let (held, waiting, leased, processes, isHalted) = try await database.write { [processID] transaction in
            let leases = LeaseTable(transaction)
            let held = try leases.renew(owner: processID, now: now, until: now.addingTimeInterval(Self.leaseSeconds))
            let waiting = try QueueTable(transaction).senders() + leases.orphans(now: now, limit: Self.takeLimit)
            let others = try ProcessTable(transaction).list(seenAfter: now.addingTimeInterval(-Heartbeat.absenceSeconds)).filter {
                $0.process.roles.contains(.dispatch) && $0.process.id != processID
            }
            return (held, waiting, try leases.held(now: now), others.count + 1, try SettingTable(transaction).sendingHalt() != nil)
        }
        end(state.withLock { state in state.workers.values.filter { isHalted || !held.contains($0.lease) } }, in: &group)
        try await abandonStray(held)
        state.withLock { $0.looks += 1 }
        guard !isHalted else { return }

        // Also what the others hold: else three processes with idle numbers would each think that they have their part, and leave what nobody has.
        let active = Set(waiting.map(\.senderID)).union(leased)
        let share = (active.count + processes - 1) / processes
        let surplus = state.withLock { state in
            state.workers.values.sorted { $0.lease.senderID < $1.lease.senderID }.dropFirst(share)
        }
        end(Array(surplus), in: &group)
        try await take(waiting, upTo: share, now: now, in: &group)
        for worker in state.withLock({ Array($0.workers.values) }) { worker.announce() }
    }

    /// Leases that are ours in the database and have no worker: nobody heard of the commit that took them, or that gave them back. They would be
    /// renewed for ever, and nobody would send for their numbers.
    private func abandonStray(_ held: Set<LeaseTable.Lease>) async throws {
        let stray = state.withLock { state in
            held.filter { state.workers[$0.senderID]?.lease != $0 && state.ending[$0.senderID]?.lease != $0 }
        }
        guard !stray.isEmpty else { return }
        try await database.write { transaction in
            for lease in stray { try LeaseTable(transaction).abandon(lease) }
        }
    }

    private func take(
        _ waiting: [(workspaceID: Identifier<Workspace>, senderID: Identifier<Sender>)], upTo share: Int, now: Date,
        in group: inout DiscardingTaskGroup
    ) async throws {
        for (workspaceID, senderID) in waiting.shuffled() {
            let isWanted = state.withLock { $0.workers[senderID] == nil && $0.ending[senderID] == nil && $0.workers.count < share }
            guard isWanted, !wakeUp.isFinished else { continue }
            let lease = try await database.write { [processID] transaction -> LeaseTable.Lease? in
                let until = now.addingTimeInterval(Self.leaseSeconds)
                guard
                    let lease = try LeaseTable(transaction).take(senderID, in: workspaceID, owner: processID, now: now, until: until)
                else { return nil }
                let left = try QueueTable(transaction).recover(lease, now: now)
                try EventTable(transaction, .system("dispatcher", in: workspaceID)).append(left.map(NewEvent.init), at: now)
                return lease
            }
            guard let lease else { continue }
            signals.eventsAppended(in: workspaceID)
            let worker = SenderWorker(lease, dispatcher: self)
            state.withLock { $0.workers[senderID] = worker }
            group.addTask { await worker.run() }
        }
    }

    /// Ends workers: they start nothing any more, and their leases are given back when their calls are over. Until then the leases are renewed.
    private func end(_ workers: [SenderWorker], in group: inout DiscardingTaskGroup) {
        for worker in workers {
            let senderID = worker.lease.senderID
            state.withLock { state in
                state.workers[senderID] = nil
                state.ending[senderID] = worker
            }
            worker.finish()
            group.addTask {
                // When shutting down takes too long, calls are left behind: the lease ends by itself, and its next owner looks after them.
                guard await worker.finished() else { return }
                let isClean = !worker.hasDoubts
                _ = try? await self.database.write { transaction in
                    let leases = LeaseTable(transaction)
                    if isClean { try leases.release(worker.lease) } else { try leases.abandon(worker.lease) }
                }
                self.state.withLock { $0.ending[senderID] = nil }
            }
        }
    }

    /// Keeps the leases of what is ending until it has ended.
    private func finishEnding() async {
        var renewedAt: ContinuousClock.Instant?
        while !Task.isCancelled, state.withLock({ !$0.ending.isEmpty }) {
            if renewedAt.map({ ContinuousClock.now - $0 > Self.pollInterval }) ?? true {
                let now = now()
                _ = try? await database.write { [processID] transaction in
                    try LeaseTable(transaction).renew(owner: processID, now: now, until: now.addingTimeInterval(Self.leaseSeconds))
                }
                renewedAt = .now
            }
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    /// - Parameter sender: nil when any may have got work, in another process.
    private func announce(_ sender: Identifier<Sender>?) {
        let workers = state.withLock { state in
            guard let sender else { return Array(state.workers.values) }
            return state.workers[sender].map { [$0] } ?? []
        }
        for worker in workers { worker.announce() }
        if sender == nil || workers.isEmpty { wakeUp.wake() }
    }
}

/// Makes sure that a file of ours is with the provider, and names it as the provider does.
package protocol OutboundMedia: Sendable {
    func providerMediaID(of media: Identifier<MediaFile>, route: SenderRoute, channel: any Channel, access: Access) async throws -> String
}

extension NewEvent {
    /// What a change of owners made of a message.
    init(_ left: QueueTable.Left) {
        self.init(.messageUpdated, conversation: left.conversationID, message: left.messageID, cause: left.status.rawValue)
    }
}
