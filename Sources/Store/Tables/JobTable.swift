package import Domain

package import struct Foundation.Date

/// The work in the background. What a person sees and decides is in ``JobEntryTable``.
package struct JobTable {
    private let transaction: any Transaction

    package init(_ transaction: any Transaction) { self.transaction = transaction }

    /// A job to be done, once per kind and key while it is pending.
    package struct NewJob: Sendable {
        package let workspaceID: Identifier<Workspace>
        package let kind: String
        package let key: String
        package let payload: String
        package let runAt: Date

        package init(workspaceID: Identifier<Workspace>, kind: String, key: String, payload: String, runAt: Date) {
            (self.workspaceID, self.kind, self.key, self.payload, self.runAt) = (workspaceID, kind, key, payload, runAt)
        }
    }

    package func insert(_ jobs: [NewJob], now: Date) throws {
        try transaction.insert(
            into: "jobs (workspace_id, id, kind, key, payload, state, run_at, created_at)",
            jobs.map { job in
                [
                    SQLValue(job.workspaceID), SQLValue(Identifier<Job>.make(at: now)), .text(job.kind), .text(job.key), .text(job.payload),
                    .text("pending"), SQLValue(job.runAt), SQLValue(now),
                ]
            },
            suffix: "ON CONFLICT (workspace_id, kind, key) WHERE state = 'pending' DO NOTHING")
    }

    /// Has the one job of its kind and key done by its time at the latest, one that is under way done again. Unlike ``insert(_:now:)`` it holds the
    /// pending job's row, so that a worker that is just completing it either sees what this transaction wrote or leaves the place free.
    package func request(_ job: NewJob, now: Date) throws {
        let changed = try transaction.run(
            """
            UPDATE jobs SET run_at = CASE WHEN run_at > \(job.runAt) THEN \(job.runAt) ELSE run_at END
            WHERE workspace_id = \(job.workspaceID) AND kind = \(job.kind) AND key = \(job.key) AND state = 'pending'
            """)
        if changed == 0 { try insert([job], now: now) }
    }

    /// Has a job done at once, and one that is under way begun again: what that one found may be older than what is asked for now, and is dropped when it
    /// completes. Only for work that may be done twice. Holds the job's row as ``request(_:now:)`` does.
    package func restart(_ job: NewJob, now: Date) throws {
        let changed = try transaction.run(
            """
            UPDATE jobs SET run_at = \(job.runAt), epoch = epoch + 1, attempts = 0, lease_expires_at = NULL
            WHERE workspace_id = \(job.workspaceID) AND kind = \(job.kind) AND key = \(job.key) AND state = 'pending'
            """)
        if changed == 0 { try insert([job], now: now) }
    }

    /// Holds the row of a pending job, if there is one, until the transaction ends: whoever completes it comes after. For whoever will write what that job
    /// writes too, before anything else of it is held, so that nobody waits in a circle.
    package func hold(kind: String, key: String, in workspaceID: Identifier<Workspace>) throws {
        _ = try transaction.rows(
            """
            SELECT id FROM jobs WHERE workspace_id = \(workspaceID) AND kind = \(kind) AND key = \(key) AND state = 'pending'\(sql: transaction.dialect.forUpdate)
            """)
    }

    /// Has a pending job done at once rather than at its time.
    package func hasten(kind: String, key: String, in workspaceID: Identifier<Workspace>, now: Date) throws {
        try transaction.run(
            """
            UPDATE jobs SET run_at = \(now)
            WHERE workspace_id = \(workspaceID) AND kind = \(kind) AND key = \(key) AND state = 'pending' AND run_at > \(now)
            """)
    }

    /// Takes due jobs of a kind under a lease; a job whose lease ran out is due again. The workspaces have their turns: each gets an equal part of
    /// the limit, beginning with the one after `place`, so that many jobs of one can't hold up those of another.
    /// - Parameters:
    ///   - place: the workspace that was served last.
    ///   - held: how many jobs of this kind each workspace has under way.
    ///   - share: how many one may have.
    package func take(
        kind: String, after place: String = "", held: [Identifier<Workspace>: Int] = [:], share: Int = .max, now: Date,
        leaseSeconds: Double, limit: Int
    ) throws -> [Job] {
        func room(of workspaceID: Identifier<Workspace>) -> Int { share - held[workspaceID, default: 0] }
        // Those without room may be among the next ones.
        let wanted = limit + held.count
        var turns = try workspacesDue(kind: kind, after: place, now: now, limit: wanted)
        if turns.count < wanted, !place.isEmpty {
            turns += try workspacesDue(kind: kind, after: "", now: now, limit: wanted - turns.count).filter { $0.text <= place }
        }
        turns = Array(turns.filter { room(of: $0) > 0 }.prefix(limit))
        var jobs: [Job] = []
        for workspaceID in turns {
            let part = min(max(1, limit / turns.count), room(of: workspaceID), limit - jobs.count)
            jobs += try take(kind: kind, of: workspaceID, now: now, leaseSeconds: leaseSeconds, limit: part)
        }
        return jobs
    }

    /// Workspaces with due jobs of a kind, in the order of their ids, beginning after one. Steps over the index from workspace to workspace, however
    /// many jobs each has.
    private func workspacesDue(kind: String, after place: String, now: Date, limit: Int) throws -> [Identifier<Workspace>] {
        // In the order of the steps; to sort them would take all steps before the first row.
        try transaction.rows(
            """
            WITH RECURSIVE turns (id) AS (
                SELECT MIN(workspace_id) FROM jobs WHERE kind = \(kind) AND state = 'pending' AND workspace_id > \(place)
                UNION ALL
                SELECT (SELECT MIN(j.workspace_id) FROM jobs j WHERE j.kind = \(kind) AND j.state = 'pending' AND j.workspace_id > turns.id)
                FROM turns WHERE turns.id IS NOT NULL
            )
            SELECT id FROM turns
            WHERE id IS NOT NULL AND EXISTS (
                SELECT 1 FROM jobs d WHERE d.kind = \(kind) AND d.workspace_id = turns.id AND d.state = 'pending' AND d.run_at <= \(now)
                    AND (d.lease_expires_at IS NULL OR d.lease_expires_at <= \(now)))
            LIMIT \(limit)
            """
        ).map { try $0.id(0) }
    }

    private func take(
        kind: String, of workspaceID: Identifier<Workspace>, now: Date, leaseSeconds: Double, limit: Int
    ) throws -> [Job] {
        // Materialised: PostgreSQL may otherwise look for the due ones once for each row, and take more than the limit.
        try transaction.rows(
            """
            WITH due AS MATERIALIZED (
                SELECT id FROM jobs
                WHERE kind = \(kind) AND workspace_id = \(workspaceID) AND state = 'pending' AND run_at <= \(now)
                    AND (lease_expires_at IS NULL OR lease_expires_at <= \(now))
                ORDER BY run_at, id LIMIT \(limit)\(sql: transaction.dialect.forUpdateSkipLocked))
            UPDATE jobs SET attempts = attempts + 1, epoch = epoch + 1, lease_expires_at = \(now.addingTimeInterval(leaseSeconds))
            WHERE workspace_id = \(workspaceID) AND id IN (SELECT id FROM due)
            RETURNING id, workspace_id, kind, key, payload, attempts, epoch
            """
        ).map { row in
            Job(
                id: try row.id(0), workspaceID: try row.id(1), kind: try row.text(2), key: try row.text(3), payload: try row.text(4),
                attempts: try row.integer(5), epoch: try row.integer(6))
        }
    }

    package func renew(_ job: Job, until: Date) throws {
        try transaction.run(
            "UPDATE jobs SET lease_expires_at = \(until) WHERE workspace_id = \(job.workspaceID) AND id = \(job.id) AND epoch = \(job.epoch)"
        )
    }

    /// Removes a job that is done; false when somebody else has taken it over, and then nothing it wrote may stay.
    package func complete(_ job: Job) throws -> Bool {
        try transaction.run("DELETE FROM jobs WHERE workspace_id = \(job.workspaceID) AND id = \(job.id) AND epoch = \(job.epoch)") == 1
    }

    /// Puts a job off, or aside for a person when `runAt` is nil.
    package func fail(_ job: Job, error: String, runAt: Date?) throws {
        try transaction.run(
            """
            UPDATE jobs SET lease_expires_at = NULL, error = \(error), state = \(runAt == nil ? "dead" : "pending"), run_at = COALESCE(\(runAt), run_at)
            WHERE workspace_id = \(job.workspaceID) AND id = \(job.id) AND epoch = \(job.epoch)
            """)
    }
}
