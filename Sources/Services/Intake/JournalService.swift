package import Domain
package import Store

/// What arrived and couldn't be shown, to look at and to bring in again.
package struct JournalService: Sendable {
    private let database: any Database
    private let intake: IntakeService
    private let signals: Signals

    package init(database: any Database, intake: IntakeService, signals: Signals) {
        (self.database, self.intake, self.signals) = (database, intake, signals)
    }

    /// Newest first.
    package func list(of connection: Identifier<Connection>, after: String?, limit: Int, access: Access) async throws -> Page<JournalEntry>
    {
        let place = try after.map { text in
            guard let id = Identifier<JournalEntry>(parsing: try PageCursor(parsing: text).second) else {
                throw PageProblem.cursorMalformed
            }
            return id
        }
        let rows = try await database.read { try JournalTable($0, access).list(connection, before: place, limit: limit + 1) }
        return Page(rows: rows, limit: limit) { PageCursor(first: 0, second: $0.id.text) }
    }

    /// Safe to repeat: what is known by its provider id already changes nothing.
    package func replay(_ id: Identifier<JournalEntry>, access: Access) async throws {
        try access.require(.journalReplay)
        try await intake.replay(id, access: access, database: database)
        signals.eventsAppended(in: access.workspaceID)
    }
}
