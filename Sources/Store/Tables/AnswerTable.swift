package import Domain

package import struct Foundation.Date

/// Records what the provider answered to attempts, whoever brings it and however often: an attempt that is past `sending` already, because a status
/// was faster, keeps what it has and learns only what it lacked.
package struct AnswerTable {
    private let transaction: any Transaction

    package init(_ transaction: any Transaction) { self.transaction = transaction }

    /// How an attempt ended.
    package enum Outcome: Sendable {
        case accepted(providerID: String)
        case failed(MessageError)
        case unknown
        /// Refused or never left, to be tried again.
        case again(MessageError, notBefore: Date)
    }

    package struct Answer: Sendable {
        package let attempt: AttemptReference
        package let workspaceID: Identifier<Workspace>
        package let conversationID: Identifier<Conversation>
        package let outcome: Outcome

        package init(
            attempt: AttemptReference, workspaceID: Identifier<Workspace>, conversationID: Identifier<Conversation>, outcome: Outcome
        ) {
            (self.attempt, self.workspaceID, self.conversationID, self.outcome) = (attempt, workspaceID, conversationID, outcome)
        }
    }

    /// Records answers to different attempts, the accepted ones together in few statements.
    package func record(_ answers: [Answer], now: Date) throws {
        for (workspaceID, answers) in Dictionary(grouping: answers, by: \.workspaceID).sorted(by: { $0.key < $1.key }) {
            try transaction.lockConversations(answers.map(\.conversationID), in: workspaceID)
        }
        var accepted: [(answer: Answer, providerID: String)] = []
        for answer in answers.sorted(by: { $0.attempt.messageID < $1.attempt.messageID }) {
            if case .accepted(let providerID) = answer.outcome {
                accepted.append((answer, providerID))
            } else {
                try record(answer, now: now)
            }
        }
        try record(accepted, now: now)
    }

    private func record(_ accepted: [(answer: Answer, providerID: String)], now: Date) throws {
        guard !accepted.isEmpty else { return }
        let moment = now.milliseconds
        let rows: [[SQLValue]] = accepted.map { answer, providerID in
            [
                SQLValue(answer.workspaceID), SQLValue(answer.attempt.messageID), SQLValue(answer.attempt.number), .text(providerID),
                .integer(moment),
            ]
        }
        // The empty text beside a status keeps PostgreSQL from answering from the index of what is open, as in the queue's statements.
        let head = "WITH v (workspace_id, message_id, number, provider_id, at) AS (VALUES "
        let changed = try transaction.bulk(
            head, rows,
            """
            )
            UPDATE attempts SET status = 'sent', provider_id = COALESCE(attempts.provider_id, v.provider_id), answered_at = v.at
            FROM v WHERE attempts.workspace_id = v.workspace_id AND attempts.message_id = v.message_id AND attempts.number = v.number
                AND attempts.status || '' IN ('sending', 'unknown')
            RETURNING attempts.message_id
            """)
        let sent = Set(try changed.map { try $0.text(0) })
        for (answer, providerID) in accepted where !sent.contains(answer.attempt.messageID.text) {
            try learn(providerID, of: answer, now: now)
        }
        let shown = rows.filter { row in if case .text(let id) = row[1] { sent.contains(id) } else { false } }
        try transaction.sendBulk(
            head, shown,
            """
            )
            UPDATE messages SET status = 'sent', provider_id = COALESCE(messages.provider_id, v.provider_id), error = NULL, not_before = NULL,
                claimed_epoch = NULL, sent_at = COALESCE(messages.sent_at, v.at)
            FROM v WHERE messages.workspace_id = v.workspace_id AND messages.id = v.message_id AND messages.attempt = v.number
                AND messages.status || '' IN ('sending', 'unknown')
            """)
        let conversations: [[SQLValue]] = accepted.filter { sent.contains($0.answer.attempt.messageID.text) }.map { answer, _ in
            [SQLValue(answer.workspaceID), SQLValue(answer.conversationID), SQLValue(answer.attempt.messageID)]
        }
        try transaction.sendBulk(
            "WITH v (workspace_id, id, message_id) AS (VALUES ", conversations,
            """
            )
            UPDATE conversations SET last_status = 'sent'
            FROM v WHERE conversations.workspace_id = v.workspace_id AND conversations.id = v.id AND conversations.last_message_id = v.message_id
                AND conversations.last_status IN ('queued', 'claimed', 'sending', 'unknown')
            """)
    }

    /// A status has spoken of the attempt already.
    private func learn(_ providerID: String?, of answer: Answer, now: Date) throws {
        try transaction.send(
            """
            UPDATE attempts SET provider_id = COALESCE(provider_id, \(providerID)), answered_at = COALESCE(answered_at, \(now))
            WHERE workspace_id = \(answer.workspaceID) AND message_id = \(answer.attempt.messageID) AND number = \(answer.attempt.number)
            """)
    }

    private func record(_ answer: Answer, now: Date) throws {
        let (status, shown, error, notBefore): (AttemptStatus, MessageStatus, MessageError?, Date?) =
            switch answer.outcome {
            case .accepted: (.sent, .sent, nil, nil)
            case .failed(let error): (.failed, .failed, error, nil)
            case .again(let error, let date): (.failed, .queued, error, date)
            case .unknown: (.unknown, .unknown, nil, nil)
            }
        let errorText = try error.map(JSONText.encode)
        let changed = try transaction.run(
            """
            UPDATE attempts SET status = \(status.rawValue), answered_at = \(now), error = \(errorText)
            WHERE workspace_id = \(answer.workspaceID) AND message_id = \(answer.attempt.messageID) AND number = \(answer.attempt.number)
                AND status IN ('sending', 'unknown')
            """)
        guard changed == 1 else { return try learn(nil, of: answer, now: now) }
        if status == .failed { try PortfolioTable(transaction, in: answer.workspaceID).release(answer.attempt.messageID) }
        try transaction.send(
            """
            UPDATE messages SET status = \(shown.rawValue), error = \(errorText), not_before = \(notBefore), claimed_epoch = NULL
            WHERE workspace_id = \(answer.workspaceID) AND id = \(answer.attempt.messageID) AND attempt = \(answer.attempt.number)
                AND status IN ('sending', 'unknown')
            """)
        try transaction.send(
            """
            UPDATE conversations SET last_status = \(shown.rawValue)
            WHERE workspace_id = \(answer.workspaceID) AND id = \(answer.conversationID) AND last_message_id = \(answer.attempt.messageID)
            """)
    }
}
