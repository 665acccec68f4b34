internal import Foundation

/// The `fields` of a call: names, of which those in brackets or after a dot belong to what is inside.
struct Fields {
    private let names: [String]?

    init(_ call: GraphCall) {
        guard let text = call.text("fields"), !text.isEmpty else {
            names = nil
            return
        }
        var names: [String] = []
        var name = ""
        var depth = 0
        for character in text {
            switch character {
            case "{", "(": depth += 1
            case "}", ")": depth -= 1
            case "," where depth == 0:
                names.append(name)
                name = ""
            default: if depth == 0 { name.append(character) }
            }
        }
        names.append(name)
        self.names = names.map { $0.split(separator: ".").first.map { $0.trimmingSpaces } ?? "" }
    }

    /// The members that were asked for, or the usual ones; the id always.
    func select(_ node: JSON, always: Set<String>, usual: Set<String>? = nil) -> JSON {
        let wanted = names.map { Set($0).union(always) } ?? usual.map { $0.union(always) }
        guard let wanted else { return node }
        return .object((node.members ?? []).filter { wanted.contains($0.name) })
    }
}

/// One page of a list, with cursors that hold the id of its first and last row.
struct Page {
    static let limit = 25
    static let longest = 100

    private let call: GraphCall

    init(_ call: GraphCall) {
        self.call = call
    }

    func list<Row>(_ rows: [Row], id: (Row) -> String, make: (Row) throws(GraphError) -> JSON) throws(GraphError) -> JSON {
        let limit = min(max(call.text("limit").flatMap(Int.init) ?? Self.limit, 1), Self.longest)
        var start = 0
        if let after = call.text("after"), !after.isEmpty {
            guard let index = Self.id(of: after).flatMap({ wanted in rows.firstIndex { id($0) == wanted } }) else { throw Self.badCursor }
            start = index + 1
        } else if let before = call.text("before"), !before.isEmpty {
            guard let index = Self.id(of: before).flatMap({ wanted in rows.firstIndex { id($0) == wanted } }) else { throw Self.badCursor }
            start = max(0, index - limit)
        }
        let page = rows.dropFirst(start).prefix(limit)
        var data: [JSON] = []
        for row in page { data.append(try make(row)) }
        guard let first = page.first, let last = page.last else { return ["data": []] }
        let before = Self.cursor(id(first))
        let after = Self.cursor(id(last))
        return [
            "data": .array(data),
            "paging": .fields(
                ("cursors", ["before": .string(before), "after": .string(after)]),
                ("next", start + page.count < rows.count ? .string(address(("after", after), limit)) : nil),
                ("previous", start > 0 ? .string(address(("before", before), limit)) : nil)),
        ]
    }

    private static let badCursor = GraphError(131059, "Invalid cursor", details: "The cursor isn't valid.")

    /// The same call with another place: same host, version and parameters.
    private func address(_ place: (name: String, value: String), _ limit: Int) -> String {
        var query = call.query.filter { !["after", "before", "limit"].contains($0.name) }
        query.append(("limit", String(limit)))
        query.append(place)
        let path = ([call.version].compactMap(\.self) + call.segments).joined(separator: "/")
        return "\(call.base)/\(path)?" + query.map { "\($0.name.percentEncoded)=\($0.value.percentEncoded)" }.joined(separator: "&")
    }

    private static func cursor(_ id: String) -> String { Data("QVF\(id)".utf8).base64EncodedString() }

    private static func id(of cursor: String) -> String? {
        Data(base64Encoded: cursor).map { String(decoding: $0, as: UTF8.self) }.flatMap {
            $0.hasPrefix("QVF") ? String($0.dropFirst(3)) : nil
        }
    }
}
