package import Domain
package import Store
internal import Synchronization

/// Wake-ups: that something may have changed, and nothing more. Whoever is woken reads the table, which is the truth. They reach this process at once,
/// and others through the database's notifier.
package final class Signals: Sendable {
    private struct State {
        var eventListeners: [Identifier<Workspace>: [Int: @Sendable () -> Void]] = [:]
        /// Told the sender, or nil when any may have work.
        var queueListener: (@Sendable (Identifier<Sender>?) -> Void)?
        var jobsListener: (@Sendable () -> Void)?
        /// Told of events in any workspace.
        var readers: [@Sendable () -> Void] = []
        var notifier: (any Notifier)?
        var nextToken = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Tells other processes of this database too, and hears from them, until ``disconnect()``.
    package func connect(to database: any Database) {
        let notifier = database.notifier { [weak self] in self?.hear($0) }
        state.withLock { $0.notifier = notifier }
    }

    package func disconnect() {
        let notifier = state.withLock { state in
            defer { state.notifier = nil }
            return state.notifier
        }
        notifier?.close()
    }

    private func hear(_ nudges: Set<Nudge>) {
        if nudges.contains(.events) {
            for listener in state.withLock({ $0.eventListeners.values.flatMap(\.values) + $0.readers }) { listener() }
        }
        if nudges.contains(.queue) { state.withLock { $0.queueListener }?(nil) }
        if nudges.contains(.jobs) { state.withLock { $0.jobsListener }?() }
    }

    package func eventsAppended(in workspaceID: Identifier<Workspace>) {
        state.withLock { $0.notifier }?.tell(.events)
        for listener in state.withLock({ ($0.eventListeners[workspaceID].map { Array($0.values) } ?? []) + $0.readers }) { listener() }
    }

    package func messageQueued(for senderID: Identifier<Sender>) {
        state.withLock { $0.notifier }?.tell(.queue)
        state.withLock { $0.queueListener }?(senderID)
    }

    package func jobsAdded() {
        state.withLock { $0.notifier }?.tell(.jobs)
        state.withLock { $0.jobsListener }?()
    }

    /// For a reader of the whole log, which lives as long as the program.
    package func onAllEvents(_ listener: @escaping @Sendable () -> Void) { state.withLock { $0.readers.append(listener) } }

    /// Calls until the token is given back.
    package func onEvents(in workspaceID: Identifier<Workspace>, _ listener: @escaping @Sendable () -> Void) -> Int {
        state.withLock { state in
            state.nextToken += 1
            state.eventListeners[workspaceID, default: [:]][state.nextToken] = listener
            return state.nextToken
        }
    }

    package func stopEvents(in workspaceID: Identifier<Workspace>, token: Int) {
        state.withLock { state in
            state.eventListeners[workspaceID]?[token] = nil
            if state.eventListeners[workspaceID]?.isEmpty == true { state.eventListeners[workspaceID] = nil }
        }
    }

    package func onQueue(_ listener: @escaping @Sendable (Identifier<Sender>?) -> Void) { state.withLock { $0.queueListener = listener } }

    package func onJobs(_ listener: @escaping @Sendable () -> Void) { state.withLock { $0.jobsListener = listener } }
}
