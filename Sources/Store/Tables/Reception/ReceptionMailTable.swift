package import Domain

/// Messages that are to be told of by e-mail, until they were.
package struct ReceptionMailTable {
    private let transaction: any Transaction
    private let workspaceID: Identifier<Workspace>

    package init(_ transaction: any Transaction, in workspaceID: Identifier<Workspace>) {
        (self.transaction, self.workspaceID) = (transaction, workspaceID)
    }

    package func add(_ messages: [Identifier<Message>], of sender: Identifier<Sender>) throws {
        try transaction.insert(
            into: "reception_mails (workspace_id, sender_id, message_id)",
            messages.map { [SQLValue(workspaceID), SQLValue(sender), SQLValue($0)] }, suffix: "ON CONFLICT DO NOTHING")
    }

    /// The oldest first.
    package func list(of sender: Identifier<Sender>, limit: Int) throws -> [Identifier<Message>] {
        try transaction.rows(
            """
            SELECT message_id FROM reception_mails WHERE workspace_id = \(workspaceID) AND sender_id = \(sender)
            ORDER BY message_id LIMIT \(limit)
            """
        ).map { try $0.id(0) }
    }

    /// By their names and not up to one of them: an older one may be about to be committed.
    package func remove(_ messages: [Identifier<Message>], of sender: Identifier<Sender>) throws {
        try transaction.forEachChunk(of: messages.map { [SQLValue($0)] }) { chunk in
            try transaction.run(
                """
                DELETE FROM reception_mails WHERE workspace_id = \(workspaceID) AND sender_id = \(sender)
                    AND message_id IN (\(list: chunk.map { $0[0] }))
                """)
        }
    }
}
