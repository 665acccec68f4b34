internal import Domain

internal import struct Foundation.Date

/// A template as the API shows it, with what is to be filled in.
struct TemplateBody: Encodable {
    let template: Template

    init(_ template: Template) { self.template = template }

    private enum Keys: String, CodingKey {
        case id, connection, providerId, name, language, category, status, statusDetail, rejectionReason, quality, format, components
        case variables, mapping, isSendable, pinned, hidden, heldUntil, heldCode, syncedAt, goneAt
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        let definition = template.definition
        try container.encode(template.id, forKey: .id)
        try container.encode(template.connectionID, forKey: .connection)
        try container.encode(definition.providerID, forKey: .providerId)
        try container.encode(definition.name, forKey: .name)
        try container.encode(definition.language, forKey: .language)
        try container.encode(definition.category, forKey: .category)
        try container.encode(definition.status.text, forKey: .status)
        try container.encode(template.statusDetail, forKey: .statusDetail)
        try container.encode(definition.rejectionReason, forKey: .rejectionReason)
        try container.encode(definition.quality, forKey: .quality)
        try container.encode(definition.format, forKey: .format)
        try container.encode(definition.components, forKey: .components)
        try container.encode(template.parts.variables.map(TemplateVariableBody.init), forKey: .variables)
        try container.encode(template.mapping, forKey: .mapping)
        try container.encode((try? template.requireSendable()) != nil, forKey: .isSendable)
        try container.encode(template.isPinned, forKey: .pinned)
        try container.encode(template.isHidden, forKey: .hidden)
        try container.encode(template.hold?.until, forKey: .heldUntil)
        try container.encode(template.hold?.code, forKey: .heldCode)
        try container.encode(template.syncedAt, forKey: .syncedAt)
        try container.encode(template.goneAt, forKey: .goneAt)
    }
}

extension TemplateBody: APISchema {
    static let schemaName = "Template"

    static var schema: JSONValue {
        Schema.object([
            "id": Schema.id(Template.self), "connection": Schema.id(Connection.self), "providerId": Schema.text("WhatsApp's id of it."),
            "name": Schema.text(), "language": Schema.text("Such as en_US."),
            "category": Schema.text("MARKETING, UTILITY, AUTHENTICATION, or another word of WhatsApp's."),
            "status": Schema.text("WhatsApp's word, such as APPROVED, PENDING, REJECTED or PAUSED."),
            "statusDetail": Schema.orNull(Schema.text("What WhatsApp said beside the status.")),
            "rejectionReason": Schema.orNull(Schema.text("WhatsApp's word, such as INVALID_FORMAT.")),
            "quality": Schema.orNull(Schema.choice(["GREEN", "YELLOW", "RED"])), "format": Schema.choice(["POSITIONAL", "NAMED"]),
            "components": Schema.list(Schema.anything("A component in Meta's own form.")),
            "variables": Schema.list(Schema.reference(TemplateVariableBody.self)),
            "mapping": Schema.orNull(Schema.map(of: Schema.reference(MappedVariableBody.self), "What variables stand for, by their keys.")),
            "isSendable": Schema.bool("Whether it can be sent by its id now."), "pinned": Schema.bool("It stands first."),
            "hidden": Schema.bool("Nobody is offered it."),
            "heldUntil": Schema.orNull(Schema.instant("Nothing with it leaves until then, because WhatsApp refused it.")),
            "heldCode": Schema.orNull(Schema.text("WhatsApp's code of that refusal.")),
            "syncedAt": Schema.instant("When WhatsApp last said how it is."),
            "goneAt": Schema.orNull(Schema.instant("When WhatsApp no longer had it.")),
        ])
    }

    static let example: JSONValue = [
        "id": "tpl_01jz3c4m5n6p7q8r9s0t1v2w3x", "connection": "cnn_01jz3c4m5n6p7q8r9s0t1v2w3x", "providerId": "594400000000001",
        "name": "order_update", "language": "en_US", "category": "UTILITY", "status": "APPROVED", "statusDetail": nil,
        "rejectionReason": nil, "quality": "GREEN", "format": "POSITIONAL",
        "components": [["type": "BODY", "text": "Hi {{1}}, your order left us."]],
        "variables": [["key": "body.1", "kind": "text", "sample": "Ana", "required": true]],
        "mapping": ["body.1": ["field": "contact.firstName", "fallback": "there"]], "isSendable": true, "pinned": false,
        "hidden": false, "heldUntil": nil, "heldCode": nil, "syncedAt": "2026-11-21T08:00:00.000Z", "goneAt": nil,
    ]
}

