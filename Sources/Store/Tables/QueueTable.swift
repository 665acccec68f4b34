package import Domain

package import struct Foundation.Date

/// The dispatcher's statements: what waits, claiming it, starting a call, recording its answer.
package struct QueueTable {
    private let transaction: any Transaction

    package init(_ transaction: any Transaction) { self.transaction = transaction }

    /// A message that may be claimed now.
    package struct Waiting: Sendable {
        package let messageID: Identifier<Message>
        package let conversationID: Identifier<Conversation>
        package let contactID: Identifier<Contact>
        package let isReaction: Bool
    }

    /// Senders that have something queued.
    package func senders() throws -> [(workspaceID: Identifier<Workspace>, senderID: Identifier<Sender>)] {
        try transaction.rows(
            """
            SELECT s.workspace_id, s.id FROM senders s
            WHERE EXISTS (SELECT 1 FROM messages m WHERE m.workspace_id = s.workspace_id AND m.sender_id = s.id AND m.status = 'queued')
            ORDER BY s.workspace_id, s.id LIMIT 10000
            """
        ).map { (try $0.id(0), try $0.id(1)) }
    }

    /// The heads of a sender's queue: by lane, then in order; only the first of each conversation and lane, and none whose time hasn't come.
    package func heads(of sender: Identifier<Sender>, in workspaceID: Identifier<Workspace>, now: Date, limit: Int) throws -> [Waiting] {
        try transaction.rows(
            """
            SELECT m.id, m.conversation_id, m.contact_id, m.kind FROM messages m
            WHERE m.workspace_id = \(workspaceID) AND m.sender_id = \(sender) AND m.status = 'queued' AND (m.not_before IS NULL OR m.not_before <= \(now))
                AND NOT EXISTS (
                    SELECT 1 FROM messages e
                    WHERE e.workspace_id = m.workspace_id AND e.conversation_id = m.conversation_id AND e.lane = m.lane AND e.sequence < m.sequence
                        AND e.status IN ('queued', 'claimed', 'sending'))
                AND NOT EXISTS (
                    SELECT 1 FROM messages e JOIN attempts a ON a.workspace_id = e.workspace_id AND a.message_id = e.id AND a.number = e.attempt
                    WHERE e.workspace_id = m.workspace_id AND e.conversation_id = m.conversation_id AND e.status = 'unknown'
                        AND e.sequence < m.sequence AND e.lane = m.lane AND a.answered_at > \(now.addingTimeInterval(-Self.unknownHoldSeconds)))
            ORDER BY m.lane, m.sequence LIMIT \(limit)
            """
        ).map {
            Waiting(
                messageID: try $0.id(0), conversationID: try $0.id(1), contactID: try $0.id(2), isReaction: try $0.text(3) == "reaction")
        }
    }

    /// How long a message of unknown outcome holds the next of its conversation back, in seconds.
    private static let unknownHoldSeconds = 30.0

    /// `queued → claimed`; returns those that were still queued.
    package func claim(_ ids: [Identifier<Message>], epoch: Int, in workspaceID: Identifier<Workspace>) throws -> Set<Identifier<Message>> {
        var claimed: Set<Identifier<Message>> = []
        try transaction.forEachChunk(of: ids.map { [SQLValue($0)] }) { chunk in
            let rows = try transaction.rows(
                """
                UPDATE messages SET status = 'claimed', claimed_epoch = \(epoch)
                WHERE workspace_id = \(workspaceID) AND id IN (\(list: chunk.map { $0[0] })) AND status = 'queued' RETURNING id
                """)
            for row in rows { claimed.insert(try row.id(0)) }
        }
        return claimed
    }

    /// A claimed message with all that its call needs.
    package struct Claimed: Sendable {
        package let message: Message
        package let contact: Contact
        package let lastInboundAt: Date?
        /// Provider id of the message that is answered or reacted to.
        package let targetProviderID: String?
        package let groupID: String?
    }

    package func load(_ ids: [Identifier<Message>], in access: Access) throws -> [Claimed] {
        guard !ids.isEmpty else { return [] }
        let messages = MessageTable(transaction, access)
        var claimed: [Claimed] = []
        for message in try messages.list(ids).sorted(by: { $0.sequence < $1.sequence }) {
            guard let contact = try ContactTable(transaction, access).find(message.contactID) else { continue }
            let inbound = try transaction.rows(
                "SELECT last_inbound_at FROM conversations WHERE workspace_id = \(access.workspaceID) AND id = \(message.conversationID)")
            let target: Identifier<Message>? =
                if case .reaction(let content) = message.content { content.message } else { message.replyTo }
            claimed.append(
                Claimed(
                    message: message, contact: contact, lastInboundAt: try inbound.first?.dateOrNil(0),
                    targetProviderID: try target.flatMap { try messages.find($0)?.providerID },
                    groupID: contact.phoneNumber == nil && contact.businessScopedID == nil
                        ? try ContactTable(transaction, access).group(of: contact.id) : nil))
        }
        return claimed
    }

    /// `claimed → sending` with its attempt row, immediately before the call; nil when it isn't claimed under this epoch any more.
    package func start(_ message: Message, epoch: Int, now: Date) throws -> AttemptReference? {
        let started = try transaction.rows(
            """
            UPDATE messages SET status = 'sending', attempt = attempt + 1, error = NULL, provider_id = NULL, sent_at = NULL, delivered_at = NULL,
                read_at = NULL
            WHERE workspace_id = \(message.workspaceID) AND id = \(message.id) AND status = 'claimed' AND claimed_epoch = \(epoch) RETURNING attempt
            """)
        guard let row = started.first else { return nil }
        let number = try row.integer(0)
        try transaction.run(
            """
            INSERT INTO attempts (workspace_id, message_id, number, sender_id, status, epoch, started_at)
            VALUES (\(message.workspaceID), \(message.id), \(number), \(message.senderID), 'sending', \(epoch), \(now))
            """)
        return AttemptReference(messageID: message.id, number: number)
    }

    /// Gives a claimed message back to the queue.
    package func release(_ id: Identifier<Message>, notBefore: Date?, in workspaceID: Identifier<Workspace>) throws {
        try transaction.run(
            """
            UPDATE messages SET status = 'queued', claimed_epoch = NULL, not_before = \(notBefore)
            WHERE workspace_id = \(workspaceID) AND id = \(id) AND status = 'claimed'
            """)
    }

    /// A claimed message that may not leave any more.
    package func refuse(_ id: Identifier<Message>, _ error: MessageError, in workspaceID: Identifier<Workspace>) throws {
        try transaction.run(
            """
            UPDATE messages SET status = 'failed', error = \(JSONText.encode(error)) WHERE workspace_id = \(workspaceID) AND id = \(id) AND status = 'claimed'
            """)
    }

    /// How an attempt ended.
    package enum Outcome: Sendable {
        case accepted(providerID: String)
        case failed(MessageError)
        case unknown
        /// Refused or never left, to be tried again.
        case again(MessageError, notBefore: Date)
    }

    /// Records an answer, whoever brings it and however often: an attempt that has one already keeps the greater.
    package func record(_ outcome: Outcome, of attempt: AttemptReference, in workspaceID: Identifier<Workspace>, now: Date) throws {
        let (status, providerID, error): (AttemptStatus, String?, MessageError?) =
            switch outcome {
            case .accepted(let id): (.sent, id, nil)
            case .failed(let error), .again(let error, _): (.failed, nil, error)
            case .unknown: (.unknown, nil, nil)
            }
        let errorText = try error.map(JSONText.encode)
        // An attempt that a status has already spoken of is past `sending`, and stays there.
        let changed = try transaction.run(
            """
            UPDATE attempts SET status = \(status.rawValue), provider_id = COALESCE(provider_id, \(providerID)), answered_at = \(now), error = \(errorText)
            WHERE workspace_id = \(workspaceID) AND message_id = \(attempt.messageID) AND number = \(attempt.number) AND status IN ('sending', 'unknown')
            """)
        if changed == 0 {
            try transaction.run(
                """
                UPDATE attempts SET provider_id = COALESCE(provider_id, \(providerID)), answered_at = COALESCE(answered_at, \(now))
                WHERE workspace_id = \(workspaceID) AND message_id = \(attempt.messageID) AND number = \(attempt.number)
                """)
            return
        }
        let (messageStatus, notBefore): (MessageStatus, Date?) =
            switch outcome {
            case .accepted: (.sent, nil)
            case .failed: (.failed, nil)
            case .unknown: (.unknown, nil)
            case .again(_, let date): (.queued, date)
            }
        try transaction.run(
            """
            UPDATE messages SET status = \(messageStatus.rawValue), provider_id = COALESCE(provider_id, \(providerID)),
                error = \(messageStatus == .failed ? errorText : nil), not_before = \(notBefore), claimed_epoch = NULL,
                sent_at = COALESCE(sent_at, \(messageStatus == .sent ? now : nil))
            WHERE workspace_id = \(workspaceID) AND id = \(attempt.messageID) AND attempt = \(attempt.number) AND status IN ('sending', 'unknown')
            """)
        try transaction.run(
            """
            UPDATE conversations SET last_status = \(messageStatus.rawValue) WHERE workspace_id = \(workspaceID) AND last_message_id = \(attempt.messageID)
                AND id = (SELECT conversation_id FROM messages WHERE workspace_id = \(workspaceID) AND id = \(attempt.messageID))
            """)
    }

    /// After a crash: what was claimed is queued again, since no call was made for it; what was being sent has an unknown outcome.
    package func recover(now: Date) throws {
        try transaction.run("UPDATE messages SET status = 'queued', claimed_epoch = NULL WHERE status = 'claimed'")
        try transaction.run(
            """
            UPDATE messages SET status = 'unknown' WHERE status = 'sending' AND EXISTS (
                SELECT 1 FROM attempts a WHERE a.workspace_id = messages.workspace_id AND a.message_id = messages.id AND a.number = messages.attempt
                    AND a.status = 'sending' AND a.answered_at IS NULL)
            """)
        try transaction.run("UPDATE attempts SET status = 'unknown', answered_at = \(now) WHERE status = 'sending' AND answered_at IS NULL")
    }

    /// Messages that left this sender within the last second and to whom lately: what a new dispatcher must know of the past.
    package func recentContacts(of sender: Identifier<Sender>, in workspaceID: Identifier<Workspace>, since: Date) throws -> [(
        Identifier<Contact>, Date
    )] {
        try transaction.rows(
            """
            SELECT m.contact_id, a.started_at FROM attempts a JOIN messages m ON m.workspace_id = a.workspace_id AND m.id = a.message_id
            WHERE a.workspace_id = \(workspaceID) AND a.sender_id = \(sender) AND a.started_at >= \(since) ORDER BY a.started_at LIMIT 50000
            """
        ).map { (try $0.id(0), try $0.date(1)) }
    }
}
