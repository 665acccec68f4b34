internal import Domain

extension ConsentChange {
    /// As the end of “The customer …”.
    var words: String {
        switch self {
        case .optIn: "wants to hear from you"
        case .optOut: "wants no marketing"
        case .stopAll: "wants no more messages"
        }
    }
}

extension Consent {
    /// In a word or two.
    var words: String {
        if isStopped { return "No more messages" }
        return switch marketing {
        case .unknown: "Not asked yet"
        case .optedIn: "Wants marketing"
        case .optedOut: "No marketing"
        }
    }

    /// What that means for whoever writes.
    var meaning: String {
        if isStopped { return "They get no templates, except codes for signing in. When they write, you can answer." }
        return switch marketing {
        case .unknown: "They have said nothing of what you may send them."
        case .optedIn: "They have agreed to marketing."
        case .optedOut: "They get no marketing templates. Everything else may be sent."
        }
    }

    /// Of the chip.
    var tone: String {
        if isStopped { return "danger" }
        return switch marketing {
        case .unknown: ""
        case .optedIn: "ok"
        case .optedOut: "warn"
        }
    }
}

extension ConsentSource {
    var words: String {
        switch self {
        case .word: "They wrote"
        case .person: "Noted by a colleague"
        case .api: "Noted by a program"
        case .file: "From a file, with the proof"
        case .preference: "Chosen in WhatsApp"
        case .refusal: "WhatsApp refused marketing to them"
        }
    }
}
