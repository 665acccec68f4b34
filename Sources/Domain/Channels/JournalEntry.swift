package import struct Foundation.Date

/// What arrived and couldn't be shown: kept with its reason, to be looked at and brought in again.
package struct JournalEntry: Sendable, Identified {
    package static let identifierPrefix = "jnl"

    package struct Item: Sendable, Codable, Equatable {
        /// Where in the body it stands.
        package let path: String
        package let reason: String

        package init(path: String, reason: String) { (self.path, self.reason) = (path, reason) }
    }

    /// Path of an entry whose body is a parked event of ours, not a provider's body.
    package static let parkedPath = "parked"

    package let id: Identifier<JournalEntry>
    package let connectionID: Identifier<Connection>
    package let items: [Item]
    package let receivedAt: Date
    package let replayedAt: Date?

    package init(id: Identifier<JournalEntry>, connectionID: Identifier<Connection>, items: [Item], receivedAt: Date, replayedAt: Date?) {
        (self.id, self.connectionID, self.items, self.receivedAt, self.replayedAt) = (id, connectionID, items, receivedAt, replayedAt)
    }
}
