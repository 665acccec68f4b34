/// Reads JSON (RFC 8259) in one pass over the bytes.
///
/// Why not Foundation's decoder: one bad character anywhere costs it the whole body, and with it the messages of other customers. Here a lone
/// surrogate or a broken UTF-8 sequence becomes U+FFFD, U+0000 is dropped (databases refuse it in text), control characters in strings are let
/// through, and the reader of an item decides what it can't do without. It is also several times faster, on the hottest path there is.
struct JSONParser {
    /// Levels of nesting that are read; Meta's deepest payloads have about 15.
    static let depthLimit = 64

    private let bytes: [UInt8]
    private var position = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    static func parse(_ bytes: [UInt8]) throws(JSONSyntaxProblem) -> JSONNode {
        var parser = JSONParser(bytes)
        let node = try parser.value(depth: 0)
        guard parser.next() == nil else { throw .trailing(offset: parser.position) }
        return node
    }

    static func parse(_ text: String) throws(JSONSyntaxProblem) -> JSONNode { try parse(Array(text.utf8)) }

    /// The next byte that isn't white space, without taking it.
    private mutating func next() -> UInt8? {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            case let byte: return byte
            }
        }
        return nil
    }

    private mutating func value(depth: Int) throws(JSONSyntaxProblem) -> JSONNode {
        guard depth < Self.depthLimit else { throw .tooDeep }
        switch next() {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""):
            position += 1
            return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case nil: throw .endsEarly
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(JSONSyntaxProblem) -> JSONNode {
        position += 1
        var members: [JSONMember] = []
        if next() == UInt8(ascii: "}") {
            position += 1
            return .object(members)
        }
        members.reserveCapacity(4)
        while true {
            guard next() == UInt8(ascii: "\"") else { throw .unexpected(offset: position) }
            position += 1
            let name = try string()
            guard next() == UInt8(ascii: ":") else { throw .unexpected(offset: position) }
            position += 1
            members.append(JSONMember(name, try value(depth: depth + 1)))
            switch next() {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "}"):
                position += 1
                return .object(members)
            case nil: throw .endsEarly
            default: throw .unexpected(offset: position)
            }
        }
    }

    private mutating func array(depth: Int) throws(JSONSyntaxProblem) -> JSONNode {
        position += 1
        var list: [JSONNode] = []
        if next() == UInt8(ascii: "]") {
            position += 1
            return .array(list)
        }
        while true {
            list.append(try value(depth: depth + 1))
            switch next() {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "]"):
                position += 1
                return .array(list)
            case nil: throw .endsEarly
            default: throw .unexpected(offset: position)
            }
        }
    }

    private mutating func word(_ word: StaticString, _ node: JSONNode) throws(JSONSyntaxProblem) -> JSONNode {
        for offset in 0..<word.utf8CodeUnitCount {
            guard position < bytes.count else { throw .endsEarly }
            guard bytes[position] == word.utf8Start[offset] else { throw .unexpected(offset: position) }
            position += 1
        }
        return node
    }

    private mutating func number() throws(JSONSyntaxProblem) -> JSONNode {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let digits = try self.digits()
        if digits > 1, bytes[position - digits] == UInt8(ascii: "0") { throw .unexpected(offset: start) }
        var isWhole = true
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            isWhole = false
            position += 1
            _ = try self.digits()
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") { position += 1 }
            _ = try self.digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let integer = Int64(text) { return .integer(integer) }
        // What no Double can hold is kept as it was written: an infinite number couldn't be written again.
        guard let number = Double(text), number.isFinite else { return .string(text) }
        return .number(number)
    }

    /// Takes at least one digit, and says how many.
    private mutating func digits() throws(JSONSyntaxProblem) -> Int {
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) { position += 1 }
        guard position > start else { throw position < bytes.count ? .unexpected(offset: position) : .endsEarly }
        return position - start
    }

    /// The rest of a string whose opening quote is taken.
    private mutating func string() throws(JSONSyntaxProblem) -> String {
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                defer { position += 1 }
                return String(decoding: bytes[start..<position], as: UTF8.self)
            case UInt8(ascii: "\\"), 0: return try stringWithEscapes(from: start)
            default: position += 1
            }
        }
        throw .endsEarly
    }

    private mutating func stringWithEscapes(from start: Int) throws(JSONSyntaxProblem) -> String {
        var text = Array(bytes[start..<position])
        text.reserveCapacity(text.count + 64)
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0: break
            default: text.append(byte)
            }
        }
        throw .endsEarly
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONSyntaxProblem) {
        guard position < bytes.count else { throw .endsEarly }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "u"): append(try scalar(), to: &text)
        default: throw .unexpected(offset: position - 1)
        }
    }

    /// One scalar of `\uXXXX`, taking a second escape when it is a pair.
    private mutating func scalar() throws(JSONSyntaxProblem) -> UInt32 {
        let unit = try codeUnit()
        guard (0xD800...0xDFFF).contains(unit) else { return unit }
        guard unit < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u")
        else {
            return 0xFFFD
        }
        let afterFirst = position
        position += 2
        let second = try codeUnit()
        guard (0xDC00...0xDFFF).contains(second) else {
            position = afterFirst  // The second escape stands for itself.
            return 0xFFFD
        }
        return 0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00)
    }

    private mutating func codeUnit() throws(JSONSyntaxProblem) -> UInt32 {
        guard position + 4 <= bytes.count else { throw .endsEarly }
        var unit: UInt32 = 0
        for _ in 0..<4 {
            let byte = bytes[position]
            let digit: UInt8 =
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
                case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
                case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
                default: throw .unexpected(offset: position)
                }
            unit = unit << 4 | UInt32(digit)
            position += 1
        }
        return unit
    }

    private func append(_ scalar: UInt32, to text: inout [UInt8]) {
        switch scalar {
        case 0: break
        case 1..<0x80: text.append(UInt8(scalar))
        case 0x80..<0x800: text.append(contentsOf: [0xC0 | UInt8(scalar >> 6), 0x80 | UInt8(scalar & 0x3F)])
        case 0x800..<0x10000:
            text.append(contentsOf: [0xE0 | UInt8(scalar >> 12), 0x80 | UInt8(scalar >> 6 & 0x3F), 0x80 | UInt8(scalar & 0x3F)])
        default:
            text.append(contentsOf: [
                0xF0 | UInt8(scalar >> 18), 0x80 | UInt8(scalar >> 12 & 0x3F), 0x80 | UInt8(scalar >> 6 & 0x3F),
                0x80 | UInt8(scalar & 0x3F),
            ])
        }
    }
}

/// Why bytes aren't JSON. Never quotes them.
enum JSONSyntaxProblem: Error, Equatable {
    case endsEarly
    case unexpected(offset: Int)
    case trailing(offset: Int)
    case tooDeep

    var reason: String {
        switch self {
        case .endsEarly: "The body is not JSON: it ends too early."
        case .unexpected(let offset): "The body is not JSON: byte \(offset) does not fit."
        case .trailing(let offset): "The body goes on after its JSON, at byte \(offset)."
        case .tooDeep: "The body is nested deeper than \(JSONParser.depthLimit) levels."
        }
    }
}
