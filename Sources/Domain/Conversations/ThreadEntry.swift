package import struct Foundation.Date

/// What stands in a thread: what was said to the customer or by them, what colleagues told each other, and what was done.
package enum ThreadEntry: Sendable, Equatable {
    case message(Message)
    case note(Note)
    case activity(Activity)

    package var at: Date {
        switch self {
        case .message(let message): message.at
        case .note(let note): note.at
        case .activity(let activity): activity.at
        }
    }

    package var sequence: Int64 {
        switch self {
        case .message(let message): message.sequence
        case .note(let note): note.sequence
        case .activity(let activity): activity.sequence
        }
    }

    package var message: Message? { if case .message(let message) = self { message } else { nil } }

    /// Thread order: by time, then sequence.
    package static func precedes(_ one: ThreadEntry, _ other: ThreadEntry) -> Bool {
        (one.at, one.sequence) < (other.at, other.sequence)
    }
}
