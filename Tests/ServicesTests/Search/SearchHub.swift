import Domain
import Services
import Store
import TestSupport
import Testing

/// A hub whose index is brought up to date by hand.
struct SearchHub {
    let hub: TestHub
    let indexer: SearchIndexer
    let search: SearchService

    init(_ hub: TestHub, stepLimit: Int = 3) {
        self.hub = hub
        let clock = hub.clock
        indexer = SearchIndexer(database: hub.database, stepLimit: stepLimit, restsBetween: false, now: { clock.now })
        search = SearchService(database: hub.database)
    }

    init(_ engine: TestEngine) async throws { self.init(try await TestHub(TestDatabase.make(engine))) }

    /// Until the index has read all events. On PostgreSQL it may have to wait for writers elsewhere in the server.
    func index() async throws {
        repeat {
            try await indexer.finish()
        } while try await hub.database.read { [workspaceID = hub.workspaceID] transaction in
            guard let index = try SearchIndexTable(transaction).readable(in: workspaceID), index.state == .live else { return true }
            let isBehind: SQL =
                transaction.dialect == .sqlite
                ? "id > \(index.cursor.id)"
                : "(tx, id) > (CAST(CAST(\(index.cursor.tx) AS TEXT) AS xid8), CAST(\(index.cursor.id) AS BIGINT))"
            return try transaction.rows(
                "SELECT COUNT(*) FROM events WHERE workspace_id = \(workspaceID) AND \(sql: isBehind)")[0].integer(0) > 0
        }
    }

    /// What was found, by its texts.
    func texts(
        _ text: String, _ filter: SearchFilter = .init(), spelling: SearchSpelling? = nil, access: Access? = nil
    ) async throws -> [String] {
        try await search.messages(text, filter, spelling: spelling, limit: 50, access: access ?? hub.access).data.map {
            $0.message.content.preview
        }
    }

    func names(_ text: String, access: Access? = nil) async throws -> [String] {
        try await search.contacts(text, limit: 50, access: access ?? hub.access).data.map { $0[0].contact.title(\.text) }
    }
}
