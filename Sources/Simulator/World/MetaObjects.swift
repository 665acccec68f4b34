internal import OrderedCollections

/// A developer's app: it owns tokens, signs webhooks and has one callback.
struct MetaApp: Sendable {
    let id: String
    var name: String
    var secret: String
    var verifyToken: String
    var callbackURL: String?
    /// Webhook fields that it asked for; nil means all.
    var fields: Set<String>?
    /// What there is to ask for, as far as this world tells of it (Meta, "Webhooks", read 2026-11).
    static let allFields = fieldsOfAccounts.union(["calls", "messages", "user_preferences"])
    /// Those that always go to the app's own callback (Meta, "Webhooks override", read 2026-11).
    static let fieldsOfAccounts: Set<String> = [
        "account_alerts", "account_review_update", "account_update", "business_capability_update", "message_template_components_update",
        "message_template_quality_update", "message_template_status_update", "phone_number_name_update", "phone_number_quality_update",
        "security", "template_category_update",
    ]

    /// With which it may open the window of Embedded Signup.
    var configurationID: String?
}

/// Who may call, and as which app.
struct AccessToken: Sendable {
    let app: String
    /// The business accounts it reaches, newest first; nil means all.
    var accounts: OrderedSet<String>?
    var scopes = AccessToken.allScopes
    /// Milliseconds since 1970; nil for ever.
    var expiresAt: Int?

    static let management = "whatsapp_business_management"
    static let messaging = "whatsapp_business_messaging"
    static let allScopes = [management, messaging]
}

/// A WhatsApp business account.
struct BusinessAccount: Sendable {
    let id: String
    let portfolio: String
    var name: String
    var numbers: [String] = []
    /// App id and, where one is set, the address that replaces the app's callback.
    var subscriptions: [String: WebhookOverride?] = [:]
    /// Template ids in order of creation.
    var templates: [String] = []
    /// Template id by name and language.
    var templateKeys: [TemplateKey: String] = [:]
    /// When templates were made within the last hour, in milliseconds since 1970.
    var templateCreations: [Int] = []
    /// Approved templates that were deleted, and until when none may be called so in their language, in milliseconds since 1970.
    var blockedTemplates: [TemplateKey: Int] = [:]

    static func portfolio(of id: String) -> String { "8" + id.dropFirst() }
}

struct WebhookOverride: Sendable, Equatable {
    let url: String
    let verifyToken: String
}

struct BusinessNumber: Sendable {
    let id: String
    let account: String
    let digits: String
    var verifiedName: String
    var status = "CONNECTED"
    var verification = "VERIFIED"
    var platform = "CLOUD_API"
    var nameStatus = "APPROVED"
    /// Of the name that was asked for.
    var newNameStatus = "NONE"
    /// What it will be called once it is registered after the review.
    var newName: String?
    var quality = "GREEN"
    var tier = "TIER_2K"
    /// `STANDARD` or `HIGH`.
    var throughputLevel = "STANDARD"
    /// Whether customers can call. On from the beginning, unlike on the platform, so that a phone can call at once.
    var takesCalls = true
    var pin: String?
    var requestedCode: (digits: String, at: Int)?
    /// When codes were sent, and wrong PINs tried, in milliseconds since 1970.
    var codesSent: [Int] = []
    var wrongPINs: [Int] = []
    /// Milliseconds since 1970.
    var onboardedAt: Int
    var override: WebhookOverride?
    var profile = BusinessProfile()
    /// Customers it blocked, by what identifies them on the platform.
    var blocked: OrderedSet<String> = []
    /// Calls of register and deregister, in milliseconds since 1970: ten in 72 hours.
    var registrations: [Int] = []
    /// Free-form messages delivered this month, and which month (years × 12 + months).
    var serviceMessages = (month: 0, count: 0)

    var isRegistered: Bool { platform == "CLOUD_API" && status != "DISCONNECTED" }
    var displayNumber: String { PhoneDigits.display(digits) }

    /// Messages per second, in and out.
    var perSecond: Int { throughputLevel == "HIGH" ? 1_000 : 80 }

    /// People per day outside windows; nil without limit.
    var perDay: Int? {
        switch tier {
        case "TIER_50": 50
        case "TIER_250": 250
        case "TIER_1K": 1_000
        case "TIER_2K": 2_000
        case "TIER_10K": 10_000
        case "TIER_100K": 100_000
        default: nil
        }
    }
}

struct BusinessProfile: Sendable {
    var about = ""
    var address = ""
    var description = ""
    var email = ""
    var websites: [String] = []
    var vertical = "UNDEFINED"
}
