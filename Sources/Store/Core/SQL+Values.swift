package import Domain

package import struct Foundation.Date

extension SQLValue {
    package init(_ text: String?) { self = text.map { .text($0) } ?? .null }
    package init(_ integer: Int?) { self = integer.map { .integer(Int64($0)) } ?? .null }
    package init(_ bool: Bool) { self = .integer(bool ? 1 : 0) }
    package init<Entity>(_ id: Identifier<Entity>?) { self = id.map { .text($0.text) } ?? .null }
    package init(_ bytes: [UInt8]?) { self = bytes.map { .bytes($0) } ?? .null }
    package init(_ real: Double?) { self = real.map { .real($0) } ?? .null }
    /// Milliseconds since 1970 UTC.
    package init(_ date: Date?) { self = date.map { .integer($0.milliseconds) } ?? .null }

    var type: SQL.ValueType {
        switch self {
        case .null: .unknown
        case .integer: .integer
        case .real: .real
        case .text: .text
        case .bytes: .bytes
        }
    }
}

extension SQL.StringInterpolation {
    package mutating func appendInterpolation(_ text: String?) { append(SQLValue(text), .text) }
    package mutating func appendInterpolation(_ integer: Int?) { append(SQLValue(integer), .integer) }
    package mutating func appendInterpolation(_ integer: Int64?) { append(integer.map { .integer($0) }, .integer) }
    package mutating func appendInterpolation(_ real: Double?) { append(SQLValue(real), .real) }
    package mutating func appendInterpolation(_ bool: Bool) { append(SQLValue(bool), .integer) }
    package mutating func appendInterpolation(_ bool: Bool?) { append(bool.map { SQLValue($0) }, .integer) }
    package mutating func appendInterpolation(_ date: Date?) { append(SQLValue(date), .integer) }
    package mutating func appendInterpolation(_ bytes: [UInt8]?) { append(SQLValue(bytes), .bytes) }
    package mutating func appendInterpolation<Entity>(_ id: Identifier<Entity>?) { append(SQLValue(id), .text) }
    package mutating func appendInterpolation(_ value: SQLValue) { append(value, value.type) }

    /// `?, ?, ?`; for `IN (…)`. An empty list makes `NULL`, which nothing equals.
    package mutating func appendInterpolation(list values: [SQLValue]) {
        if values.isEmpty { appendLiteral("NULL") }
        for (index, value) in values.enumerated() {
            if index > 0 { appendLiteral(", ") }
            append(value, value.type)
        }
    }

    /// `(?, ?), (?, ?)`; for `VALUES …`. At least one row.
    package mutating func appendInterpolation(rows: [[SQLValue]]) {
        for (index, row) in rows.enumerated() {
            appendLiteral(index > 0 ? ", (" : "(")
            appendInterpolation(list: row)
            appendLiteral(")")
        }
    }
}
