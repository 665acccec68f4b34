internal import Domain

internal import struct Foundation.Date

/// A conversation as the API shows it.
struct ConversationBody: Encodable {
    let conversation: Conversation
    let now: Date

    init(_ conversation: Conversation, at now: Date) { (self.conversation, self.now) = (conversation, now) }

    private enum Keys: String, CodingKey {
        case id, sender, contact, state, snoozedUntil, assignee, team, labels, aiActive, unread, window, lastMessage, createdAt
    }
    private enum ContactKeys: String, CodingKey { case id, name, phoneNumber, username, bsuid }
    private enum WindowKeys: String, CodingKey { case isOpen, closesAt }
    private enum LastKeys: String, CodingKey { case id, kind, direction, status, preview, at }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(conversation.id, forKey: .id)
        try container.encode(conversation.senderID, forKey: .sender)
        try container.encode(conversation.state, forKey: .state)
        try container.encode(conversation.snoozedUntil, forKey: .snoozedUntil)
        try container.encode(conversation.labels, forKey: .labels)
        try container.encode(conversation.aiActive, forKey: .aiActive)
        try container.encode(conversation.assignment.assignee, forKey: .assignee)
        try container.encode(conversation.assignment.team, forKey: .team)
        try container.encode(conversation.unread, forKey: .unread)
        try container.encode(conversation.createdAt, forKey: .createdAt)
        var contact = container.nestedContainer(keyedBy: ContactKeys.self, forKey: .contact)
        try contact.encode(conversation.contact.id, forKey: .id)
        try contact.encode(conversation.contact.name, forKey: .name)
        try contact.encode(conversation.contact.phoneNumber, forKey: .phoneNumber)
        try contact.encode(conversation.contact.username, forKey: .username)
        try contact.encode(conversation.contact.businessScopedID, forKey: .bsuid)
        var window = container.nestedContainer(keyedBy: WindowKeys.self, forKey: .window)
        try window.encode(conversation.window.isOpen(at: now), forKey: .isOpen)
        try window.encode(conversation.window.closesAt, forKey: .closesAt)
        guard let message = conversation.last else { return try container.encodeNil(forKey: .lastMessage) }
        var last = container.nestedContainer(keyedBy: LastKeys.self, forKey: .lastMessage)
        try last.encode(message.id, forKey: .id)
        try last.encode(message.kind, forKey: .kind)
        try last.encode(message.direction, forKey: .direction)
        try last.encode(message.status, forKey: .status)
        try last.encode(message.preview, forKey: .preview)
        try last.encode(message.at, forKey: .at)
    }
}

extension ConversationBody: APISchema {
    static let schemaName = "Conversation"

    static var schema: JSONValue {
        let last = Schema.object([
            "id": Schema.id(Message.self), "kind": Schema.choice(MessageContent.Kind.self),
            "direction": Schema.choice(["inbound", "outbound"]),
            "status": Schema.choice(MessageStatus.self), "preview": Schema.text(), "at": Schema.instant(),
        ])
        return Schema.object([
            "id": Schema.id(Conversation.self),
            "sender": Schema.id(Sender.self),
            "contact": Schema.object([
                "id": Schema.id(Contact.self), "name": Schema.orNull(Schema.text()), "phoneNumber": Schema.orNull(Schema.text("E.164.")),
                "username": Schema.orNull(Schema.text()), "bsuid": Schema.orNull(Schema.text("Business-scoped user id.")),
            ]),
            "state": Schema.choice(Conversation.State.self),
            "snoozedUntil": Schema.orNull(Schema.instant("When a snoozed one comes back.")),
            "labels": Schema.list(Schema.id(Label.self)),
            "aiActive": Schema.bool("Whether bots and assistants may answer; a person's reply ends that."),
            "assignee": Schema.orNull(Schema.id(Account.self)), "team": Schema.orNull(Schema.id(Team.self)),
            "unread": Schema.integer("Messages that nobody has read or answered."),
            "window": Schema.object([
                "isOpen": Schema.bool("Whether anything can be sent, and not only templates."), "closesAt": Schema.orNull(Schema.instant()),
            ]),
            "lastMessage": Schema.orNull(last),
            "createdAt": Schema.instant(),
        ])
    }

    static let example: JSONValue = [
        "id": "cnv_01jz3c4m5n6p7q8r9s0t1v2w3x", "sender": "snd_01jz3c4m5n6p7q8r9s0t1v2w3x",
        "contact": ["id": "con_01jz3c4m5n6p7q8r9s0t1v2w3x", "name": "Ana", "phoneNumber": "+15550199001", "username": nil, "bsuid": nil],
        "state": "open", "snoozedUntil": nil, "labels": [], "assignee": "acc_01jz3c4m5n6p7q8r9s0t1v2w3x", "team": nil, "aiActive": true,
        "unread": 1,
        "window": ["isOpen": true, "closesAt": "2026-11-22T08:00:00.000Z"],
        "lastMessage": [
            "id": "msg_01jz3c4m5n6p7q8r9s0t1v2w3x", "kind": "text", "direction": "inbound", "status": "received",
            "preview": "Where is my order?",
            "at": "2026-11-21T08:00:00.000Z",
        ],
        "createdAt": "2026-11-20T08:00:00.000Z",
    ]
}
