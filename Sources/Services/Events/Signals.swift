package import Domain
internal import Synchronization

/// Wake-ups inside this process: that something may have changed, and nothing more. Whoever is woken reads the table, which is the truth.
package final class Signals: Sendable {
    private struct State {
        var eventListeners: [Identifier<Workspace>: [Int: @Sendable () -> Void]] = [:]
        var queueListener: (@Sendable (Identifier<Sender>) -> Void)?
        var jobsListener: (@Sendable () -> Void)?
        var nextToken = 0
    }

    private let state = Mutex(State())

    package init() {}

    package func eventsAppended(in workspaceID: Identifier<Workspace>) {
        for listener in state.withLock({ $0.eventListeners[workspaceID].map { Array($0.values) } ?? [] }) { listener() }
    }

    package func messageQueued(for senderID: Identifier<Sender>) { state.withLock { $0.queueListener }?(senderID) }

    package func jobsAdded() { state.withLock { $0.jobsListener }?() }

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

    package func onQueue(_ listener: @escaping @Sendable (Identifier<Sender>) -> Void) { state.withLock { $0.queueListener = listener } }

    package func onJobs(_ listener: @escaping @Sendable () -> Void) { state.withLock { $0.jobsListener = listener } }
}
