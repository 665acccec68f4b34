internal import Domain
internal import Services

/// What is posted to begin a conversation.
struct NewConversationBody: Decodable {
    let senderID: Identifier<Sender>
    let recipient: DraftRecipient

    private enum Keys: CodingKey { case sender, to }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        guard let sender = Identifier<Sender>(parsing: try container.decode(String.self, forKey: .sender)) else {
            throw SenderProblem.missing
        }
        (senderID, recipient) = (sender, try container.decode(RecipientBody.self, forKey: .to).recipient)
    }
}

extension NewConversationBody: APISchema {
    static let schemaName = "NewConversation"
    static var schema: JSONValue { Schema.object(["sender": Schema.id(Sender.self), "to": RecipientBody.schema], isRequest: true) }
    static let example: JSONValue = ["sender": "snd_01jz3c4m5n6p7q8r9s0t1v2w3x", "to": "+15550199001"]
}
