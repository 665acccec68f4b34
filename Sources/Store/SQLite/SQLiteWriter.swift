internal import DequeModule
internal import Synchronization

/// The one writer: collects concurrent writes and commits them together, each in a savepoint of its own, so that they share one fsync.
///
/// Whoever waits is answered after the commit only. Groups run on the connection's queue, where the cancellation of a caller can't reach them.
final class SQLiteWriter: Sendable {
    /// Closures in one commit at most.
    private static let groupLimit = 256
    /// How long a group takes in closures before it commits.
    static let groupDuration = Duration.milliseconds(10)
    /// Writes that may wait; more means that the disk can't keep up.
    private static let waitingLimit = 10_000

    /// One caller's closure.
    struct Write: Sendable {
        /// Returns what to do after the commit. May be called again when the transaction was lost through no fault of its own.
        let run: @Sendable (any Transaction) throws -> @Sendable () -> Void
        let fail: @Sendable (any Error) -> Void
    }

    private struct State {
        var waiting = Deque<Write>()
        var isRunning = false
        var isClosed = false
        var whenIdle: [CheckedContinuation<Void, Never>] = []
    }

    private let connection: SQLiteConnection
    private let groupDuration: Duration
    private let state = Mutex(State())

    init(_ connection: SQLiteConnection, groupDuration: Duration = groupDuration) {
        self.connection = connection
        self.groupDuration = groupDuration
    }

    var waitingCount: Int { state.withLock { $0.waiting.count } }

    func submit(_ write: Write) {
        enum Decision {
            case start, wait
            case refuse(StoreError)
        }
        let decision = state.withLock { state -> Decision in
            if state.isClosed { return .refuse(.unavailable("The database is closed.")) }
            guard state.waiting.count < Self.waitingLimit else {
                return .refuse(.unavailable("The database can't keep up: \(Self.waitingLimit) writes wait already."))
            }
            state.waiting.append(write)
            if state.isRunning { return .wait }
            state.isRunning = true
            return .start
        }
        switch decision {
        case .start: connection.async { [self] in drain() }
        case .wait: break
        case .refuse(let error): write.fail(error)
        }
    }

    /// Refuses new writes, and waits for those under way.
    func close() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                state.isClosed = true
                if state.isRunning { state.whenIdle.append(continuation) }
                return !state.isRunning
            }
            if isIdle { continuation.resume() }
        }
    }

    private func drain() {
        while hasMore() {
            group { self.state.withLock { $0.waiting.popFirst() } }
        }
    }

    private func hasMore() -> Bool {
        state.withLock { state in
            state.isRunning = !state.waiting.isEmpty
            if !state.isRunning {
                for continuation in state.whenIdle { continuation.resume() }
                state.whenIdle = []
            }
            return state.isRunning
        }
    }

    /// One transaction, fed by `next` until there is nothing more, or a limit is reached.
    private func group(_ next: () -> Write?) {
        var members: [(write: Write, finish: @Sendable () -> Void)] = []
        let start = ContinuousClock.now
        do {
            try connection.execute("BEGIN IMMEDIATE")
        } catch {
            // The lock is another's, or the disk is gone: whoever waits has waited long enough.
            while let write = next() { write.fail(error) }
            return
        }
        while members.count < Self.groupLimit, members.isEmpty || ContinuousClock.now - start < groupDuration, let write = next() {
            do {
                try connection.control(.begin("member"))
                let finish = try ConnectionTransaction(connection).perform(write.run)
                try connection.control(.release("member"))
                members.append((write, finish))
            } catch {
                // Told after the commit as well: what it stumbled over may be a neighbour's row.
                members.append((write, { write.fail(error) }))
                do {
                    try connection.control(.rollback("member"))
                } catch {
                    // SQLite gave up the whole transaction, and with it what the others had done.
                    abandon()
                    let lost = StoreError.unavailable("The database gave up a transaction that several writes shared.")
                    for member in members.dropLast() { member.write.fail(lost) }
                    members.last?.finish()
                    return
                }
            }
        }
        do {
            try connection.commit()
            for member in members { member.finish() }
        } catch {
            abandon()
            if case StoreError.foreignKey = error, members.count > 1 {
                // Checked at the end only (DEFERRABLE): one of them is at fault, so each for itself.
                for member in members {
                    var alone: Write? = member.write
                    group { alone.take() }
                }
            } else {
                for member in members { member.write.fail(error) }
            }
        }
    }

    private func abandon() {
        if connection.isInTransaction { try? connection.execute("ROLLBACK") }
    }
}
