internal import Domain

/// The contents of messages, by kind.
enum MessageContentSchema {
    /// Kinds that can be sent.
    static let sendable: [MessageContent.Kind] = [.text, .media, .location, .contacts, .interactive, .template, .reaction]

    static func schema(of kind: MessageContent.Kind) -> JSONValue {
        switch kind {
        case .text:
            Schema.object(
                ["body": Schema.text("At most \(TextContent.bodyLimit) characters."), "previewUrl": Schema.bool()], optional: ["previewUrl"]
            )
        case .media: media
        case .location: location
        case .contacts: Schema.list(card)
        case .reaction:
            Schema.object(
                ["message": Schema.id(Message.self), "emoji": Schema.text("Empty takes the reaction back.")], optional: ["message"])
        case .interactive: interactive
        case .template: template
        case .button: Schema.object(["text": Schema.text(), "payload": Schema.text()])
        case .reply: reply
        case .flowReply:
            Schema.object(
                ["name": Schema.text(), "body": Schema.text(), "response": Schema.anything("The form's answers.")],
                optional: ["name", "body"])
        case .order: order
        case .call: call
        case .system: system
        case .unsupported: Schema.object(["type": Schema.text("WhatsApp's name of the kind."), "raw": Schema.anything("As it came.")])
        }
    }

    /// As it is sent to us.
    static func requestSchema(of kind: MessageContent.Kind) -> JSONValue {
        guard kind == .template else { return schema(of: kind) }
        let known = Schema.object(
            [
                "id": Schema.id(Template.self, "One of the list of templates."),
                "values": Schema.map(
                    of: Schema.text(), "What the variables stand for, by their keys: {\"body.1\": \"Ana\", \"buttons.0\": \"A-17\"}."),
            ], optional: ["values"], isRequest: true)
        return ["oneOf": [known, rawTemplate([:])]]
    }

    private static var media: JSONValue {
        Schema.object(
            [
                "kind": Schema.choice(MediaContent.Kind.self),
                "id": Schema.id(MediaFile.self, "A file from POST /api/v1/media, or one that came in."),
                "link": Schema.text("An https address that WhatsApp fetches by itself."),
                "caption": Schema.text("At most \(MediaContent.captionLimit) characters."),
                "filename": Schema.text(), "mimeType": Schema.text(), "voice": Schema.bool("A voice note."), "animated": Schema.bool(),
                "providerMediaID": Schema.text("WhatsApp's id of a file that came in."),
            ], optional: ["id", "link", "caption", "filename", "mimeType", "voice", "animated", "providerMediaID"])
    }

    private static var location: JSONValue {
        Schema.object(
            [
                "latitude": Schema.number("Degrees."), "longitude": Schema.number("Degrees."), "name": Schema.text(),
                "address": Schema.text(),
            ],
            optional: ["name", "address"])
    }

    private static var card: JSONValue {
        let entry = Schema.object(["value": Schema.text(), "type": Schema.text(), "waId": Schema.text()], optional: ["type", "waId"])
        let name = Schema.object(
            ["formattedName": Schema.text(), "firstName": Schema.text(), "lastName": Schema.text()], optional: ["firstName", "lastName"])
        return Schema.object(
            [
                "name": name, "phones": Schema.list(entry), "emails": Schema.list(entry), "urls": Schema.list(entry),
                "company": Schema.text(),
            ],
            optional: ["phones", "emails", "urls", "company"])
    }

    private static var interactive: JSONValue {
        let row = Schema.object(["id": Schema.text(), "title": Schema.text(), "description": Schema.text()], optional: ["description"])
        let section = Schema.object(["title": Schema.text(), "rows": Schema.list(row)], optional: ["title"])
        return Schema.object(
            [
                "header": Schema.object(["text": Schema.text(), "media": media], optional: ["text", "media"]), "body": Schema.text(),
                "footer": Schema.text(),
                "buttons": Schema.list(Schema.object(["id": Schema.text(), "title": Schema.text()])),
                "list": Schema.object([
                    "button": Schema.text("What stands on the button that opens the list."), "sections": Schema.list(section),
                ]),
                "link": Schema.object(["title": Schema.text(), "url": Schema.text()]),
            ], optional: ["header", "footer", "buttons", "list", "link"])
    }

    private static var call: JSONValue {
        Schema.object(
            [
                "outcome": Schema.choice(CallContent.Outcome.self, "Absent until the call is over."),
                "duration": Schema.integer("Seconds of an answered call."),
            ], optional: ["outcome", "duration"])
    }

    private static var template: JSONValue {
        rawTemplate(["shown": Schema.reference(TemplateTextBody.self)])
    }

    /// A template in Meta's form.
    private static func rawTemplate(_ more: [String: JSONValue]) -> JSONValue {
        let base = Schema.object(
            [
                "name": Schema.text(), "language": Schema.text("Such as en_US."),
                "components": Schema.list(Schema.anything("A component in Meta's own form.")),
            ], optional: ["components"])
        guard case .object(var schema) = base, case .object(let properties) = schema["properties"] else { return base }
        schema["properties"] = .object(properties.merging(more) { one, _ in one })
        return .object(schema)
    }

    private static var reply: JSONValue {
        Schema.object(
            ["source": Schema.choice(["button", "list"]), "id": Schema.text(), "title": Schema.text(), "description": Schema.text()],
            optional: ["description"])
    }

    private static var order: JSONValue {
        let item = Schema.object([
            "productId": Schema.text(), "quantity": Schema.integer(), "price": Schema.number(), "currency": Schema.text(),
        ])
        return Schema.object(["catalogId": Schema.text(), "text": Schema.text(), "items": Schema.list(item)], optional: ["text"])
    }

    private static var system: JSONValue {
        Schema.object(
            ["type": Schema.text(), "body": Schema.text(), "newPhone": Schema.text(), "newBusinessScopedID": Schema.text()],
            optional: ["body", "newPhone", "newBusinessScopedID"])
    }
}
