internal import Domain

/// Reads templates as Graph lists them, and what its webhooks say about one (Meta, "Template management" and "Webhooks", read 2026-11).
enum MetaTemplateReader {
    private static let status = "message_template_status_update"
    private static let quality = "message_template_quality_update"
    private static let category = "template_category_update"
    private static let components = "message_template_components_update"

    static let fields: Set<String> = [status, quality, category, components]

    /// Bytes of what is said beside a status; a person reads it.
    private static let detailLimit = 1_000

    static func news(_ field: String, _ value: JSONNode) throws(Defect) -> TemplateNews {
        guard value.isObject else { throw Defect.missing("value") }
        let id = try value.requiredIdentifier("message_template_id")
        let change: TemplateNews.Change =
            switch field {
            case status: try statusChange(value)
            case quality: .quality(score(value["new_quality_score"]?.text))
            // Before the change itself Meta announces it, and then new_category is the one that still holds.
            case category: .category(try value.requiredText("new_category", in: "value").uppercased())
            default: .components
            }
        return TemplateNews(
            providerID: id, name: value["message_template_name"]?.text, language: value["message_template_language"]?.text, change: change)
    }

    private static func statusChange(_ value: JSONNode) throws(Defect) -> TemplateNews.Change {
        let event = try value.requiredText("event", in: "value")
        let parts = [
            value["rejection_info"]?["reason"]?.text, value["rejection_info"]?["recommendation"]?.text,
            value["other_info"]?["description"]?.text,
        ]
        let detail = parts.compactMap { $0.flatMap { $0.isBlank ? nil : $0.trimmed } }.joined(separator: " ")
        return .status(
            event.uppercased(), reason: reason(value["reason"]?.text), detail: detail.isEmpty ? nil : String(detail.prefix(detailLimit)))
    }

    /// Nil when the template can't be told by its name and language.
    static func definition(_ node: JSONNode) -> TemplateDefinition? {
        guard let id = node["id"]?.identifier, let name = node["name"]?.text, let language = node["language"]?.text,
            let status = node["status"]?.text, id.utf8.count <= JSONNode.identifierLimit, name.utf8.count <= TemplateContent.nameLimit,
            language.utf8.count <= JSONNode.identifierLimit
        else { return nil }
        return TemplateDefinition(
            providerID: id, name: name, language: language, category: node["category"]?.text?.uppercased() ?? "",
            status: TemplateStatus(status), format: node["parameter_format"]?.text?.uppercased() == "NAMED" ? .named : .positional,
            components: (node["components"]?.list ?? []).map(\.value), quality: score(node["quality_score"]?["score"]?.text),
            rejectionReason: reason(node["rejected_reason"]?.text))
    }

    private static func score(_ text: String?) -> String? {
        guard let text = text?.uppercased(), ["GREEN", "YELLOW", "RED"].contains(text) else { return nil }
        return text
    }

    private static func reason(_ text: String?) -> String? {
        guard let text, !text.isEmpty, text.uppercased() != "NONE" else { return nil }
        return String(text.uppercased().prefix(100))
    }
}
