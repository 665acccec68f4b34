import Logging
import Store
import TestSupport
import Testing

@Suite("Where the data is")
struct DatabaseLocationTests {
    @Test(
        "connection strings name a server",
        arguments: [
            "postgres://u@h/d", "postgresql://h1,h2/d?target_session_attrs=read-write", "host=/run/postgresql dbname=x", "dbname = x",
            "service=hub",
        ])
    func servers(text: String) { #expect(DatabaseLocation(text) == .postgres(connectionString: text)) }

    @Test("anything else is a path", arguments: ["data/switchboard.sqlite", "/var/lib/a=b.sqlite", "switchboard.db", "./host=x", ""])
    func paths(text: String) { #expect(DatabaseLocation(text) == .sqlite(path: text)) }

    @Test("opening a server that may lose what it confirmed says so")
    func warnings() async throws {
        let lines = LogLines()
        let logger = Logger(label: "test") { _ in lines }
        let settings = try await TestDatabase.copy(of: "template0")
        try await PostgresDatabase.execute("ALTER DATABASE \(settings.databaseName ?? "") SET synchronous_commit = off", on: settings)
        try await PostgresDatabase(settings, connections: 1).warnIfUnsafe(logger)
        #expect(
            lines.all.contains(
                "The database server runs with synchronous_commit off: a crash can lose messages that were already confirmed"))
    }

    @Test("a server that can't be reached stops the start")
    func unreachable() async throws {
        await #expect(throws: StoreError.self) {
            try await DatabaseLocation("host=127.0.0.1 port=1 dbname=none").open(logger: Logger(label: "test"))
        }
    }
}
