internal import OrderedCollections

/// A code on its way to whoever has a number: as an SMS, or said by a call.
struct SentCode: Sendable {
    enum Method: String, Sendable {
        case sms = "SMS"
        case voice = "VOICE"
    }

    /// Those kept; older ones are dropped.
    static let limit = 200

    let id: String
    let number: String
    let method: Method
    let language: String
    let digits: String
    /// Milliseconds since 1970.
    let at: Int
    /// Whether somebody took the call.
    var isAnswered = false
}

extension World {
    mutating func remember(_ code: SentCode) {
        sentCodes[code.id] = code
        if sentCodes.count > SentCode.limit { sentCodes.removeFirst() }
        effects.append(.codeSent)
    }

    /// Takes the call. Whether there is one.
    mutating func answerCall(_ id: String) -> Bool {
        guard sentCodes[id]?.method == .voice else { return false }
        sentCodes[id]?.isAnswered = true
        effects.append(.codeSent)
        return true
    }

    /// Newest first.
    func sentCodes(to number: String?) -> [SentCode] {
        sentCodes.values.reversed().filter { number == nil || $0.number == number }
    }

    /// As the owner's phone has it: what a call says is heard only once somebody takes it.
    func json(of code: SentCode) -> JSON {
        let isTold = code.method == .sms || code.isAnswered
        let spoken = code.digits.map(String.init).joined(separator: " ")
        let words =
            switch code.method {
            case .sms: "Your WhatsApp code is \(code.digits.prefix(3))-\(code.digits.suffix(3)). Don't share it with anybody."
            case .voice: "Your WhatsApp code is \(spoken). Once more: \(spoken)."
            }
        let number = numbers[code.number]
        return .fields(
            ("id", .string(code.id)), ("number", .string(code.number)), ("display", number.map { .string($0.displayNumber) }),
            ("name", number.map { .string($0.verifiedName) }), ("method", .string(code.method.rawValue)),
            ("language", .string(code.language)), ("at", .number(Double(code.at) / 1_000)), ("isAnswered", .bool(code.isAnswered)),
            ("code", isTold ? .string(code.digits) : nil), ("text", isTold ? .string(words) : nil))
    }
}
