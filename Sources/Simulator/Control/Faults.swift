/// What goes wrong on request.
struct Faults: Sendable {
    /// Rules for calls of the Graph API, tried in order.
    var rules: [FaultRule] = []
    /// Every call of the Graph API breaks off.
    var isDown = false
    private var lastRule = 0

    /// Rules at a time.
    static let limit = 100

    mutating func add(_ make: (_ id: Int) -> FaultRule) -> FaultRule {
        lastRule += 1
        let rule = make(lastRule)
        rules.append(rule)
        return rule
    }

    /// The first rule that fits a call; it is used up by one.
    mutating func take(_ method: String, edge: String) -> FaultRule? {
        guard let index = rules.firstIndex(where: { ($0.edge == "*" || $0.edge == edge) && ($0.method == nil || $0.method == method) })
        else { return nil }
        let rule = rules[index]
        if let remaining = rule.remaining {
            rules[index].remaining = remaining - 1
            if remaining <= 1 { rules.remove(at: index) }
        }
        return rule
    }
}

struct FaultRule: Sendable {
    enum Action: Sendable {
        /// An error in the platform's envelope.
        case error(GraphError)
        /// A status with no envelope.
        case status(Int)
        /// The connection breaks off.
        case reset
        /// No answer ever comes.
        case silence
        /// The answer comes late.
        case delay
    }

    let id: Int
    /// The last part of the address, such as `messages`; `*` for every call.
    let edge: String
    let method: String?
    /// Calls left; nil for all.
    var remaining: Int?
    let action: Action
    /// Whether the call takes effect before it goes wrong.
    let afterwards: Bool
    /// Milliseconds to wait first.
    let delay: Int
}

/// What goes wrong with webhooks. Each counts down and ends at zero.
struct WebhookFaults: Sendable, Equatable {
    /// Milliseconds that each takes longer.
    var delay = 0
    /// Webhooks that are sent twice.
    var duplicate = 0
    /// Webhooks that are held and sent in reverse order, all together.
    var reorder = 0
    /// Webhooks whose first attempt gets lost on the way; the repetition arrives.
    var drop = 0
}
