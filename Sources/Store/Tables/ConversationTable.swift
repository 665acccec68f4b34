package import Domain

package import struct Foundation.Date

/// A place in a list ordered by time and id, newest first.
package struct TimeCursor: Sendable, Equatable {
    /// Milliseconds since 1970 UTC.
    package let milliseconds: Int64
    package let id: String

    package init(milliseconds: Int64, id: String) { (self.milliseconds, self.id) = (milliseconds, id) }
}

package struct ConversationTable {
    let transaction: any Transaction
    let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    private static let columns = """
        v.workspace_id, v.id, v.sender_id, v.contact_id, v.state, v.unread, v.last_message_id, v.last_kind, v.last_direction, v.last_status,
        v.last_preview, v.last_message_at, v.last_inbound_at, v.created_at, c.name, c.phone_number, c.username, c.business_scoped_id,
        v.assignee_id, v.team_id, v.snoozed_until, v.ai_active
        """

    private static let source = "conversations v JOIN contacts c ON c.workspace_id = v.workspace_id AND c.id = v.contact_id"

    /// Newest first, at most `limit`; a keyset, so any depth costs the same.
    package func list(_ filter: ConversationFilter, after cursor: TimeCursor?, limit: Int, now: Date) throws -> [Conversation] {
        try access.require(.conversationsView)
        let place: SQL = if let cursor { " AND (v.last_message_at, v.id) < (\(cursor.milliseconds), \(cursor.id))" } else { "" }
        let source = try source(of: filter)
        let pieces = ConversationBranches(filter, access, at: now).conditions.enumerated().map { number, condition -> SQL in
            """
            SELECT * FROM (
                SELECT v.* FROM \(sql: source) \(sql: condition)\(sql: place) ORDER BY v.last_message_at DESC, v.id DESC LIMIT \(limit)
            ) AS piece\(raw: String(number))
            """
        }
        guard let all = SQL.union(all: pieces) else { return [] }
        return try conversations(
            try transaction.rows(
                """
                SELECT \(raw: Self.columns) FROM (\(sql: all)) AS v JOIN contacts c ON c.workspace_id = v.workspace_id AND c.id = v.contact_id
                ORDER BY v.last_message_at DESC, v.id DESC LIMIT \(limit)
                """))
    }

    /// A label that more conversations have is looked for among them all in order; of others, all that have it are sorted.
    private static let rareLabelLimit = 2_000

    /// Where to look, up to the condition: `… WHERE`, or `… WHERE … AND` with a label.
    private func source(of filter: ConversationFilter) throws -> SQL {
        guard let label = filter.labelID else { return "conversations v WHERE" }
        if try LabelTable(transaction, access).count(label, most: Self.rareLabelLimit) < Self.rareLabelLimit {
            return """
                conversation_labels l CROSS JOIN conversations v
                WHERE l.workspace_id = \(access.workspaceID) AND l.label_id = \(label) AND v.id = l.conversation_id AND
                """
        }
        return """
            conversations v WHERE EXISTS (SELECT 1 FROM conversation_labels l WHERE l.workspace_id = \(access.workspaceID)
                AND l.conversation_id = v.id AND l.label_id = \(label)) AND
            """
    }

    /// With their labels.
    private func conversations(_ rows: [Row]) throws -> [Conversation] {
        let labels = try LabelTable(transaction, access).labels(of: rows.map { try $0.id(1) })
        return try rows.map { try Self.conversation($0, labels: labels[$0.id(1)] ?? []) }
    }

    /// How many there are, counted up to `most`.
    package func count(_ filter: ConversationFilter, most: Int, now: Date) throws -> Int {
        try access.require(.conversationsView)
        let source = try source(of: filter)
        let pieces = ConversationBranches(filter, access, at: now).conditions.enumerated().map { number, condition -> SQL in
            "SELECT * FROM (SELECT 1 FROM \(sql: source) \(sql: condition) LIMIT \(most)) AS piece\(raw: String(number))"
        }
        guard let all = SQL.union(all: pieces) else { return 0 }
        return try transaction.rows("SELECT COUNT(*) FROM (SELECT * FROM (\(sql: all)) AS found LIMIT \(most)) AS counted")[0].integer(0)
    }

    package func find(_ id: Identifier<Conversation>) throws -> Conversation? { try find([id]).first }

    /// Those of them that the caller may see, in no order.
    package func find(_ ids: [Identifier<Conversation>]) throws -> [Conversation] {
        try access.require(.conversationsView)
        return try conversations(
            try transaction.rows(
                """
                SELECT \(raw: Self.columns) FROM \(raw: Self.source)
                WHERE v.workspace_id = \(access.workspaceID) AND v.id IN (\(list: ids.map { SQLValue($0) }))\(sql: access.andSees("v"))
                """))
    }

    /// Those with this person that the caller may see, the newest message first: one a number at most, so few are sorted.
    /// - Parameter besides: one that is left out.
    package func list(
        with contact: Identifier<Contact>, besides: Identifier<Conversation>? = nil, after cursor: TimeCursor? = nil, limit: Int
    ) throws -> [Conversation] {
        try access.require(.conversationsView)
        let others: SQL = if let besides { " AND v.id <> \(besides)" } else { "" }
        let place: SQL = if let cursor { " AND (v.last_message_at, v.id) < (\(cursor.milliseconds), \(cursor.id))" } else { "" }
        return try conversations(
            try transaction.rows(
                """
                SELECT \(raw: Self.columns) FROM \(raw: Self.source)
                WHERE v.workspace_id = \(access.workspaceID) AND v.contact_id = \(contact)\(sql: others)
                    \(sql: access.andSees("v"))\(sql: place)
                ORDER BY v.last_message_at DESC, v.id DESC LIMIT \(limit)
                """))
    }

    /// The conversation of a sender and a contact, made when it isn't there; who sees only what is theirs gets it assigned. Also one that the
    /// caller may not see, which ``find(_:)`` then doesn't give.
    package func findOrMake(
        sender: Identifier<Sender>, contact: Identifier<Contact>, now: Date
    ) throws -> (id: Identifier<Conversation>, isNew: Bool) {
        try access.require(.messagesSend)
        let made = try transaction.rows(
            """
            INSERT INTO conversations (workspace_id, id, sender_id, contact_id, state, unread, last_message_at, created_at, assignee_id)
            VALUES (\(access.workspaceID), \(Identifier<Conversation>.make(at: now)), \(sender), \(contact), 'open', 0, \(now), \(now),
                \(access.visibility.assigneeOfNew))
            ON CONFLICT (workspace_id, sender_id, contact_id) DO NOTHING RETURNING id
            """)
        if let row = made.first { return (try row.id(0), true) }
        let found = try transaction.rows(
            "SELECT id FROM conversations WHERE workspace_id = \(access.workspaceID) AND sender_id = \(sender) AND contact_id = \(contact)")
        guard let row = found.first else { throw StoreError.unavailable("The conversation was made by another transaction; try again.") }
        return (try row.id(0), false)
    }

    /// Puts an outbound message at the top of its conversation, and clears what was unread: whoever answers has read.
    package func recordOutbound(_ message: Message) throws { try putOnTop(message, ", unread = 0") }

    /// The same for a message that left, or couldn't, by itself: nobody has read anything by that.
    package func recordDeparture(_ message: Message) throws { try putOnTop(message, "") }

    private func putOnTop(_ message: Message, _ unread: SQL) throws {
        try access.require(.messagesSend)
        try transaction.run(
            """
            UPDATE conversations SET last_message_id = \(message.id), last_kind = \(LastKind(message.content).text), last_direction = 'outbound',
                last_status = \(message.status.rawValue), last_preview = \(message.content.preview), last_message_at = \(message.at)\(sql: unread)
            WHERE workspace_id = \(access.workspaceID) AND id = \(message.conversationID) AND last_message_at <= \(message.at)
            """)
    }

    /// The customer gave a sign of life that isn't a message; the window never moves back.
    package func raiseWindow(_ id: Identifier<Conversation>, lastInboundAt: Date) throws {
        try transaction.run(
            """
            UPDATE conversations SET last_inbound_at = \(lastInboundAt) WHERE workspace_id = \(access.workspaceID) AND id = \(id)
                AND (last_inbound_at IS NULL OR last_inbound_at < \(lastInboundAt))
            """)
    }

    /// Clears what is unread; false when nothing was.
    package func markRead(_ id: Identifier<Conversation>) throws -> Bool {
        try access.require(.messagesSend)
        return try transaction.run(
            """
            UPDATE conversations SET unread = 0
            WHERE workspace_id = \(access.workspaceID) AND id = \(id) AND unread > 0\(sql: access.andSees("conversations"))
            """) == 1
    }

    /// As if its newest message had just come; false when something was unread already.
    package func markUnread(_ id: Identifier<Conversation>) throws -> Bool {
        try access.require(.messagesSend)
        return try transaction.run(
            """
            UPDATE conversations SET unread = 1
            WHERE workspace_id = \(access.workspaceID) AND id = \(id) AND unread = 0\(sql: access.andSees("conversations"))
            """) == 1
    }

    /// False when it was in that state already.
    /// - Parameter snoozedUntil: of the state snoozed, and no other.
    package func setState(_ state: Conversation.State, snoozedUntil: Date? = nil, _ id: Identifier<Conversation>) throws -> Bool {
        try access.require(.conversationsClose)
        return try transaction.run(
            """
            UPDATE conversations SET state = \(state.rawValue), snoozed_until = \(snoozedUntil)
            WHERE workspace_id = \(access.workspaceID) AND id = \(id)\(sql: access.andSees("conversations"))
                AND (state <> \(state.rawValue) OR snoozed_until IS DISTINCT FROM \(snoozedUntil))
            """) == 1
    }

    /// False when it was so already.
    package func setAIActive(_ isActive: Bool, _ id: Identifier<Conversation>) throws -> Bool {
        try access.require(.messagesSend)
        return try transaction.run(
            """
            UPDATE conversations SET ai_active = \(isActive)
            WHERE workspace_id = \(access.workspaceID) AND id = \(id)\(sql: access.andSees("conversations")) AND ai_active <> \(isActive)
            """) == 1
    }

    /// Brings a snoozed conversation back whose time is over; false when it isn't, or not any more.
    package func endSnooze(_ id: Identifier<Conversation>, now: Date) throws -> Bool {
        try access.require(.conversationsClose)
        return try transaction.run(
            """
            UPDATE conversations SET state = 'open', snoozed_until = NULL
            WHERE workspace_id = \(access.workspaceID) AND id = \(id) AND state = 'snoozed' AND snoozed_until <= \(now)
            """) == 1
    }

    /// False when it was assigned so already.
    package func assign(_ id: Identifier<Conversation>, to assignment: Assignment) throws -> Bool {
        try access.require(.conversationsAssign)
        return try transaction.run(
            """
            UPDATE conversations SET assignee_id = \(assignment.assignee), team_id = \(assignment.team)
            WHERE workspace_id = \(access.workspaceID) AND id = \(id)\(sql: access.andSees("conversations"))
                AND (assignee_id IS DISTINCT FROM \(assignment.assignee) OR team_id IS DISTINCT FROM \(assignment.team))
            """) == 1
    }

    /// Conversations changed in one go.
    package static let releaseLimit = 500

    /// Takes a person or a team off some of the conversations they have, at most ``releaseLimit``; returns which, each with how it was assigned.
    package func release(_ holder: Holder) throws -> [(id: Identifier<Conversation>, was: Assignment)] {
        try access.require(.membersManage)
        let (column, value): (String, SQLValue) =
            switch holder {
            case .person(let account): ("assignee_id", SQLValue(account))
            case .team(let team): ("team_id", SQLValue(team))
            }
        let held: [(id: Identifier<Conversation>, was: Assignment)] = try transaction.rows(
            """
            SELECT id, assignee_id, team_id FROM conversations WHERE workspace_id = \(access.workspaceID) AND \(raw: column) = \(value)
            ORDER BY id LIMIT \(Self.releaseLimit)\(sql: transaction.dialect.forUpdate)
            """
        ).map { (try $0.id(0), Assignment(assignee: try $0.idOrNil(1), team: try $0.idOrNil(2))) }
        try transaction.run(
            """
            UPDATE conversations SET \(raw: column) = NULL
            WHERE workspace_id = \(access.workspaceID) AND id IN (\(list: held.map { SQLValue($0.id) }))
            """)
        return held
    }

    package enum Holder: Sendable {
        case person(Identifier<Account>)
        case team(Identifier<Team>)
    }

    private static func conversation(_ row: Row, labels: [Identifier<Label>]) throws -> Conversation {
        guard let state = Conversation.State(rawValue: try row.text(4)) else { throw StoreError.columnMismatch(4) }
        return Conversation(
            id: try row.id(1), workspaceID: try row.id(0), senderID: try row.id(2),
            contact: Contact(
                id: try row.id(3), name: try row.textOrNil(14),
                phoneNumber: try row.textOrNil(15).flatMap { try? PhoneNumber(parsing: $0) },
                username: try row.textOrNil(16), businessScopedID: try row.textOrNil(17)),
            state: state, snoozedUntil: try row.dateOrNil(20),
            assignment: Assignment(assignee: try row.idOrNil(18), team: try row.idOrNil(19)), labels: labels,
            aiActive: try row.integer(21) != 0,
            unread: try row.integer(5),
            last: try lastMessage(row), lastInboundAt: try row.dateOrNil(12),
            createdAt: try row.date(13))
    }

    private static func lastMessage(_ row: Row) throws -> Conversation.LastMessage? {
        guard let id: Identifier<Message> = try row.idOrNil(6),
            let kind = try row.textOrNil(7).flatMap(LastKind.init(parsing:)),
            let direction = try row.textOrNil(8).flatMap(MessageDirection.init(rawValue:)),
            let status = try row.textOrNil(9).flatMap(MessageStatus.init(rawValue:))
        else { return nil }
        return .init(
            id: id, kind: kind.kind, media: kind.media, direction: direction, status: status, preview: try row.textOrNil(10) ?? "",
            at: try row.date(11))
    }
}

/// The kind of a conversation's newest message as the column has it: `text`, `media.voice`.
struct LastKind {
    let kind: MessageContent.Kind
    let media: MediaContent.Form?

    init(_ content: MessageContent) { (kind, media) = (content.kind, content.mediaForm) }

    init(_ last: Conversation.LastMessage) { (kind, media) = (last.kind, last.media) }

    init?(parsing text: String) {
        let parts = text.split(separator: ".", maxSplits: 1)
        guard let kind = parts.first.flatMap({ MessageContent.Kind(rawValue: String($0)) }) else { return nil }
        self.kind = kind
        media = parts.count == 2 ? MediaContent.Form(rawValue: String(parts[1])) : nil
    }

    var text: String { media.map { "\(kind.rawValue).\($0.rawValue)" } ?? kind.rawValue }
}
