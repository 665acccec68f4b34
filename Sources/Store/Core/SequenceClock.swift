internal import Synchronization

package import struct Foundation.Date

/// Numbers that order a conversation: later ones are greater, in this process strictly, between processes by the millisecond.
package final class SequenceClock: Sendable {
    package static let shared = SequenceClock()

    private let last = Mutex<Int64>(0)

    package init() {}

    /// Milliseconds since 1970 in the upper bits, a counter in the lower 12.
    package func next(at now: Date) -> Int64 {
        let floor = Int64(now.timeIntervalSince1970 * 1_000) << 12
        return last.withLock { last in
            last = max(last + 1, floor)
            return last
        }
    }
}
