import Foundation
import Store
import Testing

@Suite("SQLite")
struct SQLiteDatabaseTests {
    @Test("smoke")
    func smoke() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).sqlite").path
        let database = try SQLiteDatabase(path: path)
        try await database.write { try $0.script("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT NOT NULL UNIQUE) STRICT") }
        let clock = ContinuousClock()
        let count = 20_000
        let time = try await clock.measure {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<200 {
                    group.addTask {
                        for i in 0..<(count / 200) {
                            let n = task * 1_000 + i
                            try await database.write { _ = try $0.run("INSERT INTO t (a, b) VALUES (\(n), \("text \(n)"))") }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        print("writes/s", Double(count) / (time / .seconds(1)))
        let n = try await database.read { try $0.rows("SELECT count(*) FROM t")[0].integer(0) }
        #expect(n == count)
        await #expect(throws: StoreError.duplicate(constraint: "t.b")) {
            try await database.write { try $0.run("INSERT INTO t (b) VALUES (\("text 1"))") }
        }
        await #expect(throws: StoreError.readOnly) { try await database.read { try $0.run("DELETE FROM t") } }
        let reads = try await clock.measure {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        for i in 0..<1_000 { _ = try await database.read { try $0.rows("SELECT a, b FROM t WHERE a = \(i)") } }
                    }
                }
                try await group.waitForAll()
            }
        }
        print("reads/s", 8_000 / (reads / .seconds(1)))
        await database.close()
    }
}
