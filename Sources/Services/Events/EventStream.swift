package import Domain
internal import Logging
internal import Store

/// The event log as it grows, for one reader: an endless sequence of batches, none empty. It reads what it missed by itself, and what comes from the
/// tail that all readers of the workspace share.
package struct EventStream: AsyncSequence, Sendable {
    /// Events of one batch, at most.
    static let batchLimit = 200
    /// Between two attempts to read what was missed, while the database can't be reached.
    private static let pause: Duration = .seconds(1)

    let cursor: EventCursor
    let database: any Database
    let tails: EventTails
    let access: Access

    package func makeAsyncIterator() -> Iterator { Iterator(self) }

    package struct Iterator: AsyncIteratorProtocol {
        private var cursor: EventCursor
        private var isOver = false
        private var tail: AsyncStream<EventBatch?>.Iterator?
        /// Whether there may be something between the cursor and what the tail brings.
        private var isBehind = false
        private let stream: EventStream

        init(_ stream: EventStream) { (cursor, self.stream) = (stream.cursor, stream) }

        package mutating func next() async -> [Event]? {
            while !Task.isCancelled, !isOver {
                do {
                    guard let events = try await (isBehind ? missed() : coming()), !events.isEmpty else { continue }
                    // Another process may have changed what the reader may see; they come back with their new rights, if they have any.
                    isOver = events.contains { [stream] in $0.changesAccess(of: stream.access.actor) }
                    return events
                } catch {
                    Logger(label: "events").warning("Events can't be read", metadata: ["error": "\(String(reflecting: error))"])
                    try? await Task.sleep(for: EventStream.pause)
                }
            }
            return nil
        }

        /// What the reader's own look brings; nil when there is nothing more.
        private mutating func missed() async throws -> [Event]? {
            let page = try await stream.database.read { [cursor, stream] in
                try EventTable($0, stream.access).page(after: cursor, limit: EventStream.batchLimit)
            }
            if let end = page.end { cursor = end } else { isBehind = false }
            return page.events
        }

        /// What the tail brings; nil when the reader has to look by itself first, because it has just come or was too slow.
        private mutating func coming() async throws -> [Event]? {
            guard let next = await tail?.next() else {
                tail = stream.tails.follow(stream.access.workspaceID).makeAsyncIterator()
                return nil
            }
            guard let batch = next, let end = batch.end else {
                isBehind = true
                return nil
            }
            let events = try batch.visible(to: stream.access, after: cursor)
            cursor = Swift.max(cursor, end)
            return events
        }
    }
}
