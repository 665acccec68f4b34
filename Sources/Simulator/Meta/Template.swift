/// A message text that the platform approved beforehand.
struct Template: Sendable {
    enum Status: String, Sendable {
        case approved = "APPROVED"
        case pending = "PENDING"
        case rejected = "REJECTED"
        case paused = "PAUSED"
        case disabled = "DISABLED"
    }

    let id: String
    let account: String
    let name: String
    let language: String
    var category: String
    /// `POSITIONAL` or `NAMED`.
    var format: String
    var components: [JSON]
    var status: Status
    /// Milliseconds since 1970.
    let createdAt: Int
    var rejectedReason = "NONE"
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    var quality = "UNKNOWN"
    var timeToLiveSeconds: Int?
    /// When it was approved and then changed, in milliseconds since 1970: once in 24 hours, ten times in 30 days.
    var edits: [Int] = []

    var key: TemplateKey { TemplateKey(name: name, language: language) }

    func component(_ type: String) -> JSON? {
        components.first { $0["type"]?.string?.uppercased() == type }
    }

    var buttons: [JSON] { component("BUTTONS")?["buttons"]?.array ?? [] }
}

struct TemplateKey: Hashable, Sendable {
    let name: String
    let language: String
}

/// What someone wants to create, already read from the request.
struct TemplateDraft: Sendable {
    let name, language, category, format: String
    let components: [JSON]
    var timeToLiveSeconds: Int?
}

extension Template {
    /// What every account starts with.
    static let samples: [TemplateDraft] = [helloWorld, orderUpdate, visitReminder, loginCode]

    private static let helloWorld = TemplateDraft(
        name: "hello_world", language: "en_US", category: "UTILITY", format: "POSITIONAL",
        components: [
            ["type": "HEADER", "format": "TEXT", "text": "Hello"],
            ["type": "BODY", "text": "This is a first message from our business. Thank you for trying it out."],
            ["type": "FOOTER", "text": "Sent by the simulator"],
        ])

    private static let orderUpdate = TemplateDraft(
        name: "order_update", language: "en_US", category: "UTILITY", format: "POSITIONAL",
        components: [
            ["type": "HEADER", "format": "TEXT", "text": "Order {{1}}", "example": ["header_text": ["A-17"]]],
            [
                "type": "BODY", "text": "Hi {{1}}, your order {{2}} left our shop today.",
                "example": ["body_text": [["Ana", "A-17"]]],
            ],
            ["type": "FOOTER", "text": "Reply to this message if something is wrong"],
            [
                "type": "BUTTONS",
                "buttons": [
                    ["type": "QUICK_REPLY", "text": "Where is it?"], ["type": "QUICK_REPLY", "text": "Thank you"],
                    [
                        "type": "URL", "text": "Track", "url": "https://shop.example/orders/{{1}}",
                        "example": ["https://shop.example/orders/A-17"],
                    ],
                ],
            ],
        ])

    private static let visitReminder = TemplateDraft(
        name: "visit_reminder", language: "en_US", category: "MARKETING", format: "NAMED",
        components: [
            [
                "type": "BODY", "text": "Hello {{first_name}}, we look forward to seeing you on {{day}} at our shop.",
                "example": [
                    "body_text_named_params": [
                        ["param_name": "first_name", "example": "Ana"], ["param_name": "day", "example": "Monday"],
                    ]
                ],
            ],
            [
                "type": "BUTTONS",
                "buttons": [["type": "QUICK_REPLY", "text": "I'll be there"], ["type": "QUICK_REPLY", "text": "Another day"]],
            ],
        ])

    private static let loginCode = TemplateDraft(
        name: "login_code", language: "en_US", category: "AUTHENTICATION", format: "POSITIONAL",
        components: [
            [
                "type": "BODY", "text": "*{{1}}* is your verification code. For your security, do not share this code.",
                "add_security_recommendation": true, "example": ["body_text": [["123456"]]],
            ],
            ["type": "FOOTER", "text": "This code expires in 10 minutes.", "code_expiration_minutes": 10],
            [
                "type": "BUTTONS",
                "buttons": [
                    [
                        "type": "URL", "text": "Copy code", "url": "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}",
                        "example": ["https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp123456"],
                    ]
                ],
            ],
        ])
}
