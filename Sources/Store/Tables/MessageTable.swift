package import Domain

package import struct Foundation.Date

package struct MessageTable {
    let transaction: any Transaction
    let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    private static let columnNames = [
        "workspace_id", "id", "conversation_id", "sender_id", "contact_id", "client_id", "direction", "content", "status", "attempt",
        "error",
        "provider_id", "reply_to", "at", "sequence", "sent_at", "delivered_at", "read_at", "edited_at", "revoked_at", "author",
        "origin", "not_before",
    ]
    private static let columns = columnNames.joined(separator: ", ")
    static let columnCount = columnNames.count

    /// What ``message(_:)`` reads, of the table under another name.
    static func columns(of alias: String) -> String { columnNames.map { "\(alias).\($0)" }.joined(separator: ", ") }

    /// For every statement that gives a message to a caller.
    private var seen: SQL { access.andSees(conversation: "messages.conversation_id") }

    package func find(_ id: Identifier<Message>) throws -> Message? {
        try access.require(.conversationsView)
        return try transaction.rows(
            "SELECT \(raw: Self.columns) FROM messages WHERE workspace_id = \(access.workspaceID) AND id = \(id)\(sql: seen)"
        )
        .first
        .map(Self.message)
    }

    package func find(clientID: String) throws -> Message? {
        try access.require(.messagesSend)
        return try transaction.rows(
            "SELECT \(raw: Self.columns) FROM messages WHERE workspace_id = \(access.workspaceID) AND client_id = \(clientID)\(sql: seen)"
        ).first.map(Self.message)
    }

    package func find(providerID: String, sender: Identifier<Sender>) throws -> Message? {
        try access.require(.conversationsView)
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM messages
            WHERE workspace_id = \(access.workspaceID) AND sender_id = \(sender) AND provider_id = \(providerID)\(sql: seen)
            """
        ).first.map(Self.message)
    }

    package func list(_ ids: [Identifier<Message>]) throws -> [Message] {
        try access.require(.conversationsView)
        guard !ids.isEmpty else { return [] }
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM messages
            WHERE workspace_id = \(access.workspaceID) AND id IN (\(list: ids.map { .text($0.text) }))\(sql: seen) ORDER BY id LIMIT \(ids.count)
            """
        ).map(Self.message)
    }

    /// A page of a thread, newest first, before the place given.
    package func thread(_ conversation: Identifier<Conversation>, before cursor: (at: Int64, sequence: Int64)?, limit: Int) throws
        -> [Message]
    {
        try access.require(.conversationsView)
        let place: SQL = if let cursor { "AND (at, sequence) < (\(cursor.at), \(cursor.sequence))" } else { "" }
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM messages WHERE workspace_id = \(access.workspaceID) AND conversation_id = \(conversation) \(sql: place)\(sql: seen)
            ORDER BY at DESC, sequence DESC LIMIT \(limit)
            """
        ).map(Self.message)
    }

    /// A page of a thread, oldest first, after the place given.
    package func thread(_ conversation: Identifier<Conversation>, after cursor: (at: Int64, sequence: Int64), limit: Int) throws
        -> [Message]
    {
        try access.require(.conversationsView)
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM messages WHERE workspace_id = \(access.workspaceID) AND conversation_id = \(conversation)
                AND (at, sequence) > (\(cursor.at), \(cursor.sequence))\(sql: seen)
            ORDER BY at, sequence LIMIT \(limit)
            """
        ).map(Self.message)
    }

    /// A page of the messages of a thread that are files and weren't taken back, newest first, before the place given.
    package func files(of conversation: Identifier<Conversation>, before cursor: (at: Int64, sequence: Int64)?, limit: Int) throws
        -> [Message]
    {
        try access.require(.conversationsView)
        let place: SQL = if let cursor { "AND (at, sequence) < (\(cursor.at), \(cursor.sequence))" } else { "" }
        // Word for word as the index has it.
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM messages WHERE workspace_id = \(access.workspaceID) AND conversation_id = \(conversation)
                AND kind = 'media' AND revoked_at IS NULL \(sql: place)\(sql: seen)
            ORDER BY at DESC, sequence DESC LIMIT \(limit)
            """
        ).map(Self.message)
    }

    /// Inserts an outbound message; false when its client id is taken, and then nothing changed.
    package func insert(_ message: Message, lane: Lane) throws -> Bool {
        try access.require(.messagesSend)
        return try !transaction.rows(
            """
            INSERT INTO messages (\(raw: Self.columns), kind, lane)
            VALUES (\(access.workspaceID), \(message.id), \(message.conversationID), \(message.senderID), \(message.contactID), \(message.clientID),
                \(message.direction.rawValue), \(JSONText.encode(message.content)), \(message.status.rawValue), \(message.attempt),
                \(message.error.map(JSONText.encode)), \(message.providerID), \(message.replyTo), \(message.at), \(message.sequence), \(message.sentAt),
                \(message.deliveredAt), \(message.readAt), \(message.editedAt), \(message.revokedAt), \(message.author), \(message.origin.map(JSONText.encode)), \(message.sendAt),
                \(message.content.kind.rawValue), \(lane.rawValue))
            ON CONFLICT (workspace_id, client_id) WHERE client_id IS NOT NULL DO NOTHING RETURNING id
            """
        ).isEmpty
    }

    /// Puts a failed message back into the queue; false when it isn't one.
    package func requeue(_ message: Message) throws -> Bool {
        try access.require(.messagesSend)
        let changed = try transaction.run(
            """
            UPDATE messages SET status = 'queued', error = NULL, not_before = NULL, claimed_epoch = NULL
            WHERE workspace_id = \(access.workspaceID) AND id = \(message.id) AND direction = 'outbound' AND status = 'failed'
            """)
        guard changed == 1 else { return false }
        try transaction.run(
            """
            UPDATE conversations SET last_status = 'queued'
            WHERE workspace_id = \(access.workspaceID) AND id = \(message.conversationID) AND last_message_id = \(message.id)
            """)
        return true
    }

    /// Of those of the messages whose outcome is unknown: since when.
    package func unknownSince(_ ids: [Identifier<Message>]) throws -> [Identifier<Message>: Date] {
        try access.require(.conversationsView)
        guard !ids.isEmpty else { return [:] }
        let attempt = transaction.dialect.lookUp(
            "JOIN", "attempts", as: "a", by: "a.workspace_id = m.workspace_id AND a.message_id = m.id AND a.number = m.attempt")
        return try transaction.rows(
            """
            SELECT m.id, COALESCE(a.answered_at, a.started_at) FROM messages m \(raw: attempt)
            WHERE m.workspace_id = \(access.workspaceID) AND m.id IN (\(list: ids.map { .text($0.text) })) AND m.status = 'unknown'
            ORDER BY m.id LIMIT \(ids.count)
            """
        ).reduce(into: [:]) { $0[Identifier(try $1.text(0))] = try $1.date(1) }
    }

    /// Reactions in one answer, at most: a page of a big group's messages, each with many.
    private static let reactionLimit = 10_000

    /// What the customer and the business put on these messages, by message.
    package func reactions(on ids: [Identifier<Message>]) throws -> [Identifier<Message>: [Reaction]] {
        try access.require(.conversationsView)
        guard !ids.isEmpty else { return [:] }
        let rows = try transaction.rows(
            """
            SELECT message_id, actor, emoji FROM reactions
            WHERE workspace_id = \(access.workspaceID) AND message_id IN (\(list: ids.map { .text($0.text) })) ORDER BY message_id, at, actor
            LIMIT \(Self.reactionLimit)
            """)
        return try rows.reduce(into: [:]) { result, row in
            result[Identifier(try row.text(0)), default: []].append(Reaction(actor: try row.text(1), emoji: try row.text(2)))
        }
    }

    /// Sets or, with an empty emoji, takes back one actor's reaction.
    package func react(_ id: Identifier<Message>, actor: String, emoji: String, at: Date) throws {
        if emoji.isEmpty {
            try transaction.run(
                "DELETE FROM reactions WHERE workspace_id = \(access.workspaceID) AND message_id = \(id) AND actor = \(actor) AND at <= \(at)"
            )
        } else {
            try transaction.run(
                """
                INSERT INTO reactions (workspace_id, message_id, actor, emoji, at) VALUES (\(access.workspaceID), \(id), \(actor), \(emoji), \(at))
                ON CONFLICT (workspace_id, message_id, actor) DO UPDATE SET emoji = excluded.emoji, at = excluded.at WHERE reactions.at <= excluded.at
                """)
        }
    }

    /// The customer changed their message; an older change doesn't undo a newer one, and none brings back what was deleted. Returns whether
    /// anything changed.
    package func edit(_ message: Message, content: MessageContent, at: Date) throws -> Bool {
        let changed = try transaction.run(
            """
            UPDATE messages SET content = \(JSONText.encode(content)), kind = \(content.kind.rawValue), edited_at = \(at)
            WHERE workspace_id = \(access.workspaceID) AND id = \(message.id) AND revoked_at IS NULL
                AND (edited_at IS NULL OR edited_at <= \(at))
            """)
        guard changed == 1 else { return false }
        try transaction.run(
            """
            UPDATE conversations SET last_preview = \(content.preview), last_kind = \(LastKind(content).text)
            WHERE workspace_id = \(access.workspaceID) AND id = \(message.conversationID) AND last_message_id = \(message.id)
            """)
        return true
    }

    /// A call is over. Returns whether anything changed.
    package func end(_ message: Message, call: CallContent) throws -> Bool {
        try transaction.run(
            """
            UPDATE messages SET content = \(JSONText.encode(MessageContent.call(call)))
            WHERE workspace_id = \(access.workspaceID) AND id = \(message.id) AND kind = 'call'
            """) == 1
    }

    /// The customer deleted their message for everyone: what it said is no longer shown in the list. Returns whether anything changed.
    package func revoke(_ message: Message, at: Date) throws -> Bool {
        let changed = try transaction.run(
            "UPDATE messages SET revoked_at = \(at) WHERE workspace_id = \(access.workspaceID) AND id = \(message.id) AND revoked_at IS NULL"
        )
        guard changed == 1 else { return false }
        try transaction.run(
            """
            UPDATE conversations SET last_preview = '', last_kind = 'text'
            WHERE workspace_id = \(access.workspaceID) AND id = \(message.conversationID) AND last_message_id = \(message.id)
            """)
        return true
    }

    /// Marks the newest message of the customer as read, once. Returns it with the provider's id when it wasn't yet.
    package func markNewestRead(in conversation: Identifier<Conversation>, since oldest: Date, at now: Date) throws -> (
        id: Identifier<Message>, providerID: String
    )? {
        try transaction.rows(
            """
            UPDATE messages SET read_at = \(now) WHERE workspace_id = \(access.workspaceID) AND read_at IS NULL AND provider_id IS NOT NULL AND id = (
                SELECT id FROM messages WHERE workspace_id = \(access.workspaceID) AND conversation_id = \(conversation) AND at > \(oldest)
                    AND direction = 'inbound' AND kind NOT IN ('system', 'call')
                ORDER BY at DESC, sequence DESC LIMIT 1)
            RETURNING id, provider_id
            """
        ).first.map { (try $0.id(0), try $0.text(1)) }
    }

    static func message(_ row: Row) throws -> Message {
        guard let direction = MessageDirection(rawValue: try row.text(6)), let status = MessageStatus(rawValue: try row.text(8)) else {
            throw StoreError.columnMismatch(8)
        }
        return Message(
            id: try row.id(1), workspaceID: try row.id(0), conversationID: try row.id(2), senderID: try row.id(3), contactID: try row.id(4),
            clientID: try row.textOrNil(5), direction: direction, content: try JSONText.decode(from: row.text(7)), status: status,
            attempt: try row.integer(9), error: try row.textOrNil(10).map { try JSONText.decode(from: $0) },
            providerID: try row.textOrNil(11),
            replyTo: try row.idOrNil(12), at: try row.date(13), sequence: Int64(try row.integer(14)), sentAt: try row.dateOrNil(15),
            deliveredAt: try row.dateOrNil(16), readAt: try row.dateOrNil(17), editedAt: try row.dateOrNil(18),
            revokedAt: try row.dateOrNil(19),
            author: try row.textOrNil(20), origin: try row.textOrNil(21).map { try JSONText.decode(from: $0) },
            sendAt: status == .scheduled ? try row.dateOrNil(22) : nil)
    }
}
