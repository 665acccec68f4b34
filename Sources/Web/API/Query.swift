internal import Domain
internal import Hummingbird
internal import Services

/// The parameters behind the question mark, each named before it is read: one that the route doesn't know is refused.
struct Query {
    /// Rows of a page unless the caller says otherwise.
    static let defaultLimit = 50

    private let values: [String: String]

    init(_ request: Request, allowing names: Set<String> = []) throws(RequestProblem) {
        var values: [String: String] = [:]
        for (name, value) in request.uri.queryParameters {
            guard names.contains(String(name)) else { throw .parameterUnknown(String(name)) }
            // Two of one name would mean one thing to us and another to a proxy.
            guard values.updateValue(String(value), forKey: String(name)) == nil else {
                throw .fieldMalformed(String(name), expected: "given once")
            }
        }
        self.values = values
    }

    subscript(name: String) -> String? { values[name] }

    func limit() throws(PageProblem) -> Int {
        guard let text = values["limit"] else { return Self.defaultLimit }
        guard let limit = Int(text), (1...PageProblem.limit).contains(limit) else { throw .limitOutOfRange }
        return limit
    }

    /// How many of something, from 1 to ten million.
    func count(_ name: String) throws(RequestProblem) -> Int? {
        guard let text = values[name] else { return nil }
        guard let count = Int(text), (1...10_000_000).contains(count) else {
            throw .fieldMalformed(name, expected: "a whole number from 1 to 10000000")
        }
        return count
    }

    func flag(_ name: String) throws(RequestProblem) -> Bool {
        switch values[name] {
        case nil, "false": return false
        case "true": return true
        default: throw .fieldMalformed(name, expected: "true or false")
        }
    }

    func id<Entity: Identified>(_ name: String, of _: Entity.Type) throws(RequestProblem) -> Identifier<Entity>? {
        guard let text = values[name] else { return nil }
        guard let id = Identifier<Entity>(parsing: text) else {
            throw .fieldMalformed(name, expected: "an id that begins with \(Entity.identifierPrefix)_")
        }
        return id
    }

    func choice<Value: RawRepresentable<String> & CaseIterable>(_ name: String, of _: Value.Type) throws(RequestProblem) -> Value? {
        guard let text = values[name] else { return nil }
        guard let value = Value(rawValue: text) else {
            throw .fieldMalformed(name, expected: "one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return value
    }
}
