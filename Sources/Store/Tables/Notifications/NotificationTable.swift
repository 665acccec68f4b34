package import Domain

package import struct Foundation.Date

/// The notifications of the person who asks, of those conversations that they may see now. Nobody reads another's, and keys have none.
package struct NotificationTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    private static let columns: SQL = "n.id, n.kind, n.conversation_id, n.subject_id, n.actor_id, n.count, n.at, n.read_at"

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

    /// The conversation of each unread one, newest first; at most ``PersonalNotification/countLimit``.
    package func unread() throws -> [Identifier<Conversation>] {
        try transaction.rows(
            """
            SELECT n.conversation_id FROM notifications n WHERE \(sql: try own()) AND n.read_at IS NULL
            ORDER BY n.at DESC, n.id DESC LIMIT \(PersonalNotification.countLimit)
            """
        ).map { try $0.id(0) }
    }

    /// Unread ones that no e-mail has told of, newest first.
    package func unmailed(limit: Int) throws -> [PersonalNotification] {
        try transaction.rows(
            """
            SELECT \(sql: Self.columns) FROM notifications n
            WHERE \(sql: try own()) AND n.read_at IS NULL AND n.mailed_at IS NULL ORDER BY n.at DESC, n.id DESC LIMIT \(limit)
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
        n.workspace_id = \(access.workspaceID) AND n.account_id = \(try person()) AND EXISTS (
            SELECT 1 FROM conversations seen WHERE seen.workspace_id = n.workspace_id AND seen.id = n.conversation_id\(sql: access.andSees("seen")))
        """
    }

    private static func notification(_ row: Row) throws -> PersonalNotification {
        guard let kind = PersonalNotification.Kind(rawValue: try row.text(1)) else { throw StoreError.columnMismatch(1) }
        return PersonalNotification(
            id: try row.id(0), kind: kind, conversationID: try row.id(2), subjectID: try row.textOrNil(3), actor: try row.idOrNil(4),
            count: try row.integer(5), at: try row.date(6), readAt: try row.dateOrNil(7))
    }
}
