import Foundation
import TestSupport
import Testing

@testable import Store

/// What both engines promise alike.
@Suite("Both engines")
struct ConformanceTests {
    private static let ddl = """
        CREATE TABLE teams (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL) STRICT;
        CREATE TABLE things (
            id INTEGER NOT NULL PRIMARY KEY,
            team INTEGER REFERENCES teams (id) ON DELETE CASCADE,
            name TEXT UNIQUE,
            size INTEGER CHECK (size < 100),
            weight REAL,
            data BLOB
        ) STRICT
        """

    private func database(_ engine: TestEngine) async throws -> any Database {
        let database = try await TestDatabase.makeEmpty(engine)
        try await Migrator(database, migrations: [Migration(number: 1, name: "things", ddl: Self.ddl)]).migrate()
        return database
    }

    private func count(_ database: any Database) async throws -> Int {
        try await database.read { try $0.rows("SELECT count(*) FROM things")[0].integer(0) }
    }

    // MARK: Values

    @Test("values come back as they went in", arguments: TestEngine.allCases)
    func values(engine: TestEngine) async throws {
        let database = try await database(engine)
        let texts = ["", "plain", "naïve – 日本語", "👩‍👩‍👧‍👦 🏳️‍🌈", "it's \"quoted\" \\ $1 ?1 %", String(repeating: "x", count: 100_000)]
        let integers: [Int] = [0, 1, -1, .max, .min]
        let reals = [0, -0.5, .pi, 1e300, 1e-300, 123_456_789.125]
        let data: [[UInt8]] = [[], [0], Array(0...255), [UInt8](repeating: 0x5C, count: 70_000)]
        for (index, text) in texts.enumerated() {
            let row = try await database.write { transaction in
                try transaction.rows("INSERT INTO things (id, name) VALUES (\(index), \(text)) RETURNING name, \(text), size")[0]
            }
            #expect(try row.text(0) == text)
            #expect(try row.text(1) == text)
            #expect(try row.integerOrNil(2) == nil)
            #expect(throws: StoreError.columnMismatch(2)) { try row.integer(2) }
            #expect(throws: StoreError.columnMismatch(0)) { try row.integer(0) }
        }
        for integer in integers {
            let row = try await database.read { try $0.rows("SELECT \(integer), \(integer) IS NULL, \(integer) = \(integer)")[0] }
            #expect(try (row.integer(0), row.bool(1), row.bool(2)) == (integer, false, true))
        }
        for real in reals {
            let row = try await database.read { try $0.rows("SELECT \(real)")[0] }
            #expect(try row.real(0) == real)
        }
        for bytes in data {
            let row = try await database.write { transaction in
                try transaction.run("DELETE FROM things")
                try transaction.run("INSERT INTO things (id, data) VALUES (1, \(bytes))")
                return try transaction.rows("SELECT data, \(bytes) FROM things")[0]
            }
            #expect(try row.bytes(0) == bytes)
            #expect(try row.bytes(1) == bytes)
        }
    }

    @Test("nothing is NULL, of every type", arguments: TestEngine.allCases)
    func nulls(engine: TestEngine) async throws {
        let database = try await database(engine)
        let (text, integer, real, bytes): (String?, Int?, Double?, [UInt8]?) = (nil, nil, nil, nil)
        let rows = try await database.write { transaction in
            try transaction.run("INSERT INTO things (id, name, size, weight, data) VALUES (1, \(text), \(integer), \(real), \(bytes))")
            try transaction.run(
                "INSERT INTO things (id, name, size) VALUES \(rows: [[.integer(2), .null, .integer(5)], [.integer(3), .text("c"), .null]])")
            return try transaction.rows(
                "SELECT name, size, weight, data FROM things WHERE (\(text) IS NULL OR name = \(text)) AND COALESCE(\(integer), 1) = 1 ORDER BY id"
            )
        }
        #expect(rows[0].values == [.null, .null, .null, .null])
        #expect(try rows[1].integer(1) == 5)
        #expect(try rows[2].textOrNil(0) == "c")
    }

