package import Domain

package import struct Foundation.Date

/// Work that outlives its request.
package struct Job: Sendable, Identified {
    package static let identifierPrefix = "job"

    package let id: Identifier<Job>
    package let workspaceID: Identifier<Workspace>
    package let kind: String
    package let key: String
    /// JSON, in the form that the kind's handler reads.
    package let payload: String
    /// How often it was tried, this time included.
    package let attempts: Int
    package let epoch: Int

    package init(
        id: Identifier<Job>, workspaceID: Identifier<Workspace>, kind: String, key: String, payload: String, attempts: Int, epoch: Int
    ) {
        (self.id, self.workspaceID, self.kind, self.key, self.payload) = (id, workspaceID, kind, key, payload)
        (self.attempts, self.epoch) = (attempts, epoch)
    }
}

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

    /// Takes due jobs of a kind under a lease; a job whose lease ran out is due again.
    package func take(kind: String, now: Date, leaseSeconds: Double, limit: Int) throws -> [Job] {
        return try transaction.rows(
            """
            UPDATE jobs SET attempts = attempts + 1, epoch = epoch + 1, lease_expires_at = \(now.addingTimeInterval(leaseSeconds))
            WHERE (workspace_id, id) IN (
                SELECT workspace_id, id FROM jobs
                WHERE kind = \(kind) AND state = 'pending' AND run_at <= \(now) AND (lease_expires_at IS NULL OR lease_expires_at <= \(now))
                ORDER BY run_at, id LIMIT \(limit)\(sql: transaction.dialect.forUpdateSkipLocked))
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
