import Domain
import Foundation
import Store
import TestSupport
import Testing

@Suite("Restrictions without an end become consent")
struct ConsentMigrationTests {
    @Test("who stopped marketing at WhatsApp has opted out, with a line in the ledger", arguments: TestEngine.allCases)
    func restrictions(engine: TestEngine) async throws {
        let database = try await TestDatabase.makeEmpty(engine)
        let index = try #require(Migrations.all.firstIndex { $0.name == "consent" })
        try await Migrator(database, migrations: Array(Migrations.all[..<index])).migrate()
        let now = Date(timeIntervalSince1970: 1_790_000_000)
        let workspace = Identifier<Workspace>.make(at: now)
        let (stopped, waiting) = (Identifier<Contact>.make(at: now), Identifier<Contact>.make(at: now))
        try await database.write { transaction in
            try transaction.run("INSERT INTO workspaces (id, slug, name, created_at) VALUES (\(workspace), 'acme', 'Acme', \(now))")
            for contact in [stopped, waiting] {
                try transaction.run(
                    "INSERT INTO contacts (workspace_id, id, created_at, updated_at) VALUES (\(workspace), \(contact), \(now), \(now))")
                try transaction.run(
                    """
                    INSERT INTO contact_restrictions (workspace_id, contact_id, kind, until, code, at)
                    VALUES (\(workspace), \(contact), 'marketing', \(contact == stopped ? nil : now.addingTimeInterval(60)), '1310', \(now))
                    """)
            }
        }
        try await Migrator(database, migrations: Array(Migrations.all[...index])).migrate()
        try await database.read { transaction in
            let table = ConsentTable(transaction, .system("test", in: workspace))
            #expect(try table.find(stopped) == Consent(marketing: .optedOut, isStopped: false, changedAt: now))
            #expect(try table.find(waiting) == .unknown)
            let entry = try #require(try table.entries(of: stopped, before: nil, limit: 5).first)
            #expect((entry.source, entry.change, entry.isApplied) == (.refusal, .optOut, true))
            #expect(Identifier<ConsentEntry>(parsing: entry.id.text) != nil)
            let restricted = try RestrictionTable(transaction, in: workspace).restricted([stopped, waiting], now: now)
            #expect(Set(restricted.keys) == [waiting])
        }
    }
}
