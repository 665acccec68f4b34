internal import Domain
internal import Services

internal import struct Foundation.Date

struct QuickReplyBody: Encodable {
    let id: Identifier<QuickReply>
    let shortcut, text: String
    let createdAt: Date

    init(_ reply: QuickReply) { (id, shortcut, text, createdAt) = (reply.id, reply.shortcut.text, reply.text.source, reply.createdAt) }
}

extension QuickReplyBody: APISchema {
    static let schemaName = "QuickReply"
    static let schema = Schema.object([
        "id": Schema.id(QuickReply.self), "shortcut": Schema.text("Without the slash."),
        "text": Schema.text("With placeholders such as {contact.firstName|there}."), "createdAt": Schema.instant(),
    ])
    static let example: JSONValue = [
        "id": "qrp_01jz3c4m5n6p7q8r9s0t1v2w3x", "shortcut": "hours", "text": "Hello {contact.firstName|there}, we are open from 9 to 18.",
        "createdAt": "2026-11-20T08:00:00.000Z",
    ]
}

struct NewQuickReplyBody: Decodable { let shortcut, text: String }

extension NewQuickReplyBody: APISchema {
    static let schemaName = "NewQuickReply"
    static let schema = Schema.object(
        [
            "shortcut": Schema.text("Unique; at most \(Shortcut.limit) letters, digits, hyphens and underscores."),
            "text": Schema.text(
                """
                At most \(TextContent.bodyLimit) characters. Filled in when it is used: \(QuickReplyText.Placeholder.list); \
                behind a bar, words for when it isn't known: {contact.firstName|there}.
                """),
        ], isRequest: true)
    static let example: JSONValue = ["shortcut": "hours", "text": "Hello {contact.firstName|there}, we are open from 9 to 18."]
}

/// What isn't given stays as it is.
struct QuickReplyChangeBody: Decodable { let shortcut, text: String? }

extension QuickReplyChangeBody: APISchema {
    static let schemaName = "QuickReplyChange"
    static let schema = Schema.object(
        ["shortcut": Schema.text(), "text": Schema.text()], optional: ["shortcut", "text"], isRequest: true)
    static let example: JSONValue = ["text": "Hello {contact.firstName|there}, we are open from 10 to 18."]
}

/// A quick reply as it would be written in one conversation.
struct FilledQuickReplyBody: Encodable {
    let id: Identifier<QuickReply>
    let shortcut, preview, text: String
    let missing: [String]

    /// Characters of a preview.
    private static let previewLimit = 120

    init(_ filled: QuickReplyService.Filled) {
        (id, shortcut, text) = (filled.reply.id, filled.reply.shortcut.text, filled.filled.text)
        preview = Self.preview(text)
        missing = filled.filled.missing.map(\.rawValue)
    }

    /// The beginning, in one line.
    static func preview(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count > previewLimit ? "\(line.prefix(previewLimit))…" : line
    }
}

extension FilledQuickReplyBody: APISchema {
    static let schemaName = "FilledQuickReply"
    static let schema = Schema.object([
        "id": Schema.id(QuickReply.self), "shortcut": Schema.text(), "preview": Schema.text("The beginning, in one line."),
        "text": Schema.text("With the placeholders filled in."),
        "missing": Schema.list(Schema.text("A placeholder that nothing is known for; it stands in the text as {contact.name}.")),
    ])
    static let example: JSONValue = [
        "id": "qrp_01jz3c4m5n6p7q8r9s0t1v2w3x", "shortcut": "hours", "preview": "Hello Ana, we are open from 9 to 18.",
        "text": "Hello Ana, we are open from 9 to 18.", "missing": [],
    ]
}
