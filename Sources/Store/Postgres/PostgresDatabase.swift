internal import Foundation
package import Logging

/// The engine for several processes: a fixed number of sessions, each on a queue of its own, because libpq blocks its thread.
package final class PostgresDatabase: Database {
    /// How often a closure is repeated that the server asked to repeat, or whose connection turned out to be gone.
    private static let repeatLimit = 5
    /// Longest wait before the first repeat; doubled for each one after.
    private static let repeatPauseMilliseconds = 10.0

    package static let defaultConnections = 12

    private let settings: PostgresSettings
    private let pool: WorkerPool<PostgresConnection>

    /// Nothing is opened before it's used.
    package init(_ settings: PostgresSettings, connections count: Int = defaultConnections) {
        self.settings = settings
        pool = WorkerPool((0..<max(1, count)).map { _ in PostgresConnection(settings) })
    }

    package convenience init(connectionString: String, connections count: Int = defaultConnections) {
        self.init(PostgresSettings(connectionString: connectionString), connections: count)
    }

    package var dialect: SQLDialect { .postgres }

    package func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await perform { try Self.transaction($0, isReader: true, body) }
    }

    @discardableResult
    package func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await perform { try Self.transaction($0, isReader: false, body) }
    }

    package func notifier(heard: @escaping @Sendable (Set<Nudge>) -> Void) -> (any Notifier)? {
        PostgresNotifier(settings, heard: heard)
    }

    /// Calls that wait for a session now; for metrics.
    package var waitingCount: Int { pool.waitingCount }

    package func close() async {
        await pool.close()
        for connection in pool.members { await connection.run { $0.disconnect() } }
    }

    /// Says so when the server may lose what it called written.
    package func warnIfUnsafe(_ logger: Logger) async throws {
        let settings = try await read { try $0.rows("SELECT current_setting('fsync'), current_setting('synchronous_commit')")[0] }
        if try settings.text(0) == "off" { logger.warning("The database server runs with fsync off: a power cut can destroy the database") }
        if try settings.text(1) == "off" {
            logger.warning("The database server runs with synchronous_commit off: a crash can lose messages that were already confirmed")
        }
    }

    /// One statement outside any transaction, in a session of its own, such as CREATE DATABASE.
    package static func execute(_ statement: String, on settings: PostgresSettings) async throws {
        try await PostgresConnection(settings).run { connection in
            Result {
                defer { connection.disconnect() }
                try connection.connect()
                try connection.script(statement)
            }
        }.get()
    }

    private func perform<T: Sendable>(_ work: @escaping @Sendable (PostgresConnection) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            pool.submit { worker in continuation.resume(with: Result { try work(try worker.get()) }) }
        }
    }

    private static func transaction<T>(
        _ connection: PostgresConnection, isReader: Bool, _ body: @Sendable (any Transaction) throws -> T
    ) throws -> T {
        var repeats = 0
        var wasLost = false
        while true {
            do {
                try connection.begin(isReader: isReader)
                let value: T
                do {
                    value = try ConnectionTransaction(connection).perform(body)
                } catch {
                    connection.rollback()
                    throw error
                }
                try connection.commit()
                return value
            } catch {
                if case StoreError.outcomeUnknown = error {
                    throw isReader ? StoreError.unavailable("The connection to the database was lost.") : error
                }
                repeats += 1
                switch connection.verdict {
                case .repeatable where repeats <= repeatLimit:
                    // Two that met once shouldn't meet again.
                    let longest = repeatPauseMilliseconds * Double(1 << (repeats - 1))
                    Thread.sleep(forTimeInterval: Double.random(in: 0...longest) / 1_000)
                case .lost where !wasLost && repeats <= repeatLimit:
                    // Most likely a session that died while it lay idle. No COMMIT was sent.
                    wasLost = true
                default: throw error
                }
            }
        }
    }
}

extension PostgresConnection {
    /// On the connection's queue.
    func run<T: Sendable>(_ work: @escaping @Sendable (PostgresConnection) -> T) async -> T {
        await withCheckedContinuation { continuation in
            async { [self] in continuation.resume(returning: work(self)) }
        }
    }
}
