package import Domain

/// The quick replies of the caller's workspace.
package struct QuickReplyTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// By shortcut.
    package func all() throws -> [QuickReply] {
        try access.require(.conversationsView)
        return try transaction.rows(
            """
            SELECT id, shortcut, text, created_at FROM quick_replies WHERE workspace_id = \(access.workspaceID)
            ORDER BY shortcut, id LIMIT \(QuickReply.countLimit)
            """
        ).map(Self.reply)
    }

    package func find(_ id: Identifier<QuickReply>) throws -> QuickReply? {
        try access.require(.conversationsView)
        return try transaction.rows(
            "SELECT id, shortcut, text, created_at FROM quick_replies WHERE workspace_id = \(access.workspaceID) AND id = \(id)"
        ).first.map(Self.reply)
    }

    /// Makes it, or gives the one of this id its new shortcut and text. Throws ``QuickReplyProblem/shortcutTaken``.
    package func save(_ reply: QuickReply) throws {
        try access.require(.quickRepliesManage)
        let taken = try transaction.rows(
            """
            SELECT id FROM quick_replies WHERE workspace_id = \(access.workspaceID) AND shortcut = \(reply.shortcut.text)\(sql: transaction.dialect.forUpdate)
            """
        ).first
        if let taken, try taken.id(0) != reply.id { throw QuickReplyProblem.shortcutTaken }
        do {
            try transaction.run(
                """
                INSERT INTO quick_replies (workspace_id, id, shortcut, text, created_at)
                VALUES (\(access.workspaceID), \(reply.id), \(reply.shortcut.text), \(reply.text.source), \(reply.createdAt))
                ON CONFLICT (workspace_id, id) DO UPDATE SET shortcut = excluded.shortcut, text = excluded.text
                """)
        } catch StoreError.duplicate {
            // Somebody made one of the shortcut a moment ago; the index decides.
            throw QuickReplyProblem.shortcutTaken
        }
    }

    /// False when there was none.
    package func delete(_ id: Identifier<QuickReply>) throws -> Bool {
        try access.require(.quickRepliesManage)
        return try transaction.run("DELETE FROM quick_replies WHERE workspace_id = \(access.workspaceID) AND id = \(id)") == 1
    }

    private static func reply(_ row: Row) throws -> QuickReply {
        try QuickReply(
            id: row.id(0), shortcut: Shortcut(parsing: row.text(1)), text: QuickReplyText(parsing: row.text(2)), createdAt: row.date(3))
    }
}
