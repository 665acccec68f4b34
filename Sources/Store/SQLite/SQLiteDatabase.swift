internal import Foundation
internal import Synchronization

/// The engine for one process and one file: readers that never wait for the writer (WAL), and a writer that groups (``SQLiteWriter``).
package final class SQLiteDatabase: Database {
    /// Connections that read at once.
    package static let defaultReaders = 4

    package let path: String
    private let writing: SQLiteConnection
    private let writer: SQLiteWriter
    private let readers: WorkerPool<SQLiteConnection>

    /// Opens the file, or makes it.
    package convenience init(path: String, readers count: Int = defaultReaders) throws {
        try self.init(path: path, readers: count, groupDuration: SQLiteWriter.groupDuration)
    }

    init(path: String, readers count: Int, groupDuration: Duration) throws {
        self.path = path
        // First the writer: it makes the file, which readers can't.
        writing = try SQLiteConnection(path: path, isReader: false)
        writer = SQLiteWriter(writing, groupDuration: groupDuration)
        readers = WorkerPool(try (0..<max(1, count)).map { _ in try SQLiteConnection(path: path, isReader: true) })
    }

    package var dialect: SQLDialect { .sqlite }

    package func notifier(heard: @escaping @Sendable (Set<Nudge>) -> Void) -> (any Notifier)? { nil }

    package func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            readers.submit { worker in
                continuation.resume(
                    with: Result {
                        let connection = try worker.get()
                        try connection.execute("BEGIN")
                        defer { try? connection.execute("ROLLBACK") }
                        return try ConnectionTransaction(connection).perform(body)
                    })
            }
        }
    }

    @discardableResult
    package func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            writer.submit(
                SQLiteWriter.Write(
                    run: { transaction in
                        let value = try body(transaction)
                        return { continuation.resume(returning: value) }
                    },
                    fail: { continuation.resume(throwing: $0) }))
        }
    }

    /// Writes that wait for the next group now; for metrics.
    package var waitingWrites: Int { writer.waitingCount }

    package func close() async {
        await writer.close()
        await readers.close()
        // Readers first: the last connection to close folds the log into the file, which a reader may not.
        for connection in readers.members + [writing] { await connection.close() }
    }
}
