internal import Domain

struct PresenceBody: Encodable {
    let account: Identifier<Account>
    let activity: Presence.Activity

    init(_ presence: Presence) { (account, activity) = (presence.account, presence.activity) }
}

extension PresenceBody: APISchema {
    static let schemaName = "Presence"
    static let schema = Schema.object(["account": Schema.id(Account.self), "activity": Schema.choice(Presence.Activity.self)])
    static let example: JSONValue = ["account": "acc_01jz3c4m5n6p7q8r9s0t1v2w3x", "activity": "writing"]
}

struct PresenceReportBody: Decodable {
    let activity: Presence.Activity
    let page: String?
}

/// Which of a person's windows gives a sign. Those without a name are one.
enum PresencePage {
    /// Characters; a UUID has 36.
    static let limit = 64

    static func parse(_ text: String?) throws(RequestProblem) -> String {
        guard let text else { return "" }
        guard text.count <= limit else { throw .fieldMalformed("page", expected: "at most \(limit) characters") }
        return text
    }
}

extension PresenceReportBody: APISchema {
    static let schemaName = "PresenceReport"
    static let schema = Schema.object(
        [
            "activity": Schema.choice(Presence.Activity.self),
            "page": Schema.text(
                "A name of your choice for the window, of at most \(PresencePage.limit) characters: who leaves one stays in the others."),
        ], optional: ["page"], isRequest: true)
    static let example: JSONValue = ["activity": "viewing", "page": "left"]
}
