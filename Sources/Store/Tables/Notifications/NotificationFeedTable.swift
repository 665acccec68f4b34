package import Domain

package import struct Foundation.Date

/// For the part of the program that makes notifications: how far it has read the event log of a workspace, what it must know of the people and
/// things in it, and what it has made.
package struct NotificationFeedTable {
    private static let reader = "notifications"
    /// Of a number's history: more doesn't happen to it while the log is being read.
    private static let historyLimit = 50

    private let transaction: any Transaction
    private let workspaceID: Identifier<Workspace>

    package init(_ transaction: any Transaction, in workspaceID: Identifier<Workspace>) {
        (self.transaction, self.workspaceID) = (transaction, workspaceID)
    }

    /// Workspaces with events behind what was read of them.
    package static func behind(_ transaction: any Transaction, limit: Int) throws -> [Identifier<Workspace>] {
        // Not EXISTS, which a planner may turn into a join over all events.
        let next: SQL =
            switch transaction.dialect {
            case .sqlite:
                "SELECT 1 FROM events e WHERE e.workspace_id = w.id AND e.id > COALESCE(c.id, 0) ORDER BY e.id LIMIT 1"
            case .postgres:
                """
                SELECT 1 FROM events e WHERE e.workspace_id = w.id
                    AND (e.tx, e.id) > (CAST(CAST(COALESCE(c.tx, 0) AS TEXT) AS xid8), COALESCE(c.id, 0)) ORDER BY e.tx, e.id LIMIT 1
                """
            }
        return try transaction.rows(
            """
            SELECT w.id FROM workspaces w LEFT JOIN event_readers c ON c.workspace_id = w.id AND c.reader = \(reader)
            WHERE (\(sql: next)) IS NOT NULL ORDER BY w.id LIMIT \(limit)
            """
        ).map { try $0.id(0) }
    }

    /// How far the log was read.
    package var place: EventReaderTable { EventReaderTable(transaction, Self.reader, in: workspaceID) }

    // MARK: What is to be known

    package func people() throws -> [NotificationReading.Person] {
        let teams = try transaction.rows(
            """
            SELECT account_id, team_id FROM team_members WHERE workspace_id = \(workspaceID)
            ORDER BY team_id, account_id LIMIT \(Team.countLimit * Team.memberLimit)
            """
        ).reduce(into: [Identifier<Account>: Set<Identifier<Team>>]()) { $0[try $1.id(0), default: []].insert(try $1.id(1)) }
        return try transaction.rows(
            """
            SELECT m.account_id, m.role, l.level, r.rules, m.away_since FROM members m
            LEFT JOIN visibility_levels l ON l.workspace_id = m.workspace_id AND l.role = m.role
            LEFT JOIN notification_rules r ON r.workspace_id = m.workspace_id AND r.account_id = m.account_id
            WHERE m.workspace_id = \(workspaceID) AND m.deactivated_at IS NULL ORDER BY m.account_id LIMIT \(MemberTable.listLimit)
            """
        ).compactMap { row in
            guard let role = Role(rawValue: try row.text(1)), role.grants.contains(.conversationsView) else { return nil }
            let id: Identifier<Account> = try row.id(0)
            let level = try row.textOrNil(2).flatMap(VisibilityLevel.init(rawValue:)) ?? .all
            let rules: NotificationRules? = try row.textOrNil(3).map { try JSONText.decode(from: $0) }
            return .init(
                id: id, visibility: Visibility(level, of: id, teams: teams[id] ?? []), teams: teams[id] ?? [], rules: rules ?? .standard,
                isAvailable: try row.dateOrNil(4) == nil, managesSenders: role.grants.contains(.sendersManage))
        }
    }

    package func assignments(of ids: [Identifier<Conversation>]) throws -> [Identifier<Conversation>: Assignment] {
        try EventTable.assignments(of: ids, in: workspaceID, transaction)
    }

    /// When each was written, by the provider's clock. Without those of numbers whose messages notify nobody.
    package func times(of ids: [Identifier<Message>]) throws -> [Identifier<Message>: Date] {
        try transaction.rows(
            """
            SELECT m.id, m.at FROM messages m
            LEFT JOIN reception_options r ON r.workspace_id = m.workspace_id AND r.sender_id = m.sender_id AND r.notifies = 0
            WHERE m.workspace_id = \(workspaceID) AND m.id IN (\(list: ids.map { SQLValue($0) })) AND r.sender_id IS NULL
            """
        ).reduce(into: [:]) { $0[try $1.id(0)] = try $1.date(1) }
    }

    /// Those of them that weren't sent, and the people who wrote them.
    package func failed(_ ids: [Identifier<Message>]) throws -> [Identifier<Message>: Identifier<Account>] {
        try transaction.rows(
            """
            SELECT id, author FROM messages WHERE workspace_id = \(workspaceID) AND id IN (\(list: ids.map { SQLValue($0) }))
                AND status = 'failed' AND direction = 'outbound'
            """
        ).reduce(into: [:]) { writers, row in
            writers[try row.id(0)] = try row.textOrNil(1).flatMap(Actor.init(parsing:))?.member
        }
    }

    package func mentions(in notes: [Identifier<Note>]) throws -> [Identifier<Note>: [NotificationReading.Mention]] {
        try transaction.rows(
            """
            SELECT note_id, account_id, called_at FROM note_mentions
            WHERE workspace_id = \(workspaceID) AND note_id IN (\(list: notes.map { SQLValue($0) })) ORDER BY note_id, account_id
            """
        ).reduce(into: [:]) { $0[try $1.id(0), default: []].append(.init(try $1.id(1), at: try $1.date(2))) }
    }

    /// When these numbers stopped that could send: the latest of each, with what it stopped for.
    package func stops(of senders: [Identifier<Sender>]) throws -> [Identifier<Sender>: [NotificationReading.Stop]] {
        let table = SenderHistoryTable(transaction, .system("notifications", in: workspaceID))
        return try senders.reduce(into: [:]) { stops, sender in
            let history = try table.list(of: sender, before: nil, limit: Self.historyLimit)
            let before = history.dropFirst().map(Optional.some) + (history.count < Self.historyLimit ? [nil] : [])
            stops[sender] = zip(history, before).compactMap { entry, before in entry.stop(after: before).map { .init($0, at: entry.at) } }
        }
    }

    // MARK: What was made

    package struct Made: Sendable {
        package let id: Identifier<PersonalNotification>
        package let person: Identifier<Account>
        package let topic: PersonalNotification.Topic
        package let subjectID: String?
        package let kind: PersonalNotification.Kind
        /// False when it was unread already and grew.
        package let isNew: Bool
    }

    /// One row for each, or the unread one of its person, topic and kind grows.
    package func add(_ news: [NotificationReading.News], now: Date) throws -> [Made] {
        let ids = news.map { _ in Identifier<PersonalNotification>.make(at: now) }
        let rows = zip(ids, news).map { id, one -> [SQLValue] in
            [
                SQLValue(workspaceID), SQLValue(id), SQLValue(one.person), .text(one.kind.rawValue),
                SQLValue(one.topic.conversationID), SQLValue(one.topic.senderID), SQLValue(one.subjectID), SQLValue(one.actor),
                SQLValue(one.count), SQLValue(one.at),
            ]
        }
        let new = Set(ids)
        return try transaction.insert(
            into:
                "notifications (workspace_id, id, account_id, kind, conversation_id, sender_id, subject_id, actor_id, count, at)", rows,
            suffix: """
                ON CONFLICT (workspace_id, account_id, COALESCE(conversation_id, sender_id), kind) WHERE read_at IS NULL DO UPDATE SET
                    count = notifications.count + CASE WHEN notifications.subject_id = excluded.subject_id THEN 0 ELSE excluded.count END,
                    subject_id = excluded.subject_id, actor_id = excluded.actor_id, at = excluded.at,
                    mailed_at = NULL
                """, returning: "id, account_id, kind, conversation_id, sender_id, subject_id"
        ).map { row in
            let id: Identifier<PersonalNotification> = try row.id(0)
            guard let kind = PersonalNotification.Kind(rawValue: try row.text(2)) else { throw StoreError.columnMismatch(2) }
            return Made(
                id: id, person: try row.id(1), topic: try NotificationTable.topic(row, 3), subjectID: try row.textOrNil(5), kind: kind,
                isNew: new.contains(id))
        }
    }

    /// What a person had of a conversation that they have read or answered since; false when it was nothing.
    package func markRead(_ place: NotificationReading.Place, at now: Date) throws -> Bool {
        try transaction.run(
            """
            UPDATE notifications SET read_at = \(now) WHERE workspace_id = \(workspaceID) AND account_id = \(place.person)
                AND conversation_id = \(place.conversation) AND read_at IS NULL
            """) > 0
    }

    /// New messages of a conversation that somebody else looks after now; gives those of the people who had some unread.
    package func markTaken(
        _ conversation: Identifier<Conversation>, from people: [Identifier<Account>], at now: Date
    ) throws -> [Identifier<Account>] {
        try transaction.rows(
            """
            UPDATE notifications SET read_at = \(now) WHERE workspace_id = \(workspaceID)
                AND account_id IN (\(list: people.map { SQLValue($0) }))
                AND conversation_id = \(conversation) AND kind = \(PersonalNotification.Kind.message.rawValue) AND read_at IS NULL
            RETURNING account_id
            """
        ).map { try $0.id(0) }
    }

    // MARK: What an e-mail told of

    /// Gives those of them that nobody has marked before: whoever marks one sends it.
    package func markMailed(_ ids: [Identifier<PersonalNotification>], at now: Date) throws -> Set<Identifier<PersonalNotification>> {
        Set(
            try transaction.rows(
                """
                UPDATE notifications SET mailed_at = \(now)
                WHERE workspace_id = \(workspaceID) AND id IN (\(list: ids.map { SQLValue($0) })) AND mailed_at IS NULL RETURNING id
                """
            ).map { try $0.id(0) })
    }

    /// It wasn't taken after all.
    package func unmarkMailed(_ ids: [Identifier<PersonalNotification>]) throws {
        try transaction.run(
            """
            UPDATE notifications SET mailed_at = NULL
            WHERE workspace_id = \(workspaceID) AND id IN (\(list: ids.map { SQLValue($0) }))
            """)
    }

    package func hasUnmailed(_ person: Identifier<Account>, isOfNumbers: Bool = false) throws -> Bool {
        let topic: SQL = isOfNumbers ? " AND sender_id IS NOT NULL" : ""
        return try !transaction.rows(
            """
            SELECT 1 FROM notifications
            WHERE workspace_id = \(workspaceID) AND account_id = \(person) AND read_at IS NULL AND mailed_at IS NULL\(sql: topic) LIMIT 1
            """
        ).isEmpty
    }

    // MARK: What is no longer kept

    /// Removes at most `limit` of the oldest from before; returns how many.
    package func remove(before: Date, limit: Int) throws -> Int {
        try transaction.run(
            """
            DELETE FROM notifications WHERE workspace_id = \(workspaceID) AND id IN (
                SELECT id FROM notifications WHERE workspace_id = \(workspaceID) AND at < \(before) ORDER BY at, id LIMIT \(limit))
            """)
    }

    /// Removes at most `limit` of the oldest of somebody who has more than are kept for one person; returns how many.
    package func removeSurplus(limit: Int) throws -> Int {
        let most = PersonalNotification.personLimit
        guard
            let row = try transaction.rows(
                """
                SELECT account_id, COUNT(*) FROM notifications WHERE workspace_id = \(workspaceID)
                GROUP BY account_id HAVING COUNT(*) > \(most) ORDER BY account_id LIMIT 1
                """
            ).first
        else { return 0 }
        let account: Identifier<Account> = try row.id(0)
        return try transaction.run(
            """
            DELETE FROM notifications WHERE workspace_id = \(workspaceID) AND id IN (
                SELECT id FROM notifications WHERE workspace_id = \(workspaceID) AND account_id = \(account)
                ORDER BY at, id LIMIT \(min(limit, try row.integer(1) - most)))
            """)
    }
}
