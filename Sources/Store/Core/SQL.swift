/// One value that a column holds. Instants are milliseconds since 1970 UTC, truth is 0 or 1, in both engines.
package enum SQLValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case bytes([UInt8])
}

/// A statement with its bound values apart from its text, so that no value is ever spliced in.
///
///     let sql: SQL = "SELECT name FROM contacts WHERE workspace_id = \(workspaceID) AND id IN (\(list: ids.map { .text($0.text) }))"
package struct SQL: ExpressibleByStringInterpolation, Sendable {
    /// With a numbered mark (`$1`) for each value, in order: PostgreSQL's way, which SQLite reads as well.
    package private(set) var text: String
    package private(set) var values: [SQLValue]
    /// One for each value: where its mark begins in the text's UTF-8, and its type.
    private(set) var marks: [Mark]

    struct Mark: Sendable {
        let offset: Int
        let type: ValueType
    }

    /// What a mark stands for, known from the Swift type even when the value is NULL. PostgreSQL prepares a statement with it.
    enum ValueType: UInt8, Sendable, Hashable {
        case unknown, integer, real, text, bytes
    }

    package init(stringLiteral value: String) {
        text = value
        values = []
        marks = []
    }

    package init(stringInterpolation: StringInterpolation) { self = stringInterpolation.sql }

    /// From this many values on, SQLite gets plain `?` marks: it looks up each named one among all before it.
    private static let namedMarkLimit = 64

    var sqliteText: String { plainText ?? (values.count < Self.namedMarkLimit ? text : text(mark: { _ in "?" })) }

    /// ``sqliteText``, once it was made for a statement that is used again.
    private var plainText: String?

    /// For a statement of many marks that comes often: its texts are made once, and ``with(_:)`` only changes the values. With `infersTypes` the
    /// server takes their types from the columns of an INSERT, so that one which is NULL now and then doesn't make another statement of it.
    func forReuse(infersTypes: Bool) -> SQL {
        var sql = self
        sql.plainText = sqliteText
        if infersTypes { sql.marks = marks.map { Mark(offset: $0.offset, type: .unknown) } }
        return sql
    }

    /// The same statement with other values, of the same number and in the same order.
    func with(_ values: [SQLValue]) -> SQL {
        precondition(values.count == self.values.count)
        var sql = self
        sql.values = values
        return sql
    }

    fileprivate mutating func append(text literal: String) { text += literal }

    fileprivate mutating func append(_ value: SQLValue, _ type: ValueType) {
        marks.append(Mark(offset: text.utf8.count, type: type))
        values.append(value)
        text += "$"
        text += String(values.count)
    }

    fileprivate mutating func append(_ fragment: SQL) {
        let first = values.count
        let start = text.utf8.count
        text += first == 0 ? fragment.text : fragment.text(mark: { "$" + String(first + $0) })
        values += fragment.values
        // Higher numbers are longer, so later marks move.
        var shift = start
        for (index, mark) in fragment.marks.enumerated() {
            marks.append(Mark(offset: mark.offset + shift, type: mark.type))
            shift += Self.digits(first + index + 1) - Self.digits(index + 1)
        }
    }

    /// The text with the mark of the n-th value, counted from 1, made by `mark`.
    private func text(mark: (Int) -> String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count + marks.count * 2)
        var rest = text.utf8.startIndex
        var position = 0
        for (index, place) in marks.enumerated() {
            let start = text.utf8.index(rest, offsetBy: place.offset - position)
            result += text[rest..<start]
            result += mark(index + 1)
            let length = 1 + Self.digits(index + 1)
            rest = text.utf8.index(start, offsetBy: length)
            position = place.offset + length
        }
        return result + text[rest...]
    }

    private static func digits(_ number: Int) -> Int { String(number).utf8.count }
}

extension SQL {
    /// Queries of the same columns as one, without looking for rows that come twice; nil when there are none.
    static func union(all queries: [SQL]) -> SQL? {
        guard var union = queries.first else { return nil }
        for query in queries.dropFirst() {
            union.append(text: " UNION ALL ")
            union.append(query)
        }
        return union
    }
}

extension SQL {
    /// Collects the pieces of a literal.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var sql: SQL

        package init(literalCapacity: Int, interpolationCount: Int) {
            sql = SQL(stringLiteral: "")
            sql.reserve(text: literalCapacity + interpolationCount * 3, values: interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) { sql.append(text: literal) }

        mutating func append(_ value: SQLValue?, _ type: ValueType) { sql.append(value ?? .null, type) }

        /// A fragment with its own values.
        package mutating func appendInterpolation(sql fragment: SQL) { sql.append(fragment) }

        /// Trusted text, such as the name of a column: never anything that came from outside.
        package mutating func appendInterpolation(raw text: String) { sql.append(text: text) }
    }

    private mutating func reserve(text capacity: Int, values count: Int) {
        text.reserveCapacity(capacity)
        values.reserveCapacity(count)
        marks.reserveCapacity(count)
    }
}