/// One thing to fill in.
struct TemplateVariableBody: Encodable {
    let key: String
    let kind: String
    let sample: String?
    let required: Bool

    init(_ variable: TemplateVariable) {
        (key, kind, sample, required) = (variable.key, variable.kind.word, variable.sample, variable.isRequired)
    }

    private enum Keys: CodingKey { case key, kind, sample, required }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(key, forKey: .key)
        try container.encode(kind, forKey: .kind)
        try container.encode(sample, forKey: .sample)
        try container.encode(required, forKey: .required)
    }
}

extension TemplateVariable.Kind {
    fileprivate var word: String {
        switch self {
        case .text, .optionalText: "text"
        case .addressEnd: "address-end"
        case .code: "code"
        case .file(let kind): kind.rawValue
        case .latitude, .longitude: "degrees"
        case .moment: "moment"
        }
    }
}

extension TemplateVariableBody: APISchema {
    static let schemaName = "TemplateVariable"
    static let schema = Schema.object([
        "key": Schema.text("Where it stands: header.1, body.first_name, buttons.0, cards.1.body.1."),
        "kind": Schema.choice(
            ["text", "address-end", "code", "image", "video", "document", "degrees", "moment"],
            "An image, video or document is a file's id (med_…) or an https link; a moment is written 2026-12-01T09:00:00Z."),
        "sample": Schema.orNull(Schema.text("What WhatsApp was given as an example.")), "required": Schema.bool(),
    ])
    static let example: JSONValue = ["key": "body.1", "kind": "text", "sample": "Ana", "required": true]
}

/// What isn't given stays as it is.
struct TemplateChangeBody: Decodable {
    let pinned: Bool?
    let hidden: Bool?
}

extension TemplateChangeBody: APISchema {
    static let schemaName = "TemplateChange"
    static let schema = Schema.object(
        ["pinned": Schema.bool("It stands first."), "hidden": Schema.bool("Nobody is offered it.")], optional: ["pinned", "hidden"],
        isRequest: true)
    static let example: JSONValue = ["pinned": true]
}

/// How asking WhatsApp for the templates of a connection went.
struct TemplateSyncBody: Encodable {
    let sync: TemplateSync

    init(_ sync: TemplateSync) { self.sync = sync }

    private enum Keys: CodingKey { case connection, name, isUnderWay, requestedAt, endedAt, succeededAt, error }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(sync.connectionID, forKey: .connection)
        try container.encode(sync.connectionName, forKey: .name)
        try container.encode(sync.isUnderWay, forKey: .isUnderWay)
        try container.encode(sync.requestedAt, forKey: .requestedAt)
        try container.encode(sync.endedAt, forKey: .endedAt)
        try container.encode(sync.succeededAt, forKey: .succeededAt)
        try container.encode(sync.error, forKey: .error)
    }
}

extension TemplateSyncBody: APISchema {
    static let schemaName = "TemplateSync"
    static let schema = Schema.object([
        "connection": Schema.id(Connection.self), "name": Schema.text("The connection's name."), "isUnderWay": Schema.bool(),
        "requestedAt": Schema.orNull(Schema.instant("When somebody, or a webhook, last asked for it.")),
        "endedAt": Schema.orNull(Schema.instant()), "succeededAt": Schema.orNull(Schema.instant()),
        "error": Schema.orNull(Schema.text("Why the last one failed.")),
    ])
    static let example: JSONValue = [
        "connection": "cnn_01jz3c4m5n6p7q8r9s0t1v2w3x", "name": "Shop", "isUnderWay": false, "requestedAt": nil,
        "endedAt": "2026-11-21T08:00:00.000Z", "succeededAt": "2026-11-21T08:00:00.000Z", "error": nil,
    ]
}
