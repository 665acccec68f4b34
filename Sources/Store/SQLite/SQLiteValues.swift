internal import Foundation
internal import GRDBSQLite

/// Values into and out of a prepared statement.
enum SQLiteValues {
    /// Tells SQLite to copy what it's given.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    static func bind(_ value: SQLValue, to statement: OpaquePointer, at position: Int32) throws -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(statement, position)
        case .integer(let integer): return sqlite3_bind_int64(statement, position, integer)
        case .real(let real): return sqlite3_bind_double(statement, position, real)
        case .text(var text):
            return try text.withUTF8 { bytes in
                guard let start = bytes.baseAddress, !bytes.isEmpty else { return sqlite3_bind_text(statement, position, "", 0, copied) }
                guard memchr(start, 0, bytes.count) == nil else { throw StoreError.nulInText }
                return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                    sqlite3_bind_text(statement, position, $0, Int32(bytes.count), copied)
                }
            }
        case .bytes(let bytes):
            guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(statement, position, 0) }
            return sqlite3_bind_blob(statement, position, bytes, Int32(bytes.count), copied)
        }
    }

    static func read(_ statement: OpaquePointer) -> [SQLValue] {
        let count = Int(sqlite3_column_count(statement))
        return [SQLValue](unsafeUninitializedCapacity: count) { buffer, initialized in
            for column in 0..<count { buffer.initializeElement(at: column, to: read(statement, Int32(column))) }
            initialized = count
        }
    }

    private static func read(_ statement: OpaquePointer, _ column: Int32) -> SQLValue {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
        case SQLITE_TEXT:
            let start = sqlite3_column_text(statement, column)
            return .text(
                String(decoding: UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))), as: UTF8.self))
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(statement, column)
            return .bytes([UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))))
        default: return .null
        }
    }
}
