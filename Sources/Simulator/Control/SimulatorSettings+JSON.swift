extension SimulatorSettings {
    private static let switches: [(String, any WritableKeyPath<SimulatorSettings, Bool> & Sendable)] = [
        ("throughputLimit", \.throughputLimit), ("pairLimit", \.pairLimit), ("window", \.window), ("messagingLimit", \.messagingLimit),
        ("statuses", \.statuses), ("quoteCallbackData", \.quoteCallbackData), ("escapeWebhooks", \.escapeWebhooks),
        ("contactsOnFailed", \.contactsOnFailed),
    ]
    /// Whole numbers with the range that makes sense.
    private static let figures: [(String, any WritableKeyPath<SimulatorSettings, Int> & Sendable, ClosedRange<Int>)] = [
        ("reviewDelay", \.reviewDelay, 0...86_400_000), ("sentDelay", \.sentDelay, 0...3_600_000),
        ("deliveredDelay", \.deliveredDelay, 0...3_600_000),
        ("readDelay", \.readDelay, 0...3_600_000), ("freeServiceMessages", \.freeServiceMessages, 0...1_000_000),
        ("webhookBatch", \.webhookBatch, 1...1_000), ("webhookParallel", \.webhookParallel, 1...64),
        ("webhookRetryDelay", \.webhookRetryDelay, 0...60_000), ("latency", \.latency, 0...600_000),
    ]

    var json: JSON {
        var members = Self.switches.map { JSON.Member($0.0, .bool(self[keyPath: $0.1])) }
        members += Self.figures.map { JSON.Member($0.0, .integer(self[keyPath: $0.1])) }
        members.append(JSON.Member("windowRefusal", .string(windowRefusal.rawValue)))
        members.append(JSON.Member("unknownRecipients", .string(unknownRecipients.rawValue)))
        members.append(JSON.Member("review", .string(review.rawValue)))
        members.append(JSON.Member("signupFirst", .string(signupFirst.rawValue)))
        return .object(members)
    }

    /// Changes what is named; throws, with nothing changed, when a name or a value isn't known.
    mutating func change(_ json: JSON) throws {
        var changed = self
        for member in json.members ?? [] {
            func wrong(_ wanted: String) -> ControlProblem { ControlProblem("\(member.name) must be \(wanted).") }
            if let (_, path) = Self.switches.first(where: { $0.0 == member.name }) {
                guard let value = member.value.bool else { throw wrong("true or false") }
                changed[keyPath: path] = value
            } else if let (_, path, range) = Self.figures.first(where: { $0.0 == member.name }) {
                guard let value = member.value.integer, range.contains(value) else {
                    throw wrong("\(range.lowerBound) to \(range.upperBound)")
                }
                changed[keyPath: path] = value
            } else {
                let text = member.value.string ?? ""
                switch member.name {
                case "windowRefusal":
                    guard let value = WindowRefusal(rawValue: text) else { throw wrong("answer or status") }
                    changed.windowRefusal = value
                case "unknownRecipients":
                    guard let value = UnknownRecipients(rawValue: text) else { throw wrong("undeliverable or reachable") }
                    changed.unknownRecipients = value
                case "review":
                    guard let value = Review(rawValue: text) else { throw wrong("approve, reject or pending") }
                    changed.review = value
                case "signupFirst":
                    guard let value = SignupAnswer(rawValue: text) else { throw wrong("event or code") }
                    changed.signupFirst = value
                default: throw ControlProblem("There is no setting \(member.name).")
                }
            }
        }
        self = changed
    }
}
