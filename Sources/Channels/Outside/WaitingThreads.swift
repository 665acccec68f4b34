internal import NIOPosix

/// Threads on which other people's servers may keep us waiting. Apart from those that everything shares, and each kind by itself: a mail server that
/// never answers holds up other e-mail at the most, and no name that somebody has to look up.
enum WaitingThreads {
    /// More than the digests and tests that are under way at once.
    static let mail = threads(12)
    static let names = threads(16)

    private static func threads(_ count: Int) -> NIOThreadPool {
        let pool = NIOThreadPool(numberOfThreads: count)
        pool.start()
        return pool
    }
}
