internal import Domain
internal import Foundation
internal import Logging
internal import Store

/// Opens the database that a configuration names, and judges its tables.
enum OpenedDatabase {
    /// For a server: an empty database gets its tables; one of another version is refused with the next command.
    static func forServing(_ configuration: Configuration) async throws -> any Database {
        let database = try await open(configuration.database, postgresConnections: configuration.postgresConnections)
        do {
            let migrator = Migrator(database)
            if case .behind(let numbers) = try await migrator.state(), numbers.count == Migrations.all.count {
                try await migrator.migrate()
            }
            try await migrator.requireCurrent()
            return database
        } catch {
            await database.close()
            throw error
        }
    }

    /// For a command that works on what is there.
    static func forCommand(_ configuration: Configuration) async throws -> any Database {
        if case .sqlite(let path) = DatabaseLocation(configuration.database), !FileManager.default.fileExists(atPath: path) {
            throw DatabaseProblem.missing(path)
        }
        let database = try await open(configuration.database, postgresConnections: 2)
        do {
            try await Migrator(database).requireCurrent()
            return database
        } catch {
            await database.close()
            throw error
        }
    }

    static func open(_ location: String, postgresConnections: Int) async throws -> any Database {
        let location = DatabaseLocation(location)
        let logger = Logger(label: "store")
        return switch location {
        case .sqlite: try await location.open(logger: logger)
        case .postgres: try await location.open(connections: postgresConnections, logger: logger)
        }
    }
}

enum DatabaseProblem: Problem, Equatable {
    case missing(String)

    var kind: ProblemKind { .missing }
    var code: String { "database.missing" }

    var detail: String {
        switch self {
        case .missing(let path):
            "There is no database at \(path) yet. Name another with --data-directory or --database, or start one with: switchboard serve"
        }
    }
}
