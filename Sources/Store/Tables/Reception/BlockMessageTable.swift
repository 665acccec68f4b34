package import Domain

package import struct Foundation.Date

/// When callers were last sent a number's block message.
package struct BlockMessageTable {
    private let transaction: any Transaction
    private let workspaceID: Identifier<Workspace>

    package init(_ transaction: any Transaction, in workspaceID: Identifier<Workspace>) {
        (self.transaction, self.workspaceID) = (transaction, workspaceID)
    }

    /// Takes the one message that a caller is sent in so many seconds; false when it was taken already. The row decides, so two processes
    /// can't both take it.
    package func claim(for contact: Identifier<Contact>, by sender: Identifier<Sender>, every seconds: Double, at now: Date) throws -> Bool
    {
        try !transaction.rows(
            """
            INSERT INTO block_messages (workspace_id, sender_id, contact_id, sent_at)
            VALUES (\(workspaceID), \(sender), \(contact), \(now))
            ON CONFLICT (workspace_id, sender_id, contact_id) DO UPDATE SET sent_at = excluded.sent_at
                WHERE block_messages.sent_at <= \(now.addingTimeInterval(-seconds))
            RETURNING sent_at
            """
        ).isEmpty
    }
}
