package import Domain

package import struct Foundation.Date

/// Messages of which nobody knows whether they left, once a person decides about them.
package struct SettlementTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// When the outcome of the message's newest attempt became unknown; nil when it isn't unknown. Locked until the transaction ends.
    package func unknownSince(_ id: Identifier<Message>) throws -> Date? {
        try access.require(.messagesSend)
        return try transaction.rows(
            """
            SELECT COALESCE(a.answered_at, a.started_at) FROM messages m
            JOIN attempts a ON a.workspace_id = m.workspace_id AND a.message_id = m.id AND a.number = m.attempt
            WHERE m.workspace_id = \(access.workspaceID) AND m.id = \(id) AND m.status = 'unknown'\(sql: transaction.dialect.forUpdate)
            """
        ).first?.date(0)
    }

    /// The message waits again, for a new attempt.
    package func sendAgain(_ id: Identifier<Message>) throws { try set(.queued, error: nil, id) }

    /// The message counts as failed. Its attempt stays unknown, so that a late report still corrects it.
    package func leave(_ id: Identifier<Message>, error: MessageError) throws { try set(.failed, error: error, id) }

    private func set(_ status: MessageStatus, error: MessageError?, _ id: Identifier<Message>) throws {
        try access.require(.messagesSend)
        try transaction.run(
            """
            UPDATE messages SET status = \(status.rawValue), error = \(error.map(JSONText.encode)), not_before = NULL, claimed_epoch = NULL
            WHERE workspace_id = \(access.workspaceID) AND id = \(id) AND status = 'unknown'
            """)
        try transaction.run(
            """
            UPDATE conversations SET last_status = \(status.rawValue) WHERE workspace_id = \(access.workspaceID) AND last_message_id = \(id)
                AND id = (SELECT conversation_id FROM messages WHERE workspace_id = \(access.workspaceID) AND id = \(id))
            """)
    }
}
