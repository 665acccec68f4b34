/// Which conversations to list.
package struct ConversationFilter: Sendable, Equatable {
    package enum Assignee: Sendable, Equatable {
        case person(Identifier<Account>)
        case nobody
    }

    package var state: Conversation.State?
    package var senderID: Identifier<Sender>?
    package var assignee: Assignee?
    package var teamID: Identifier<Team>?

    package init(
        state: Conversation.State? = nil, senderID: Identifier<Sender>? = nil, assignee: Assignee? = nil, teamID: Identifier<Team>? = nil
    ) {
        (self.state, self.senderID, self.assignee, self.teamID) = (state, senderID, assignee, teamID)
    }

    package func includes(_ conversation: Conversation) -> Bool {
        let isAssignedSo =
            switch assignee {
            case .person(let person): conversation.assignment.assignee == person
            case .nobody: conversation.assignment.assignee == nil
            case nil: true
            }
        return isAssignedSo && (state == nil || state == conversation.state) && (senderID == nil || senderID == conversation.senderID)
            && (teamID == nil || teamID == conversation.assignment.team)
    }
}
