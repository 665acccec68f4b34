internal import Domain
internal import Services

internal import struct Foundation.Date

/// What is posted to send a message.
struct NewMessageBody: Decodable {
    let draft: MessageDraft

    private enum Keys: CodingKey { case sender, to, clientId, replyTo, lane, sendAt }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        let contents = try decoder.container(keyedBy: MessageContent.Kind.self)
        let given = MessageContentSchema.sendable.filter(contents.contains)
        let sender = try container.decode(String.self, forKey: .sender)
        guard let senderID = Identifier<Sender>(parsing: sender) else { throw SenderProblem.missing }
        let recipient = try container.decode(RecipientBody.self, forKey: .to).recipient
        guard given.count == 1 else { throw MessageBodyProblem.contentCount(given.count) }
        draft = MessageDraft(
            senderID: senderID, recipient: recipient, clientID: try container.decodeIfPresent(String.self, forKey: .clientId),
            draft: try PostedContent(from: decoder).draft,
            replyTo: try container.decodeIfPresent(Identifier<Message>.self, forKey: .replyTo),
            lane: try container.decodeIfPresent(Lane.Name.self, forKey: .lane)?.lane ?? .reply,
            sendAt: try container.decodeIfPresent(Date.self, forKey: .sendAt))
    }
}

/// To whom: `"+15550199001"`, `{"contact": "con_…"}` or `{"bsuid": "…"}`.
struct RecipientBody: Decodable {
    let recipient: DraftRecipient

    static let schema: JSONValue = [
        "oneOf": [
            Schema.text("A number in E.164, such as +15550199001."),
            Schema.object(["contact": Schema.id(Contact.self)], isRequest: true),
            Schema.object(["bsuid": Schema.text("Business-scoped user id.")], isRequest: true),
        ]
    ]

    private enum Keys: String, CodingKey, CaseIterable { case contact, bsuid }

    init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            recipient = .phone(try PhoneNumber(parsing: text))
            return
        }
        let container = try decoder.container(keyedBy: Keys.self)
        switch (container.contains(.contact), container.contains(.bsuid)) {
        case (true, false): recipient = .contact(try container.decode(Identifier<Contact>.self, forKey: .contact))
        case (false, true): recipient = .businessScoped(try container.decode(String.self, forKey: .bsuid))
        case (true, true), (false, false): throw MessageBodyProblem.recipientUnclear
        }
    }
}

enum MessageBodyProblem: Problem, Equatable {
    case contentCount(Int)
    case recipientUnclear

    var kind: ProblemKind { .invalid }

    var code: String {
        switch self {
        case .contentCount: "message.content-count"
        case .recipientUnclear: "message.recipient-unclear"
        }
    }

    var detail: String {
        switch self {
        case .contentCount(let count):
            "A message has exactly one of \(MessageContentSchema.sendable.map(\.rawValue).joined(separator: ", ")); this one has \(count)."
        case .recipientUnclear: #"“to” is a phone number such as "+15550199001", or {"contact": "con_…"}, or {"bsuid": "…"}."#
        }
    }

    var field: String? {
        switch self {
        case .contentCount: nil
        case .recipientUnclear: "to"
        }
    }
}

extension NewMessageBody: APISchema {
    static let schemaName = "NewMessage"

    static var schema: JSONValue {
        let base = Schema.object(
            [
                "sender": Schema.id(Sender.self),
                "to": RecipientBody.schema,
                "clientId": Schema.text("Yours, unique: the same again gives the same message back."),
                "replyTo": Schema.id(Message.self),
                "lane": Schema.choice(
                    Lane.Name.self, "What leaves first: replies, unless given; then notifications; what goes to many is a campaign."),
                "sendAt": Schema.instant("When it is to leave, at most a year from now; at once when none is given."),
            ], optional: ["clientId", "replyTo", "lane", "sendAt"], isRequest: true)
        guard case .object(var schema) = base, case .object(var properties) = schema["properties"] else { return base }
        for kind in MessageContentSchema.sendable { properties[kind.rawValue] = MessageContentSchema.requestSchema(of: kind) }
        schema["properties"] = .object(properties)
        schema["oneOf"] = .array(MessageContentSchema.sendable.map { ["required": [.string($0.rawValue)]] })
        return .object(schema)
    }

    static let example: JSONValue = [
        "sender": "snd_01jz3c4m5n6p7q8r9s0t1v2w3x", "to": "+15550199001", "clientId": "order-1001-shipped",
        "text": ["body": "Your order has left us."],
    ]
}
