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

    /// The first rule that fits a call and strikes; it is used up by one.
    mutating func take(_ method: String, edge: String) -> FaultRule? {
        for index in rules.indices where rules[index].fits(method, edge: edge) {
            guard rules[index].draw() else { continue }
            let rule = rules[index]
            if let remaining = rule.remaining {
                rules[index].remaining = remaining - 1
                if remaining <= 1 { rules.remove(at: index) }
            }
            return rule
        }
        return nil
    }

    /// A call that a rule struck afterwards had been refused, and its caller doesn't learn so.
    mutating func noteHiddenRefusal(of rule: Int) {
        guard let index = rules.firstIndex(where: { $0.id == rule }) else { return }
        rules[index].hiddenRefusals += 1
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
    /// Share of the fitting calls that it strikes; nil for every one.
    let chance: Double?
    /// What the chance is drawn from.
    var random: SeededRandom
    /// Calls that it struck.
    var hits = 0
    /// Those among them that took no effect: they were refused before it struck.
    var hiddenRefusals = 0

    func fits(_ method: String, edge: String) -> Bool {
        (self.edge == "*" || self.edge == edge) && (self.method == nil || self.method == method)
    }

    /// Whether the next fitting call goes wrong.
    mutating func draw() -> Bool {
        if let chance, !random.strikes(chance) { return false }
        hits += 1
        return true
    }
}

/// What goes wrong with webhooks. Each number counts down and ends at zero; the chances stay.
struct WebhookFaults: Sendable, Equatable {
    /// Milliseconds that each takes longer.
    var delay = 0
    /// Webhooks that are sent twice.
    var duplicate = 0
    /// Webhooks that are held and sent in reverse order, all together.
    var reorder = 0
    /// Webhooks whose first attempt gets lost on the way; the repetition arrives.
    var drop = 0
    var chances = WebhookChances()
}

/// What goes wrong with some webhooks, by chance.
struct WebhookChances: Sendable, Equatable {
    /// Share of webhooks that come twice, the second time up to `within` milliseconds later.
    var duplicate = 0.0
    /// Share of webhooks that others overtake: they leave up to `within` milliseconds later.
    var late = 0.0
    /// Share of webhooks whose first attempt gets lost on the way.
    var drop = 0.0
    /// Share of webhooks that are taken by the callback, whose answer gets lost on the way: they come again.
    var forget = 0.0
    var within = 1_000
    var seed = 0

    static let names: [(String, any WritableKeyPath<WebhookChances, Double> & Sendable)] = [
        ("duplicate", \.duplicate), ("late", \.late), ("drop", \.drop), ("forget", \.forget),
    ]
}
