package import struct Foundation.Date

/// What a person does with one conversation, or with several at once.
package enum ConversationChange: Sendable, Equatable {
    case close
    case archive
    case reopen
    /// Out of the way until then, or until the customer writes.
    case snooze(until: Date)
    case assign(Assignment)
    case addLabel(Identifier<Label>)
    case removeLabel(Identifier<Label>)
    /// Whether bots and assistants may answer in it.
    case setAIActive(Bool)
    case markRead
    /// So that somebody looks at it once more: for everybody, as what is unread is.
    case markUnread

    /// Conversations changed at once, at most.
    package static let conversationLimit = 100

    /// Who may do it.
    package var grant: Grant {
        switch self {
        case .close, .archive, .reopen, .snooze: .conversationsClose
        case .assign: .conversationsAssign
        case .addLabel, .removeLabel: .conversationsLabel
        // Who may answer may say that they have read; a key that only reads changes nothing.
        case .setAIActive, .markRead, .markUnread: .messagesSend
        }
    }
}

/// How long conversations may be out of the way.
package enum Snooze {
    /// From now, at most: a year and a day.
    package static let longestSeconds = 366.0 * 24 * 60 * 60

    /// Throws ``ConversationProblem``.
    package static func check(until: Date, at now: Date) throws(ConversationProblem) {
        guard until > now else { throw .snoozePast }
        guard until <= now.addingTimeInterval(longestSeconds) else { throw .snoozeTooLong }
    }
}
