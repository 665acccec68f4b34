internal import Domain

internal import struct Foundation.Date

struct MailSettingsBody: Encodable {
    let host: String
    let port: Int
    let security: MailSettings.Security
    let user: String?
    let hasPassword: Bool
    let sender: String
    let failure: String?
    let failedAt: Date?

    init(_ settings: MailSettings, hasPassword: Bool, fault: MailFault?) {
        (host, port, security, user) = (settings.host, settings.port, settings.security, settings.user)
        (self.hasPassword, sender, failure, failedAt) = (hasPassword, settings.sender.text, fault?.reason, fault?.at)
    }
}

extension MailSettingsBody: APISchema {
    static let schemaName = "MailSettings"
    static let schema = Schema.object(
        [
            "host": Schema.text(), "port": Schema.integer(), "security": Schema.choice(MailSettings.Security.self), "user": Schema.text(),
            "hasPassword": Schema.bool("The password itself is in no answer."), "sender": Schema.text("Whom e-mail comes from."),
            "failure": Schema.text("Why the last e-mail wasn\u{2019}t sent; gone as soon as one is."), "failedAt": Schema.instant(),
        ], optional: ["user", "failure", "failedAt"])
    static let example: JSONValue = [
        "host": "smtp.example.com", "port": 587, "security": "startTLS", "user": "support", "hasPassword": true,
        "sender": "support@example.com", "failure": "The server refused it with status 550.", "failedAt": "2026-11-21T08:00:00.000Z",
    ]
}

struct NewMailSettingsBody: Decodable {
    let host: String
    let port: Int
    let security: MailSettings.Security
    let user: String?
    let password: String?
    let sender: String

    var settings: MailSettings {
        get throws { try MailSettings(host: host, port: port, security: security, user: user, sender: sender) }
    }
}

extension NewMailSettingsBody: APISchema {
    static let schemaName = "NewMailSettings"
    static let schema = Schema.object(
        [
            "host": Schema.text(), "port": Schema.integer(),
            "security": Schema.choice(MailSettings.Security.self, "none only within a network that the server's owner opened."),
            "user": Schema.text("None for a server that needs none."),
            "password": Schema.text("Kept as it is when it isn't given and server and user stay; empty takes it away."),
            "sender": Schema.text("Whom e-mail comes from."),
        ], optional: ["user", "password"], isRequest: true)
    static let example: JSONValue = [
        "host": "smtp.example.com", "port": 587, "security": "startTLS", "user": "support", "password": "a long one",
        "sender": "support@example.com",
    ]
}

struct MailTestBody: Decodable { let to: String }

extension MailTestBody: APISchema {
    static let schemaName = "MailTest"
    static let schema = Schema.object(["to": Schema.text("An e-mail address.")], isRequest: true)
    static let example: JSONValue = ["to": "ana@example.com"]
}
