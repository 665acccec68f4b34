internal import Domain
internal import Services

internal import struct Foundation.Date

/// What somebody lets the business send them.
struct ConsentBody: Encodable {
    let marketing: Consent.Marketing
    let stoppedAll: Bool
    let changedAt: Date?

    init(_ consent: Consent) { (marketing, stoppedAll, changedAt) = (consent.marketing, consent.isStopped, consent.changedAt) }
}

extension ConsentBody: APISchema {
    static let schemaName = "Consent"
    static let schema = Schema.object(
        [
            "marketing": Schema.choice(Consent.Marketing.self), "stoppedAll": Schema.bool("They want nothing more, but answers and codes."),
            "changedAt": Schema.instant("When they said so."),
        ], optional: ["changedAt"])
    static let example: JSONValue = ["marketing": "opted-out", "stoppedAll": false, "changedAt": "2026-11-20T08:00:00.000Z"]
}

/// A line of the ledger.
struct ConsentEntryBody: Encodable {
    let id: Identifier<ConsentEntry>
    let change: ConsentChange
    let source: ConsentSource
    let text, actor: String
    let at, recordedAt: Date
    let applied: Bool

    init(_ entry: ConsentEntry) {
        (id, change, source, text, actor) = (entry.id, entry.change, entry.source, entry.text, entry.actor)
        (at, recordedAt, applied) = (entry.at, entry.recordedAt, entry.isApplied)
    }
}

extension ConsentEntryBody: APISchema {
    static let schemaName = "ConsentEntry"
    static let schema = Schema.object([
        "id": Schema.id(ConsentEntry.self), "change": Schema.choice(ConsentChange.self),
        "source": Schema.choice(ConsentSource.self, "How it is known."), "text": Schema.text("The word, the reason or the proof."),
        "actor": Schema.text("Who noted it: member:acc_…, key:key_… or a part of the program, such as system:intake."),
        "at": Schema.instant("When it was said."), "recordedAt": Schema.instant(),
        "applied": Schema.bool("False when it changed nothing, because it stood so already or something newer was known."),
    ])
    static let example: JSONValue = [
        "id": "cse_01jz3c4m5n6p7q8r9s0t1v2w3x", "change": "opt-out", "source": "word", "text": "STOP", "actor": "system:intake",
        "at": "2026-11-20T08:00:00.000Z", "recordedAt": "2026-11-20T08:00:01.000Z", "applied": true,
    ]
}

struct NewConsentEntryBody: Decodable {
    let change: ConsentChange
    let reason: String
}

extension NewConsentEntryBody: APISchema {
    static let schemaName = "NewConsentEntry"
    static let schema = Schema.object(
        [
            "change": Schema.choice(ConsentChange.self),
            "reason": Schema.text("How you know it: at most \(ConsentEntry.textLimit) characters, kept as the proof."),
        ], isRequest: true)
    static let example: JSONValue = ["change": "opt-out", "reason": "Said so on the phone."]
}

/// The words of one language for one thing, and the answer to them.
struct ConsentWordGroupBody: Codable {
    let words: [String]
    let confirmation: String?

    init(_ group: ConsentWords.Group) {
        (words, confirmation) = (group.words, group.confirmation.isEmpty ? nil : group.confirmation)
    }

    var group: ConsentWords.Group { ConsentWords.Group(words, confirmation: confirmation ?? "") }
}

extension ConsentWordGroupBody: APISchema {
    static let schemaName = "ConsentWordGroup"
    static let schema = Schema.object(
        [
            "words": Schema.list(Schema.text("At most \(ConsentWords.wordLimit) characters; capitals and accents don't matter.")),
            "confirmation": Schema.text("Answered once it has changed something; without it nothing is."),
        ], optional: ["confirmation"])
    static let example: JSONValue = ["words": ["stop", "unsubscribe"], "confirmation": "You will get no more offers from us here."]
}

struct ConsentLanguageBody: Codable {
    let code: String
    let optOut, stopAll, optIn: ConsentWordGroupBody

    init(_ language: ConsentWords.Language) {
        code = language.code
        (optOut, stopAll) = (ConsentWordGroupBody(language.optOut), ConsentWordGroupBody(language.stopAll))
        optIn = ConsentWordGroupBody(language.optIn)
    }

    var language: ConsentWords.Language {
        ConsentWords.Language(code: code, optOut: optOut.group, stopAll: stopAll.group, optIn: optIn.group)
    }
}

extension ConsentLanguageBody: APISchema {
    static let schemaName = "ConsentLanguage"
    static let schema = Schema.object([
        "code": Schema.text("As WhatsApp writes it: en, pt_BR."), "optOut": Schema.reference(ConsentWordGroupBody.self),
        "stopAll": Schema.reference(ConsentWordGroupBody.self), "optIn": Schema.reference(ConsentWordGroupBody.self),
    ])
    static let example: JSONValue = [
        "code": "en", "optOut": ConsentWordGroupBody.example, "stopAll": ["words": ["stop all"]], "optIn": ["words": ["start"]],
    ]
}

/// The words by which customers say what may be sent to them.
struct ConsentWordsBody: Codable {
    let languages: [ConsentLanguageBody]

    init(_ words: ConsentWords) { languages = words.languages.map(ConsentLanguageBody.init) }
}

extension ConsentWordsBody: APISchema {
    static let schemaName = "ConsentWords"
    static let schema = Schema.object(["languages": Schema.list(Schema.reference(ConsentLanguageBody.self))])
    static let example: JSONValue = ["languages": [ConsentLanguageBody.example]]
}

struct ConsentTrialBody: Decodable { let text: String }

extension ConsentTrialBody: APISchema {
    static let schemaName = "ConsentTrial"
    static let schema = Schema.object(["text": Schema.text("A customer's message.")], isRequest: true)
    static let example: JSONValue = ["text": "Stop."]
}

struct ConsentMeaningBody: Encodable {
    let change: ConsentChange?
    let languages: [String]
    let confirmation: String?

    init(_ trial: ConsentService.Trial) {
        (change, languages, confirmation) = (trial.meaning?.change, trial.meaning?.languages ?? [], trial.confirmation)
    }
}

extension ConsentMeaningBody: APISchema {
    static let schemaName = "ConsentMeaning"
    static let schema = Schema.object(
        [
            "change": Schema.choice(ConsentChange.self, "Missing when the message is no word."),
            "languages": Schema.list(Schema.text()), "confirmation": Schema.text("What would be answered in the first of them."),
        ], optional: ["change", "confirmation"])
    static let example: JSONValue = [
        "change": "opt-out", "languages": ["en", "it"], "confirmation": "You will get no more offers from us here.",
    ]
}

struct ConsentImportBody: Encodable {
    struct Refusal: Encodable {
        let line: Int
        let reason, detail: String
    }

    let applied, known: Int
    let refused: [Refusal]

    init(_ imported: ConsentService.Imported) {
        (applied, known) = (imported.applied, imported.known)
        refused = imported.refusals.map { Refusal(line: $0.line, reason: $0.code, detail: $0.detail) }
    }
}

extension ConsentImportBody: APISchema {
    static let schemaName = "ConsentImport"
    static let schema = Schema.object([
        "applied": Schema.integer("People who have opted in by it."), "known": Schema.integer("People who had opted in already."),
        "refused": Schema.list(
            Schema.object(["line": Schema.integer("Of the file, from 1."), "reason": Schema.text(), "detail": Schema.text()])),
    ])
    static let example: JSONValue = [
        "applied": 120, "known": 3,
        "refused": [["line": 7, "reason": "proof", "detail": "There is no proof in this line: where and how they agreed."]],
    ]
}
