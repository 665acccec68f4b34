package import Domain

package import struct Foundation.Date

/// The notifications of the person who asks, of those conversations and numbers that they may see now. Nobody reads another's, and keys have none.
package struct NotificationTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    private static let columns: SQL = "n.id, n.kind, n.conversation_id, n.sender_id, n.subject_id, n.actor_id, n.count, n.at, n.read_at"

    /// Newest first.
    package func list(onlyUnread: Bool, before place: TimeCursor?, limit: Int) throws -> [PersonalNotification] {
        let unread: SQL = onlyUnread ? " AND n.read_at IS NULL" : ""
        let before: SQL = if let place { " AND (n.at, n.id) < (\(place.milliseconds), \(place.id))" } else { "" }
        return try transaction.rows(
            """
            SELECT \(sql: Self.columns) FROM notifications n WHERE \(sql: try own())\(sql: unread)\(sql: before)
            ORDER BY n.at DESC, n.id DESC LIMIT \(limit)
            """
        ).map(Self.notification)
    }

    /// What each unread one is about, newest first; at most ``PersonalNotification/countLimit``.
    package func unread() throws -> [PersonalNotification.Topic] {
        try transaction.rows(
            """
            SELECT n.conversation_id, n.sender_id FROM notifications n WHERE \(sql: try own()) AND n.read_at IS NULL
            ORDER BY n.at DESC, n.id DESC LIMIT \(PersonalNotification.countLimit)
            """
        ).map { try Self.topic($0, 0) }
    }

    /// Unread ones that no e-mail has told of, newest first.
    /// - Parameter isOfNumbers: only those about numbers.
    package func unmailed(isOfNumbers: Bool = false, limit: Int) throws -> [PersonalNotification] {
        let topic: SQL = isOfNumbers ? " AND n.sender_id IS NOT NULL" : ""
        return try transaction.rows(
            """
            SELECT \(sql: Self.columns) FROM notifications n
            WHERE \(sql: try own()) AND n.read_at IS NULL AND n.mailed_at IS NULL\(sql: topic) ORDER BY n.at DESC, n.id DESC LIMIT \(limit)
            """
        ).map(Self.notification)
    }

    package func find(_ id: Identifier<PersonalNotification>) throws -> PersonalNotification? {
        try transaction.rows(
            "SELECT \(sql: Self.columns) FROM notifications n WHERE \(sql: try own()) AND n.id = \(id)"
        ).first.map(Self.notification)
    }

    /// False when it was read already, or isn't there for the caller.
    package func markRead(_ id: Identifier<PersonalNotification>, at now: Date) throws -> Bool {
        guard try find(id) != nil else { return false }
        return try transaction.run(
            "UPDATE notifications SET read_at = \(now) WHERE workspace_id = \(access.workspaceID) AND id = \(id) AND read_at IS NULL") == 1
    }

    /// All of the person's, also those that they can't see any more; returns how many.
    package func markAllRead(at now: Date) throws -> Int {
        try transaction.run(
            """
            UPDATE notifications SET read_at = \(now)
            WHERE workspace_id = \(access.workspaceID) AND account_id = \(try person()) AND read_at IS NULL
            """)
    }

    /// All that the person has of a conversation; returns how many.
    package func markRead(of conversation: Identifier<Conversation>, at now: Date) throws -> Int {
        try transaction.run(
            """
            UPDATE notifications SET read_at = \(now)
            WHERE workspace_id = \(access.workspaceID) AND account_id = \(try person()) AND conversation_id = \(conversation) AND read_at IS NULL
            """)
    }

    private func person() throws -> Identifier<Account> {
        try access.require(.conversationsView)
        return try access.person()
    }

    private func own() throws -> SQL {
        """
        n.workspace_id = \(access.workspaceID) AND n.account_id = \(try person()) AND (EXISTS (
            SELECT 1 FROM conversations seen WHERE seen.workspace_id = n.workspace_id AND seen.id = n.conversation_id\(sql: access.andSees("seen")))
            \(sql: ofSenders))
        """
    }

    /// ` OR …` for those about numbers: who doesn't look after numbers any more has none.
    private var ofSenders: SQL {
        guard access.grants.contains(.sendersManage) else { return "" }
        return """
            OR EXISTS (SELECT 1 FROM senders k WHERE k.workspace_id = n.workspace_id AND k.id = n.sender_id AND k.removed_at IS NULL)
            """
    }

    static func topic(_ row: Row, _ column: Int) throws -> PersonalNotification.Topic {
        if let conversation: Identifier<Conversation> = try row.idOrNil(column) { return .conversation(conversation) }
        return .sender(try row.id(column + 1))
    }

    private static func notification(_ row: Row) throws -> PersonalNotification {
        guard let kind = PersonalNotification.Kind(rawValue: try row.text(1)) else { throw StoreError.columnMismatch(1) }
        return PersonalNotification(
            id: try row.id(0), kind: kind, topic: try topic(row, 2), subjectID: try row.textOrNil(4), actor: try row.idOrNil(5),
            count: try row.integer(6), at: try row.date(7), readAt: try row.dateOrNil(8))
    }
}
