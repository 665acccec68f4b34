/// Checks the parameters of a template message against the template and fills them in for the phone.
/// In the platform's order: count, then format.
struct TemplateSend {
    /// Longest body once filled in.
    static let bodyLimit = 1_024

    let template: Template

    init(_ template: Template) {
        self.template = template
    }

    /// The message as the phone shows it: `header`, `body`, `footer`, `buttons`, `cards`.
    func render(_ components: [JSON]) throws(GraphError) -> JSON {
        var given: [String: JSON] = [:]
        for component in components {
            let kind = component["type"]?.string?.lowercased() ?? ""
            switch kind {
            case "header", "body", "limited_time_offer", "carousel", "tap_target_configuration", "order_status": given[kind] = component
            case "button": break
            case "footer": throw mismatch("footer", given: component["parameters"]?.array?.count ?? 0, expected: 0)
            default: throw Self.format("component type \(kind) is not supported")
            }
        }
        let buttons = components.filter { $0["type"]?.string?.lowercased() == "button" }
        return .fields(
            ("name", .string(template.name)), ("category", .string(template.category)),
            ("header", try header(given["header"])),
            ("body", .string(try body(template.component("BODY"), given["body"], part: "body"))),
            ("footer", template.component("FOOTER")?["text"]),
            ("buttons", try self.buttons(template.buttons, buttons)),
            ("cards", try cards(given["carousel"])),
            ("offer", try offer(given["limited_time_offer"])))
    }

    private func header(_ given: JSON?) throws(GraphError) -> JSON? {
        try header(template.component("HEADER"), given)
    }

    private func header(_ definition: JSON?, _ given: JSON?) throws(GraphError) -> JSON? {
        let parameters = given?["parameters"]?.array ?? []
        guard let definition else {
            guard parameters.isEmpty else { throw mismatch("header", given: parameters.count, expected: 0) }
            return nil
        }
        let format = definition["format"]?.string?.uppercased() ?? "TEXT"
        if format == "TEXT" {
            let text = try fill(definition["text"]?.string ?? "", parameters, part: "header", example: definition["example"])
            return ["type": "text", "text": .string(text)]
        }
        let kind = format.lowercased()
        guard let parameter = parameters.first, parameters.count == 1 else {
            throw Self.format("header: Format mismatch, expected \(format), received \(parameters.isEmpty ? "UNKNOWN" : "several")")
        }
        guard parameter["type"]?.string?.lowercased() == kind, let value = parameter[kind], value.isObject else {
            throw Self.format(
                "header: Format mismatch, expected \(format), received \(parameter["type"]?.string?.uppercased() ?? "UNKNOWN")")
        }
        if ["image", "video", "document", "gif"].contains(kind) { try MessageRules.checkMedia(kind, value, name: "header['\(kind)']") }
        return .fields(("type", .string(kind)), (kind, value))
    }

    private func body(_ definition: JSON?, _ given: JSON?, part: String) throws(GraphError) -> String {
        let parameters = given?["parameters"]?.array ?? []
        let text = try fill(definition?["text"]?.string ?? "", parameters, part: part, example: definition?["example"])
        guard text.unicodeScalars.count <= Self.bodyLimit else {
            throw GraphError(
                132005, "Translated text too long",
                details: "\(part) has \(text.unicodeScalars.count) characters, at most \(Self.bodyLimit) are allowed")
        }
        return text
    }

    private func fill(_ text: String, _ parameters: [JSON], part: String, example: JSON?) throws(GraphError) -> String {
        let names = Placeholders(in: text).names
        guard parameters.count == names.count else { throw mismatch(part, given: parameters.count, expected: names.count) }
        var values: [String: String] = [:]
        for (index, parameter) in parameters.enumerated() {
            let value = try self.text(of: parameter, part: part)
            guard template.format == "NAMED" else {
                values[String(index + 1)] = value
                continue
            }
            guard let name = parameter["parameter_name"]?.string, names.contains(name), values[name] == nil else {
                throw Self.format("\(part): Parameter name is missing or empty")
            }
            values[name] = value
        }
        return Placeholders.fill(text, with: values)
    }

    private func text(of parameter: JSON, part: String) throws(GraphError) -> String {
        switch parameter["type"]?.string?.lowercased() {
        case "text":
            guard let text = parameter["text"]?.scalarText, !text.isEmpty else {
                throw Self.format("\(part): Parameter of type text is missing text value")
            }
            guard template.category != "AUTHENTICATION" || text.unicodeScalars.count <= 15 else {
                throw Self.format("\(part): a code has at most 15 characters")
            }
            return text
        case "currency":
            guard let text = parameter["currency"]?["fallback_value"]?.string else {
                throw Self.format("\(part): currency needs a fallback_value")
            }
            return text
        case "date_time":
            guard let text = parameter["date_time"]?["fallback_value"]?.string else {
                throw Self.format("\(part): date_time needs a fallback_value")
            }
            return text
        case let type: throw Self.format("\(part): Format mismatch, expected TEXT, received \(type?.uppercased() ?? "UNKNOWN")")
        }
    }

