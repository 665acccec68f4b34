/// Templates for one-time codes, whose texts are the platform's own. (Meta, "Authentication templates", read 2026-11.)
extension TemplateRules {
    private static let expirationMinutes = 1...90
    private static let appLimit = 5

    static func checkAuthentication(_ components: [JSON]) throws(GraphError) {
        for component in components {
            switch component.kind {
            case "BODY":
                guard component.given("text") == nil else {
                    throw Part.body.refusal("Text not allowed", "The text of an authentication template is fixed.")
                }
                guard component.given("add_security_recommendation").map({ $0.bool != nil }) != false else {
                    throw Part.body.refusal("Body not valid", "add_security_recommendation is true or false.")
                }
            case "FOOTER":
                guard component.given("text") == nil else {
                    throw Part.footer.refusal("Text not allowed", "The footer of an authentication template is fixed.")
                }
                let minutes = component.given("code_expiration_minutes")
                guard minutes.map({ $0.integer.map(expirationMinutes.contains) == true }) != false else {
                    throw Part.footer.refusal("Time not valid", "code_expiration_minutes is 1 to 90.")
                }
            case "BUTTONS": try checkCodeButtons(component)
            case "HEADER": throw Part.header.refusal("Header not allowed", "An authentication template has no header.")
            default: throw unknown(component)
            }
        }
        try checkBodyIsThere(components)
        guard components.contains(where: { $0.kind == "BUTTONS" }) else {
            throw missing("An authentication template needs a button for its code.")
        }
    }

    private static func checkCodeButtons(_ component: JSON) throws(GraphError) {
        let buttons = component["buttons"]?.array ?? []
        guard let button = buttons.first else { throw missing("An authentication template needs a button for its code.") }
        guard buttons.count == 1, button.kind == "OTP" else {
            throw refusal("Button not allowed", "An authentication template has one button, of type OTP.")
        }
        try checkText(button, "text", isNeeded: false)
        try checkText(button, "autofill_text", isNeeded: false)
        guard let kind = button.visibleText("otp_type")?.uppercased() else { throw missing("A button for codes needs an otp_type.") }
        guard ["COPY_CODE", "ONE_TAP", "ZERO_TAP"].contains(kind) else {
            throw refusal("Button not valid", "otp_type is COPY_CODE, ONE_TAP or ZERO_TAP.")
        }
        guard kind != "COPY_CODE" else { return }
        let apps = button["supported_apps"]?.array ?? []
        guard !apps.isEmpty else { throw missing("A button that fills in the code needs supported_apps.") }
        guard apps.count <= appLimit else { throw refusal("Too many apps", "A code is filled in for at most \(appLimit) apps.") }
        for app in apps {
            guard app.visibleText("package_name") != nil, app.visibleText("signature_hash") != nil else {
                throw missing("An app needs package_name and signature_hash.")
            }
        }
        guard kind != "ZERO_TAP" || button["zero_tap_terms_accepted"]?.bool == true else {
            throw refusal("Terms not accepted", "A button that nobody taps needs zero_tap_terms_accepted.")
        }
    }
}
