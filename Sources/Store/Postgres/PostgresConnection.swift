internal import CLibPQ
internal import Dispatch
internal import Foundation

/// One session with the server. It's opened by its first use, and opened again by the next one after it was lost.
///
/// Commands that only steer the transaction (BEGIN, SAVEPOINT, RELEASE …) wait for the next statement and travel with it (libpq's pipeline
/// mode), so a write of two statements takes three round trips: the first statement, the second, COMMIT.
///
/// @unchecked Sendable because everything but `async` runs on its own queue.
final class PostgresConnection: EngineConnection, Worker, @unchecked Sendable {
    /// Prepared statements kept per connection.
    private static let statementLimit = 512
    /// After a failed attempt to connect, how long calls fail at once.
    private static let reconnectPause = Duration.milliseconds(500)

    static let dialect = SQLDialect.postgres

    private struct StatementKey: Hashable {
        let text: String
        let types: [SQL.ValueType]
    }

    private let settings: PostgresSettings
    private let queue = DispatchQueue(label: "postgres")
    private var handle: OpaquePointer?
    private var statements = StatementCache<StatementKey, String>(limit: statementLimit)
    private var statementsMade = 0
    private var lastRefusal: (at: ContinuousClock.Instant, error: StoreError)?

    /// Whether this session must make way for a new one before the next transaction.
    private var isBroken = false
    private var isReader = false
    /// Commands that the server hasn't got yet.
    private var pending: [String] = []
    /// Prepared statements that we no longer know; told to the server with the next BEGIN.
    private var discarded: [String] = []
    /// Whether the server has got the BEGIN of this transaction.
    private var hasBegun = false
    /// What the server's errors in this transaction mean for the whole of it.
    private(set) var verdict = Verdict.none

    enum Verdict {
        case none
        /// The same closure may succeed in a new transaction.
        case repeatable
        /// The connection is gone.
        case lost
    }

    init(_ settings: PostgresSettings) { self.settings = settings }

    deinit { PQfinish(handle) }

    func async(_ work: @escaping @Sendable () -> Void) { queue.async(execute: work) }

    // MARK: Transactions

    func begin(isReader: Bool) throws {
        verdict = .none
        try connect()
        self.isReader = isReader
        pending = [isReader ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN"]
        hasBegun = false
    }

    /// Throws ``StoreError/outcomeUnknown`` when the connection went away meanwhile.
    func commit() throws {
        guard hasBegun else {
            pending = []
            return
        }
        pending.append("COMMIT")
        do {
            // A transaction that failed before answers ROLLBACK, and no error.
            guard try exchange(nil)?.tag == "COMMIT" else { throw StoreError.statement("The server rolled back instead of committing.") }
        } catch {
            if verdict == .lost { throw StoreError.outcomeUnknown }
            rollback()
            throw error
        }
    }

    func rollback() {
        pending = []
        guard let handle, !isBroken, PQtransactionStatus(handle) != PQTRANS_IDLE else { return }
        pending = ["ROLLBACK"]
        do { _ = try exchange(nil) } catch { isBroken = true }
    }

    var canGoBack: Bool { verdict == .none }

    func control(_ command: SavepointCommand) throws {
        switch command {
        case .begin(let name): pending.append("SAVEPOINT " + name)
        case .release(let name):
            if !forget(name) { pending.append("RELEASE " + name) }
        case .rollback(let name):
            if !forget(name) { pending += ["ROLLBACK TO " + name, "RELEASE " + name] }
        }
    }

    /// Drops a savepoint that the server hasn't heard of yet.
    private func forget(_ name: String) -> Bool {
        guard let index = pending.lastIndex(of: "SAVEPOINT " + name) else { return false }
        pending.removeSubrange(index...)
        return true
    }

    // MARK: Statements

    func rows(_ sql: SQL) throws -> [Row] { try exchange(sql)?.rows() ?? [] }

    func run(_ sql: SQL) throws -> Int { try exchange(sql)?.changedRows ?? 0 }

    func script(_ text: String) throws {
        let handle = try open()
        let commands = (takePending() + [text]).joined(separator: ";\n")
        // Several statements in one text are for the simple protocol.
        PQexitPipelineMode(handle)
        defer { PQenterPipelineMode(handle) }
        guard let result = PQexec(handle, commands).map(PostgresResult.init) else { throw lost(handle) }
        if let error = error(in: result, handle) { throw error }
    }

    private func takePending() -> [String] {
        var commands = pending
        if !hasBegun {
            commands += discarded.map { "DEALLOCATE " + $0 }
            discarded = []
        }
        hasBegun = true
        pending = []
        return commands
    }

    /// Sends what is pending and the statement, and gives the last answer. Throws the first error.
    private func exchange(_ sql: SQL?) throws -> PostgresResult? {
        let handle = try open()
        let parameters = try sql.map { try PostgresParameters($0.values) }
        let commands = takePending()
        var answers = commands.count
        var sent = commands.allSatisfy { PQsendQueryParams(handle, $0, 0, nil, nil, nil, nil, 0) == 1 }
        var newStatement: (key: StatementKey, name: String)?
        if let sql, let parameters {
            let key = StatementKey(text: sql.text, types: sql.marks.map(\.type))
            let name: String
            if let known = statements.find(key) {
                name = known
            } else {
                statementsMade += 1
                name = "s\(statementsMade)"
                newStatement = (key, name)
                answers += 1
                sent = sent && PQsendPrepare(handle, name, sql.text, Int32(key.types.count), key.types.map(\.postgresType)) == 1
            }
            answers += 1
            sent =
                sent
                && parameters.withPointers { count, values, lengths, formats in
                    PQsendQueryPrepared(handle, name, count, values, lengths, formats, 0) == 1
                }
        }
        guard sent, PQpipelineSync(handle) == 1 else { throw lost(handle) }
        return try receive(answers, handle) { index in
            if let newStatement, index == answers - 2 { remember(newStatement.key, newStatement.name) }
        }
    }

    /// Reads to the end of the pipeline. `succeeded` hears the index of each answer that is no error.
    private func receive(_ answers: Int, _ handle: OpaquePointer, succeeded: (Int) -> Void) throws -> PostgresResult? {
        var last: PostgresResult?
        var failure: StoreError?
        var index = 0
        while true {
            guard let result = PQgetResult(handle).map(PostgresResult.init) else {
                // Between two answers; or there is nobody any more.
                index += 1
                guard PQstatus(handle) == CONNECTION_OK, index <= answers else { throw lost(handle) }
                continue
            }
            switch result.status {
            case PGRES_PIPELINE_SYNC:
                if let failure { throw failure }
                return last
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
                succeeded(index)
                last = result
            case PGRES_PIPELINE_ABORTED: break
            default: failure = failure ?? error(in: result, handle)
            }
        }
    }

    private func remember(_ key: StatementKey, _ name: String) {
        if let evicted = statements.insert(name, for: key) { discarded.append(evicted) }
    }

    private func error(in result: PostgresResult, _ handle: OpaquePointer) -> StoreError? {
        switch result.status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return nil
        default: break
        }
        let severity = result.errorField("V")
        guard PQstatus(handle) == CONNECTION_OK, severity != "FATAL", severity != "PANIC", let state = result.errorField("C") else {
            return lost(handle)
        }
        let message = result.errorField("M") ?? result.errorMessage
        switch state {
        case "40001", "40P01": verdict = .repeatable
        case "0A000" where message.contains("cached plan"):
            // Another process changed the table. A new session prepares anew.
            verdict = .repeatable
            isBroken = true
        case "25006" where !isReader:
            // It became a standby. A new session finds the right one, if the connection string names it.
            isBroken = true
            return .unavailable("The database server takes no writes: it's a standby.")
        default: break
        }
        return StoreError(postgres: state, constraint: result.errorField("n"), message: message)
    }

