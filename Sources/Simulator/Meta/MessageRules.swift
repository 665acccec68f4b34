/// What a message may hold, by its type. (Meta, "Send messages", read 2026-11.)
enum MessageRules {
    static let textLimit = 4_096
    static let captionLimit = 1_024
    static let callbackDataLimit = 512
    static let contactLimit = 257

    /// The types that are sent with an object under their own name.
    static let types: Set<String> = [
        "text", "image", "video", "audio", "document", "sticker", "location", "contacts", "reaction", "interactive", "template",
    ]
    static let mediaTypes: Set<String> = ["image", "video", "audio", "document", "sticker"]

    /// Throws unless the object under `type` is sound in itself. Templates and media ids are looked up elsewhere.
    static func check(_ type: String, _ content: JSON) throws(GraphError) {
        switch type {
        case "contacts": try checkContacts(content)
        case _ where !content.isObject: throw .parameter("Param \(type) must be a JSON object.")
        case "text": try checkText(content)
        case "location": try checkLocation(content)
        case "reaction": try checkReaction(content)
        case "interactive": try InteractiveRules.check(content)
        case "template": break
        default: try checkMedia(type, content)
        }
    }

    private static func checkText(_ content: JSON) throws(GraphError) {
        guard let body = content["body"] else { throw .missing("text['body']") }
        guard let text = body.string else { throw .parameter("Param text['body'] must be a string.") }
        guard !text.isEmpty else { throw .missing("text['body']") }
        guard text.unicodeScalars.count <= textLimit else {
            throw .parameter("Param text['body'] must be at most \(textLimit) characters long.")
        }
        if let preview = content["preview_url"], preview != .null, preview.bool == nil {
            throw .parameter("Param text['preview_url'] must be a boolean.")
        }
    }

    static func checkMedia(_ type: String, _ content: JSON, name: String? = nil) throws(GraphError) {
        let name = name ?? type
        let id = content["id"]?.scalarText
        let link = content["link"]?.string
        guard (id == nil) != (link == nil) else { throw .parameter("Param \(name) needs exactly one of id and link.") }
        if let link {
            let lower = link.lowercased()
            guard lower.hasPrefix("http://") || lower.hasPrefix("https://") else {
                throw .parameter("Param \(name)['link'] is not a valid URL.")
            }
        }
        if let caption = content["caption"], caption != .null {
            guard type != "audio", type != "sticker" else { throw .parameter("Param \(name) can't have a caption.") }
            guard let text = caption.string, text.unicodeScalars.count <= captionLimit else {
                throw .parameter("Param \(name)['caption'] must be at most \(captionLimit) characters long.")
            }
        }
    }

    private static func checkLocation(_ content: JSON) throws(GraphError) {
        guard let latitude = content["latitude"]?.number else { throw .missing("location['latitude']") }
        guard let longitude = content["longitude"]?.number else { throw .missing("location['longitude']") }
        guard abs(latitude) <= 90, abs(longitude) <= 180 else { throw .value("Latitude or longitude out of range.") }
    }

    private static func checkReaction(_ content: JSON) throws(GraphError) {
        guard let id = content["message_id"]?.string, !id.isEmpty else { throw .missing("reaction['message_id']") }
        guard let emoji = content["emoji"] else { throw .missing("reaction['emoji']") }
        // An empty text takes the reaction back; anything else is one emoji.
        guard let text = emoji.string, text.count <= 1, text.unicodeScalars.allSatisfy({ !$0.isASCII || $0.properties.isEmoji }) else {
            throw .value("Param reaction['emoji'] must be a single emoji.")
        }
    }

    private static func checkContacts(_ content: JSON) throws(GraphError) {
        guard let contacts = content.array else { throw .parameter("Param contacts must be an array.") }
        guard (1...contactLimit).contains(contacts.count) else {
            throw .parameter("Param contacts must have 1 to \(contactLimit) elements.")
        }
        for (index, contact) in contacts.enumerated() {
            guard let name = contact["name"]?["formatted_name"]?.string, !name.isEmpty else {
                throw .missing("contacts[\(index)]['name']['formatted_name']")
            }
        }
    }
}
