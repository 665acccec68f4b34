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
    package let status: Status
    package let statusReason: String?
    package let quality: String?
    package let messagingLimit: String?
    package let readReceipts: ReadReceipts
    package let createdAt: Date

    package init(
        id: Identifier<Sender>, workspaceID: Identifier<Workspace>, connectionID: Identifier<Connection>, channel: ChannelKind,
        name: String,
        displayName: String?, phoneNumber: PhoneNumber, providerID: String, status: Status, statusReason: String?, quality: String?,
        messagingLimit: String?, readReceipts: ReadReceipts, createdAt: Date
    ) {
        (self.id, self.workspaceID, self.connectionID, self.channel, self.name) = (id, workspaceID, connectionID, channel, name)
        (self.displayName, self.phoneNumber, self.providerID, self.status) = (displayName, phoneNumber, providerID, status)
        (self.statusReason, self.quality, self.messagingLimit) = (statusReason, quality, messagingLimit)
        (self.readReceipts, self.createdAt) = (readReceipts, createdAt)
    }
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
