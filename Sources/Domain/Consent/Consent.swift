package import struct Foundation.Date

/// What a person lets the business send them, as it stands.
package struct Consent: Sendable, Equatable {
    package enum Marketing: String, Sendable, CaseIterable, Codable {
        /// They have said nothing.
        case unknown
        case optedIn = "opted-in"
        case optedOut = "opted-out"
    }

    /// Nobody has said anything yet.
    package static let unknown = Consent(marketing: .unknown, isStopped: false, changedAt: nil)

    package let marketing: Marketing
    /// They want nothing more at all, unless they ask for it.
    package let isStopped: Bool
    /// When they said so, not when we learned it.
    package let changedAt: Date?

    package init(marketing: Marketing, isStopped: Bool, changedAt: Date?) {
        (self.marketing, self.isStopped, self.changedAt) = (marketing, isStopped, changedAt)
    }

    /// As it stands after a change; nil when it stays, because it says so already or because they have said something else since. Of two at the same
    /// moment the stricter one counts.
    package func applying(_ change: ConsentChange, at moment: Date) -> Consent? {
        if let changedAt {
            guard moment >= changedAt else { return nil }
            if moment == changedAt, change.strictness < strictness { return nil }
        }
        let after =
            switch change {
            case .optIn: Consent(marketing: .optedIn, isStopped: false, changedAt: moment)
            // Who wanted nothing at all doesn't want more for saying it of marketing.
            case .optOut: Consent(marketing: .optedOut, isStopped: isStopped, changedAt: moment)
            case .stopAll: Consent(marketing: .optedOut, isStopped: true, changedAt: moment)
            }
        return after.marketing == marketing && after.isStopped == isStopped ? nil : after
    }

    /// How much it forbids; the stricter of two has the higher one.
    package var strictness: Int { isStopped ? 2 : marketing == .optedOut ? 1 : 0 }

    /// **Which templates a state forbids.** Marketing goes to nobody who has opted out. Who stopped everything gets no utility either, and nothing whose
    /// category isn't known. A code for signing in is asked for by the person at that very moment, so it always may leave.
    package func forbids(_ category: TemplateDraft.Category?) -> ConsentReason? {
        if isStopped, category != .authentication { return .stoppedAll }
        if marketing == .optedOut, category == .marketing { return .optedOut }
        return nil
    }
}

/// Why somebody isn't sent something.
package enum ConsentReason: String, Sendable, CaseIterable, Codable {
    case optedOut = "opted-out"
    case stoppedAll = "stopped-all"
}

/// What somebody says of what may be sent to them.
package enum ConsentChange: String, Sendable, CaseIterable, Codable {
    /// Marketing, and everything else.
    case optIn = "opt-in"
    /// No marketing.
    case optOut = "opt-out"
    /// Nothing at all.
    case stopAll = "stop-all"

    fileprivate var strictness: Int {
        switch self {
        case .optIn: 0
        case .optOut: 1
        case .stopAll: 2
        }
    }
}

/// How we know it.
package enum ConsentSource: String, Sendable, CaseIterable, Codable {
    /// They wrote a word that stands for it, or tapped a button that says it.
    case word
    /// Somebody of the business noted it.
    case person
    /// A program told us.
    case api
    /// It came with a file, with its proof.
    case file = "import"
    /// They chose it in WhatsApp.
    case preference
    /// WhatsApp refused marketing to them, because they had stopped it there.
    case refusal
}

