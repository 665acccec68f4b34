package import Domain

package import struct Foundation.Date

/// Messages that wait for a time that a person chose. Until it leaves, such a message stands in its thread at that time.
extension MessageTable {
    /// How many of a conversation wait, counted up to `most`. Their times are still to come, so the thread's index finds them.
    package func scheduledCount(in conversation: Identifier<Conversation>, now: Date, most: Int) throws -> Int {
        try access.require(.conversationsView)
        return try transaction.rows(
            """
            SELECT id FROM messages WHERE workspace_id = \(access.workspaceID) AND conversation_id = \(conversation) AND at > \(now)
                AND status || '' = 'scheduled' ORDER BY at DESC, sequence DESC LIMIT \(most)
            """
        ).count
    }

    /// Ends the waiting: queued, failed with a reason, or cancelled, from now on in the order of now. False when it doesn't wait any more, or, with
    /// `due`, when its time hasn't come.
    package func endSchedule(
        _ message: Message, as status: MessageStatus, error: MessageError? = nil, due: Bool, at moment: Date, sequence: Int64
    ) throws -> Bool {
        try access.require(.messagesSend)
        let isDue: SQL = due ? " AND not_before <= \(moment)" : ""
        return try transaction.run(
            """
            UPDATE messages SET status = \(status.rawValue), error = \(error.map(JSONText.encode)), not_before = NULL, at = \(moment), sequence = \(sequence)
            WHERE workspace_id = \(access.workspaceID) AND id = \(message.id) AND status || '' = 'scheduled'\(sql: isDue)
            """) == 1
    }

    /// Another time, another text; false when it doesn't wait any more.
    package func reschedule(_ message: Message, sendAt: Date, content: MessageContent) throws -> Bool {
        try access.require(.messagesSend)
        return try transaction.run(
            """
            UPDATE messages SET not_before = \(sendAt), at = \(sendAt), content = \(JSONText.encode(content))
            WHERE workspace_id = \(access.workspaceID) AND id = \(message.id) AND status || '' = 'scheduled'
            """) == 1
    }
}
