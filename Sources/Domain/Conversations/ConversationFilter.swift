/// Which conversations to list.
package struct ConversationFilter: Sendable, Equatable {
    package var state: Conversation.State?
    package var senderID: Identifier<Sender>?

    package init(state: Conversation.State? = nil, senderID: Identifier<Sender>? = nil) { (self.state, self.senderID) = (state, senderID) }
}
