package import Domain

package import struct Foundation.Date

/// The jobs of the caller's workspace, to look at and to decide about.
package struct JobEntryTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    private static let columns: SQL = "id, kind, key, state, attempts, error, run_at, created_at"

    /// Those that were given up, newest first, before the id given.
    package func dead(before: Identifier<Job>? = nil, limit: Int) throws -> [JobEntry] {
        try access.require(.settingsManage)
        let place: SQL = if let before { "AND id < \(before)" } else { "" }
        return try transaction.rows(
            """
            SELECT \(sql: Self.columns) FROM jobs WHERE workspace_id = \(access.workspaceID) AND state = 'dead' \(sql: place)
            ORDER BY id DESC LIMIT \(limit)
            """
        ).map(Self.entry)
    }

    /// Those that wait or are being done, by kind and key, after the place given.
    package func pending(after: (kind: String, key: String)? = nil, limit: Int) throws -> [JobEntry] {
        try access.require(.settingsManage)
        let place: SQL = if let after { "AND (kind, key) > (\(after.kind), \(after.key))" } else { "" }
        return try transaction.rows(
            """
            SELECT \(sql: Self.columns) FROM jobs WHERE workspace_id = \(access.workspaceID) AND state = 'pending' \(sql: place)
            ORDER BY kind, key LIMIT \(limit)
            """
        ).map(Self.entry)
    }

    package func find(_ id: Identifier<Job>) throws -> JobEntry? {
        try access.require(.settingsManage)
        return try transaction.rows(
            "SELECT \(sql: Self.columns) FROM jobs WHERE workspace_id = \(access.workspaceID) AND id = \(id)"
        ).first.map(Self.entry)
    }

    /// How many were given up; counts no further than `limit`.
    package func deadCount(limit: Int) throws -> Int {
        try access.require(.settingsManage)
        return try transaction.rows(
            "SELECT COUNT(*) FROM (SELECT id FROM jobs WHERE workspace_id = \(access.workspaceID) AND state = 'dead' LIMIT \(limit)) AS n"
        )[0].integer(0)
    }

    /// Has a dead job done again from now, as if it had never been tried. Throws ``JobEntryProblem``.
    package func requeue(_ id: Identifier<Job>, now: Date) throws {
        do {
            if try requeue([id], now: now) == [id] { return }
        } catch StoreError.duplicate {
            throw JobEntryProblem.samePending  // Came between the look and the change.
        }
        throw try refusal(of: id) ?? JobEntryProblem.samePending
    }

    /// As ``requeue(_:now:)`` for several at once; those whose work is pending already stay. Returns the others. Throws
    /// ``StoreError/duplicate(constraint:)`` when the same work becomes pending meanwhile.
    package func requeue(_ ids: [Identifier<Job>], now: Date) throws -> [Identifier<Job>] {
        try access.require(.settingsManage)
        guard !ids.isEmpty else { return [] }
        return try transaction.rows(
            """
            UPDATE jobs SET state = 'pending', attempts = 0, epoch = epoch + 1, lease_expires_at = NULL, run_at = \(now)
            WHERE workspace_id = \(access.workspaceID) AND id IN (\(list: ids.map { SQLValue($0) })) AND state = 'dead' AND NOT EXISTS (
                SELECT 1 FROM jobs p
                WHERE p.workspace_id = jobs.workspace_id AND p.kind = jobs.kind AND p.key = jobs.key AND p.state = 'pending')
            RETURNING id
            """
        ).map { try $0.id(0) }
    }

    /// Removes a dead job for good. Throws ``JobEntryProblem``.
    package func discard(_ id: Identifier<Job>) throws {
        try access.require(.settingsManage)
        let removed = try transaction.run("DELETE FROM jobs WHERE workspace_id = \(access.workspaceID) AND id = \(id) AND state = 'dead'")
        if removed == 0 { throw try refusal(of: id) ?? JobEntryProblem.missing }
    }

    /// Nil when it is there and dead.
    private func refusal(of id: Identifier<Job>) throws -> JobEntryProblem? {
        guard let entry = try find(id) else { return .missing }
        return entry.state == .dead ? nil : .notDead
    }

    private static func entry(_ row: Row) throws -> JobEntry {
        guard let state = JobState(rawValue: try row.text(3)) else { throw StoreError.columnMismatch(3) }
        return JobEntry(
            id: try row.id(0), kind: try row.text(1), key: try row.text(2), state: state, attempts: try row.integer(4),
            error: try row.textOrNil(5), runAt: try row.date(6), createdAt: try row.date(7))
    }
}
