package import struct Foundation.Date

/// What the provider said of a connection when it was last asked.
package struct ConnectionFacts: Sendable, Equatable {
    package var accountName: String?
    /// The provider's portfolio that owns the business account.
    package var portfolioID: String?
    /// nil until somebody asked.
    package var token: AccessTokenFacts?
    /// Where it sends what it tells of the numbers: one address, unless some have one of their own. Empty when it doesn't say.
    package var callbackAddresses: [String]
    /// What it tells of accounts goes to the app's own address; nil when it didn't say which.
    package var app: AppSubscription?
    package var checkedAt: Date?
    /// Which secret it didn't accept, in a sentence; nil when all is well.
    package var problem: String?

    package init(
        accountName: String? = nil, portfolioID: String? = nil, token: AccessTokenFacts? = nil, callbackAddresses: [String] = [],
        app: AppSubscription? = nil, checkedAt: Date? = nil, problem: String? = nil
    ) {
        (self.accountName, self.portfolioID, self.token) = (accountName, portfolioID, token)
        (self.callbackAddresses, self.app, self.checkedAt, self.problem) = (callbackAddresses, app, checkedAt, problem)
    }
}

/// What an app is sent at its own address: all that is about accounts and templates, whatever address an account has for its messages
/// (Meta, "Webhooks override", read 2026-11).
package struct AppSubscription: Sendable, Equatable, Codable {
    /// Those of accounts that are read here, in the provider's words.
    package static let accountFields = [
        "account_review_update", "account_update", "business_capability_update", "message_template_components_update",
        "message_template_quality_update", "message_template_status_update", "phone_number_name_update", "phone_number_quality_update",
        "template_category_update",
    ]

    /// nil when the app has none.
    package let address: String?
    /// In the provider's words, such as `account_update`.
    package let fields: [String]

    package init(address: String?, fields: [String]) { (self.address, self.fields) = (address, fields) }

    package var missingFields: [String] { Self.accountFields.filter { !fields.contains($0) } }
}

/// What is known of an access token without showing it.
package struct AccessTokenFacts: Sendable, Equatable {
    /// Without them nothing is sent, received or managed (Meta, "Permissions", read 2026-11).
    package static let neededPermissions = ["whatsapp_business_management", "whatsapp_business_messaging"]

    /// Whose it is, in the provider's word, such as `SYSTEM_USER`.
    package let kind: String?
    /// When it ends by itself; nil for never.
    package let expiresAt: Date?
    /// What it allows; nil when the provider doesn't say.
    package let permissions: [String]?

    package init(kind: String? = nil, expiresAt: Date? = nil, permissions: [String]? = nil) {
        (self.kind, self.expiresAt, self.permissions) = (kind, expiresAt, permissions)
    }

    package var missingPermissions: [String] { permissions.map { held in Self.neededPermissions.filter { !held.contains($0) } } ?? [] }
}

/// A secret of a connection that people can replace.
package enum ConnectionSecretKind: String, Sendable, CaseIterable, Codable { case accessToken, appSecret }

/// When a secret was last replaced, and by whom as ``Actor/text``.
package struct SecretReplacement: Sendable, Equatable {
    package let at: Date
    package let actor: String

    package init(at: Date, actor: String) { (self.at, self.actor) = (at, actor) }
}

/// Webhooks of a connection that weren't taken, or not understood, for one reason.
package struct WebhookRefusal: Sendable, Equatable {
    package enum Reason: String, Sendable, CaseIterable, Codable {
        /// The signature isn't made with our app secret.
        case signature
        /// Asked for with another verify token.
        case verifyToken = "verify-token"
        case unreadable
        /// For a number that isn't a sender of the connection.
        case unknownNumber = "unknown-number"
    }

    /// As many are counted.
    package static let countLimit = 9_999
    /// After so long, in seconds, counting begins anew.
    package static let period = 86_400.0

    package let reason: Reason
    package let count: BoundedCount
    /// When the first of these came.
    package let since: Date
    package let lastAt: Date

    package init(reason: Reason, count: BoundedCount, since: Date, lastAt: Date) {
        (self.reason, self.count, self.since, self.lastAt) = (reason, count, since, lastAt)
    }
}

/// How a connection stands, with what has to be counted.
package struct ConnectionStanding: Sendable {
    package let connection: Connection
    /// Those of its numbers that weren't removed.
    package let senders: [Sender]
    /// The latest first.
    package let refusals: [WebhookRefusal]
    /// What came, couldn't be shown, and nobody has brought in.
    package let waitingInJournal: BoundedCount

    package init(connection: Connection, senders: [Sender], refusals: [WebhookRefusal], waitingInJournal: BoundedCount) {
        (self.connection, self.senders, self.refusals) = (connection, senders, refusals)
        self.waitingInJournal = waitingInJournal
    }
}
