package import Domain

extension ConversationTable {
    /// Messages that go in one transaction.
    package static let deletionLimit = 500

    /// What is left of a conversation after a part of it was deleted.
    package enum Rest: Sendable {
        case nothing
        /// What came after the deletion was asked for; the conversation stays with it.
        case newer
        /// More of the same: go on.
        case older
        /// A message whose call is under way: go on when it has its answer.
        case sending
    }

    /// Cancels what waits in a conversation: what is to be deleted shall not leave any more. Campaigns learn of it at once.
    package func cancelWaiting(_ id: Identifier<Conversation>) throws {
        try access.require(.conversationsDelete)
        let waiting: SQL = """
            workspace_id = \(access.workspaceID) AND conversation_id = \(id) AND status IN ('scheduled', 'queued', 'claimed')
            """
        let recipients = try campaigns.hold(
            messages: transaction.rows("SELECT id FROM messages WHERE \(sql: waiting) ORDER BY id").map { try $0.id(0) })
        try transaction.run(
            "UPDATE messages SET status = 'cancelled', claimed_epoch = NULL, not_before = NULL WHERE \(sql: waiting)")
        try campaigns.settle(recipients)
    }

    /// Whoever may delete a conversation needn't see campaigns. Their recipients are held before conversations and messages, as whoever feeds and stops
    /// campaigns does.
    private var campaigns: CampaignMessageTable {
        CampaignMessageTable(transaction, Access.system("deletion", in: access.workspaceID))
    }

    /// Deletes the oldest messages of a conversation up to a place in it, with their attempts, reactions and files, at most ``deletionLimit``; when none is
    /// left, its notes, activity and what people were notified of in it, and itself.
    package func deletePart(_ id: Identifier<Conversation>, through sequence: Int64) throws -> Rest {
        try access.require(.conversationsDelete)
        let oldest: SQL = """
            SELECT id, status FROM messages
            WHERE workspace_id = \(access.workspaceID) AND conversation_id = \(id) AND sequence <= \(sequence)
            ORDER BY at, sequence LIMIT \(Self.deletionLimit)
            """
        let recipients = try campaigns.hold(messages: transaction.rows(oldest).map { try $0.id(0) })
        // Before it is looked at: who adds a message holds it too.
        try transaction.lockConversations([id], in: access.workspaceID)
        let messages = try transaction.rows(oldest)
        try campaigns.settle(recipients)
        let settled = try messages.filter { try $0.text(1) != MessageStatus.sending.rawValue }.map { SQLValue.text(try $0.text(0)) }
        if !settled.isEmpty { try deleteMessages(settled) }
        if settled.count < messages.count { return .sending }
        if messages.count == Self.deletionLimit { return .older }
        try deleteNotes("conversation_id = \(id) AND sequence <= \(sequence)")
        try transaction.run(
            "DELETE FROM activity WHERE workspace_id = \(access.workspaceID) AND conversation_id = \(id) AND sequence <= \(sequence)")
        let isKept = try !transaction.rows(
            """
            SELECT 1 FROM messages WHERE workspace_id = \(access.workspaceID) AND conversation_id = \(id) LIMIT 1
            """
        ).isEmpty
        guard !isKept else { return .newer }
        try deleteNotes("conversation_id = \(id)")
        try transaction.run("DELETE FROM notifications WHERE workspace_id = \(access.workspaceID) AND conversation_id = \(id)")
        try transaction.run("DELETE FROM conversations WHERE workspace_id = \(access.workspaceID) AND id = \(id)")
        return .nothing
    }

    private func deleteNotes(_ condition: SQL) throws {
        let gone = try transaction.rows(
            "DELETE FROM notes WHERE workspace_id = \(access.workspaceID) AND \(sql: condition) RETURNING id"
        ).map { SQLValue.text(try $0.text(0)) }
        for start in stride(from: 0, to: gone.count, by: Self.deletionLimit) {
            let some = Array(gone[start..<min(start + Self.deletionLimit, gone.count)])
            try SearchIndexTable(transaction).forget(some, kind: .note, in: access.workspaceID)
        }
    }

    private func deleteMessages(_ ids: [SQLValue]) throws {
        let files = try transaction.rows(
            """
            SELECT DISTINCT media_id FROM message_media WHERE workspace_id = \(access.workspaceID) AND message_id IN (\(list: ids))
            ORDER BY media_id
            """
        ).map { SQLValue.text(try $0.text(0)) }
        for table in ["reactions", "attempts", "statuses", "message_media"] {
            try transaction.run(
                "DELETE FROM \(raw: table) WHERE workspace_id = \(access.workspaceID) AND message_id IN (\(list: ids))")
        }
        try SearchIndexTable(transaction).forget(ids, kind: .message, in: access.workspaceID)
        try transaction.run("DELETE FROM messages WHERE workspace_id = \(access.workspaceID) AND id IN (\(list: ids))")
        guard !files.isEmpty else { return }
        // A file that another message has too stays; the bytes of the others go with the next sweep.
        for (table, column) in [("media_uploads", "media_id"), ("media", "id")] {
            try transaction.run(
                """
                DELETE FROM \(raw: table) WHERE workspace_id = \(access.workspaceID) AND \(raw: column) IN (\(list: files)) AND NOT EXISTS (
                    SELECT 1 FROM message_media m WHERE m.workspace_id = \(access.workspaceID) AND m.media_id = \(raw: table).\(raw: column))
                """)
        }
    }
}
