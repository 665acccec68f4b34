internal import Domain
internal import Synchronization

/// Calls of this process that may be under way at once, shared between the senders: whatever the others do, each gets its equal part, and more only
/// of what they leave.
final class CallSlots: Sendable {
    private struct State {
        var used: [Identifier<Sender>: Int] = [:]
        var total = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    /// A sender takes part in the sharing from now on.
    func join(_ sender: Identifier<Sender>) { state.withLock { $0.used[sender, default: 0] += 0 } }

    /// Takes up to `count`; returns how many it got. `most` is how many the sender may hold altogether.
    func take(_ count: Int, most: Int, for sender: Identifier<Sender>) -> Int {
        state.withLock { state in
            let used = state.used[sender] ?? 0
            let share = max(1, limit / max(1, state.used.count))
            // What the others haven't taken of their parts stays theirs, but for a sixteenth of the whole, which a few busy ones may use among many idle.
            let owed = state.used.reduce(0) { $1.key == sender ? $0 : $0 + max(0, share - $1.value) }
            let free = max(limit - state.total - owed, min(share - used, limit - state.total), min(limit / 16 - used, limit - state.total))
            let got = max(0, min(count, most - used, free))
            state.used[sender] = used + got
            state.total += got
            return got
        }
    }

    func give(_ count: Int, from sender: Identifier<Sender>) {
        state.withLock { state in
            state.used[sender, default: 0] -= count
            state.total -= count
        }
    }

    /// The sender's worker has ended, and its last call with it.
    func leave(_ sender: Identifier<Sender>) { state.withLock { $0.used[sender] = nil } }
}
