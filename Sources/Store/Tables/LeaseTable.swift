package import Domain

package import struct Foundation.Date

/// Which process sends for a number, until when. One at a time; each new owner has a greater epoch, by which its claims are told from those of
/// the one before. Times are the database's clock.
package struct LeaseTable {
    private let transaction: any Transaction

    package init(_ transaction: any Transaction) { self.transaction = transaction }

    package struct Lease: Sendable, Hashable {
        package let workspaceID: Identifier<Workspace>
        package let senderID: Identifier<Sender>
        package let epoch: Int

        package init(workspaceID: Identifier<Workspace>, senderID: Identifier<Sender>, epoch: Int) {
            (self.workspaceID, self.senderID, self.epoch) = (workspaceID, senderID, epoch)
        }
    }

    /// Takes a lease that nobody holds; nil when somebody does.
    package func take(
        _ senderID: Identifier<Sender>, in workspaceID: Identifier<Workspace>, owner: String, now: Date, until: Date
    ) throws -> Lease? {
        try transaction.rows(
            """
            INSERT INTO sender_leases (workspace_id, sender_id, owner, epoch, expires_at) VALUES (\(workspaceID), \(senderID), \(owner), 1, \(until))
            ON CONFLICT (workspace_id, sender_id) DO UPDATE SET owner = excluded.owner, epoch = sender_leases.epoch + 1, expires_at = excluded.expires_at
                WHERE sender_leases.owner IS NULL OR sender_leases.expires_at <= \(now)
            RETURNING epoch
            """
        ).first.map { Lease(workspaceID: workspaceID, senderID: senderID, epoch: try $0.integer(0)) }
    }

    /// Prolongs all that the process still holds, and returns them. One that ran out is lost, even when nobody took it.
    package func renew(owner: String, now: Date, until: Date) throws -> Set<Lease> {
        let rows = try transaction.rows(
            """
            UPDATE sender_leases SET expires_at = \(until) WHERE owner = \(owner) AND expires_at > \(now) RETURNING workspace_id, sender_id, epoch
            """)
        return Set(try rows.map { Lease(workspaceID: try $0.id(0), senderID: try $0.id(1), epoch: try $0.integer(2)) })
    }

    /// Whether the lease lasts beyond a moment; it then can't change hands before this transaction has ended.
    package func holds(_ lease: Lease, beyond moment: Date) throws -> Bool {
        let lock: SQL = transaction.dialect == .postgres ? " FOR SHARE" : ""
        return try !transaction.rows(
            """
            SELECT epoch FROM sender_leases WHERE workspace_id = \(lease.workspaceID) AND sender_id = \(lease.senderID) AND epoch = \(lease.epoch)
                AND expires_at > \(moment)\(sql: lock)
            """
        ).isEmpty
    }

    /// Gives a lease back, so that another process needn't wait for its end.
    package func release(_ lease: Lease) throws {
        try transaction.run(
            """
            UPDATE sender_leases SET owner = NULL, expires_at = 0
            WHERE workspace_id = \(lease.workspaceID) AND sender_id = \(lease.senderID) AND epoch = \(lease.epoch)
            """)
    }

    /// Lets a lease run out at once, so that its next owner looks after what this one left behind: also where nothing is queued any more.
    package func abandon(_ lease: Lease) throws {
        try transaction.run(
            """
            UPDATE sender_leases SET expires_at = 0
            WHERE workspace_id = \(lease.workspaceID) AND sender_id = \(lease.senderID) AND epoch = \(lease.epoch) AND owner IS NOT NULL
            """)
    }

    /// Ends all leases: for the only process that there is, when it starts.
    package func releaseAll() throws { try transaction.run("UPDATE sender_leases SET expires_at = 0 WHERE owner IS NOT NULL") }

    /// Senders that some process holds.
    package func held(now: Date) throws -> [Identifier<Sender>] {
        try transaction.rows(
            "SELECT sender_id FROM sender_leases WHERE owner IS NOT NULL AND expires_at > \(now) ORDER BY expires_at, sender_id LIMIT 10000"
        ).map { try $0.id(0) }
    }

    /// Senders whose owner has gone without giving them back.
    package func orphans(now: Date, limit: Int) throws -> [(workspaceID: Identifier<Workspace>, senderID: Identifier<Sender>)] {
        try transaction.rows(
            """
            SELECT workspace_id, sender_id FROM sender_leases WHERE owner IS NOT NULL AND expires_at <= \(now)
            ORDER BY expires_at, workspace_id, sender_id LIMIT \(limit)
            """
        ).map { (try $0.id(0), try $0.id(1)) }
    }
}
