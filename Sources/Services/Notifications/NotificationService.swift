package import Domain
package import Store

package import struct Foundation.Date

/// A person's bell: what they are notified of, and by which rules.
package struct NotificationService: Sendable {
    private let database: any Database
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(database: any Database, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.signals, self.now) = (database, signals, now)
    }

    /// Newest first; `after` is ``Page/next`` of the page before.
    package func list(onlyUnread: Bool = false, after: String?, limit: Int, access: Access) async throws -> Page<PersonalNotification> {
        let place = try after.map { text in
            let cursor = try PageCursor(parsing: text)
            return TimeCursor(milliseconds: cursor.first, id: cursor.second)
        }
        let rows = try await database.read { transaction in
            try NotificationTable(transaction, access).list(onlyUnread: onlyUnread, before: place, limit: limit + 1)
        }
        return Page(rows: rows, limit: limit) {
            PageCursor(first: $0.at.milliseconds, second: $0.id.text)
        }
    }

    /// What each unread one is about, newest first; the list ends at ``PersonalNotification/countLimit``.
    package func unread(access: Access) async throws -> [PersonalNotification.Topic] {
        try await database.read { try NotificationTable($0, access).unread() }
    }

    /// Throws ``NotificationProblem/missing``.
    package func markRead(_ id: Identifier<PersonalNotification>, access: Access) async throws -> PersonalNotification {
        let moment = now()
        let (notification, isChanged) = try await database.write { transaction in
            let table = NotificationTable(transaction, access)
            let isChanged = try table.markRead(id, at: moment)
            guard let notification = try table.find(id) else { throw NotificationProblem.missing }
            if isChanged { try Self.tell(notification.topic.conversationID, id, access, in: transaction, at: moment) }
            return (notification, isChanged)
        }
        if isChanged { signals.eventsAppended(in: access.workspaceID) }
        return notification
    }

    /// Returns how many there were.
    package func markAllRead(access: Access) async throws -> Int {
        let moment = now()
        let count = try await database.write { transaction in
            let count = try NotificationTable(transaction, access).markAllRead(at: moment)
            if count > 0 { try Self.tell(nil, nil, access, in: transaction, at: moment) }
            return count
        }
        if count > 0 { signals.eventsAppended(in: access.workspaceID) }
        return count
    }

    /// What the caller had of a conversation; whether there was something. A key has no bell.
    static func markRead(
        of conversation: Identifier<Conversation>, access: Access, in transaction: any Transaction, at moment: Date
    ) throws -> Bool {
        guard case .member = access.actor else { return false }
        let reading = access.withGrant(.conversationsView)
        guard try NotificationTable(transaction, reading).markRead(of: conversation, at: moment) > 0 else { return false }
        try tell(conversation, nil, access, in: transaction, at: moment)
        return true
    }

    private static func tell(
        _ conversation: Identifier<Conversation>?, _ id: Identifier<PersonalNotification>?, _ access: Access,
        in transaction: any Transaction, at moment: Date
    ) throws {
        guard case .member(let person) = access.actor else { return }
        try EventTable(transaction, access).append(
            NewEvent(.notificationRead, conversation: conversation, subject: id?.text, cause: person.text), at: moment)
    }

    // MARK: Rules

    package func rules(access: Access) async throws -> NotificationRules {
        try await database.read { try NotificationRulesTable($0, access).own() } ?? .standard
    }

    package func setRules(_ rules: NotificationRules, access: Access) async throws {
        try await database.write { try NotificationRulesTable($0, access).set(rules) }
    }
}
