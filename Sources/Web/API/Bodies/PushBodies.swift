internal import Domain

internal import struct Foundation.Date

/// A browser of the person who asks. How it is reached is in no answer.
struct PushSubscriptionBody: Encodable {
    let id: Identifier<PushSubscription>
    let userAgent: String?
    let createdAt: Date
    let refusals: Int

    init(_ subscription: PushSubscription) {
        (id, userAgent) = (subscription.id, subscription.userAgent)
        (createdAt, refusals) = (subscription.createdAt, subscription.refusals)
    }
}

extension PushSubscriptionBody: APISchema {
    static let schemaName = "PushSubscription"
    static let schema = Schema.object(
        [
            "id": Schema.id(PushSubscription.self), "userAgent": Schema.text("As the browser named itself."),
            "createdAt": Schema.instant(),
            "refusals": Schema.integer(
                "How often its push service has refused, one time after the other. With \(PushSubscription.refusalLimit) it is forgotten."),
        ], optional: ["userAgent"])
    static let example: JSONValue = [
        "id": "psh_01jz3c4m5n6p7q8r9s0t1v2w3x", "userAgent": "Mozilla/5.0", "createdAt": "2026-11-21T08:00:00.000Z",
        "refusals": 0,
    ]
}

/// What a browser's `PushSubscription` gives as JSON.
struct NewPushSubscriptionBody: Decodable {
    struct Keys: Decodable {
        let p256dh: String
        let auth: String
    }

    let endpoint: String
    /// When the push service will give it up; none does today.
    let expirationTime: Double?
    let keys: Keys

    var target: PushTarget { get throws { try PushTarget(endpoint: endpoint, p256dh: keys.p256dh, auth: keys.auth) } }
}

extension NewPushSubscriptionBody: APISchema {
    static let schemaName = "NewPushSubscription"
    static let schema = Schema.object(
        [
            "endpoint": Schema.text("Of the browser's push service."), "expirationTime": Schema.orNull(Schema.number()),
            "keys": Schema.object(
                ["p256dh": Schema.text("65 bytes in base64url."), "auth": Schema.text("16 bytes in base64url.")], isRequest: true),
        ], optional: ["expirationTime"], isRequest: true)
    static let example: JSONValue = [
        "endpoint": "https://push.example.com/send/abc",
        "keys": [
            "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        ],
    ]
}

struct PushKeyBody: Encodable { let publicKey: String }

extension PushKeyBody: APISchema {
    static let schemaName = "PushKey"
    static let schema = Schema.object(["publicKey": Schema.text("For applicationServerKey, in base64url.")])
    static let example: JSONValue = ["publicKey": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"]
}

struct PushTestBody: Encodable { let browsers: Int }

extension PushTestBody: APISchema {
    static let schemaName = "PushTest"
    static let schema = Schema.object(["browsers": Schema.integer("How many it is sent to.")])
    static let example: JSONValue = ["browsers": 1]
}
