package import Domain

/// What the OpenAPI document says of a route beyond its method, path and callers.
package struct Operation: Sendable {
    package struct Parameter: Sendable {
        package let name: String
        package let detail: String
        package let schema: JSONValue

        package init(_ name: String, _ schema: JSONValue, _ detail: String) {
            (self.name, self.schema, self.detail) = (name, schema, detail)
        }

        /// Of every list.
        package static let limit = Parameter(
            "limit", ["type": "integer", "minimum": 1, "maximum": 100, "default": 50], "Rows of the page.")
        package static let after = Parameter("after", Schema.text(), "The value of next from the page before.")
    }

    package struct Body: Sendable {
        /// Nil for raw bytes.
        package let schema: (any APISchema.Type)?
        package let contentType: String
    }

    package struct Answer: Sendable {
        package let status: Int
        package let detail: String
        package let contentType: String?
        package let schema: JSONValue?
        let shapes: [any APISchema.Type]

        /// One thing.
        package static func one<S: APISchema>(_: S.Type, status: Int = 200, _ detail: String) -> Answer {
            Answer(status: status, detail: detail, contentType: "application/json", schema: Schema.reference(S.self), shapes: [S.self])
        }

        /// A page of a list.
        package static func list<S: APISchema>(of _: S.Type, status: Int = 200, _ detail: String) -> Answer {
            let schema = Schema.object([
                "data": Schema.list(Schema.reference(S.self)), "next": Schema.orNull(Schema.text("Cursor of the next page.")),
            ])
            return Answer(status: status, detail: detail, contentType: "application/json", schema: schema, shapes: [S.self])
        }

        package static func nothing(_ detail: String) -> Answer {
            Answer(status: 204, detail: detail, contentType: nil, schema: nil, shapes: [])
        }

        /// Not JSON.
        package static func other(_ contentType: String, _ detail: String) -> Answer {
            Answer(status: 200, detail: detail, contentType: contentType, schema: Schema.text(), shapes: [])
        }
    }

    /// Camel case, unique: programs that make clients name their methods by it.
    package let id: String
    package let tag: String
    package let summary: String
    package let query: [Parameter]
    package let body: Body?
    package let answer: Answer
    /// Codes of problems that are this route's own; those that any route can have aren't repeated.
    package let problems: [any Problem]

    package init(
        _ id: String, tag: String, _ summary: String, query: [Parameter] = [], body: (any APISchema.Type)? = nil, bodyType: String? = nil,
        answer: Answer,
        problems: [any Problem] = []
    ) {
        (self.id, self.tag, self.summary, self.query, self.answer, self.problems) = (id, tag, summary, query, answer, problems)
        self.body = body.map { Body(schema: $0, contentType: "application/json") } ?? bodyType.map { Body(schema: nil, contentType: $0) }
    }
}
