package import struct Foundation.URL

/// A provider's way to connect a number that its owner signs up in the provider's own window (Meta, "Embedded Signup", v4, read 2026-11). All calls
/// but ``exchange(_:)`` may be repeated. They throw ``EmbeddedSignupProblem``.
package protocol EmbeddedSignupChannel: Sendable {
    /// Gives the window's code for the token of the business, once, within 30 seconds of its making.
    func exchange(_ code: String) async throws -> String

    /// What the token allows, and for which accounts.
    func grant(of token: String) async throws -> SignupGrant

    /// The numbers of an account, at most ``SignedUpNumber/limit``.
    func numbers(of businessAccountID: String, token: String) async throws -> [SignedUpNumber]

    func number(_ id: String, token: String) async throws -> SignedUpNumber

    /// Has the account's webhooks sent to this address, whoever else the app serves. The provider asks the address for `verifyToken` at once.
    func subscribe(_ businessAccountID: String, to callback: URL, verifyToken: String, token: String) async throws

    /// Has the provider send a code of six digits to the number.
    /// - Parameter language: a language and country as the provider writes them, such as `en_US`.
    func requestCode(by method: VerificationMethod, language: String, for number: String, token: String) async throws

    func verify(_ code: String, for number: String, token: String) async throws

    /// Makes the number ready to send and receive. The PIN becomes the number's when it has none.
    func register(_ number: String, pin: String, token: String) async throws
}

package enum VerificationMethod: String, Sendable, Codable, CaseIterable {
    case sms, voice
}

/// What a token that came of a sign-up is good for.
package struct SignupGrant: Sendable, Equatable {
    /// The app that it is for.
    package let appID: String
    /// Of ``requiredScopes``, those that were not given.
    package let missingScopes: [String]
    /// Newest first.
    package let businessAccountIDs: [String]

    package static let requiredScopes = ["whatsapp_business_management", "whatsapp_business_messaging"]

    package init(appID: String, missingScopes: [String], businessAccountIDs: [String]) {
        (self.appID, self.missingScopes, self.businessAccountIDs) = (appID, missingScopes, businessAccountIDs)
    }
}

/// A number as the provider has it after sign-up.
package struct SignedUpNumber: Sendable, Equatable {
    package let id: String
    package let phoneNumber: PhoneNumber
    package let displayName: String?
    /// Whether its owner has shown that it is theirs; the window usually asks for that.
    package let isVerified: Bool
    /// Whether it is registered and can send.
    package let isRegistered: Bool

    package static let limit = 100

    package init(id: String, phoneNumber: PhoneNumber, displayName: String?, isVerified: Bool, isRegistered: Bool) {
        (self.id, self.phoneNumber, self.displayName) = (id, phoneNumber, displayName)
        (self.isVerified, self.isRegistered) = (isVerified, isRegistered)
    }
}
