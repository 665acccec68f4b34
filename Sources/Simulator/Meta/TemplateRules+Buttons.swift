/// Buttons of templates that aren't for codes. (Meta, "Template components", read 2026-11.)
extension TemplateRules {
    static let buttonLimit = 10
    static let buttonTextLimit = 25
    static let couponLimit = 15
    private static let urlLimit = 2_000
    private static let phoneLimit = 20
    /// How many there may be of a kind; one of any other.
    private static let atMost = ["QUICK_REPLY": 10, "URL": 2]
    /// Their text is the platform's own, so that it may be absent.
    private static let withFixedText: Set<String> = [
        "COPY_CODE", "CATALOG", "MPM", "SPM", "APP", "CALL_PERMISSION_REQUEST", "REQUEST_CONTACT_INFO",
    ]

    static func checkButtons(_ component: JSON, limit: Int = buttonLimit) throws(GraphError) {
        let buttons = component["buttons"]?.array ?? []
        guard !buttons.isEmpty else { throw missing("A component of type BUTTONS needs a button.") }
        guard buttons.count <= limit else { throw refusal("Too many buttons", "There are at most \(limit) buttons here.") }
        let kinds = buttons.map(\.kind)
        for kind in Set(kinds) where kinds.count(where: { $0 == kind }) > atMost[kind, default: 1] {
            throw refusal("Too many buttons", "There are at most \(atMost[kind, default: 1]) buttons of type \(kind).")
        }
        // Quick replies stand together, at the start or at the end.
        let quick = kinds.map { $0 == "QUICK_REPLY" }
        guard zip(quick, quick.dropFirst()).count(where: { $0 != $1 }) <= 1 else {
            throw refusal("Buttons mixed", "Quick replies stand together.")
        }
        for button in buttons {
            try check(button)
            try checkText(button, "text", isNeeded: !withFixedText.contains(button.kind))
        }
    }

    static func checkText(_ button: JSON, _ name: String, isNeeded: Bool) throws(GraphError) {
        guard let text = button.given(name) else {
            guard !isNeeded else { throw missing("A button of type \(button.kind) needs a text.") }
            return
        }
        guard let text = text.visible else { throw missing("The \(name) of a button isn't blank.") }
        guard text.unicodeScalars.count <= buttonTextLimit else {
            throw tooLong("The \(name) of a button has at most \(buttonTextLimit) characters.")
        }
    }

    private static func check(_ button: JSON) throws(GraphError) {
        switch button.kind {
        case "URL": try checkLink(button)
        case "PHONE_NUMBER": try checkPhone(button)
        case "COPY_CODE":
            guard let code = example(of: button) else { throw missing("A button that copies a code needs an example of it.") }
            guard code.unicodeScalars.count <= couponLimit else { throw tooLong("A code has at most \(couponLimit) characters.") }
        case "FLOW":
            let given = ["flow_id", "flow_name", "flow_json"].filter { name in
                button.given(name).map { $0.isObject || $0.visible != nil } == true
            }
            guard given.count == 1 else { throw refusal("Flow not valid", "Exactly one of flow_id, flow_name and flow_json is needed.") }
        case "VOICE_CALL":
            guard button.given("ttl_minutes").map({ $0.integer.map((1...43_200).contains) == true }) != false else {
                throw refusal("Time not valid", "ttl_minutes is 1 to 43200.")
            }
        case "OTP": throw refusal("Button not allowed", "Buttons for codes are for authentication templates only.")
        case "QUICK_REPLY", "CATALOG", "MPM", "SPM", "APP", "CALL_PERMISSION_REQUEST", "REQUEST_CONTACT_INFO": break
        default: throw refusal("Button not valid", "Button type \(button.kind) isn't known.")
        }
    }

    /// An address of the web; its variable stays positional in named templates too.
    private static func checkLink(_ button: JSON) throws(GraphError) {
        let url = button["url"]?.string ?? ""
        guard url.unicodeScalars.count <= urlLimit else { throw tooLong("An address has at most \(urlLimit) characters.") }
        let fixed = url.range(of: "{{").map { url[..<$0.lowerBound] } ?? url[...]
        let scheme = ["https://", "http://"].first { fixed.lowercased().hasPrefix($0) }
        let host = scheme.map { fixed.dropFirst($0.count).prefix { !"/?#:".contains($0) } } ?? ""
        guard !host.isEmpty, !url.contains(where: \.isWhitespace) else {
            throw refusal("Address not valid", "An address begins with http:// or https:// and a host, and has no white space.")
        }
        let variable = url[fixed.endIndex...]
        guard fixed.range(of: "}}") == nil, variable.isEmpty || variable == "{{1}}" else {
            throw refusal("Address not valid", "The only variable of an address is {{1}}, at its end.")
        }
        guard variable.isEmpty || example(of: button) != nil else { throw missing("The variable of an address needs an example.") }
    }

    private static func checkPhone(_ button: JSON) throws(GraphError) {
        let number = button.visibleText("phone_number") ?? ""
        let digits = number.unicodeScalars.count { ("0"..."9").contains($0) }
        let others = number.dropFirst(number.first == "+" ? 1 : 0).unicodeScalars.filter { !("0"..."9").contains($0) }
        guard number.count <= phoneLimit, digits >= 3, others.allSatisfy({ " ()-.".unicodeScalars.contains($0) }) else {
            throw refusal(
                "Number not valid", "A phone number has at most \(phoneLimit) characters, all of them digits but a + before them.")
        }
    }

    /// Clients write it as a text or as a list of one.
    private static func example(of button: JSON) -> String? {
        (button["example"]?.array?.first ?? button["example"])?.visible
    }

    /// The platform documents no code for what is wrong with a button.
    static func refusal(_ title: String, _ text: String) -> GraphError { .template(nil, title, text) }
}
