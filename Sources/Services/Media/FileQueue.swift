internal import Dispatch
internal import Synchronization

/// Threads for blocking file calls, so that none of them ever holds up the pool that all tasks share. Work on one queue is done in order.
struct FileQueue: Sendable {
    private let queue: DispatchQueue

    /// Waits for the work even when the caller is cancelled: half a step on disk helps nobody.
    func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: work)) }
        }
    }

    /// A few queues, given out in turn, so that one slow file doesn't hold up all others.
    final class Pool: Sendable {
        private static let count = 4

        private let queues = (0..<count).map { FileQueue(queue: DispatchQueue(label: "media-files-\($0)")) }
        private let turn = Atomic<Int>(0)

        func next() -> FileQueue { queues[turn.wrappingAdd(1, ordering: .relaxed).oldValue & (Self.count - 1)] }
    }
}
