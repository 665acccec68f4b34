internal import HTTPTypes

/// All routes, to look at: for the OpenAPI document, for 405 answers, and for tests that walk them.
package struct RouteTable: Sendable {
    package let declarations: [RouteDeclaration]
    private let patterns: [(segments: [Substring], method: String)]

    package init(_ declarations: [RouteDeclaration]) {
        self.declarations = declarations
        patterns = declarations.map { ($0.path.split(separator: "/"), $0.method.rawValue) }
    }

    /// What a path answers, sorted; empty when nothing is there.
    func methods(at path: String) -> [String] {
        let segments = path.split(separator: "/")
        let found = patterns.filter { pattern in
            pattern.segments.count == segments.count && zip(pattern.segments, segments).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
        return Set(found.map(\.method)).sorted()
    }
}
