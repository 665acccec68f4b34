package import Domain

/// What the OpenAPI document says of a route beyond its method, path and callers.
package struct Operation: Sendable {
    package struct Parameter: Sendable {
        package let name: String
        package let detail: String
        package let schema: JSONValue
    }

    package struct Body: Sendable {
        /// Name of a schema in ``APISchemas``; nil for raw bytes.
        package let schema: String?
        package let contentType: String
        package let example: JSONValue?
    }

    package struct Answer: Sendable {
        package let status: Int
        package let detail: String
        /// Name of a schema in ``APISchemas``; nil when there is no JSON.
        package let schema: String?
        package let contentType: String?
    }

    /// Camel case, unique: programs that make clients name their methods by it.
    package let id: String
    package let tag: String
    package let summary: String
    package let query: [Parameter]
    package let body: Body?
    package let answer: Answer
    /// Codes of the problems that are this route's own, by status.
    package let problems: [Int: [String]]
}
