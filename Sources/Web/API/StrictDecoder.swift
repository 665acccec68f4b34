internal import Domain
internal import Foundation

/// Reads JSON that somebody sent: what is missing, of the wrong kind or unknown is refused by name.
///
/// A field that no one asked for while decoding is unknown. That way a misspelt or invented field can't be overlooked, and nobody has to
/// keep a second list of names.
enum StrictJSON {
    static func decode<T: Decodable>(_: T.Type, from bytes: [UInt8]) throws -> T {
        let value: JSONValue
        do {
            value = try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
        } catch {
            throw RequestProblem.bodyUnreadable("it isn't JSON.")
        }
        guard case .object = value else { throw RequestProblem.bodyUnreadable("it must be a JSON object.") }
        let root = StrictNode(value, path: "")
        let decoded = try root.decode(T.self)
        if let unknown = root.firstUnknown { throw RequestProblem.fieldUnknown(unknown) }
        return decoded
    }
}

/// One value of the body, with what has been asked of it.
final class StrictNode {
    let value: JSONValue
    /// As the caller writes it: `template.components[0].type`.
    let path: String
    private var asked: [String: StrictNode] = [:]
    private var isWhole = false

    init(_ value: JSONValue, path: String) { (self.value, self.path) = (value, path) }

    func child(_ key: String) -> StrictNode? {
        if let node = asked[key] { return node }
        guard let value = value[key] else { return nil }
        let node = StrictNode(value, path: path.isEmpty ? key : "\(path).\(key)")
        asked[key] = node
        return node
    }

    func child(_ index: Int, of elements: [JSONValue]) -> StrictNode {
        let node = StrictNode(elements[index], path: "\(path)[\(index)]")
        asked["[\(index)]"] = node
        return node
    }

    func decode<T: Decodable>(_: T.Type) throws -> T {
        if T.self == JSONValue.self, let value = value as? T {
            isWhole = true
            return value
        }
        if T.self == Date.self {
            guard case .string(let text) = value, let instant = JSONText.instant(text) as? T else {
                throw malformed("a moment with its zone, such as 2026-11-23T09:00:00Z")
            }
            return instant
        }
        do {
            return try T(from: StrictDecoder(node: self))
        } catch let error as DecodingError {
            throw problem(error, choices: Self.choices(of: T.self))
        }
    }

    /// The first field, in the order of names, that nobody asked for.
    var firstUnknown: String? {
        if isWhole { return nil }
        if case .object(let members) = value {
            for key in members.keys.sorted() where asked[key] == nil { return path.isEmpty ? key : "\(path).\(key)" }
        }
        return asked.sorted { $0.key < $1.key }.lazy.compactMap(\.value.firstUnknown).first
    }

    func malformed(_ expected: String) -> RequestProblem { .fieldMalformed(path.isEmpty ? "body" : path, expected: expected) }

    private func problem(_ error: DecodingError, choices: [String]?) -> any Error {
        if let choices { return malformed("one of \(choices.joined(separator: ", "))") }
        return switch error {
        case .dataCorrupted(let context): malformed(context.debugDescription)
        default: malformed("of another kind")
        }
    }

    private static func choices<T>(of type: T.Type) -> [String]? {
        func list<C: CaseIterable & RawRepresentable<String>>(_: C.Type) -> [String] { C.allCases.map(\.rawValue) }
        guard let type = type as? any (CaseIterable & RawRepresentable<String>).Type else { return nil }
        return list(type)
    }
}

private struct StrictDecoder: Decoder {
    let node: StrictNode
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy _: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object = node.value else { throw node.malformed("an object") }
        return KeyedDecodingContainer(Keyed<Key>(node: node))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = node.value else { throw node.malformed("a list") }
        return Unkeyed(node: node, elements: elements)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { Single(node: node) }
}

private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let node: StrictNode
    var codingPath: [any CodingKey] { [] }

    var allKeys: [Key] {
        guard case .object(let members) = node.value else { return [] }
        return members.keys.sorted().compactMap(Key.init(stringValue:))
    }

    func contains(_ key: Key) -> Bool { node.value[key.stringValue] != nil }
    func decodeNil(forKey key: Key) throws -> Bool { try child(key).value == .null }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try child(key).decode(type) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws -> KeyedDecodingContainer<Nested> {
        try StrictDecoder(node: child(key)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try StrictDecoder(node: child(key)).unkeyedContainer()
    }
    func superDecoder() -> any Decoder { StrictDecoder(node: node) }
    func superDecoder(forKey key: Key) throws -> any Decoder { StrictDecoder(node: try child(key)) }

    private func child(_ key: Key) throws -> StrictNode {
        guard let child = node.child(key.stringValue) else {
            throw RequestProblem.fieldMissing(node.path.isEmpty ? key.stringValue : "\(node.path).\(key.stringValue)")
        }
        return child
    }
}

private struct Unkeyed: UnkeyedDecodingContainer {
    let node: StrictNode
    let elements: [JSONValue]
    var currentIndex = 0
    var codingPath: [any CodingKey] { [] }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, elements[currentIndex] == .null else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next().decode(type) }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
        try StrictDecoder(node: next()).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try StrictDecoder(node: next()).unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { StrictDecoder(node: try next()) }

    private mutating func next() throws -> StrictNode {
        guard !isAtEnd else { throw node.malformed("a longer list") }
        defer { currentIndex += 1 }
        return node.child(currentIndex, of: elements)
    }
}

private struct Single: SingleValueDecodingContainer {
    let node: StrictNode
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { node.value == .null }

    func decode(_: Bool.Type) throws -> Bool {
        guard case .bool(let value) = node.value else { throw node.malformed("true or false") }
        return value
    }

    func decode(_: String.Type) throws -> String {
        guard case .string(let value) = node.value else { throw node.malformed("text") }
        // PostgreSQL can't store it, and nobody types it.
        return value.unicodeScalars.contains("\0") ? value.replacing("\0", with: "") : value
    }

    func decode(_: Double.Type) throws -> Double {
        switch node.value {
        case .number(let value): return value
        case .integer(let value): return Double(value)
        default: throw node.malformed("a number")
        }
    }

    func decode(_: Float.Type) throws -> Float { Float(try decode(Double.self)) }
    func decode(_: Int.Type) throws -> Int { try integer() }
    func decode(_: Int8.Type) throws -> Int8 { try integer() }
    func decode(_: Int16.Type) throws -> Int16 { try integer() }
    func decode(_: Int32.Type) throws -> Int32 { try integer() }
    func decode(_: Int64.Type) throws -> Int64 { try integer() }
    func decode(_: UInt.Type) throws -> UInt { try integer() }
    func decode(_: UInt8.Type) throws -> UInt8 { try integer() }
    func decode(_: UInt16.Type) throws -> UInt16 { try integer() }
    func decode(_: UInt32.Type) throws -> UInt32 { try integer() }
    func decode(_: UInt64.Type) throws -> UInt64 { try integer() }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try node.decode(type) }

    private func integer<I: FixedWidthInteger>() throws -> I {
        guard case .integer(let value) = node.value, let integer = I(exactly: value) else { throw node.malformed("a whole number") }
        return integer
    }
}
