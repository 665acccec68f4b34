internal import Domain
internal import Services

internal import struct Foundation.Date

extension Lane {
    /// As the API writes it.
    enum Name: String, CaseIterable, Codable { case reply, notification, campaign }

    var name: Name {
        switch self {
        case .reply: .reply
        case .notification: .notification
        case .campaign: .campaign
        }
    }
}

extension Lane.Name {
    var lane: Lane {
        switch self {
        case .reply: .reply
        case .notification: .notification
        case .campaign: .campaign
        }
    }
}

/// A number of messages.
struct CountBody: Encodable {
    let count: Int
    let isMore: Bool

    init(_ count: BoundedCount) { (self.count, isMore) = (count.count, count.isMore) }

    static let schema = Schema.object(["count": Schema.integer(), "isMore": Schema.bool("Whether there are more than count.")])
}

/// Why something waits.
struct WaitReasonBody: Encodable {
    let code, detail: String

    init(_ reason: WaitReason) { (code, detail) = (reason.code, reason.sentence) }

    static let schema = Schema.object([
        "code": Schema.text("Stable, such as paused, pair-limit or queue."), "detail": Schema.text("One sentence for a person."),
    ])
    static let example: JSONValue = ["code": "paused", "detail": "The number is paused. Resume it to send."]
}

/// How a sender's queue stands.
struct QueueBody: Encodable {
    struct LaneBody: Encodable {
        let lane: Lane.Name
        let waiting: CountBody
        let oldestAt: Date?
    }

    struct OwnerBody: Encodable {
        let process: String
        let host: String?
    }

    let sender: Identifier<Sender>
    let status: Sender.Status
    let lanes: [LaneBody]
    let scheduled, stoppable, sending, unknown, retryable: CountBody
    let pausedAt: Date?
    let pausedBy: String?
    let campaignsPausedAt: Date?
    let campaignsPausedReason: String?
    let heldUntil: Date?
    let heldReason: String?
    let messagesPerSecond: Int
    let lastLeavesAt: Date?
    let obstacle: WaitReasonBody?
    let owner: OwnerBody?
    let upTo: String?

    init(_ overview: QueueOverview) {
        let queue = overview.queue
        (sender, status) = (overview.sender.id, overview.sender.status)
        lanes = queue.waiting.map { LaneBody(lane: $0.lane.name, waiting: CountBody($0.count), oldestAt: $0.oldestAt) }
        (scheduled, stoppable, sending) = (CountBody(queue.scheduled), CountBody(queue.stoppable), CountBody(queue.sending))
        (unknown, retryable) = (CountBody(queue.unknown), CountBody(queue.retryable))
        (pausedAt, pausedBy) = (queue.hold.pausedAt, queue.hold.pausedBy)
        (campaignsPausedAt, campaignsPausedReason) = (queue.hold.campaignsPausedAt, overview.campaignsPaused)
        let isHeld = queue.hold.heldUntil.map { $0 > overview.at } ?? false
        (heldUntil, heldReason) = isHeld ? (queue.hold.heldUntil, queue.hold.heldReason) : (nil, nil)
        (messagesPerSecond, lastLeavesAt) = (queue.pace.perSecond(at: overview.at), overview.lastLeavesAt)
        obstacle = overview.obstacle.map(WaitReasonBody.init)
        owner = queue.owner.map { OwnerBody(process: $0.processID, host: $0.host) }
        upTo = queue.end?.text
    }
}

extension QueueBody: APISchema {
    static let schemaName = "Queue"

    static var schema: JSONValue {
        let count = CountBody.schema
        return Schema.object(
            [
                "sender": Schema.id(Sender.self), "status": Schema.choice(Sender.Status.self),
                "lanes": Schema.list(
                    Schema.object(
                        [
                            "lane": Schema.choice(Lane.Name.self, "Replies leave before notifications, and those before campaigns."),
                            "waiting": count, "oldestAt": Schema.instant("When the oldest was accepted."),
                        ], optional: ["oldestAt"])),
                "scheduled": count, "stoppable": count, "sending": count, "unknown": count, "retryable": count,
                "pausedAt": Schema.instant(), "pausedBy": Schema.text("Such as member:acc_…"),
                "campaignsPausedAt": Schema.instant("Since when campaigns wait for a person, because WhatsApp restricts the number."),
                "campaignsPausedReason": Schema.text(),
                "heldUntil": Schema.instant("Until when nothing leaves, such as while WhatsApp changes the number."),
                "heldReason": Schema.text(),
                "messagesPerSecond": Schema.integer("How many may leave in a second now."),
                "lastLeavesAt": Schema.instant("When the last of what waits leaves at the earliest, as far as the lanes count it."),
                "obstacle": WaitReasonBody.schema,
                "owner": Schema.object(
                    ["process": Schema.text(), "host": Schema.text()], optional: ["host"]),
                "upTo": Schema.text("The last that waits now, for clearing no more than this answer tells of."),
            ],
            optional: [
                "pausedAt", "pausedBy", "campaignsPausedAt", "campaignsPausedReason", "heldUntil", "heldReason", "lastLeavesAt", "obstacle",
                "owner", "upTo",
            ])
    }

