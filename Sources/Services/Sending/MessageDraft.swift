package import Domain

/// A message that somebody wants sent.
package struct MessageDraft: Sendable, Equatable {
    package let senderID: Identifier<Sender>
    package let recipient: DraftRecipient
    /// Unique per workspace: the same id again is the same message.
    package let clientID: String?
    package let content: MessageContent
    package let replyTo: Identifier<Message>?
    package let lane: Lane

    package init(
        senderID: Identifier<Sender>, recipient: DraftRecipient, clientID: String?, content: MessageContent, replyTo: Identifier<Message>?,
        lane: Lane = .reply
    ) {
        (self.senderID, self.recipient, self.clientID) = (senderID, recipient, clientID)
        (self.content, self.replyTo, self.lane) = (content, replyTo, lane)
    }
}

package enum DraftRecipient: Sendable, Equatable {
    case phone(PhoneNumber)
    case contact(Identifier<Contact>)
    case businessScoped(String)
}
