package import struct Foundation.Date

/// What somebody agrees to before a number is activated.
package enum TermsDocument: String, Sendable, CaseIterable, Codable {
    /// WhatsApp's terms for businesses.
    case whatsApp = "whatsapp"
    /// The privacy policy of whoever runs this server.
    case privacy

    package var title: String {
        switch self {
        case .whatsApp: "WhatsApp\u{2019}s terms"
        case .privacy: "the privacy policy"
        }
    }
}

/// One version of a document. A new version is agreed to anew.
package struct Terms: Sendable, Equatable {
    /// Characters of a version.
    package static let versionLimit = 40

    package let document: TermsDocument
    /// Where it can be read.
    package let address: OutsideAddress
    /// As its owner calls it, such as `2026-11-01`.
    package let version: String

    /// Until somebody sets another version: WhatsApp's terms for businesses where they have long been.
    package static let standardWhatsApp = try? Terms(.whatsApp, address: "https://www.whatsapp.com/legal/business-terms", version: "1")

    /// Throws ``CreditProblem/termsAddressMalformed(_:)`` and ``CreditProblem/termsVersionMalformed(_:)``.
    package init(_ document: TermsDocument, address: String, version: String) throws(CreditProblem) {
        guard let address = try? OutsideAddress(parsing: address) else { throw .termsAddressMalformed(document) }
        let version = version.trimmed
        guard !version.isEmpty, version == version.line(Self.versionLimit) else { throw .termsVersionMalformed(document) }
        (self.document, self.address, self.version) = (document, address, version)
    }
}

/// That somebody agreed to one version of a document for a number, as proof: who, when, and from where.
package struct TermsAcceptance: Sendable, Equatable {
    package let terms: Terms
    /// A person or a key.
    package let actor: String
    package let at: Date
    /// Of the request; none when it didn't come over the network.
    package let clientAddress: String?

    package init(terms: Terms, actor: String, at: Date, clientAddress: String?) {
        (self.terms, self.actor, self.at, self.clientAddress) = (terms, actor, at, clientAddress)
    }
}
