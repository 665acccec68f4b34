internal import Domain
internal import Services

internal import struct Foundation.Date

struct APIKeyBody: Encodable {
    let id: Identifier<APIKey>
    let name: String
    let scopes: [KeyScope]
    let createdBy: String
    let createdAt: Date
    let lastUsedAt, revokedAt: Date?
    /// Only in the answer to its making.
    var token: String?

    init(_ key: APIKey) {
        (id, name, scopes, createdBy) = (key.id, key.name, KeyScope.allCases.filter(key.scopes.contains), key.createdBy)
        (createdAt, lastUsedAt, revokedAt) = (key.createdAt, key.lastUsedAt, key.revokedAt)
    }

    init(_ new: NewAPIKey) {
        self.init(new.key)
        token = new.token.text
    }
}

extension APIKeyBody: APISchema {
    static let schemaName = "APIKey"
    static let schema = Schema.object(
        [
            "id": Schema.id(APIKey.self), "name": Schema.text(), "scopes": Schema.list(Schema.choice(KeyScope.self)),
            "createdBy": Schema.text("member:acc_… or key:key_…."), "createdAt": Schema.instant(),
            "lastUsedAt": Schema.instant("To within a minute."),
            "revokedAt": Schema.instant(), "token": Schema.text("The key itself; only in the answer to its making."),
        ], optional: ["lastUsedAt", "revokedAt", "token"])
    static let example: JSONValue = [
        "id": "key_01jz3c4m5n6p7q8r9s0t1v2w3x", "name": "Shop system", "scopes": ["read", "send"],
        "createdBy": "member:acc_01jz3c4m5n6p7q8r9s0t1v2w3x",
        "createdAt": "2026-11-20T08:00:00.000Z",
    ]
}

struct NewAPIKeyBody: Decodable {
    let name: String
    let scopes: [KeyScope]
}

extension NewAPIKeyBody: APISchema {
    static let schemaName = "NewAPIKey"
    static let schema = Schema.object(
        ["name": Schema.text("What it is for."), "scopes": Schema.list(Schema.choice(KeyScope.self))], isRequest: true)
    static let example: JSONValue = ["name": "Shop system", "scopes": ["read", "send"]]
}

struct SessionBody: Encodable {
    let id: Identifier<Session>
    let createdAt, lastSeenAt, expiresAt: Date
    let userAgent, address: String?
    let isCurrent: Bool

    init(_ session: Session, current: Identifier<Session>) {
        (id, createdAt, lastSeenAt, expiresAt) = (session.id, session.createdAt, session.lastSeenAt, session.expiresAt)
        (userAgent, address, isCurrent) = (session.userAgent, session.address, session.id == current)
    }
}

extension SessionBody: APISchema {
    static let schemaName = "Session"
    static let schema = Schema.object(
        [
            "id": Schema.id(Session.self), "createdAt": Schema.instant(), "lastSeenAt": Schema.instant("To within ten minutes."),
            "expiresAt": Schema.instant(), "userAgent": Schema.text(), "address": Schema.text(),
            "isCurrent": Schema.bool("The one that asks."),
        ], optional: ["userAgent", "address"])
    static let example: JSONValue = [
        "id": "ses_01jz3c4m5n6p7q8r9s0t1v2w3x", "createdAt": "2026-11-20T08:00:00.000Z", "lastSeenAt": "2026-11-21T08:00:00.000Z",
        "expiresAt": "2026-12-21T08:00:00.000Z", "userAgent": "Mozilla/5.0", "address": "203.0.113.7", "isCurrent": true,
    ]
}

struct MemberBody: Encodable {
    let id: Identifier<Account>
    let email, name: String
    let role: Role
    let createdAt: Date
    let availability: Availability
    let deactivatedAt: Date?
    let invited: Bool
    /// Path of the page on which they choose a password; only in the answer to their adding.
    var link: String?

    init(_ member: Member, link: SecretToken? = nil) {
        (id, email, name) = (member.account.id, member.account.email.text, member.account.name)
        (role, createdAt, self.link) = (member.role, member.createdAt, link?.setUpPath)
        (availability, deactivatedAt, invited) = (member.availability, member.deactivatedAt, member.isInvited)
    }
}

extension MemberBody: APISchema {
    static let schemaName = "Member"
    static let schema = Schema.object(
        [
            "id": Schema.id(Account.self), "email": Schema.text(), "name": Schema.text(), "role": Schema.choice(Role.self),
            "createdAt": Schema.instant(), "availability": Schema.choice(Availability.self, "Whether they take new conversations."),
            "deactivatedAt": Schema.instant("Since when they may not come in; not there for who may."),
            "invited": Schema.bool("They haven't chosen a password yet, so they never came in."),
            "link": Schema.text("Path of the page on which they choose a password, once; only in the answer to their adding."),
        ], optional: ["deactivatedAt", "link"])
    static let example: JSONValue = [
        "id": "acc_01jz3c4m5n6p7q8r9s0t1v2w3x", "email": "kim@example.com", "name": "Kim", "role": "agent",
        "createdAt": "2026-11-20T08:00:00.000Z", "availability": "available", "invited": false,
    ]
}

struct PasswordLinkBody: Encodable {
    /// Path of the page.
    let link: String

    init(_ token: SecretToken) { link = token.setUpPath }
}

extension PasswordLinkBody: APISchema {
    static let schemaName = "PasswordLink"
    static let schema = Schema.object(["link": Schema.text("Path of the page on which they choose a password, once.")])
    static let example: JSONValue = ["link": "/set-up/7f3a"]
}

struct NewMemberBody: Decodable {
    let email, name: String
    let role: Role
}

extension NewMemberBody: APISchema {
    static let schemaName = "NewMember"
    static let schema = Schema.object(["email": Schema.text(), "name": Schema.text(), "role": Schema.choice(Role.self)], isRequest: true)
    static let example: JSONValue = ["email": "kim@example.com", "name": "Kim", "role": "agent"]
}

struct MemberChangeBody: Decodable { let role: Role }

extension MemberChangeBody: APISchema {
    static let schemaName = "MemberChange"
    static let schema = Schema.object(["role": Schema.choice(Role.self)], isRequest: true)
    static let example: JSONValue = ["role": "admin"]
}

extension SecretToken {
    /// Path of the page that the one-time link opens.
    var setUpPath: String { "/set-up/\(text)" }
}

struct AvailabilityBody: Decodable { let availability: Availability }

extension AvailabilityBody: APISchema {
    static let schemaName = "OwnAvailability"
    static let schema = Schema.object(
        ["availability": Schema.choice(Availability.self, "Who is away is given no conversation automatically.")], isRequest: true)
    static let example: JSONValue = ["availability": "away"]
}

struct OwnChangeBody: Decodable { let name: String }

extension OwnChangeBody: APISchema {
    static let schemaName = "OwnChange"
    static let schema = Schema.object(["name": Schema.text("At most \(Account.nameLimit) characters, in one line.")], isRequest: true)
    static let example: JSONValue = ["name": "Kim Lee"]
}
