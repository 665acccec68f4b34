package import struct Foundation.Date

/// How many there are, counted up to a limit so that no count runs over a million rows.
package struct BoundedCount: Sendable, Equatable {
    package let count: Int
    /// Whether there are more than ``count``.
    package let isMore: Bool

    package static let none = BoundedCount(0)

    /// - Parameter limit: rows that are counted at most; finding one more means that there are more.
    package init(_ found: Int, limit: Int = .max) {
        count = min(found, limit)
        isMore = found > limit
    }

    package init(_ count: Int, isMore: Bool) { (self.count, self.isMore) = (count, isMore) }

    package static func + (one: Self, other: Self) -> Self {
        BoundedCount(one.count + other.count, isMore: one.isMore || other.isMore)
    }
}

/// How a sender's queue stands.
package struct SenderQueue: Sendable {
    /// What waits in one lane.
    package struct Waiting: Sendable, Equatable {
        package let lane: Lane
        package let count: BoundedCount
        /// When the first of them was accepted; nil when nothing waits.
        package let oldestAt: Date?

        package init(lane: Lane, count: BoundedCount, oldestAt: Date?) { (self.lane, self.count, self.oldestAt) = (lane, count, oldestAt) }
    }

    /// The process that sends for the number now.
    package struct Owner: Sendable, Equatable {
        package let processID: String
        /// nil when the process isn't known any more.
        package let host: String?

        package init(processID: String, host: String?) { (self.processID, self.host) = (processID, host) }
    }

    /// What is said of a queue beside others.
    package struct Glance: Sendable, Equatable {
        package let waiting: BoundedCount
        package let isPaused: Bool

        package init(waiting: BoundedCount, isPaused: Bool) { (self.waiting, self.isPaused) = (waiting, isPaused) }
    }

    /// The last that waits: what comes later is behind it. Names what a person saw when they decided to clear the queue.
    package struct End: Sendable, Equatable {
        package let sequence: Int64

        package init(_ sequence: Int64) { self.sequence = sequence }

        package init(parsing text: String) throws(QueueProblem) {
            guard let sequence = Int64(text), sequence >= 0 else { throw .endMalformed }
            self.sequence = sequence
        }

        package var text: String { String(sequence) }
    }

    /// What waits, of each lane, in the order in which they leave.
    package let waiting: [Waiting]
    /// Wait for their time.
    package let scheduled: BoundedCount
    /// With the provider now: their calls are under way.
    package let sending: BoundedCount
    /// Nobody knows whether they left.
    package let unknown: BoundedCount
    /// Failed for a reason that can pass, accepted within ``retryableSeconds``.
    package let retryable: BoundedCount
    /// What holds the number back, whatever waits.
    package let hold: SenderHold
    package let pace: SenderPace
    package let owner: Owner?
    /// Whether any process sends.
    package let hasDispatcher: Bool
    package let end: End?

    /// How old a failed message may be to be sent again with others, in seconds: what it says may not be true any more.
    package static let retryableSeconds = 24.0 * 60 * 60

    package init(
        waiting: [Waiting], scheduled: BoundedCount, sending: BoundedCount, unknown: BoundedCount, retryable: BoundedCount,
        hold: SenderHold,
        pace: SenderPace, owner: Owner?, hasDispatcher: Bool, end: End?
    ) {
        (self.waiting, self.scheduled, self.sending, self.unknown) = (waiting, scheduled, sending, unknown)
        (self.retryable, self.hold, self.pace, self.owner) = (retryable, hold, pace, owner)
        (self.hasDispatcher, self.end) = (hasDispatcher, end)
    }

    /// All that can still be stopped.
    package var stoppable: BoundedCount { waiting.reduce(scheduled) { $0 + $1.count } }
}

/// What was cancelled by one call, and whether more remains.
package struct QueueClearance: Sendable, Equatable {
    package let cancelled: Int
    package let hasMore: Bool
    /// For the next call: what is queued behind it stays. nil when nothing waited.
    package let end: SenderQueue.End?

    package init(cancelled: Int, hasMore: Bool, end: SenderQueue.End?) {
        (self.cancelled, self.hasMore, self.end) = (cancelled, hasMore, end)
    }
}

/// What was put back into the queue by one call.
package struct QueueRetry: Sendable, Equatable {
    package let requeued: Int
    /// May not leave any more as they are, such as a text whose window has closed.
    package let refused: Int
    /// Where the next call goes on; nil when all have been looked at.
    package let next: String?

    package init(requeued: Int, refused: Int, next: String?) { (self.requeued, self.refused, self.next) = (requeued, refused, next) }
}

package enum QueueProblem: Problem, Equatable {
    case endMalformed

    package var kind: ProblemKind { .invalid }
    package var code: String { "queue.up-to-malformed" }
    package var detail: String { "upTo must be the value that the queue or an earlier answer gave." }
    package var field: String? { "upTo" }
}
