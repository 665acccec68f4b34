/// A session advisory lock, on a session of its own: the server lets go of it when the session ends, however it ends.
final class PostgresLock: ExclusiveLock {
    private let connection: PostgresConnection

    private init(_ connection: PostgresConnection) { self.connection = connection }

    static func take(_ name: String, _ settings: PostgresSettings) async throws -> PostgresLock? {
        let connection = PostgresConnection(settings)
        let isTaken = await connection.run { connection in
            Result {
                try connection.connect()
                let isTaken = try connection.rows("SELECT pg_try_advisory_lock(hashtextextended(\("switchboard." + name), 0))")[0].bool(0)
                if !isTaken { connection.disconnect() }
                return isTaken
            }
        }
        return try isTaken.get() ? PostgresLock(connection) : nil
    }

    /// Asks over the session itself, which is never opened again.
    func isHeld() async -> Bool {
        await connection.run { connection in (try? connection.rows("SELECT 1")) != nil }
    }

    func release() async {
        await connection.run { connection in connection.disconnect() }
    }
}
