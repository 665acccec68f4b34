package import struct Foundation.Date

/// The rules for messages that leave later.
package enum MessageSchedule {
    /// From now, at most: a year and a day.
    package static let longestSeconds = 366.0 * 24 * 60 * 60
    /// Waiting in one conversation, at most.
    package static let conversationLimit = 20

    /// Throws ``ScheduleProblem``.
    package static func check(_ sendAt: Date, now: Date) throws(ScheduleProblem) {
        guard sendAt > now else { throw .past }
        guard sendAt <= now.addingTimeInterval(longestSeconds) else { throw .tooFar }
    }
}

/// What a person does with a message that waits for its time.
package enum ScheduleChange: Sendable, Equatable {
    case cancel
    case sendNow
    /// What isn't given stays.
    case change(sendAt: Date?, text: String?)
}

package enum ScheduleProblem: Problem, Equatable {
    case past
    case tooFar
    case tooMany
    /// A reaction belongs to now.
    case notSchedulable
    /// It has left, was cancelled, or never had a time of its own.
    case notScheduled
    case textNotText

    package var kind: ProblemKind {
        switch self {
        case .past, .tooFar, .notSchedulable, .textNotText: .invalid
        case .tooMany, .notScheduled: .conflict
        }
    }

    package var code: String {
        switch self {
        case .past: "message.send-at-past"
        case .tooFar: "message.send-at-too-far"
        case .tooMany: "message.too-many-scheduled"
        case .notSchedulable: "message.not-schedulable"
        case .notScheduled: "message.not-scheduled"
        case .textNotText: "message.text-not-text"
        }
    }

    package var detail: String {
        switch self {
        case .past: "This time is over. Choose one that is still to come, or send the message now."
        case .tooFar: "A message leaves at most a year from now. Choose an earlier time."
        case .tooMany:
            "In this conversation \(MessageSchedule.conversationLimit) messages wait for their time, which is the most. Cancel one, or wait until one has left."
        case .notSchedulable: "A reaction can't be sent later. Send it now."
        case .notScheduled: "This message isn't waiting for its time any more, so nothing was changed. It has left, or was cancelled."
        case .textNotText: "Only the text of a text message can be changed. Cancel this one, and write another."
        }
    }

    package var field: String? {
        switch self {
        case .past, .tooFar, .notSchedulable: "sendAt"
        case .textNotText: "text"
        case .tooMany, .notScheduled: nil
        }
    }
}
