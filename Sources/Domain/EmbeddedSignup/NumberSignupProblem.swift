package enum NumberSignupProblem: Problem, Equatable {
    case missing
    /// Whoever runs the server has given it no app.
    case notConfigured
    /// Somebody is connecting this number already.
    case begunAlready(PhoneNumber, Identifier<NumberSignup>)
    case isSender(PhoneNumber, Identifier<Sender>, name: String)
    case tooMany
    /// Another step is due.
    case stepPassed
    case underWay
    case finished
    case windowEventMalformed
    case windowCodeMalformed
    case windowCancelled(step: String?)
    case windowFailed(String)
    /// The window's account is connected in another workspace of this installation.
    case accountElsewhere
    /// The token isn't one of our app.
    case appOther
    case codeMalformed
    case codeTooSoon(seconds: Int)
    case languageUnknown
    case pinMalformed

    package var kind: ProblemKind {
        switch self {
        case .missing: .missing
        case .notConfigured, .begunAlready, .isSender, .tooMany, .stepPassed, .underWay, .finished, .accountElsewhere: .conflict
        case .codeTooSoon: .limited
        default: .invalid
        }
    }

    package var code: String {
        switch self {
        case .missing: "signup.missing"
        case .notConfigured: "signup.not-configured"
        case .begunAlready: "signup.begun-already"
        case .isSender: "signup.number-is-sender"
        case .tooMany: "signup.too-many"
        case .stepPassed: "signup.step-passed"
        case .underWay: "signup.under-way"
        case .finished: "signup.finished"
        case .windowEventMalformed: "signup.window-event-malformed"
        case .windowCodeMalformed: "signup.window-code-malformed"
        case .windowCancelled: "signup.window-cancelled"
        case .windowFailed: "signup.window-failed"
        case .accountElsewhere: "signup.account-elsewhere"
        case .appOther: "signup.app-other"
        case .codeMalformed: "signup.code-malformed"
        case .codeTooSoon: "signup.code-too-soon"
        case .languageUnknown: "signup.language-unknown"
        case .pinMalformed: "signup.pin-malformed"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "There is no such sign-up any more. It may have been finished or deleted, or it was left for too long."
        case .notConfigured:
            "This installation has no Meta app to sign numbers up with. Whoever runs the server sets meta-app-id, meta-app-secret and meta-config-id."
        case .begunAlready(let number, _): "Somebody is connecting \(number.text) already. Go on with that, or delete it first."
        case .isSender(let number, _, let name): "\(number.text) is a sender already: \(name.withoutTurns)."
        case .tooMany: "\(NumberSignup.limit) numbers are being connected already. Finish or delete one of them first."
        case .stepPassed: "This step isn't due now. Reload the page to see how far it has come."
        case .underWay: "The last step is still being worked on. Wait some seconds."
        case .finished: "This number is connected already."
        case .windowEventMalformed: "Meta's window told something that we can't read. Open it again."
        case .windowCodeMalformed: "This isn't a code of Meta's window. Open it again."
        case .windowCancelled(let step): "Meta's window was closed before the end. \(Self.advice(onLeaving: step))"
        case .windowFailed(let message):
            "Meta's window reported a problem: \(message). Open it again; if it comes back, try another browser."
        case .accountElsewhere:
            "This WhatsApp business account is connected in another workspace here, and its messages can only go to one. Start over and create a new account, or remove it there first."
        case .appOther: "What came of the window belongs to another app. Open the window again from this page."
        case .codeMalformed: "The code has six digits. Look at the newest message or call."
        case .codeTooSoon(let seconds): "A code was sent a moment ago. Wait \(seconds) seconds before you ask for another."
        case .languageUnknown: "Choose the language of the message or call from the list."
        case .pinMalformed: "The PIN has six digits."
        }
    }

    package var field: String? {
        switch self {
        case .begunAlready, .isSender: "phoneNumber"
        case .codeMalformed, .codeTooSoon, .windowCodeMalformed: "code"
        case .languageUnknown: "language"
        case .pinMalformed: "pin"
        case .windowEventMalformed: "event"
        default: nil
        }
    }

    package var retryAfterSeconds: Int? {
        switch self {
        case .codeTooSoon(let seconds): seconds
        case .underWay: 2
        default: nil
        }
    }

    /// What helps where the window was left; steps as Meta names them ("Embedded Signup", "Errors", read 2026-11).
    private static func advice(onLeaving step: String?) -> String {
        switch step {
        case "BUSINESS_ACCOUNT_SELECTION", "WABA_PHONE_PROFILE_PICKER":
            "It was left where the business is chosen. Open it again and create a new WhatsApp business account."
        case "WHATSAPP_BUSINESS_PROFILE_SETUP":
            "It was left at the profile of the business. Open it again: a name, a category and a country are enough."
        case "PHONE_NUMBER_SETUP": "It was left where the number is entered. Open it again and type the same number as here."
        case "PHONE_NUMBER_VERIFICATION":
            "It was left where the number is verified. Have the phone at hand; if no message comes within a minute, choose the call there."
        case "PERMISSIONS": "It was left where permissions are asked for. Open it again and allow them: without them nothing can be sent."
        default: "Open it again and go through to its last step; what you entered there before is mostly kept."
        }
    }
}
