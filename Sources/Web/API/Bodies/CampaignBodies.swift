internal import Domain
internal import Services

internal import struct Foundation.Date

/// A campaign with what is counted of it.
struct CampaignBody: Encodable {
    struct Halt: Encodable {
        let code, detail: String
        let sender: Identifier<Sender>?
    }

    let id: Identifier<Campaign>
    let name: String
    let state: CampaignState
    let preparation: CampaignPreparation
    let senders: [Identifier<Sender>]
    let template: Identifier<Template>?
    let mapping: TemplateMapping
    let audience: [CampaignSource]
    let stopRule: CampaignStopRule
    let halt: Halt?
    let startsAt: Date?
    let timing: CampaignSchedule?
    let createdBy: String
    let createdAt: Date
    let startedAt, endedAt: Date?
    let counts: CampaignCountsBody?

    init(_ campaign: Campaign, counts: CampaignCounts? = nil) {
        let plan = campaign.plan
        (id, name, state, preparation) = (campaign.id, plan.name, campaign.state, campaign.preparation)
        (senders, template, mapping, audience) = (plan.senders, plan.template, plan.mapping, plan.audience.sources)
        (stopRule, startsAt, timing) = (plan.stopRule, plan.startsAt, plan.timing)
        halt = campaign.halt.map { Halt(code: $0.code, detail: $0.sentence, sender: $0.sender) }
        (createdBy, createdAt) = (campaign.createdBy, campaign.createdAt)
        (startedAt, endedAt) = (campaign.startedAt, campaign.endedAt)
        self.counts = counts.map(CampaignCountsBody.init)
    }

    init(_ summary: CampaignSummary) { self.init(summary.campaign, counts: summary.counts) }
}

extension CampaignBody: APISchema {
    static let schemaName = "Campaign"
    static var schema: JSONValue {
        Schema.object(
            [
                "id": Schema.id(Campaign.self), "name": Schema.text(), "state": Schema.choice(CampaignState.self),
                "preparation": Schema.choice(CampaignPreparation.self, "Whether it is known who gets it."),
                "senders": Schema.list(Schema.id(Sender.self)), "template": Schema.id(Template.self), "mapping": mapping,
                "audience": Schema.list(source(isRequest: false)), "stopRule": stopRule(isRequest: false),
                "halt": Schema.object(
                    [
                        "code": Schema.text("Such as failures, person, template-not-sendable."), "detail": Schema.text(),
                        "sender": Schema.id(Sender.self),
                    ], optional: ["sender"]), "startsAt": Schema.instant("When it begins by itself."), "timing": timing(isRequest: false),
                "createdBy": Schema.text(),
                "createdAt": Schema.instant(), "startedAt": Schema.instant(), "endedAt": Schema.instant(),
                "counts": Schema.reference(CampaignCountsBody.self),
            ], optional: ["template", "halt", "startsAt", "timing", "startedAt", "endedAt", "counts"])
    }

    static let mapping: JSONValue = [
        "type": "object", "description": "What stands for each of the template's variables, by their keys.",
        "additionalProperties": [
            "anyOf": [
                Schema.object(["text": Schema.text("The same for everybody.")]),
                Schema.object(
                    [
                        "field": Schema.text("A merge field, such as contact.firstName, or column.Order for a column of a file."),
                        "fallback": Schema.text("For those of whom it isn't known."),
                        "format": Schema.choice(MergeFormat.self),
                    ], optional: ["fallback", "format"]),
            ]
        ],
    ]

    static func source(isRequest: Bool) -> JSONValue {
        [
            "anyOf": [
                Schema.object(["group": Schema.id(ContactGroup.self)], isRequest: isRequest),
                Schema.object(["contacts": Schema.list(Schema.id(Contact.self, "Picked by hand."))], isRequest: isRequest),
                Schema.object(
                    [
                        "directory": Schema.object(
                            [
                                "region": Schema.text("Of the number, two letters."), "hasConversation": Schema.bool(),
                                "everybody": Schema.bool("With those who merely wrote."),
                            ], optional: ["region", "hasConversation", "everybody"], isRequest: isRequest)
                    ], isRequest: isRequest),
                Schema.object(
                    [
                        "file": Schema.object(
                            [
                                "upload": Schema.id(ContactImport.self, "An upload that nothing was taken from."),
                                "phoneColumn": Schema.integer("Counted from 0."),
                                "region": Schema.text("Whose numbers those without a country code are, two letters."),
                                "headings": Schema.list(Schema.text("Read from the file.")),
                            ], optional: ["region", "headings"], isRequest: isRequest)
                    ], isRequest: isRequest),
            ]
        ]
    }

