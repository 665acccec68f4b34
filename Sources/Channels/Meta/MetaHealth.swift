internal import Domain

/// What `health_status` and `status` of a number say of what its account may do (Meta, "Health status", read 2026-11).
struct MetaHealth {
    /// Nil when Meta doesn't tell.
    let policy: SenderFacts.Policy?
    let lacksPayment: Bool
    /// Meta's own words, when something is wrong.
    let explanation: String?

    /// Among the reasons of a blocked account, the one for its payment method.
    private static let payment: Int64 = 141_006
    /// Characters of Meta's words that are kept; a person reads them.
    private static let limit = 500

    init(_ number: JSONNode) {
        let health = number["health_status"]
        let blocked = (health?["entities"]?.list ?? []).filter { $0["can_send_message"]?.text == "BLOCKED" }
        let errors = blocked.flatMap { $0["errors"]?.list ?? [] }
        lacksPayment = errors.contains { $0["error_code"]?.whole == Self.payment }
        let isAccount = blocked.contains { ["WABA", "BUSINESS"].contains($0["entity_type"]?.text ?? "") }
        policy =
            if number["status"]?.text == "BANNED" || (isAccount && !lacksPayment) {
                .suspended
            } else if health == nil || health?["can_send_message"]?.text == "LIMITED" {
                // What is limited may be restricted: that comes by a webhook, with its date.
                nil
            } else {
                .fine
            }
        let words = errors.flatMap { [$0["error_description"]?.text, $0["possible_solution"]?.text] }.compactMap(\.self).filter {
            !$0.isBlank
        }
        explanation = words.isEmpty ? nil : String(words.joined(separator: " ").prefix(Self.limit))
    }
}
