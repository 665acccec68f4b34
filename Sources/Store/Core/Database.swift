/// Both engines, behind one shape: a transaction is a synchronous closure, so no network wait can happen inside it.
///
/// A closure has no effects outside: the engine repeats it when the server asks for that (serialisation failures, deadlocks, a connection
/// that turned out to be gone before COMMIT). Once called, it isn't stopped by the cancellation of its caller.
package protocol Database: Sendable {
    var dialect: SQLDialect { get }

    /// One snapshot. A statement that would write throws ``StoreError/readOnly``.
    func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T

    /// All or nothing. Returns when what was written is on disk.
    @discardableResult
    func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T

    /// Hears what other processes tell, and tells them; nil where there is one process only.
    func notifier(heard: @escaping @Sendable (Set<Nudge>) -> Void) -> (any Notifier)?

    /// Waits for what is under way, then lets go of all connections. Later calls throw ``StoreError/unavailable(_:)``.
    func close() async
}

/// What a closure sees of its transaction. Confined to that closure.
///
/// Nobody catches an error in here and goes on, except around ``savepoint(_:)``: the engine then fails the whole transaction with that error.
package protocol Transaction {
    var dialect: SQLDialect { get }

    /// Runs one statement and gives all its rows.
    func rows(_ sql: SQL) throws -> [Row]

    /// Runs one statement and gives the number of rows it inserted, updated or deleted.
    @discardableResult func run(_ sql: SQL) throws -> Int

    /// Runs one statement whose answer isn't needed. It may reach the server only with the next one whose answer is, or at the end of the
    /// transaction or of the savepoint around it; that is also where an error of it shows.
    func send(_ sql: SQL) throws

    /// Rolls back to here and rethrows on error; then going on is sound.
    @discardableResult
    func savepoint<T>(_ body: () throws -> T) throws -> T

    /// Runs several statements without values; for migrations.
    func script(_ text: String) throws
}
