internal import Domain

/// What each of Meta's error codes means for us: the one place where a code becomes a decision and plain words
/// (Meta, "Error codes", read 2026-11). Never goes by HTTP status or by Meta's wording, which both change.
///
/// A ``Disposition/retry(after:)`` carries the delay before the first repeat. The dispatcher multiplies it by four for each further attempt,
/// adds jitter, caps it and gives up in the end; for 131056 this makes the 4^n seconds that Meta asks for.
enum MetaErrorCatalog {
    /// What to do after a refusal.
    static func disposition(_ error: GraphError) -> Disposition { entry(error).disposition }

    static func messageError(_ error: GraphError) -> MessageError {
        let entry = entry(error)
        let quote = entry.quotes ? error.details.map { " Meta says: \($0)" } ?? "" : ""
        return MessageError(code: String(error.code), detail: entry.detail + quote, advice: entry.advice, retryable: entry.retryable)
    }

    /// Whether the token, or what it allows, is the cause.
    static func isCredential(_ error: GraphError) -> Bool { Entry.access.contains { $0.codes.contains(error.code) } }

    /// For a status `failed` that names no error.
    static let failedWithoutReason = MessageError(
        code: "message.failed", detail: "WhatsApp reported that the message failed and gave no reason.", advice: "Try again later.",
        retryable: true)

    static func entry(_ error: GraphError) -> Entry {
        // Graph's one answer for an object that is absent and for one that the token may not see.
        if error.code == 100, error.subcode == 33 { return Entry.objectMissing }
        if let entry = entries[error.code] { return entry }
        return error.isTransient ? Entry.transient : Entry.unknown
    }

    private static let entries: [Int: Entry] = {
        var table: [Int: Entry] = [:]
        for entry in Entry.all { for code in entry.codes { table[code] = entry } }
        return table
    }()
}

extension MetaErrorCatalog {
    struct Entry: Sendable {
        let codes: [Int]
        let disposition: Disposition
        /// Whether sending the same message again can work, by itself later or once somebody has mended the cause.
        let retryable: Bool
        let detail: String
        let advice: String
        /// Whether Meta's own details help. Not for credentials, whose details can hold the token.
        let quotes: Bool

        init(_ codes: [Int], _ disposition: Disposition, retryable: Bool, quotes: Bool = false, _ detail: String, _ advice: String) {
            (self.codes, self.disposition, self.retryable, self.quotes) = (codes, disposition, retryable, quotes)
            (self.detail, self.advice) = (detail, advice)
        }

        static let objectMissing = Entry(
            [], .stopSender(.numberMissing, reason: "The access token can't see this number. Replace it on the connection's page."),
            retryable: true,
            "WhatsApp doesn't know this number, or the access token may not use it.",
            "Replace the access token on the connection's page by one that may use this number.")
        static let transient = Entry(
            [], .retry(after: .seconds(1)), retryable: true, "WhatsApp had a passing problem.", "It is tried again by itself.")
        static let unknown = Entry(
            [], .fail, retryable: false, quotes: true, "WhatsApp refused the message with a code that isn't known here.",
            "Look the code up in Meta's list of error codes.")
    }
}
