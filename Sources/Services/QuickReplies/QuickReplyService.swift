package import Domain
package import Store

package import struct Foundation.Date

/// The quick replies of a workspace, and what they say in a conversation.
package struct QuickReplyService: Sendable {
    /// Filled ones in one answer.
    package static let filledLimit = 50

    private let database: any Database
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(database: any Database, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.signals, self.now) = (database, signals, now)
    }

    /// By shortcut; with `part` only those that have it in shortcut or text.
    package func list(part: String = "", access: Access) async throws -> [QuickReply] {
        try await database.read { try QuickReplyTable($0, access).all() }.filter { $0.matches(part) }
    }

    package func reply(_ id: Identifier<QuickReply>, access: Access) async throws -> QuickReply {
        guard let reply = try await database.read({ try QuickReplyTable($0, access).find(id) }) else { throw QuickReplyProblem.missing }
        return reply
    }

    /// One with its places filled for a conversation's customer and whoever writes.
    package struct Filled: Sendable {
        package let reply: QuickReply
        package let filled: QuickReplyText.Filled
    }

    /// At most ``filledLimit``, those first whose shortcut begins with `part`; and whether there are more.
    package func filled(for id: Identifier<Conversation>, part: String, access: Access) async throws -> (data: [Filled], isMore: Bool) {
        try access.require(.messagesSend)
        let reading = access.withGrant(.conversationsView)
        return try await database.read { transaction in
            guard let conversation = try ConversationTable(transaction, reading).find(id) else { throw ConversationProblem.missing }
            let workspace = try WorkspaceTable(transaction).workspace(access.workspaceID)
            var agentName: String?
            if case .member(let account) = access.actor { agentName = try AccountTable(transaction).account(account)?.name }
            let values = [QuickReplyText.Placeholder: String](
                contact: conversation.contact, agentName: agentName, workspaceName: workspace?.name ?? "")
            let found = try QuickReplyTable(transaction, reading).all().filter { $0.matches(part) }
            let ordered = found.filter { $0.begins(with: part) } + found.filter { !$0.begins(with: part) }
            let data = ordered.prefix(Self.filledLimit).map { Filled(reply: $0, filled: $0.text.filled(values)) }
            return (data, ordered.count > Self.filledLimit)
        }
    }

    /// Throws ``QuickReplyProblem``.
    package func create(shortcut: String, text: String, access: Access) async throws -> QuickReply {
        let reply = try await database.write { try create(shortcut: shortcut, text: text, access: access, in: $0) }
        signals.eventsAppended(in: access.workspaceID)
        return reply
    }

    /// Inside a transaction of the caller's.
    package func create(shortcut: String, text: String, access: Access, in transaction: any Transaction) throws -> QuickReply {
        try access.require(.quickRepliesManage)
        let moment = now()
        let reply = QuickReply(
            id: .make(at: moment), shortcut: try Shortcut(parsing: shortcut), text: try QuickReplyText(parsing: text), createdAt: moment)
        guard try QuickReplyTable(transaction, access.withGrant(.conversationsView)).all().count < QuickReply.countLimit else {
            throw QuickReplyProblem.tooMany
        }
        try QuickReplyTable(transaction, access).save(reply)
        try tell(reply.id, "added", access, in: transaction)
        return reply
    }

    /// What isn't given stays. Throws ``QuickReplyProblem``.
    package func change(
        _ id: Identifier<QuickReply>, shortcut: String? = nil, text: String? = nil, access: Access
    ) async throws -> QuickReply {
        let reply = try await database.write { transaction in
            try access.require(.quickRepliesManage)
            guard let before = try QuickReplyTable(transaction, access.withGrant(.conversationsView)).find(id) else {
                throw QuickReplyProblem.missing
            }
            let reply = QuickReply(
                id: id, shortcut: try shortcut.map { try Shortcut(parsing: $0) } ?? before.shortcut,
                text: try text.map { try QuickReplyText(parsing: $0) } ?? before.text, createdAt: before.createdAt)
            try QuickReplyTable(transaction, access).save(reply)
            try tell(id, "changed", access, in: transaction)
            return reply
        }
        signals.eventsAppended(in: access.workspaceID)
        return reply
    }

    package func delete(_ id: Identifier<QuickReply>, access: Access) async throws {
        try await database.write { transaction in
            guard try QuickReplyTable(transaction, access).delete(id) else { throw QuickReplyProblem.missing }
            try tell(id, "deleted", access, in: transaction)
        }
        signals.eventsAppended(in: access.workspaceID)
    }

    private func tell(_ id: Identifier<QuickReply>, _ cause: String, _ access: Access, in transaction: any Transaction) throws {
        try EventTable(transaction, access).append(NewEvent(.quickReplyUpdated, subject: id.text, cause: cause), at: now())
    }
}
