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
    }

    package let id: Identifier<PersonalNotification>
    package let kind: Kind
    package let conversationID: Identifier<Conversation>
    /// What it is about besides the conversation: a message's id, a note's.
    package let subjectID: String?
    /// The colleague who did it.
    package let actor: Identifier<Account>?
    /// How often it happened since the person last looked.
    package let count: Int
    /// When it happened last.
    package let at: Date
    package let readAt: Date?

    package init(
        id: Identifier<PersonalNotification>, kind: Kind, conversationID: Identifier<Conversation>, subjectID: String?,
        actor: Identifier<Account>?, count: Int, at: Date, readAt: Date?
    ) {
        (self.id, self.kind, self.conversationID, self.subjectID) = (id, kind, conversationID, subjectID)
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
        }
    }
}

package enum NotificationProblem: Problem, Equatable {
    case missing

    package var kind: ProblemKind { .missing }
    package var code: String { "notification.missing" }
    package var detail: String { "You have no such notification. Load the list again." }
}
