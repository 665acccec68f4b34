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

struct PresenceReportBody: Decodable { let activity: Presence.Activity }

extension PresenceReportBody: APISchema {
    static let schemaName = "PresenceReport"
    static let schema = Schema.object(["activity": Schema.choice(Presence.Activity.self)], isRequest: true)
    static let example: JSONValue = ["activity": "viewing"]
}
