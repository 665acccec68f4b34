internal import Domain
internal import Services

internal import struct Foundation.Date

/// What became of a campaign.
struct CampaignReportBody: Encodable {
    struct Failure: Encodable {
        let code, detail, advice: String
        let count: Int
        let retryable: Bool
    }

    struct Hour: Encodable {
        let at: Date
        let measure: CampaignTally.Hour.Measure
        let count: Int
    }

    let campaign: CampaignBody
    let counts: CampaignCountsBody
    let people: Int
    let selectedPercent: Double?
    let failures: [Failure]
    let hours: [Hour]

    init(_ report: CampaignReport) {
        (campaign, counts) = (CampaignBody(report.campaign), CampaignCountsBody(report.counts))
        (people, selectedPercent) = (report.people, report.selectedPercent)
        failures = report.failures.map {
            Failure(code: $0.error.code, detail: $0.error.detail, advice: $0.error.advice, count: $0.count, retryable: $0.error.retryable)
        }
        hours = report.hours.map {
            Hour(at: Date(timeIntervalSince1970: Double($0.hour.start) / 1_000), measure: $0.hour.measure, count: $0.count)
        }
    }
}

extension CampaignReportBody: APISchema {
    static let schemaName = "CampaignReport"
    static let schema = Schema.object(
        [
            "campaign": Schema.reference(CampaignBody.self), "counts": Schema.reference(CampaignCountsBody.self),
            "people": Schema.integer("Everybody whom the workspace knew when the audience was read."),
            "selectedPercent": Schema.number("The recipients of them."),
            "failures": Schema.list(
                Schema.object([
                    "code": Schema.text(), "detail": Schema.text(), "advice": Schema.text(), "count": Schema.integer(),
                    "retryable": Schema.bool("Whether another attempt can work."),
                ])),
            "hours": Schema.list(
                Schema.object([
                    "at": Schema.instant("When the hour begins."), "measure": Schema.choice(CampaignTally.Hour.Measure.self),
                    "count": Schema.integer(),
                ])),
        ], optional: ["selectedPercent"])
    static let example: JSONValue = [
        "campaign": CampaignBody.example, "counts": CampaignCountsBody.example, "people": 4_000, "selectedPercent": 25.0,
        "failures": [
            [
                "code": "131026", "detail": "WhatsApp couldn't deliver this message.", "advice": "Check the number.", "count": 10,
                "retryable": false,
            ]
        ], "hours": [["at": "2026-11-20T08:00:00.000Z", "measure": "sent", "count": 490]],
    ]
}

/// One person of the audience.
struct CampaignRecipientBody: Encodable {
    let position: Int
    let contact: Identifier<Contact>?
    let name, phone: String?
    let sender: Identifier<Sender>
    let state: CampaignRecipient.State
    let reason, detail: String?
    let message: Identifier<Message>?
    let conversation: Identifier<Conversation>?
    let queuedAt, sentAt, deliveredAt, readAt, failedAt, repliedAt, clickedAt: Date?

    init(_ entry: CampaignRecipientEntry) {
        let one = entry.recipient
        (position, contact, name, phone) = (one.position, one.contactID, entry.contact?.name, entry.phone?.text)
        (sender, state, reason, detail) = (one.senderID, one.state, one.reason, one.error?.detail ?? one.exclusion?.label)
        (message, conversation) = (one.messageID, one.conversationID)
        (queuedAt, sentAt, deliveredAt, readAt) = (one.queuedAt, one.sentAt, one.deliveredAt, one.readAt)
        (failedAt, repliedAt, clickedAt) = (one.failedAt, one.repliedAt, one.clickedAt)
    }
}

