package import Domain

package import struct Foundation.Date

/// What a person does to a queue. Messages are taken in chunks, so that no transaction is long.
extension SenderQueueTable {
    /// Messages changed in one transaction, at most.
    package static let chunkLimit = 500

    /// A message that a chunk has changed.
    package struct Changed: Sendable {
        package let messageID: Identifier<Message>
        package let conversationID: Identifier<Conversation>
    }

    /// Whether something that hasn't left stands at or before the end given.
    package func hasStoppable(lane: Lane?, upTo end: SenderQueue.End) throws -> Bool {
        try !stoppable(lane: lane, upTo: end, limit: 1).isEmpty
    }

    /// Cancels the next of what hasn't left, at most ``chunkLimit``. Whatever is being started at this moment is left alone: its start decides.
    /// A message that is claimed has no call yet, and its start asks for the claim once more, so that it may be cancelled too.
    package func cancel(lane: Lane?, upTo end: SenderQueue.End, now: Date) throws -> [Changed] {
        try access.require(.sendersManage)
        let found = try stoppable(lane: lane, upTo: end, limit: Self.chunkLimit)
        // One that waited for its time stood there in its thread.
        let milliseconds = now.milliseconds
        return try change(
            found, from: Self.stoppable, to: .cancelled,
            assigning: """
                status = 'cancelled', claimed_epoch = NULL, not_before = NULL, at = CASE WHEN at > \(milliseconds) THEN \(milliseconds) ELSE at END
                """)
    }

    private func stoppable(lane: Lane?, upTo end: SenderQueue.End, limit: Int) throws -> [Changed] {
        let inLane: SQL = if let lane { " AND m.lane = \(lane.rawValue)" } else { "" }
        var found: [Changed] = []
        for status in Self.stoppable where found.count < limit {
            found += try transaction.rows(
                """
                SELECT m.id, m.conversation_id FROM messages m WHERE \(sql: ours("m")) AND \(sql: Self.condition(status))\(sql: inLane)
                    AND m.sequence <= CAST(\(end.sequence) AS BIGINT)
                ORDER BY m.lane, m.sequence LIMIT \(limit - found.count)
                """
            ).map { Changed(messageID: try $0.id(0), conversationID: try $0.id(1)) }
        }
        return found
    }

    // MARK: Failed for reasons that can pass

    /// A place among the failed messages, by the time when they were accepted.
    package struct FailedPlace: Sendable, Equatable {
        package let milliseconds: Int64
        package let sequence: Int64

        package init(milliseconds: Int64, sequence: Int64) { (self.milliseconds, self.sequence) = (milliseconds, sequence) }

        /// Before everything that was accepted since.
        package init(since: Date) { self.init(milliseconds: since.milliseconds, sequence: -1) }
    }

    package struct FailedPage: Sendable {
        /// Those that failed for a reason that can pass, with their lanes.
        package let lanes: [Identifier<Message>: Lane]
        /// Where the next page begins; nil when this was the last.
        package let end: FailedPlace?
    }

    /// What a call said of its newest attempt can pass, and no doubt is left whether it was made.
    private static let canPass: SQL = """
        p.error LIKE '%"retryable":true%' AND (p.attempt = 0 OR EXISTS (
            SELECT 1 FROM attempts a WHERE a.workspace_id = p.workspace_id AND a.message_id = p.id AND a.number = p.attempt AND a.status = 'failed'))
        """

    /// How many failed lately for a reason that can pass and may still leave.
    func retryable(now: Date) throws -> BoundedCount {
        let since = now.addingTimeInterval(-SenderQueue.retryableSeconds)
        let openSince = now.addingTimeInterval((MessagingWindow.margin - MessagingWindow.length) / .seconds(1))
        let conversation = transaction.dialect.lookUp(
            "JOIN", "conversations", as: "v", by: "v.workspace_id = p.workspace_id AND v.id = p.conversation_id")
        let rows = try transaction.rows(
            """
            SELECT COUNT(*), COALESCE(SUM(CASE WHEN \(sql: Self.canPass) AND (p.kind = 'template' OR v.last_inbound_at > \(openSince)) THEN 1 ELSE 0 END), 0)
            FROM (
                SELECT m.workspace_id, m.id, m.conversation_id, m.attempt, m.error, m.kind FROM messages m
                WHERE \(sql: ours("m")) AND m.status = 'failed' AND m.at > \(since)
                ORDER BY m.at DESC, m.sequence DESC LIMIT \(Self.failedLimit + 1)) p \(raw: conversation)
            """)
        let (seen, retryable) = (try rows[0].integer(0), try rows[0].integer(1))
        return BoundedCount(min(retryable, Self.failedLimit), isMore: seen > Self.failedLimit && retryable > 0)
    }

