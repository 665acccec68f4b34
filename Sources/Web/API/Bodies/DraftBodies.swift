internal import Domain

internal import struct Foundation.Date

/// A draft as the API shows it; nothing begun is an empty text.
struct DraftBody: Encodable {
    let draft: Draft?

    private enum Keys: CodingKey { case text, version, updatedAt }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(draft?.text ?? "", forKey: .text)
        try container.encode(draft?.version ?? 0, forKey: .version)
        try container.encode(draft?.updatedAt, forKey: .updatedAt)
    }
}

extension DraftBody: APISchema {
    static let schemaName = "Draft"
    static let schema = Schema.object([
        "text": Schema.text("Empty when nothing is begun."),
        "version": Schema.integer("Rises with each change; 0 when nothing is begun."), "updatedAt": Schema.orNull(Schema.instant()),
    ])
    static let example: JSONValue = [
        "text": "Hello Ana, about your order", "version": 1_795_257_720_000, "updatedAt": "2026-11-21T10:42:00.000Z",
    ]
}

struct SavedDraftBody: Decodable {
    let text: String
    let version: Int64?
}

extension SavedDraftBody: APISchema {
    static let schemaName = "SavedDraft"
    static let schema = Schema.object(
        [
            "text": Schema.text("At most \(Draft.textLimit) characters; a blank one takes the draft away."),
            "version": Schema.integer("The version that you have seen; 0, or none, when there was no draft."),
        ], optional: ["version"], isRequest: true)
    static let example: JSONValue = ["text": "Hello Ana, about your order 1001", "version": 1_795_257_720_000]
}
