internal import Domain

internal import struct Foundation.Date

/// One change. It names what changed and never repeats it: load the row with your own rights.
struct EventBody: Encodable {
    let cursor: String
    let kind: String
    let conversation: Identifier<Conversation>?
    let message: Identifier<Message>?
    let subject: String?
    let actor: String
    let cause: String?
    let at: Date

    init(_ event: Event) {
        (cursor, kind, conversation, message) = (event.cursor.text, event.kind, event.conversationID, event.messageID)
        (subject, actor, cause, at) = (event.subjectID, event.actor, event.cause, event.at)
    }
}

extension EventBody: APISchema {
    static let schemaName = "Event"

    static var schema: JSONValue {
        Schema.object(
            [
                "cursor": Schema.text("Pass it as after to go on behind this event."), "kind": Schema.choice(EventKind.self),
                "conversation": Schema.id(Conversation.self), "message": Schema.id(Message.self),
                "subject": Schema.text("Id of any other thing it is about."),
                "actor": Schema.text("member:acc_…, key:key_… or system:…."), "cause": Schema.text(), "at": Schema.instant(),
            ], optional: ["conversation", "message", "subject", "cause"])
    }

    static let example: JSONValue = [
        "cursor": "0-1042", "kind": "message.received", "conversation": "cnv_01jz3c4m5n6p7q8r9s0t1v2w3x",
        "message": "msg_01jz3c4m5n6p7q8r9s0t1v2w3x",
        "actor": "system:intake", "at": "2026-11-21T08:00:00.000Z",
    ]
}
