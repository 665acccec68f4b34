internal import Domain

internal import struct Foundation.Date

/// A template as somebody writes it.
struct TemplateDraftInput: Decodable {
    let name, language, category: String
    let format: Template.Format?
    let components: [JSONValue]
    let lifetimeSeconds: Int?

    /// Throws ``TemplateProblem/categoryUnknown`` and, for what has the wrong shape, ``TemplateProblem/faults(_:)``.
    func draft() throws(TemplateProblem) -> TemplateDraft {
        let read = try reading()
        guard read.faults.isEmpty else { throw .faults(read.faults) }
        return read.draft
    }

    /// The same with what has the wrong shape among the faults.
    func reading() throws(TemplateProblem) -> (draft: TemplateDraft, faults: [TemplateFault]) {
        guard let category = TemplateDraft.Category(rawValue: category.uppercased()) else { throw .categoryUnknown }
        return TemplateDraft.read(
            name: name, language: language, category: category, format: format, components: components, lifetimeSeconds: lifetimeSeconds)
    }

    fileprivate static let members: Schema.Members = [
        "name": Schema.text("Small letters, digits and underscores."), "language": Schema.text("Such as en_US."),
        "category": Schema.choice(TemplateDraft.Category.self),
        "format": Schema.choice(
            ["POSITIONAL", "NAMED"], "How variables are written: {{1}} or {{first_name}}. Told from the texts unless given."),
        "components": Schema.list(
            Schema.anything(
                "A component in Meta's own form. In example.header_handle stands Meta's handle, or the id of a file of ours (med_…).")),
        "lifetimeSeconds": Schema.integer("How long WhatsApp tries to deliver a message; -1 for 30 days. Meta's own length unless given."),
    ]
    fileprivate static let sample: JSONValue = [
        "name": "order_update", "language": "en_US", "category": "UTILITY", "format": "POSITIONAL",
        "components": [
            ["type": "BODY", "text": "Hello {{1}}, your order has left us.", "example": ["body_text": [["Ana"]]]],
            ["type": "FOOTER", "text": "Reply if something is wrong"],
        ],
    ]
}

extension TemplateDraftInput: APISchema {
    static let schemaName = "TemplateDraftInput"
    static let schema = Schema.object(members, optional: ["format", "lifetimeSeconds"], isRequest: true)
    static let example = sample
}

struct NewTemplateDraftBody: Decodable {
    let connection: Identifier<Connection>
    let template: TemplateDraftInput
}

extension NewTemplateDraftBody: APISchema {
    static let schemaName = "NewTemplateDraft"
    static let schema = Schema.object(
        [
            "connection": Schema.id(Connection.self, "The account that is to have it."),
            "template": Schema.reference(TemplateDraftInput.self),
        ],
        isRequest: true)
    static let example: JSONValue = ["connection": "cnn_01jz3c4m5n6p7q8r9s0t1v2w3x", "template": TemplateDraftInput.example]
}

struct TemplateDraftChangeBody: Decodable {
    let version: Int64
    let template: TemplateDraftInput
}

extension TemplateDraftChangeBody: APISchema {
    static let schemaName = "TemplateDraftChange"
    static let schema = Schema.object(
        ["version": Schema.integer("The version that you have seen."), "template": Schema.reference(TemplateDraftInput.self)],
        isRequest: true)
    static let example: JSONValue = ["version": 1, "template": TemplateDraftInput.example]
}

/// How a draft is to begin as a template is.
struct TemplateDraftBeginningBody: Decodable {
    let copy: Bool?
    let language: String?
}

extension TemplateDraftBeginningBody: APISchema {
    static let schemaName = "TemplateDraftBeginning"
    static let schema = Schema.object(
        [
            "copy": Schema.bool("Another template with the same parts, and not the next version of this one."),
            "language": Schema.text("The same name in another language, such as it."),
        ], optional: ["copy", "language"], isRequest: true)
    static let example: JSONValue = ["language": "it"]
}

/// One broken rule.
struct TemplateFaultBody: Encodable {
    let rule: TemplateRule
    let field, detail: String

    init(_ fault: TemplateFault) { (rule, field, detail) = (fault.rule, fault.field, fault.detail) }
}

extension TemplateFaultBody: APISchema {
    static let schemaName = "TemplateFault"
    static let schema = Schema.object([
        "rule": Schema.choice(TemplateRule.self), "field": Schema.text("Such as body.text or buttons.0.url."),
        "detail": Schema.text("A sentence that says what would do."),
    ])
    static let example: JSONValue = [
        "rule": "sample-missing", "field": "body.samples.1", "detail": "Give an example for {{1}}: WhatsApp's reviewers want to see one.",
    ]
}

