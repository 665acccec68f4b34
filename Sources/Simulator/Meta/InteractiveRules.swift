/// What an interactive message may hold. (Meta, "Interactive messages", read 2026-11.)
enum InteractiveRules {
    static let bodyLimit = 1_024
    static let listBodyLimit = 4_096
    static let headerLimit = 60
    static let footerLimit = 60

    private static let withoutHeader: Set<String> = [
        "location_request_message", "voice_call", "call_permission_request", "request_contact_info", "product", "carousel",
    ]
    /// Types whose action is passed on as it is.
    private static let lenient: Set<String> = ["order_details", "order_status", "address_message"]

    static func check(_ content: JSON) throws(GraphError) {
        guard let type = content["type"]?.string else { throw .missing("interactive['type']") }
        guard let action = content["action"], action.isObject else { throw .missing("interactive['action']") }
        try checkTexts(content, type: type)
        switch type {
        case "button": try checkButtons(action)
        case "list": try checkList(action)
        case "cta_url":
            let parameters = try named("cta_url", action)
            try text(parameters["display_text"], "display_text", 1...20)
            let url = parameters["url"]?.string?.lowercased() ?? ""
            guard url.hasPrefix("http://") || url.hasPrefix("https://") else { throw .value("The url of the button is not valid.") }
        case "flow": try checkFlow(try named("flow", action))
        case "voice_call":
            guard action["name"]?.string == type else { throw .value("action['name'] must be \(type).") }
            if let label = action["parameters"]?["display_text"] { try text(label, "display_text", 1...20) }
            if let minutes = action["parameters"]?["ttl_minutes"] {
                guard let minutes = minutes.integer, (1...43_200).contains(minutes) else { throw .value("ttl_minutes must be 1 to 43200.") }
            }
        case "location_request_message":
            guard action["name"]?.string == "send_location" else { throw .value("action['name'] must be send_location.") }
        case "call_permission_request", "request_contact_info", "catalog_message":
            guard action["name"]?.string == type else { throw .value("action['name'] must be \(type).") }
        case "product":
            try text(action["catalog_id"], "catalog_id", 1...64)
            try text(action["product_retailer_id"], "product_retailer_id", 1...256)
        case "product_list": try checkProducts(action)
        case "carousel": try checkCarousel(action)
        case _ where lenient.contains(type): break
        default: throw .value("Interactive type \(type) is not supported.")
        }
    }

    private static func checkTexts(_ content: JSON, type: String) throws(GraphError) {
        if let body = content["body"], body != .null {
            try text(body["text"], "interactive['body']['text']", 1...(type == "list" ? listBodyLimit : bodyLimit))
        } else if type != "product" {
            throw .missing("interactive['body']")
        }
        if let footer = content["footer"], footer != .null {
            guard type != "carousel" else { throw .value("A carousel has no footer.") }
            try text(footer["text"], "interactive['footer']['text']", 1...footerLimit)
        }
        guard let header = content["header"], header != .null else {
            if type == "product_list" { throw .missing("interactive['header']") }
            return
        }
        guard !withoutHeader.contains(type) else { throw .value("Interactive type \(type) has no header.") }
        switch header["type"]?.string {
        case "text": try text(header["text"], "interactive['header']['text']", 1...headerLimit)
        case let kind? where ["image", "video", "document"].contains(kind):
            guard type != "list", type != "product_list" else { throw .value("Interactive type \(type) takes a text header only.") }
            try MessageRules.checkMedia(kind, header[kind] ?? .object([]), name: "interactive['header']['\(kind)']")
        default: throw .value("interactive['header']['type'] is not valid.")
        }
    }

    private static func checkButtons(_ action: JSON) throws(GraphError) {
        guard let buttons = action["buttons"]?.array, (1...3).contains(buttons.count) else {
            throw .value("Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3")
        }
        for button in buttons {
            guard button["type"]?.string == "reply" else { throw .value("Button type must be reply.") }
            try text(button["reply"]?["id"], "Button id", 1...256)
            try text(button["reply"]?["title"], "Button title", 1...20)
        }
        try unique(buttons.map { $0["reply"]?["id"]?.string }, "Button ids")
        try unique(buttons.map { $0["reply"]?["title"]?.string }, "Button titles")
    }

