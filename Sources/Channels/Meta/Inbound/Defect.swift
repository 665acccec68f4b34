/// Why one item of a webhook can't be read. Names the member, never what stands in it.
struct Defect: Error, Equatable {
    let reason: String

    static func missing(_ member: String) -> Defect { Defect(reason: "\(member) is missing or isn't what it should be.") }
    static func tooLong(_ member: String) -> Defect { Defect(reason: "\(member) is longer than \(JSONNode.identifierLimit) bytes.") }
}

extension JSONNode {
    /// Longest id in bytes: far above Meta's longest (100), and short enough for every index of both databases.
    static let identifierLimit = 512

    /// The id under a name, which must be there.
    func requiredIdentifier(_ name: String) throws(Defect) -> String {
        guard let id = try identifier(name) else { throw .missing(name) }
        return id
    }

    /// The id under a name, or else under another; nil when it is missing, null or empty.
    func identifier(_ name: String, or other: String? = nil) throws(Defect) -> String? {
        guard let id = self[name]?.identifier ?? other.flatMap({ self[$0]?.identifier }) else { return nil }
        guard id.utf8.count <= Self.identifierLimit else { throw .tooLong(name) }
        return id
    }

    func requiredObject(_ name: String) throws(Defect) -> JSONNode {
        guard let object = self[name], object.isObject else { throw .missing(name) }
        return object
    }

    func requiredText(_ name: String, in object: String) throws(Defect) -> String {
        guard let text = self[name]?.text else { throw .missing("\(object).\(name)") }
        return text
    }
}
