internal import Foundation

/// From values to a message and back. Limits are Meta's where not marked "ours" ("Component schema", read 2026-11).
extension TemplateParts {
    /// Characters of the text with its values.
    package static let textLimit = 1_024
    /// Characters of a header with its value.
    package static let headerLimit = 60
    package static let codeLimit = 15
    package static let addressLimit = 2_000

    /// All that is wrong with the values, in the order of the variables.
    package func problems(_ values: [String: String]) -> [TemplateProblem] {
        let variables = variables
        var problems = variables.compactMap { Self.problem($0, values[$0.key] ?? "") }
        problems += Self.surplusFiles(variables, values)
        let known = Set(variables.map(\.key))
        problems += values.keys.sorted().filter { !known.contains($0) }.map { .valueUnknown(key: $0) }
        let text = text(values)
        for (text, limit) in [(text.body, Self.textLimit), (text.headerKind == nil ? text.header ?? "" : "", Self.headerLimit)] {
            let count = text.unicodeScalars.count
            if problems.isEmpty, count > limit { problems.append(.textTooLong(count: count, limit: limit)) }
        }
        return problems
    }

    /// Every uploaded file but the first, as ``MessageContent/validateForSending()`` has it; the same one may stand in several places.
    private static func surplusFiles(_ variables: [TemplateVariable], _ values: [String: String]) -> [TemplateProblem] {
        let files = variables.compactMap { variable -> (key: String, file: Identifier<MediaFile>)? in
            guard case .file = variable.kind, let value = values[variable.key] else { return nil }
            return Identifier<MediaFile>(parsing: value.trimmed).map { (variable.key, $0) }
        }
        return files.filter { $0.file != files[0].file }.map {
            .valueMalformed(key: $0.key, expected: "a link that begins with https://, since a template holds one uploaded file")
        }
    }