    private func lost(_ handle: OpaquePointer) -> StoreError {
        verdict = .lost
        isBroken = true
        return .unavailable("The connection to the database was lost: \(Self.message(of: handle))")
    }

    // MARK: The session

    /// Makes sure of a session. A server that can't be reached is asked at most every ``reconnectPause``.
    func connect() throws {
        if let handle, !isBroken, PQstatus(handle) == CONNECTION_OK { return }
        disconnect()
        if let lastRefusal, ContinuousClock.now - lastRefusal.at < Self.reconnectPause { throw lastRefusal.error }
        do {
            handle = try Self.openSession(settings)
            lastRefusal = nil
        } catch let error as StoreError {
            lastRefusal = (.now, error)
            throw error
        }
    }

    func disconnect() {
        PQfinish(handle)
        handle = nil
        isBroken = false
        pending = []
        discarded = []
        statements.removeAll()
    }

    private func open() throws -> OpaquePointer {
        guard let handle, !isBroken else { throw StoreError.unavailable("The connection to the database was lost.") }
        return handle
    }

    private static func openSession(_ settings: PostgresSettings) throws -> OpaquePointer {
        let parameters = settings.parameters
        let names = parameters.map { strdup($0.name) }
        let values = parameters.map { strdup($0.value) }
        defer { for text in names + values { free(text) } }
        let handle = PQconnectdbParams(
            names.map { UnsafePointer($0) } + [nil], values.map { UnsafePointer($0) } + [nil], 1)
        guard let handle else { throw StoreError.unavailable("There is no memory for a connection to the database.") }
        do {
            guard PQstatus(handle) == CONNECTION_OK else {
                throw StoreError.unavailable("The database server can't be reached: \(message(of: handle))")
            }
            // Its notices would go to standard error.
            PQsetNoticeProcessor(handle, { _, _ in }, nil)
            let version = Int(PQserverVersion(handle)) / 10_000
            guard version >= PostgresSettings.oldestVersion else {
                throw StoreError.schema(
                    "The database server is PostgreSQL \(version). Please use \(PostgresSettings.oldestVersion) or newer.")
            }
            let result = PQexec(handle, PostgresSettings.sessionCommands)
            defer { PQclear(result) }
            guard PQresultStatus(result) == PGRES_COMMAND_OK, PQenterPipelineMode(handle) == 1 else {
                throw StoreError.unavailable("The database server refuses the session: \(message(of: handle))")
            }
            return handle
        } catch {
            PQfinish(handle)
            throw error
        }
    }

    private static func message(of handle: OpaquePointer) -> String {
        String(cString: PQerrorMessage(handle)).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
