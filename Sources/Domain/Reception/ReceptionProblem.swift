/// Why a number's options of reception can't be as somebody wants them.
package enum ReceptionProblem: Problem, Equatable {
    case mailAddressMissing
    case mailAddressMalformed
    /// The workspace has no server that sends e-mail.
    case mailServerMissing
    case blockMessageTooLong(count: Int)
    case blockMessageMalformed
    /// The provider doesn't let this number take calls, with its words.
    case callsRefused(String)
    /// The provider doesn't tell this app of calls.
    case callsNotSubscribed
    /// What was kept can't be brought in while nothing is received.
    case notReceiving

    package var kind: ProblemKind {
        switch self {
        case .mailAddressMissing, .mailAddressMalformed, .blockMessageTooLong, .blockMessageMalformed: .invalid
        case .mailServerMissing, .callsRefused, .callsNotSubscribed, .notReceiving: .conflict
        }
    }

    package var code: String {
        switch self {
        case .mailAddressMissing: "reception.mail-address-missing"
        case .mailAddressMalformed: "reception.mail-address-malformed"
        case .mailServerMissing: "reception.mail-server-missing"
        case .blockMessageTooLong: "reception.block-message-too-long"
        case .blockMessageMalformed: "reception.block-message-malformed"
        case .callsRefused: "reception.calls-refused"
        case .callsNotSubscribed: "reception.calls-not-subscribed"
        case .notReceiving: "reception.not-receiving"
        }
    }

    package var detail: String {
        switch self {
        case .mailAddressMissing: "Say where the e-mail goes, or turn it off."
        case .mailAddressMalformed: "This isn\u{2019}t an address that e-mail can be sent to. It looks like team@example.com."
        case .mailServerMissing:
            "This workspace has no server that sends e-mail. Set one in the settings under E-mail, then turn this on."
        case .blockMessageTooLong(let count):
            "The message has \(count) characters, and WhatsApp takes \(TextContent.bodyLimit). Shorten it."
        case .blockMessageMalformed: "The message holds a character that can\u{2019}t be sent. Type it again."
        case .callsRefused(let reason): "Calls can\u{2019}t be blocked. \(reason)"
        case .callsNotSubscribed:
            "WhatsApp doesn\u{2019}t tell this app of calls. Subscribe to the webhook field “calls” in the app\u{2019}s dashboard at Meta, then save again."
        case .notReceiving:
            "This number receives no messages now. Switch it and its messages on first; then what was kept can be brought in."
        }
    }

    package var field: String? {
        switch self {
        case .mailAddressMissing, .mailAddressMalformed: "mailAddress"
        case .mailServerMissing: "sendsMail"
        case .blockMessageTooLong, .blockMessageMalformed: "blockMessage"
        case .callsRefused, .callsNotSubscribed: "blocksCalls"
        case .notReceiving: nil
        }
    }
}
