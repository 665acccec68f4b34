extension TemplateDraft {
    /// Reads Meta's own form. What has the wrong shape, or is of a kind that can't be made here, is among the faults and left out.
    ///
    /// - Parameter format: `POSITIONAL` or `NAMED`; nil has it told from the placeholders.
    package static func read(
        name: String, language: String, category: Category, format: Template.Format?, components: [JSONValue], lifetimeSeconds: Int? = nil
    ) -> (draft: TemplateDraft, faults: [TemplateFault]) {
        var reader = TemplateDraftReader()
        var draft = TemplateDraft(
            name: name, language: language, category: category, format: format ?? .positional, lifetimeSeconds: lifetimeSeconds)
        reader.read(components, into: &draft)
        if format == nil, draft.texts.contains(where: { Placeholders.names(in: $0.text).contains { Int($0) == nil } }) {
            draft.format = .named
        }
        return (draft, reader.faults)
    }

    /// All texts that may hold variables of the body's kind.
    var texts: [SampledText] {
        [header?.text, body].compactMap(\.self) + cards.flatMap { [$0.header?.text, $0.body].compactMap(\.self) }
    }
}

extension TemplateDraft.Header {
    package var text: TemplateDraft.SampledText? { if case .text(let text) = self { text } else { nil } }
}

private struct TemplateDraftReader {
    var faults: [TemplateFault] = []

    private mutating func refuse(_ field: String, _ detail: String) { faults.append(TemplateFault(.shape, field, detail)) }

    /// How the button of a one-time code comes back from WhatsApp: as an address that says how the code is taken over (Meta, "Authentication templates",
    /// read 2026-11). The texts are WhatsApp's then, and for which apps it is isn't told.
    private static func way(of address: String) -> TemplateDraft.Authentication.Way? {
        guard let start = address.firstRange(of: "otp_type=")?.upperBound else { return nil }
        return TemplateDraft.Authentication.Way(rawValue: address[start...].prefix { $0 != "&" }.uppercased())
    }

    private func readBack(_ draft: inout TemplateDraft) {
        guard draft.category == .authentication, let button = draft.buttons.first, case .link(let address, _) = button.kind,
            let way = Self.way(of: address)
        else { return }
        authentication(of: &draft) { ($0.way, $0.buttonText) = (way, button.text.isEmpty ? nil : button.text) }
        (draft.body, draft.footer, draft.buttons) = (.init(""), nil, [])
    }

    mutating func read(_ components: [JSONValue], into draft: inout TemplateDraft) {
        var seen: Set<String> = []
        for (index, component) in components.enumerated() {
            let field = "components.\(index)"
            guard let type = component["type"]?.text?.uppercased() else {
                refuse(field, "Give each component its type, such as BODY.")
                continue
            }
            guard seen.insert(type).inserted else {
                refuse(field, "A template has one \(type) at most. Leave the second one out.")
                continue
            }
            switch type {
            case "HEADER": draft.header = header(component, field)
            case "BODY": body(component, field, into: &draft)
            case "FOOTER": footer(component, field, into: &draft)
            case "BUTTONS": buttons(component, field, into: &draft)
            case "LIMITED_TIME_OFFER": draft.offer = offer(component, field)
            case "CAROUSEL": draft.cards = cards(component, field)
            default:
                refuse(
                    field,
                    "A component \(type.prefix(40)) can't be made here. Use HEADER, BODY, FOOTER, BUTTONS, LIMITED_TIME_OFFER or CAROUSEL.")
            }
        }
        readBack(&draft)
    }

    private mutating func text(_ component: JSONValue, _ member: String, _ field: String) -> TemplateDraft.SampledText {
        if component["text"]?.text == nil { refuse("\(field).text", "Give the text.") }
        let text = component["text"]?.text ?? ""
        return TemplateDraft.SampledText(text, samples: TemplateParts.Samples(component["example"], member).all)
    }

    private mutating func header(_ component: JSONValue, _ field: String) -> TemplateDraft.Header? {
        let format = component["format"]?.text?.uppercased() ?? "TEXT"
        if format == "TEXT" { return .text(text(component, "header_text", field)) }
        if format == "LOCATION" { return .location }
        guard let kind = TemplateDraft.Header.FileKind(rawValue: format) else {
            refuse("\(field).format", "A header \(format.prefix(40)) can't be made here. Use TEXT, IMAGE, VIDEO, DOCUMENT or LOCATION.")
            return nil
        }
        return .file(kind, sample: component["example"]?["header_handle"]?.list?.first?.text)
    }

    private mutating func body(_ component: JSONValue, _ field: String, into draft: inout TemplateDraft) {
        let advice = component["add_security_recommendation"]
        if let advice { authentication(of: &draft) { $0.advisesSecrecy = advice.bool ?? false } }
        if component["text"] != nil || advice == nil { draft.body = text(component, "body_text", field) }
    }

