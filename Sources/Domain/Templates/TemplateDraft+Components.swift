/// In Meta's own form (Meta, "Component schema", read 2026-11), which WhatsApp and callers of our API get.
extension TemplateDraft {
    package var components: [JSONValue] {
        var components: [JSONValue] = []
        if let header { components.append(header.component(format)) }
        if let offer { components.append(offer.component) }
        // What a one-time code has besides its texts stands in the same components.
        components.append(body.component("BODY", "body_text", format, authentication?.bodyMembers ?? [:]))
        if footer != nil || authentication?.expiryMinutes != nil {
            components.append(
                .members([
                    "type": .string("FOOTER"), "text": footer.map { .string($0) },
                    "code_expiration_minutes": authentication?.expiryMinutes.map { .integer(Int64($0)) },
                ]))
        }
        let buttons = [authentication?.button].compactMap(\.self) + buttons.map(\.json)
        if !buttons.isEmpty { components.append(.members(["type": .string("BUTTONS"), "buttons": .array(buttons)])) }
        if !cards.isEmpty {
            let cards = cards.map { JSONValue.members(["components": .array($0.components(format))]) }
            components.append(.members(["type": .string("CAROUSEL"), "cards": .array(cards)]))
        }
        return components
    }
}

extension TemplateDraft.SampledText {
    /// The examples of a body are a row in a list, those of a header a list.
    ///
    /// - Parameter besides: what a one-time code adds, which has no text of its own.
    fileprivate func component(
        _ type: String, _ member: String, _ format: Template.Format, _ besides: [String: JSONValue] = [:]
    ) -> JSONValue {
        var members = besides
        members["type"] = .string(type)
        if type == "HEADER" { members["format"] = .string("TEXT") }
        if besides.isEmpty || !text.isEmpty { members["text"] = .string(text) }
        members["example"] = example(member, format, isRow: type == "BODY")
        return .object(members)
    }

    private func example(_ member: String, _ format: Template.Format, isRow: Bool) -> JSONValue? {
        guard !samples.isEmpty else { return nil }
        let names = samples.keys.sorted { (Int($0) ?? 0, $0) < (Int($1) ?? 0, $1) }
        // A text that isn't whole yet may have others, whose examples are kept by their names.
        guard format == .positional, names == (1...names.count).map(String.init) else {
            let parameters = names.map { JSONValue.members(["param_name": .string($0), "example": samples[$0].map { .string($0) }]) }
            return .members(["\(member)_named_params": .array(parameters)])
        }
        let values = names.map { JSONValue.string(samples[$0] ?? "") }
        return .members([member: .array(isRow ? [.array(values)] : values)])
    }
}

extension TemplateDraft.Header {
    fileprivate func component(_ format: Template.Format) -> JSONValue {
        switch self {
        case .text(let text): text.component("HEADER", "header_text", format)
        case .file(let kind, let sample):
            .members([
                "type": .string("HEADER"), "format": .string(kind.rawValue),
                "example": sample.map { .members(["header_handle": .array([.string($0)])]) },
            ])
        case .location: .members(["type": .string("HEADER"), "format": .string("LOCATION")])
        }
    }
}

extension TemplateDraft.Offer {
    fileprivate var component: JSONValue {
        .members([
            "type": .string("LIMITED_TIME_OFFER"),
            "limited_time_offer": .members(["text": .string(text), "has_expiration": .bool(hasEnd)]),
        ])
    }
}

extension TemplateDraft.Card {
    fileprivate func components(_ format: Template.Format) -> [JSONValue] {
        var components: [JSONValue] = []
        if let header { components.append(header.component(format)) }
        if let body { components.append(body.component("BODY", "body_text", format)) }
        if !buttons.isEmpty { components.append(.members(["type": .string("BUTTONS"), "buttons": .array(buttons.map(\.json))])) }
        return components
    }
}

extension TemplateDraft.Button {
    fileprivate var json: JSONValue {
        let type = JSONValue.string(kind.type)
        switch kind {
        case .quickReply: return .members(["type": type, "text": .string(text)])
        case .link(let address, let sample):
            return .members([
                "type": type, "text": .string(text), "url": .string(address), "example": sample.map { .array([.string($0)]) },
            ])
        case .phone(let number): return .members(["type": type, "text": .string(text), "phone_number": .string(number)])
        case .copyCode(let sample): return .members(["type": type, "example": .string(sample)])
        case .flow(let flow):
            return .members([
                "type": type, "text": .string(text), "flow_id": flow.id.map { .string($0) }, "flow_name": flow.name.map { .string($0) },
                "flow_json": flow.json.map { .string($0) }, "flow_action": flow.action.map { .string($0) },
                "navigate_screen": flow.screen.map { .string($0) }, "icon": flow.icon.map { .string($0) },
            ])
        case .voiceCall(let minutes):
            return .members(["type": type, "text": .string(text), "ttl_minutes": minutes.map { .integer(Int64($0)) }])
        }
    }
}

extension TemplateDraft.Authentication {
    fileprivate var bodyMembers: [String: JSONValue] { ["add_security_recommendation": .bool(advisesSecrecy)] }

    fileprivate var button: JSONValue {
        let apps = apps.map {
            JSONValue.members(["package_name": .string($0.packageName), "signature_hash": .string($0.signatureHash)])
        }
        return .members([
            "type": .string("OTP"), "otp_type": .string(way.rawValue), "text": buttonText.map { .string($0) },
            "autofill_text": autofillText.map { .string($0) }, "supported_apps": apps.isEmpty ? nil : .array(apps),
            "zero_tap_terms_accepted": way == .zeroTap ? .bool(acceptsZeroTapTerms) : nil,
        ])
    }
}
