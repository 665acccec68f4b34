import Foundation
import Store
import Synchronization
import TestSupport
import Testing

@Suite("PostgreSQL")
struct PostgresDatabaseTests {
    private func database() async throws -> any Database {
        let database = try await TestDatabase.makeEmpty(.postgres)
        try await database.write { try $0.script("CREATE TABLE accounts (id BIGINT PRIMARY KEY, amount BIGINT NOT NULL)") }
        try await database.write { try $0.run("INSERT INTO accounts (id, amount) VALUES (1, 0), (2, 0)") }
        return database
    }

    private func amount(_ database: any Database, _ id: Int) async throws -> Int {
        try await database.read { try $0.rows("SELECT amount FROM accounts WHERE id = \(id)")[0].integer(0) }
    }

    // MARK: Repeats

    @Test("a deadlock is repeated, also when it came inside a savepoint", arguments: [false, true])
    func deadlock(inSavepoint: Bool) async throws {
        let database = try await database()
        let runs = Order()
        let meeting = Meeting(2)
        // Each takes one row, waits until the other has its own, then wants the other's.
        @Sendable func transfer(from first: Int, to second: Int) async throws {
            try await database.write { transaction in
                runs.append(first)
                try transaction.run("UPDATE accounts SET amount = amount + 1 WHERE id = \(first)")
                meeting.attend()
                if inSavepoint {
                    // Whoever passes over errors of an item must not pass over this one.
                    _ = try? transaction.savepoint { try transaction.run("UPDATE accounts SET amount = amount + 1 WHERE id = \(second)") }
                } else {
                    try transaction.run("UPDATE accounts SET amount = amount + 1 WHERE id = \(second)")
                }
            }
        }
        let one = Task { try await transfer(from: 1, to: 2) }
        try await transfer(from: 2, to: 1)
        try await one.value
        // The one that is repeated may be so fast that the two meet again.
        #expect(runs.numbers.count >= 3)
        #expect(try await amount(database, 1) == 2)
        #expect(try await amount(database, 2) == 2)
    }

