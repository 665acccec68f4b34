package import struct Foundation.Date

/// That something happened which one person wants to know of. It says where to look and never what was said: names and texts are loaded for whoever
/// reads it, by what they may see then.
package struct PersonalNotification: Sendable, Equatable, Identified {
    package static let identifierPrefix = "ntf"
    package static let keptDays = 30.0
    /// Kept for one person in one workspace; the oldest go first.
    package static let personLimit = 500
    /// Where a count of unread ones ends.
    package static let countLimit = 100
    /// A customer's message that took longer to come is no news.
    package static let lateSeconds = 600.0

    package enum Kind: String, Sendable, CaseIterable, Codable {
        /// A customer wrote.
        case message
        /// A conversation was given to this person.
        case assignment
        /// A colleague named this person in a note.
        case mention
        /// An assistant or a bot asks for a person.
        case escalation
        /// A message of this person wasn't sent.
        case failed
        /// Most of what a number may begin in a day is used.
        case limit
        /// A number that was online can't send any more.
        case stopped

        /// Those about numbers. E-mail of them doesn't wait, and needs no digest.
        package static let ofNumbers: Set<Kind> = [.limit, .stopped]
    }

    /// Where to look.
    package enum Topic: Sendable, Hashable, Comparable {
        case conversation(Identifier<Conversation>)
        case sender(Identifier<Sender>)

        package var conversationID: Identifier<Conversation>? { if case .conversation(let id) = self { id } else { nil } }
        package var senderID: Identifier<Sender>? { if case .sender(let id) = self { id } else { nil } }

        /// Of its page, within the workspace's.
        package var path: String {
            switch self {
            case .conversation(let id): "/whatsapp/\(id)"
            case .sender(let id): "/whatsapp/senders/\(id)"
            }
        }
    }

    package let id: Identifier<PersonalNotification>
    package let kind: Kind
    package let topic: Topic
    /// What it is about besides: a message's id, a note's; why a number stopped, as ``SenderReason``.
    package let subjectID: String?
    /// The colleague who did it.
    package let actor: Identifier<Account>?
    /// How often it happened since the person last looked.
    package let count: Int
    /// When it happened last.
    package let at: Date
    package let readAt: Date?

    package init(
        id: Identifier<PersonalNotification>, kind: Kind, topic: Topic, subjectID: String?,
        actor: Identifier<Account>?, count: Int, at: Date, readAt: Date?
    ) {
        (self.id, self.kind, self.topic, self.subjectID) = (id, kind, topic, subjectID)
        (self.actor, self.count, self.at, self.readAt) = (actor, count, at, readAt)
    }
}

extension PersonalNotification {
    /// What happened, without saying to whom.
    package var words: String {
        switch kind {
        case .message: count == 1 ? "New message" : "\(count) new messages"
        case .assignment: "Assigned to you"
        case .mention: "You are mentioned in a note"
        case .escalation: "Asks for a person"
        case .failed: count == 1 ? "Your message wasn\u{2019}t sent" : "\(count) of your messages weren\u{2019}t sent"
        case .limit: "80 % of its messaging limit for 24 hours is used"
        case .stopped:
            "It can\u{2019}t send any more. \(subjectID.flatMap(SenderReason.init(rawValue:))?.sentence ?? "")".trimmed
        }
    }
}

package enum NotificationProblem: Problem, Equatable {
    case missing

    package var kind: ProblemKind { .missing }
    package var code: String { "notification.missing" }
    package var detail: String { "You have no such notification. Load the list again." }
}
