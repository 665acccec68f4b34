/// What WhatsApp asks of a template. The names are stable: the API gives them beside each sentence.
package enum TemplateRule: String, Sendable, CaseIterable, Codable {
    case nameForm = "name-form"
    case nameLength = "name-length"
    case languageKnown = "language-known"
    case shape
    case headerText = "header-text"
    case headerLength = "header-length"
    case headerVariables = "header-variables"
    case headerPlain = "header-plain"
    case headerSample = "header-sample"
    case bodyText = "body-text"
    case bodyLength = "body-length"
    case footerLength = "footer-length"
    case footerVariables = "footer-variables"
    case placeholderForm = "placeholder-form"
    case placeholderSigns = "placeholder-signs"
    case placeholderFormat = "placeholder-format"
    case placeholderGap = "placeholder-gap"
    case placeholderRepeated = "placeholder-repeated"
    case placeholderEdge = "placeholder-edge"
    case placeholderAdjacent = "placeholder-adjacent"
    case placeholderDensity = "placeholder-density"
    case sampleMissing = "sample-missing"
    case sampleUnknown = "sample-unknown"
    case buttonCount = "button-count"
    case buttonText = "button-text"
    case buttonLength = "button-length"
    case buttonOrder = "button-order"
    case buttonKindCount = "button-kind-count"
    case linkForm = "link-form"
    case linkLength = "link-length"
    case linkVariables = "link-variables"
    case linkVariablePlace = "link-variable-place"
    case linkSample = "link-sample"
    case phoneForm = "phone-form"
    case phoneLength = "phone-length"
    case codeSample = "code-sample"
    case codeLength = "code-length"
    case flowNamed = "flow-named"
    case callMinutes = "call-minutes"
    case offerCategory = "offer-category"
    case offerText = "offer-text"
    case offerLength = "offer-length"
    case offerBodyLength = "offer-body-length"
    case offerFooter = "offer-footer"
    case offerHeader = "offer-header"
    case cardCount = "card-count"
    case cardHeader = "card-header"
    case cardBodyLength = "card-body-length"
    case cardButtonCount = "card-button-count"
    case cardsAlike = "cards-alike"
    case authenticationMissing = "authentication-missing"
    case authenticationOnly = "authentication-only"
    case authenticationText = "authentication-text"
    case authenticationExpiry = "authentication-expiry"
    case authenticationApps = "authentication-apps"
    case authenticationTerms = "authentication-terms"
    case lifetime
}

/// One rule that a template breaks: where, and what would do.
package struct TemplateFault: Sendable, Equatable {
    package let rule: TemplateRule
    /// Such as `body.text`, `buttons.0.url`, `cards.1.header`.
    package let field: String
    /// A sentence for the person who writes it.
    package let detail: String

    package init(_ rule: TemplateRule, _ field: String, _ detail: String) { (self.rule, self.field, self.detail) = (rule, field, detail) }
}
