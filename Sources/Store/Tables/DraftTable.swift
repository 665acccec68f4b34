package import Domain

package import struct Foundation.Date

/// What one member has begun to write, in the conversations that they see.
package struct DraftTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// Whose drafts the caller reaches: their own. Throws ``AccessProblem/personNeeded`` for a key and for the program itself.
    private func writer() throws(AccessProblem) -> Identifier<Account> {
        try access.require(.messagesSend)
        return try access.person()
    }

    private func mine(_ writer: Identifier<Account>) -> SQL {
        "workspace_id = \(access.workspaceID) AND account_id = \(writer)\(sql: access.andSees(conversation: "drafts.conversation_id"))"
    }

    package func find(_ conversation: Identifier<Conversation>) throws -> Draft? {
        let writer = try writer()
        return try transaction.rows(
            """
            SELECT text, version, updated_at FROM drafts WHERE \(sql: mine(writer)) AND conversation_id = \(conversation)
            """
        ).first.map { Draft(text: try $0.text(0), version: Int64(try $0.integer(1)), updatedAt: try $0.date(2)) }
    }

    /// The texts of those of the conversations in which the caller has begun something.
    package func texts(_ conversations: [Identifier<Conversation>]) throws -> [Identifier<Conversation>: String] {
        let writer = try writer()
        guard !conversations.isEmpty else { return [:] }
        return try transaction.rows(
            """
            SELECT conversation_id, text FROM drafts WHERE \(sql: mine(writer)) AND conversation_id IN (\(list: conversations.map { SQLValue($0) }))
            ORDER BY conversation_id LIMIT \(conversations.count)
            """
        ).reduce(into: [:]) { $0[try $1.id(0)] = try $1.text(1) }
    }

    /// Puts the draft in the place of the one with the version `seen`, or of none. False when there is one of another version: then nothing changed.
    package func save(_ draft: Draft, of conversation: Identifier<Conversation>, seen: Int64) throws -> Bool {
        let writer = try writer()
        return try transaction.run(
            """
            INSERT INTO drafts (workspace_id, account_id, conversation_id, text, version, updated_at)
            VALUES (\(access.workspaceID), \(writer), \(conversation), \(draft.text), \(draft.version), \(draft.updatedAt))
            ON CONFLICT (workspace_id, account_id, conversation_id) DO UPDATE
                SET text = excluded.text, version = excluded.version, updated_at = excluded.updated_at WHERE drafts.version = \(seen)
            """) == 1
    }

    /// Takes the draft away that has this version, or whichever there is. False when none was taken away.
    package func delete(_ conversation: Identifier<Conversation>, version: Int64?) throws -> Bool {
        let writer = try writer()
        let same: SQL = if let version { " AND version = \(version)" } else { "" }
        return try transaction.run("DELETE FROM drafts WHERE \(sql: mine(writer)) AND conversation_id = \(conversation)\(sql: same)") == 1
    }
}
