package import Domain

package import struct Foundation.Date

/// Answers kept for repeats of a request, each in the transaction of its effect.
package struct IdempotencyTable {
    package struct Answer: Sendable, Equatable {
        package let bodyHash: [UInt8]
        package let status: Int
        package let body: [UInt8]
    }

    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// Takes the key for this transaction; false when an answer is kept under it. PostgreSQL waits here for a transaction that is at work
    /// on the same key; SQLite has one writer anyway. An answer from before `cutoff` gives way.
    package func claim(_ key: String, route: String, bodyHash: [UInt8], at now: Date, cutoff: Date) throws -> Bool {
        try transaction.run(
            """
            INSERT INTO idempotency_keys (workspace_id, actor, route, key, body_hash, created_at)
            VALUES (\(access.workspaceID), \(access.actor.text), \(route), \(key), \(bodyHash), \(now))
            ON CONFLICT (workspace_id, actor, route, key) DO UPDATE
            SET body_hash = excluded.body_hash, status = NULL, answer = NULL, created_at = excluded.created_at
            WHERE idempotency_keys.created_at <= \(cutoff)
            """) == 1
    }

    package func keep(_ body: [UInt8], status: Int, for key: String, route: String) throws {
        try transaction.run(
            """
            UPDATE idempotency_keys SET status = \(status), answer = \(body)
            WHERE workspace_id = \(access.workspaceID) AND actor = \(access.actor.text) AND route = \(route) AND key = \(key)
            """)
    }

    package func answer(to key: String, route: String, since cutoff: Date) throws -> Answer? {
        try transaction.rows(
            """
            SELECT body_hash, status, answer FROM idempotency_keys
            WHERE workspace_id = \(access.workspaceID) AND actor = \(access.actor.text) AND route = \(route) AND key = \(key)
                AND created_at > \(cutoff) AND status IS NOT NULL
            """
        ).first.map { Answer(bodyHash: try $0.bytes(0), status: try $0.integer(1), body: try $0.bytes(2)) }
    }
}

/// Forgetting old answers, of all workspaces.
package struct IdempotencyPruning {
    /// Rows a call: longer work comes in pieces, so that writers aren't kept waiting.
    package static let batch = 500

    private let transaction: any Transaction
    package init(_ transaction: any Transaction) { self.transaction = transaction }

    /// How many were deleted; fewer than ``batch`` when none are left.
    package func delete(before cutoff: Date) throws -> Int {
        let old = try transaction.rows(
            "SELECT workspace_id, actor, route, key FROM idempotency_keys WHERE created_at <= \(cutoff) ORDER BY created_at LIMIT \(Self.batch)"
        )
        guard !old.isEmpty else { return 0 }
        return try transaction.run(
            "DELETE FROM idempotency_keys WHERE (workspace_id, actor, route, key) IN (VALUES \(rows: old.map(\.values)))")
    }
}
