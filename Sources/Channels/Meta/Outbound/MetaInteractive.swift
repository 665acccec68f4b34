internal import Domain

/// Buttons, lists and links in Meta's form (Meta, "Interactive messages", read 2026-11).
enum MetaInteractive {
    static func object(_ content: InteractiveContent, _ providerMediaID: String?) throws(UnsendableContent) -> JSONNode {
        let (type, action) = try action(content)
        return [
            "type": .string(type),
            "header": try content.header.flatMap { header throws(UnsendableContent) in try Self.header(header, providerMediaID) },
            "body": ["text": .string(content.body)],
            "footer": content.footer.map { ["text": .string($0)] },
            "action": action,
        ]
    }

    private static func action(_ content: InteractiveContent) throws(UnsendableContent) -> (type: String, action: JSONNode) {
        if let buttons = content.buttons, !buttons.isEmpty {
            let replies = buttons.map { button -> JSONNode in
                ["type": "reply", "reply": ["id": .string(button.id), "title": .string(button.title)]]
            }
            return ("button", ["buttons": .array(replies)])
        }
        if let list = content.list { return ("list", ["button": .string(list.button), "sections": .array(list.sections.map(section))]) }
        if let link = content.link {
            return ("cta_url", ["name": "cta_url", "parameters": ["display_text": .string(link.title), "url": .string(link.url)]])
        }
        throw .actionMissing
    }

    private static func section(_ section: InteractiveContent.List.Section) -> JSONNode {
        let rows = section.rows.map { row -> JSONNode in
            ["id": .string(row.id), "title": .string(row.title), "description": row.description.map { .string($0) }]
        }
        return ["title": section.title.map { .string($0) }, "rows": .array(rows)]
    }

    private static func header(_ header: InteractiveContent.Header, _ providerMediaID: String?) throws(UnsendableContent) -> JSONNode? {
        if let text = header.text { return ["type": "text", "text": .string(text)] }
        guard let media = header.media else { return nil }
        var plain = media
        plain.caption = nil
        return .object([
            JSONMember("type", .string(media.kind.rawValue)),
            JSONMember(media.kind.rawValue, try MetaPayload.media(plain, providerMediaID)),
        ])
    }
}
