/// In Meta's own form (Meta, "Component schema", read 2026-11), which WhatsApp and callers of our API get.
extension TemplateDraft {
    package var components: [JSONValue] {
        if let authentication { return authentication.components }
        var components: [JSONValue] = []
        if let header { components.append(header.component(format)) }
        if let offer { components.append(offer.component) }
        components.append(body.component("BODY", "body_text", format))
        if let footer { components.append(.members(["type": .string("FOOTER"), "text": .string(footer)])) }
        if !buttons.isEmpty { components.append(Self.component(buttons)) }
        if !cards.isEmpty {
            let cards = cards.map { JSONValue.members(["components": .array($0.components(format))]) }
            components.append(.members(["type": .string("CAROUSEL"), "cards": .array(cards)]))
        }
        return components
    }

    fileprivate static func component(_ buttons: [Button]) -> JSONValue {
        .members(["type": .string("BUTTONS"), "buttons": .array(buttons.map(\.json))])
    }
}

extension TemplateDraft.SampledText {
    /// The examples of a body are a row in a list, those of a header a list.
    fileprivate func component(_ type: String, _ member: String, _ format: Template.Format) -> JSONValue {
        .members([
            "type": .string(type), "format": type == "HEADER" ? .string("TEXT") : nil, "text": .string(text),
            "example": example(member, format, isRow: type == "BODY"),
        ])
    }

    private func example(_ member: String, _ format: Template.Format, isRow: Bool) -> JSONValue? {
        let names = Placeholders.names(in: text).filter { samples[$0] != nil }
        guard !names.isEmpty else { return nil }
        switch format {
        case .named:
            let parameters = names.map { JSONValue.members(["param_name": .string($0), "example": samples[$0].map { .string($0) }]) }
            return .members(["\(member)_named_params": .array(parameters)])
        case .positional:
            let values = names.map { JSONValue.string(samples[$0] ?? "") }
            return .members([member: .array(isRow ? [.array(values)] : values)])
        }
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
        if !buttons.isEmpty { components.append(TemplateDraft.component(buttons)) }
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
    fileprivate var components: [JSONValue] {
        let apps = apps.map {
            JSONValue.members(["package_name": .string($0.packageName), "signature_hash": .string($0.signatureHash)])
        }
        let button = JSONValue.members([
            "type": .string("OTP"), "otp_type": .string(way.rawValue), "text": buttonText.map { .string($0) },
            "autofill_text": autofillText.map { .string($0) }, "supported_apps": apps.isEmpty ? nil : .array(apps),
            "zero_tap_terms_accepted": way == .zeroTap ? .bool(acceptsZeroTapTerms) : nil,
        ])
        var components = [JSONValue.members(["type": .string("BODY"), "add_security_recommendation": .bool(advisesSecrecy)])]
        if let expiryMinutes {
            components.append(.members(["type": .string("FOOTER"), "code_expiration_minutes": .integer(Int64(expiryMinutes))]))
        }
        components.append(.members(["type": .string("BUTTONS"), "buttons": .array([button])]))
        return components
    }
}
