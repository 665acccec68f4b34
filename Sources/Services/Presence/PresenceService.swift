package import Domain
package import Store

package import struct Foundation.Date

/// Who looks at a conversation, for those who may see it.
package struct PresenceService: Sendable {
    private let database: any Database
    package let board: PresenceBoard
    private let now: @Sendable () -> Date

    package init(database: any Database, board: PresenceBoard, now: @escaping @Sendable () -> Date) {
        (self.database, self.board, self.now) = (database, board, now)
    }

    /// The caller is there, writes, or with nil has gone. Throws ``AccessProblem/personNeeded`` for all but people.
    /// - Parameter page: which of the caller's windows says it.
    package func report(_ activity: Presence.Activity?, page: String = "", in conversation: Identifier<Conversation>, access: Access)
        async throws
    {
        let me = try access.person()
        try await check(conversation, access)
        board.report(activity, of: me, page: page, in: conversation, of: access.workspaceID, at: now())
    }

    /// Who is there, the caller too.
    package func people(in conversation: Identifier<Conversation>, access: Access) async throws -> [Presence] {
        try await check(conversation, access)
        return board.people(in: conversation, of: access.workspaceID, at: now())
    }

    /// Who else than the caller writes in these conversations, which the caller was given and so may see; in the order of their ids.
    package func writers(in conversations: [Conversation], access: Access) -> [Identifier<Conversation>: [Identifier<Account>]] {
        let moment = now()
        return conversations.reduce(into: [:]) { writers, conversation in
            guard conversation.workspaceID == access.workspaceID else { return }
            let people = board.people(in: conversation.id, of: access.workspaceID, at: moment)
                .filter { $0.activity == .writing && Actor.member($0.account) != access.actor }
            if !people.isEmpty { writers[conversation.id] = people.map(\.account) }
        }
    }

    /// The conversations in which that changes, of those that the caller may see.
    package func changes(access: Access) -> AsyncFilterSequence<AsyncStream<PresenceChange>> {
        board.changes(in: access.workspaceID).filter { [database] change in
            if access.visibility == .all, access.permits(.conversationsView) { return true }
            return (try? await database.read { try ConversationTable($0, access).find(change.conversation) != nil }) == true
        }
    }

    private func check(_ conversation: Identifier<Conversation>, _ access: Access) async throws {
        guard try await database.read({ try ConversationTable($0, access).find(conversation) }) != nil else {
            throw ConversationProblem.missing
        }
    }
}
