package import Domain

package import struct Foundation.Date

/// The messages of campaigns, as those who feed, follow and stop campaigns need them.
package struct CampaignMessageTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    // MARK: At the moment of the call

    /// What their campaigns say of some messages.
    package struct Restraints: Sendable {
        /// Their campaigns were paused, cancelled or removed: they may not leave.
        package fileprivate(set) var held: Set<Identifier<Message>> = []
        /// Of those whose campaigns have one.
        package fileprivate(set) var timings: [Identifier<Message>: CampaignSchedule] = [:]
    }

    package func restraints(_ messages: [Identifier<Message>]) throws -> Restraints {
        var restraints = Restraints()
        guard !messages.isEmpty else { return restraints }
        let rows = try transaction.bulk(
            "WITH k (workspace_id, message_id) AS (VALUES ", messages.map { [SQLValue(access.workspaceID), SQLValue($0)] },
            """
            )
            SELECT k.message_id, CASE WHEN c.removed_at IS NOT NULL OR c.state IN ('paused', 'cancelled') THEN 1 ELSE 0 END, c.timing
            FROM k JOIN campaign_recipients r ON r.workspace_id = k.workspace_id AND r.message_id = k.message_id
            JOIN campaigns c ON c.workspace_id = r.workspace_id AND c.id = r.campaign_id
            WHERE c.state IN ('paused', 'cancelled') OR c.removed_at IS NOT NULL OR c.timing IS NOT NULL
            """)
        // Most are of one campaign.
        var known: [String: CampaignSchedule] = [:]
        for row in rows {
            let id: Identifier<Message> = try row.id(0)
            if try row.integer(1) == 1 {
                restraints.held.insert(id)
            } else if let text = try row.textOrNil(2) {
                let timing: CampaignSchedule = try known[text] ?? JSONText.decode(from: text)
                known[text] = timing
                restraints.timings[id] = timing
            }
        }
        return restraints
    }

    // MARK: Feeding

    /// How many messages of campaigns wait at a number, counted up to `most`. Those that wait for a time of their own leave room for others.
    package func waiting(at sender: Identifier<Sender>, now: Date, most: Int) throws -> Int {
        try transaction.rows(
            """
            SELECT COUNT(*) FROM (
                SELECT 1 FROM messages WHERE workspace_id = \(access.workspaceID) AND sender_id = \(sender) AND status = 'queued'
                    AND lane = \(Lane.campaign.rawValue) AND (not_before IS NULL OR not_before <= \(now)) LIMIT \(most)) AS counted
            """)[0].integer(0)
    }

    /// These contacts, held in the order of their ids until the transaction ends: two campaigns ask one after the other who wrote to them.
    package func holdContacts(_ contacts: [Identifier<Contact>]) throws {
        guard transaction.dialect == .postgres else { return }
        // Messages that refer to a contact may be added meanwhile.
        try transaction.sendBulk(
            "WITH k (workspace_id, id) AS (VALUES ", Set(contacts).sorted().map { [SQLValue(access.workspaceID), SQLValue($0)] },
            """
            )
            SELECT c.id FROM k JOIN LATERAL (
                SELECT * FROM contacts c WHERE c.workspace_id = k.workspace_id AND c.id = k.id FOR NO KEY UPDATE) c ON TRUE
            """)
    }

    /// The conversations of a number with these contacts, held in the order of their ids until the transaction ends, so that nobody waits in a circle.
    package func holdConversations(of sender: Identifier<Sender>, with contacts: [Identifier<Contact>]) throws {
        guard transaction.dialect == .postgres, !contacts.isEmpty else { return }
        let found: [Identifier<Conversation>] = try transaction.bulk(
            "WITH k (workspace_id, sender_id, contact_id) AS (VALUES ",
            contacts.map { [SQLValue(access.workspaceID), SQLValue(sender), SQLValue($0)] },
            """
            )
            SELECT v.id FROM k JOIN conversations v ON v.workspace_id = k.workspace_id AND v.sender_id = k.sender_id AND v.contact_id = k.contact_id
            """
        ).map { try $0.id(0) }
        try transaction.lockConversations(found, in: access.workspaceID)
    }

    /// Who has these numbers, by the keys under which numbers are the same.
    package func contacts(byMatchKeys keys: [String]) throws -> [String: Identifier<Contact>] {
        guard !keys.isEmpty else { return [:] }
        let identity = transaction.dialect.lookUp(
            "JOIN", "contact_identities", as: "i", by: "i.workspace_id = k.workspace_id AND i.kind = 'phone' AND i.match_key = k.match_key")
        return try transaction.bulk(
            "WITH k (workspace_id, match_key) AS (VALUES ", Set(keys).sorted().map { [SQLValue(access.workspaceID), .text($0)] },
            ") SELECT k.match_key, i.contact_id FROM k \(identity)"
        ).reduce(into: [:]) { $0[try $1.text(0)] = try $1.id(1) }
    }

    /// With which of these numbers each of the contacts has the newest conversation.
    package func newestSenders(
        of contacts: [Identifier<Contact>], among senders: [Identifier<Sender>]
    ) throws -> [Identifier<Contact>: Identifier<Sender>] {
        let rows = try transaction.bulk(
            "WITH k (workspace_id, contact_id) AS (VALUES ", Set(contacts).sorted().map { [SQLValue(access.workspaceID), SQLValue($0)] },
            """
            )
            SELECT v.contact_id, v.sender_id, v.last_message_at FROM k
            JOIN conversations v ON v.workspace_id = k.workspace_id AND v.contact_id = k.contact_id
            """)
        let chosen = Set(senders)
        var newest: [Identifier<Contact>: (sender: Identifier<Sender>, at: Int)] = [:]
        for row in rows {
            let (contact, sender, at): (Identifier<Contact>, Identifier<Sender>, Int) = (try row.id(0), try row.id(1), try row.integer(2))
            guard chosen.contains(sender), newest[contact].map({ ($0.at, $0.sender) < (at, sender) }) ?? true else { continue }
            newest[contact] = (sender, at)
        }
        return newest.mapValues(\.sender)
    }

    /// A message that was taken out of the queue, or failed, goes back into it. One that never left stands where it is now; another keeps its place.
    package func requeue(_ message: Message, at moment: Date, sequence: Int64) throws -> Bool {
        try access.require(.messagesSend)
        let place: SQL = message.attempt == 0 ? ", at = \(moment), sequence = \(sequence)" : ""
        return try transaction.run(
            """
            UPDATE messages SET status = 'queued', error = NULL, not_before = NULL, claimed_epoch = NULL\(sql: place)
            WHERE workspace_id = \(access.workspaceID) AND id = \(message.id) AND direction = 'outbound' AND status || '' IN ('cancelled', 'failed')
            """) == 1
    }

    // MARK: Stopping

    /// Takes those of the messages out of the queue that haven't left, and returns them. What is being started at this moment is left alone.
    package func withdraw(_ messages: [Identifier<Message>]) throws -> [SenderQueueTable.Changed] {
        let found: [SenderQueueTable.Changed] = try transaction.bulk(
            "WITH k (workspace_id, id) AS (VALUES ", messages.map { [SQLValue(access.workspaceID), SQLValue($0)] },
            ") SELECT m.id, m.conversation_id FROM k JOIN messages m ON m.workspace_id = k.workspace_id AND m.id = k.id"
        ).map { .init(messageID: try $0.id(0), conversationID: try $0.id(1)) }
        return try SenderQueueTable.withdraw(found, access, in: transaction)
    }

    // MARK: Following

    /// A recipient whose message somebody has spoken of.
    package struct Followed: Sendable {
        package let campaignID: Identifier<Campaign>
        package let recipient: CampaignRecipient
    }

    /// The recipients of these messages, held until the transaction ends.
    package func hold(messages: [Identifier<Message>]) throws -> [Followed] {
        try access.require(.campaignsEdit)
        guard !messages.isEmpty else { return [] }
        return try transaction.rows(
            """
            SELECT \(raw: CampaignRecipientTable.columns), r.campaign_id FROM campaign_recipients r
            WHERE r.workspace_id = \(access.workspaceID) AND r.message_id IN (\(list: messages.map { SQLValue($0) }))
            ORDER BY r.campaign_id, r.position\(sql: transaction.dialect.forUpdate)
            """
        ).map {
            Followed(campaignID: try $0.id(CampaignRecipientTable.columnNames.count), recipient: try CampaignRecipientTable.recipient($0))
        }
    }

    package func standings(of messages: [Identifier<Message>]) throws -> [Identifier<Message>: CampaignRecipient.Standing] {
        guard !messages.isEmpty else { return [:] }
        return try transaction.rows(
            """
            SELECT id, status, error, sent_at, delivered_at, read_at FROM messages
            WHERE workspace_id = \(access.workspaceID) AND id IN (\(list: messages.map { SQLValue($0) }))
            """
        ).reduce(into: [:]) { standings, row in
            guard let status = MessageStatus(rawValue: try row.text(1)) else { throw StoreError.columnMismatch(1) }
            let error: MessageError? = try row.textOrNil(2).map { try JSONText.decode(from: $0) }
            standings[try row.id(0)] = .init(
                messageID: try row.id(0), status: status, error: error, sentAt: try row.dateOrNil(3), deliveredAt: try row.dateOrNil(4),
                readAt: try row.dateOrNil(5))
        }
    }

    /// What became of messages that are about to go, while it can still be read: whose message won't leave any more isn't written to.
    func settle(_ followed: [Followed]) throws {
        guard !followed.isEmpty else { return }
        let now = try transaction.clock()
        let standings = try self.standings(of: followed.compactMap(\.recipient.messageID))
        for (campaign, some) in Dictionary(grouping: followed, by: \.campaignID).sorted(by: { $0.key < $1.key }) {
            let changes = some.map { one in
                let standing = one.recipient.messageID.flatMap { standings[$0] }
                return (old: one.recipient, new: standing.map { one.recipient.after($0, at: now) } ?? one.recipient.withoutMessage)
            }
            guard try CampaignRecipientTable(transaction, access, of: campaign).save(changes) else { continue }
            try EventTable(transaction, access).append(
                NewEvent(.campaignUpdated, subject: campaign.text, cause: NewEvent.campaignProgress), at: now)
        }
    }

    /// What a customer wrote.
    package struct Answer: Sendable {
        package let conversationID: Identifier<Conversation>
        package let at: Date
        package let replyTo: Identifier<Message>?
        package let kind: String
        /// The campaign's message that it answers: the one that it quotes, or the newest before it.
        package var message: Identifier<Message>?
        /// Whether a quick reply of that message was tapped.
        package var isClick: Bool { kind == MessageContent.Kind.button.rawValue && message == replyTo && replyTo != nil }
    }

    /// Those of these messages that are customers' answers to a campaign.
    package func answers(_ messages: [Identifier<Message>]) throws -> [Answer] {
        guard !messages.isEmpty else { return [] }
        let written = try transaction.rows(
            """
            SELECT conversation_id, at, reply_to, kind FROM messages
            WHERE workspace_id = \(access.workspaceID) AND id IN (\(list: messages.map { SQLValue($0) })) AND direction = 'inbound'
                AND kind NOT IN ('system', 'reaction', 'call')
            ORDER BY at, sequence
            """
        ).map { Answer(conversationID: try $0.id(0), at: try $0.date(1), replyTo: try $0.idOrNil(2), kind: try $0.text(3)) }
        return try written.compactMap { answer in
            var answer = answer
            answer.message = try campaignMessage(answeredBy: answer)
            return answer.message == nil ? nil : answer
        }
    }

    private func campaignMessage(answeredBy answer: Answer) throws -> Identifier<Message>? {
        if let quoted = answer.replyTo,
            try !transaction.rows(
                "SELECT 1 FROM campaign_recipients r WHERE r.workspace_id = \(access.workspaceID) AND r.message_id = \(quoted)"
            ).isEmpty
        {
            return quoted
        }
        // Customers' times are whole seconds.
        let (since, until) = (
            answer.at.addingTimeInterval(-Campaign.replyDays * 86_400), answer.at.addingTimeInterval(1)
        )
        return try transaction.rows(
            """
            SELECT r.message_id FROM campaign_recipients r
            WHERE r.workspace_id = \(access.workspaceID) AND r.conversation_id = \(answer.conversationID) AND r.sent_at IS NOT NULL
                AND r.sent_at > \(since) AND r.sent_at <= \(until)
            ORDER BY r.sent_at DESC LIMIT 1
            """
        ).first?.idOrNil(0)
    }
}

extension CampaignRecipient {
    /// As it stands when its message is gone: it can't be said any more whether it was about to leave.
    package var withoutMessage: CampaignRecipient {
        guard state == .queued else { return self }
        var next = self
        next.state = .cancelled
        return next
    }
}

extension NewEvent {
    /// The cause that says that recipients of a campaign came further.
    package static let campaignProgress = "progress"
}
