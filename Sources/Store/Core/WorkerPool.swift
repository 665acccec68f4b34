internal import DequeModule
internal import Synchronization

/// A connection with a queue of its own, on which all its work runs.
protocol Worker: AnyObject, Sendable {
    func async(_ work: @escaping @Sendable () -> Void)
}

/// Hands jobs to a fixed set of workers, first come, first served. A worker that ends a job takes the next one without changing threads.
final class WorkerPool<Member: Worker>: Sendable {
    /// Jobs that may wait for a worker; more means that the database can't keep up.
    static var waitingLimit: Int { 10_000 }

    /// Told either to run on a worker, or why it won't.
    typealias Job = @Sendable (Result<Member, StoreError>) -> Void

    private struct State {
        var idle: [Member]
        var waiting = Deque<Job>()
        var isClosed = false
        var whenIdle: [CheckedContinuation<Void, Never>] = []
    }

    private enum Decision {
        case start(Member)
        case wait
        case refuse(StoreError)
    }

    let members: [Member]
    private let state: Mutex<State>

    init(_ members: [Member]) {
        self.members = members
        state = Mutex(State(idle: members.reversed()))
    }

    /// Jobs that wait for a worker now.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    func submit(_ job: @escaping Job) {
        let decision = state.withLock { state -> Decision in
            if state.isClosed { return .refuse(.unavailable("The database is closed.")) }
            // The last one used is still warm.
            if let worker = state.idle.popLast() { return .start(worker) }
            guard state.waiting.count < Self.waitingLimit else {
                return .refuse(.unavailable("The database can't keep up: \(Self.waitingLimit) calls wait already."))
            }
            state.waiting.append(job)
            return .wait
        }
        switch decision {
        case .start(let worker): worker.async { [self] in work(job, on: worker) }
        case .wait: break
        case .refuse(let error): job(.failure(error))
        }
    }

    /// Waits for all jobs, those that wait included; refuses new ones.
    func close() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                state.isClosed = true
                if state.idle.count == members.count { return true }
                state.whenIdle.append(continuation)
                return false
            }
            if isIdle { continuation.resume() }
        }
    }

    private func work(_ first: @escaping Job, on worker: Member) {
        var next: Job? = first
        while let job = next {
            job(.success(worker))
            next = state.withLock { state in
                if let waiting = state.waiting.popFirst() { return waiting }
                state.idle.append(worker)
                if state.idle.count == members.count {
                    for continuation in state.whenIdle { continuation.resume() }
                    state.whenIdle = []
                }
                return nil
            }
        }
    }
}
