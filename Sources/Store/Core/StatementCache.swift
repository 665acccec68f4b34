/// Prepared statements of one connection, the least recently used given up beyond a limit.
struct StatementCache<Key: Hashable, Statement> {
    let limit: Int
    private var entries: [Key: (statement: Statement, lastUse: Int)] = [:]
    private var clock = 0

    init(limit: Int) { self.limit = limit }

    mutating func find(_ key: Key) -> Statement? {
        guard let index = entries.index(forKey: key) else { return nil }
        clock += 1
        entries.values[index].lastUse = clock
        return entries.values[index].statement
    }

    /// Returns the statement that had to go, if one had.
    mutating func insert(_ statement: Statement, for key: Key) -> Statement? {
        // A full look is rare: it comes before a statement is prepared, which costs far more.
        var evicted: Statement?
        if entries.count >= limit, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            evicted = entries.removeValue(forKey: oldest.key)?.statement
        }
        clock += 1
        entries[key] = (statement, clock)
        return evicted
    }

    mutating func remove(_ key: Key) { entries[key] = nil }

    mutating func removeAll() { entries = [:] }
}