    /// The next failed messages behind a place, at most ``chunkLimit`` looked at.
    package func failed(after place: FailedPlace) throws -> FailedPage {
        try access.require(.sendersManage)
        let rows = try transaction.rows(
            """
            SELECT p.id, p.at, p.sequence, p.lane, CASE WHEN \(sql: Self.canPass) THEN 1 ELSE 0 END
            FROM (
                SELECT m.workspace_id, m.id, m.attempt, m.error, m.at, m.sequence, m.lane FROM messages m
                WHERE \(sql: ours("m")) AND m.status = 'failed'
                    AND (m.at, m.sequence) > (CAST(\(place.milliseconds) AS BIGINT), CAST(\(place.sequence) AS BIGINT))
                ORDER BY m.at, m.sequence LIMIT \(Self.chunkLimit)) p
            ORDER BY p.at, p.sequence
            """)
        let lanes: [Identifier<Message>: Lane] = try rows.filter { try $0.bool(4) }.reduce(into: [:]) { lanes, row in
            lanes[try row.id(0)] = Lane(rawValue: try row.integer(3))
        }
        guard rows.count == Self.chunkLimit, let last = rows.last else { return FailedPage(lanes: lanes, end: nil) }
        return FailedPage(lanes: lanes, end: FailedPlace(milliseconds: Int64(try last.integer(1)), sequence: Int64(try last.integer(2))))
    }

    /// Puts failed messages back into the queue, at the places that they had; returns those that were still failed.
    package func requeue(_ messages: [Message]) throws -> [Changed] {
        try access.require(.sendersManage)
        return try change(
            messages.map { Changed(messageID: $0.id, conversationID: $0.conversationID) }, from: [.failed], to: .queued,
            assigning: "status = 'queued', error = NULL, not_before = NULL, claimed_epoch = NULL")
    }

    // MARK: One chunk

    /// Changes those of the messages that still stand at one of `statuses` and that nobody else is changing, and what their conversations show.
    private func change(
        _ messages: [Changed], from statuses: [MessageStatus], to status: MessageStatus, assigning: String
    ) throws -> [Changed] {
        try Self.change(messages, from: statuses, to: status, assigning: assigning, access, in: transaction)
    }

    /// Takes messages of any numbers out of their queues that haven't left; returns those.
    static func withdraw(_ messages: [Changed], _ access: Access, in transaction: any Transaction) throws -> [Changed] {
        try access.require(.sendersManage)
        return try change(
            messages, from: [.queued, .claimed], to: .cancelled, assigning: "status = 'cancelled', claimed_epoch = NULL, not_before = NULL",
            access, in: transaction)
    }

    private static func change(
        _ messages: [Changed], from statuses: [MessageStatus], to status: MessageStatus, assigning: String, _ access: Access,
        in transaction: any Transaction
    ) throws -> [Changed] {
        try transaction.lockConversations(messages.map(\.conversationID), in: access.workspaceID)
        // The empty text keeps PostgreSQL from answering from the indexes of what waits or failed, which it takes for empty until it has looked.
        let standing: SQL = "status || '' IN (\(list: statuses.map { .text($0.rawValue) }))"
        var changed: [Changed] = []
        try transaction.forEachChunk(of: messages.map { [SQLValue($0.messageID)] }) { chunk in
            // Without waiting: who starts a message holds it and may want a conversation that we hold.
            let free = try transaction.rows(
                """
                SELECT id, conversation_id FROM messages
                WHERE workspace_id = \(access.workspaceID) AND id IN (\(list: chunk.map { $0[0] })) AND \(sql: standing)
                ORDER BY sequence LIMIT \(chunk.count)\(sql: transaction.dialect.forUpdateSkipLocked)
                """
            ).map { Changed(messageID: try $0.id(0), conversationID: try $0.id(1)) }
            guard !free.isEmpty else { return }
            try transaction.send(
                """
                UPDATE messages SET \(raw: assigning)
                WHERE workspace_id = \(access.workspaceID) AND id IN (\(list: free.map { SQLValue($0.messageID) })) AND \(sql: standing)
                """)
            changed += free
        }
        try transaction.sendBulk(
            "WITH v (workspace_id, id, message_id) AS (VALUES ",
            changed.map { [SQLValue(access.workspaceID), SQLValue($0.conversationID), SQLValue($0.messageID)] },
            """
            )
            UPDATE conversations SET last_status = '\(status.rawValue)'
            FROM v WHERE conversations.workspace_id = v.workspace_id AND conversations.id = v.id AND conversations.last_message_id = v.message_id
            """)
        return changed
    }
}
