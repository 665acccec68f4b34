internal import Domain

internal import struct Foundation.Date

struct NotificationBody: Encodable {
    let id: Identifier<PersonalNotification>
    let kind: PersonalNotification.Kind
    let conversation: Identifier<Conversation>?
    let sender: Identifier<Sender>?
    let subject: String?
    let actor: Identifier<Account>?
    let count: Int
    let at: Date
    let readAt: Date?

    init(_ notification: PersonalNotification) {
        (id, kind) = (notification.id, notification.kind)
        (conversation, sender) = (notification.topic.conversationID, notification.topic.senderID)
        (subject, actor, count) = (notification.subjectID, notification.actor, notification.count)
        (at, readAt) = (notification.at, notification.readAt)
    }
}

extension NotificationBody: APISchema {
    static let schemaName = "Notification"
    static let schema = Schema.object(
        [
            "id": Schema.id(PersonalNotification.self), "kind": Schema.choice(PersonalNotification.Kind.self),
            "conversation": Schema.id(Conversation.self, "Where to look, unless it is about a number."),
            "sender": Schema.id(Sender.self, "The number that it is about."),
            "subject": Schema.text("Id of what it is about besides: a message, a note; why a number stopped, as the reason of a sender."),
            "actor": Schema.id(Account.self, "The colleague who did it."),
            "count": Schema.integer("How often it happened since you last looked."), "at": Schema.instant("When it happened last."),
            "readAt": Schema.instant(),
        ], optional: ["conversation", "sender", "subject", "actor", "readAt"])
    static let example: JSONValue = [
        "id": "ntf_01jz3c4m5n6p7q8r9s0t1v2w3x", "kind": "message", "conversation": "cnv_01jz3c4m5n6p7q8r9s0t1v2w3x",
        "subject": "msg_01jz3c4m5n6p7q8r9s0t1v2w3x", "count": 2, "at": "2026-11-21T08:00:00.000Z",
    ]
}

/// How many of the person's notifications were read at once.
struct NotificationsReadBody: Encodable {
    let read: Int
}

extension NotificationsReadBody: APISchema {
    static let schemaName = "NotificationsRead"
    static let schema = Schema.object(["read": Schema.integer("How many were unread.")])
    static let example: JSONValue = ["read": 3]
}

/// A person's rules, as they are read and as they are set.
struct NotificationRulesBody: Codable {
    let bell: [PersonalNotification.Kind]
    let places: [NotificationRules.Place]
    let push: [PersonalNotification.Kind]
    let pushNames: Bool
    let digest: DigestBody

    init(_ rules: NotificationRules) {
        bell = PersonalNotification.Kind.allCases.filter(rules.bell.contains)
        places = NotificationRules.Place.allCases.filter(rules.places.contains)
        push = PersonalNotification.Kind.allCases.filter(rules.push.contains)
        pushNames = rules.pushNames
        digest = DigestBody(rules.digest)
    }

    var rules: NotificationRules {
        NotificationRules(bell: Set(bell), places: Set(places), push: Set(push), pushNames: pushNames, digest: digest.digest)
    }
}

extension NotificationRulesBody: APISchema {
    static let schemaName = "NotificationRules"
    static let schema = Schema.object(
        [
            "bell": Schema.list(Schema.choice(PersonalNotification.Kind.self, "What the bell shows.")),
            "places": Schema.list(
                Schema.choice(NotificationRules.Place.self, "Of new messages: in which of the conversations that you may see.")),
            "push": Schema.list(
                Schema.choice(PersonalNotification.Kind.self, "Of what the bell shows: what your browsers show while no page is open.")),
            "pushNames": Schema.bool("Whether that, and e-mail, names the customer."), "digest": DigestBody.schema,
        ], isRequest: true)
    static let example: JSONValue = [
        "bell": ["message", "assignment", "mention", "escalation", "failed", "limit", "stopped"], "places": ["mine", "teams"],
        "push": ["message"],
        "pushNames": false,
        "digest": ["pace": "daily", "hour": 9, "zone": "Europe/Madrid"],
    ]
}

/// When a person gets an e-mail of what they have missed.
struct DigestBody: Codable {
    let pace: Digest.Pace
    let hour: Int
    let zone: String

    init(_ digest: Digest) { (pace, hour, zone) = (digest.pace, digest.hour, digest.zone) }

    var digest: Digest { Digest(pace: pace, hour: hour, zone: zone) }
}

extension DigestBody {
    static let schema = Schema.object(
        [
            "pace": Schema.choice(Digest.Pace.self, "soon is a quarter of an hour after the first."),
            "hour": Schema.integer("Of the day, for the daily one."), "zone": Schema.text("IANA's name, such as Europe/Madrid."),
        ], isRequest: true)
}
