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
              switchboard migrate --data-directory /var/lib/switchboard
              switchboard migrate --database postgresql://switchboard@localhost/switchboard
            """)

    @OptionGroup var options: DatabaseOptions

    @Flag(help: "Only say how the tables stand; exit status 1 when there is something to do.")
    var check = false

    func run() async throws {
        let configuration = try options.configuration()
        let database = check ? try await OpenedDatabase.forCommand(configuration) : try await migrate(configuration)
        await database.close()
        print("The database is up to date, at migration \(Migrations.newest).")
    }

    private func migrate(_ configuration: Configuration) async throws -> any Database {
        let directory = try DataDirectory(configuration.dataDirectory)
        let database = try await OpenedDatabase.open(configuration.database, postgresConnections: 2)
        let migrator = Migrator(database)
        if case .behind = try await migrator.state() {
            // A server of the version before must not be at work meanwhile.
            let lock = try directory.lock()
            for migration in try await migrator.migrate() { print("Applied migration \(migration.number), \(migration.name).") }
            await lock.release()
        }
        try await migrator.requireCurrent()
        return database
    }
}

extension Migrations {
    static var newest: Int { all.map(\.number).max() ?? 0 }
}
