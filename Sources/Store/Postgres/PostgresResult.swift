internal import CLibPQ
internal import Foundation

/// An answer of the server, freed with the value that holds it.
final class PostgresResult {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { PQclear(handle) }

    var status: ExecStatusType { PQresultStatus(handle) }

    /// Such as `COMMIT` or `INSERT 0 5`.
    var tag: String { String(cString: PQcmdStatus(handle)) }

    func errorField(_ field: Character) -> String? {
        PQresultErrorField(handle, Int32(field.asciiValue!)).map { String(cString: $0) }
    }

    var errorMessage: String { String(cString: PQresultErrorMessage(handle)).trimmingCharacters(in: .whitespacesAndNewlines) }

    /// Rows that a statement changed. Rows that were only read don't count.
    var changedRows: Int {
        switch PQcmdStatus(handle).pointee {
        case CChar(UInt8(ascii: "I")), CChar(UInt8(ascii: "U")), CChar(UInt8(ascii: "D")), CChar(UInt8(ascii: "M")):
            Int(String(cString: PQcmdTuples(handle))) ?? 0
        default: 0
        }
    }

    func rows() throws -> [Row] {
        let count = Int(PQntuples(handle))
        guard count > 0 else { return [] }
        let columns = (0..<PQnfields(handle)).map { ColumnType(PQftype(handle, $0)) }
        return try (0..<Int32(count)).map { row in
            var values: [SQLValue] = []
            values.reserveCapacity(columns.count)
            for (column, type) in columns.enumerated() { values.append(try value(row, Int32(column), type)) }
            return Row(values: values)
        }
    }

    private enum ColumnType {
        case integer, numeric, real, bool, bytes, text

        /// From the object ids of `pg_type`.
        init(_ type: Oid) {
            switch type {
            case 20, 21, 23, 26, 5_069: self = .integer  // int8, int2, int4, oid, xid8
            case 1_700: self = .numeric
            case 700, 701: self = .real
            case 16: self = .bool
            case 17: self = .bytes
            default: self = .text
            }
        }
    }

    private func value(_ row: Int32, _ column: Int32, _ type: ColumnType) throws -> SQLValue {
        guard PQgetisnull(handle, row, column) == 0 else { return .null }
        let length = Int(PQgetlength(handle, row, column))
        let bytes = UnsafeRawBufferPointer(start: PQgetvalue(handle, row, column), count: length)
        switch type {
        case .text: return .text(String(decoding: bytes, as: UTF8.self))
        case .bool: return .integer(bytes[0] == UInt8(ascii: "t") ? 1 : 0)
        case .bytes: return .bytes(Self.bytes(hex: bytes.dropFirst(2)))
        case .integer:
            guard let integer = Int64(String(decoding: bytes, as: UTF8.self)) else { throw StoreError.columnMismatch(Int(column)) }
            return .integer(integer)
        case .numeric, .real:
            // A sum of whole numbers comes as numeric.
            let text = String(decoding: bytes, as: UTF8.self)
            if type == .numeric, let integer = Int64(text) { return .integer(integer) }
            guard let real = Double(text) else { throw StoreError.columnMismatch(Int(column)) }
            return .real(real)
        }
    }

    /// `bytea_output = hex`: two digits a byte, after `\x`.
    private static func bytes(hex: Slice<UnsafeRawBufferPointer>) -> [UInt8] {
        func digit(_ character: UInt8) -> UInt8 {
            character < UInt8(ascii: "a") ? character &- UInt8(ascii: "0") : character &- UInt8(ascii: "a") &+ 10
        }
        return [UInt8](unsafeUninitializedCapacity: hex.count / 2) { buffer, initialized in
            var place = hex.startIndex
            for index in 0..<(hex.count / 2) {
                buffer[index] = digit(hex[place]) << 4 | digit(hex[place + 1])
                place += 2
            }
            initialized = hex.count / 2
        }
    }
}
