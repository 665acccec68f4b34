package enum ConversationProblem: Problem, Equatable {
    case missing
    /// There is one with this person, and the caller may not see it.
    case withColleagues

    package var kind: ProblemKind {
        switch self {
        case .missing: .missing
        case .withColleagues: .refused
        }
    }

    package var code: String {
        switch self {
        case .missing: "conversation.missing"
        case .withColleagues: "conversation.with-colleagues"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "There is no such conversation in this workspace."
        case .withColleagues: "Somebody else looks after the conversation with this person. Ask an owner or admin to assign it to you."
        }
    }
}