    @Test("a serialisation failure is repeated five times, then an outage")
    func serialisation() async throws {
        let database = try await database()
        try await database.write { transaction in
            try transaction.script(
                """
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE EXCEPTION 'could not serialize access' USING ERRCODE = '40001'; END $$;
                CREATE TRIGGER refuse BEFORE DELETE ON accounts EXECUTE FUNCTION refuse()
                """)
        }
        let runs = Mutex(0)
        let error = await #expect(throws: StoreError.self) {
            try await database.write { transaction in
                runs.withLock { $0 += 1 }
                try transaction.run("DELETE FROM accounts")
            }
        }
        #expect(error?.isOutage == true)
        #expect(runs.withLock { $0 } == 6)
    }

    // MARK: Lost sessions

    @Test("one process hears what another tells, and not itself; also after its session was cut")
    func nudges() async throws {
        let database = try await TestDatabase.makeEmpty(.postgres)
        let (first, hearsFirst) = AsyncStream.makeStream(of: Set<Nudge>.self)
        let (second, hearsSecond) = AsyncStream.makeStream(of: Set<Nudge>.self)
        let one = try #require(database.notifier { hearsFirst.yield($0) })
        let other = try #require(database.notifier { hearsSecond.yield($0) })
        var (heardByOne, heardByOther) = (first.makeAsyncIterator(), second.makeAsyncIterator())
        // Each begins with all, for whatever happened while it didn't listen.
        #expect(await heardByOne.next() == Set(Nudge.allCases))
        #expect(await heardByOther.next() == Set(Nudge.allCases))
        one.tell(.queue)
        #expect(await heardByOther.next() == [.queue])
        other.tell(.events)
        #expect(await heardByOne.next() == [.events])

        try await database.write { transaction in
            _ = try transaction.rows(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE pid <> pg_backend_pid() AND datname = current_database() AND (query LIKE '%LISTEN%' OR query LIKE 'NOTIFY%')
                """)
        }
        #expect(await heardByOne.next() == Set(Nudge.allCases))
        one.close()
        other.close()
    }

    @Test("sessions that were ended while idle are replaced, unnoticed")
    func reconnect() async throws {
        let database = try await database()
        try await database.write { transaction in
            try transaction.run("UPDATE accounts SET amount = 5 WHERE id = 1")
            try transaction.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        }
        // Ends the session that ran the one above, too.
        await #expect(throws: StoreError.self) { try await database.read { try $0.rows("SELECT pg_terminate_backend(pg_backend_pid())") } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask { _ = try await database.write { try $0.run("UPDATE accounts SET amount = amount + 1 WHERE id = 2") } }
            }
            try await group.waitForAll()
        }
        #expect(try await amount(database, 1) == 5)
        #expect(try await amount(database, 2) == 20)
    }

    @Test("a session that dies within the closure is an outage, and nothing is half written")
    func lostWithin() async throws {
        let database = try await database()
        let runs = Mutex(0)
        let error = await #expect(throws: StoreError.self) {
            try await database.write { transaction in
                runs.withLock { $0 += 1 }
                try transaction.run("UPDATE accounts SET amount = 7 WHERE id = 1")
                _ = try? transaction.savepoint { try transaction.run("SELECT pg_terminate_backend(pg_backend_pid())") }
            }
        }
        #expect(error?.isOutage == true)
        #expect(error != .outcomeUnknown)
        #expect(runs.withLock { $0 } == 2, "once more on a new session, no more")
        #expect(try await amount(database, 1) == 0)
    }

    @Test("a session cut during COMMIT leaves the outcome unknown, and is never repeated")
    func outcomeUnknown() async throws {
        let database = try await database()
        try await database.write { transaction in
            try transaction.script(
                """
                CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER die AFTER UPDATE ON accounts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()
                """)
        }
        let runs = Mutex(0)
        await #expect(throws: StoreError.outcomeUnknown) {
            try await database.write { transaction in
                runs.withLock { $0 += 1 }
                try transaction.run("UPDATE accounts SET amount = 7 WHERE id = 1")
            }
        }
        #expect(runs.withLock { $0 } == 1)
        #expect(try await amount(database, 1) == 0)
    }

    @Test("a rule that is checked at COMMIT refuses there")
    func deferred() async throws {
        let database = try await database()
        try await database.write { transaction in
            try transaction.script("CREATE TABLE entries (account BIGINT REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED)")
        }
        await #expect(throws: StoreError.foreignKey(constraint: "entries_account_fkey")) {
            try await database.write { try $0.run("INSERT INTO entries (account) VALUES (99)") }
        }
        #expect(try await database.read { try $0.rows("SELECT account FROM entries") }.isEmpty)
    }

    @Test("a server that can't be reached is an outage that says so")
    func unreachable() async throws {
        // Port 1 of this machine: nobody listens there.
        let database = PostgresDatabase(connectionString: "host=127.0.0.1 port=1 user=nobody dbname=none", connections: 2)
        let error = await #expect(throws: StoreError.self) { try await database.write { try $0.run("SELECT 1") } }
        guard case .unavailable(let sentence) = error else {
            Issue.record("not unavailable")
            return
        }
        #expect(sentence.hasPrefix("The database server can't be reached: "))
        await database.close()
    }

    // MARK: Sessions and the pool

    @Test("a table that changed its columns under a prepared statement is read anew")
    func changedTable() async throws {
        let database = try await database()
        let columns = { try await database.read { try $0.rows("SELECT * FROM accounts ORDER BY id")[0].values.count } }
        for _ in 0..<4 { #expect(try await columns() == 2) }
        try await database.write { try $0.script("ALTER TABLE accounts ADD COLUMN note TEXT") }
        for _ in 0..<4 { #expect(try await columns() == 3) }
    }

    @Test("whoever waits for a session is served in order")
    func fairness() async throws {
        let settings = try await TestDatabase.copy(of: "template0")
        let database = PostgresDatabase(settings, connections: 1)
        let (started, finish) = (Gate(), Gate())
        async let first: Void = database.read { _ in
            started.open()
            finish.wait()
        }
        await started.passed()
        let order = Order()
        var tasks: [Task<Void, any Error>] = []
        for number in 0..<20 {
            tasks.append(Task { try await database.read { _ in order.append(number) } })
            // Only once it waits comes the next.
            while database.waitingCount <= number { await Task.yield() }
        }
        finish.open()
        try await first
        for task in tasks { try await task.value }
        #expect(order.numbers == Array(0..<20))
    }

    @Test("the operator's words win over ours, but for the encoding and the database")
    func connectionString() async throws {
        var settings = try await TestDatabase.copy(of: "template0")
        settings.connectionString += " application_name=acme client_encoding=LATIN1"
        let row = try await PostgresDatabase(settings, connections: 1).read {
            try $0.rows("SELECT current_setting('application_name'), current_setting('client_encoding'), current_database()")[0]
        }
        #expect(try (row.text(0), row.text(1), row.text(2)) == ("acme", "UTF8", settings.databaseName))
        settings.connectionString += " options='-c statement_timeout=7s'"
        let limits = try await PostgresDatabase(settings, connections: 1).read {
            try $0.rows("SELECT current_setting('statement_timeout'), current_setting('idle_in_transaction_session_timeout')")[0]
        }
        #expect(try (limits.text(0), limits.text(1)) == ("7s", "30s"))
        let plain = try await TestDatabase.makeEmpty(.postgres).read {
            try $0.rows("SELECT current_setting('application_name')")[0].text(0)
        }
        #expect(plain == "switchboard")
    }
}

private final class Order: Sendable {
    private let state = Mutex<[Int]>([])
    var numbers: [Int] { state.withLock { $0 } }
    func append(_ number: Int) { state.withLock { $0.append(number) } }
}

/// Lets nobody go on before all are there; later comers pass.
private final class Meeting: Sendable {
    private let count: Int
    private let state = Mutex(0)
    private let all = DispatchSemaphore(value: 0)

    init(_ count: Int) { self.count = count }

    func attend() {
        let present = state.withLock { state -> Int in
            state += 1
            return state
        }
        if present < count { all.wait() }
        all.signal()
    }
}
