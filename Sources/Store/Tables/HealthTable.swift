package import Domain

package import struct Foundation.Date

/// What tells how a workspace stands. Nothing here counts further than a limit, or reads more than the head of a queue.
package struct HealthTable {
    /// Senders and connections that are read at a time.
    private static let pageLimit = 200
    /// The newest attempts of a sender among which one that left is looked for.
    private static let attemptLimit = 50

    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// A number and the heads of its lanes.
    package struct SenderState: Sendable {
        package let id: Identifier<Sender>
        package let connectionID: Identifier<Connection>
        package let name: String
        package let status: Sender.Status
        package let statusReason: String?
        package let pausedAt: Date?
        /// When the oldest waiting message of a lane was accepted.
        package let oldest: [Lane: Date]
        package let leaseEndsAt: Date?
        /// When a message last left for WhatsApp.
        package let lastSentAt: Date?
    }

    /// All of a workspace, or one.
    package func senders(_ only: Identifier<Sender>? = nil) throws -> [SenderState] {
        try access.require(.settingsManage)
        if let only { return try senders(where: "s.id = \(only)") }
        return try all(by: \.id.text) { try senders(where: "s.id > \($0)") }
    }

    private func senders(where condition: SQL) throws -> [SenderState] {
        try transaction.rows(
            """
            SELECT s.id, s.connection_id, s.name, s.status, s.status_reason, h.paused_at, \(sql: Self.head(.reply)), \(sql: Self.head(.notification)),
                \(sql: Self.head(.campaign)),
                (SELECT l.expires_at FROM sender_leases l WHERE l.workspace_id = s.workspace_id AND l.sender_id = s.id AND l.owner IS NOT NULL),
                (SELECT MAX(n.started_at) FROM (
                    SELECT a.started_at, a.status FROM attempts a WHERE a.workspace_id = s.workspace_id AND a.sender_id = s.id
                    ORDER BY a.started_at DESC LIMIT \(Self.attemptLimit)) AS n WHERE n.status IN ('sent', 'delivered', 'read', 'played'))
            FROM senders s LEFT JOIN sender_holds h ON h.workspace_id = s.workspace_id AND h.sender_id = s.id
            WHERE s.workspace_id = \(access.workspaceID) AND s.removed_at IS NULL AND \(sql: condition) ORDER BY s.id LIMIT \(Self.pageLimit)
            """
        ).map { row in
            guard let status = Sender.Status(rawValue: try row.text(3)) else { throw StoreError.columnMismatch(3) }
            var oldest: [Lane: Date] = [:]
            for (index, lane) in Lane.allCases.enumerated() { oldest[lane] = try row.dateOrNil(6 + index) }
            return SenderState(
                id: try row.id(0), connectionID: try row.id(1), name: try row.text(2), status: status, statusReason: try row.textOrNil(4),
                pausedAt: try row.dateOrNil(5), oldest: oldest, leaseEndsAt: try row.dateOrNil(9), lastSentAt: try row.dateOrNil(10))
        }
    }

    private static func head(_ lane: Lane) -> SQL {
        """
        (SELECT m.at FROM messages m WHERE m.workspace_id = s.workspace_id AND m.sender_id = s.id AND m.lane = \(lane.rawValue) AND m.status = 'queued'
        ORDER BY m.sequence LIMIT 1)
        """
    }

    /// A connection and what the provider last said of it.
    package struct ConnectionState: Sendable {
        package let id: Identifier<Connection>
        package let name: String
        package let createdAt: Date
        package let lastWebhookAt: Date?
        package let isSubscribed: Bool
        package let tokenIsTemporary: Bool
        /// When the provider was last asked.
        package let checkedAt: Date?
        /// What it didn't accept then.
        package let checkProblem: String?
        /// What it tells of accounts; nil when it didn't say.
        package let app: AppSubscription?
    }

    /// All of a workspace, or one.
    package func connections(_ only: Identifier<Connection>? = nil) throws -> [ConnectionState] {
        try access.require(.settingsManage)
        if let only { return try connections(where: "id = \(only)") }
        return try all(by: \.id.text) { try connections(where: "id > \($0)") }
    }

    private func connections(where condition: SQL) throws -> [ConnectionState] {
        try transaction.rows(
            """
            SELECT id, name, created_at, last_webhook_at, is_subscribed, token_is_temporary, checked_at, check_problem, app_subscription
            FROM connections
            WHERE workspace_id = \(access.workspaceID) AND \(sql: condition) ORDER BY id LIMIT \(Self.pageLimit)
            """
        ).map {
            ConnectionState(
                id: try $0.id(0), name: try $0.text(1), createdAt: try $0.date(2), lastWebhookAt: try $0.dateOrNil(3),
                isSubscribed: try $0.bool(4), tokenIsTemporary: try $0.bool(5), checkedAt: try $0.dateOrNil(6),
                checkProblem: try $0.textOrNil(7), app: try $0.textOrNil(8).map { try JSONText.decode(from: $0) })
        }
    }

    /// What is in trouble is found behind whatever number of rows.
    /// - Parameter page: the rows behind an id.
    private func all<State>(by id: (State) -> String, _ page: (String) throws -> [State]) throws -> [State] {
        var (found, place): ([State], String?) = ([], "")
        while let from = place {
            let rows = try page(from)
            found += rows
            place = rows.count == Self.pageLimit ? rows.last.map(id) : nil
        }
        return found
    }

    /// Messages of which nobody knows whether they left; counts no further than `limit`.
    package func unknownCount(limit: Int) throws -> Int {
        try access.require(.settingsManage)
        return try transaction.rows(
            """
            SELECT COUNT(*) FROM (SELECT id FROM messages WHERE workspace_id = \(access.workspaceID) AND status = 'unknown' LIMIT \(limit)) AS n
            """)[0].integer(0)
    }

    /// Whether the caller's workspace was the first of this installation, which whoever runs it has made.
    package func isFirstWorkspace() throws -> Bool {
        try transaction.rows("SELECT id FROM workspaces ORDER BY created_at, id LIMIT 1").first?.text(0) == access.workspaceID.text
    }
}