    private func buttons(_ definitions: [JSON], _ given: [JSON]) throws(GraphError) -> JSON? {
        var parameters: [Int: JSON] = [:]
        for button in given {
            guard let index = button["index"]?.integer, definitions.indices.contains(index) else {
                throw GraphError(131008, "Required parameter is missing", details: "buttons: Button index is missing or out of range")
            }
            parameters[index] = button
        }
        var shown: [JSON] = []
        for (index, definition) in definitions.enumerated() { shown.append(try button(definition, parameters[index], index)) }
        return shown.isEmpty ? nil : .array(shown)
    }

    private func button(_ definition: JSON, _ given: JSON?, _ index: Int) throws(GraphError) -> JSON {
        let type = definition["type"]?.string?.uppercased() ?? ""
        let parameter = given?["parameters"]?.array?.first
        if let subType = given?["sub_type"]?.string?.uppercased(), subType != type, !(type == "URL" && subType == "OTP") {
            throw Self.format("button: Format mismatch at index \(index), expected \(type), received \(subType)")
        }
        let label = definition["text"]?.string ?? ""
        switch type {
        case "QUICK_REPLY":
            let payload = parameter?["payload"]?.scalarText ?? label
            guard payload.unicodeScalars.count <= 256 else { throw Self.format("button: payload must be at most 256 characters") }
            return ["type": "quick_reply", "text": .string(label), "payload": .string(payload)]
        case "URL":
            let url = definition["url"]?.string ?? ""
            let names = Placeholders(in: url).names
            guard (given?["parameters"]?.array?.count ?? 0) == names.count else {
                throw mismatch("button at index \(index)", given: given?["parameters"]?.array?.count ?? 0, expected: names.count)
            }
            guard let name = names.first else { return ["type": "url", "text": .string(label), "url": .string(url)] }
            guard let suffix = parameter?["text"]?.scalarText, !suffix.isEmpty else {
                throw Self.format("button: Parameter of type text is missing text value")
            }
            let code: JSON? = template.category == "AUTHENTICATION" ? .string(suffix) : nil
            return .fields(
                ("type", template.category == "AUTHENTICATION" ? "copy_code" : "url"), ("text", .string(label)),
                ("url", .string(Placeholders.fill(url, with: [name: suffix]))), ("code", code))
        case "COPY_CODE":
            guard let code = parameter?["coupon_code"]?.scalarText else {
                throw mismatch("button at index \(index)", given: 0, expected: 1)
            }
            guard (1...15).contains(code.count) else { throw Self.format("button: a coupon code has 1 to 15 characters") }
            return ["type": "copy_code", "text": .string(label.isEmpty ? "Copy code" : label), "code": .string(code)]
        case "PHONE_NUMBER":
            return .fields(("type", "phone_number"), ("text", .string(label)), ("phone_number", definition["phone_number"]))
        default:
            return .fields(("type", .string(type.lowercased())), ("text", .string(label)), ("action", parameter?["action"]))
        }
    }

    private func cards(_ given: JSON?) throws(GraphError) -> JSON? {
        guard let definitions = template.component("CAROUSEL")?["cards"]?.array else {
            guard given == nil else { throw Self.format("carousel: the template has no cards") }
            return nil
        }
        let cards = given?["cards"]?.array ?? []
        guard cards.count == definitions.count else { throw mismatch("carousel", given: cards.count, expected: definitions.count) }
        var shown: [JSON] = []
        for (index, definition) in definitions.enumerated() {
            guard let card = cards.first(where: { $0["card_index"]?.integer == index }) else {
                throw Self.format("carousel: card_index \(index) is missing")
            }
            let parts = card["components"]?.array ?? []
            let defined = { (type: String) in definition["components"]?.array?.first { $0["type"]?.string?.uppercased() == type } }
            let part = { (type: String) in parts.first { $0["type"]?.string?.lowercased() == type } }
            shown.append(
                .fields(
                    ("header", try header(defined("HEADER"), part("header"))),
                    ("body", defined("BODY") == nil ? nil : .string(try body(defined("BODY"), part("body"), part: "card body"))),
                    (
                        "buttons",
                        try buttons(
                            defined("BUTTONS")?["buttons"]?.array ?? [], parts.filter { $0["type"]?.string?.lowercased() == "button" })
                    )))
        }
        return .array(shown)
    }

    private func offer(_ given: JSON?) throws(GraphError) -> JSON? {
        guard let definition = template.component("LIMITED_TIME_OFFER")?["limited_time_offer"] else { return nil }
        let ends = given?["parameters"]?.array?.first?["limited_time_offer"]?["expiration_time_ms"]?.integer
        if definition["has_expiration"]?.bool == true, ends == nil { throw mismatch("limited_time_offer", given: 0, expected: 1) }
        return .fields(("text", definition["text"]), ("ends", ends.map { .integer($0) }))
    }

    private func mismatch(_ part: String, given: Int, expected: Int) -> GraphError {
        GraphError(
            132000, "Number of parameters does not match the expected number of params",
            details: "\(part): number of localizable_params (\(given)) does not match the expected number of params (\(expected))")
    }

    private static func format(_ details: String) -> GraphError {
        GraphError(132012, "Parameter format does not match format in the created template", details: details)
    }
}