    private static func checkList(_ action: JSON) throws(GraphError) {
        try text(action["button"], "List button", 1...20)
        guard let sections = action["sections"]?.array, (1...10).contains(sections.count) else {
            throw .value("Invalid sections count. Min: 1, Max: 10")
        }
        var ids: [String?] = []
        for section in sections {
            if sections.count > 1 || section["title"] != nil { try text(section["title"], "Section title", 1...24) }
            guard let rows = section["rows"]?.array, !rows.isEmpty else { throw .value("A section needs at least one row.") }
            for row in rows {
                try text(row["id"], "Row id", 1...200)
                try text(row["title"], "Row title", 1...24)
                if let description = row["description"], description != .null { try text(description, "Row description", 0...72) }
                ids.append(row["id"]?.string)
            }
        }
        guard ids.count <= 10 else { throw .value("Total row count exceed max allowed count: 10") }
        try unique(ids, "Row ids")
    }

    private static func checkFlow(_ parameters: JSON) throws(GraphError) {
        guard (parameters["flow_id"] == nil) != (parameters["flow_name"] == nil) else {
            throw .parameter("Exactly one of flow_id and flow_name is needed.")
        }
        try text(parameters["flow_cta"], "flow_cta", 1...30)
        if let mode = parameters["mode"]?.string, !["draft", "published"].contains(mode) {
            throw .value("mode must be draft or published.")
        }
        if let action = parameters["flow_action"]?.string, !["navigate", "data_exchange"].contains(action) {
            throw .value("flow_action must be navigate or data_exchange.")
        }
    }

    private static func checkProducts(_ action: JSON) throws(GraphError) {
        try text(action["catalog_id"], "catalog_id", 1...64)
        guard let sections = action["sections"]?.array, (1...10).contains(sections.count) else {
            throw .value("Invalid sections count. Min: 1, Max: 10")
        }
        let items = sections.flatMap { $0["product_items"]?.array ?? [] }
        guard (1...30).contains(items.count) else { throw .value("Invalid products count. Min: 1, Max: 30") }
        for item in items { try text(item["product_retailer_id"], "product_retailer_id", 1...256) }
    }

    private static func checkCarousel(_ action: JSON) throws(GraphError) {
        guard let cards = action["cards"]?.array, (2...10).contains(cards.count) else {
            throw .value("Invalid cards count. Min: 2, Max: 10")
        }
        for card in cards {
            guard card["card_index"]?.integer.map({ (0..<cards.count).contains($0) }) == true else {
                throw .value("card_index is not valid.")
            }
            if let body = card["body"], body != .null { try text(body["text"], "Card body", 1...160) }
            for button in card["action"]?["buttons"]?.array ?? [] {
                try text(button["quick_reply"]?["id"], "Button id", 1...20)
                try text(button["quick_reply"]?["title"], "Button title", 1...20)
            }
        }
        guard Set(cards.map { $0["type"]?.string }).count == 1 else { throw .value("All cards must have the same type.") }
    }

    private static func named(_ name: String, _ action: JSON) throws(GraphError) -> JSON {
        guard action["name"]?.string == name else { throw .value("action['name'] must be \(name).") }
        guard let parameters = action["parameters"], parameters.isObject else { throw .missing("action['parameters']") }
        return parameters
    }

    private static func text(_ value: JSON?, _ name: String, _ range: ClosedRange<Int>) throws(GraphError) {
        guard let value, let text = value.string else { throw .missing(name) }
        guard range.contains(text.unicodeScalars.count) else {
            throw .value("\(name) length invalid. Min length: \(range.lowerBound), Max length: \(range.upperBound)")
        }
    }

    private static func unique(_ values: [String?], _ name: String) throws(GraphError) {
        guard Set(values).count == values.count else { throw .value("\(name) must be unique.") }
    }
}
