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
            return PostgresDatabase(try await copy(of: try await template.value), connections: connections)
        }
    }

    /// Fresh and without tables.
    package static func makeEmpty(_ engine: TestEngine) async throws -> any Database {
        switch engine {
        case .sqlite: try SQLiteDatabase(path: temporaryPath())
        case .postgres: PostgresDatabase(try await copy(of: "template0"), connections: connections)
        }
    }

    /// A file that isn't there yet.
    package static func temporaryPath() -> String {
        TemporaryFolder.freshPath() + ".sqlite"
    }

    /// A database of its own on the server for tests. The server is thrown away afterwards, and the database with it.
    package static func copy(of template: String) async throws -> PostgresSettings {
        let name = "test_" + UUID().uuidString.lowercased().replacing("-", with: "")
        try await PostgresDatabase.execute("CREATE DATABASE \(name) TEMPLATE \(template)", on: server())
        return PostgresSettings(connectionString: try server().connectionString, databaseName: name)
    }

    /// Sessions for each test, opened when they are needed.
    private static let connections = 4

    /// With all tables; made once, then copied, which is quicker than migrating.
    private static let template = Task {
        let settings = try await copy(of: "template0")
        let database = PostgresDatabase(settings, connections: 1)
        try await Migrator(database).migrate()
        await database.close()
        return settings.databaseName!
    }

    package static func server() throws -> PostgresSettings {
        guard let connectionString = ProcessInfo.processInfo.environment["SWITCHBOARD_TEST_POSTGRES"] else { throw MissingServer() }
        return PostgresSettings(connectionString: connectionString)
    }

    struct MissingServer: Error, CustomStringConvertible {
        let description = "SWITCHBOARD_TEST_POSTGRES names no server. Please run the tests with: make test"
    }
}
