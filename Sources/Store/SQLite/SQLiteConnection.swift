internal import Foundation
internal import GRDB
internal import GRDBSQLite

/// One connection to the file, with its prepared statements.
///
/// @unchecked Sendable because everything but `async` runs on its own queue, which GRDB makes.
final class SQLiteConnection: EngineConnection, Worker, @unchecked Sendable {
    /// Prepared statements kept per connection.
    private static let statementLimit = 512
    /// How long a lock of another process is waited for.
    private static let busyTimeoutSeconds = 5.0
    /// Pages kept in memory, in kB at most. SQLite's own 2 MB are less than what a second of sending touches, so it would read pages again and again.
    private static let writerCacheKilobytes = 32_768
    private static let readerCacheKilobytes = 8_192
    /// Pages in the log before they are copied into the file, 16 MB of them: a page that changes often is copied once.
    private static let checkpointPages = 4_000

    static let dialect = SQLDialect.sqlite

    private let queue: DatabaseQueue
    private var statements = StatementCache<String, GRDB.Statement>(limit: statementLimit)
    /// The connection, while work runs on the queue.
    private var database: GRDB.Database?

    init(path: String, isReader: Bool) throws {
        var configuration = Configuration()
        configuration.readonly = isReader
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(Self.busyTimeoutSeconds)
        // A transaction that can't even be rolled back is reported by us, not by a crash of GRDB's.
        configuration.allowsUnsafeTransactions = true
        configuration.label = isReader ? "sqlite.reader" : "sqlite.writer"
        if !isReader { configuration.journalMode = .wal }
        queue = try translating { try DatabaseQueue(path: path, configuration: configuration) }
        try translating {
            try queue.inDatabase { database in
                // GRDB lowers it to NORMAL for WAL; a 200 means that the disk has it.
                if !isReader { try database.execute(sql: "PRAGMA synchronous = FULL") }
                // As on PostgreSQL; it also lets `LIKE 'abc%'` use an index.
                try database.execute(sql: "PRAGMA case_sensitive_like = ON")
                try database.execute(sql: "PRAGMA temp_store = MEMORY")
                try database.execute(sql: "PRAGMA cache_size = -\(isReader ? Self.readerCacheKilobytes : Self.writerCacheKilobytes)")
                if !isReader { try database.execute(sql: "PRAGMA wal_autocheckpoint = \(Self.checkpointPages)") }
            }
        }
    }

    func async(_ work: @escaping @Sendable () -> Void) {
        queue.asyncWriteWithoutTransaction { [self] database in
            self.database = database
            work()
            self.database = nil
        }
    }

    /// Whether BEGIN happened and neither COMMIT nor ROLLBACK since. SQLite rolls back by itself on some errors, such as a full disk.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    func rows(_ sql: SQL) throws -> [Row] {
        try withStatement(sql) { statement in
            var rows: [Row] = []
            while try step(statement) { rows.append(Row(values: SQLiteValues.read(statement))) }
            return rows
        }
    }

    func run(_ sql: SQL) throws -> Int {
        try withStatement(sql) { statement in
            let before = sqlite3_total_changes(handle)
            while try step(statement) {}
            // SQLite keeps the number of the statement before when this one changed nothing.
            return sqlite3_total_changes(handle) == before ? 0 : Int(sqlite3_changes(handle))
        }
    }

    func send(_ sql: SQL) throws { _ = try run(sql) }

    func script(_ text: String) throws {
        let code = sqlite3_exec(handle, text, nil, nil, nil)
        guard code == SQLITE_OK else { throw lastError() }
    }

    func control(_ command: SavepointCommand) throws {
        switch command {
        case .begin(let name): try execute("SAVEPOINT " + name)
        case .release(let name): try execute("RELEASE " + name)
        case .rollback(let name):
            try execute("ROLLBACK TO " + name)
            try execute("RELEASE " + name)
        }
    }

    var canGoBack: Bool { isInTransaction }

    /// A log that couldn't be flushed may hold the transaction or not: only a crash would tell.
    func commit() throws {
        do {
            try execute("COMMIT")
        } catch {
            throw sqlite3_errcode(handle) & 0xFF == SQLITE_IOERR ? StoreError.outcomeUnknown : error
        }
    }

    /// A command without values, such as `BEGIN IMMEDIATE`.
    func execute(_ command: String) throws {
        let statement = try statement(command).sqliteStatement
        defer { sqlite3_reset(statement) }
        while try step(statement) {}
    }

    /// Nothing may run on the queue any more.
    func close() async {
        await withCheckedContinuation { continuation in
            async {
                self.statements.removeAll()
                continuation.resume()
            }
        }
        try? queue.close()
    }

    private var handle: OpaquePointer {
        guard let connection = database?.sqliteConnection else { preconditionFailure("A SQLite connection was used outside of its queue.") }
        return connection
    }

    private func withStatement<T>(_ sql: SQL, _ body: (OpaquePointer) throws -> T) throws -> T {
        let statement = try statement(sql.sqliteText).sqliteStatement
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        guard Int(sqlite3_bind_parameter_count(statement)) == sql.values.count else {
            throw StoreError.statement("The statement holds a mark of its own: \(sql.text)")
        }
        for (index, value) in sql.values.enumerated() {
            let code = try SQLiteValues.bind(value, to: statement, at: Int32(index + 1))
            guard code == SQLITE_OK else { throw lastError() }
        }
        return try body(statement)
    }

    private func statement(_ text: String) throws -> GRDB.Statement {
        if let known = statements.find(text) { return known }
        guard let database else { preconditionFailure("A SQLite connection was used outside of its queue.") }
        let made = try translating { try database.makeStatement(sql: text) }
        _ = statements.insert(made, for: text)
        return made
    }

    /// Whether there is a row.
    private func step(_ statement: OpaquePointer) throws -> Bool {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw lastError()
        }
    }

    private func lastError() -> StoreError {
        StoreError(sqlite: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)))
    }
}

/// Runs GRDB's own calls, with its errors turned into ours.
func translating<T>(_ body: () throws -> T) throws -> T {
    do {
        return try body()
    } catch let error as DatabaseError {
        throw StoreError(sqlite: error.extendedResultCode.rawValue, message: error.message ?? "")
    }
}
