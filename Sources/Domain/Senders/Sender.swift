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
    /// What it was about, in the provider's word.
    package let lastWebhookField: String?
    /// What the last check of the subscription said.
    package let isSubscribed: Bool
    /// Whether the access token ends some day by itself, as the provider said when it was last checked.
    package let tokenIsTemporary: Bool
    package let facts: ConnectionFacts
    /// Those that stand since the connection was made aren't in it.
    package let replacements: [ConnectionSecretKind: SecretReplacement]

    package init(
        id: Identifier<Connection>, workspaceID: Identifier<Workspace>, channel: ChannelKind, name: String, appID: String,
        businessAccountID: String,
        createdAt: Date, lastWebhookAt: Date?, lastWebhookField: String? = nil, isSubscribed: Bool, tokenIsTemporary: Bool = false,
        facts: ConnectionFacts = ConnectionFacts(), replacements: [ConnectionSecretKind: SecretReplacement] = [:]
    ) {
        (self.tokenIsTemporary, self.facts, self.replacements) = (tokenIsTemporary, facts, replacements)
        self.lastWebhookField = lastWebhookField
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
    package private(set) var displayName: String?
    package private(set) var phoneNumber: PhoneNumber
    /// Meta's phone-number id.
    package let providerID: String
    package private(set) var facts: SenderFacts
    /// Why it stands as it does, in the provider's case; nil when the reason says all.
    package private(set) var explanation: SenderExplanation?
    package private(set) var quality: String?
    package private(set) var messagingLimit: String?
    package let readReceipts: ReadReceipts
    package let createdAt: Date
    /// Since when it has the status and the reason that it has.
    package private(set) var statusSince: Date
    /// Since when it is in no list any more; what it said and heard is still there.
    package let removedAt: Date?
    /// Who is given its new conversations: a person or a team. Nobody leaves them to whoever is in the inbox.
    package let handler: Assignment

    package init(
        id: Identifier<Sender>, workspaceID: Identifier<Workspace>, connectionID: Identifier<Connection>, channel: ChannelKind,
        name: String,
        displayName: String?, phoneNumber: PhoneNumber, providerID: String, facts: SenderFacts = SenderFacts(),
        explanation: SenderExplanation? = nil, statusSince: Date? = nil, quality: String?, messagingLimit: String?,
        readReceipts: ReadReceipts, createdAt: Date,
        removedAt: Date? = nil, handler: Assignment = .nobody
    ) {
        self.handler = handler
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
        var next = self
        next.facts = try facts.after(event)
        if let text, let reason = next.reason, reason == event.reason { next.explanation = SenderExplanation(reason: reason, text: text) }
        if next.explanation?.reason != next.reason { next.explanation = nil }
        if next.facts.condition != facts.condition { next.statusSince = now }
        return next
    }

    /// With what the provider tells beside its state.
    package func told(_ report: ConnectionReport) -> Sender {
        var next = self
        (next.displayName, next.phoneNumber) = (report.displayName, report.phoneNumber)
        (next.quality, next.messagingLimit) = (report.quality, report.messagingLimit)
        return next
    }

    /// Why it can't send, in a sentence or two; nil when it can.
    package var trouble: String? { status == .online ? nil : statusReason }
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

extension Sender {
    /// The inner name as it is kept. Throws ``SenderProblem/nameEmpty`` and ``SenderProblem/nameTooLong``.
    package static func checkedName(_ text: String) throws(SenderProblem) -> String {
        guard !text.isBlank else { throw .nameEmpty }
        let name = text.trimmed
        guard name.count <= nameLimit, name.unicodeScalars.count <= nameLimit * 4 else { throw .nameTooLong }
        return name
    }
}
