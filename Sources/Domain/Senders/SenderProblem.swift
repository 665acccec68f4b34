package enum SenderProblem: Problem, Equatable {
    case missing
    case connectionMissing
    case phoneNumberTaken(String)
    case nameEmpty
    case cannotSend(reason: String)

    package var kind: ProblemKind {
        switch self {
        case .missing, .connectionMissing: .missing
        case .phoneNumberTaken, .cannotSend: .conflict
        case .nameEmpty: .invalid
        }
    }

    package var code: String {
        switch self {
        case .missing: "sender.missing"
        case .connectionMissing: "connection.missing"
        case .phoneNumberTaken: "sender.phone-number-taken"
        case .nameEmpty: "sender.name-empty"
        case .cannotSend: "sender.cannot-send"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "There is no such sender in this workspace."
        case .connectionMissing: "There is no such connection in this workspace."
        case .phoneNumberTaken(let number): "\(number) is a sender of this workspace already. Open it on the Senders page."
        case .nameEmpty: "Give the sender a name, so that your team can tell it from the others."
        case .cannotSend(let reason): "This sender can't send right now: \(reason)"
        }
    }

    package var field: String? {
        switch self {
        case .missing, .cannotSend: "sender"
        case .phoneNumberTaken: "phoneNumberId"
        case .nameEmpty: "name"
        case .connectionMissing: nil
        }
    }
}
