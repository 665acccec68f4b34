import Foundation
import Store
import TestSupport
import Testing

@Suite("The schema as a file")
struct SchemaTests {
    @Test("the committed schema.sql is what the migrations make; rewrite it with: make golden")
    func golden() async throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources/Store/schema.sql").standardized
        let file = try await Schema.file(sqlite: TestDatabase.make(.sqlite), postgres: TestDatabase.make(.postgres))
        if ProcessInfo.processInfo.environment["SWITCHBOARD_GOLDEN"] == "write" {
            try file.write(to: path, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: path, encoding: .utf8) == file)
    }

    @Test("migrations are numbered from 1 without a gap")
    func numbers() {
        #expect(Migrations.all.map(\.number) == Array(1...Migrations.all.count))
    }

    @Test("everything in a table shows, and can be run again", arguments: TestEngine.allCases)
    func everything(engine: TestEngine) async throws {
        let ddl = """
            CREATE TABLE parents (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL DEFAULT 'x' UNIQUE) STRICT;
            CREATE TABLE children (
                parent INTEGER NOT NULL REFERENCES parents (id) ON DELETE CASCADE,
                size REAL CHECK (size > 0),
                data BLOB,
                PRIMARY KEY (parent, size)
            ) STRICT;
            CREATE UNIQUE INDEX children_by_size ON children (size DESC, parent) WHERE data IS NOT NULL;
            """
        let first = try await TestDatabase.makeEmpty(engine)
        try await first.write { try $0.script(DDL.text(ddl, for: $0.dialect)) }
        let dump = try await Schema.dump(first)
        for word in [
            "parents", "children", "children_by_size", "CASCADE", "'x'", "size > ", "WHERE",
            engine == .sqlite ? "AUTOINCREMENT" : "IDENTITY",
        ] {
            #expect(dump.contains(word))
        }
        // PostgreSQL's text has children before their parents.
        guard engine == .sqlite else { return }
        let second = try await TestDatabase.makeEmpty(engine)
        try await second.write { try $0.script(dump) }
        #expect(try await Schema.dump(second) == dump)
    }
}