/// A draft as it is kept, with the rules that it breaks.
struct TemplateDraftBody: Encodable {
    let saved: SavedTemplateDraft

    init(_ saved: SavedTemplateDraft) { self.saved = saved }

    private enum Keys: CodingKey {
        case id, connection, template, name, language, category, format, components, lifetimeSeconds, faults, refusal, version, createdAt
        case updatedAt
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        let draft = saved.draft
        try container.encode(saved.id, forKey: .id)
        try container.encode(saved.connectionID, forKey: .connection)
        try container.encode(saved.templateID, forKey: .template)
        try container.encode(draft.name, forKey: .name)
        try container.encode(draft.language, forKey: .language)
        try container.encode(draft.category, forKey: .category)
        try container.encode(draft.format, forKey: .format)
        try container.encode(draft.components, forKey: .components)
        try container.encode(draft.lifetimeSeconds, forKey: .lifetimeSeconds)
        try container.encode(TemplateRules.faults(of: draft).map(TemplateFaultBody.init), forKey: .faults)
        try container.encode(saved.refusal, forKey: .refusal)
        try container.encode(saved.version, forKey: .version)
        try container.encode(saved.createdAt, forKey: .createdAt)
        try container.encode(saved.updatedAt, forKey: .updatedAt)
    }
}

extension TemplateDraftBody: APISchema {
    static let schemaName = "TemplateDraft"
    static let schema = Schema.object([
        "id": Schema.id(SavedTemplateDraft.self), "connection": Schema.id(Connection.self),
        "template": Schema.orNull(Schema.id(Template.self, "Whose next version it is.")), "name": Schema.text(), "language": Schema.text(),
        "category": Schema.choice(TemplateDraft.Category.self), "format": Schema.choice(["POSITIONAL", "NAMED"]),
        "components": Schema.list(Schema.anything("A component in Meta's own form.")), "lifetimeSeconds": Schema.orNull(Schema.integer()),
        "faults": Schema.list(Schema.reference(TemplateFaultBody.self)),
        "refusal": Schema.orNull(Schema.text("Why WhatsApp didn't take it last.")),
        "version": Schema.integer("Rises with each change."), "createdAt": Schema.instant(), "updatedAt": Schema.instant(),
    ])
    static let example: JSONValue = [
        "id": "tpd_01jz3c4m5n6p7q8r9s0t1v2w3x", "connection": "cnn_01jz3c4m5n6p7q8r9s0t1v2w3x", "template": nil, "name": "order_update",
        "language": "en_US", "category": "UTILITY", "format": "POSITIONAL",
        "components": [["type": "BODY", "text": "Your order has left us."]], "lifetimeSeconds": nil, "faults": [], "refusal": nil,
        "version": 1, "createdAt": "2026-11-22T08:00:00.000Z", "updatedAt": "2026-11-22T08:00:00.000Z",
    ]
}

/// What a draft would look like, and the rules that it breaks.
struct TemplateCheckBody: Encodable {
    let text: TemplateText
    let faults: [TemplateFaultBody]

    /// - Parameter shape: what couldn't be read of it.
    init(_ draft: TemplateDraft, shape: [TemplateFault]) {
        text = TemplateParts(draft.components, format: draft.format, category: draft.category.rawValue).text([:])
        faults = (shape + TemplateRules.faults(of: draft)).map(TemplateFaultBody.init)
    }
}

extension TemplateCheckBody: APISchema {
    static let schemaName = "TemplateCheck"
    static let schema = Schema.object([
        "text": Schema.reference(TemplateTextBody.self), "faults": Schema.list(Schema.reference(TemplateFaultBody.self)),
    ])
    static let example: JSONValue = ["text": TemplateTextBody.example, "faults": []]
}

/// What came of a submission.
struct TemplateSubmissionBody: Encodable {
    let template: TemplateBody?

    private enum Keys: CodingKey { case template }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(template, forKey: .template)
    }
}

extension TemplateSubmissionBody: APISchema {
    static let schemaName = "TemplateSubmission"
    static let schema = Schema.object([
        "template": Schema.orNull(Schema.reference(TemplateBody.self))
    ])
    static let example: JSONValue = ["template": TemplateBody.example]
}
