package import struct Foundation.Date

/// What one webhook body said, in the provider's order.
package struct InboundBatch: Sendable, Equatable {
    package let items: [InboundItem]
    /// Parts that couldn't be read; they go to the journal.
    package let unreadable: [UnreadableItem]
    /// What the last part of it was about, in the provider's word, such as `messages`.
    package let field: String?

    package init(items: [InboundItem], unreadable: [UnreadableItem], field: String? = nil) {
        (self.items, self.unreadable, self.field) = (items, unreadable, field)
    }
}

/// One message, status or notice out of a body.
package struct InboundItem: Sendable, Equatable {
    /// The provider's id of the number it is for (Meta: `metadata.phone_number_id`); nil for news about the account.
    package let senderProviderID: String?
    /// Where in the body it stands, such as `entry[0].changes[1].value.messages[2]`.
    package let path: String
    package let event: InboundEvent

    package init(senderProviderID: String?, path: String, event: InboundEvent) {
        (self.senderProviderID, self.path, self.event) = (senderProviderID, path, event)
    }
}

package struct UnreadableItem: Sendable, Equatable {
    package let path: String
    /// What couldn't be read, without any of its text.
    package let reason: String

    package init(path: String, reason: String) { (self.path, self.reason) = (path, reason) }
}

package enum InboundEvent: Sendable, Equatable, Codable {
    case message(InboundMessage)
    case reaction(InboundReaction)
    case edit(InboundEdit)
    case revoke(InboundRevoke)
    case callEnd(InboundCallEnd)
    case status(InboundStatus)
    /// What somebody chose in WhatsApp of what they are sent.
    case preference(InboundPreference)
    /// News about one of the account's templates; of no number.
    case template(TemplateNews)
    /// News about a number or its account; it says by itself which.
    case sender(SenderNews)
    /// News about the account or a number: kept in the journal until a feature reads it.
    case notice(field: String)
}

/// How the provider names a person. At least one of phone and business-scoped id is there.
package struct InboundParty: Sendable, Equatable, Codable {
    package let phone: PhoneNumber?
    package let businessScopedID: String?
    package let username: String?
    package let name: String?

    package init(phone: PhoneNumber?, businessScopedID: String?, username: String?, name: String?) {
        (self.phone, self.businessScopedID, self.username, self.name) = (phone, businessScopedID, username, name)
    }
}

package struct InboundMessage: Sendable, Equatable, Codable {
    package let providerID: String
    package let from: InboundParty
    /// The provider's time.
    package let at: Date
    package let content: MessageContent
    /// Provider id of the message it answers.
    package let replyToProviderID: String?
    package let isForwarded: Bool
    package let groupID: String?
    /// The advertisement or post that brought the customer, as the provider gave it.
    package let referral: JSONValue?

    package init(
        providerID: String, from: InboundParty, at: Date, content: MessageContent, replyToProviderID: String? = nil,
        isForwarded: Bool = false,
        groupID: String? = nil, referral: JSONValue? = nil
    ) {
        (self.providerID, self.from, self.at, self.content) = (providerID, from, at, content)
        (self.replyToProviderID, self.isForwarded, self.groupID, self.referral) = (replyToProviderID, isForwarded, groupID, referral)
    }
}

package struct InboundReaction: Sendable, Equatable, Codable {
    package let providerID: String
    package let from: InboundParty
    package let at: Date
    package let targetProviderID: String
    /// Empty takes the reaction back.
    package let emoji: String
    package let groupID: String?

    package init(providerID: String, from: InboundParty, at: Date, targetProviderID: String, emoji: String, groupID: String? = nil) {
        (self.providerID, self.from, self.at) = (providerID, from, at)
        (self.targetProviderID, self.emoji, self.groupID) = (targetProviderID, emoji, groupID)
    }
}

package struct InboundEdit: Sendable, Equatable, Codable {
    package let providerID: String
    package let from: InboundParty
    package let at: Date
    package let targetProviderID: String
    package let content: MessageContent

    package init(providerID: String, from: InboundParty, at: Date, targetProviderID: String, content: MessageContent) {
        (self.providerID, self.from, self.at, self.targetProviderID, self.content) = (providerID, from, at, targetProviderID, content)
    }
}

package struct InboundRevoke: Sendable, Equatable, Codable {
    package let providerID: String
    package let from: InboundParty
    package let at: Date
    package let targetProviderID: String

    package init(providerID: String, from: InboundParty, at: Date, targetProviderID: String) {
        (self.providerID, self.from, self.at, self.targetProviderID) = (providerID, from, at, targetProviderID)
    }
}

/// A call is over that was told of as a message before.
package struct InboundCallEnd: Sendable, Equatable, Codable {
    /// The provider's id of the call, which is that of its message.
    package let providerID: String
    package let content: CallContent

    package init(providerID: String, content: CallContent) { (self.providerID, self.content) = (providerID, content) }
}

/// Somebody turned a kind of message off or on in WhatsApp.
package struct InboundPreference: Sendable, Equatable, Codable {
    package let from: InboundParty
    package let at: Date
    package let change: ConsentChange
    /// The provider's words on it.
    package let detail: String

    package init(from: InboundParty, at: Date, change: ConsentChange, detail: String) {
        (self.from, self.at, self.change, self.detail) = (from, at, change, detail)
    }
}

package struct InboundStatus: Sendable, Equatable, Codable {
    /// The provider's id of our message.
    package let providerID: String
    package let status: AttemptStatus
    package let at: Date
    /// Who of a group it is about.
    package let participant: String?
    /// Which attempt it is about, when the provider gave back what we sent along.
    package let attempt: AttemptReference?
    package let error: MessageError?
    /// What a failure means beyond its message; nil for anything else.
    package let disposition: Disposition?
    /// The provider's words on the price, as they came.
    package let pricing: JSONValue?

    package init(
        providerID: String, status: AttemptStatus, at: Date, participant: String? = nil, attempt: AttemptReference? = nil,
        error: MessageError? = nil, disposition: Disposition? = nil, pricing: JSONValue? = nil
    ) {
        self.disposition = disposition
        (self.providerID, self.status, self.at) = (providerID, status, at)
        (self.participant, self.attempt, self.error, self.pricing) = (participant, attempt, error, pricing)
    }
}

/// One call to the provider for one message, written `msg_….2` where a provider carries it for us.
package struct AttemptReference: Sendable, Hashable, Codable {
    package let messageID: Identifier<Message>
    package let number: Int

    package init(messageID: Identifier<Message>, number: Int) { (self.messageID, self.number) = (messageID, number) }

    package init?(parsing text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let id = Identifier<Message>(parsing: String(parts[0])), let number = Int(parts[1]), number > 0 else {
            return nil
        }
        self.init(messageID: id, number: number)
    }

    package var text: String { "\(messageID.text).\(number)" }
}
