package import Domain

internal import struct Foundation.Date

/// What is known of the calls that were made for our messages, and what their statuses make of it.
package struct AttemptTable {
    let transaction: any Transaction
    let workspaceID: Identifier<Workspace>

    /// A message that is queued again shows that, until its next attempt begins.
    static let waiting = ["queued", "claimed", "cancelled", "scheduled"]

    package init(_ transaction: any Transaction, in workspaceID: Identifier<Workspace>) {
        (self.transaction, self.workspaceID) = (transaction, workspaceID)
    }

    package struct Attempt: Sendable {
        package let reference: AttemptReference
        package let conversationID: Identifier<Conversation>
        package var status: AttemptStatus
        package var providerID: String?
        /// Whether the message has had no later attempt, so that this one's status shows.
        package let isNewest: Bool
    }

    /// The attempt a status is about: by our own reference when it came back, else by the provider's id. Locked until the transaction ends.
    package func find(reference: AttemptReference?, providerID: String, sender: Identifier<Sender>) throws -> Attempt? {
        let condition: SQL =
            if let reference {
                "a.message_id = \(reference.messageID) AND a.number = \(reference.number) AND a.sender_id = \(sender)"
            } else {
                "a.sender_id = \(sender) AND a.provider_id = \(providerID)"
            }
        let rows = try transaction.rows(
            """
            SELECT a.message_id, a.number, m.conversation_id, a.status, a.provider_id, m.attempt, m.status
            FROM attempts a JOIN messages m ON m.workspace_id = a.workspace_id AND m.id = a.message_id
            WHERE a.workspace_id = \(workspaceID) AND \(sql: condition)\(sql: transaction.dialect.forUpdate)
            """)
        guard let row = rows.first else { return nil }
        guard let status = AttemptStatus(rawValue: try row.text(3)) else { throw StoreError.columnMismatch(3) }
        let number = try row.integer(1)
        let waits = Self.waiting.contains(try row.text(6))
        return Attempt(
            reference: AttemptReference(messageID: try row.id(0), number: number), conversationID: try row.id(2), status: status,
            providerID: try row.textOrNil(4), isNewest: try row.integer(5) == number && !waits)
    }

    /// Records one report of the provider; true when it changed what the message shows.
    package func apply(_ status: InboundStatus, to attempt: Attempt) throws -> Bool {
        try transaction.run(
            """
            INSERT INTO statuses (workspace_id, message_id, attempt, status, participant, at, pricing)
            VALUES (\(workspaceID), \(attempt.reference.messageID), \(attempt.reference.number), \(status.status.rawValue),
                \(status.participant ?? ""), \(status.at), \(status.pricing.map(JSONText.encode)))
            ON CONFLICT DO NOTHING
            """)
        let merged = attempt.status.merged(with: status.status)
        let error = try status.error.map(JSONText.encode)
        try transaction.run(
            """
            UPDATE attempts SET status = \(merged.rawValue), provider_id = COALESCE(provider_id, \(status.providerID)),
                answered_at = COALESCE(answered_at, \(status.at)), error = COALESCE(\(error), error)
            WHERE workspace_id = \(workspaceID) AND message_id = \(attempt.reference.messageID) AND number = \(attempt.reference.number)
            """)
        if merged == .failed, attempt.status != .failed {
            try PortfolioTable(transaction, in: workspaceID).release(attempt.reference.messageID)
        }
        guard attempt.isNewest else { return false }
        return try show(
            merged, of: attempt, providerID: status.providerID, error: error, times: times(of: status))
    }

    private struct Times {
        var sent: Date?
        var delivered: Date?
        var read: Date?
    }

    private func times(of status: InboundStatus) -> Times {
        switch status.status {
        case .sent: Times(sent: status.at)
        case .delivered: Times(delivered: status.at)
        case .read, .played: Times(read: status.at)
        case .sending, .unknown, .failed: Times()
        }
    }

    private func show(_ status: AttemptStatus, of attempt: Attempt, providerID: String?, error: String?, times: Times) throws -> Bool {
        // A failure keeps its reason when an older report comes after it.
        let shownError: SQL = status == .failed ? "COALESCE(\(error), error)" : "NULL"
        try transaction.run(
            """
            UPDATE messages SET status = \(status.messageStatus.rawValue), error = \(sql: shownError), provider_id = COALESCE(provider_id, \(providerID)),
                sent_at = COALESCE(sent_at, \(times.sent)), delivered_at = COALESCE(delivered_at, \(times.delivered)),
                read_at = COALESCE(read_at, \(times.read))
            WHERE workspace_id = \(workspaceID) AND id = \(attempt.reference.messageID)
            """)
        try transaction.run(
            """
            UPDATE conversations SET last_status = \(status.messageStatus.rawValue)
            WHERE workspace_id = \(workspaceID) AND id = \(attempt.conversationID) AND last_message_id = \(attempt.reference.messageID)
            """)
        return status != attempt.status || times.sent != nil || times.delivered != nil || times.read != nil
    }
}
