internal import Domain

struct MailSettingsBody: Encodable {
    let host: String
    let port: Int
    let security: MailSettings.Security
    let user: String?
    let hasPassword: Bool
    let sender: String

    init(_ settings: MailSettings, hasPassword: Bool) {
        (host, port, security, user) = (settings.host, settings.port, settings.security, settings.user)
        (self.hasPassword, sender) = (hasPassword, settings.sender.text)
    }
}

extension MailSettingsBody: APISchema {
    static let schemaName = "MailSettings"
    static let schema = Schema.object(
        [
            "host": Schema.text(), "port": Schema.integer(), "security": Schema.choice(MailSettings.Security.self), "user": Schema.text(),
            "hasPassword": Schema.bool("The password itself is in no answer."), "sender": Schema.text("Whom e-mail comes from."),
        ], optional: ["user"])
    static let example: JSONValue = [
        "host": "smtp.example.com", "port": 587, "security": "startTLS", "user": "support", "hasPassword": true,
        "sender": "support@example.com",
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
