package import Domain

/// One named shape of the API: what the document says of it, and an example that a test checks against it.
package protocol APISchema: SendableMetatype {
    static var schemaName: String { get }
    static var schema: JSONValue { get }
    static var example: JSONValue { get }
}

/// JSON Schema (2020-12), in the few words that our shapes need.
package enum Schema {
    package typealias Members = KeyValuePairs<String, JSONValue>

    /// An object. Every member is there, except those named optional; on a request no others are allowed.
    package static func object(_ members: Members, optional: Set<String> = [], isRequest: Bool = false) -> JSONValue {
        let required = members.map(\.key).filter { !optional.contains($0) }
        var schema: [String: JSONValue] = [
            "type": "object", "properties": .object(Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { one, _ in one })),
        ]
        if !required.isEmpty { schema["required"] = .array(required.map { .string($0) }) }
        if isRequest { schema["additionalProperties"] = false }
        return .object(schema)
    }

    package static func text(_ detail: String? = nil) -> JSONValue { describe("string", detail) }
    package static func integer(_ detail: String? = nil) -> JSONValue { describe("integer", detail) }
    package static func number(_ detail: String? = nil) -> JSONValue { describe("number", detail) }
    package static func bool(_ detail: String? = nil) -> JSONValue { describe("boolean", detail) }
    package static func anything(_ detail: String) -> JSONValue { ["description": .string(detail)] }
    package static func instant(_ detail: String? = nil) -> JSONValue { describe("string", detail, ["format": "date-time"]) }

    package static func id<Entity: Identified>(_: Entity.Type, _ detail: String? = nil) -> JSONValue {
        describe("string", detail, ["pattern": .string("^\(Entity.identifierPrefix)_[0-9a-z]{26}$")])
    }

    package static func choice(_ values: [String], _ detail: String? = nil) -> JSONValue {
        describe("string", detail, ["enum": .array(values.map { .string($0) })])
    }

    package static func choice<C: CaseIterable & RawRepresentable<String>>(_: C.Type, _ detail: String? = nil) -> JSONValue {
        choice(C.allCases.map(\.rawValue), detail)
    }

    package static func list(_ element: JSONValue) -> JSONValue { ["type": "array", "items": element] }

    /// An object whose members nobody can list beforehand.
    package static func map(of element: JSONValue, _ detail: String) -> JSONValue {
        describe("object", detail, ["additionalProperties": element])
    }

    package static func reference<S: APISchema>(_: S.Type) -> JSONValue { reference(S.schemaName) }
    package static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }

    /// Always there, and `null` when there is nothing to say.
    package static func orNull(_ schema: JSONValue) -> JSONValue {
        if case .object(var members) = schema, let type = members["type"], members["enum"] == nil {
            members["type"] = .array([type, "null"])
            return .object(members)
        }
        return ["anyOf": .array([schema, ["type": "null"]])]
    }

    private static func describe(_ type: String, _ detail: String?, _ more: [String: JSONValue] = [:]) -> JSONValue {
        var schema = more
        schema["type"] = .string(type)
        if let detail { schema["description"] = .string(detail) }
        return .object(schema)
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { one, _ in one }))
    }
    package init(nilLiteral: ()) { self = .null }
}
