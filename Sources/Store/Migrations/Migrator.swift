internal import struct Foundation.Date

/// Brings the tables of a database to this version's shape. Several processes may do so at once: the second waits, and finds it done.
package struct Migrator: Sendable {
    private let database: any Database
    private let migrations: [Migration]

    package init(_ database: any Database, migrations: [Migration] = Migrations.all) {
        self.database = database
        self.migrations = migrations.sorted { $0.number < $1.number }
    }

    package func state() async throws -> SchemaState {
        let migrations = migrations
        return try await database.read { try Self.state($0, migrations) }
    }

    /// Throws ``StoreError/schema(_:)`` with the next command unless the tables are those that this version works with.
    package func requireCurrent() async throws {
        if let advice = try await state().advice { throw StoreError.schema(advice) }
    }

    /// Each migration in a transaction of its own. Returns those that this call applied.
    @discardableResult
    package func migrate() async throws -> [Migration] {
        var applied: [Migration] = []
        while let next = try await step() { applied.append(next) }
        return applied
    }

    /// Applies the first migration that lacks; nil when none does.
    private func step() async throws -> Migration? {
        let migrations = migrations
        // Most starts find nothing to do, and need no lock for it.
        if try await state() == .current { return nil }
        return try await database.write { transaction in
            try Self.lock(transaction)
            let state = try Self.state(transaction, migrations)
            guard case .behind(let numbers) = state, let next = migrations.first(where: { $0.number == numbers.first }) else {
                if let advice = state.advice { throw StoreError.schema(advice) }
                return nil
            }
            try Self.makeTable(transaction)
            try transaction.run(
                "INSERT INTO schema_migrations (number, name, applied_at, finished) VALUES (\(next.number), \(next.name), \(Date()), \(false))"
            )
            try transaction.script(DDL.text(next.ddl, for: transaction.dialect))
            try transaction.run("UPDATE schema_migrations SET finished = 1 WHERE number = \(next.number)")
            return next
        }
    }

    private static func state(_ transaction: any Transaction, _ migrations: [Migration]) throws -> SchemaState {
        guard try hasTable(transaction) else { return migrations.isEmpty ? .current : .behind(migrations.map(\.number)) }
        let rows = try transaction.rows("SELECT number, finished FROM schema_migrations ORDER BY number")
        var found: Set<Int> = []
        for row in rows {
            let number = try row.integer(0)
            guard try row.bool(1) else { return .halfMigrated(number) }
            found.insert(number)
        }
        let known = migrations.last?.number ?? 0
        if let newest = found.max(), newest > known { return .newer(found: newest, known: known) }
        let lacking = migrations.map(\.number).filter { !found.contains($0) }
        return lacking.isEmpty ? .current : .behind(lacking)
    }

    private static func hasTable(_ transaction: any Transaction) throws -> Bool {
        switch transaction.dialect {
        case .sqlite:
            try transaction.rows("SELECT count(*) > 0 FROM sqlite_master WHERE name = 'schema_migrations'")[0].bool(0)
        case .postgres:
            // A query, not to_regclass: that one may answer from before we got the lock.
            try transaction.rows(
                "SELECT count(*) > 0 FROM pg_tables WHERE tablename = 'schema_migrations' AND schemaname = ANY (current_schemas(false))"
            )[0].bool(0)
        }
    }

    private static func makeTable(_ transaction: any Transaction) throws {
        let ddl = """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                number INTEGER NOT NULL PRIMARY KEY,
                name TEXT NOT NULL,
                applied_at INTEGER NOT NULL,
                finished INTEGER NOT NULL
            ) STRICT
            """
        try transaction.script(DDL.text(ddl, for: transaction.dialect))
    }

    /// SQLite has one writer anyway. On PostgreSQL other processes wait here, and a long migration must not be cut short.
    private static func lock(_ transaction: any Transaction) throws {
        guard transaction.dialect == .postgres else { return }
        try transaction.script("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
        try transaction.run("SELECT pg_advisory_xact_lock(hashtextextended('switchboard.migrate', 0))")
    }
}
