import Dispatch

/// Opens once; lets tasks and blocked closures through.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func open() { semaphore.signal() }

    /// For closures on a thread of their own.
    func wait() { semaphore.wait() }

    /// For tasks, which mustn't block theirs.
    func passed() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [self] in
                semaphore.wait()
                continuation.resume()
            }
        }
    }
}
