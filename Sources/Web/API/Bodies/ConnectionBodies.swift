internal import Domain
internal import Services

internal import struct Foundation.Date

/// A connection, without its secrets: those are never shown.
struct ConnectionBody: Encodable {
    struct Token: Encodable {
        let kind: String?
        let expiresAt: Date?
        let permissions: [String]?
        let missingPermissions: [String]
    }

    struct Replacement: Encodable {
        let at: Date
        let actor: String
    }

    let id: Identifier<Connection>
    let channel: ChannelKind
    let name, appId, businessAccountId, webhookPath: String
    let businessAccountName, portfolioId: String?
    let isSubscribed, tokenIsTemporary: Bool
    let token: Token?
    let callbackAddresses: [String]
    let appAddress: String?
    let appFields: [String]?
    let checkedAt: Date?
    let problem: String?
    let accessTokenReplaced, appSecretReplaced: Replacement?
    let lastWebhookAt: Date?
    let lastWebhookField: String?
    let createdAt: Date

    init(_ connection: Connection) {
        func replacement(_ kind: ConnectionSecretKind) -> Replacement? {
            connection.replacements[kind].map { Replacement(at: $0.at, actor: $0.actor) }
        }
        let facts = connection.facts
        tokenIsTemporary = connection.tokenIsTemporary
        token = facts.token.map {
            Token(kind: $0.kind, expiresAt: $0.expiresAt, permissions: $0.permissions, missingPermissions: $0.missingPermissions)
        }
        (businessAccountName, portfolioId, callbackAddresses) = (facts.accountName, facts.portfolioID, facts.callbackAddresses)
        (appAddress, appFields) = (facts.app?.address, facts.app?.fields)
        (checkedAt, problem, lastWebhookField) = (facts.checkedAt, facts.problem, connection.lastWebhookField)
        (accessTokenReplaced, appSecretReplaced) = (replacement(.accessToken), replacement(.appSecret))
        (id, channel, name, appId) = (connection.id, connection.channel, connection.name, connection.appID)
        (businessAccountId, webhookPath) = (connection.businessAccountID, "/hooks/\(connection.channel.rawValue)/\(connection.id)")
        (isSubscribed, lastWebhookAt, createdAt) = (connection.isSubscribed, connection.lastWebhookAt, connection.createdAt)
    }
}

extension ConnectionBody: APISchema {
    static let schemaName = "Connection"
    static let schema = Schema.object(
        [
            "id": Schema.id(Connection.self), "channel": Schema.choice(ChannelKind.self), "name": Schema.text(), "appId": Schema.text(),
            "businessAccountId": Schema.text(), "webhookPath": Schema.text("Where WhatsApp sends to, below the public address."),
            "isSubscribed": Schema.bool("What the last check said: whether the app gets the account's webhooks."),
            "tokenIsTemporary": Schema.bool("What the last check said: whether the access token ends some day by itself."),
            "businessAccountName": Schema.text(), "portfolioId": Schema.text("Meta's portfolio that owns the business account."),
            "token": Schema.object(
                [
                    "kind": Schema.text("Whose it is, such as SYSTEM_USER."), "expiresAt": Schema.instant("Absent when it never ends."),
                    "permissions": Schema.list(Schema.text()),
                    "missingPermissions": Schema.list(Schema.text("One without which something doesn't work.")),
                ], optional: ["kind", "expiresAt", "permissions"]),
            "callbackAddresses": Schema.list(Schema.text("Where WhatsApp sends what it tells of the numbers.")),
            "appAddress": Schema.text("Where it tells what concerns the account and its templates: the app's own address."),
            "appFields": Schema.list(Schema.text("What the app is subscribed to, such as account_update.")),
            "checkedAt": Schema.instant("When WhatsApp was last asked."), "problem": Schema.text("What it didn't accept then."),
            "accessTokenReplaced": replacementSchema, "appSecretReplaced": replacementSchema,
            "lastWebhookAt": Schema.instant(), "lastWebhookField": Schema.text("What it was about, such as messages."),
            "createdAt": Schema.instant(),
        ],
        optional: [
            "businessAccountName", "portfolioId", "token", "appAddress", "appFields", "checkedAt", "problem", "accessTokenReplaced",
            "appSecretReplaced",
            "lastWebhookAt", "lastWebhookField",
        ])
    private static let replacementSchema = Schema.object(["at": Schema.instant(), "actor": Schema.text("Who did it.")])
    static let example: JSONValue = [
        "id": "cnn_01jz3c4m5n6p7q8r9s0t1v2w3x", "channel": "meta", "name": "Shop", "appId": "1029384756",
        "businessAccountId": "102290129340398",
        "webhookPath": "/hooks/meta/cnn_01jz3c4m5n6p7q8r9s0t1v2w3x", "isSubscribed": true, "tokenIsTemporary": false,
        "businessAccountName": "Acme", "callbackAddresses": ["https://chat.example.com/hooks/meta/cnn_01jz3c4m5n6p7q8r9s0t1v2w3x"],
        "token": [
            "kind": "SYSTEM_USER", "permissions": ["whatsapp_business_management", "whatsapp_business_messaging"],
            "missingPermissions": [],
        ],
        "createdAt": "2026-11-20T08:00:00.000Z",
    ]
}