    private static func problem(_ variable: TemplateVariable, _ value: String) -> TemplateProblem? {
        let key = variable.key
        func limited(_ limit: Int) -> TemplateProblem? {
            let count = value.unicodeScalars.count
            return count > limit ? .valueTooLong(key: key, count: count, limit: limit) : nil
        }
        guard !value.isBlank else { return variable.isRequired ? .valueMissing(key: key) : nil }
        guard !value.utf8.contains(0) else { return .valueMalformed(key: key, expected: "text without the character 0") }
        switch variable.kind {
        case .text, .optionalText:
            // WhatsApp refuses line breaks in a value, and more than four blanks together.
            guard !value.contains(where: { $0.isNewline || $0 == "\t" }), !value.contains("     ") else {
                return .valueMalformed(key: key, expected: "it in one line, without tabs and with at most four blanks together")
            }
            return limited(textLimit)
        case .addressEnd:
            guard !value.contains(where: \.isWhitespace) else {
                return .valueMalformed(key: key, expected: "the end of the address without blanks")
            }
            return limited(addressLimit)
        case .code:
            guard value.utf8.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) }) else {
                return .valueMalformed(key: key, expected: "letters and digits only")
            }
            return limited(codeLimit)
        case .file(let kind):
            return isFile(value) ? nil : .valueMalformed(key: key, expected: "a link that begins with https://, or choose \(kind.noun)")
        case .latitude: return degrees(value, 90).map { _ in nil } ?? .valueMalformed(key: key, expected: "degrees between -90 and 90")
        case .longitude: return degrees(value, 180).map { _ in nil } ?? .valueMalformed(key: key, expected: "degrees between -180 and 180")
        case .moment: return moment(value) == nil ? .valueMalformed(key: key, expected: "a moment such as 2026-12-01T09:00:00Z") : nil
        }
    }

    private static func isFile(_ value: String) -> Bool {
        if Identifier<MediaFile>(parsing: value.trimmed) != nil { return true }
        return (try? FieldRule.link(value.trimmed, "")) != nil
    }

    private static func degrees(_ value: String, _ limit: Double) -> Double? {
        Double(value.trimmed).flatMap { $0.isFinite && abs($0) <= limit ? $0 : nil }
    }

    private static func moment(_ value: String) -> Date? { try? Date(value.trimmed, strategy: .iso8601) }

    // MARK: In Meta's form

    /// What goes with the message. Only for values without ``problems(_:)``.
    package func components(_ values: [String: String]) -> [JSONValue] {
        var components = Self.header(header, "header", values, format).map { [$0] } ?? []
        if let offer, offer.hasEnd, let end = values["offer.endsAt"].flatMap(Self.moment) {
            let milliseconds = end.milliseconds
            components.append(
                .part(
                    "limited_time_offer",
                    [.typed("limited_time_offer", ["limited_time_offer": .object(["expiration_time_ms": .integer(milliseconds)])])]))
        }
        components += Self.body(body, "body", values, format).map { [$0] } ?? []
        components += Self.buttons(buttons, "", values, repeated: isAuthentication ? values["body.1"] ?? values.first?.value : nil)
        if !cards.isEmpty {
            let filled = cards.enumerated().map { index, card -> JSONValue in
                var parts = Self.header(card.header, "cards.\(index).header", values, format).map { [$0] } ?? []
                parts += Self.body(card.body, "cards.\(index).body", values, format).map { [$0] } ?? []
                parts += Self.buttons(card.buttons, "cards.\(index).", values, repeated: nil)
                return .object(["card_index": .integer(Int64(index)), "components": .array(parts)])
            }
            components.append(.typed("carousel", ["cards": .array(filled)]))
        }
        return components
    }

    private static func header(_ header: Header?, _ path: String, _ values: [String: String], _ format: Template.Format) -> JSONValue? {
        func value(_ name: String) -> String? { values["\(path).\(name)"].flatMap { $0.isBlank ? nil : $0.trimmed } }
        switch header {
        case .text(let text, _): return self.text(text, "header", path, values, format)
        case .file(let kind):
            guard let file = value("file") else { return nil }
            let source: JSONValue = .object([Identifier<MediaFile>(parsing: file) == nil ? "link" : "id": .string(file)])
            return .part("header", [.typed(kind.rawValue, [kind.rawValue: source])])
        case .location:
            guard let latitude = value("latitude").flatMap(Double.init), let longitude = value("longitude").flatMap(Double.init) else {
                return nil
            }
            var place: [String: JSONValue] = ["latitude": .number(latitude), "longitude": .number(longitude)]
            for name in ["name", "address"] { place[name] = value(name).map { .string($0) } }
            return .part("header", [.typed("location", ["location": .object(place)])])
        case .other, nil: return nil
        }
    }

    private static func body(_ body: Body?, _ path: String, _ values: [String: String], _ format: Template.Format) -> JSONValue? {
        body.flatMap { text($0.text, "body", path, values, format) }
    }

    private static func text(
        _ text: String, _ type: String, _ path: String, _ values: [String: String], _ format: Template.Format
    ) -> JSONValue? {
        let names = Placeholders.names(in: text)
        guard !names.isEmpty else { return nil }
        return .part(
            type,
            names.map { name in
                var parameter: [String: JSONValue] = ["text": .string(values["\(path).\(name)"] ?? "")]
                if format == .named { parameter["parameter_name"] = .string(name) }
                return .typed("text", parameter)
            })
    }

    private static func buttons(_ buttons: [Button], _ path: String, _ values: [String: String], repeated code: String?) -> [JSONValue] {
        buttons.enumerated().compactMap { index, button in
            let value = code ?? values["\(path)buttons.\(index)"]
            switch button.kind {
            case .link(let address) where !Placeholders.names(in: address).isEmpty:
                return .button("url", index, .typed("text", ["text": .string(value ?? "")]))
            case .code where code != nil: return .button("url", index, .typed("text", ["text": .string(value ?? "")]))
            case .code: return .button("copy_code", index, .typed("coupon_code", ["coupon_code": .string(value ?? "")]))
            // WhatsApp wants a word even when nobody will read it.
            case .form: return .button("flow", index, .typed("action", ["action": .object(["flow_token": .string("unused")])]))
            case .link, .reply, .phone, .other: return nil
            }
        }
    }

    // MARK: From Meta's form

    /// The values in a message's components, as far as they show in its text.
    package func values(in components: [JSONValue]) -> [String: String] {
        var values: [String: String] = [:]
        for component in components {
            switch component["type"]?.text?.lowercased() {
            case "header":
                if case .text(let text, _) = header { collect(component, text, "header", &values) }
                if case .array(let parameters) = component["parameters"], let place = parameters.first?["location"] {
                    for name in ["name", "address"] { values["header.\(name)"] = place[name]?.text }
                }
            case "body": collect(component, body?.text ?? "", "body", &values)
            case "carousel":
                guard case .array(let given) = component["cards"] else { continue }
                for (index, card) in zip(cards.indices, given) {
                    guard case .array(let parts) = card["components"],
                        let part = parts.first(where: { $0["type"]?.text?.lowercased() == "body" })
                    else { continue }
                    collect(part, cards[index].body?.text ?? "", "cards.\(index).body", &values)
                }
            default: continue
            }
        }
        return values
    }

    private func collect(_ component: JSONValue, _ text: String, _ path: String, _ values: inout [String: String]) {
        guard case .array(let parameters) = component["parameters"] else { return }
        let names = Placeholders.names(in: text)
        for (index, parameter) in parameters.enumerated() {
            guard let name = parameter["parameter_name"]?.text ?? (index < names.count ? names[index] : nil) else { continue }
            values["\(path).\(name)"] =
                parameter["text"]?.text ?? parameter["currency"]?["fallback_value"]?.text ?? parameter["date_time"]?["fallback_value"]?.text
        }
    }
}

extension Template {
    /// The message that these values make. Throws the first thing that is wrong.
    package func content(_ values: [String: String]) throws(TemplateProblem) -> TemplateContent {
        if let problem = parts.problems(values).first { throw problem }
        let components = parts.components(values)
        return TemplateContent(
            name: name, language: language, components: components.isEmpty ? nil : components, shown: parts.text(values))
    }

    /// What the customer sees of a message with these components.
    package func text(_ components: [JSONValue]?) -> TemplateText { parts.text(parts.values(in: components ?? [])) }
}

extension MediaContent.Kind {
    /// In a sentence: "an image".
    package var noun: String {
        switch self {
        case .image: "an image"
        case .video: "a video"
        case .document: "a document"
        case .audio: "a sound"
        case .sticker: "a sticker"
        }
    }
}

extension JSONValue {
    fileprivate static func typed(_ type: String, _ members: [String: JSONValue]) -> JSONValue {
        .object(members.merging(["type": .string(type)]) { member, _ in member })
    }

    fileprivate static func part(_ type: String, _ parameters: [JSONValue]) -> JSONValue {
        .typed(type, ["parameters": .array(parameters)])
    }

    fileprivate static func button(_ type: String, _ index: Int, _ parameter: JSONValue) -> JSONValue {
        .typed("button", ["sub_type": .string(type), "index": .string(String(index)), "parameters": .array([parameter])])
    }
}