    @Test("a statement used again takes values where it had none, and the reverse", arguments: TestEngine.allCases)
    func reuse(engine: TestEngine) async throws {
        let database = try await database(engine)
        let rows: [[SQLValue]] = [[.integer(1), .null, .null, .real(0.5)], [.integer(2), .null, .null, .null]]
        let first: SQL = "INSERT INTO things (id, name, size, weight) VALUES \(rows: rows) RETURNING name, size, weight"
        let template = first.forReuse(infersTypes: true)
        let filled = template.with([.integer(3), .text("c"), .integer(7), .null, .integer(4), .text("d"), .integer(8), .real(1.5)])
        for _ in 0..<2 {
            let rows = try await database.write { transaction in
                defer { _ = try? transaction.run("DELETE FROM things") }
                return try (transaction.rows(template), transaction.rows(filled))
            }
            #expect(rows.0.map(\.values) == [[.null, .null, .real(0.5)], [.null, .null, .null]])
            #expect(rows.1.map(\.values) == [[.text("c"), .integer(7), .null], [.text("d"), .integer(8), .real(1.5)]])
        }
    }

    @Test("text with U+0000 is refused, and the connection goes on", arguments: TestEngine.allCases)
    func nul(engine: TestEngine) async throws {
        let database = try await database(engine)
        await #expect(throws: StoreError.check(constraint: "text holds U+0000")) {
            try await database.write { try $0.run("INSERT INTO things (id, name) VALUES (1, \("a\0b"))") }
        }
        #expect(try await count(database) == 0)
    }

    @Test("sums are whole numbers, means are not", arguments: TestEngine.allCases)
    func sums(engine: TestEngine) async throws {
        let database = try await database(engine)
        let row = try await database.write { transaction in
            try transaction.run("INSERT INTO things (id, size) VALUES (1, 1), (2, 2)")
            return try transaction.rows("SELECT sum(size), avg(size), max(size) * 2 / 3 FROM things")[0]
        }
        #expect(try (row.integer(0), row.real(1), row.integer(2)) == (3, 1.5, 1))
    }

    @Test("text sorts by code point, and LIKE tells cases apart", arguments: TestEngine.allCases)
    func collation(engine: TestEngine) async throws {
        let database = try await database(engine)
        let (names, likes) = try await database.write { transaction in
            for (index, name) in ["b", "a", "Z", "é", "_", "z"].enumerated() {
                try transaction.run("INSERT INTO things (id, name) VALUES (\(index), \(name))")
            }
            return (
                try transaction.rows("SELECT name FROM things ORDER BY name").map { try $0.text(0) },
                try transaction.rows("SELECT name FROM things WHERE name LIKE \("Z%")").map { try $0.text(0) }
            )
        }
        #expect(names == ["Z", "_", "a", "b", "z", "é"])
        #expect(likes == ["Z"])
    }

    // MARK: Changes and refusals

    @Test("run gives the number of rows changed", arguments: TestEngine.allCases)
    func changes(engine: TestEngine) async throws {
        let database = try await database(engine)
        let counts = try await database.write { transaction in
            [
                try transaction.run("INSERT INTO things (id, size) VALUES (1, 1), (2, 2), (3, 3)"),
                try transaction.run("UPDATE things SET size = 9 WHERE id > 1"),
                try transaction.run("UPDATE things SET size = 9 WHERE id > 100"),
                try transaction.run("INSERT INTO things (id) VALUES (1) ON CONFLICT DO NOTHING"),
                try transaction.run("SELECT id FROM things"),
                try transaction.run("DELETE FROM things"),
                try transaction.run("CREATE TABLE more (a INTEGER)"),
            ]
        }
        #expect(counts == [3, 2, 0, 0, 0, 3, 0])
    }

    @Test("refused rows say which rule refused them", arguments: TestEngine.allCases)
    func refusals(engine: TestEngine) async throws {
        let database = try await database(engine)
        func refusal(of sql: SQL) async -> StoreError? {
            do {
                try await database.write { try $0.run(sql) }
                return nil
            } catch { return error as? StoreError }
        }
        #expect(await refusal(of: "INSERT INTO things (id, name) VALUES (1, 'a')") == nil)
        let isSQLite = engine == .sqlite
        #expect(
            await refusal(of: "INSERT INTO things (id, name) VALUES (2, 'a')")
                == .duplicate(constraint: isSQLite ? "things.name" : "things_name_key"))
        #expect(await refusal(of: "INSERT INTO things (id) VALUES (1)") == .duplicate(constraint: isSQLite ? "things.id" : "things_pkey"))
        #expect(
            await refusal(of: "INSERT INTO things (id, size) VALUES (2, 100)")
                == .check(constraint: isSQLite ? "size < 100" : "things_size_check"))
        for sql: SQL in ["INSERT INTO teams (id, name) VALUES (1, NULL)", "INSERT INTO teams (id) VALUES (1)"] {
            guard case .check = await refusal(of: sql) else {
                Issue.record("not a check")
                continue
            }
        }
        guard case .foreignKey = await refusal(of: "INSERT INTO things (id, team) VALUES (2, 77)") else {
            Issue.record("not a foreign key")
            return
        }
        guard case .statement = await refusal(of: "SELECT nonsense FROM nowhere") else {
            Issue.record("not a statement")
            return
        }
        #expect(try await count(database) == 1)
    }

    @Test("a read can't write", arguments: TestEngine.allCases)
    func readOnly(engine: TestEngine) async throws {
        let database = try await database(engine)
        for sql: SQL in ["INSERT INTO things (id) VALUES (1)", "DELETE FROM things", "CREATE TABLE more (a INTEGER)"] {
            await #expect(throws: StoreError.readOnly) { try await database.read { try $0.run(sql) } }
        }
        #expect(try await count(database) == 0)
    }

    @Test("a read sees one moment", arguments: TestEngine.allCases)
    func snapshot(engine: TestEngine) async throws {
        let database = try await database(engine)
        let (reading, written) = (Gate(), Gate())
        async let counts = database.read { transaction in
            let before = try transaction.rows("SELECT count(*) FROM things")[0].integer(0)
            reading.open()
            written.wait()
            return (before, try transaction.rows("SELECT count(*) FROM things")[0].integer(0))
        }
        await reading.passed()
        try await database.write { try $0.run("INSERT INTO things (id) VALUES (1)") }
        written.open()
        #expect(try await counts == (0, 0))
        #expect(try await count(database) == 1)
    }

    // MARK: Transactions

    struct Refused: Error, Equatable {}

    @Test("an error rolls everything back", arguments: TestEngine.allCases)
    func rollback(engine: TestEngine) async throws {
        let database = try await database(engine)
        await #expect(throws: Refused()) {
            try await database.write { transaction in
                try transaction.run("INSERT INTO things (id) VALUES (1)")
                throw Refused()
            }
        }
        #expect(try await count(database) == 0)
        await #expect(throws: Refused()) { try await database.write { _ in throw Refused() } }
        try await database.write { _ in }
    }

    @Test("a savepoint undoes its own part only, nested too", arguments: TestEngine.allCases)
    func savepoints(engine: TestEngine) async throws {
        let database = try await database(engine)
        try await database.write { transaction in
            try transaction.run("INSERT INTO things (id) VALUES (1)")
            #expect(throws: StoreError.self) { try transaction.savepoint { try transaction.run("INSERT INTO things (id) VALUES (1)") } }
            #expect(throws: Refused()) {
                try transaction.savepoint {
                    try transaction.run("INSERT INTO things (id) VALUES (2)")
                    try transaction.savepoint { try transaction.run("INSERT INTO things (id) VALUES (3)") }
                    throw Refused()
                }
            }
            try transaction.savepoint {
                try transaction.run("INSERT INTO things (id) VALUES (4)")
                #expect(throws: StoreError.self) { try transaction.savepoint { try transaction.run("INSERT INTO things (id) VALUES (4)") } }
                try transaction.savepoint {}
                try transaction.savepoint { try transaction.savepoint { try transaction.run("INSERT INTO things (id) VALUES (5)") } }
            }
            #expect(throws: Refused()) { try transaction.savepoint { throw Refused() } }
            try transaction.run("INSERT INTO things (id) VALUES (6)")
        }
        let ids = try await database.read { try $0.rows("SELECT id FROM things ORDER BY id").map { try $0.integer(0) } }
        #expect(ids == [1, 4, 5, 6])
    }

    @Test("an error that was caught and ignored fails the transaction", arguments: TestEngine.allCases)
    func ignoredError(engine: TestEngine) async throws {
        let database = try await database(engine)
        await #expect(throws: StoreError.self) {
            try await database.write { transaction in
                try transaction.run("INSERT INTO things (id) VALUES (1)")
                _ = try? transaction.run("INSERT INTO things (id) VALUES (1)")
                #expect(throws: StoreError.self) { try transaction.rows("SELECT 1") }
            }
        }
        await #expect(throws: StoreError.self) {
            try await database.write { transaction in
                try transaction.savepoint { _ = try? transaction.run("INSERT INTO things (id, size) VALUES (1, 100)") }
            }
        }
        #expect(try await count(database) == 0)
    }

    @Test("what is only sent happens in its order, and at the latest with the commit", arguments: TestEngine.allCases)
    func sent(engine: TestEngine) async throws {
        let database = try await database(engine)
        let seen = try await database.write { transaction in
            try transaction.send("INSERT INTO things (id, name) VALUES (1, \("a"))")
            try transaction.send("INSERT INTO things (id, name) VALUES (2, \("b"))")
            try transaction.send("UPDATE things SET size = 5 WHERE id = 1")
            let rows = try transaction.rows("UPDATE things SET size = size + 1 WHERE id = 1 RETURNING size")
            try transaction.savepoint { try transaction.send("INSERT INTO things (id) VALUES (3)") }
            #expect(throws: Refused()) {
                try transaction.savepoint {
                    try transaction.send("INSERT INTO things (id) VALUES (4)")
                    throw Refused()
                }
            }
            try transaction.send("DELETE FROM things WHERE id = 2")
            return try rows[0].integer(0)
        }
        #expect(seen == 6)
        let ids = try await database.read { try $0.rows("SELECT id FROM things ORDER BY id").map { try $0.integer(0) } }
        #expect(ids == [1, 3])
    }

    @Test("an error of what was only sent shows within its savepoint, or undoes the transaction", arguments: TestEngine.allCases)
    func sentInVain(engine: TestEngine) async throws {
        let database = try await database(engine)
        func isDuplicate(_ error: any Error) -> Bool { if case StoreError.duplicate = error { true } else { false } }
        try await database.write { transaction in
            try transaction.send("INSERT INTO things (id) VALUES (1)")
            #expect(throws: StoreError.self) {
                try transaction.savepoint {
                    try transaction.send("INSERT INTO things (id) VALUES (2)")
                    try transaction.send("INSERT INTO things (id) VALUES (1)")
                    try transaction.send("INSERT INTO things (id) VALUES (3)")
                }
            }
            try transaction.send("INSERT INTO things (id) VALUES (4)")
        }
        #expect(try await count(database) == 2)
        await #expect(
            performing: {
                try await database.write { transaction in
                    try transaction.run("INSERT INTO things (id) VALUES (5)")
                    try transaction.send("INSERT INTO things (id) VALUES (4)")
                }
            }, throws: isDuplicate)
        await #expect(
            performing: {
                try await database.write { transaction in
                    try transaction.send("INSERT INTO things (id) VALUES (1)")
                    try transaction.savepoint { try transaction.send("INSERT INTO things (id) VALUES (6)") }
                }
            }, throws: isDuplicate)
        await #expect(throws: StoreError.nulInText) {
            try await database.write { try $0.send("INSERT INTO things (id, name) VALUES (7, \("a\u{0}"))") }
        }
        #expect(try await count(database) == 2)
        try await database.write { try $0.send("INSERT INTO things (id) VALUES (8)") }
        #expect(try await count(database) == 3)
    }

    @Test("several statements without values run as a script, inside the transaction", arguments: TestEngine.allCases)
    func script(engine: TestEngine) async throws {
        let database = try await database(engine)
        await #expect(throws: Refused()) {
            try await database.write { transaction in
                try transaction.savepoint {
                    try transaction.script("INSERT INTO things (id) VALUES (1); INSERT INTO things (id) VALUES (2)")
                }
                #expect(try transaction.rows("SELECT id FROM things").count == 2)
                throw Refused()
            }
        }
        #expect(try await count(database) == 0)
    }

    // MARK: Concurrency

    @Test("hundreds of writes at once all land, but for those that fail", arguments: TestEngine.allCases)
    func concurrentWrites(engine: TestEngine) async throws {
        let database = try await database(engine)
        let failures = await withTaskGroup(of: Bool.self) { group in
            for id in 0..<600 {
                group.addTask {
                    do {
                        try await database.write { transaction in
                            try transaction.run("INSERT INTO things (id, name) VALUES (\(id), \("thing \(id)"))")
                            // Every third fails, half of them by the closure and half by the engine.
                            if id % 6 == 0 { throw Refused() }
                            if id % 6 == 3 { try transaction.run("INSERT INTO things (id) VALUES (\(id))") }
                        }
                        return false
                    } catch { return true }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(failures == 200)
        #expect(try await count(database) == 400)
        let strays = try await database.read { try $0.rows("SELECT id FROM things WHERE id % 3 = 0") }
        #expect(strays.isEmpty)
    }

    @Test("a cancelled caller harms neither its own write nor its neighbours'", arguments: TestEngine.allCases)
    func cancellation(engine: TestEngine) async throws {
        let database = try await database(engine)
        let tasks = (0..<60).map { id in
            Task {
                withUnsafeCurrentTask { if id % 2 == 0 { $0?.cancel() } }
                try await database.write { try $0.run("INSERT INTO things (id) VALUES (\(id))") }
            }
        }
        for task in tasks { _ = try await task.value }
        #expect(try await count(database) == 60)
    }

    @Test("reads and writes mix", arguments: TestEngine.allCases)
    func mixed(engine: TestEngine) async throws {
        let database = try await database(engine)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for id in 0..<200 {
                group.addTask {
                    try await database.write { try $0.run("INSERT INTO things (id) VALUES (\(id))") }
                    // A read that follows a write sees it.
                    let found = try await database.read { try $0.rows("SELECT id FROM things WHERE id = \(id)") }
                    #expect(found.count == 1)
                }
            }
            try await group.waitForAll()
        }
    }

    // MARK: The end

    @Test("a closed database refuses, and closing waits for what is under way", arguments: TestEngine.allCases)
    func closing(engine: TestEngine) async throws {
        let database = try await database(engine)
        let started = Gate()
        async let written: Void = database.write { transaction in
            started.open()
            try transaction.run("INSERT INTO things (id) VALUES (1)")
        }
        await started.passed()
        await database.close()
        try await written
        await #expect(throws: StoreError.unavailable("The database is closed.")) { try await database.read { _ in } }
        await #expect(throws: StoreError.unavailable("The database is closed.")) { try await database.write { _ in } }
        await database.close()
    }

    @Test("more statements than are kept prepared", arguments: TestEngine.allCases)
    func manyStatements(engine: TestEngine) async throws {
        let database = try await database(engine)
        for round in 0..<12 {
            let sum = try await database.read { transaction in
                try (0..<100).reduce(0) { sum, index in
                    sum + (try transaction.rows("SELECT \(raw: "\(round * 100 + index)") + \(1)")[0].integer(0))
                }
            }
            #expect(sum == round * 10_000 + 4_950 + 100)
        }
        let again = try await database.read { try $0.rows("SELECT 0 + \(1)")[0].integer(0) }
        #expect(again == 1)
    }
}
