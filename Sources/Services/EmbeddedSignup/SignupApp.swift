internal import Crypto
internal import Foundation

/// The operator's app at Meta, through which numbers are signed up.
package struct SignupApp: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    package let appID: String
    package let appSecret: String
    /// Of "Facebook Login for Business": which says what the window asks for.
    package let configurationID: String
    /// Scheme and host of the script that opens the window.
    package let scriptServer: String
    /// Of the Graph API, which the script is told.
    package let graphVersion: String

    package init(appID: String, appSecret: String, configurationID: String, scriptServer: String, graphVersion: String) {
        (self.appID, self.appSecret, self.configurationID) = (appID, appSecret, configurationID)
        (self.scriptServer, self.graphVersion) = (scriptServer, graphVersion)
    }

    /// Path of the app's own webhook address: what is told of accounts goes there, whatever address an account has for its messages.
    package static let webhookPath = "/hooks/meta"

    /// Proves to Meta that the address is ours when it is entered there. Made from the secret, so that nobody has to keep another; the secret can't be told
    /// from it.
    package var verifyToken: String {
        let code = HMAC<SHA256>.authenticationCode(for: Data(Self.webhookPath.utf8), using: SymmetricKey(data: Data(appSecret.utf8)))
        return code.prefix(16).map { String(format: "%02x", $0) }.joined()
    }

    package var description: String { "SignupApp(\(appID))" }
    package var debugDescription: String { description }
}
