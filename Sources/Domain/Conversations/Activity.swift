package import struct Foundation.Date

/// What somebody did with a conversation, besides what was said in it. Kept as long as the conversation is, unlike its events.
package struct Activity: Sendable, Equatable, Identified {
    package static let identifierPrefix = "act"

    package let id: Identifier<Activity>
    package let conversationID: Identifier<Conversation>
    package let deed: Deed
    /// Who did it, as ``Actor/text`` has it.
    package let actor: String
    package let at: Date
    /// What orders those of one time in a thread.
    package let sequence: Int64

    package init(
        id: Identifier<Activity>, conversationID: Identifier<Conversation>, deed: Deed, actor: String, at: Date, sequence: Int64
    ) {
        (self.id, self.conversationID, self.deed, self.actor, self.at, self.sequence) = (id, conversationID, deed, actor, at, sequence)
    }

    package enum Deed: Sendable, Equatable {
        /// Who has it from then on.
        case assigned(Assignment)
        case closed, archived, reopened
        case snoozed(until: Date)
        /// Its time was over.
        case snoozeEnded
        case labelAdded(Identifier<Label>)
        case labelRemoved(Identifier<Label>)
        case aiEnabled, aiDisabled
        /// Somebody took a copy of it.
        case exported
        case noteDeleted
        /// What the customer lets the business send them was noted.
        case consent(ConsentChange)

        package enum Kind: String, Sendable, CaseIterable, Codable {
            case assigned, closed, archived, reopened, snoozed
            case snoozeEnded = "snooze-ended"
            case labelAdded = "label-added"
            case labelRemoved = "label-removed"
            case aiEnabled = "ai-enabled"
            case aiDisabled = "ai-disabled"
            case exported
            case noteDeleted = "note-deleted"
            case consent
        }

        package var kind: Kind {
            switch self {
            case .assigned: .assigned
            case .closed: .closed
            case .archived: .archived
            case .reopened: .reopened
            case .snoozed: .snoozed
            case .snoozeEnded: .snoozeEnded
            case .labelAdded: .labelAdded
            case .labelRemoved: .labelRemoved
            case .aiEnabled: .aiEnabled
            case .aiDisabled: .aiDisabled
            case .exported: .exported
            case .noteDeleted: .noteDeleted
            case .consent: .consent
            }
        }

        /// A conversation that came into this state; nil when that takes more to be told.
        package init?(state: Conversation.State, until: Date?) {
            switch (state, until) {
            case (.open, _): self = .reopened
            case (.closed, _): self = .closed
            case (.archived, _): self = .archived
            case (.snoozed, let until?): self = .snoozed(until: until)
            case (.snoozed, nil): return nil
            }
        }
    }
}
