package import struct Foundation.Date

/// One message of a conversation.
package struct Message: Sendable, Equatable, Identified {
    package static let identifierPrefix = "msg"

    package let id: Identifier<Message>
    package let workspaceID: Identifier<Workspace>
    package let conversationID: Identifier<Conversation>
    package let senderID: Identifier<Sender>
    package let contactID: Identifier<Contact>
    /// Given by whoever sent it, unique per workspace; outbound only.
    package let clientID: String?
    package let direction: MessageDirection
    package let content: MessageContent
    package let status: MessageStatus
    /// Number of the newest attempt; 0 before the first.
    package let attempt: Int
    package let error: MessageError?
    /// The provider's id of the newest attempt, or of the inbound message.
    package let providerID: String?
    package let replyTo: Identifier<Message>?
    /// Orders a thread together with ``sequence``: provider time for inbound, acceptance for outbound.
    package let at: Date
    package let sequence: Int64
    package let sentAt: Date?
    package let deliveredAt: Date?
    package let readAt: Date?
    package let editedAt: Date?
    package let revokedAt: Date?
    /// Who wrote it, as ``Actor/text``; outbound only.
    package let author: String?
    /// nil for nearly all.
    package let origin: MessageOrigin?
    /// When it is to leave; of scheduled ones.
    package let sendAt: Date?

    package init(
        id: Identifier<Message>, workspaceID: Identifier<Workspace>, conversationID: Identifier<Conversation>, senderID: Identifier<Sender>,
        contactID: Identifier<Contact>, clientID: String?, direction: MessageDirection, content: MessageContent, status: MessageStatus,
        attempt: Int,
        error: MessageError?, providerID: String?, replyTo: Identifier<Message>?, at: Date, sequence: Int64, sentAt: Date?,
        deliveredAt: Date?,
        readAt: Date?, editedAt: Date?, revokedAt: Date?, author: String?, origin: MessageOrigin? = nil, sendAt: Date? = nil
    ) {
        (self.origin, self.sendAt) = (origin, sendAt)
        (self.id, self.workspaceID, self.conversationID, self.senderID, self.contactID) = (
            id, workspaceID, conversationID, senderID, contactID
        )
        (self.clientID, self.direction, self.content, self.status, self.attempt) = (clientID, direction, content, status, attempt)
        (self.error, self.providerID, self.replyTo, self.at, self.sequence) = (error, providerID, replyTo, at, sequence)
        (self.sentAt, self.deliveredAt, self.readAt, self.editedAt, self.revokedAt) = (sentAt, deliveredAt, readAt, editedAt, revokedAt)
        self.author = author
    }
}

/// How an inbound message came about, where the provider says more than who wrote it.
package struct MessageOrigin: Sendable, Equatable, Codable {
    /// The customer passed on what somebody else had written.
    package let isForwarded: Bool
    /// The advertisement or post that brought the customer, as the provider gave it.
    package let referral: JSONValue?

    /// nil when there is nothing to say.
    package init?(isForwarded: Bool, referral: JSONValue?) {
        guard isForwarded || referral != nil else { return nil }
        (self.isForwarded, self.referral) = (isForwarded, referral)
    }
}

/// Why a message failed, in words that a person can act on.
package struct MessageError: Sendable, Equatable, Codable {
    /// The provider's code as text, such as `131047`, or one of ours, such as `message.outcome-unknown`.
    package let code: String
    package let detail: String
    /// What to do about it.
    package let advice: String
    /// Whether sending the same again can work.
    package let retryable: Bool

    package init(code: String, detail: String, advice: String, retryable: Bool) {
        (self.code, self.detail, self.advice, self.retryable) = (code, detail, advice, retryable)
    }
}

/// A file of ours: received from a customer or uploaded to be sent.
package struct MediaFile: Sendable, Equatable, Identified {
    package static let identifierPrefix = "med"

    package enum State: String, Sendable, Codable {
        /// To be fetched from the provider.
        case pending
        case stored
        /// The provider no longer has it, or refused for good.
        case failed
    }

    package let id: Identifier<MediaFile>
    package let state: State
    /// Of the bytes, lower-case hex; nil until stored.
    package let sha256: String?
    package let byteCount: Int?
    package let mimeType: String?
    package let filename: String?

    package init(id: Identifier<MediaFile>, state: State, sha256: String?, byteCount: Int?, mimeType: String?, filename: String?) {
        (self.id, self.state, self.sha256, self.byteCount, self.mimeType, self.filename) = (
            id, state, sha256, byteCount, mimeType, filename
        )
    }
}
