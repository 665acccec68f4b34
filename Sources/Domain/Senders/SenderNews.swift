package import struct Foundation.Date

/// What a provider's webhook says about numbers, beside their messages.
package struct SenderNews: Sendable, Equatable, Codable {
    package enum Change: Sendable, Equatable, Codable {
        /// Something befell them, in the provider's words, until then.
        case event(SenderEvent, text: String?, until: Date?)
        /// The provider warns of something, and changes nothing yet.
        case warning(String)
        /// Something changed that has to be asked for.
        case question
    }

    /// The provider's account.
    package let account: String
    /// Digits of the number; nil when it is about the whole account.
    package let digits: String?
    package let change: Change

    package init(account: String, digits: String?, change: Change) { (self.account, self.digits, self.change) = (account, digits, change) }
}
