package import Logging

/// Where the data is, as an operator writes it: the path of a file, or the connection string of a PostgreSQL server.
package enum DatabaseLocation: Sendable, Equatable {
    case sqlite(path: String)
    case postgres(connectionString: String)

    /// `postgres://…`, `postgresql://…` and libpq's `host=… dbname=…` name a server; anything else is a path.
    package init(_ text: String) {
        self = Self.isConnectionString(text) ? .postgres(connectionString: text) : .sqlite(path: text)
    }

    /// Opens the database, and makes sure that it can be reached.
    package func open(connections: Int? = nil, logger: Logger) async throws -> any Database {
        switch self {
        case .sqlite(let path): return try SQLiteDatabase(path: path, readers: connections ?? SQLiteDatabase.defaultReaders)
        case .postgres(let connectionString):
            let database = PostgresDatabase(
                connectionString: connectionString, connections: connections ?? PostgresDatabase.defaultConnections)
            do {
                try await database.warnIfUnsafe(logger)
            } catch {
                await database.close()
                throw error
            }
            return database
        }
    }

    private static func isConnectionString(_ text: String) -> Bool {
        if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") { return true }
        // A word and `=`, and no `/` before it: `data/a=b.sqlite` is a path.
        let name = text.prefix { $0.isASCII && ($0.isLetter || $0 == "_") }
        return !name.isEmpty && text[name.endIndex...].drop(while: { $0 == " " }).hasPrefix("=")
    }
}
