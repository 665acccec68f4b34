package import struct Foundation.Date

/// What a person decides about a message of which nobody knows whether it left.
package enum MessageDecision: String, Sendable, CaseIterable, Codable {
    /// A new attempt, at the risk that the customer gets it twice.
    case sendAgain = "send-again"
    /// It counts as failed.
    case leave

    /// How long a report of the provider is waited for before a person may decide, in seconds.
    package static let waitSeconds = 600.0
}

/// Why nothing can be decided about a message.
package enum DecisionProblem: Problem, Equatable {
    case nothingToDecide
    case tooEarly(decideAt: Date, seconds: Int)

    package var kind: ProblemKind { .conflict }

    package var code: String {
        switch self {
        case .nothingToDecide: "message.nothing-to-decide"
        case .tooEarly: "message.decision-too-early"
        }
    }

    package var detail: String {
        switch self {
        case .nothingToDecide: "Only a message with the status unknown needs a decision, and it is known what became of this one."
        case .tooEarly(_, let seconds):
            "WhatsApp may still report whether this message left. If it doesn't, decide in \((seconds + 59) / 60) min."
        }
    }

    package var retryAfterSeconds: Int? {
        switch self {
        case .nothingToDecide: nil
        case .tooEarly(_, let seconds): seconds
        }
    }
}
