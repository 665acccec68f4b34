internal import GRDBSQLite

extension StoreError {
    /// From an extended result code (sqlite.org/rescode.html, read 2026-11-21) and SQLite's message, such as
    /// `UNIQUE constraint failed: people.workspace_id, people.email`.
    init(sqlite code: Int32, message: String) {
        let constraint = message.firstRange(of: "constraint failed: ").map { String(message[$0.upperBound...]) } ?? message
        switch (code & 0xFF, code) {
        case (SQLITE_CONSTRAINT, SQLITE_CONSTRAINT | 8 << 8), (SQLITE_CONSTRAINT, SQLITE_CONSTRAINT | 6 << 8),
            (SQLITE_CONSTRAINT, SQLITE_CONSTRAINT | 10 << 8):  // UNIQUE, PRIMARYKEY, ROWID
            self = .duplicate(constraint: constraint)
        case (SQLITE_CONSTRAINT, SQLITE_CONSTRAINT | 3 << 8):
            self = .foreignKey(constraint: constraint)
        case (SQLITE_CONSTRAINT, _), (SQLITE_MISMATCH, _), (SQLITE_TOOBIG, _):
            self = .check(constraint: constraint)
        case (SQLITE_READONLY, SQLITE_READONLY):
            self = .readOnly
        case (SQLITE_BUSY, _), (SQLITE_LOCKED, _):
            self = .locked
        case (SQLITE_FULL, _):
            self = .diskFull
        case (SQLITE_IOERR, _), (SQLITE_CANTOPEN, _), (SQLITE_NOMEM, _), (SQLITE_PROTOCOL, _), (SQLITE_READONLY, _), (SQLITE_CORRUPT, _),
            (SQLITE_NOTADB, _), (SQLITE_INTERRUPT, _), (SQLITE_PERM, _):
            self = .unavailable("The database file can't be used: \(message) (SQLite code \(code)).")
        default:
            self = .statement("\(message) (SQLite code \(code))")
        }
    }

    /// PostgreSQL can't hold it, so neither engine takes it.
    static let nulInText = StoreError.check(constraint: "text holds U+0000")
}
