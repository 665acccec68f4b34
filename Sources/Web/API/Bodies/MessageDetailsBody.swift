internal import Domain

internal import struct Foundation.Date

/// A message with each attempt to send it: the members of ``MessageBody``, and `attempts`.
struct MessageDetailsBody: Encodable {
    let history: MessageHistory

    init(_ history: MessageHistory) { self.history = history }

    private enum Keys: CodingKey { case attempts }

    func encode(to encoder: any Encoder) throws {
        try MessageBody(history.message).encode(to: encoder)
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(history.attempts.map(MessageAttemptBody.init), forKey: .attempts)
    }
}

extension MessageDetailsBody: APISchema {
    static let schemaName = "MessageDetails"

    static var schema: JSONValue {
        guard case .object(var schema) = MessageBody.schema, case .object(var properties) = schema["properties"],
            case .array(let required) = schema["required"]
        else { return MessageBody.schema }
        properties["attempts"] = Schema.list(Schema.reference(MessageAttemptBody.schemaName))
        schema["properties"] = .object(properties)
        schema["required"] = .array(required + ["attempts"])
        return .object(schema)
    }

    static var example: JSONValue {
        guard case .object(var members) = MessageBody.example else { return .null }
        members["attempts"] = [MessageAttemptBody.example]
        return .object(members)
    }
}

/// One call to WhatsApp, and what it reported of it.
struct MessageAttemptBody: Encodable {
    let number: Int
    let status: AttemptStatus
    let startedAt: Date
    let answeredAt: Date?
    let providerId: String?
    let error: MessageError?
    let category: String?
    let pricing: String?
    let isBilled: Bool?
    let reports: [Report]

    struct Report: Encodable {
        let status: AttemptStatus
        let at: Date
        let participant: String?
    }

    private enum Keys: CodingKey {
        case number, status, startedAt, answeredAt, providerId, error, category, pricing, isBilled, reports
    }

    private enum ReportKeys: CodingKey { case status, at, participant }

    init(_ attempt: MessageAttempt) {
        (number, status, startedAt, answeredAt) = (attempt.number, attempt.status, attempt.startedAt, attempt.answeredAt)
        (providerId, error, isBilled) = (attempt.providerID, attempt.error, attempt.isBilled)
        (category, pricing) = (attempt.price?.category, attempt.price?.kind)
        reports = attempt.reports.map { Report(status: $0.status, at: $0.at, participant: $0.participant) }
    }

    func encode(to encoder: any Encoder) throws {
        // What isn't known is null and not left out.
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(number, forKey: .number)
        try container.encode(status, forKey: .status)
        try container.encode(startedAt, forKey: .startedAt)
        try container.encode(answeredAt, forKey: .answeredAt)
        try container.encode(providerId, forKey: .providerId)
        try container.encode(error, forKey: .error)
        try container.encode(category, forKey: .category)
        try container.encode(pricing, forKey: .pricing)
        try container.encode(isBilled, forKey: .isBilled)
        var list = container.nestedUnkeyedContainer(forKey: .reports)
        for report in reports {
            var member = list.nestedContainer(keyedBy: ReportKeys.self)
            try member.encode(report.status, forKey: .status)
            try member.encode(report.at, forKey: .at)
            try member.encode(report.participant, forKey: .participant)
        }
    }
}

extension MessageAttemptBody: APISchema {
    static let schemaName = "MessageAttempt"

    static let schema: JSONValue = Schema.object([
        "number": Schema.integer("From 1."),
        "status": Schema.choice(AttemptStatus.self),
        "startedAt": Schema.instant("When the call to WhatsApp began."),
        "answeredAt": Schema.orNull(Schema.instant("When its answer, or its first report, came.")),
        "providerId": Schema.orNull(Schema.text("WhatsApp's id of it.")),
        "error": Schema.orNull(Schema.reference(MessageErrorSchema.self)),
        "category": Schema.orNull(Schema.text("By which WhatsApp charges it: marketing, utility, authentication, service and the like.")),
        "pricing": Schema.orNull(Schema.text("regular, free_customer_service or free_entry_point.")),
        "isBilled": Schema.orNull(
            Schema.bool("Whether WhatsApp charges it; null while it hasn't said. Only what was delivered is charged.")),
        "reports": Schema.list(
            Schema.object([
                "status": Schema.choice(AttemptStatus.self), "at": Schema.instant(),
                "participant": Schema.orNull(Schema.text("Who of a group it is about.")),
            ])),
    ])

    static let example: JSONValue = [
        "number": 1, "status": "delivered", "startedAt": "2026-11-21T08:00:00.500Z", "answeredAt": "2026-11-21T08:00:00.700Z",
        "providerId": "wamid.HBgLMTU1NTAxOTkwMDE", "error": nil, "category": "service", "pricing": "regular", "isBilled": true,
        "reports": [
            ["status": "sent", "at": "2026-11-21T08:00:01.000Z", "participant": nil],
            ["status": "delivered", "at": "2026-11-21T08:00:02.000Z", "participant": nil],
        ],
    ]
}
