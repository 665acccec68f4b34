internal import Domain

internal import struct Foundation.Date

/// A message as the API shows it. Its content stands under the name of its kind.
struct MessageBody: Encodable {
    let message: Message

    init(_ message: Message) { self.message = message }

    private enum Keys: String, CodingKey {
        case id, clientId, conversation, sender, contact, direction, kind, status, attempt, error, replyTo, author
        case at, sendAt, sentAt, deliveredAt, readAt, editedAt, revokedAt, providerId
        case isForwarded, referral
    }

    func encode(to encoder: any Encoder) throws {
        // What isn't known is null and not left out, so that a reader's types are the same for each message.
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(message.id, forKey: .id)
        try container.encode(message.clientID, forKey: .clientId)
        try container.encode(message.conversationID, forKey: .conversation)
        try container.encode(message.senderID, forKey: .sender)
        try container.encode(message.contactID, forKey: .contact)
        try container.encode(message.direction, forKey: .direction)
        try container.encode(message.content.kind, forKey: .kind)
        try container.encode(message.status, forKey: .status)
        try container.encode(message.attempt, forKey: .attempt)
        try container.encode(message.error, forKey: .error)
        try container.encode(message.replyTo, forKey: .replyTo)
        try container.encode(message.author, forKey: .author)
        try container.encode(message.at, forKey: .at)
        try container.encode(message.sendAt, forKey: .sendAt)
        try container.encode(message.sentAt, forKey: .sentAt)
        try container.encode(message.deliveredAt, forKey: .deliveredAt)
        try container.encode(message.readAt, forKey: .readAt)
        try container.encode(message.editedAt, forKey: .editedAt)
        try container.encode(message.revokedAt, forKey: .revokedAt)
        try container.encode(message.providerID, forKey: .providerId)
        try container.encode(message.origin?.isForwarded ?? false, forKey: .isForwarded)
        try container.encode(message.origin?.referral, forKey: .referral)
        try message.content.encode(to: encoder)
    }
}

extension MessageBody: APISchema {
    static let schemaName = "Message"

    static var schema: JSONValue {
        guard case .object(var schema) = members, case .object(var properties) = schema["properties"] else { return members }
        for kind in MessageContent.Kind.allCases { properties[kind.rawValue] = MessageContentSchema.schema(of: kind) }
        schema["properties"] = .object(properties)
        return .object(schema)
    }

    private static var members: JSONValue {
        Schema.object([
            "id": Schema.id(Message.self),
            "clientId": Schema.orNull(Schema.text("Given by whoever sent it.")),
            "conversation": Schema.id(Conversation.self),
            "sender": Schema.id(Sender.self),
            "contact": Schema.id(Contact.self),
            "direction": Schema.choice(["inbound", "outbound"]),
            "kind": Schema.choice(MessageContent.Kind.self, "Under this name stands the content."),
            "status": Schema.choice(MessageStatus.self),
            "attempt": Schema.integer("Number of the newest attempt to send; 0 before the first."),
            "error": Schema.orNull(Schema.reference(MessageErrorSchema.self)),
            "replyTo": Schema.orNull(Schema.id(Message.self)),
            "author": Schema.orNull(Schema.text("Who wrote it: member:acc_…, key:key_… or system:….")),
            "at": Schema.instant("Orders the thread: the provider's time when inbound, else when we accepted it, or when it is to leave."),
            "sendAt": Schema.orNull(Schema.instant("When it is to leave; of scheduled messages.")),
            "sentAt": Schema.orNull(Schema.instant()),
            "deliveredAt": Schema.orNull(Schema.instant()),
            "readAt": Schema.orNull(Schema.instant("When inbound: when the customer was told that it was read.")),
            "editedAt": Schema.orNull(Schema.instant()),
            "revokedAt": Schema.orNull(Schema.instant()),
            "providerId": Schema.orNull(Schema.text("WhatsApp's id of it.")),
            "isForwarded": Schema.bool("Whether the customer passed on what somebody else had written."),
            "referral": Schema.anything("The advertisement or post that brought the customer, as WhatsApp gave it; null for nearly all."),
        ])
    }

    static let example: JSONValue = [
        "id": "msg_01jz3c4m5n6p7q8r9s0t1v2w3x", "clientId": "order-1001-shipped", "conversation": "cnv_01jz3c4m5n6p7q8r9s0t1v2w3x",
        "sender": "snd_01jz3c4m5n6p7q8r9s0t1v2w3x", "contact": "con_01jz3c4m5n6p7q8r9s0t1v2w3x", "direction": "outbound", "kind": "text",
        "status": "delivered", "attempt": 1, "error": nil, "replyTo": nil, "author": "key:key_01jz3c4m5n6p7q8r9s0t1v2w3x",
        "at": "2026-11-21T08:00:00.000Z", "sendAt": nil, "sentAt": "2026-11-21T08:00:01.000Z", "deliveredAt": "2026-11-21T08:00:02.000Z",
        "readAt": nil,
        "editedAt": nil, "revokedAt": nil, "providerId": "wamid.HBgLMTU1NTAxOTkwMDE", "isForwarded": false, "referral": nil,
        "text": ["body": "Your order has left us."],
    ]
}

/// Why a message failed.
enum MessageErrorSchema: APISchema {
    static let schemaName = "MessageError"
    static let schema = Schema.object([
        "code": Schema.text("WhatsApp's code, such as 131047, or one of ours."), "detail": Schema.text(),
        "advice": Schema.text("What to do about it."),
        "retryable": Schema.bool("Whether sending the same again can work."),
    ])
    static let example: JSONValue = [
        "code": "131047", "detail": "More than 24 hours have passed since the customer's last message.", "advice": "Send a template.",
        "retryable": false,
    ]
}
