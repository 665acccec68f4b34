package import struct Foundation.Date

/// Which of the two engines is at work; for the few statements that differ.
package enum SQLDialect: Sendable, CaseIterable {
    case sqlite, postgres
}

extension Transaction {
    /// The database's own clock, also within a transaction that has lasted a while.
    package func clock() throws -> Date { try rows(dialect.clock)[0].date(0) }
}

/// The pieces of SQL that aren't the same on both engines.
extension SQLDialect {
    /// Milliseconds since 1970 UTC.
    fileprivate var clock: SQL {
        switch self {
        case .sqlite: "SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
        case .postgres: "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"
        }
    }

    /// After a SELECT: holds its rows until the transaction ends. SQLite has one writer, which needs no lock.
    var forUpdate: SQL { self == .postgres ? " FOR UPDATE" : "" }

    /// After a SELECT: holds those of its rows that no other transaction holds, and leaves out the rest.
    var forUpdateSkipLocked: SQL { self == .postgres ? " FOR UPDATE SKIP LOCKED" : "" }

    /// Joins those rows of `table` that `key`, the equalities of an index, finds, and of them only those that meet `condition`. Each row is looked
    /// up by itself, whatever the planner believes of the tables: on one that was all but empty when its statistics were made, PostgreSQL would
    /// rather read the whole of it.
    /// With `locking` the rows are held until the transaction ends, in the order in which they are sought.
    func lookUp(
        _ join: String, _ table: String, as name: String, by key: String, and condition: String? = nil, locking: Bool = false
    ) -> String {
        switch self {
        case .sqlite: "\(join) \(table) \(name) ON \(key)\(condition.map { " AND " + $0 } ?? "")"
        case .postgres:
            "\(join) LATERAL (SELECT * FROM \(table) \(name) WHERE \(key) \(locking ? "FOR UPDATE" : "OFFSET 0")) \(name) ON \(condition ?? "TRUE")"
        }
    }
}
