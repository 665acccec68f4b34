package import Domain
internal import Logging
internal import Store

extension SendingService {
    /// The conversation of a sender and a person, made when there is none yet, for who wants to write first. Nothing is sent: what can be is a
    /// template, until the person answers.
    ///
    /// Throws ``PhoneNumberProblem`` for a number that can't be, as `numbers` know them.
    package func begin(
        from senderID: Identifier<Sender>, with recipient: DraftRecipient, numbers: PhoneNumbers, access: Access
    ) async throws -> Conversation {
        try access.require(.messagesSend)
        if case .phone(let number) = recipient { try numbers.check(number) }
        let moment = now()
        let (conversation, isNew) = try await database.write { transaction -> (Conversation, Bool) in
            guard let sender = try SenderTable(transaction, access.withGrant(.sendersView)).find(senderID) else {
                throw SenderProblem.missing
            }
            let reading = access.withGrant(.conversationsView)
            let contact = try contact(of: recipient, sender: sender, access: reading, in: transaction, now: moment)
            let table = ConversationTable(transaction, reading)
            let found = try table.findOrMake(sender: sender.id, contact: contact, now: moment)
            guard let conversation = try table.find(found.id) else { throw ConversationProblem.withColleagues }
            if found.isNew {
                try EventTable(transaction, access).append(
                    NewEvent(.conversationUpdated, conversation: found.id, cause: "begun"), at: moment)
            }
            return (conversation, found.isNew)
        }
        if isNew {
            signals.eventsAppended(in: access.workspaceID)
            Logger(label: "sending").info("Conversation begun", metadata: ["conversation.id": "\(conversation.id)"])
        }
        return conversation
    }

    /// The conversations with this number that the caller may see, the newest message first.
    package func conversations(with number: PhoneNumber, access: Access) async throws -> [Conversation] {
        let reading = access.withGrant(.conversationsView)
        try access.require(.messagesSend)
        return try await database.read { transaction in
            guard let contact = try ContactTable(transaction, reading).find(.phone(number)) else { return [] }
            return try ConversationTable(transaction, reading).list(with: contact, limit: Self.conversationLimit)
        }
    }

    /// One for each of our numbers; nobody reads more of them.
    private static let conversationLimit = 50
}
