import Foundation
package import Store

package enum TestEngine: CaseIterable, Sendable {
    case sqlite, postgres
}

/// Fresh databases with all tables, for tests that run on both engines: `@Test(arguments: TestEngine.allCases)`.
package enum TestDatabase {
    package static func make(_ engine: TestEngine) async throws -> any Database {
        switch engine {
        case .sqlite:
            let database = try SQLiteDatabase(path: temporaryPath())
            try await Migrator(database).migrate()
            return database
        case .postgres:
            throw StoreError.unavailable("PostgreSQL follows.")
        }
    }

    /// A file that isn't there yet.
    package static func temporaryPath() -> String {
        FileManager.default.temporaryDirectory.appending(path: "switchboard-test-\(UUID().uuidString).sqlite").path
    }
}
