package import Domain
internal import Logging
internal import Metrics
internal import ServiceLifecycle
package import Store
internal import Synchronization

package import struct Foundation.Date

/// Sends what is queued. One dispatcher runs per database; another process that tries waits until the lock is free.
///
/// Per sender a worker claims the heads of its queue, as many as the limits and the free call slots allow, commits each attempt, and makes the calls
/// side by side. The table is the truth; wake-ups only save the wait for the next look.
package final class Dispatcher: Service {
    /// How often the queues are looked at without being woken.
    static let pollInterval: Duration = .seconds(1)
    /// Calls to providers under way at once in this process.
    static let callLimit = 512

    let database: any Database
    let directory: ConnectionDirectory
    let channels: [ChannelKind: any Channel]
    let media: any OutboundMedia
    let signals: Signals
    let now: @Sendable () -> Date
    let slots = CallSlots(limit: Dispatcher.callLimit)
    private let state = Mutex(State())
    private let wakeUp = WakeUp()

    private struct State {
        var workers: [Identifier<Sender>: SenderWorker] = [:]
        var isOwner = false
    }

    package init(
        database: any Database, directory: ConnectionDirectory, channels: [ChannelKind: any Channel], media: any OutboundMedia,
        signals: Signals,
        now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.directory, self.channels, self.media) = (database, directory, channels, media)
        (self.signals, self.now) = (signals, now)
        signals.onQueue { [weak self] sender in self?.wake(sender) }
    }

    /// Whether this process sends.
    package var isOwner: Bool { state.withLock { $0.isOwner } }

    /// Runs until graceful shutdown; calls in flight are finished and their answers recorded before it returns.
    package func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                while !wakeUp.isFinished {
                    guard let lock = await acquire() else { continue }
                    await dispatch(in: &group, under: lock)
                    await stopWorkers()
                    state.withLock { $0.isOwner = false }
                    await lock.release()
                }
            }
        } onGracefulShutdown: {
            self.wakeUp.finish()
        }
    }

    private func acquire() async -> (any ExclusiveLock)? {
        do {
            if let lock = try await database.exclusiveLock(named: "dispatcher") {
                try await database.write { [now] in try QueueTable($0).recover(now: now()) }
                state.withLock { $0.isOwner = true }
                return lock
            }
        } catch {
            Logger(label: "dispatcher").warning("The queue can't be read", metadata: ["error": "\(String(reflecting: error))"])
        }
        await wakeUp.wait(for: Self.pollInterval)
        return nil
    }

    private func dispatch(in group: inout DiscardingTaskGroup, under lock: any ExclusiveLock) async {
        while !wakeUp.isFinished, await lock.isHeld() {
            do {
                for (workspaceID, senderID) in try await database.read({ try QueueTable($0).senders() }) {
                    let (worker, isNew) = worker(for: senderID, in: workspaceID)
                    if isNew { group.addTask { await worker.run() } }
                    worker.wake()
                }
            } catch {
                Logger(label: "dispatcher").warning("The queue can't be read", metadata: ["error": "\(String(reflecting: error))"])
            }
            await wakeUp.wait(for: Self.pollInterval)
        }
    }

    private func worker(for senderID: Identifier<Sender>, in workspaceID: Identifier<Workspace>) -> (SenderWorker, isNew: Bool) {
        state.withLock { state in
            if let worker = state.workers[senderID] { return (worker, false) }
            let worker = SenderWorker(senderID: senderID, workspaceID: workspaceID, dispatcher: self)
            state.workers[senderID] = worker
            return (worker, true)
        }
    }

    private func stopWorkers() async {
        let workers = state.withLock { state in
            defer { state.workers = [:] }
            return Array(state.workers.values)
        }
        for worker in workers { worker.finish() }
        for worker in workers { await worker.finished() }
    }

    private func wake(_ sender: Identifier<Sender>) {
        if let worker = state.withLock({ $0.workers[sender] }) { worker.wake() } else { wakeUp.wake() }
    }
}

/// Makes sure that a file of ours is with the provider, and names it as the provider does.
package protocol OutboundMedia: Sendable {
    func providerMediaID(of media: Identifier<MediaFile>, route: SenderRoute, channel: any Channel, access: Access) async throws -> String
}
