package import struct Foundation.Date

/// Which conversations to list.
package struct ConversationFilter: Sendable, Equatable {
    package enum Assignee: Sendable, Equatable {
        case person(Identifier<Account>)
        case nobody
    }

    /// What asks for somebody's attention.
    package enum Attention: String, Sendable, CaseIterable, Codable {
        /// Nobody has read what the customer wrote.
        case unread
        /// The newest message couldn't be sent.
        case failed
        /// The reply window closes soon.
        case closing
    }

    package var state: Conversation.State?
    package var senderID: Identifier<Sender>?
    package var assignee: Assignee?
    package var teamID: Identifier<Team>?
    package var labelID: Identifier<Label>?
    package var attention: Attention?

    package init(
        state: Conversation.State? = nil, senderID: Identifier<Sender>? = nil, assignee: Assignee? = nil, teamID: Identifier<Team>? = nil,
        labelID: Identifier<Label>? = nil, attention: Attention? = nil
    ) {
        (self.state, self.senderID, self.assignee, self.teamID) = (state, senderID, assignee, teamID)
        (self.labelID, self.attention) = (labelID, attention)
    }

    package func includes(_ conversation: Conversation, at now: Date) -> Bool {
        let isAssignedSo =
            switch assignee {
            case .person(let person): conversation.assignment.assignee == person
            case .nobody: conversation.assignment.assignee == nil
            case nil: true
            }
        let asksForAttention =
            switch attention {
            case .unread: conversation.unread > 0
            case .failed: conversation.last?.status == .failed
            case .closing: conversation.window.closesSoon(at: now)
            case nil: true
            }
        return isAssignedSo && asksForAttention && (state == nil || state == conversation.state)
            && (senderID == nil || senderID == conversation.senderID) && (teamID == nil || teamID == conversation.assignment.team)
            && labelID.map(conversation.labels.contains) ?? true
    }
}
