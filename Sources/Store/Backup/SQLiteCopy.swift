internal import Dispatch
internal import Foundation
internal import GRDB

/// One consistent copy of a database file, also while a server works with it.
package enum SQLiteCopy {
    /// Writes the copy to `target`, where nothing may be yet, and lets `look` read it.
    ///
    /// VACUUM INTO reads one snapshot, which in WAL mode holds nobody up; SQLite's backup calls would begin anew at each commit of the server.
    package static func write<T: Sendable>(
        of path: String, to target: String, look: @escaping @Sendable (any Transaction) throws -> T
    ) async throws -> T {
        try await onThread {
            try translating {
                var configuration = Configuration()
                configuration.readonly = true
                configuration.busyMode = .timeout(10)
                let source = try DatabaseQueue(path: path, configuration: configuration)
                try source.inDatabase { try $0.execute(sql: "VACUUM INTO ?", arguments: [target]) }
                try source.close()
            }
        }
        let copy = try SQLiteConnection(path: target, isReader: true)
        do {
            let value = try await withCheckedThrowingContinuation { continuation in
                copy.async {
                    continuation.resume(
                        with: Result {
                            try copy.execute("BEGIN")
                            defer { try? copy.execute("ROLLBACK") }
                            return try ConnectionTransaction(copy).perform(look)
                        })
                }
            }
            await copy.close()
            return value
        } catch {
            await copy.close()
            throw error
        }
    }

    private static func onThread<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result(catching: work)) }
        }
    }
}