    private mutating func footer(_ component: JSONValue, _ field: String, into draft: inout TemplateDraft) {
        if let minutes = component["code_expiration_minutes"] {
            guard let minutes = minutes.integer else { return refuse("\(field).code_expiration_minutes", "Write the minutes as a number.") }
            authentication(of: &draft) { $0.expiryMinutes = minutes }
        }
        if component["text"] != nil || component["code_expiration_minutes"] == nil { draft.footer = text(component, "", field).text }
    }

    private func authentication(of draft: inout TemplateDraft, _ change: (inout TemplateDraft.Authentication) -> Void) {
        var authentication = draft.authentication ?? TemplateDraft.Authentication()
        change(&authentication)
        draft.authentication = authentication
    }

    private mutating func offer(_ component: JSONValue, _ field: String) -> TemplateDraft.Offer? {
        guard let offer = component["limited_time_offer"], let text = offer["text"]?.text else {
            refuse("\(field).limited_time_offer", "Give the offer its text.")
            return nil
        }
        return TemplateDraft.Offer(text, hasEnd: offer["has_expiration"]?.bool ?? false)
    }

    private mutating func cards(_ component: JSONValue, _ field: String) -> [TemplateDraft.Card] {
        guard let cards = component["cards"]?.list else {
            refuse("\(field).cards", "Give the cards as a list.")
            return []
        }
        return cards.enumerated().map { index, card in
            var inner = TemplateDraft(name: "", language: "", category: .marketing)
            let components = card["components"]?.list ?? []
            let place = "\(field).cards.\(index)"
            for component in components {
                let type = component["type"]?.text?.uppercased() ?? ""
                if !["HEADER", "BODY", "BUTTONS"].contains(type) {
                    refuse(
                        place, "A card has a header, a text and buttons. Leave \(type.isEmpty ? "the rest" : String(type.prefix(40))) out.")
                }
            }
            read(components.filter { ["HEADER", "BODY", "BUTTONS"].contains($0["type"]?.text?.uppercased() ?? "") }, into: &inner)
            return TemplateDraft.Card(header: inner.header, body: inner.body.text.isEmpty ? nil : inner.body, buttons: inner.buttons)
        }
    }

    // MARK: Buttons

    private mutating func buttons(_ component: JSONValue, _ field: String, into draft: inout TemplateDraft) {
        guard let buttons = component["buttons"]?.list else { return refuse("\(field).buttons", "Give the buttons as a list.") }
        for (index, button) in buttons.enumerated() {
            let place = "\(field).buttons.\(index)"
            let type = button["type"]?.text?.uppercased() ?? ""
            if type == "OTP" {
                oneTimeCode(button, place, into: &draft)
            } else if let made = self.button(button, type, place) {
                draft.buttons.append(made)
            }
        }
    }

    private mutating func button(_ button: JSONValue, _ type: String, _ field: String) -> TemplateDraft.Button? {
        let text = button["text"]?.text ?? ""
        let example = button["example"]?.text ?? button["example"]?.list?.first?.text
        switch type {
        case "QUICK_REPLY": return .init(text, .quickReply)
        case "URL": return .init(text, .link(button["url"]?.text ?? "", sample: example))
        case "PHONE_NUMBER": return .init(text, .phone(button["phone_number"]?.text ?? ""))
        case "COPY_CODE": return .init(text, .copyCode(sample: example ?? ""))
        case "VOICE_CALL": return .init(text, .voiceCall(minutes: button["ttl_minutes"]?.integer))
        case "FLOW":
            let id = button["flow_id"]?.text ?? button["flow_id"]?.integer.map(String.init)
            return .init(
                text,
                .flow(
                    .init(
                        id: id, name: button["flow_name"]?.text, json: button["flow_json"]?.text, action: button["flow_action"]?.text,
                        screen: button["navigate_screen"]?.text, icon: button["icon"]?.text)))
        default:
            refuse(
                "\(field).type",
                "A button \(type.prefix(40)) can't be made here. Use QUICK_REPLY, URL, PHONE_NUMBER, COPY_CODE, FLOW, VOICE_CALL or OTP.")
            return nil
        }
    }

    private mutating func oneTimeCode(_ button: JSONValue, _ field: String, into draft: inout TemplateDraft) {
        guard let way = TemplateDraft.Authentication.Way(rawValue: button["otp_type"]?.text?.uppercased() ?? "") else {
            return refuse("\(field).otp_type", "Use COPY_CODE, ONE_TAP or ZERO_TAP.")
        }
        authentication(of: &draft) { authentication in
            authentication.way = way
            authentication.buttonText = button["text"]?.text
            authentication.autofillText = button["autofill_text"]?.text
            authentication.acceptsZeroTapTerms = button["zero_tap_terms_accepted"]?.bool ?? false
            authentication.apps = (button["supported_apps"]?.list ?? []).map {
                .init(packageName: $0["package_name"]?.text ?? "", signatureHash: $0["signature_hash"]?.text ?? "")
            }
        }
    }
}
