package enum SenderProblem: Problem, Equatable {
    case missing
    case connectionMissing
    /// The name is that of the sender it belongs to; nil when that isn't known.
    case phoneNumberTaken(String, by: String? = nil)
    case nameEmpty
    case cannotSend(reason: String)
    case activeAlready
    case inactiveAlready
    case nothingToRetry(SenderCondition)
    case nameTooLong
    /// Switching it on begins a month of that price.
    case activationCosts(Credits)
    /// So many messages wait to leave.
    case messagesWaiting(BoundedCount)

    package var kind: ProblemKind {
        switch self {
        case .missing, .connectionMissing: .missing
        case .phoneNumberTaken, .cannotSend, .activeAlready, .inactiveAlready, .nothingToRetry, .messagesWaiting, .activationCosts:
            .conflict
        case .nameEmpty, .nameTooLong: .invalid
        }
    }

    package var code: String {
        switch self {
        case .missing: "sender.missing"
        case .connectionMissing: "connection.missing"
        case .phoneNumberTaken: "sender.phone-number-taken"
        case .nameEmpty: "sender.name-empty"
        case .cannotSend: "sender.cannot-send"
        case .activeAlready: "sender.active-already"
        case .inactiveAlready: "sender.inactive-already"
        case .nothingToRetry: "sender.nothing-to-retry"
        case .nameTooLong: "sender.name-too-long"
        case .messagesWaiting: "sender.messages-waiting"
        case .activationCosts: "sender.activation-costs"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "There is no such sender in this workspace."
        case .connectionMissing: "There is no such connection in this workspace."
        case .phoneNumberTaken(let number, let name):
            "\(number) is a sender of this workspace already\(name.map { ", \u{201C}\($0)\u{201D}" } ?? ""), through another app or account. Remove it on its page first; connected again, it goes on with its conversations."
        case .nameEmpty: "Give the sender a name, so that your team can tell it from the others."
        case .cannotSend(let reason): "This sender can't send right now: \(reason)"
        case .nameTooLong: "A sender's name has at most \(Sender.nameLimit) characters."
        case .activationCosts(let price):
            "Switching this sender on costs \(price.figures) credits a month. Do it on its Subscription page, which says until when that is paid."
        case .messagesWaiting(let count):
            "\(count.isMore ? "More than \(count.count)" : "\(count.count)") \(count.count == 1 && !count.isMore ? "message waits" : "messages wait") to leave. Cancel them on the sender's queue page first, or let them leave."
        case .activeAlready: "This sender is switched on already. Reload the page to see how it stands."
        case .inactiveAlready: "This sender is switched off already. Reload the page to see how it stands."
        case .nothingToRetry(let condition):
            switch condition.reason {
            case .some(.checking): "WhatsApp is being asked already. Wait some seconds."
            case .some(let reason) where condition.status != .online: "Trying again wouldn't help. \(reason.advice)"
            default: "There is nothing to try again: this sender is online."
            }
        }
    }

    package var field: String? {
        switch self {
        case .missing, .cannotSend, .activeAlready, .inactiveAlready, .nothingToRetry, .messagesWaiting, .activationCosts: "sender"
        case .phoneNumberTaken: "phoneNumberId"
        case .nameEmpty, .nameTooLong: "name"
        case .connectionMissing: nil
        }
    }
}
