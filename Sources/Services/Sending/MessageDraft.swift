package import Domain

package import struct Foundation.Date

/// A message that somebody wants sent.
package struct MessageDraft: Sendable, Equatable {
    package let senderID: Identifier<Sender>
    package let recipient: DraftRecipient
    /// Unique per workspace: the same id again is the same message.
    package let clientID: String?
    package let content: DraftContent
    package let replyTo: Identifier<Message>?
    package let lane: Lane
    /// When it is to leave, unless at once.
    package let sendAt: Date?

    package init(
        senderID: Identifier<Sender>, recipient: DraftRecipient, clientID: String?, content: MessageContent, replyTo: Identifier<Message>?,
        lane: Lane = .reply, sendAt: Date? = nil
    ) {
        self.init(
            senderID: senderID, recipient: recipient, clientID: clientID, draft: .given(content.given), replyTo: replyTo, lane: lane,
            sendAt: sendAt)
    }

    package init(
        senderID: Identifier<Sender>, recipient: DraftRecipient, clientID: String?, draft content: DraftContent,
        replyTo: Identifier<Message>?, lane: Lane = .reply, sendAt: Date? = nil
    ) {
        self.sendAt = sendAt
        (self.senderID, self.recipient, self.clientID) = (senderID, recipient, clientID)
        (self.content, self.replyTo, self.lane) = (content, replyTo, lane)
    }
}

package enum DraftContent: Sendable, Equatable {
    case given(MessageContent)
    /// One of the templates we know, with what its variables stand for.
    case template(Identifier<Template>, values: [String: String])
}

package enum DraftRecipient: Sendable, Equatable {
    case phone(PhoneNumber)
    case contact(Identifier<Contact>)
    case businessScoped(String)
}