/// What tells how the database itself stands, whosever workspaces are in it.
package struct HostHealthTable {
    private let transaction: any Transaction

    package init(_ transaction: any Transaction) { self.transaction = transaction }

    /// What a process has of the numbers.
    package struct LeaseCount: Sendable {
        package let owner: String
        package let count: Int
        /// Those that ran out before the moment asked for, and nobody took over.
        package let orphanCount: Int
    }

    package func leases(endedBefore moment: Date) throws -> [LeaseCount] {
        try transaction.rows(
            """
            SELECT owner, COUNT(*), COUNT(CASE WHEN expires_at < \(moment) THEN 1 END) FROM sender_leases WHERE owner IS NOT NULL
            GROUP BY owner ORDER BY owner LIMIT 1000
            """
        ).map { LeaseCount(owner: try $0.text(0), count: try $0.integer(1), orphanCount: try $0.integer(2)) }
    }

    package struct PostgresState: Sendable {
        package let version: String
        package let versionNumber: Int
        package let fsync: String
        package let synchronousCommit: String
        package let fullPageWrites: String
        package let isStandby: Bool
        package let standbyCount: Int
        /// Age of the oldest transaction that has written, of other sessions, in seconds.
        package let oldestWriteSeconds: Double?
    }

    package func postgres() throws -> PostgresState {
        let row = try transaction.rows(
            """
            SELECT current_setting('server_version'), current_setting('server_version_num')::bigint, current_setting('fsync'),
                current_setting('synchronous_commit'), current_setting('full_page_writes'),
                CASE WHEN pg_is_in_recovery() THEN 1 ELSE 0 END::bigint, (SELECT COUNT(*) FROM pg_stat_replication),
                (SELECT EXTRACT(EPOCH FROM clock_timestamp() - MIN(xact_start))::double precision FROM pg_stat_activity
                    WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid())
            """)[0]
        return PostgresState(
            version: try row.text(0), versionNumber: try row.integer(1), fsync: try row.text(2), synchronousCommit: try row.text(3),
            fullPageWrites: try row.text(4), isStandby: try row.bool(5), standbyCount: try row.integer(6),
            oldestWriteSeconds: try row.realOrNil(7))
    }

    /// The server's clock, now and not at the transaction's begin.
    package func postgresTime() throws -> Date {
        try transaction.rows("SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint")[0].date(0)
    }

    package struct SQLiteState: Sendable {
        package let version: String
        package let journalMode: String
        /// 2 is FULL, 3 is EXTRA.
        package let synchronous: Int
        package let hasForeignKeys: Bool
    }

    /// Of the connection that this transaction is on.
    package func sqlite() throws -> SQLiteState {
        SQLiteState(
            version: try transaction.rows("SELECT sqlite_version()")[0].text(0),
            journalMode: try transaction.rows("PRAGMA journal_mode")[0].text(0),
            synchronous: try transaction.rows("PRAGMA synchronous")[0].integer(0),
            hasForeignKeys: try transaction.rows("PRAGMA foreign_keys")[0].bool(0))
    }
}