    static func timing(isRequest: Bool) -> JSONValue {
        Schema.object(
            [
                "start": Schema.text("By the clock, such as 2026-12-01T09:30; without it, as soon as it is started."),
                "zone": Schema.text("Whose clock, such as Europe/Rome; also that of recipients whose own isn’t known. UTC unless given."),
                "inRecipientsZone": Schema.bool("Whether the start is by each recipient’s own clock."),
                "quietHours": Schema.text("In which nobody is written to, by their clock, such as 21:00-08:00."),
            ], optional: isRequest ? ["start", "zone", "inRecipientsZone", "quietHours"] : ["start", "inRecipientsZone", "quietHours"],
            isRequest: isRequest)
    }

    static func stopRule(isRequest: Bool) -> JSONValue {
        Schema.object(
            [
                "percent": Schema.integer("Hundredths of failures that pause it; without it none do."),
                "least": Schema.integer("Messages with a known outcome from which on it holds."),
            ], optional: ["percent"], isRequest: isRequest)
    }

    static let example: JSONValue = [
        "id": "cmp_01jz3c4m5n6p7q8r9s0t1v2w3x", "name": "Spring offer", "state": "running", "preparation": "done",
        "senders": ["snd_01jz3c4m5n6p7q8r9s0t1v2w3x"], "template": "tpl_01jz3c4m5n6p7q8r9s0t1v2w3x",
        "mapping": ["body.1": ["field": "contact.firstName", "fallback": "friend"]],
        "audience": [["group": "grp_01jz3c4m5n6p7q8r9s0t1v2w3x"]], "stopRule": ["percent": 20, "least": 50],
        "timing": ["start": "2026-11-20T09:10", "zone": "Europe/Rome", "inRecipientsZone": true, "quietHours": "21:00-08:00"],
        "createdBy": "member:acc_01jz3c4m5n6p7q8r9s0t1v2w3x", "createdAt": "2026-11-20T08:00:00.000Z",
        "startedAt": "2026-11-20T08:10:00.000Z", "counts": CampaignCountsBody.example,
    ]
}

/// What is counted of the recipients.
struct CampaignCountsBody: Encodable {
    let audience, excluded, recipients: Int
    let pending, queued, sent, delivered, read, failed, cancelled, unknown: Int
    let replied, clicked: Int
    let deliveredPercent, readPercent: Double?
    let exclusions: [String: Int]

    init(_ counts: CampaignCounts) {
        (audience, excluded, recipients) = (counts.audience, counts.excluded, counts.recipients)
        (pending, queued, sent) = (counts[.pending], counts[.queued], counts.sent)
        (delivered, read, failed) = (counts.delivered, counts.read, counts.failed)
        (cancelled, unknown) = (counts[.cancelled], counts[.unknown])
        (replied, clicked) = (counts.replied, counts.clicked)
        (deliveredPercent, readPercent) = (counts.deliveredPercent, counts.readPercent)
        exclusions = Dictionary(uniqueKeysWithValues: counts.exclusions.map { ($0.key.rawValue, $0.value) })
    }
}

extension CampaignCountsBody: APISchema {
    static let schemaName = "CampaignCounts"
    static let schema = Schema.object(
        [
            "audience": Schema.integer("Everybody whom the audience names."), "excluded": Schema.integer("Those who are left out."),
            "recipients": Schema.integer("The others."), "pending": Schema.integer("Not written to yet."),
            "queued": Schema.integer("In the queue of a number, or being sent."), "sent": Schema.integer("Left, whatever came of it."),
            "delivered": Schema.integer("Delivered, and perhaps read."), "read": Schema.integer(), "failed": Schema.integer(),
            "cancelled": Schema.integer(), "unknown": Schema.integer("Nobody knows whether it left."),
            "replied": Schema.integer("Answered within \(Int(Campaign.replyDays)) days."),
            "clicked": Schema.integer("Tapped a quick reply of the template."),
            "deliveredPercent": Schema.number("Of the recipients."), "readPercent": Schema.number("Of those to whom it was delivered."),
            "exclusions": [
                "type": "object", "additionalProperties": Schema.integer(),
                "description": .string("By reason: \(CampaignExclusion.allCases.map(\.rawValue).joined(separator: ", "))."),
            ],
        ], optional: ["deliveredPercent", "readPercent"])
    static let example: JSONValue = [
        "audience": 1_010, "excluded": 10, "recipients": 1_000, "pending": 400, "queued": 100, "sent": 490, "delivered": 450, "read": 300,
        "failed": 10, "cancelled": 0, "unknown": 0, "replied": 40, "clicked": 12, "deliveredPercent": 45.0, "readPercent": 66.7,
        "exclusions": ["duplicate": 10],
    ]
}

