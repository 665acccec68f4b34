package import struct Foundation.Date

/// How asking WhatsApp for an account's templates went last.
package struct TemplateSync: Sendable, Equatable {
    package let connectionID: Identifier<Connection>
    package let connectionName: String
    /// When it was asked for last; nil when only the hourly turn did.
    package let requestedAt: Date?
    package let endedAt: Date?
    package let succeededAt: Date?
    /// Why the last one failed, as a sentence.
    package let error: String?

    package init(
        connectionID: Identifier<Connection>, connectionName: String, requestedAt: Date?, endedAt: Date?, succeededAt: Date?, error: String?
    ) {
        (self.connectionID, self.connectionName, self.requestedAt) = (connectionID, connectionName, requestedAt)
        (self.endedAt, self.succeededAt, self.error) = (endedAt, succeededAt, error)
    }

    /// Whether one was asked for and hasn't ended.
    package var isUnderWay: Bool {
        guard let requestedAt else { return false }
        return endedAt.map { $0 < requestedAt } ?? true
    }
}
