internal import Synchronization

/// Lets one loop sleep until it is woken or a time is over. A wake-up that comes while nobody sleeps is kept, once.
package final class WakeUp: Sendable {
    private struct State {
        var isWoken = false
        var isFinished = false
        var sleeper: CheckedContinuation<Void, Never>?
        var generation = 0
    }

    private let state = Mutex(State())

    package init() {}

    package var isFinished: Bool { state.withLock { $0.isFinished } }

    package func wake() {
        let sleeper = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard let sleeper = state.sleeper else {
                state.isWoken = true
                return nil
            }
            state.sleeper = nil
            return sleeper
        }
        sleeper?.resume()
    }

    /// Ends this and every later wait at once.
    package func finish() {
        state.withLock { $0.isFinished = true }
        wake()
    }

    package func wait(for duration: Duration) async {
        let timer = Mutex<Task<Void, Never>?>(nil)
        await withCheckedContinuation { continuation in
            let generation = state.withLock { state -> Int? in
                if state.isWoken || state.isFinished {
                    state.isWoken = false
                    return nil
                }
                state.sleeper = continuation
                state.generation += 1
                return state.generation
            }
            guard let generation else { return continuation.resume() }
            let task = Task { [weak self] in
                guard (try? await Task.sleep(for: duration)) != nil else { return }
                self?.timeOut(generation)
            }
            timer.withLock { $0 = task }
        }
        timer.withLock { $0 }?.cancel()
    }

    private func timeOut(_ generation: Int) {
        let sleeper = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.generation == generation else { return nil }
            defer { state.sleeper = nil }
            return state.sleeper
        }
        sleeper?.resume()
    }
}