extension CampaignRecipientBody: APISchema {
    static let schemaName = "CampaignRecipient"
    static let schema = Schema.object(
        [
            "position": Schema.integer("In the order of the audience, from 1."), "contact": Schema.id(Contact.self), "name": Schema.text(),
            "phone": Schema.text(), "sender": Schema.id(Sender.self), "state": Schema.choice(CampaignRecipient.State.self),
            "reason": Schema.text("Why they are left out, or the code of the failure."), "detail": Schema.text("The same in words."),
            "message": Schema.id(Message.self), "conversation": Schema.id(Conversation.self), "queuedAt": Schema.instant(),
            "sentAt": Schema.instant(), "deliveredAt": Schema.instant(), "readAt": Schema.instant(), "failedAt": Schema.instant(),
            "repliedAt": Schema.instant(), "clickedAt": Schema.instant(),
        ],
        optional: [
            "contact", "name", "phone", "reason", "detail", "message", "conversation", "queuedAt", "sentAt", "deliveredAt", "readAt",
            "failedAt", "repliedAt", "clickedAt",
        ])
    static let example: JSONValue = [
        "position": 1, "contact": "con_01jz3c4m5n6p7q8r9s0t1v2w3x", "name": "Ana Souza", "phone": "+5511991234567",
        "sender": "snd_01jz3c4m5n6p7q8r9s0t1v2w3x", "state": "delivered", "message": "msg_01jz3c4m5n6p7q8r9s0t1v2w3x",
        "conversation": "cnv_01jz3c4m5n6p7q8r9s0t1v2w3x", "queuedAt": "2026-11-20T08:10:00.000Z", "sentAt": "2026-11-20T08:10:01.000Z",
        "deliveredAt": "2026-11-20T08:10:02.000Z",
    ]
}

/// What one of the recipients would get.
struct CampaignPreviewBody: Encodable {
    let recipient: CampaignRecipientBody
    let values: [String: String]
    let text: TemplateText
    let problems: [String]

    init(_ preview: CampaignPreview) {
        (recipient, values, text) = (CampaignRecipientBody(preview.entry), preview.values, preview.text)
        problems = preview.problems.map(\.detail)
    }
}

extension CampaignPreviewBody: APISchema {
    static let schemaName = "CampaignPreview"
    static let schema = Schema.object([
        "recipient": Schema.reference(CampaignRecipientBody.self),
        "values": ["type": "object", "additionalProperties": Schema.text(), "description": "By the keys of the template's variables."],
        "text": Schema.reference(TemplateTextBody.self), "problems": Schema.list(Schema.text()),
    ])
    static let example: JSONValue = [
        "recipient": CampaignRecipientBody.example, "values": ["body.1": "Ana"], "text": TemplateTextBody.example, "problems": [],
    ]
}

/// What a campaign is likely to cost and how long it takes.
struct CampaignEstimateBody: Encodable {
    struct Amount: Encodable {
        let amount, currency: String

        init(_ cost: MessageCost) { (amount, currency) = (cost.figures, cost.currency) }
    }

    struct Line: Encodable {
        let region: String?
        let recipients, free: Int
        let price, sum: Amount?
    }

    let at: Date
    let endsAt: Date?
    let sums: [Amount]
    let free, unpriced: Int
    let lines: [Line]

    init(_ estimate: CampaignEstimate) {
        let cost = estimate.cost
        (at, endsAt, sums) = (estimate.at, estimate.end, cost.sums.map(Amount.init))
        (free, unpriced) = (cost.freeCount, cost.unpricedCount)
        lines = cost.lines.map {
            Line(
                region: $0.audience.region, recipients: $0.audience.count, free: $0.audience.free, price: $0.price.map(Amount.init),
                sum: $0.sum.map(Amount.init))
        }
    }
}

extension CampaignEstimateBody: APISchema {
    private static let amount = Schema.object([
        "amount": Schema.text("In units of the currency, with all its decimals."), "currency": Schema.text("ISO 4217."),
    ])

    static let schemaName = "CampaignEstimate"
    static let schema = Schema.object(
        [
            "at": Schema.instant("When it was made."),
            "endsAt": Schema.instant("When the last message leaves if it begins now, quiet hours apart; absent when that can’t be known."),
            "sums": Schema.list(amount), "free": Schema.integer("Recipients for whom nothing is charged."),
            "unpriced": Schema.integer("Recipients for whom a price is missing; they aren’t in the sums."),
            "lines": Schema.list(
                Schema.object(
                    [
                        "region": Schema.text("Of the numbers, two letters; absent where they don’t tell."), "recipients": Schema.integer(),
                        "free": Schema.integer(), "price": amount, "sum": amount,
                    ], optional: ["region", "price", "sum"])),
        ], optional: ["endsAt"])
    static let example: JSONValue = [
        "at": "2026-11-20T08:00:00.000Z", "endsAt": "2026-11-20T08:10:00.000Z", "sums": [["amount": "50.00", "currency": "EUR"]],
        "free": 0, "unpriced": 10,
        "lines": [
            [
                "region": "IT", "recipients": 1_000, "free": 0, "price": ["amount": "0.05", "currency": "EUR"],
                "sum": ["amount": "50.00", "currency": "EUR"],
            ], ["recipients": 10, "free": 0],
        ],
    ]
}
