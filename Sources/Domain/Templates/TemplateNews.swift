/// What a provider's webhook says about one template.
package struct TemplateNews: Sendable, Equatable, Codable {
    package enum Change: Sendable, Equatable, Codable {
        /// The status by the webhook's word, with Meta's reason and advice.
        case status(String, reason: String?, detail: String?)
        case quality(String?)
        case category(String)
        /// Its texts changed; what they are now has to be asked for.
        case components
    }

    package let providerID: String
    package let name: String?
    package let language: String?
    package let change: Change

    package init(providerID: String, name: String?, language: String?, change: Change) {
        (self.providerID, self.name, self.language, self.change) = (providerID, name, language, change)
    }
}
