/// What a person typed to connect a number by hand.
package struct ConnectionDraft: Sendable, Equatable {
    package var appID: String
    package var appSecret: String
    package var accessToken: String
    package var businessAccountID: String
    package var phoneNumberID: String

    package init(appID: String, appSecret: String, accessToken: String, businessAccountID: String, phoneNumberID: String) {
        (self.appID, self.appSecret, self.accessToken) = (appID, appSecret, accessToken)
        (self.businessAccountID, self.phoneNumberID) = (businessAccountID, phoneNumberID)
    }
}

/// What the provider said of a draft whose every value holds.
package struct ConnectionReport: Sendable, Equatable {
    package let phoneNumber: PhoneNumber
    package let displayName: String?
    /// `GREEN`, `YELLOW`, `RED` or nil.
    package let quality: String?
    /// Such as `TIER_2K`.
    package let messagingLimit: String?
    /// `STANDARD` or `HIGH`.
    package let throughput: String?
    /// Whether the number is used in the WhatsApp Business app too, and therefore slower.
    package let isCoexistence: Bool
    /// What belongs to the business account and not to the number.
    package let account: AccountReport
    /// Where the provider sends what it tells of this number; nil when it doesn't say.
    package let callbackAddress: String?
    /// How the number is: ``SenderEvent/confirmed`` when it is registered and can send, or what it lacks.
    package let state: SenderEvent
    /// What the provider allows its account; nil when it doesn't tell.
    package let policy: SenderFacts.Policy?
    /// What the provider says of a state or policy that isn't good.
    package let explanation: String?

    package init(
        phoneNumber: PhoneNumber, displayName: String?, quality: String?, messagingLimit: String?, throughput: String?,
        account: AccountReport, state: SenderEvent, policy: SenderFacts.Policy? = nil, explanation: String? = nil,
        isCoexistence: Bool = false, callbackAddress: String? = nil
    ) {
        (self.isCoexistence, self.account, self.callbackAddress) = (isCoexistence, account, callbackAddress)
        (self.phoneNumber, self.displayName, self.quality, self.messagingLimit) = (phoneNumber, displayName, quality, messagingLimit)
        (self.throughput, self.state, self.policy, self.explanation) = (throughput, state, policy, explanation)
    }
}

/// What the provider said of a business account whose secrets hold.
package struct AccountReport: Sendable, Equatable {
    package let name: String?
    /// The provider's portfolio that owns the account; nil when it isn't told.
    package let portfolioID: String?
    /// Whether the app is subscribed to the account's webhooks.
    package let isSubscribed: Bool
    package let token: AccessTokenFacts
    /// What the app is sent at its own address; nil when that isn't told.
    package let app: AppSubscription?

    package init(
        name: String? = nil, portfolioID: String? = nil, isSubscribed: Bool, token: AccessTokenFacts = AccessTokenFacts(),
        app: AppSubscription? = nil
    ) {
        (self.name, self.portfolioID, self.isSubscribed, self.token, self.app) = (name, portfolioID, isSubscribed, token, app)
    }
}

/// Which value of a draft is wrong, found by asking the provider.
package enum ConnectionProblem: Problem, Equatable {
    case missing(field: String)
    case appIDWrong
    case appSecretWrong
    case accessTokenWrong(String)
    case businessAccountWrong
    case phoneNumberIDWrong
    case phoneNumberNotInAccount
    case providerUnreachable(String)

    package var kind: ProblemKind {
        if case .providerUnreachable = self { .unavailable } else { .invalid }
    }

    package var code: String {
        switch self {
        case .missing: "connection.field-missing"
        case .appIDWrong: "connection.app-id-wrong"
        case .appSecretWrong: "connection.app-secret-wrong"
        case .accessTokenWrong: "connection.access-token-wrong"
        case .businessAccountWrong: "connection.business-account-wrong"
        case .phoneNumberIDWrong: "connection.phone-number-id-wrong"
        case .phoneNumberNotInAccount: "connection.phone-number-elsewhere"
        case .providerUnreachable: "connection.provider-unreachable"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "Fill in this field."
        case .appIDWrong:
            "Meta knows no app with this id, or the access token belongs to another app. Copy the App ID from the app's dashboard."
        case .appSecretWrong: "This secret doesn't belong to the app. Copy it from App settings, Basic."
        case .accessTokenWrong(let reason):
            "Meta doesn't accept this access token (\(reason)). Make a new one for a system user and paste it whole."
        case .businessAccountWrong:
            "The access token can't see this WhatsApp business account. Check the id, and that the account is assigned to the system user."
        case .phoneNumberIDWrong: "The access token can't see this phone number id. Copy the id, not the number, from WhatsApp, API setup."
        case .phoneNumberNotInAccount: "This phone number belongs to another business account than the one above."
        case .providerUnreachable(let reason): "Meta can't be reached right now (\(reason)). Nothing was saved; try again in a minute."
        }
    }

    /// Why a number that was connected can't send any more, for its card: names what is there to mend it.
    package var standing: String {
        switch self {
        case .appIDWrong:
            "The access token isn't one of the connection's app. Replace it on the connection's page by one that is."
        case .appSecretWrong: "Meta doesn't accept the app secret any more. Replace it on the connection's page."
        case .accessTokenWrong(let reason): "Meta doesn't accept the access token (\(reason)). Replace it on the connection's page."
        case .businessAccountWrong:
            "The access token can't see the WhatsApp business account. Assign the account to the system user at Meta, then choose Check now on the connection's page."
        case .phoneNumberIDWrong:
            "The access token can't see this number. Look at Meta whether it is still in the account, then choose Check now on the connection's page."
        case .phoneNumberNotInAccount: "This number is in another WhatsApp business account now. Connect it again with that account's id."
        case .missing, .providerUnreachable: detail
        }
    }

    package var field: String? {
        switch self {
        case .missing(let field): field
        case .appIDWrong: "appId"
        case .appSecretWrong: "appSecret"
        case .accessTokenWrong: "accessToken"
        case .businessAccountWrong: "businessAccountId"
        case .phoneNumberIDWrong, .phoneNumberNotInAccount: "phoneNumberId"
        case .providerUnreachable: nil
        }
    }
}