/// Other secrets for a connection; what isn't given stays.
struct ConnectionChangeBody: Decodable { let accessToken, appSecret: String? }

extension ConnectionChangeBody: APISchema {
    static let schemaName = "ConnectionChange"
    static let schema = Schema.object(
        ["accessToken": Schema.text("Never shown again."), "appSecret": Schema.text("Never shown again.")],
        optional: ["accessToken", "appSecret"], isRequest: true)
    static let example: JSONValue = ["accessToken": "EAAG…"]
}

/// What a check of a connection found.
struct ConnectionCheckBody: Encodable {
    let connection: ConnectionBody
    let senders: [SenderBody]

    init(_ check: ConnectionCheck) { (connection, senders) = (ConnectionBody(check.connection), check.senders.map(SenderBody.init)) }
}

extension ConnectionCheckBody: APISchema {
    static let schemaName = "ConnectionCheck"
    static let schema = Schema.object([
        "connection": Schema.reference(ConnectionBody.self), "senders": Schema.list(Schema.reference(SenderBody.self)),
    ])
    static let example: JSONValue = ["connection": ConnectionBody.example, "senders": [SenderBody.example]]
}

/// A connection with what has to be counted, and what Meta's page wants to be told.
struct ConnectionStandingBody: Encodable {
    struct Refusal: Encodable {
        let reason: WebhookRefusal.Reason
        let count: CountBody
        let since, lastAt: Date
    }

    let connection: ConnectionBody
    let senders: [SenderBody]
    let verifyToken: String
    let refusals: [Refusal]
    let waitingInJournal: CountBody

    init(_ standing: ConnectionStanding, verifyToken: String) {
        (connection, senders) = (ConnectionBody(standing.connection), standing.senders.map(SenderBody.init))
        (self.verifyToken, waitingInJournal) = (verifyToken, CountBody(standing.waitingInJournal))
        refusals = standing.refusals.map {
            Refusal(reason: $0.reason, count: CountBody($0.count), since: $0.since, lastAt: $0.lastAt)
        }
    }
}

extension ConnectionStandingBody: APISchema {
    static let schemaName = "ConnectionStanding"
    static let schema = Schema.object([
        "connection": Schema.reference(ConnectionBody.self), "senders": Schema.list(Schema.reference(SenderBody.self)),
        "verifyToken": Schema.text("What WhatsApp says when it asks whether the address is ours. It proves nothing by itself."),
        "refusals": Schema.list(
            Schema.object([
                "reason": Schema.choice(WebhookRefusal.Reason.self, "Why webhooks weren't taken or understood."),
                "count": CountBody.schema, "since": Schema.instant("Since when these are counted: a day at most."),
                "lastAt": Schema.instant(),
            ])),
        "waitingInJournal": CountBody.schema,
    ])
    static let example: JSONValue = [
        "connection": ConnectionBody.example, "senders": [SenderBody.example], "verifyToken": "kN2\u{2026}",
        "refusals": [
            [
                "reason": "signature", "count": ["count": 3, "isMore": false], "since": "2026-11-20T08:00:00.000Z",
                "lastAt": "2026-11-20T09:00:00.000Z",
            ]
        ], "waitingInJournal": ["count": 0, "isMore": false],
    ]
}
