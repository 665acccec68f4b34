import Foundation
import TestSupport
import Testing

@testable import Store

@Suite("SQLite")
struct SQLiteDatabaseTests {
    private func database() async throws -> SQLiteDatabase {
        // However slow the machine: what waits together is committed together.
        let database = try SQLiteDatabase(path: TestDatabase.temporaryPath(), readers: 2, groupDuration: .seconds(60))
        try await database.write { try $0.script("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT UNIQUE) STRICT") }
        return database
    }

    private func ids(_ database: any Database) async throws -> [Int] {
        try await database.read { try $0.rows("SELECT id FROM things ORDER BY id").map { try $0.integer(0) } }
    }

    /// Runs the closures so that they certainly share one group: the writer is held up until all wait.
    private func together(
        _ database: SQLiteDatabase, _ bodies: [@Sendable (any Transaction) throws -> Void]
    ) async throws -> [Result<Void, any Error>] {
        let (started, finish) = (Gate(), Gate())
        async let first: Void = database.write { _ in
            started.open()
            finish.wait()
        }
        await started.passed()
        var tasks: [Task<Void, any Error>] = []
        for (index, body) in bodies.enumerated() {
            tasks.append(Task { try await database.write(body) })
            while database.waitingWrites <= index { await Task.yield() }
        }
        finish.open()
        // It shares the fate of the group.
        _ = try? await first
        var results: [Result<Void, any Error>] = []
        for task in tasks { results.append(await task.result) }
        return results
    }

    @Test("the file is durable and checked")
    func pragmas() async throws {
        let database = try await database()
        let pragmas = try await database.write { transaction in
            try ["journal_mode", "synchronous", "foreign_keys"].map { try transaction.rows("SELECT * FROM pragma_\(raw: $0)")[0].values[0] }
        }
        #expect(pragmas == [.text("wal"), .integer(2), .integer(1)])
    }

    @Test("one that fails in a group harms no neighbour")
    func neighbours() async throws {
        let database = try await database()
        struct Refused: Error {}
        let results = try await together(
            database,
            [
                { try $0.run("INSERT INTO things (id, name) VALUES (1, 'a')") },
                { try $0.run("INSERT INTO things (id, name) VALUES (2, 'a')") },
                {
                    try $0.run("INSERT INTO things (id, name) VALUES (3, 'c')")
                    throw Refused()
                },
                { try $0.run("INSERT INTO things (id, name) VALUES (4, 'd')") },
            ])
        #expect(results.map { (try? $0.get()) != nil } == [true, false, false, true])
        #expect(throws: StoreError.duplicate(constraint: "things.name")) { try results[1].get() }
        #expect(try await ids(database) == [1, 4])
    }

    @Test("when the transaction is gone, all members fail, and the next group works")
    func lostTransaction() async throws {
        let database = try await database()
        let results = try await together(
            database,
            [
                { try $0.run("INSERT INTO things (id) VALUES (1)") },
                // Stands for what SQLite does by itself when the disk is full.
                { transaction in
                    try transaction.run("INSERT INTO things (id) VALUES (2)")
                    try transaction.script("ROLLBACK")
                    _ = try? transaction.savepoint { try transaction.run("INSERT INTO things (id, name) VALUES (2, 'a'), (2, 'b')") }
                },
                { try $0.run("INSERT INTO things (id) VALUES (3)") },
            ])
        #expect(results.map { (try? $0.get()) != nil } == [false, false, true])
        #expect(throws: StoreError.unavailable("The database gave up a transaction that several writes shared.")) { try results[0].get() }
        #expect(try await ids(database) == [3])
    }

    @Test("a rule that is checked at the end fails only whom it concerns")
    func deferred() async throws {
        let database = try await database()
        try await database.write {
            try $0.script("CREATE TABLE parts (thing INTEGER REFERENCES things (id) DEFERRABLE INITIALLY DEFERRED) STRICT")
        }
        let results = try await together(
            database,
            [
                { try $0.run("INSERT INTO things (id) VALUES (1)") },
                { try $0.run("INSERT INTO parts (thing) VALUES (99)") },
                { try $0.run("INSERT INTO things (id) VALUES (2)") },
            ])
        #expect(results.map { (try? $0.get()) != nil } == [true, false, true])
        #expect(try await ids(database) == [1, 2])
    }

    @Test("more writes than a group takes")
    func largeGroups() async throws {
        let database = try await database()
        let results = try await together(
            database, (0..<600).map { id in { transaction in try transaction.run("INSERT INTO things (id) VALUES (\(id))") } })
        #expect(results.allSatisfy { (try? $0.get()) != nil })
        #expect(try await ids(database).count == 600)
    }

    @Test("what was written is there after opening again")
    func reopening() async throws {
        let database = try await database()
        try await database.write { try $0.run("INSERT INTO things (id) VALUES (1)") }
        await database.close()
        #expect(!FileManager.default.fileExists(atPath: database.path + "-wal"), "closing folds the log into the file")
        #expect(try await ids(SQLiteDatabase(path: database.path)) == [1])
    }

    @Test("a folder that isn't there, and a file that is no database, are told apart from defects")
    func unusableFiles() throws {
        let folder = TestDatabase.temporaryPath()
        for path in ["\(folder)/none/a.sqlite", "/proc/version"] {
            let error = #expect(throws: StoreError.self) { try SQLiteDatabase(path: path) }
            #expect(error?.isOutage == true)
        }
    }

    @Test("another process that holds the file for long is an outage")
    func locked() async throws {
        let (one, other) = (try await database(), Gate())
        let held = Gate()
        let second = try SQLiteDatabase(path: one.path)
        async let holder: Void = second.write { transaction in
            _ = try transaction.run("INSERT INTO things (id) VALUES (1)")
            held.open()
            other.wait()
        }
        await held.passed()
        await #expect(throws: StoreError.unavailable("The database is locked by another process.")) {
            try await one.write { try $0.run("INSERT INTO things (id) VALUES (2)") }
        }
        other.open()
        try await holder
        #expect(try await ids(one) == [1])
    }
}
