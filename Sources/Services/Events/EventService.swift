package import Domain
package import Store

/// Reads the event log, page by page or as it grows.
package struct EventService: Sendable {
    private let database: any Database
    private let tails: EventTails

    package init(database: any Database, signals: Signals) {
        (self.database, tails) = (database, EventTails(database: database, signals: signals))
    }

    /// Oldest first, after the cursor. Throws ``EventProblem/cursorExpired`` when events after the cursor have been removed.
    package func events(after: String?, limit: Int, access: Access) async throws -> Page<Event> {
        let cursor = try after.map { try EventCursor(parsing: $0) } ?? .start
        let page = try await database.read { transaction in
            let table = EventTable(transaction, access)
            try Self.checkKept(cursor, table)
            return try table.page(after: cursor, limit: limit)
        }
        // There is always a next page: the log grows. It begins where this one ends.
        return Page(data: page.events, next: page.end?.text ?? (after == nil ? nil : cursor.text))
    }

    /// The end of the log, for a reader that wants only what comes.
    package func end(access: Access) async throws -> EventCursor { try await database.read { try EventTable($0, access).end() } }

    /// Batches of events as they are appended, from the cursor on, or from now on without one. Ends when its reader goes away.
    package func stream(after: String?, access: Access) async throws -> EventStream {
        try access.require(.eventsView)
        let cursor: EventCursor
        if let after {
            cursor = try EventCursor(parsing: after)
            try await database.read { try Self.checkKept(cursor, EventTable($0, access)) }
        } else {
            cursor = try await end(access: access)
        }
        return EventStream(cursor: cursor, database: database, tails: tails, access: access)
    }

    private static func checkKept(_ cursor: EventCursor, _ table: EventTable) throws {
        if cursor != .start, let horizon = try table.horizon(), cursor < horizon { throw EventProblem.cursorExpired }
    }
}
