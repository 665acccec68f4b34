package import Domain

package import struct Foundation.Date

/// One row of an answer, read by position. A value of another type, or an unexpected NULL, throws ``StoreError/columnMismatch(_:)``.
package struct Row: Sendable {
    package let values: [SQLValue]

    package init(values: [SQLValue]) { self.values = values }

    package func text(_ index: Int) throws -> String {
        guard case .text(let text) = values[index] else { throw StoreError.columnMismatch(index) }
        return text
    }

    package func textOrNil(_ index: Int) throws -> String? { isNull(index) ? nil : try text(index) }

    package func integer(_ index: Int) throws -> Int {
        guard case .integer(let integer) = values[index] else { throw StoreError.columnMismatch(index) }
        return Int(integer)
    }

    package func integerOrNil(_ index: Int) throws -> Int? { isNull(index) ? nil : try integer(index) }

    /// Also reads a column of whole numbers.
    package func real(_ index: Int) throws -> Double {
        switch values[index] {
        case .real(let real): return real
        case .integer(let integer): return Double(integer)
        case .null, .text, .bytes: throw StoreError.columnMismatch(index)
        }
    }

    package func realOrNil(_ index: Int) throws -> Double? { isNull(index) ? nil : try real(index) }

    /// 0 is false, anything else true.
    package func bool(_ index: Int) throws -> Bool { try integer(index) != 0 }

    package func boolOrNil(_ index: Int) throws -> Bool? { isNull(index) ? nil : try bool(index) }

    /// From milliseconds since 1970 UTC.
    package func date(_ index: Int) throws -> Date { Date(timeIntervalSince1970: Double(try integer(index)) / 1_000) }

    package func dateOrNil(_ index: Int) throws -> Date? { isNull(index) ? nil : try date(index) }

    package func bytes(_ index: Int) throws -> [UInt8] {
        guard case .bytes(let bytes) = values[index] else { throw StoreError.columnMismatch(index) }
        return bytes
    }

    package func bytesOrNil(_ index: Int) throws -> [UInt8]? { isNull(index) ? nil : try bytes(index) }

    package func id<Entity>(_ index: Int) throws -> Identifier<Entity> { Identifier(try text(index)) }

    package func idOrNil<Entity>(_ index: Int) throws -> Identifier<Entity>? { isNull(index) ? nil : try id(index) }

    package func isNull(_ index: Int) -> Bool { values[index] == .null }
}
