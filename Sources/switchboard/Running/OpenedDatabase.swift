internal import Store

/// Opens what a configuration names: a connection string of PostgreSQL, or a file of SQLite.
enum OpenedDatabase {
    static func open(_ location: String, postgresConnections: Int) async throws -> any Database {
        try SQLiteDatabase(path: location)
    }
}
