/// An error as Graph describes it, in an answer's envelope or in a webhook (Meta, "Error codes", read 2026-11).
struct GraphError: Sendable, Equatable {
    /// Longest text of Meta's that we quote, in characters.
    private static let quoteLimit = 300

    let code: Int
    let subcode: Int?
    let isTransient: Bool
    /// Meta's explanation for developers, without anything that looks like a token; nil when there is none.
    let details: String?

    init(code: Int, subcode: Int? = nil, isTransient: Bool = false, details: String? = nil) {
        (self.code, self.subcode, self.isTransient, self.details) = (code, subcode, isTransient, details)
    }

    /// Reads `{"error": {...}}`; nil when there is no error with a code in it, so that nothing is proven.
    init?(answer: JSONNode) {
        guard let error = answer["error"], let code = error["code"]?.whole else { return nil }
        self.init(
            code: Int(code), subcode: error["error_subcode"]?.whole.map { Int($0) }, isTransient: error["is_transient"]?.flag == true,
            details: Self.quote(Self.details(error) ?? error["error_user_msg"]?.text ?? error["message"]?.text))
    }

    /// Reads one of a webhook's `errors`; code 0 when it lacks one.
    init(webhook error: JSONNode) {
        self.init(
            code: error["code"]?.whole.map { Int($0) } ?? 0,
            details: Self.quote(Self.details(error) ?? error["message"]?.text ?? error["title"]?.text))
    }

    /// `error_data` is an object with `details`, or now and then a plain text.
    private static func details(_ error: JSONNode) -> String? { error["error_data"]?["details"]?.text ?? error["error_data"]?.text }

    /// Meta quotes malformed access tokens in its messages, and what we keep is shown and stored.
    private static func quote(_ text: String?) -> String? {
        guard let text, !text.isEmpty else { return nil }
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map { $0.utf8.count > 40 ? "…" : String($0) }
        return String(words.joined(separator: " ").prefix(quoteLimit))
    }
}