    static let example: JSONValue = [
        "sender": "snd_01jz3c4m5n6p7q8r9s0t1v2w3x", "status": "online",
        "lanes": [
            ["lane": "reply", "waiting": ["count": 2, "isMore": false], "oldestAt": "2026-11-21T09:58:00.000Z"],
            ["lane": "campaign", "waiting": ["count": 10_000, "isMore": true], "oldestAt": "2026-11-21T09:00:00.000Z"],
        ],
        "scheduled": ["count": 0, "isMore": false], "stoppable": ["count": 10_002, "isMore": true],
        "sending": ["count": 12, "isMore": false], "unknown": ["count": 0, "isMore": false], "retryable": ["count": 3, "isMore": false],
        "pausedAt": "2026-11-21T10:00:00.000Z", "pausedBy": "member:acc_01jz3c4m5n6p7q8r9s0t1v2w3x",
        "messagesPerSecond": 76, "obstacle": WaitReasonBody.example,
        "owner": ["process": "prc_01jz3c4m5n6p7q8r9s0t1v2w3x", "host": "hub-1"], "upTo": "7350000000000000",
    ]
}

/// A message that waits, with the reason.
struct QueuedMessageBody: Encodable {
    let lane: Lane.Name
    let message: MessageBody
    let reason: WaitReasonBody?
    let earliestAt: Date?
    let decideAt: Date?

    init(_ queued: QueuedMessage) {
        (lane, message, decideAt) = (queued.lane.name, MessageBody(queued.message), queued.decideAt)
        (reason, earliestAt) = (queued.departure.map { WaitReasonBody($0.reason) }, queued.departure?.earliest)
    }
}

extension QueuedMessageBody: APISchema {
    static let schemaName = "QueuedMessage"
    static let schema = Schema.object(
        [
            "lane": Schema.choice(Lane.Name.self), "message": Schema.reference(MessageBody.self),
            "reason": WaitReasonBody.schema,
            "earliestAt": Schema.instant(
                "It may leave as soon as this; absent when a person has to do something first, or nobody can know."),
            "decideAt": Schema.instant("When a person may decide about it; of messages of unknown outcome only."),
        ], optional: ["reason", "earliestAt", "decideAt"])
    static let example: JSONValue = [
        "lane": "reply", "message": MessageBody.example, "reason": ["code": "queue", "detail": "12 messages leave before it."],
        "earliestAt": "2026-11-21T10:00:01.000Z",
    ]
}

/// What is to be cancelled.
struct QueueClearBody: Decodable {
    let lane: Lane.Name?
    let upTo: String?
}

extension QueueClearBody: APISchema {
    static let schemaName = "QueueClear"
    static let schema = Schema.object(
        [
            "lane": Schema.choice(Lane.Name.self, "All lanes unless given."),
            "upTo": Schema.text(
                "What is queued behind it stays: the value of the queue or of an earlier answer. All that waits now unless given."),
        ], optional: ["lane", "upTo"], isRequest: true)
    static let example: JSONValue = ["lane": "campaign", "upTo": "7350000000000000"]
}

/// What one call cancelled.
struct QueueClearanceBody: Encodable {
    let cancelled: Int
    let hasMore: Bool
    let upTo: String?

    init(_ clearance: QueueClearance) { (cancelled, hasMore, upTo) = (clearance.cancelled, clearance.hasMore, clearance.end?.text) }
}

extension QueueClearanceBody: APISchema {
    static let schemaName = "QueueClearance"
    static let schema = Schema.object(
        [
            "cancelled": Schema.integer("Messages cancelled by this call."),
            "hasMore": Schema.bool("Whether some remain: call again, with the same upTo."),
            "upTo": Schema.text("For the next call."),
        ], optional: ["upTo"])
    static let example: JSONValue = ["cancelled": 10_000, "hasMore": true, "upTo": "7350000000000000"]
}

/// Where sending again goes on.
struct QueueRetryBody: Decodable { let after: String? }

extension QueueRetryBody: APISchema {
    static let schemaName = "QueueRetry"
    static let schema = Schema.object(
        ["after": Schema.text("The value of next from the call before.")], optional: ["after"], isRequest: true)
    static let example: JSONValue = [:]
}

/// What one call put back into the queue.
struct QueueRetriedBody: Encodable {
    let requeued, refused: Int
    let next: String?

    init(_ retry: QueueRetry) { (requeued, refused, next) = (retry.requeued, retry.refused, retry.next) }
}

extension QueueRetriedBody: APISchema {
    static let schemaName = "QueueRetried"
    static let schema = Schema.object(
        [
            "requeued": Schema.integer("Messages put back into the queue by this call."),
            "refused": Schema.integer("Messages that may not leave any more as they are, such as a text whose window has closed."),
            "next": Schema.text("For the next call, when some remain."),
        ], optional: ["next"])
    static let example: JSONValue = ["requeued": 120, "refused": 3]
}

/// How long messages take.
struct QueueEstimateBody: Encodable {
    let endsAt: Date?
    let obstacle: WaitReasonBody?
}

extension QueueEstimateBody: APISchema {
    static let schemaName = "QueueEstimate"
    static let schema = Schema.object(
        [
            "endsAt": Schema.instant("When the last leaves at the earliest; absent when a person has to do something first."),
            "obstacle": WaitReasonBody.schema,
        ], optional: ["endsAt", "obstacle"])
    static let example: JSONValue = ["endsAt": "2026-11-21T10:30:00.000Z"]
}
