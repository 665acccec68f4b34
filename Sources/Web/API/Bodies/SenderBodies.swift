internal import Domain
internal import Services

internal import struct Foundation.Date

/// One number of the business, as the API shows it.
struct SenderBody: Encodable {
    let id: Identifier<Sender>
    let connection: Identifier<Connection>
    let channel: ChannelKind
    let name: String
    let displayName: String?
    let phoneNumber: PhoneNumber
    let phoneNumberId: String
    let isActive: Bool
    let status: Sender.Status
    let statusSince: Date
    let reason, statusReason, advice: String?
    let quality: String?
    let messagingLimit: String?
    let readReceipts: Sender.ReadReceipts
    let handledBy: AssignmentBody
    let createdAt: Date

    init(_ sender: Sender) {
        (id, connection, channel, name, displayName) = (sender.id, sender.connectionID, sender.channel, sender.name, sender.displayName)
        (phoneNumber, phoneNumberId, isActive) = (sender.phoneNumber, sender.providerID, sender.facts.isActive)
        (status, statusSince) = (sender.status, sender.statusSince)
        (reason, statusReason, advice) = (sender.reason?.rawValue, sender.statusReason, sender.reason?.advice)
        handledBy = AssignmentBody(sender.handler)
        (quality, messagingLimit, readReceipts, createdAt) = (sender.quality, sender.messagingLimit, sender.readReceipts, sender.createdAt)
    }
}

extension SenderBody: APISchema {
    static let schemaName = "Sender"

    static var schema: JSONValue {
        Schema.object(
            [
                "id": Schema.id(Sender.self),
                "connection": Schema.id(Connection.self),
                "channel": Schema.choice(ChannelKind.self),
                "name": Schema.text("Inner name."),
                "displayName": Schema.text("What customers see."),
                "phoneNumber": Schema.text("E.164."),
                "phoneNumberId": Schema.text("Meta's id of the number."),
                "status": Schema.choice(Sender.Status.self),
                "isActive": Schema.bool("Whether it is meant to work."), "statusSince": Schema.instant(),
                "reason": Schema.choice(SenderReason.self, "Why it stands as it does; absent when all is well."),
                "statusReason": Schema.text("The reason in words."), "advice": Schema.text("What a person can do."),
                "quality": Schema.text("GREEN, YELLOW or RED."),
                "messagingLimit": Schema.text("Such as TIER_2K."),
                "readReceipts": Schema.choice(Sender.ReadReceipts.self),
                "handledBy": Schema.reference(AssignmentBody.self),
                "createdAt": Schema.instant(),
            ], optional: ["displayName", "reason", "statusReason", "advice", "quality", "messagingLimit"])
    }

    static let example: JSONValue = [
        "id": "snd_01jz3c4m5n6p7q8r9s0t1v2w3x", "connection": "cnn_01jz3c4m5n6p7q8r9s0t1v2w3x", "channel": "meta", "name": "Shop",
        "displayName": "Acme Shop", "phoneNumber": "+15550100200", "phoneNumberId": "106540352242922", "isActive": true, "status": "online",
        "statusSince": "2026-11-20T08:00:00.000Z",
        "quality": "GREEN",
        "messagingLimit": "TIER_2K", "readReceipts": "onOpen", "handledBy": ["team": "tem_01jz3c4m5n6p7q8r9s0t1v2w3x"],
        "createdAt": "2026-11-20T08:00:00.000Z",
    ]
}

/// What is posted to connect a number by hand.
struct NewSenderBody: Decodable {
    let name, appId, appSecret, accessToken, businessAccountId, phoneNumberId: String

    var draft: ConnectionDraft {
        ConnectionDraft(
            appID: appId, appSecret: appSecret, accessToken: accessToken, businessAccountID: businessAccountId, phoneNumberID: phoneNumberId
        )
    }
}

extension NewSenderBody: APISchema {
    static let schemaName = "NewSender"
    static let schema = Schema.object(
        [
            "name": Schema.text("Inner name."), "appId": Schema.text(), "appSecret": Schema.text("Never shown again."),
            "accessToken": Schema.text("Never shown again."), "businessAccountId": Schema.text(),
            "phoneNumberId": Schema.text("The id, not the number."),
        ], isRequest: true)
    static let example: JSONValue = [
        "name": "Shop", "appId": "1029384756", "appSecret": "0123456789abcdef0123456789abcdef", "accessToken": "EAAG…",
        "businessAccountId": "102290129340398", "phoneNumberId": "106540352242922",
    ]
}

/// What isn't given stays.
struct SenderChangeBody: Decodable {
    let name: String?
    let readReceipts: Sender.ReadReceipts?
    let handledBy: AssignmentBody?

    var handler: Assignment? { handledBy?.assignment }
}

extension SenderChangeBody: APISchema {
    static let schemaName = "SenderChange"
    static let schema = Schema.object(
        [
            "name": Schema.text("Inner name."),
            "readReceipts": Schema.choice(Sender.ReadReceipts.self, "When the customer sees that a message was read."),
            // The person or team that is given its new conversations; an empty object for nobody.
            "handledBy": Schema.reference(AssignmentBody.self),
        ], optional: ["name", "readReceipts", "handledBy"], isRequest: true)
    static let example: JSONValue = ["readReceipts": "onAnswer"]
}

struct SenderUsageBody: Encodable {
    let people: Int
    let limit: Int?
    let isNearLimit, isSubscribed: Bool
    let lastWebhookAt: Date?

    init(_ usage: SenderUsage) {
        (people, limit, isNearLimit) = (usage.people, usage.limit, usage.isNearLimit)
        (isSubscribed, lastWebhookAt) = (usage.isSubscribed, usage.lastWebhookAt)
    }
}

extension SenderUsageBody: APISchema {
    static let schemaName = "SenderUsage"
    static let schema = Schema.object(
        [
            "people": Schema.integer(
                "People reached with templates outside open windows within the last 24 hours, by all numbers of the portfolio."),
            "limit": Schema.integer("So many there may be; absent without a limit."),
            "isNearLimit": Schema.bool("Whether 80 percent of the limit are used."),
            "isSubscribed": Schema.bool("Whether WhatsApp sends the account's webhooks here."), "lastWebhookAt": Schema.instant(),
        ], optional: ["limit", "lastWebhookAt"])
    static let example: JSONValue = [
        "people": 120, "limit": 2_000, "isNearLimit": false, "isSubscribed": true, "lastWebhookAt": "2026-11-20T08:00:00.000Z",
    ]
}

struct SenderHistoryBody: Encodable {
    let cause, actor: String
    let status: Sender.Status
    let reason, explanation: String?
    let at: Date

    init(_ entry: SenderHistoryEntry) {
        (cause, actor, status) = (entry.cause, entry.actor, entry.status)
        (reason, explanation, at) = (entry.reason?.rawValue, entry.explanation, entry.at)
    }
}

extension SenderHistoryBody: APISchema {
    static let schemaName = "SenderHistoryEntry"
    static let schema = Schema.object(
        [
            "cause": Schema.text("What happened, such as deactivated, suspended or read-receipts."), "actor": Schema.text("Who did it."),
            "status": Schema.choice(Sender.Status.self, "How the number stood afterwards."),
            "reason": Schema.choice(SenderReason.self), "explanation": Schema.text("What WhatsApp said."), "at": Schema.instant(),
        ], optional: ["reason", "explanation"])
    static let example: JSONValue = [
        "cause": "token-refused", "actor": "system:dispatcher", "status": "failed", "reason": "token-refused",
        "at": "2026-11-20T08:00:00.000Z",
    ]
}
