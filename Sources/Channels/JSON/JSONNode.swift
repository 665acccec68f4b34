internal import Domain

/// JSON as a provider wrote it or as we write it: members keep their order, so that reading is one scan and writing is repeatable.
enum JSONNode: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONNode])
    case object([JSONMember])
}

struct JSONMember: Sendable, Equatable {
    let name: String
    let value: JSONNode

    init(_ name: String, _ value: JSONNode) { (self.name, self.value) = (name, value) }
}

extension JSONNode {
    /// The first member of this name; nil when there is none or it is `null`. Objects here are small, so a scan beats a dictionary.
    subscript(name: String) -> JSONNode? {
        guard case .object(let members) = self else { return nil }
        for member in members where member.name == name { return member.value == .null ? nil : member.value }
        return nil
    }

    var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    var flag: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    var list: [JSONNode]? {
        if case .array(let list) = self { list } else { nil }
    }

    var isObject: Bool {
        if case .object = self { true } else { false }
    }

    /// A whole number, also when it came as text, as providers' ids and times do.
    var whole: Int64? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int64(exactly: value)
        case .string(let text): Int64(text)
        default: nil
        }
    }

    /// A finite number, also when it came as text.
    var decimal: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .string(let text): Double(text).flatMap { $0.isFinite ? $0 : nil }
        default: nil
        }
    }

    /// An id: text that isn't empty, or a number, because Graph isn't of one mind.
    var identifier: String? {
        switch self {
        case .string(let text): text.isEmpty ? nil : text
        case .integer(let value): String(value)
        default: nil
        }
    }

    /// The same for keeping or passing on. Of two members of one name the first counts.
    var value: JSONValue {
        switch self {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .integer(let value): .integer(value)
        case .number(let value): .number(value)
        case .string(let text): .string(text)
        case .array(let list): .array(list.map(\.value))
        case .object(let members): .object(Dictionary(members.map { ($0.name, $0.value.value) }) { first, _ in first })
        }
    }

    /// Members in the order of their names.
    init(_ value: JSONValue) {
        self =
            switch value {
            case .null: .null
            case .bool(let flag): .bool(flag)
            case .integer(let value): .integer(value)
            case .number(let value): .number(value)
            case .string(let text): .string(text)
            case .array(let list): .array(list.map { JSONNode($0) })
            case .object(let members):
                .object(members.sorted { $0.key < $1.key }.map { JSONMember($0.key, JSONNode($0.value)) })
            }
    }
}

extension JSONNode: ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByBooleanLiteral {
    init(stringLiteral text: String) { self = .string(text) }
    init(booleanLiteral flag: Bool) { self = .bool(flag) }
    init(arrayLiteral elements: JSONNode...) { self = .array(elements) }

    /// A member whose value is nil is left out.
    init(dictionaryLiteral elements: (String, JSONNode?)...) {
        self = .object(elements.compactMap { name, value in value.map { JSONMember(name, $0) } })
    }
}
