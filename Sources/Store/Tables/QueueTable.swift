package import Domain

package import struct Foundation.Date

/// The dispatcher's statements on a queue: what waits, starting calls, and what a new owner finds.
package struct QueueTable {
    /// How long a message of unknown outcome holds the next of its conversation back, in seconds.
    package static let unknownHoldSeconds = 30.0

    private let transaction: any Transaction

    package init(_ transaction: any Transaction) { self.transaction = transaction }

    // An empty text is joined to the status, so that PostgreSQL can't answer from the small indexes of what is queued or being sent: it takes them for
    // empty until it has looked, and would walk through all of them for each message.
    private static let messages = "WITH q (workspace_id, id, status) AS (VALUES "
    private static let messagesUnder = "WITH q (workspace_id, id, status, epoch) AS (VALUES "

    /// Where a reader of a queue stands: by lane, then in order.
    package struct Place: Sendable, Equatable {
        package let lane: Int
        package let sequence: Int64

        /// Before everything.
        package static let start = Place(lane: -1, sequence: 0)

        package init(lane: Int, sequence: Int64) { (self.lane, self.sequence) = (lane, sequence) }
    }

    /// The first message of its conversation and lane, which may be claimed.
    package struct Head: Sendable {
        package let messageID: Identifier<Message>
        package let conversationID: Identifier<Conversation>
        package let contactID: Identifier<Contact>
        package let place: Place
    }

    package struct Page: Sendable {
        package let heads: [Head]
        /// Where the next page begins; nil when this was the last.
        package let end: Place?
        /// Whether it holds messages that have to wait, for their time or for an earlier one.
        package let holdsBack: Bool
    }

    /// How many waiting messages are counted; one more than is shown.
    package static let countLimit = 100_001

    /// Messages that wait to leave, of one workspace or of all, at most ``countLimit``.
    package func count(in workspaceID: Identifier<Workspace>?) throws -> Int {
        let ours: SQL = if let workspaceID { "workspace_id = \(workspaceID) AND " } else { "" }
        return try transaction.rows(
            "SELECT COUNT(*) FROM (SELECT 1 FROM messages WHERE \(sql: ours)status = 'queued' LIMIT \(Self.countLimit)) AS waiting"
        )[0].integer(0)
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

    /// Looks at the next `limit` queued messages behind a place, by lane and in order, and gives those that may leave: none whose time hasn't come,
    /// and none behind an earlier one of its conversation and lane. The page is bounded by what it looks at, not by what it gives, so that a
    /// queue in which much has to wait costs no more than another. While a portfolio has reached as many people as it may, `fullPortfolio` names it,
    /// and templates to further people wait.
    package func page(
        of sender: Identifier<Sender>, in workspaceID: Identifier<Workspace>, after place: Place, through lane: Lane = .campaign,
        fullPortfolio: String? = nil, now: Date, limit: Int
    ) throws -> Page {
        let waitsForPeople = fullPortfolio.map { peopleCondition(portfolio: $0, in: workspaceID, now: now) } ?? ""
        let rows = try transaction.rows(
            """
            SELECT p.id, p.conversation_id, p.contact_id, p.lane, p.sequence, CASE
                WHEN p.not_before > \(now) THEN 0
                WHEN EXISTS (
                    SELECT 1 FROM messages e
                    WHERE e.workspace_id = \(workspaceID) AND e.conversation_id = p.conversation_id AND e.lane = p.lane AND e.sequence < p.sequence
                        AND e.status IN ('queued', 'claimed', 'sending')) THEN 0
                WHEN EXISTS (
                    SELECT 1 FROM messages e JOIN attempts a ON a.workspace_id = e.workspace_id AND a.message_id = e.id AND a.number = e.attempt
                    WHERE e.workspace_id = \(workspaceID) AND e.conversation_id = p.conversation_id AND e.status = 'unknown'
                        AND e.sequence < p.sequence AND e.lane = p.lane AND a.answered_at > \(now.addingTimeInterval(-Self.unknownHoldSeconds))) THEN 0
                \(sql: waitsForPeople)
                ELSE 1 END
            FROM (
                SELECT m.id, m.conversation_id, m.contact_id, m.lane, m.sequence, m.not_before, m.kind FROM messages m
                WHERE m.workspace_id = \(workspaceID) AND m.sender_id = \(sender) AND m.status = 'queued'
                    AND (m.lane, m.sequence) > (CAST(\(place.lane) AS BIGINT), CAST(\(place.sequence) AS BIGINT)) AND m.lane <= \(lane.rawValue)
                ORDER BY m.lane, m.sequence LIMIT \(limit)) p
            ORDER BY p.lane, p.sequence
            """)
        var heads: [Head] = []
        var last = place
        for row in rows {
            last = Place(lane: try row.integer(3), sequence: Int64(try row.integer(4)))
            guard try row.integer(5) == 1 else { continue }
            heads.append(Head(messageID: try row.id(0), conversationID: try row.id(1), contactID: try row.id(2), place: last))
        }
        return Page(heads: heads, end: rows.count == limit ? last : nil, holdsBack: heads.count < rows.count)
    }

    /// A template outside the window, to somebody who doesn't count against the portfolio's limit yet.
    private func peopleCondition(portfolio: String, in workspaceID: Identifier<Workspace>, now: Date) -> SQL {
        let opened = now.addingTimeInterval((MessagingWindow.margin - MessagingWindow.length) / .seconds(1))
        return """
            WHEN p.kind = 'template' AND NOT EXISTS (
                    SELECT 1 FROM conversations v WHERE v.workspace_id = \(workspaceID) AND v.id = p.conversation_id AND v.last_inbound_at > \(opened))
                AND NOT EXISTS (
                    SELECT 1 FROM portfolio_people c WHERE c.workspace_id = \(workspaceID) AND c.portfolio_id = \(portfolio)
                        AND c.contact_id = p.contact_id AND c.at > \(PortfolioTable.dayBefore(now))) THEN 0
            """
    }

    /// A queued or claimed message with all that its call needs.
    package struct Loaded: Sendable {
        package let message: Message
        package let contact: Contact
        package let lastInboundAt: Date?
        /// Provider id of the message that is answered or reacted to.
        package let targetProviderID: String?
        package let groupID: String?
    }

    /// Those of the messages that still stand at `status`, in order.
    package func load(_ ids: [Identifier<Message>], status: MessageStatus, in access: Access) throws -> [Loaded] {
        var loaded: [Loaded] = []
        let dialect = transaction.dialect
        let message = dialect.lookUp(
            "JOIN", "messages", as: "m", by: "m.workspace_id = q.workspace_id AND m.id = q.id", and: "m.status = q.status")
        let contact = dialect.lookUp("JOIN", "contacts", as: "c", by: "c.workspace_id = m.workspace_id AND c.id = m.contact_id")
        let conversation = dialect.lookUp(
            "JOIN", "conversations", as: "v", by: "v.workspace_id = m.workspace_id AND v.id = m.conversation_id")
        let target = dialect.lookUp("LEFT JOIN", "messages", as: "t", by: "t.workspace_id = m.workspace_id AND t.id = m.reply_to")
        let rows = try transaction.bulk(
            Self.messages, ids.map { [SQLValue(access.workspaceID), SQLValue($0), .text(status.rawValue)] },
            """
            )
            SELECT \(MessageTable.columns(of: "m")), c.name, c.phone_number, c.username, c.business_scoped_id, v.last_inbound_at, t.provider_id
            FROM q \(message) \(contact) \(conversation) \(target)
            """)
        for row in rows {
            let message = try MessageTable.message(row)
            let next = MessageTable.columnCount
            let contact = Contact(
                id: message.contactID, name: try row.textOrNil(next),
                phoneNumber: try row.textOrNil(next + 1).flatMap { try? PhoneNumber(parsing: $0) },
                username: try row.textOrNil(next + 2),
                businessScopedID: try row.textOrNil(next + 3))
            var targetProviderID = try row.textOrNil(next + 5)
            if case .reaction(let reaction) = message.content, let id = reaction.message {
                targetProviderID = try MessageTable(transaction, access).find(id)?.providerID
            }
            let isGroup = contact.phoneNumber == nil && contact.businessScopedID == nil
            loaded.append(
                Loaded(
                    message: message, contact: contact, lastInboundAt: try row.dateOrNil(next + 4), targetProviderID: targetProviderID,
                    groupID: isGroup ? try ContactTable(transaction, access).group(of: contact.id) : nil))
        }
        return loaded.sorted { $0.message.sequence < $1.message.sequence }
    }

    /// `queued → claimed`, for messages whose call needs preparation first; returns those that were still queued.
    package func claim(_ ids: [Identifier<Message>], epoch: Int, in workspaceID: Identifier<Workspace>) throws -> Set<Identifier<Message>> {
        let rows = try transaction.bulk(
            Self.messagesUnder, ids.map { [SQLValue(workspaceID), SQLValue($0), .text("queued"), SQLValue(epoch)] },
            """
            )
            UPDATE messages SET status = 'claimed', claimed_epoch = q.epoch
            FROM q WHERE messages.workspace_id = q.workspace_id AND messages.id = q.id AND messages.status || '' = q.status RETURNING messages.id
            """)
        return Set(try rows.map { try $0.id(0) })
    }

    /// `queued` or `claimed → sending`, each with its attempt row, immediately before the calls. Returns the attempts of those that still stood at
    /// `status`; a claimed one must have been claimed under this epoch.
    package func start(
        _ ids: [Identifier<Message>], from status: MessageStatus, sender: Identifier<Sender>, epoch: Int,
        in workspaceID: Identifier<Workspace>,
        now: Date
    ) throws -> [Identifier<Message>: AttemptReference] {
        var attempts: [Identifier<Message>: AttemptReference] = [:]
        let rows = try transaction.bulk(
            Self.messagesUnder, ids.map { [SQLValue(workspaceID), SQLValue($0), .text(status.rawValue), SQLValue(epoch)] },
            """
            )
            UPDATE messages SET status = 'sending', attempt = messages.attempt + 1, claimed_epoch = q.epoch, error = NULL, provider_id = NULL,
                sent_at = NULL, delivered_at = NULL, read_at = NULL
            FROM q WHERE messages.workspace_id = q.workspace_id AND messages.id = q.id AND messages.status || '' = q.status
                \(status == .claimed ? "AND messages.claimed_epoch = q.epoch" : "")
            RETURNING messages.id, messages.attempt
            """)
        for row in rows {
            let id: Identifier<Message> = try row.id(0)
            attempts[id] = AttemptReference(messageID: id, number: try row.integer(1))
        }
        try transaction.insert(
            into: "attempts (workspace_id, message_id, number, sender_id, status, epoch, started_at)",
            attempts.values.sorted { $0.messageID < $1.messageID }.map { attempt in
                [
                    SQLValue(workspaceID), SQLValue(attempt.messageID), SQLValue(attempt.number), SQLValue(sender), .text("sending"),
                    SQLValue(epoch),
                    SQLValue(now),
                ]
            })
        return attempts
    }

    /// Has queued messages wait for times that were found out only now.
    package func putOff(_ messages: [(id: Identifier<Message>, until: Date)], in workspaceID: Identifier<Workspace>) throws {
        try transaction.sendBulk(
            "WITH q (workspace_id, id, status, not_before) AS (VALUES ",
            messages.map { [SQLValue(workspaceID), SQLValue($0.id), .text("queued"), SQLValue($0.until)] },
            """
            )
            UPDATE messages SET not_before = q.not_before
            FROM q WHERE messages.workspace_id = q.workspace_id AND messages.id = q.id AND messages.status || '' = q.status
            """)
    }

    /// Gives a claimed message back to the queue.
    package func release(_ id: Identifier<Message>, epoch: Int, notBefore: Date?, in workspaceID: Identifier<Workspace>) throws {
        try transaction.run(
            """
            UPDATE messages SET status = 'queued', claimed_epoch = NULL, not_before = \(notBefore)
            WHERE workspace_id = \(workspaceID) AND id = \(id) AND status = 'claimed' AND claimed_epoch = \(epoch)
            """)
    }

    /// A message that may not leave any more, whose call was never made; false when it doesn't stand at `status` any more.
    package func refuse(_ message: Message, from status: MessageStatus, _ error: MessageError, in workspaceID: Identifier<Workspace>) throws
        -> Bool
    {
        let changed = try transaction.run(
            """
            UPDATE messages SET status = 'failed', error = \(JSONText.encode(error)), claimed_epoch = NULL
            WHERE workspace_id = \(workspaceID) AND id = \(message.id) AND status = \(status.rawValue)
            """)
        guard changed == 1 else { return false }
        try transaction.send(
            """
            UPDATE conversations SET last_status = 'failed'
            WHERE workspace_id = \(workspaceID) AND id = \(message.conversationID) AND last_message_id = \(message.id)
            """)
        return true
    }

    /// What a step of this very owner began and may not have finished, because nobody knows whether its commit took place: no call was made for any
    /// of it, so it is queued again. Returns those whose outcome a later owner has called unknown meanwhile; the others were never seen otherwise.
    package func undo(_ ids: [Identifier<Message>], epoch: Int, in workspaceID: Identifier<Workspace>) throws -> [Left] {
        var seen: [Left] = []
        try transaction.forEachChunk(of: ids.map { [SQLValue($0)] }) { chunk in
            let mine: SQL = "workspace_id = \(workspaceID) AND id IN (\(list: chunk.map { $0[0] }))"
            // The server may still be at the commit in doubt, waiting for its standby. Until that has ended nothing would be seen of it, so this waits.
            _ = try transaction.rows("SELECT id FROM messages WHERE \(sql: mine) ORDER BY id\(sql: transaction.dialect.forUpdate)")
            let began = try transaction.rows(
                """
                DELETE FROM attempts WHERE workspace_id = \(workspaceID) AND epoch = \(epoch) AND status || '' IN ('sending', 'unknown')
                    AND provider_id IS NULL
                    AND (message_id, number) IN (SELECT id, attempt FROM messages WHERE \(sql: mine) AND status || '' IN ('sending', 'unknown'))
                RETURNING message_id, status
                """)
            for row in began {
                let shown = try transaction.rows(
                    """
                    UPDATE messages SET attempt = attempt - 1, status = 'queued', claimed_epoch = NULL
                    WHERE workspace_id = \(workspaceID) AND id = \(try row.text(0)) AND status || '' IN ('sending', 'unknown')
                    RETURNING id, conversation_id
                    """)
                guard try row.text(1) == "unknown" else { continue }
                for row in shown { seen.append(Left(messageID: try row.id(0), conversationID: try row.id(1), status: .queued)) }
            }
            try transaction.run(
                """
                UPDATE messages SET status = 'queued', claimed_epoch = NULL WHERE \(sql: mine) AND status = 'claimed' AND claimed_epoch = \(epoch)
                """)
        }
        try show(seen, in: workspaceID)
        return seen
    }

    /// A message that a former owner left behind.
    package struct Left: Sendable {
        package let messageID: Identifier<Message>
        package let conversationID: Identifier<Conversation>
        package let status: MessageStatus
    }

    /// After a take-over: what an earlier owner claimed is queued again, since no call was made for it; what it was sending has an unknown outcome until
    /// its answer or a status says otherwise.
    package func recover(_ lease: LeaseTable.Lease, now: Date) throws -> [Left] {
        var left: [Left] = []
        let (workspaceID, senderID) = (lease.workspaceID, lease.senderID)
        let claimed = try transaction.rows(
            """
            UPDATE messages SET status = 'queued', claimed_epoch = NULL
            WHERE workspace_id = \(workspaceID) AND sender_id = \(senderID) AND status = 'claimed' AND claimed_epoch < \(lease.epoch)
            RETURNING id, conversation_id
            """)
        for row in claimed { left.append(Left(messageID: try row.id(0), conversationID: try row.id(1), status: .queued)) }
        let sending = try transaction.rows(
            """
            UPDATE attempts SET status = 'unknown', answered_at = \(now)
            WHERE workspace_id = \(workspaceID) AND sender_id = \(senderID) AND status IN ('sending', 'unknown') AND status = 'sending'
                AND epoch < \(lease.epoch)
            RETURNING message_id, number
            """)
        for row in sending {
            let shown = try transaction.rows(
                """
                UPDATE messages SET status = 'unknown', claimed_epoch = NULL
                WHERE workspace_id = \(workspaceID) AND id = \(try row.text(0)) AND attempt = \(try row.integer(1)) AND status = 'sending'
                RETURNING id, conversation_id
                """)
            for row in shown { left.append(Left(messageID: try row.id(0), conversationID: try row.id(1), status: .unknown)) }
        }
        try show(left, in: workspaceID)
        return left
    }

    /// Lets the conversations' rows show what became of their last messages.
    private func show(_ left: [Left], in workspaceID: Identifier<Workspace>) throws {
        for message in left {
            try transaction.send(
                """
                UPDATE conversations SET last_status = \(message.status.rawValue)
                WHERE workspace_id = \(workspaceID) AND id = \(message.conversationID) AND last_message_id = \(message.messageID)
                """)
        }
    }

    /// To whom this sender began to send lately: what a new owner must know of the past.
    package func recentContacts(
        of sender: Identifier<Sender>, in workspaceID: Identifier<Workspace>, since: Date
    ) throws -> [(contact: Identifier<Contact>, at: Date)] {
        try transaction.rows(
            """
            SELECT m.contact_id, a.started_at FROM attempts a JOIN messages m ON m.workspace_id = a.workspace_id AND m.id = a.message_id
            WHERE a.workspace_id = \(workspaceID) AND a.sender_id = \(sender) AND a.started_at >= \(since) ORDER BY a.started_at DESC LIMIT 50000
            """
        ).map { (try $0.id(0), try $0.date(1)) }.reversed()
    }
}
