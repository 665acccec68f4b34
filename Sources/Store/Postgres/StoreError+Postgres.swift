extension StoreError {
    /// From an SQLSTATE (PostgreSQL 15, appendix A) and what came with it.
    init(postgres state: String, constraint: String?, message: String) {
        let name = constraint ?? message
        switch state {
        case "23505": self = .duplicate(constraint: name)
        case "23503": self = .foreignKey(constraint: name)
        case "25006": self = .readOnly
        // Integrity, and values that don't fit their column.
        case _ where state.hasPrefix("23"), "22001", "22003", "22021", "22P02", "42804": self = .check(constraint: name)
        case "40001", "40P01": self = .unavailable("Other transactions were in the way again and again.")
        case "53100": self = .serverDiskFull
        case "55P03": self = .unavailable("A lock in the database was not free in time.")
        case "57014": self = .unavailable("The database took too long.")
        // Connection, resources, the server's operator, its system.
        case _ where ["08", "53", "57", "58"].contains(state.prefix(2)), "25P03", "XX000", "XX001", "XX002":
            self = .unavailable("The database server can't work: \(message)")
        default: self = .statement("\(message) (SQLSTATE \(state))")
        }
    }
}
