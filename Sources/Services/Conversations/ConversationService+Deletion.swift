package import Domain
internal import Logging
internal import Store

extension ConversationService {
    /// Deletes a conversation with its messages, notes and files, for ever. What the customer writes afterwards begins anew.
    package func delete(_ id: Identifier<Conversation>, access: Access) async throws {
        try await database.write { try delete(id, access, in: $0) }
        Logger(label: "conversations").info(
            "A conversation is deleted", metadata: ["conversation.id": "\(id.text)", "actor": "\(access.actor.text)"])
        announce(access)
    }

    private func delete(_ id: Identifier<Conversation>, _ access: Access, in transaction: any Transaction) throws {
        try access.require(.conversationsDelete)
        guard let conversation = try ConversationTable(transaction, access.withGrant(.conversationsView)).find(id) else {
            throw ConversationProblem.missing
        }
        let moment = now()
        let table = ConversationTable(transaction, access)
        try table.cancelWaiting(id)
        // Whoever can see it learns that it is gone, as when it is assigned to somebody else.
        try EventTable(transaction, access).append(
            NewEvent(.conversationDeleted, conversation: id, subject: conversation.assignment.eventText), at: moment)
        let through = SequenceClock.shared.next(at: moment)
        switch try table.deletePart(id, through: through) {
        case .nothing, .newer: break
        case .older, .sending:
            try ConversationDeletionJob.request(
                .init(conversation: id, through: through), of: access.workspaceID, in: transaction, now: moment)
        }
    }
}
