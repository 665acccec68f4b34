internal import Domain
internal import Foundation

/// Plain words for what WhatsApp says about a template.
enum TemplateWords {
    static func status(_ status: TemplateStatus) -> (word: String, tone: String) {
        switch status {
        case .approved: ("Approved", "ok")
        case .pending: ("In review", "info")
        case .inAppeal: ("In review again", "info")
        case .rejected: ("Rejected", "danger")
        case .paused: ("Paused", "warn")
        case .disabled: ("Disabled", "danger")
        case .flagged: ("About to be disabled", "warn")
        case .limitExceeded: ("Over the limit", "warn")
        case .pendingDeletion: ("Being deleted", "warn")
        case .deleted: ("Deleted", "")
        case .archived: ("Archived", "")
        case .locked: ("Locked", "warn")
        // A word that came after us is shown as it is.
        default: (words(status.text), "")
        }
    }

    /// What it means and what would help; nil when all is well.
    static func advice(_ template: Template) -> String? {
        let said = [template.definition.rejectionReason.map(reason), template.statusDetail].compactMap(\.self).joined(separator: " ")
        let advice: String? =
            switch template.status {
            case .approved: nil
            case .pending, .inAppeal: "WhatsApp looks at it; that takes minutes as a rule, a day at most."
            case .rejected: "Edit it and submit it again."
            case .paused: "Customers reported or blocked it. The pause ends by itself; after the third one it is disabled."
            case .disabled: "It can't be sent any more. Write another one."
            case .flagged: "Customers like it little. It can still be sent; edit its text soon."
            case .limitExceeded: "The account has as many templates as it may have. Delete some."
            case .pendingDeletion, .deleted, .archived: "It can't be sent any more."
            case .locked: "WhatsApp lets nobody change it."
            default: "It can be sent only while WhatsApp calls it approved."
            }
        let all = [said, advice ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
        return all.isEmpty ? nil : all
    }

    private static func reason(_ reason: String) -> String {
        switch reason {
        case "ABUSIVE_CONTENT": "Reason: it may offend or threaten."
        case "INCORRECT_CATEGORY": "Reason: it belongs into another category."
        case "INVALID_FORMAT": "Reason: variables or other parts aren't in the right form."
        case "PROMOTIONAL": "Reason: it promotes something, which its category doesn't allow."
        case "SCAM": "Reason: it looks like a fraud."
        case "TAG_CONTENT_MISMATCH": "Reason: language or category don't fit its text."
        default: "Reason: \(words(reason).lowercased())."
        }
    }

    static func quality(_ quality: String?) -> (word: String, tone: String) {
        switch quality {
        case "GREEN": ("High", "ok")
        case "YELLOW": ("Medium", "warn")
        case "RED": ("Low", "danger")
        default: ("Not known yet", "")
        }
    }

    static func category(_ category: String) -> String { category.isEmpty ? "No category" : words(category) }

    /// `EN_US`-like constants as words.
    private static func words(_ constant: String) -> String {
        let text = constant.replacing("_", with: " ").lowercased()
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    /// What a field of a form is called.
    static func label(_ variable: TemplateVariable) -> String {
        let parts = variable.key.split(separator: ".").map(String.init)
        let isCard = parts.first == "cards"
        let card = isCard && parts.count > 1 ? "Card \((Int(parts[1]) ?? 0) + 1): " : ""
        let place = isCard && parts.count > 2 ? parts[2] : parts.first ?? ""
        let isNumber = Int(variable.name) != nil
        let name = isNumber ? variable.name : words(variable.name)
        switch variable.kind {
        case .text:
            if place == "header" { return card + (isNumber ? "Title, value \(name)" : "Title, \(name.lowercased())") }
            return card + (isNumber ? "Text, value \(name)" : name)
        case .addressEnd: return card + "Button “\(variable.name)”: end of its address"
        case .code: return card + "Code to copy"
        case .file(let kind): return card + (kind == .image ? "Picture on top" : kind == .video ? "Video on top" : "Document on top")
        case .latitude: return "Place: latitude"
        case .longitude: return "Place: longitude"
        case .optionalText: return parts.last == "address" ? "Place: address" : "Place: name"
        case .moment: return "When the offer ends"
        }
    }

    /// What helps to fill it in.
    static func help(_ variable: TemplateVariable) -> String? {
        switch variable.kind {
        case .text, .code: variable.sample.map { "For example: \($0)" }
        case .addressEnd: "It follows \(variable.before.prefix { $0 != "{" })"
        case .file: "A link that begins with https://"
        case .latitude, .longitude: "In degrees, such as 41.3874"
        case .optionalText: "May stay empty"
        case .moment: "Such as 2026-12-01T09:00:00Z"
        }
    }

    /// As the customer would see it; for what isn't filled in yet its example stands, or its name.
    static func text(_ parts: TemplateParts, _ values: [String: String]) -> TemplateText {
        var values = values
        for variable in parts.variables where variable.kind == .text && values[variable.key]?.isBlank ?? true {
            values[variable.key] = "[\(variable.sample ?? variable.name.replacing("_", with: " "))]"
        }
        return parts.text(values)
    }
}
