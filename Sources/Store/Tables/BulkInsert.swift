internal import Synchronization

/// Statements over many rows: their texts are long, and come again with each batch, so they are made once for each number of rows.
private let templates = Mutex<[BulkStatement: SQL]>([:])

private struct BulkStatement: Hashable {
    let begin: String
    let end: String
    let rows: Int
}

extension Transaction {
    /// Rows in one statement, at most. Chunks are powers of two, so that few distinct statements are prepared however many rows come.
    private static var chunkLimit: Int { 64 }

    /// Inserts rows of equal width; `suffix` follows the values, such as `ON CONFLICT DO NOTHING`. As with ``send(_:)``, an error may show later.
    func insert(into head: String, _ rows: [[SQLValue]], suffix: String = "") throws {
        try forEachBulk("INSERT INTO \(head) VALUES ", rows, " \(suffix)", infersTypes: true) { try send($0) }
    }

    /// As ``insert(into:_:suffix:)``, and gives `columns` of all rows.
    func insert(into head: String, _ rows: [[SQLValue]], suffix: String, returning columns: String) throws -> [Row] {
        var returned: [Row] = []
        let end = " \(suffix) RETURNING \(columns)"
        try forEachBulk("INSERT INTO \(head) VALUES ", rows, end, infersTypes: true) { returned += try self.rows($0) }
        return returned
    }

    /// Inserts rows and gives `columns` of those that were free.
    func insertIfFree(into head: String, _ rows: [[SQLValue]], returning columns: String) throws -> [Row] {
        var returned: [Row] = []
        let end = " ON CONFLICT DO NOTHING RETURNING \(columns)"
        try forEachBulk("INSERT INTO \(head) VALUES ", rows, end, infersTypes: true) { returned += try self.rows($0) }
        return returned
    }

    /// Runs `begin (…), (…), … end` over all rows, in chunks, and gives all that it returns. No value may be NULL: its type would be unknown.
    func bulk(_ begin: String, _ rows: [[SQLValue]], _ end: String) throws -> [Row] {
        var returned: [Row] = []
        try forEachBulk(begin, rows, end, infersTypes: false) { returned += try self.rows($0) }
        return returned
    }

    /// As ``bulk(_:_:_:)``, when the answers aren't needed; see ``send(_:)``.
    func sendBulk(_ begin: String, _ rows: [[SQLValue]], _ end: String) throws {
        try forEachBulk(begin, rows, end, infersTypes: false) { try send($0) }
    }

    private func forEachBulk(
        _ begin: String, _ rows: [[SQLValue]], _ end: String, infersTypes: Bool, _ body: (SQL) throws -> Void
    ) throws {
        try forEachChunk(of: rows) { chunk in
            let key = BulkStatement(begin: begin, end: end, rows: chunk.count)
            let template = templates.withLock { templates in
                if let known = templates[key] { return known }
                let made: SQL = "\(raw: begin)\(rows: chunk)\(raw: end)"
                templates[key] = made.forReuse(infersTypes: infersTypes)
                return templates[key]!
            }
            try body(template.with(chunk.flatMap { $0 }))
        }
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
