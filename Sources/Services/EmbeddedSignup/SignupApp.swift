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

    package var description: String { "SignupApp(\(appID))" }
    package var debugDescription: String { description }
}
