package import Domain
internal import Logging
package import Store

package import struct Foundation.Date

/// The work in the background, for the people who look after it: what waits, what was given up, and what becomes of that.
package struct JobService: Sendable {
    /// Jobs changed in one transaction.
    private static let batch = 500
    /// How often a batch is begun anew because the same work became pending meanwhile.
    private static let repeatLimit = 5
    /// Where a count of dead jobs ends.
    package static let countLimit = 1_000

    private let database: any Database
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(database: any Database, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.signals, self.now) = (database, signals, now)
    }

    /// Dead ones newest first; pending ones by kind and key.
    package func list(_ state: JobState, after: String?, limit: Int, access: Access) async throws -> Page<JobEntry> {
        switch state {
        case .dead:
            let place = try after.map { text in
                guard let id = Identifier<Job>(parsing: try PageCursor(parsing: text).second) else { throw PageProblem.cursorMalformed }
                return id
            }
            let rows = try await database.read { try JobEntryTable($0, access).dead(before: place, limit: limit + 1) }
            return Page(rows: rows, limit: limit) { PageCursor(first: 0, second: $0.id.text) }
        case .pending:
            let place = try after.map { text in
                // A kind has no blank in it; a key may.
                let parts = try PageCursor(parsing: text).second.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2 else { throw PageProblem.cursorMalformed }
                return (kind: String(parts[0]), key: String(parts[1]))
            }
            let rows = try await database.read { try JobEntryTable($0, access).pending(after: place, limit: limit + 1) }
            return Page(rows: rows, limit: limit) { PageCursor(first: 0, second: "\($0.kind) \($0.key)") }
        }
    }

    /// Throws ``JobEntryProblem/missing``.
    package func job(_ id: Identifier<Job>, access: Access) async throws -> JobEntry {
        guard let entry = try await database.read({ try JobEntryTable($0, access).find(id) }) else { throw JobEntryProblem.missing }
        return entry
    }

    /// How many were given up, counted no further than ``countLimit``.
    package func deadCount(access: Access) async throws -> Int {
        try await database.read { try JobEntryTable($0, access).deadCount(limit: Self.countLimit) }
    }

    /// Has a dead job done again, from its first try. Throws ``JobEntryProblem``.
    package func requeue(_ id: Identifier<Job>, access: Access) async throws -> JobEntry {
        let entry = try await database.write { try requeue(id, access: access, in: $0) }
        announce(access)
        return entry
    }

    /// As ``requeue(_:access:)``, inside a transaction of the caller's, who calls ``announce(_:)`` after its commit.
    package func requeue(_ id: Identifier<Job>, access: Access, in transaction: any Transaction) throws -> JobEntry {
        let moment = now()
        let table = JobEntryTable(transaction, access)
        try table.requeue(id, now: moment)
        try EventTable(transaction, access).append(NewEvent(.jobUpdated, subject: id.text, cause: "requeued"), at: moment)
        guard let entry = try table.find(id) else { throw JobEntryProblem.missing }
        return entry
    }

    /// Has all dead jobs done again whose work isn't pending already.
    package func requeueAll(access: Access) async throws -> RequeuedJobs {
        try access.require(.settingsManage)
        var (place, result) = (Identifier<Job>?.none, RequeuedJobs(requeued: 0, left: 0))
        repeat {
            let (next, batch) = try await requeueBatch(before: place, access: access)
            result = RequeuedJobs(requeued: result.requeued + batch.requeued, left: result.left + batch.left)
            place = next
        } while place != nil
        announce(access)
        Logger(label: "jobs").info(
            "Jobs are tried again", metadata: ["jobs": "\(result.requeued)", "left": "\(result.left)", "actor": "\(access.actor.text)"])
        return result
    }

    /// Removes a dead job for good. Throws ``JobEntryProblem``.
    package func discard(_ id: Identifier<Job>, access: Access) async throws {
        let moment = now()
        try await database.write { transaction in
            try JobEntryTable(transaction, access).discard(id)
            try EventTable(transaction, access).append(NewEvent(.jobUpdated, subject: id.text, cause: "discarded"), at: moment)
        }
        signals.eventsAppended(in: access.workspaceID)
    }

    /// Wakes whoever does jobs.
    package func announce(_ access: Access) {
        signals.eventsAppended(in: access.workspaceID)
        signals.jobsAdded()
    }

    /// - Returns: where to go on, nil at the end, and what was done.
    private func requeueBatch(before place: Identifier<Job>?, access: Access) async throws -> (Identifier<Job>?, RequeuedJobs) {
        var tries = 0
        while true {
            do {
                let moment = now()
                return try await database.write { transaction in
                    let table = JobEntryTable(transaction, access)
                    let entries = try table.dead(before: place, limit: Self.batch)
                    // Of several with the same work one is enough, and no more can be pending.
                    var seen: Set<[String]> = []
                    let once = entries.filter { seen.insert([$0.kind, $0.key]).inserted }
                    let requeued = try table.requeue(once.map(\.id), now: moment)
                    try EventTable(transaction, access).append(
                        requeued.map { NewEvent(.jobUpdated, subject: $0.text, cause: "requeued") }, at: moment)
                    let next = entries.count == Self.batch ? entries.last?.id : nil
                    return (next, RequeuedJobs(requeued: requeued.count, left: entries.count - requeued.count))
                }
            } catch StoreError.duplicate where tries < Self.repeatLimit {
                tries += 1
            }
        }
    }
}

/// What became of the jobs that were all to be tried again.
package struct RequeuedJobs: Sendable, Equatable {
    package let requeued: Int
    /// Those whose work is pending already.
    package let left: Int
}
