internal import Domain

import struct Foundation.Date

/// Reads what Meta's webhooks say about accounts and their numbers (Meta, "Webhooks" and "Policy enforcement", read 2026-11).
enum MetaAccountReader {
    private static let update = "account_update"
    private static let name = "phone_number_name_update"

    static let fields: Set<String> = [
        update, name, "account_review_update", "business_capability_update", "phone_number_quality_update",
    ]

    static func news(_ field: String, _ value: JSONNode, account: String?) throws(Defect) -> SenderNews {
        guard value.isObject else { throw Defect.missing("value") }
        guard let account else { throw Defect.missing("id") }
        let change: SenderNews.Change =
            switch field {
            case update: accountChange(try value.requiredText("event", in: "value").uppercased(), value)
            case name: nameChange(value)
            default: .question
            }
        return SenderNews(
            account: account, digits: value["display_phone_number"]?.text?.filter { ("0"..."9").contains($0) }, change: change)
    }

    private static func accountChange(_ event: String, _ value: JSONNode) -> SenderNews.Change {
        switch event {
        case "ACCOUNT_VIOLATION": return .warning(value["violation_info"]?["violation_type"]?.text ?? "")
        case "ACCOUNT_RESTRICTION": return restriction(value["restriction_info"]?.list ?? [])
        case "DISABLED_UPDATE":
            let date = value["ban_info"]?["waba_ban_date"]?.text
            switch value["ban_info"]?["waba_ban_state"]?.text?.uppercased() {
            case "DISABLE":
                return .event(.suspended, text: date.map { "WhatsApp disabled the account on \($0)." }, until: nil)
            case "SCHEDULE_FOR_DISABLE": return .warning(date.map { "to be disabled on \($0)" } ?? "to be disabled")
            case "REINSTATE": return .event(.reinstated, text: nil, until: nil)
            default: return .question
            }
        default: return .question
        }
    }

    /// Of several restrictions the strictest counts, for as long as the last of its kind.
    private static func restriction(_ list: [JSONNode]) -> SenderNews.Change {
        func until(_ type: String) -> Date?? {
            let ends = list.filter { $0["restriction_type"]?.text == type }.map { $0["expiration"]?.whole }
            guard !ends.isEmpty else { return nil }
            return .some(ends.contains(nil) ? nil : ends.compactMap { $0 }.max().map { Date(timeIntervalSince1970: Double($0)) })
        }
        if let end = until("RESTRICTED_CUSTOMER_INITIATED_MESSAGING") { return .event(.suspended, text: nil, until: end) }
        if let end = until("RESTRICTED_BIZ_INITIATED_MESSAGING") { return .event(.restricted, text: nil, until: end) }
        return .question
    }

    private static func nameChange(_ value: JSONNode) -> SenderNews.Change {
        value["decision"]?.text?.uppercased() == "APPROVED" ? .event(.nameApproved, text: nil, until: nil) : .question
    }
}