/// What is chosen for a campaign; on a change, what isn't given stays.
struct CampaignPlanBody: Decodable {
    let name: String?
    let senders: [Identifier<Sender>]?
    let template: Identifier<Template>?
    let mapping: TemplateMapping?
    let audience: [CampaignSource]?
    let stopRule: CampaignStopRule?
    let timing: CampaignSchedule?

    /// Throws ``CampaignProblem`` and ``CampaignScheduleProblem``.
    func plan(over plan: CampaignPlan? = nil, now: Date) throws -> CampaignPlan {
        try timing?.check(now: now)
        return try CampaignPlan(
            name: name ?? plan?.name ?? "", senders: senders ?? plan?.senders ?? [], template: template ?? plan?.template,
            mapping: mapping ?? plan?.mapping ?? TemplateMapping(),
            audience: audience.map { CampaignAudience($0) } ?? plan?.audience ?? .init(),
            startsAt: timing == nil ? plan?.startsAt : CampaignSchedule.beginning(of: timing, over: plan, now: now),
            stopRule: stopRule ?? plan?.stopRule ?? .standard,
            timing: timing ?? plan?.timing)
    }
}

extension CampaignPlanBody: APISchema {
    static let schemaName = "CampaignPlan"
    static var schema: JSONValue {
        Schema.object(
            [
                "name": Schema.text("A new one needs it."), "senders": Schema.list(Schema.id(Sender.self)),
                "template": Schema.id(Template.self), "mapping": CampaignBody.mapping,
                "audience": Schema.list(CampaignBody.source(isRequest: true)), "stopRule": CampaignBody.stopRule(isRequest: true),
                "timing": CampaignBody.timing(isRequest: true),
            ], optional: ["name", "senders", "template", "mapping", "audience", "stopRule", "timing"], isRequest: true)
    }

    static let example: JSONValue = [
        "name": "Spring offer", "senders": ["snd_01jz3c4m5n6p7q8r9s0t1v2w3x"], "template": "tpl_01jz3c4m5n6p7q8r9s0t1v2w3x",
        "mapping": ["body.1": ["field": "contact.firstName", "fallback": "friend"]],
        "audience": [["group": "grp_01jz3c4m5n6p7q8r9s0t1v2w3x"], ["directory": ["region": "BR"]]],
        "timing": ["zone": "Europe/Rome", "quietHours": "21:00-08:00"],
    ]
}

struct CampaignTimeBody: Decodable {
    let startsAt: Date
}

extension CampaignTimeBody: APISchema {
    static let schemaName = "CampaignTime"
    static let schema = Schema.object(["startsAt": Schema.instant("When it is to begin.")], isRequest: true)
    static let example: JSONValue = ["startsAt": "2026-12-01T09:00:00Z"]
}

struct CampaignRetryBody: Decodable {
    let reasons: [String]?
}

extension CampaignRetryBody: APISchema {
    static let schemaName = "CampaignRetry"
    static let schema = Schema.object(
        ["reasons": Schema.list(Schema.text("The code of a failure, as the report has it; all, unless given."))], optional: ["reasons"],
        isRequest: true)
    static let example: JSONValue = ["reasons": ["131000"]]
}

struct CampaignTestBody: Decodable {
    let to: RecipientBody
}

extension CampaignTestBody: APISchema {
    static let schemaName = "CampaignTest"
    static let schema = Schema.object(["to": RecipientBody.schema], isRequest: true)
    static let example: JSONValue = ["to": "+15550199001"]
}
