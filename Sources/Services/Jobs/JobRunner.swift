package import Domain
internal import Logging
internal import Metrics
internal import ServiceLifecycle
package import Store
internal import Synchronization

package import struct Foundation.Date

/// The kinds of work in the background, by the names that the table holds.
package enum JobKind {
    package static let mediaDownload = "media-download"
    package static let readReceipt = "read-receipt"
    package static let snoozeEnd = "snooze-end"
    package static let push = "push"
    package static let digest = "digest"
    package static let conversationDeletion = "conversation-deletion"
    package static let templateSync = "template-sync"
    package static let senderCheck = "sender-check"
    package static let scheduledMessage = "scheduled-message"
    package static let webhookDelivery = "webhook-delivery"
    package static let callBlocking = "call-blocking"
    package static let receptionMail = "reception-mail"
    package static let keptIntake = "kept-intake"
    package static let renewal = "renewal"
    package static let creditMail = "credit-mail"
    package static let profileSync = "profile-sync"
    package static let numberSignup = "number-signup"
    package static let contactImport = "contact-import"
    package static let campaign = "campaign"
    package static let consentConfirmation = "consent-confirmation"
}

/// Does one kind of job. Safe to run twice: what it writes commits together with the job's completion.
package protocol JobHandler: Sendable {
    static var kind: String { get }
    /// Jobs of this kind under way at once in a process.
    static var concurrency: Int { get }

    /// Throws to have the job tried again later; a ``JobProblem`` sets it aside at once.
    func run(_ job: Job) async throws -> JobCompletion
}

/// What a job writes, in the transaction that removes it.
package struct JobCompletion: Sendable {
    package let write: @Sendable (any Transaction) throws -> Void
    package static let done = JobCompletion { _ in }

    package init(_ write: @escaping @Sendable (any Transaction) throws -> Void) { self.write = write }
}

/// A job that no repetition can help.
package struct JobProblem: Error {
    package let reason: String
    package init(_ reason: String) { self.reason = reason }
}

/// Takes due jobs under a lease, kind by kind, so that a slow kind can't hold up another, and in each kind the workspaces in turn.
package final class JobRunner: Service {
    static let pollInterval: Duration = .seconds(1)
    static let leaseSeconds = 60.0
    static let renewInterval: Duration = .seconds(20)
    /// Tries of one job; then it is set aside for a person.
    static let attemptLimit = 25

    private let database: any Database
    private let handlers: [any JobHandler]
    private let signals: Signals
    private let now: @Sendable () -> Date
    private let wakeUps: [WakeUp]

    package init(database: any Database, handlers: [any JobHandler], signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.handlers, self.signals, self.now) = (database, handlers, signals, now)
        let wakeUps = handlers.map { _ in WakeUp() }
        self.wakeUps = wakeUps
        signals.onJobs { for wakeUp in wakeUps { wakeUp.wake() } }
    }

    package func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for (handler, wakeUp) in zip(handlers, wakeUps) {
                    group.addTask { await self.work(handler, wakeUp) }
                }
            }
        } onGracefulShutdown: {
            for wakeUp in self.wakeUps { wakeUp.finish() }
        }
    }

    private func work(_ handler: any JobHandler, _ wakeUp: WakeUp) async {
        let running = RunningJobs()
        await withDiscardingTaskGroup { group in
            while !wakeUp.isFinished {
                let free = type(of: handler).concurrency - running.count
                var jobs: [Job] = []
                if free > 0 {
                    let (place, held) = (running.place, running.counts)
                    let share = Self.share(of: type(of: handler).concurrency)
                    do {
                        jobs = try await database.write { [now] in
                            try JobTable($0).take(
                                kind: type(of: handler).kind, after: place, held: held, share: share, now: now(),
                                leaseSeconds: Self.leaseSeconds, limit: free)
                        }
                    } catch {
                        Logger(label: "jobs").warning("Jobs can't be read", metadata: ["error": "\(String(reflecting: error))"])
                    }
                }
                running.begin(jobs)
                for job in jobs {
                    group.addTask {
                        await self.run(job, handler)
                        running.end(job)
                        wakeUp.wake()
                    }
                }
                if jobs.isEmpty { await wakeUp.wait(for: Self.pollInterval) }
            }
        }
    }

    /// Jobs of one workspace under way at most: one whose provider hangs leaves room for the others.
    private static func share(of concurrency: Int) -> Int { max(1, concurrency - concurrency / 4) }

    private func run(_ job: Job, _ handler: any JobHandler) async {
        let renewal = Task { [database, now] in
            while (try? await Task.sleep(for: Self.renewInterval)) != nil {
                try? await database.write { try JobTable($0).renew(job, until: now().addingTimeInterval(Self.leaseSeconds)) }
            }
        }
        defer { renewal.cancel() }
        do {
            let completion = try await handler.run(job)
            try await database.write { transaction in
                // Whoever took the job over writes its result; ours is dropped with this transaction.
                guard try JobTable(transaction).complete(job) else { throw JobTakenOver() }
                try completion.write(transaction)
            }
            signals.eventsAppended(in: job.workspaceID)
            Counter(label: "jobs_done_total", dimensions: [("kind", job.kind)]).increment()
        } catch is JobTakenOver {
        } catch {
            await putOff(job, error)
        }
    }

    private func putOff(_ job: Job, _ error: any Error) async {
        let isHopeless = error is JobProblem || job.attempts >= Self.attemptLimit
        Logger(label: "jobs").warning(
            isHopeless ? "A job was set aside" : "A job is tried again later",
            metadata: ["job.id": "\(job.id)", "job.kind": "\(job.kind)", "error": "\(String(reflecting: error))"])
        // 2 s, doubling, at most an hour; the jitter keeps jobs that failed together from coming back together.
        let delay = min(3_600, 2 * pow2(job.attempts - 1)) * Double.random(in: 0.8...1.2)
        let runAt: Date? = isHopeless ? nil : now().addingTimeInterval(delay)
        try? await database.write { try JobTable($0).fail(job, error: JobError.words(for: error), runAt: runAt) }
    }

    private func pow2(_ exponent: Int) -> Double { Double(1 << min(16, max(0, exponent))) }
}

private struct JobTakenOver: Error {}

/// Jobs of one kind under way in this process, by workspace.
private final class RunningJobs: Sendable {
    private struct State {
        var counts: [Identifier<Workspace>: Int] = [:]
        var place = ""
    }

    private let state = Mutex(State())

    var counts: [Identifier<Workspace>: Int] { state.withLock { $0.counts } }
    var count: Int { counts.values.reduce(0, +) }

    /// The workspace that was served last.
    var place: String { state.withLock { $0.place } }

    func begin(_ jobs: [Job]) {
        state.withLock { state in
            for job in jobs { state.counts[job.workspaceID, default: 0] += 1 }
            if let last = jobs.last { state.place = last.workspaceID.text }
        }
    }

    func end(_ job: Job) {
        state.withLock { state in
            let left = state.counts[job.workspaceID, default: 1] - 1
            state.counts[job.workspaceID] = left == 0 ? nil : left
        }
    }
}
