import Testing

@testable import Simulator

/// A template that somebody wants to have, and what the platform says to it.
struct TemplateRow: Sendable, CustomTestStringConvertible {
    let what: String
    let components: [JSON]
    var category = "UTILITY"
    var format = "POSITIONAL"
    /// Seconds that a message may wait.
    var lifetime: JSON?
    /// Why it is refused, where the platform has a code for it.
    var reason: Reason?

    enum Reason: Int {
        case length = 2_388_040
        case missing = 2_388_043
        case header = 2_388_047
        case body = 2_388_072
        case footer = 2_388_073
        case crowded = 2_388_293
        case edge = 2_388_299
    }

    var testDescription: String { what }

    init(
        _ what: String, _ components: [JSON], _ category: String = "UTILITY", _ format: String = "POSITIONAL", lifetime: JSON? = nil,
        because reason: Reason? = nil
    ) {
        (self.what, self.components, self.category, self.format) = (what, components, category, format)
        (self.lifetime, self.reason) = (lifetime, reason)
    }
}

/// Parts of templates, right unless a row says otherwise.
extension TemplateRow {
    static let hello = body("Hello there, nice to see you.")

    static func body(_ text: String, _ examples: JSON...) -> JSON {
        ["type": "BODY", "text": .string(text), "example": ["body_text": [.array(examples)]]]
    }

    static func named(_ text: String, _ examples: [(String, String)]) -> JSON {
        ["type": "BODY", "text": .string(text), "example": ["body_text_named_params": parameters(examples)]]
    }

    static func header(_ text: String, _ examples: JSON...) -> JSON {
        ["type": "HEADER", "format": "TEXT", "text": .string(text), "example": ["header_text": .array(examples)]]
    }

    static func namedHeader(_ text: String, _ examples: [(String, String)]) -> JSON {
        ["type": "HEADER", "format": "TEXT", "text": .string(text), "example": ["header_text_named_params": parameters(examples)]]
    }

    private static func parameters(_ examples: [(String, String)]) -> JSON {
        .array(examples.map { ["param_name": .string($0.0), "example": .string($0.1)] })
    }

    static func media(_ format: JSON = "IMAGE") -> JSON {
        ["type": "HEADER", "format": format, "example": ["header_handle": ["4::picture"]]]
    }

    static func footer(_ text: String) -> JSON { ["type": "FOOTER", "text": .string(text)] }

    static func buttons(_ buttons: JSON...) -> JSON { ["type": "BUTTONS", "buttons": .array(buttons)] }

    static func quick(_ text: String = "Yes") -> JSON { ["type": "QUICK_REPLY", "text": .string(text)] }

    static func quicks(_ count: Int) -> JSON {
        ["type": "BUTTONS", "buttons": .array((1...count).map { quick("Yes \($0)") })]
    }

    static func link(_ url: String, _ example: JSON? = nil) -> JSON {
        .fields(("type", "URL"), ("text", "Open"), ("url", .string(url)), ("example", example))
    }

    static func phone(_ number: JSON) -> JSON { ["type": "PHONE_NUMBER", "text": "Call us", "phone_number": number] }

    static func flow(_ members: (String, JSON?)...) -> JSON { .fields([("type", "FLOW"), ("text", "Start")] + members) }

    static func call(_ minutes: JSON?) -> JSON { .fields(("type", "VOICE_CALL"), ("text", "Call us"), ("ttl_minutes", minutes)) }

    static func offer(_ text: String) -> JSON {
        ["type": "LIMITED_TIME_OFFER", "limited_time_offer": ["text": .string(text), "has_expiration": true]]
    }

    static func carousel(_ cards: [[JSON]]) -> JSON {
        ["type": "CAROUSEL", "cards": .array(cards.map { ["components": .array($0)] })]
    }

    static func twice(_ card: [JSON]) -> JSON { carousel([card, card]) }

    static func cards(_ count: Int) -> JSON { carousel(Array(repeating: [media(), buttons(quick())], count: count)) }

    static let fixedBody: JSON = ["type": "BODY", "add_security_recommendation": true]

    static func expiring(_ minutes: JSON) -> JSON { ["type": "FOOTER", "code_expiration_minutes": minutes] }

    static func code(_ kind: JSON = "COPY_CODE", _ members: (String, JSON?)...) -> JSON {
        .fields([("type", "OTP"), ("otp_type", kind)] + members)
    }

    static let plainCode: [JSON] = [fixedBody, buttons(code())]

    static func apps(_ count: Int) -> JSON {
        .array(Array(repeating: ["package_name": "com.example.app", "signature_hash": "K8a/AINcGX7"], count: count))
    }

    static func long(_ count: Int, after start: String = "") -> String { start + String(repeating: "x", count: count) }
}
