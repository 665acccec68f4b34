internal import Domain

/// What one variable stands for, as the API writes it.
enum MappedVariableBody: APISchema {
    static let schemaName = "MappedVariable"
    static let schema: JSONValue = [
        "oneOf": [
            Schema.object(["text": Schema.text("The same for everybody: a text, a file's id, a link.")], isRequest: true),
            Schema.object(
                [
                    "field": Schema.text("One of the list of merge fields; in campaigns also column. with a heading of the file."),
                    "fallback": Schema.text("What stands there for those of whom the field isn't known."),
                    "format": Schema.choice(MergeFormat.allCases.map(\.rawValue), "How it is written, in the template's language."),
                ], optional: ["format"], isRequest: true),
        ]
    ]
    static let example: JSONValue = ["field": "contact.firstName", "fallback": "there"]
}

/// What a template's variables stand for.
struct TemplateMappingInput: Decodable {
    let variables: TemplateMapping
}

extension TemplateMappingInput: APISchema {
    static let schemaName = "TemplateMappingInput"
    static let schema = Schema.object(
        ["variables": Schema.map(of: Schema.reference(MappedVariableBody.self), "By the keys of the template's variables.")],
        isRequest: true)
    static let example: JSONValue = ["variables": ["body.1": MappedVariableBody.example]]
}

/// For whom a template is to be filled in.
struct TemplateFillingInput: Decodable {
    let contact: Identifier<Contact>
    let sender: Identifier<Sender>

    private enum Keys: CodingKey { case contact, sender }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        guard let contact = Identifier<Contact>(parsing: try container.decode(String.self, forKey: .contact)) else {
            throw ContactProblem.missing
        }
        guard let sender = Identifier<Sender>(parsing: try container.decode(String.self, forKey: .sender)) else {
            throw SenderProblem.missing
        }
        (self.contact, self.sender) = (contact, sender)
    }
}

extension TemplateFillingInput: APISchema {
    static let schemaName = "TemplateFilling"
    static let schema = Schema.object(
        [
            "contact": Schema.id(Contact.self, "Whom it would go to."),
            "sender": Schema.id(Sender.self, "Which number it would leave from."),
        ],
        isRequest: true)
    static let example: JSONValue = ["contact": "con_01jz3c4m5n6p7q8r9s0t1v2w3x", "sender": "snd_01jz3c4m5n6p7q8r9s0t1v2w3x"]
}

/// The values for one person, ready to be sent or changed.
struct FilledTemplateBody: Encodable {
    let values: [String: String]
}

extension FilledTemplateBody: APISchema {
    static let schemaName = "FilledTemplate"
    static let schema = Schema.object([
        "values": Schema.map(of: Schema.text(), "By the keys of the variables; empty where nothing is known and no fallback was given.")
    ])
    static let example: JSONValue = ["values": ["body.1": "Ana"]]
}

/// Something that differs from person to person.
struct MergeFieldBody: Encodable {
    let field: String
    let label: String

    init(_ field: MergeField.Known) { (self.field, label) = (field.rawValue, field.label) }
}

extension MergeFieldBody: APISchema {
    static let schemaName = "MergeField"
    static let schema = Schema.object(["field": Schema.choice(MergeField.Known.self), "label": Schema.text("As pages call it.")])
    static let example: JSONValue = ["field": "contact.firstName", "label": "Contact: first name"]
}