/// A line of the ledger: what was said, by whom it is known and when. Never changed.
package struct ConsentEntry: Sendable, Equatable, Identified {
    package static let identifierPrefix = "cse"
    /// Characters of what was said, or of what proves it.
    package static let textLimit = 500

    package let id: Identifier<ConsentEntry>
    package let contactID: Identifier<Contact>
    package let change: ConsentChange
    package let source: ConsentSource
    /// The word, the reason or the proof.
    package let text: String
    /// Who noted it, as ``Actor/text`` has it.
    package let actor: String
    /// When it was said.
    package let at: Date
    package let recordedAt: Date
    /// Whether it changed how things stood; not when they stood so already, or something newer was known.
    package let isApplied: Bool

    package init(
        id: Identifier<ConsentEntry>, contactID: Identifier<Contact>, change: ConsentChange, source: ConsentSource, text: String,
        actor: String, at: Date, recordedAt: Date, isApplied: Bool
    ) {
        (self.id, self.contactID, self.change, self.source, self.text) = (id, contactID, change, source, text)
        (self.actor, self.at, self.recordedAt, self.isApplied) = (actor, at, recordedAt, isApplied)
    }

    /// What a person writes as the reason. Throws ``ConsentProblem``.
    package static func reason(_ text: String) throws(ConsentProblem) -> String {
        let text = text.trimmed
        guard !text.isEmpty else { throw .reasonMissing }
        guard text.count <= textLimit, text.unicodeScalars.count <= 4 * textLimit else { throw .reasonTooLong(count: text.count) }
        return text
    }
}

package enum ConsentProblem: Problem, Equatable {
    case reasonMissing
    case reasonTooLong(count: Int)
    case languageUnknown(String)
    case languageTwice(String)
    case tooManyLanguages
    case wordTooLong(String)
    /// It would mean two things.
    case wordTwice(String)
    case tooManyWords(language: String)
    case textTooLong(language: String, count: Int)
    case fileUnreadable
    case fileTooLong

    package var kind: ProblemKind { self == .fileTooLong ? .tooLarge : .invalid }

    package var code: String {
        switch self {
        case .reasonMissing: "consent.reason-missing"
        case .reasonTooLong: "consent.reason-too-long"
        case .languageUnknown: "consent.language-unknown"
        case .languageTwice: "consent.language-twice"
        case .tooManyLanguages: "consent.too-many-languages"
        case .wordTooLong: "consent.word-too-long"
        case .wordTwice: "consent.word-twice"
        case .tooManyWords: "consent.too-many-words"
        case .textTooLong: "consent.text-too-long"
        case .fileUnreadable: "consent.file-unreadable"
        case .fileTooLong: "consent.file-too-long"
        }
    }

    package var detail: String {
        switch self {
        case .reasonMissing: "Write how you know it, such as “Said so on the phone”. It stays with the contact as the proof."
        case .reasonTooLong(let count): "The reason has \(count) characters, and \(ConsentEntry.textLimit) is the most. Please shorten it."
        case .languageUnknown(let code):
            "“\(code.line(20))” isn’t a language as WhatsApp writes it. Write it as en, or as pt_BR."
        case .languageTwice(let code): "The language \(code) is there twice. Put its words together."
        case .tooManyLanguages: "There are at most \(ConsentWords.languageLimit) languages. Take one out that nobody writes in."
        case .wordTooLong(let word):
            "“\(word.line(ConsentWords.wordLimit))…” is too long for a word: \(ConsentWords.wordLimit) characters are the most, and the whole message has to be the word."
        case .wordTwice(let word): "“\(word)” stands for two things. Leave it with one of them."
        case .tooManyWords(let language):
            "The language \(language) has more than \(ConsentWords.wordsLimit) words for one thing. Take some out."
        case .textTooLong(let language, let count):
            "The confirmation in \(language) has \(count) characters, and \(ConsentWords.textLimit) is the most. Please shorten it."
        case .fileUnreadable:
            "This file can’t be read as a table. Save it as CSV, with the columns phone, time and proof in its first line."
        case .fileTooLong: "This file has more than \(ConsentFile.lineLimit.grouped) lines. Please split it."
        }
    }

    package var field: String? {
        switch self {
        case .reasonMissing, .reasonTooLong: "reason"
        case .languageUnknown, .languageTwice, .tooManyLanguages, .wordTooLong, .wordTwice, .tooManyWords, .textTooLong: "languages"
        case .fileUnreadable, .fileTooLong: "file"
        }
    }
}
