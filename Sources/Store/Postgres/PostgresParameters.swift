internal import CLibPQ
internal import Foundation

/// The values of a statement as libpq wants them: numbers and bytes in binary form, text as UTF-8.
struct PostgresParameters {
    private var storage: [UInt8] = []
    private var offsets: [Int?] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []

    init(_ values: [SQLValue]) throws {
        storage.reserveCapacity(values.count * 32)
        offsets.reserveCapacity(values.count)
        lengths.reserveCapacity(values.count)
        formats.reserveCapacity(values.count)
        for value in values {
            let start = storage.count
            switch value {
            case .null: break
            case .integer(let integer): append(integer)
            case .real(let real): append(Int64(bitPattern: real.bitPattern))
            case .bytes(let bytes): storage += bytes
            case .text(var text):
                try text.withUTF8 { bytes in
                    if let start = bytes.baseAddress, memchr(start, 0, bytes.count) != nil { throw StoreError.nulInText }
                    storage.append(contentsOf: bytes)
                }
            }
            offsets.append(value == .null ? nil : start)
            lengths.append(Int32(storage.count - start))
            if case .text = value {
                formats.append(0)
                storage.append(0)
            } else {
                formats.append(1)
            }
        }
        // So that the address of an empty value at the end exists.
        storage.append(0)
    }

    private mutating func append(_ integer: Int64) {
        withUnsafeBytes(of: integer.bigEndian) { storage.append(contentsOf: $0) }
    }

    /// Values, lengths, formats.
    func withPointers<T>(_ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<Int32>, UnsafePointer<Int32>) throws -> T)
        rethrows -> T
    {
        try storage.withUnsafeBytes { storage in
            let start = storage.baseAddress!.assumingMemoryBound(to: CChar.self)
            let pointers: [UnsafePointer<CChar>?] = offsets.map { $0.map { start + $0 } }
            return try body(Int32(offsets.count), pointers, lengths, formats)
        }
    }
}

extension SQL.ValueType {
    /// Object ids of `pg_type`, which never change. 0 lets the server infer.
    var postgresType: Oid {
        switch self {
        case .unknown: 0
        case .integer: 20
        case .real: 701
        case .text: 25
        case .bytes: 17
        }
    }
}
