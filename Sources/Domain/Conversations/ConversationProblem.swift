package enum ConversationProblem: Problem, Equatable {
    case missing
    /// There is one with this person, and the caller may not see it.
    case withColleagues
    case snoozePast
    case snoozeTooLong
    case tooMany(count: Int)
    case deletionUnconfirmed

    package var kind: ProblemKind {
        switch self {
        case .missing: .missing
        case .withColleagues: .refused
        case .snoozePast, .snoozeTooLong, .tooMany, .deletionUnconfirmed: .invalid
        }
    }

    package var code: String {
        switch self {
        case .missing: "conversation.missing"
        case .withColleagues: "conversation.with-colleagues"
        case .snoozePast: "conversation.snooze-past"
        case .snoozeTooLong: "conversation.snooze-too-long"
        case .tooMany: "conversation.too-many"
        case .deletionUnconfirmed: "conversation.deletion-unconfirmed"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "There is no such conversation in this workspace."
        case .withColleagues: "Somebody else looks after the conversation with this person. Ask an owner or admin to assign it to you."
        case .snoozePast: "This moment is over. Choose one that is still to come."
        case .snoozeTooLong: "A conversation can be snoozed for a year at most. Choose an earlier day."
        case .tooMany(let count):
            "These are \(count) conversations, and \(ConversationChange.conversationLimit) can be changed at once. Choose fewer."
        case .deletionUnconfirmed: "A deleted conversation can't be brought back. Tick the box to confirm, then delete it."
        }
    }

    package var field: String? {
        switch self {
        case .missing, .withColleagues: nil
        case .snoozePast, .snoozeTooLong: "until"
        case .tooMany: "conversations"
        case .deletionUnconfirmed: "confirmed"
        }
    }
}
