internal import Domain
internal import Logging
internal import Store
internal import Synchronization

internal import struct Foundation.Date

/// Records the answers of calls: those that come at one moment in one transaction. An answer is never given up: while the database is away it waits,
/// and its call's slot with it, so no more than the calls in flight can wait.
final class AnswerRecorder: Sendable {
    /// Answers in one transaction, at most.
    private static let batchLimit = 256
    private static let longestPause = Duration.seconds(5)
    /// When answers follow one another, how long a small batch waits for more. The first after a quiet moment is recorded at once.
    private static let gathering = Duration.milliseconds(5)
    private static let smallBatch = 64

    private struct Waiting: Sendable {
        let answer: AnswerTable.Answer
        /// What a refusal means beyond its message.
        let disposition: Disposition?
        let senderID: Identifier<Sender>
        let continuation: CheckedContinuation<Void, Never>
        /// Whether the answer as it came was refused by the database for good.
        var isDefective = false

        var defective: Waiting {
            Waiting(
                answer: .init(
                    attempt: answer.attempt, workspaceID: answer.workspaceID, conversationID: answer.conversationID, outcome: .unknown),
                disposition: nil, senderID: senderID, continuation: continuation, isDefective: true)
        }
    }

    private struct State {
        var waiting: [Waiting] = []
        var isRunning = false
    }

    private let database: any Database
    private let signals: Signals
    private let now: @Sendable () -> Date
    private let state = Mutex(State())

    init(database: any Database, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.signals, self.now) = (database, signals, now)
    }

    /// Returns when the answer is on disk.
    func record(_ answer: AnswerTable.Answer, disposition: Disposition?, from senderID: Identifier<Sender>) async {
        await withCheckedContinuation { continuation in
            let mustStart = state.withLock { state in
                state.waiting.append(
                    Waiting(answer: answer, disposition: disposition, senderID: senderID, continuation: continuation))
                defer { state.isRunning = true }
                return !state.isRunning
            }
            if mustStart { Task.detached { await self.run() } }
        }
    }

    private func run() async {
        while let batch = next() {
            await write(batch)
            for waiting in batch { waiting.continuation.resume() }
            let isSmall = state.withLock { (1..<Self.smallBatch).contains($0.waiting.count) }
            if isSmall { try? await Task.sleep(for: Self.gathering) }
        }
    }

    private func next() -> [Waiting]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isRunning = false
                return nil
            }
            let batch = Array(state.waiting.prefix(Self.batchLimit))
            state.waiting.removeFirst(batch.count)
            return batch
        }
    }

    /// Together; if that can't be, one by one, so that one defective answer doesn't hold up the others.
    private func write(_ batch: [Waiting]) async {
        var pause = Duration.milliseconds(50)
        while true {
            do {
                return try await commit(batch)
            } catch {
                Logger(label: "dispatcher").error(
                    "Answers couldn't be recorded yet", metadata: ["count": "\(batch.count)", "error": "\(String(reflecting: error))"])
                let isOutage = (error as? StoreError)?.isOutage ?? false
                if !isOutage, batch.count > 1 {
                    for waiting in batch { await write([waiting]) }
                    return
                }
                if !isOutage, let waiting = batch.first, !waiting.isDefective {
                    // The provider gave an id that another message has, or something else that no rule allows: what became of it, nobody can say.
                    return await write([waiting.defective])
                }
                // Not the sleep of a cancelled task: nothing may hurry this.
                await Task.detached { [pause] in try? await Task.sleep(for: pause) }.value
                pause = min(pause * 2, Self.longestPause)
            }
        }
    }

    private func commit(_ batch: [Waiting]) async throws {
        let moment = now()
        let workspaces = Set(batch.map(\.answer.workspaceID))
        try await database.write { transaction in
            try AnswerTable(transaction).record(batch.map(\.answer), now: moment)
            for workspaceID in workspaces.sorted() {
                let ours = batch.filter { $0.answer.workspaceID == workspaceID }
                var events = ours.map { waiting in
                    NewEvent(
                        .messageUpdated, conversation: waiting.answer.conversationID, message: waiting.answer.attempt.messageID,
                        cause: waiting.answer.outcome.cause)
                }
                let consequences = Consequences(transaction, now: moment)
                for waiting in ours {
                    guard let disposition = waiting.disposition else { continue }
                    events += try consequences.apply(
                        disposition, code: waiting.answer.outcome.error?.code ?? "", of: waiting.answer.attempt.messageID,
                        sender: waiting.senderID, in: workspaceID)
                }
                // A status may have come before our answer did.
                let related = RelatedEvents(transaction, now: moment)
                let known = ours.compactMap { waiting in
                    waiting.answer.outcome.providerID.map { (sender: waiting.senderID, providerID: $0) }
                }
                events += try related.applyParked(for: known, in: workspaceID)
                try EventTable(transaction, .system("dispatcher", in: workspaceID)).append(events, at: moment)
            }
            CrashPoint.reach(.midCommit)
        }
        for workspaceID in workspaces { signals.eventsAppended(in: workspaceID) }
    }
}

extension AnswerTable.Outcome {
    /// As the event log names it.
    var cause: String {
        switch self {
        case .accepted: "accepted"
        case .failed: "failed"
        case .unknown: "unknown"
        case .again: "queued"
        }
    }

    var error: MessageError? {
        switch self {
        case .failed(let error), .again(let error, _): error
        case .accepted, .unknown: nil
        }
    }

    var providerID: String? { if case .accepted(let id) = self { id } else { nil } }
}
