package import struct Foundation.Date

/// What belongs to one Meta app and business account in a workspace; holds the secrets and the webhook address.
package struct Connection: Sendable, Equatable, Identified {
    package static let identifierPrefix = "cnn"

    package let id: Identifier<Connection>
    package let workspaceID: Identifier<Workspace>
    package let channel: ChannelKind
    package let name: String
    package let appID: String
    package let businessAccountID: String
    package let createdAt: Date
    package let lastWebhookAt: Date?
    /// What the last check of the subscription said.
    package let isSubscribed: Bool
    /// Whether the access token ends some day by itself, as the provider said when it was last checked.
    package let tokenIsTemporary: Bool

    package init(
        id: Identifier<Connection>, workspaceID: Identifier<Workspace>, channel: ChannelKind, name: String, appID: String,
        businessAccountID: String,
        createdAt: Date, lastWebhookAt: Date?, isSubscribed: Bool, tokenIsTemporary: Bool = false
    ) {
        self.tokenIsTemporary = tokenIsTemporary
        (self.id, self.workspaceID, self.channel, self.name, self.appID) = (id, workspaceID, channel, name, appID)
        (self.businessAccountID, self.createdAt, self.lastWebhookAt, self.isSubscribed) = (
            businessAccountID, createdAt, lastWebhookAt, isSubscribed
        )
    }
}

package enum ChannelKind: String, Sendable, CaseIterable, Codable { case meta, twilio, linkedDevice }

/// One number of the business.
package struct Sender: Sendable, Equatable, Identified {
    package static let identifierPrefix = "snd"
    /// Characters of the inner name, at most.
    package static let nameLimit = 100

    /// When the customer sees that a message was read.
    package enum ReadReceipts: String, Sendable, CaseIterable, Codable { case onOpen, onAnswer, never }
    package enum Status: String, Sendable, CaseIterable, Codable { case online, connecting, pending, offline, suspended, failed }

    package let id: Identifier<Sender>
    package let workspaceID: Identifier<Workspace>
    package let connectionID: Identifier<Connection>
    package let channel: ChannelKind
    /// Inner name; customers see ``displayName``.
    package let name: String
    package let displayName: String?
    package let phoneNumber: PhoneNumber
    /// Meta's phone-number id.
    package let providerID: String
    package let facts: SenderFacts
    /// Why it stands as it does, in the provider's case; nil when the reason says all.
    package let explanation: SenderExplanation?
    package let quality: String?
    package let messagingLimit: String?
    package let readReceipts: ReadReceipts
    package let createdAt: Date
    /// Since when it has the status and the reason that it has.
    package let statusSince: Date
    /// Since when it is in no list any more; what it said and heard is still there.
    package let removedAt: Date?

    package init(
        id: Identifier<Sender>, workspaceID: Identifier<Workspace>, connectionID: Identifier<Connection>, channel: ChannelKind,
        name: String,
        displayName: String?, phoneNumber: PhoneNumber, providerID: String, facts: SenderFacts = SenderFacts(),
        explanation: SenderExplanation? = nil, statusSince: Date? = nil, quality: String?, messagingLimit: String?,
        readReceipts: ReadReceipts, createdAt: Date,
        removedAt: Date? = nil
    ) {
        (self.id, self.workspaceID, self.connectionID, self.channel, self.name) = (id, workspaceID, connectionID, channel, name)
        (self.displayName, self.phoneNumber, self.providerID, self.facts) = (displayName, phoneNumber, providerID, facts)
        (self.explanation, self.statusSince, self.removedAt) = (explanation, statusSince ?? createdAt, removedAt)
        (self.quality, self.messagingLimit) = (quality, messagingLimit)
        (self.readReceipts, self.createdAt) = (readReceipts, createdAt)
    }
}

extension Sender {
    package var status: Status { facts.status }
    package var reason: SenderReason? { facts.condition.reason }

    /// Why it stands as it does, in a sentence or two; nil when there is nothing to say.
    package var statusReason: String? {
        guard let reason else { return nil }
        return explanation.flatMap { $0.reason == reason ? $0.text : nil } ?? reason.sentence
    }

    /// The sender after an event; what explains an earlier reason is dropped with it. Throws as ``SenderFacts/after(_:)``.
    package func after(_ event: SenderEvent, saying text: String? = nil, at now: Date) throws(SenderProblem) -> Sender {
        let facts = try facts.after(event)
        let reason = facts.condition.reason
        var explanation = explanation
        if let text, let reason, reason == event.reason { explanation = SenderExplanation(reason: reason, text: text) }
        if explanation?.reason != reason { explanation = nil }
        return Sender(
            id: id, workspaceID: workspaceID, connectionID: connectionID, channel: channel, name: name, displayName: displayName,
            phoneNumber: phoneNumber, providerID: providerID, facts: facts, explanation: explanation,
            statusSince: facts.condition == self.facts.condition ? statusSince : now, quality: quality, messagingLimit: messagingLimit,
            readReceipts: readReceipts, createdAt: createdAt, removedAt: removedAt)
    }
}

/// What a provider said that led to a reason.
package struct SenderExplanation: Sendable, Equatable {
    package let reason: SenderReason
    package let text: String

    package init(reason: SenderReason, text: String) { (self.reason, self.text) = (reason, text) }
}

/// The secrets of a connection, in clear; never leaves the process, never printed.
package struct ConnectionSecrets: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
    package let appSecret: String
    package let verifyToken: String
    package let accessToken: String

    package init(appSecret: String, verifyToken: String, accessToken: String) {
        (self.appSecret, self.verifyToken, self.accessToken) = (appSecret, verifyToken, accessToken)
    }

    package var description: String { "ConnectionSecrets(…)" }
    package var debugDescription: String { description }
}
