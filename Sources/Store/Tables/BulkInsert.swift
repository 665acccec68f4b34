extension Transaction {
    /// Rows in one statement, at most. Chunks are powers of two, so that few distinct statements are prepared however many rows come.
    private static var chunkLimit: Int { 64 }

    /// Inserts rows of equal width; `suffix` follows the values, such as `ON CONFLICT DO NOTHING RETURNING id`.
    @discardableResult
    func insert(into head: String, _ rows: [[SQLValue]], suffix: String = "") throws -> [Row] {
        var returned: [Row] = []
        try forEachChunk(of: rows) { chunk in
            let statement: SQL = "INSERT INTO \(raw: head) VALUES \(rows: chunk) \(raw: suffix)"
            returned += try self.rows(statement)
        }
        return returned
    }

    /// Calls with the rows in chunks of 64, 32, … 1.
    func forEachChunk(of rows: [[SQLValue]], _ body: ([[SQLValue]]) throws -> Void) rethrows {
        var rest = rows[...]
        var size = Self.chunkLimit
        while !rest.isEmpty {
            while size > rest.count { size /= 2 }
            try body(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
    }
}
