internal import Domain

/// What the variables are to stand for.
struct TemplateValuesBody: Decodable {
    let values: [String: String]
}

extension TemplateValuesBody: APISchema {
    static let schemaName = "TemplateValues"
    static let schema = Schema.object(
        ["values": Schema.map(of: Schema.text(), "By the keys of the template's variables.")], isRequest: true)
    static let example: JSONValue = ["values": ["body.1": "Ana"]]
}

/// What the customer would see, and what is still missing or wrong.
struct TemplatePreviewBody: Encodable {
    struct Refusal: Encodable {
        let code: String
        let field: String?
        let detail: String

        private enum Keys: CodingKey { case code, field, detail }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(code, forKey: .code)
            try container.encode(field, forKey: .field)
            try container.encode(detail, forKey: .detail)
        }
    }

    let text: TemplateText
    let problems: [Refusal]

    init(_ template: Template, values: [String: String]) {
        text = template.parts.text(values)
        problems = template.parts.problems(values).map { problem in
            Refusal(code: problem.code, field: problem.key.map { "values.\($0)" } ?? "values", detail: problem.detail)
        }
    }
}

extension TemplatePreviewBody: APISchema {
    static let schemaName = "TemplatePreview"
    static let schema = Schema.object([
        "text": Schema.reference(TemplateTextBody.self),
        "problems": Schema.list(
            Schema.object([
                "code": Schema.text("Such as template.value-missing."), "field": Schema.orNull(Schema.text("Such as values.body.1.")),
                "detail": Schema.text(),
            ])),
    ])
    static let example: JSONValue = ["text": TemplateTextBody.example, "problems": []]
}

/// The texts of a template with the values in their places.
enum TemplateTextBody: APISchema {
    static let schemaName = "TemplateText"

    static var schema: JSONValue {
        let button = Schema.object(["title": Schema.text(), "kind": Schema.choice(TemplateText.Button.Kind.self)])
        let card = Schema.object(
            ["header": Schema.text(), "body": Schema.text(), "buttons": Schema.list(button)], optional: ["header", "body", "buttons"])
        return Schema.object(
            [
                "header": Schema.text(), "headerKind": Schema.text("image, video, document or location, when that stands on top."),
                "body": Schema.text(), "footer": Schema.text(), "offer": Schema.text("The text of an offer that ends."),
                "buttons": Schema.list(button), "cards": Schema.list(card),
            ], optional: ["header", "headerKind", "footer", "offer", "buttons", "cards"])
    }

    static let example: JSONValue = [
        "header": "Order A-17", "body": "Hi Ana, your order left us.", "footer": "Reply if something is wrong",
        "buttons": [["title": "Track", "kind": "link"]],
    ]
}
