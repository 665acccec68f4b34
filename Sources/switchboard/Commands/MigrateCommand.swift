internal import ArgumentParser
internal import Store

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the tables of the database to this version's shape.",
        discussion: """
            Make a backup first: there is no way back. Stop the server before, and start it again after.

            Examples:
              switchboard migrate --check
              switchboard migrate --config /etc/switchboard/switchboard.conf --data-directory /var/lib/switchboard
              switchboard migrate --database postgresql://switchboard@localhost/switchboard
            """)

    @OptionGroup var options: DatabaseOptions

    @Flag(help: "Only say how the tables stand; exit status 1 when there is something to do.")
    var check = false

    func run() async throws {
        let configuration = try options.configuration()
        let database = check ? try await OpenedDatabase.forCommand(configuration) : try await migrate(configuration)
        await database.close()
        print("The database \(Self.name(of: configuration.database)) is up to date, at migration \(Migrations.newest).")
    }

    /// Tells which one it was: the default is a folder of wherever one stands. A connection string may hold a password.
    private static func name(of location: String) -> String {
        switch DatabaseLocation(location) {
        case .sqlite(let path): path
        case .postgres: "of PostgreSQL"
        }
    }

    private func migrate(_ configuration: Configuration) async throws -> any Database {
        let directory = try DataDirectory(configuration.dataDirectory)
        let database = try await OpenedDatabase.open(configuration.database, postgresConnections: 2)
        let migrator = Migrator(database)
        if case .behind = try await migrator.state() {
            // A server of the version before must not be at work meanwhile.
            let lock = try directory.lock()
            for migration in try await migrator.migrate() { print("Applied migration \(migration.number), \(migration.name).") }
            lock.release()
        }
        try await migrator.requireCurrent()
        return database
    }
}

extension Migrations {
    static var newest: Int { all.map(\.number).max() ?? 0 }
}
