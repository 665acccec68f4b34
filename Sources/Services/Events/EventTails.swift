internal import Domain
internal import Logging
internal import Store
internal import Synchronization

/// Reads the end of each workspace's log once for all who follow it in this process: a look each second and one for what happens, however many pages
/// are open.
final class EventTails: Sendable {
    /// Batches that wait for a slow reader, at most; then it has to look by itself.
    private static let bufferLimit = 32
    /// How often the table is read without being woken: another process may have written.
    private static let pollInterval: Duration = .seconds(1)
    /// Between two looks that found something, so that what happens together is told together.
    private static let rest: Duration = .milliseconds(5)

    private typealias Feed = AsyncStream<EventBatch?>.Continuation

    private struct Tail {
        /// Tells it from an earlier one of the workspace, whose last look may still be under way.
        let number: Int
        var feeds: [Int: Feed] = [:]
        /// Whether it is known where the log ends, so that nothing behind that is missed.
        var hasBegun = false
        var task: Task<Void, Never>?
    }

    private let database: any Database
    private let signals: Signals
    private let state = Mutex<(tails: [Identifier<Workspace>: Tail], nextToken: Int)>(([:], 0))

    init(database: any Database, signals: Signals) { (self.database, self.signals) = (database, signals) }

    /// What is appended from some moment on, with nil at that moment: what is in the log by then, the reader finds there. Ends when the reader is too slow.
    func follow(_ workspaceID: Identifier<Workspace>) -> AsyncStream<EventBatch?> {
        let (batches, feed) = AsyncStream.makeStream(of: EventBatch?.self, bufferingPolicy: .bufferingOldest(Self.bufferLimit))
        let token = state.withLock { state in
            state.nextToken += 1
            let number = state.nextToken
            var tail = state.tails[workspaceID] ?? Tail(number: number)
            tail.feeds[number] = feed
            if tail.hasBegun { feed.yield(nil) }
            if tail.task == nil { tail.task = Task { [weak self] in await self?.run(number, in: workspaceID) } }
            state.tails[workspaceID] = tail
            return number
        }
        feed.onTermination = { [weak self] _ in self?.leave(workspaceID, token) }
        return batches
    }

    private func leave(_ workspaceID: Identifier<Workspace>, _ token: Int) {
        let abandoned = state.withLock { state -> Task<Void, Never>? in
            state.tails[workspaceID]?.feeds[token] = nil
            guard let tail = state.tails[workspaceID], tail.feeds.isEmpty else { return nil }
            state.tails[workspaceID] = nil
            return tail.task
        }
        abandoned?.cancel()
    }

    private func run(_ number: Int, in workspaceID: Identifier<Workspace>) async {
        let wakeUp = WakeUp()
        let token = signals.onEvents(in: workspaceID) { wakeUp.wake() }
        defer { signals.stopEvents(in: workspaceID, token: token) }
        let access = Access.system("events", in: workspaceID)
        var end: EventCursor?
        await withTaskCancellationHandler {
            while !Task.isCancelled {
                do {
                    if let from = end {
                        let batch = try await database.read { try EventTable($0, access).batch(after: from, limit: EventStream.batchLimit) }
                        if let new = batch.end {
                            end = new
                            tell(batch, number, in: workspaceID)
                            try? await Task.sleep(for: Self.rest)
                            continue
                        }
                    } else {
                        end = try await database.read { try EventTable($0, access).end() }
                        tell(nil, number, in: workspaceID)
                        continue
                    }
                } catch {
                    Logger(label: "events").warning(
                        "The event log can't be followed now", metadata: ["error": "\(String(reflecting: error))"])
                }
                await wakeUp.wait(for: Self.pollInterval)
            }
        } onCancel: {
            wakeUp.wake()
        }
    }

    private func tell(_ batch: EventBatch?, _ number: Int, in workspaceID: Identifier<Workspace>) {
        let feeds = state.withLock { state -> [Feed] in
            guard var tail = state.tails[workspaceID], tail.number == number else { return [] }
            if batch == nil { tail.hasBegun = true }
            state.tails[workspaceID] = tail
            return Array(tail.feeds.values)
        }
        for feed in feeds {
            // Its end calls back, so it comes outside of the lock.
            if case .dropped = feed.yield(batch) { feed.finish() }
        }
    }
}
