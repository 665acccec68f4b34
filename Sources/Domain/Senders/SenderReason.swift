/// Why a number stands as it does. The raw values are stable; clients may decide by them.
package enum SenderReason: String, Sendable, CaseIterable {
    case switchedOff = "switched-off"
    case creditsMissing = "credits-missing"
    case suspended
    case checking
    case setUpFailed = "set-up-failed"
    case signupUnfinished = "signup-unfinished"
    case tokenRefused = "token-refused"
    case numberMissing = "number-missing"
    case paymentMissing = "payment-missing"
    case verificationMissing = "verification-missing"
    case registrationMissing = "registration-missing"
    case nameUnapproved = "name-unapproved"
    /// It is online, and can't begin conversations.
    case restricted
    /// It is online for some days more.
    case renewalDue = "renewal-due"

    package var sentence: String {
        switch self {
        case .switchedOff: "It was switched off."
        case .creditsMissing: "It isn't paid for."
        case .suspended: "WhatsApp has suspended the account because of its policies."
        case .checking: "WhatsApp is being asked how it is."
        case .setUpFailed: "The set-up didn't work."
        case .signupUnfinished: "The sign-up at Meta wasn't finished."
        case .tokenRefused: "WhatsApp no longer accepts the access token."
        case .numberMissing: "The access token can't see this number any more."
        case .paymentMissing: "WhatsApp reports a problem with the account's payment method."
        case .verificationMissing: "WhatsApp doesn't know yet that the number is yours."
        case .registrationMissing: "The number isn't registered with the Cloud API."
        case .nameUnapproved: "WhatsApp hasn't approved the display name."
        case .restricted: "WhatsApp restricts the account: you can answer customers, and not begin conversations."
        case .renewalDue: "Its renewal is due, and there aren't enough credits for it."
        }
    }

    /// What a person can do.
    package var advice: String {
        switch self {
        case .switchedOff: "Switch it on."
        case .creditsMissing:
            "Look at its subscription: a new number is activated there, and one that ran out of credits comes back by itself once there are enough."
        case .suspended:
            "Read the notice in WhatsApp Manager, put right what it names, and appeal there. If that leads nowhere, ask whoever runs this server."
        case .checking: "Wait some seconds."
        case .setUpFailed: "Try again."
        case .signupUnfinished: "Finish it where you left off."
        case .tokenRefused: "Replace the access token on the connection's page."
        case .numberMissing: "Replace the access token on the connection's page by one that sees the number, or connect the number again."
        case .paymentMissing: "Mend it in WhatsApp Manager, then try again."
        case .verificationMissing: "Ask for the six-digit code by SMS or call, and enter it."
        case .registrationMissing: "Register it at Meta, then try again."
        case .nameUnapproved: "Wait for the approval. It comes back by itself."
        case .restricted: "Read in WhatsApp Manager until when, and what led to it."
        case .renewalDue: "Add credits before it ends."
        }
    }

    /// Whether trying again may change it.
    package var allowsRetry: Bool {
        switch self {
        case .setUpFailed, .tokenRefused, .numberMissing, .paymentMissing, .verificationMissing, .registrationMissing, .nameUnapproved,
            .suspended:
            true
        case .switchedOff, .creditsMissing, .checking, .signupUnfinished, .restricted, .renewalDue: false
        }
    }
}
