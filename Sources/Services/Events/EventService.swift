package import Domain
internal import Logging
package import Store
internal import Synchronization

/// Reads the event log, page by page or as it grows.
package struct EventService: Sendable {
    private let database: any Database
    private let signals: Signals

    package init(database: any Database, signals: Signals) { (self.database, self.signals) = (database, signals) }

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
        return EventStream(cursor: cursor, database: database, signals: signals, access: access)
    }

    private static func checkKept(_ cursor: EventCursor, _ table: EventTable) throws {
        if cursor != .start, let horizon = try table.horizon(), cursor < horizon { throw EventProblem.cursorExpired }
    }
}

/// The event log as it grows, for one reader: an endless sequence of batches, none empty.
package struct EventStream: AsyncSequence, Sendable {
    /// Events of one batch, at most.
    static let batchLimit: Int64 = 200
    /// How often the table is read without being woken: another process may have written.
    private static let pollInterval: Duration = .seconds(1)

    let cursor: EventCursor
    let database: any Database
    let signals: Signals
    let access: Access

    package func makeAsyncIterator() -> Iterator { Iterator(self) }

    package struct Iterator: AsyncIteratorProtocol {
        private var cursor: EventCursor
        private let stream: EventStream
        private let subscription: Subscription

        init(_ stream: EventStream) {
            (cursor, self.stream) = (stream.cursor, stream)
            subscription = Subscription(stream.signals, stream.access.workspaceID)
        }

        package mutating func next() async -> [Event]? {
            while !Task.isCancelled {
                do {
                    let page = try await stream.database.read { [cursor, stream] in
                        try EventTable($0, stream.access).page(after: cursor, limit: Int(EventStream.batchLimit))
                    }
                    if let end = page.end {
                        cursor = end
                        if page.events.isEmpty { continue }
                        return page.events
                    }
                } catch {
                    Logger(label: "events").warning("Events can't be read", metadata: ["error": "\(String(reflecting: error))"])
                }
                await subscription.wakeUp.wait(for: EventStream.pollInterval)
            }
            return nil
        }
    }

    /// Listens as long as the iterator lives.
    private final class Subscription: Sendable {
        let wakeUp = WakeUp()
        private let signals: Signals
        private let workspaceID: Identifier<Workspace>
        private let token: Int

        init(_ signals: Signals, _ workspaceID: Identifier<Workspace>) {
            (self.signals, self.workspaceID) = (signals, workspaceID)
            token = signals.onEvents(in: workspaceID) { [wakeUp] in wakeUp.wake() }
        }

        deinit { signals.stopEvents(in: workspaceID, token: token) }
    }
}
