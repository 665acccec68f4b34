internal import Domain

/// Reads what a message says. A kind that we don't know is kept whole as `unsupported`; a known kind without its parts is a defect.
enum MetaContentReader {
    static func content(_ message: JSONNode) throws(Defect) -> MessageContent {
        guard let type = message["type"]?.text else { throw .missing("type") }
        do {
            return try content(of: message, type: type)
        } catch {
            // Meta says itself that it couldn't bring the content, such as 131052 for a file that is too large.
            guard message["errors"]?.list?.isEmpty == false else { throw error }
            return unsupported(type, message)
        }
    }

    private static func content(of message: JSONNode, type: String) throws(Defect) -> MessageContent {
        switch type {
        case "text": .text(TextContent(body: try message.requiredObject("text").requiredText("body", in: "text")))
        case "image", "video", "audio", "document", "sticker": .media(try media(message.requiredObject(type), type))
        case "voice": .media(try media(message.requiredObject("voice"), "audio", isVoice: true))
        case "location": .location(try location(message.requiredObject("location")))
        case "contacts": .contacts(try MetaContactCards.read(message))
        case "button": .button(try button(message.requiredObject("button")))
        case "interactive": try interactive(message.requiredObject("interactive"), of: message)
        case "order": .order(try order(message.requiredObject("order")))
        case "system": .system(try system(message.requiredObject("system")))
        case "request_welcome": .system(SystemContent(type: type, body: nil))
        case "unsupported", "unknown": unsupported(message["unsupported"]?["type"]?.text ?? type, message)
        default: unsupported(type, message)
        }
    }

    private static func unsupported(_ type: String, _ message: JSONNode) -> MessageContent {
        .unsupported(UnsupportedContent(type: type, raw: message.value))
    }

    private static func media(_ object: JSONNode, _ type: String, isVoice: Bool = false) throws(Defect) -> MediaContent {
        guard let kind = MediaContent.Kind(rawValue: type) else { throw .missing("type") }
        guard let id = try object.identifier("id") else { throw .missing("\(type).id") }
        return MediaContent(
            kind: kind, caption: object["caption"]?.text, filename: object["filename"]?.text, mimeType: object["mime_type"]?.text,
            voice: isVoice ? true : object["voice"]?.flag, animated: object["animated"]?.flag, providerMediaID: id)
    }

    private static func location(_ object: JSONNode) throws(Defect) -> LocationContent {
        guard let latitude = object["latitude"]?.decimal, (-90...90).contains(latitude) else { throw .missing("location.latitude") }
        guard let longitude = object["longitude"]?.decimal, (-180...180).contains(longitude) else { throw .missing("location.longitude") }
        return LocationContent(latitude: latitude, longitude: longitude, name: object["name"]?.text, address: object["address"]?.text)
    }

    private static func button(_ object: JSONNode) throws(Defect) -> ButtonContent {
        let text = try object.requiredText("text", in: "button")
        return ButtonContent(text: text, payload: object["payload"]?.text ?? text)
    }

    private static func interactive(_ object: JSONNode, of message: JSONNode) throws(Defect) -> MessageContent {
        let type = try object.requiredText("type", in: "interactive")
        switch type {
        case "button_reply": return .reply(try reply(object.requiredObject(type), type, .button))
        case "list_reply": return .reply(try reply(object.requiredObject(type), type, .list))
        case "nfm_reply": return .flowReply(flowReply(try object.requiredObject(type)))
        default: return unsupported(type, message)
        }
    }

    private static func reply(_ object: JSONNode, _ type: String, _ source: ReplyContent.Source) throws(Defect) -> ReplyContent {
        ReplyContent(
            source: source, id: try object.requiredText("id", in: type), title: try object.requiredText("title", in: type),
            description: object["description"]?.text)
    }

    private static func flowReply(_ object: JSONNode) -> FlowReplyContent {
        // The answers come as JSON within text; what isn't JSON is kept as the text it is.
        let response: JSONNode =
            if let text = object["response_json"]?.text { (try? JSONParser.parse(text)) ?? .string(text) } else {
                object["response_json"] ?? .null
            }
        return FlowReplyContent(name: object["name"]?.text, body: object["body"]?.text, response: response.value)
    }

    private static func order(_ object: JSONNode) throws(Defect) -> OrderContent {
        guard let products = object["product_items"]?.list else { throw .missing("order.product_items") }
        var items: [OrderContent.Item] = []
        for product in products {
            guard let id = product["product_retailer_id"]?.identifier, let currency = product["currency"]?.text,
                let quantity = product["quantity"]?.whole, let price = product["item_price"]?.decimal
            else { throw .missing("order.product_items[\(items.count)]") }
            items.append(OrderContent.Item(productId: id, quantity: Int(quantity), price: price, currency: currency))
        }
        return OrderContent(catalogId: object["catalog_id"]?.identifier ?? "", text: object["text"]?.text, items: items)
    }

    private static func system(_ object: JSONNode) throws(Defect) -> SystemContent {
        let phone = try object.identifier("wa_id", or: "new_wa_id")  // The second is the name before 2023.
        return SystemContent(
            type: try object.requiredText("type", in: "system"), body: object["body"]?.text,
            newPhone: phone.flatMap { PhoneNumber(providerDigits: $0) }, newBusinessScopedID: try object.identifier("user_id"))
    }
}
