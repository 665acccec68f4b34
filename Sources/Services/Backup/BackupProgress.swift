internal import Synchronization

/// Tells now and then how far a long work has come.
package final class BackupProgress: Sendable {
    private static let pause = Duration.seconds(2)

    private let say: @Sendable (String) -> Void
    private let saidAt = Mutex(ContinuousClock.now)

    /// - Parameter say: gets whole sentences.
    package init(_ say: @escaping @Sendable (String) -> Void) { self.say = say }

    func begin(_ sentence: String) {
        saidAt.withLock { $0 = .now }
        say(sentence)
    }

    func step(_ done: Int, of total: Int, _ what: String) {
        let isDue = saidAt.withLock { last in
            guard ContinuousClock.now - last >= Self.pause else { return false }
            last = .now
            return true
        }
        if isDue { say("  \(done) of \(total) \(what)") }
    }
}
