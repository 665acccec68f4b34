internal import Domain

internal import struct Foundation.Date

/// The body of `PATCH /api/v1/messages/{id}`. What isn't given stays as it is.
struct ScheduledMessageChangeBody: Decodable {
    let sendAt: Date?
    let text: TextContent?
}

extension ScheduledMessageChangeBody: APISchema {
    static let schemaName = "ScheduledMessageChange"
    static let schema = Schema.object(
        [
            "sendAt": Schema.instant("At most a year from now."),
            "text": Schema.object(
                ["body": Schema.text("Of a text message."), "previewUrl": Schema.bool()], optional: ["previewUrl"], isRequest: true),
        ], optional: ["sendAt", "text"], isRequest: true)
    static let example: JSONValue = ["sendAt": "2026-11-23T08:00:00.000Z"]
}
