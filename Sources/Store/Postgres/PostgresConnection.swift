internal import CLibPQ
internal import Dispatch
internal import Foundation

/// One session with the server. It's opened by its first use, and opened again by the next one after it was lost.
///
/// Commands that only steer the transaction (BEGIN, SAVEPOINT, RELEASE …) and statements whose answer nobody needs wait for the next one that
/// does, and travel with it (libpq's pipeline mode), so a write of two statements takes three round trips: the first statement, the second, COMMIT.
///
/// @unchecked Sendable because everything but `async` runs on its own queue.
final class PostgresConnection: EngineConnection, Worker, @unchecked Sendable {
    /// Prepared statements kept per connection.
    private static let statementLimit = 512
    /// After a failed attempt to connect, how long calls fail at once.
    private static let reconnectPause = Duration.milliseconds(500)

    /// How old the plan of a prepared statement may become. The server keeps one until a table is analysed, which may be a minute after an import
    /// filled it: reading an empty table whole is a good plan, and a ruinous one when it has a million rows.
    private static let planLife = Duration.seconds(5)

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
    /// What the server hasn't got yet.
    private var pending: [Pending] = []
    /// Prepared statements that we no longer know; told to the server with the next BEGIN.
    private var discarded: [String] = []
    private var plansMadeAt = ContinuousClock.now
    /// Whether the server has got the BEGIN of this transaction.
    private var hasBegun = false
    /// What the server's errors in this transaction mean for the whole of it.
    private(set) var verdict = Verdict.none

    private enum Pending {
        case command(String)
        case statement(StatementKey, PostgresParameters)

        static func statement(_ sql: SQL) throws -> Pending {
            .statement(StatementKey(text: sql.text, types: sql.marks.map(\.type)), try PostgresParameters(sql.values))
        }

        func isCommand(_ text: String) -> Bool { if case .command(text) = self { true } else { false } }
        var isStatement: Bool { if case .statement = self { true } else { false } }
    }

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
        pending = [.command(isReader ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN")]
        hasBegun = false
    }

    /// Throws ``StoreError/outcomeUnknown`` when the connection went away meanwhile.
    func commit() throws {
        guard hasBegun || pending.contains(where: \.isStatement) else {
            pending = []
            return
        }
        do {
            // A transaction that failed before answers ROLLBACK, and no error.
            guard try exchange(.command("COMMIT"))?.tag == "COMMIT" else {
                throw StoreError.statement("The server rolled back instead of committing.")
            }
        } catch {
            if verdict == .lost { throw StoreError.outcomeUnknown }
            rollback()
            throw error
        }
    }

    func rollback() {
        pending = []
        guard let handle, !isBroken, PQtransactionStatus(handle) != PQTRANS_IDLE else { return }
        do { _ = try exchange(.command("ROLLBACK")) } catch { isBroken = true }
    }

    var canGoBack: Bool { verdict == .none }

    func control(_ command: SavepointCommand) throws {
        switch command {
        case .begin(let name):
            // What goes wrong before a savepoint or inside must show there, and not behind its borders.
            if pending.contains(where: \.isStatement) { _ = try exchange(nil) }
            pending.append(.command("SAVEPOINT " + name))
        case .release(let name):
            if pending.contains(where: \.isStatement) {
                _ = try exchange(.command("RELEASE " + name))
            } else if !forget(name) {
                pending.append(.command("RELEASE " + name))
            }
        case .rollback(let name):
            if !forget(name) { pending += [.command("ROLLBACK TO " + name), .command("RELEASE " + name)] }
        }
    }

    /// Drops a savepoint that the server hasn't heard of yet, with all that came since.
    private func forget(_ name: String) -> Bool {
        guard let index = pending.lastIndex(where: { $0.isCommand("SAVEPOINT " + name) }) else { return false }
        pending.removeSubrange(index...)
        return true
    }

    // MARK: Statements

    func rows(_ sql: SQL) throws -> [Row] { try exchange(try .statement(sql))?.rows() ?? [] }

    func run(_ sql: SQL) throws -> Int { try exchange(try .statement(sql))?.changedRows ?? 0 }

    func send(_ sql: SQL) throws { pending.append(try .statement(sql)) }

    func script(_ text: String) throws {
        let handle = try open()
        if pending.contains(where: \.isStatement) { _ = try exchange(nil) }
        // Several statements in one text are for the simple protocol.
        let commands = (takePending().map { if case .command(let text) = $0 { text } else { "" } } + [text]).joined(separator: ";\n")
        PQexitPipelineMode(handle)
        defer { PQenterPipelineMode(handle) }
        guard let result = PQexec(handle, commands).map(PostgresResult.init) else { throw lost(handle) }
        if let error = error(in: result, handle) { throw error }
    }

    private func takePending() -> [Pending] {
        var taken = pending
        pending = []
        if !hasBegun {
            var housekeeping = discarded.map { Pending.command("DEALLOCATE " + $0) }
            discarded = []
            if ContinuousClock.now - plansMadeAt > Self.planLife {
                housekeeping.append(.command("DISCARD PLANS"))
                plansMadeAt = .now
            }
            // Behind BEGIN, so that an error of theirs is one of the transaction.
            taken.insert(contentsOf: housekeeping, at: min(1, taken.count))
            hasBegun = true
        }
        return taken
    }

    /// Sends what is pending and then `last`, and gives the answer to the last of all. Throws the first error.
    private func exchange(_ last: Pending?) throws -> PostgresResult? {
        let handle = try open()
        var sending = takePending()
        if let last { sending.append(last) }
        var answers = 0
        /// Statements that are prepared on the way, by the index of that answer.
        var preparing: [Int: (key: StatementKey, name: String)] = [:]
        var names: [StatementKey: String] = [:]
        for item in sending {
            let isSent: Bool
            switch item {
            case .command(let text): isSent = PQsendQueryParams(handle, text, 0, nil, nil, nil, nil, 0) == 1
            case .statement(let key, let parameters):
                var name = statements.find(key) ?? names[key] ?? ""
                if name.isEmpty {
                    statementsMade += 1
                    name = "s\(statementsMade)"
                    names[key] = name
                    preparing[answers] = (key, name)
                    answers += 1
                    let types = key.types.map(\.postgresType)
                    guard PQsendPrepare(handle, name, key.text, Int32(types.count), types) == 1 else { throw lost(handle) }
                }
                isSent = parameters.withPointers { count, values, lengths, formats in
                    PQsendQueryPrepared(handle, name, count, values, lengths, formats, 0) == 1
                }
            }
            guard isSent else { throw lost(handle) }
            answers += 1
        }
        guard PQpipelineSync(handle) == 1 else { throw lost(handle) }
        return try receive(answers, handle) { index in
            if let made = preparing[index] { remember(made.key, made.name) }
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
            plansMadeAt = .now
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

    static func openSession(_ settings: PostgresSettings) throws -> OpaquePointer {
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
