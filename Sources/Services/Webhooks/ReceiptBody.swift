internal import Domain
internal import Foundation
internal import Store

/// What an endpoint is told of one status of one message. The names of its members are those that receivers of such receipts know from elsewhere.
struct ReceiptBody: Encodable {
    struct SenderPart: Encodable {
        let id: Identifier<Sender>
        let phoneNumber: String
        let displayName: String?

        private enum CodingKeys: String, CodingKey {
            case id
            case phoneNumber = "phone_number"
            case displayName = "display_name"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(id, forKey: .id)
            try container.encode(phoneNumber, forKey: .phoneNumber)
            try container.encode(displayName, forKey: .displayName)
        }
    }

    let messageID: Identifier<Message>
    let providerID: String?
    let conversationID: Identifier<Conversation>?
    let sender: SenderPart
    let to: String?
    let status: ReceiptStatus
    let error: MessageError?
    /// When we learned of it.
    let timestamp: Date
    /// When it was, by the provider's clock.
    let providerTimestamp: Date?
    let isTest: Bool

    init(
        _ message: WebhookFeedTable.Sent, _ status: ReceiptStatus, by sender: Sender, at timestamp: Date, providerTimestamp: Date?
    ) {
        (messageID, providerID, conversationID) = (message.id, message.providerID, message.conversationID)
        self.sender = SenderPart(id: sender.id, phoneNumber: sender.phoneNumber.text, displayName: sender.displayName)
        (to, self.status) = (message.to, status)
        error = status == .failed ? message.error : nil
        (self.timestamp, self.providerTimestamp, isTest) = (timestamp, providerTimestamp, false)
    }

    /// A made-up one, which says so.
    init(testOf sender: Sender, at timestamp: Date) {
        (messageID, providerID, conversationID) = (.make(at: timestamp), nil, nil)
        self.sender = SenderPart(id: sender.id, phoneNumber: sender.phoneNumber.text, displayName: sender.displayName)
        (to, status, error) = (sender.phoneNumber.text, .delivered, nil)
        (self.timestamp, providerTimestamp, isTest) = (timestamp, nil, true)
    }

    private enum CodingKeys: String, CodingKey {
        case event, sender, to, from, direction, status, timestamp, test
        case messageID = "whatsapp_message_id"
        case twilioID = "message_sid"
        case providerID = "meta_message_id"
        case conversationID = "conversation_id"
        case assistantID = "assistant_id"
        case errorCode = "error_code"
        case errorMessage = "error_message"
        case errorDescription = "error_description"
        case providerTimestamp = "provider_timestamp"
    }

    /// Every member is there, null where there is nothing to tell, so that a receiver never has to ask for its presence.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode("message_status", forKey: .event)
        try container.encode(messageID, forKey: .messageID)
        try container.encodeNil(forKey: .twilioID)
        try container.encode(providerID, forKey: .providerID)
        try container.encode(conversationID, forKey: .conversationID)
        try container.encodeNil(forKey: .assistantID)
        try container.encode(sender, forKey: .sender)
        try container.encode(to, forKey: .to)
        try container.encode(sender.phoneNumber, forKey: .from)
        try container.encode("outbound", forKey: .direction)
        try container.encode(status, forKey: .status)
        // A provider's codes are numbers; one of ours is a word and stands in the message.
        try container.encode(error.flatMap { Int($0.code) }, forKey: .errorCode)
        try container.encode(error.map { Int($0.code) == nil ? "\($0.code): \($0.detail)" : $0.detail }, forKey: .errorMessage)
        try container.encode(error?.advice, forKey: .errorDescription)
        try container.encode(Self.text(timestamp), forKey: .timestamp)
        try container.encode(providerTimestamp.map(Self.text), forKey: .providerTimestamp)
        if isTest { try container.encode(true, forKey: .test) }
    }

    /// ISO 8601 in UTC, with milliseconds.
    private static func text(_ date: Date) -> String { date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)) }
}
