package import struct Foundation.Date

/// Nothing is sent by any process until a person says go.
package struct SendingHalt: Sendable, Equatable, Codable {
    package enum Reason: String, Sendable, Codable, CaseIterable {
        /// The database was restored from a backup: what waits in it may have been sent long ago, or may be wanted no more.
        case restored
    }

    package let reason: Reason
    package let since: Date
    /// When the backup was made that the database comes from.
    package let backupAt: Date?

    package init(reason: Reason, since: Date, backupAt: Date?) {
        (self.reason, self.since, self.backupAt) = (reason, since, backupAt)
    }
}
