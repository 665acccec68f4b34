/// What went wrong in an engine, alike on both.
package enum StoreError: Error, Equatable {
    /// A unique index refused the row. SQLite tells its columns (`people.workspace_id, people.email`), PostgreSQL its name.
    case duplicate(constraint: String)
    case foreignKey(constraint: String)
    /// CHECK, NOT NULL, a value of the wrong type, or text that holds U+0000.
    case check(constraint: String)
    /// The connection was cut during COMMIT: written or not, nobody knows yet. Never repeated by the engine.
    case outcomeUnknown
    /// The database can't be reached, is locked, full or overloaded. The sentence says which.
    case unavailable(String)
    /// The tables aren't those that this version works with. The sentence names the next command.
    case schema(String)
    /// The column at this position doesn't hold what was asked for.
    case columnMismatch(Int)
    /// A statement that writes, in a `read`.
    case readOnly
    /// Any other refusal of a statement: a defect of ours.
    case statement(String)

    /// SQLite's disk is full.
    package static let diskFull = StoreError.unavailable("The disk is full.")
    package static let serverDiskFull = StoreError.unavailable("The disk of the database server is full.")
    /// Another process works with the file of SQLite.
    package static let locked = StoreError.unavailable("The database is locked by another process.")

    /// Whether the same call may work later, with nobody changing anything.
    package var isOutage: Bool {
        switch self {
        case .unavailable, .outcomeUnknown: true
        case .duplicate, .foreignKey, .check, .schema, .columnMismatch, .readOnly, .statement: false
        }
    }
}
