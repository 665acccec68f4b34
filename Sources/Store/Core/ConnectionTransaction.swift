/// What an engine offers to a transaction on one of its connections.
protocol EngineConnection: AnyObject {
    static var dialect: SQLDialect { get }
    func rows(_ sql: SQL) throws -> [Row]
    func run(_ sql: SQL) throws -> Int
    func send(_ sql: SQL) throws
    func script(_ text: String) throws
    func control(_ command: SavepointCommand) throws
    /// False once only a new transaction helps: the server asked for a repeat, or the transaction is gone.
    var canGoBack: Bool { get }
}

enum SavepointCommand {
    case begin(String)
    case release(String)
    /// Undoes what came since, and ends the savepoint.
    case rollback(String)
}

/// The rules of a transaction, alike on both engines: after a failed statement nothing goes on but the way back to a savepoint.
final class ConnectionTransaction<Engine: EngineConnection>: Transaction {
    private let connection: Engine
    /// How many savepoints are open.
    private var depth = 0
    /// Set from a failed statement until the savepoint around it was rolled back.
    private(set) var failure: (any Error)?

    init(_ connection: Engine) { self.connection = connection }

    var dialect: SQLDialect { Engine.dialect }

    func rows(_ sql: SQL) throws -> [Row] { try guarded { try connection.rows(sql) } }

    func run(_ sql: SQL) throws -> Int { try guarded { try connection.run(sql) } }

    func send(_ sql: SQL) throws { try guarded { try connection.send(sql) } }

    func script(_ text: String) throws { try guarded { try connection.script(text) } }

    func savepoint<T>(_ body: () throws -> T) throws -> T {
        let name = "s\(depth)"
        try guarded { try connection.control(.begin(name)) }
        depth += 1
        defer { depth -= 1 }
        do {
            let value = try body()
            if let failure { throw failure }
            try guarded { try connection.control(.release(name)) }
            return value
        } catch {
            // Trouble with the database itself isn't for the closure to pass over.
            let isOutage = (failure as? StoreError)?.isOutage ?? false
            guard connection.canGoBack, !isOutage else {
                failure = failure ?? error
                throw error
            }
            failure = nil
            try guarded { try connection.control(.rollback(name)) }
            throw error
        }
    }

    /// Runs a whole closure. Also throws what it caught and ignored.
    func perform<T>(_ body: (any Transaction) throws -> T) throws -> T {
        let value = try body(self)
        if let failure { throw failure }
        return value
    }

    private func guarded<T>(_ body: () throws -> T) throws -> T {
        if let failure { throw failure }
        do {
            return try body()
        } catch {
            failure = error
            throw error
        }
    }
}
