/// Why a step of connecting a number didn't succeed, and what helps.
package enum EmbeddedSignupProblem: Problem, Equatable {
    /// The window's code was used, or is older than 30 seconds.
    case windowCodeExpired
    case scopesMissing([String])
    /// The provider refuses the operator's app, which only the operator can mend.
    case appRefused
    /// The token that came of the sign-up doesn't hold any more.
    case tokenEnded
    case accountMissing
    case numberMissing
    /// The provider couldn't reach the address for its webhooks, or got another answer than it asked for.
    case addressRefused(String)
    case codeWrong
    case codeExpired
    case tooManyCodes
    case numberOnWhatsApp
    case numberNotVerified
    case pinWrong
    case tooManyPINs
    case recentlyDeleted
    /// More than ten registrations in 72 hours.
    case tooManyRegistrations
    case refused(String)
    case providerUnreachable(String)

    package var kind: ProblemKind {
        if case .providerUnreachable = self { .unavailable } else { .invalid }
    }

    package var code: String {
        switch self {
        case .windowCodeExpired: "signup.window-code-expired"
        case .scopesMissing: "signup.permissions-missing"
        case .appRefused: "signup.app-refused"
        case .tokenEnded: "signup.token-ended"
        case .accountMissing: "signup.account-missing"
        case .numberMissing: "signup.number-missing"
        case .addressRefused: "signup.address-refused"
        case .codeWrong: "signup.code-wrong"
        case .codeExpired: "signup.code-expired"
        case .tooManyCodes: "signup.too-many-codes"
        case .numberOnWhatsApp: "signup.number-on-whatsapp"
        case .numberNotVerified: "signup.number-not-verified"
        case .pinWrong: "signup.pin-wrong"
        case .tooManyPINs: "signup.too-many-pins"
        case .recentlyDeleted: "signup.recently-deleted"
        case .tooManyRegistrations: "signup.too-many-registrations"
        case .refused: "signup.refused"
        case .providerUnreachable: "signup.provider-unreachable"
        }
    }

    package var detail: String {
        switch self {
        case .windowCodeExpired: "Meta's answer came too late or was used already. Open Meta's window again; what you did there is kept."
        case .scopesMissing(let scopes):
            "Meta's window didn't give us these permissions: \(scopes.joined(separator: ", ")). Open it again and allow them."
        case .appRefused: "Meta doesn't accept this installation's app. Ask whoever runs the server to check its app id and secret."
        case .tokenEnded: "Meta doesn't accept our permission for this number any more. Open Meta's window again."
        case .accountMissing: "We can't see the WhatsApp business account. Open Meta's window again and finish its last step."
        case .numberMissing: "We can't see the number in the business account. Open Meta's window again and add the number there."
        case .addressRefused(let reason):
            "Meta couldn't reach this installation's webhook address (\(reason)). Ask whoever runs the server whether it can be reached from the internet, then try again."
        case .codeWrong: "This isn't the code that was sent last, or it is too old. Look at the newest message or call, or ask for another."
        case .codeExpired: "This code is too old. Ask for a new one."
        case .tooManyCodes: "Meta has sent too many codes to this number. Wait some hours, then ask again."
        case .numberOnWhatsApp:
            "This number is used on WhatsApp already. Delete that WhatsApp account on its phone, wait a few minutes, then try again."
        case .numberNotVerified: "Meta wants to know first that the number is yours. Ask for a code."
        case .pinWrong: "This number has a PIN already. Type the PIN that was set for it, or switch it off in WhatsApp Manager."
        case .tooManyPINs: "A wrong PIN was tried too often. Wait some hours, then try again."
        case .recentlyDeleted: "This number was deleted at Meta a short time ago. Wait five minutes, then try again."
        case .tooManyRegistrations: "This number was registered too often. Meta allows ten times in 72 hours; try again after that."
        case .refused(let reason): "Meta refused this step: \(reason)"
        case .providerUnreachable(let reason): "Meta can't be reached right now (\(reason)). Nothing was lost; try again in a minute."
        }
    }

    package var field: String? {
        switch self {
        case .codeWrong, .codeExpired, .tooManyCodes: "code"
        case .pinWrong, .tooManyPINs: "pin"
        case .numberOnWhatsApp, .numberNotVerified, .numberMissing, .recentlyDeleted, .tooManyRegistrations: "phoneNumber"
        default: nil
        }
    }
}
