package import NIOCore

/// Why a text isn't JSON.
package struct JSONProblem: Error, Equatable {
    package let offset: Int
}

extension JSON {
    package init(parsing text: String) throws(JSONProblem) {
        try self.init(parsing: Array(text.utf8))
    }

    package init(parsing buffer: ByteBuffer) throws(JSONProblem) {
        try self.init(parsing: Array(buffer.readableBytesView))
    }

    package init(parsing bytes: [UInt8]) throws(JSONProblem) {
        var parser = JSONParser(bytes: bytes)
        self = try parser.document()
    }
}

/// Reads JSON (RFC 8259) from bytes. Strict, except that a repeated member keeps its first value.
private struct JSONParser {
    /// Deepest nesting that is read; nothing on the platform comes near.
    static let depthLimit = 64

    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func document() throws(JSONProblem) -> JSON {
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw problem }
        return value
    }

    private var problem: JSONProblem { JSONProblem(offset: position) }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
    }

    private mutating func next() throws(JSONProblem) -> UInt8 {
        guard position < bytes.count else { throw problem }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func expect(_ word: StaticString, _ value: JSON) throws(JSONProblem) -> JSON {
        let count = word.utf8CodeUnitCount
        guard position + count <= bytes.count else { throw problem }
        for index in 0..<count where bytes[position + index] != word.utf8Start[index] { throw problem }
        position += count
        return value
    }

    private mutating func value(depth: Int) throws(JSONProblem) -> JSON {
        guard depth <= Self.depthLimit else { throw problem }
        skipSpace()
        guard position < bytes.count else { throw problem }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try expect("true", .bool(true))
        case UInt8(ascii: "f"): return try expect("false", .bool(false))
        case UInt8(ascii: "n"): return try expect("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(JSONProblem) -> JSON {
        position += 1
        var members: [JSON.Member] = []
        skipSpace()
        if position < bytes.count, bytes[position] == UInt8(ascii: "}") {
            position += 1
            return .object([])
        }
        while true {
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw problem }
            let name = try string()
            skipSpace()
            guard try next() == UInt8(ascii: ":") else { throw problem }
            members.append(JSON.Member(name, try value(depth: depth + 1)))
            skipSpace()
            switch try next() {
            case UInt8(ascii: ","): continue
            case UInt8(ascii: "}"): return .object(members)
            default: throw problem
            }
        }
    }

    private mutating func array(depth: Int) throws(JSONProblem) -> JSON {
        position += 1
        var elements: [JSON] = []
        skipSpace()
        if position < bytes.count, bytes[position] == UInt8(ascii: "]") {
            position += 1
            return .array([])
        }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            switch try next() {
            case UInt8(ascii: ","): continue
            case UInt8(ascii: "]"): return .array(elements)
            default: throw problem
            }
        }
    }

    private mutating func string() throws(JSONProblem) -> String {
        position += 1
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\") {
            guard bytes[position] >= 0x20 else { throw problem }
            position += 1
        }
        guard position < bytes.count else { throw problem }
        if bytes[position] == UInt8(ascii: "\"") {
            defer { position += 1 }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }
        return try escapedString(from: start)
    }

    /// The slow way, once a backslash was seen.
    private mutating func escapedString(from start: Int) throws(JSONProblem) -> String {
        var text = Array(bytes[start..<position])
        while true {
            let byte = try next()
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                switch try next() {
                case UInt8(ascii: "n"): text.append(0x0A)
                case UInt8(ascii: "t"): text.append(0x09)
                case UInt8(ascii: "r"): text.append(0x0D)
                case UInt8(ascii: "b"): text.append(0x08)
                case UInt8(ascii: "f"): text.append(0x0C)
                case UInt8(ascii: "u"): text.append(contentsOf: String(try escapedScalar()).utf8)
                case let other where other == UInt8(ascii: "\"") || other == UInt8(ascii: "\\") || other == UInt8(ascii: "/"):
                    text.append(other)
                default: throw problem
                }
            case 0..<0x20: throw problem
            default: text.append(byte)
            }
        }
    }

    private mutating func escapedScalar() throws(JSONProblem) -> Unicode.Scalar {
        let first = try hexUnit()
        if (0xD800..<0xDC00).contains(first), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        {
            position += 2
            let second = try hexUnit()
            guard (0xDC00..<0xE000).contains(second) else { return "\u{FFFD}" }
            return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
        }
        return Unicode.Scalar(first) ?? "\u{FFFD}"
    }

    private mutating func hexUnit() throws(JSONProblem) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(try next())).hexDigitValue else { throw problem }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }

    private mutating func number() throws(JSONProblem) -> JSON {
        let start = position
        var whole = true
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): break
            case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"): whole = false
            default:
                return try number(String(decoding: bytes[start..<position], as: UTF8.self), whole: whole)
            }
            position += 1
        }
        return try number(String(decoding: bytes[start..<position], as: UTF8.self), whole: whole)
    }

    private func number(_ text: String, whole: Bool) throws(JSONProblem) -> JSON {
        if whole, let integer = Int(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw problem }
        return .number(number)
    }
}
