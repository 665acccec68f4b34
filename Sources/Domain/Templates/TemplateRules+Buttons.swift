internal import struct Foundation.URLComponents

extension TemplateRules {
    package static let buttonLimit = 10
    package static let buttonTextLimit = 25
    package static let linkLimit = 2_000
    package static let phoneLimit = 20
    package static let codeLimit = 15
    /// Minutes in which a customer may call back (Meta, "Call button messages", read 2026-11).
    package static let callMinutes = 1...43_200
    /// How many buttons of one kind there may be.
    private static let kindLimits = ["QUICK_REPLY": 10, "URL": 2, "PHONE_NUMBER": 1, "COPY_CODE": 1, "FLOW": 1, "VOICE_CALL": 1]
    private static let kindWords = [
        "QUICK_REPLY": "quick replies", "URL": "links", "PHONE_NUMBER": "telephone number", "COPY_CODE": "code to copy", "FLOW": "form",
        "VOICE_CALL": "button to call",
    ]

    mutating func check(_ buttons: [TemplateDraft.Button], _ field: String) {
        if buttons.count > Self.buttonLimit {
            refuse(.buttonCount, field, "There are \(buttons.count) buttons, and \(Self.buttonLimit) is the most.")
        }
        for (type, limit) in Self.kindLimits.sorted(by: { $0.key < $1.key }) where buttons.count(where: { $0.kind.type == type }) > limit {
            refuse(.buttonKindCount, field, "A template has \(limit) \(Self.kindWords[type] ?? type) at most.")
        }
        checkOrder(buttons, field)
        for (index, button) in buttons.enumerated() { check(button, "\(field).\(index)") }
    }

    /// Quick replies stand together: before the other buttons, or after them.
    private mutating func checkOrder(_ buttons: [TemplateDraft.Button], _ field: String) {
        let replies = buttons.indices.filter { buttons[$0].kind == .quickReply }
        guard let first = replies.first, let last = replies.last, last - first + 1 > replies.count else { return }
        refuse(.buttonOrder, field, "Quick replies stand together. Move the other buttons before or after all of them.")
    }

    private mutating func check(_ button: TemplateDraft.Button, _ field: String) {
        if case .copyCode = button.kind {
            // WhatsApp writes that button's text itself.
        } else if button.text.isBlank {
            refuse(.buttonText, "\(field).text", "Write what stands on the button.")
        } else if button.text.unicodeScalars.count > Self.buttonTextLimit {
            refuse(
                .buttonLength, "\(field).text",
                "The button has \(button.text.unicodeScalars.count) characters, and \(Self.buttonTextLimit) is the most.")
        }
        switch button.kind {
        case .quickReply: break
        case .link(let address, let sample): check(link: address, sample: sample, field)
        case .phone(let number): check(phone: number, "\(field).phoneNumber")
        case .copyCode(let sample): check(code: sample, "\(field).sample")
        case .flow(let flow):
            if [flow.id, flow.name, flow.json].count(where: { !($0 ?? "").isBlank }) != 1 {
                refuse(.flowNamed, "\(field).flowId", "Name the form by its id, its name, or its text: one of them.")
            }
        case .voiceCall(let minutes):
            if let minutes, !Self.callMinutes.contains(minutes) {
                refuse(
                    .callMinutes, "\(field).minutes",
                    "Customers can call for \(Self.callMinutes.lowerBound) to \(Self.callMinutes.upperBound) minutes.")
            }
        }
    }

    private mutating func check(link address: String, sample: String?, _ field: String) {
        let place = "\(field).url"
        if address.unicodeScalars.count > Self.linkLimit {
            refuse(.linkLength, place, "The address has \(address.unicodeScalars.count) characters, and \(Self.linkLimit) is the most.")
        }
        let pieces = Placeholders.pieces(of: address)
        let variables = pieces.count { if case .variable = $0 { true } else { false } }
        if variables > 1 {
            refuse(.linkVariables, place, "An address has one variable at most, at its end.")
        } else if variables == 1 {
            if case .variable = pieces.last {} else { refuse(.linkVariablePlace, place, "The variable stands at the end of the address.") }
        }
        let plain = Placeholders.fill(address) { _ in "x" }
        if !Self.isAddress(plain) { refuse(.linkForm, place, "Write a whole address, such as https://example.com/orders/{{1}}.") }
        if variables > 0 {
            guard let sample, Self.isAddress(sample) else {
                return refuse(.linkSample, "\(field).sample", "Give an example of the whole address, with the variable filled in.")
            }
        }
    }

    private static func isAddress(_ text: String) -> Bool {
        guard !text.contains(where: \.isWhitespace), !text.contains("{{"), let parts = URLComponents(string: text) else { return false }
        return ["http", "https"].contains(parts.scheme?.lowercased() ?? "") && !(parts.host ?? "").isEmpty
    }

    private mutating func check(phone number: String, _ place: String) {
        if number.unicodeScalars.count > Self.phoneLimit {
            refuse(.phoneLength, place, "The number has \(number.unicodeScalars.count) characters, and \(Self.phoneLimit) is the most.")
        }
        let digits = number.filter { !" -()".contains($0) }
        let isNumber = digits.drop { $0 == "+" }.utf8.allSatisfy { (48...57).contains($0) } && digits.count { $0 == "+" } <= 1
        if !isNumber || digits.count < 3 {
            refuse(.phoneForm, place, "Write a telephone number with its country code, such as +39 06 1234 5678.")
        }
    }

    private mutating func check(code: String, _ place: String) {
        if code.isBlank { refuse(.codeSample, place, "Give an example of the code.") }
        if code.unicodeScalars.count > Self.codeLimit {
            refuse(.codeLength, place, "The code has \(code.unicodeScalars.count) characters, and \(Self.codeLimit) is the most.")
        }
    }
}
