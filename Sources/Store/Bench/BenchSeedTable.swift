package import Domain

package import struct Foundation.Date

/// Fills a workspace with conversations and messages by bulk SQL, for measuring: the same for the same seed. How they are spread is told in
/// `bench/README.md`.
package struct BenchSeedTable {
    /// What the rows are spread over.
    package struct Spread: Sendable {
        package let workspaceID: Identifier<Workspace>
        package let senders: [Identifier<Sender>]
        package let people: [Identifier<Account>]
        package let teams: [Identifier<Team>]
        package let labels: [Identifier<Label>]
        /// What messages say; JSON text without quotes.
        package let sentences: [String]
        package let names: [String]
        package let conversations: Int
        package let messages: Int
        package let seed: Int
        package let now: Date

        package init(
            workspaceID: Identifier<Workspace>, senders: [Identifier<Sender>], people: [Identifier<Account>], teams: [Identifier<Team>],
            labels: [Identifier<Label>], sentences: [String], names: [String], conversations: Int, messages: Int, seed: Int, now: Date
        ) {
            (self.workspaceID, self.senders, self.people, self.teams, self.labels) = (workspaceID, senders, people, teams, labels)
            (self.sentences, self.names, self.conversations, self.messages) = (sentences, names, conversations, messages)
            (self.seed, self.now) = (seed, now)
        }
    }

    /// Messages of ten conversations that follow one another, in hundredths of them all: few have many.
    private static let shares = [1, 1, 2, 2, 3, 4, 6, 10, 16, 55]
    private static let day = 86_400_000

    private let transaction: any Transaction
    private let spread: Spread

    package init(_ transaction: any Transaction, _ spread: Spread) { (self.transaction, self.spread) = (transaction, spread) }

    // MARK: Before and after

    /// Lets the rows in without their indexes, and returns how to make these again.
    package func dropIndexes() throws -> [String] {
        let tables = "('messages', 'conversations', 'contact_identities')"
        let rows =
            switch transaction.dialect {
            case .sqlite:
                try transaction.rows(
                    "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN \(raw: tables) ORDER BY name"
                )
            case .postgres:
                try transaction.rows(
                    """
                    SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename IN \(raw: tables)
                        AND indexname NOT LIKE '%_pkey' ORDER BY indexname
                    """)
            }
        return try rows.map { row in
            try transaction.script("DROP INDEX \(row.text(0))")
            return try row.text(1)
        }
    }

    /// Tables of this work alone, and what it reads of them.
    package func prepare() throws {
        try unlimited()
        for table in ["bench_sentences", "bench_names", "bench_people", "bench_numbers"] {
            try transaction.script("DROP TABLE IF EXISTS \(table)")
        }
        let integer = transaction.dialect == .postgres ? "BIGINT" : "INTEGER"
        try transaction.script(
            """
            CREATE TABLE bench_sentences (n \(integer) PRIMARY KEY, body TEXT NOT NULL);
            CREATE TABLE bench_names (n \(integer) PRIMARY KEY, body TEXT NOT NULL);
            CREATE TABLE bench_numbers (k \(integer) PRIMARY KEY);
            CREATE TABLE bench_people (n \(integer) PRIMARY KEY, count \(integer) NOT NULL, last_at \(integer) NOT NULL, gap \(integer) NOT NULL,
                state TEXT NOT NULL, sender_id TEXT NOT NULL, speaks \(integer) NOT NULL);
            """)
        try transaction.insert(into: "bench_sentences (n, body)", spread.sentences.enumerated().map { [SQLValue($0), .text($1)] })
        try transaction.insert(into: "bench_names (n, body)", spread.names.enumerated().map { [SQLValue($0), .text($1)] })
        let most = Self.shares.max()! * perHundred / 10 + 1
        try transaction.insert(into: "bench_numbers (k)", (0..<most).map { [SQLValue($0)] })
    }

    package func tidy(_ indexes: [String]) throws {
        try unlimited()
        for index in indexes { try transaction.script(index) }
        for table in ["bench_sentences", "bench_names", "bench_people", "bench_numbers"] { try transaction.script("DROP TABLE \(table)") }
    }

    /// As after a quiet night; outside of any transaction's work.
    package func gatherStatistics() throws {
        try unlimited()
        try transaction.script("ANALYZE")
    }

    private func unlimited() throws {
        guard transaction.dialect == .postgres else { return }
        try transaction.script("SET LOCAL statement_timeout = 0; SET LOCAL maintenance_work_mem = '512MB'; SET LOCAL work_mem = '256MB'")
    }

    // MARK: People

    /// Messages of ten conversations, on average a tenth of it each.
    private var perHundred: Int { max(1, spread.messages / spread.conversations) }

    /// Those numbered so: contacts, how to reach them, and one conversation with each.
    package func addPeople(_ range: Range<Int>) throws {
        try unlimited()
        let share = choice("n", Self.shares.map { max(1, $0 * perHundred / 10) }.map(String.init))
        let stateNumber = hash("n", 1, 100)
        let state =
            "CASE WHEN \(stateNumber) < 15 THEN 'open' WHEN \(stateNumber) < 18 THEN 'snoozed' WHEN \(stateNumber) < 80 THEN 'closed' ELSE 'archived' END"
        let (now, day) = (milliseconds, Self.day)
        // What is open is of the last two weeks, the rest of two years.
        let last = "\(now) - CASE WHEN \(stateNumber) < 18 THEN \(hash("n", 2, 14 * day)) ELSE \(hash("n", 2, 720 * day)) END"
        try insert(
            "bench_people", range,
            [
                ("n", "n"), ("count", share), ("last_at", last), ("gap", "120000 + \(hash("n", 3, day))"), ("state", state),
                ("sender_id", choice(hash("n", 4, 1_000), spread.senders.map { "'\($0.text)'" })), ("speaks", hash("n", 5, 2)),
            ])
        let workspace = ("workspace_id", "'\(spread.workspaceID.text)'")
        let digits = "'1666' || \(padded("n", 8))"
        let name = "(SELECT body FROM bench_names b WHERE b.n = \(hash("p.n", 6, spread.names.count)))"
        let family = "(SELECT body FROM bench_names b WHERE b.n = \(hash("p.n", 7, spread.names.count)))"
        let first = "p.last_at - (p.count - 1) * p.gap"
        let people = "FROM bench_people p WHERE p.n >= \(range.lowerBound) AND p.n < \(range.upperBound)"
        try insert(
            "contacts", people,
            [
                workspace, ("id", id("con", first, "p.n")), ("name", "\(name) || ' ' || \(family)"), ("phone_number", "'+' || \(digits)"),
                ("created_at", first), ("updated_at", first),
            ])
        try insert(
            "contact_identities", people,
            [
                workspace, ("kind", "'phone'"), ("match_key", digits), ("value", "'+' || \(digits)"),
                ("contact_id", id("con", first, "p.n")),
                ("created_at", first),
            ])
        let assignee = hash("p.n", 8, 100)
        let team = hash("p.n", 9, 100)
        let inbound = isInbound("p.count - 1")
        let body = "(SELECT body FROM bench_sentences b WHERE b.n = \(hash("p.n * 1000 + p.count - 1", 10, spread.sentences.count)))"
        try insert(
            "conversations", people,
            [
                workspace, ("id", id("cnv", first, "p.n")), ("sender_id", "p.sender_id"), ("contact_id", id("con", first, "p.n")),
                ("state", "p.state"),
                (
                    "unread",
                    "CASE WHEN p.state = 'open' AND \(inbound) AND \(hash("p.n", 11, 3)) = 0 THEN 1 + \(hash("p.n", 12, 5)) ELSE 0 END"
                ),
                ("last_message_id", messageID("p.count - 1")), ("last_kind", "'text'"),
                ("last_direction", "CASE WHEN \(inbound) THEN 'inbound' ELSE 'outbound' END"),
                ("last_status", status("p.count - 1")), ("last_preview", body), ("last_message_at", "p.last_at"),
                ("last_inbound_at", "p.last_at - CASE WHEN \(inbound) THEN 0 ELSE p.gap END"), ("created_at", first),
                (
                    "assignee_id",
                    "CASE WHEN \(assignee) < 40 THEN NULL ELSE \(choice(hash("p.n", 13, 1_000), spread.people.map { "'\($0.text)'" })) END"
                ),
                (
                    "team_id",
                    "CASE WHEN \(team) < 30 THEN NULL ELSE \(choice(hash("p.n", 14, 1_000), spread.teams.map { "'\($0.text)'" })) END"
                ),
                ("snoozed_until", "CASE WHEN p.state = 'snoozed' THEN \(now) + \(day) + \(hash("p.n", 15, 30 * day)) END"),
            ])
        try insert(
            "conversation_labels", "\(people) AND \(hash("p.n", 16, 100)) < 30",
            [
                workspace, ("conversation_id", id("cnv", first, "p.n")),
                ("label_id", choice(hash("p.n", 17, 1_000), spread.labels.map { "'\($0.text)'" })),
            ])
    }

    // MARK: Messages

    /// Those between two moments, in the order of time, as they would have come.
    package func addMessages(from: Date, before: Date) throws -> Int {
        try unlimited()
        let at = at("m.k")
        let inbound = isInbound("m.k")
        let (from, before) = (Int(from.milliseconds), Int(before.milliseconds))
        let body = "(SELECT body FROM bench_sentences b WHERE b.n = \(hash("p.n * 1000 + m.k", 10, spread.sentences.count)))"
        let number = "p.n * 1000 + m.k"
        return try insert(
            "messages",
            """
            FROM bench_people p JOIN bench_numbers m ON m.k < p.count
            WHERE p.last_at >= \(from) AND p.last_at - (p.count - 1) * p.gap < \(before) AND \(at) >= \(from) AND \(at) < \(before) ORDER BY \(at), \(number)
            """,
            [
                ("workspace_id", "'\(spread.workspaceID.text)'"), ("id", messageID("m.k")),
                ("conversation_id", id("cnv", "p.last_at - (p.count - 1) * p.gap", "p.n")), ("sender_id", "p.sender_id"),
                ("contact_id", id("con", "p.last_at - (p.count - 1) * p.gap", "p.n")),
                ("direction", "CASE WHEN \(inbound) THEN 'inbound' ELSE 'outbound' END"), ("kind", "'text'"),
                ("content", "'{\"text\":{\"body\":\"' || \(body) || '\"}}'"), ("status", status("m.k")),
                ("attempt", "CASE WHEN \(inbound) THEN 0 ELSE 1 END"), ("provider_id", "'wamid.BENCH' || \(padded(number, 16))"),
                ("at", at),
                ("sequence", "(\(at)) * 4096 + p.n % 4096"),
                (
                    "author",
                    "CASE WHEN \(inbound) THEN NULL ELSE 'member:' || \(choice(hash("p.n", 13, 1_000), spread.people.map { "'\($0.text)'" })) END"
                ),
            ])
    }

    /// When the earliest of them was written.
    package func beginning() throws -> Date {
        try transaction.rows("SELECT MIN(last_at - (count - 1) * gap) FROM bench_people")[0].date(0)
    }

    // MARK: Pieces

    private var milliseconds: Int { Int(spread.now.milliseconds) }

    private func at(_ k: String) -> String { "p.last_at - (p.count - 1 - (\(k))) * p.gap" }

    /// Both sides in turns; in half of the conversations the customer has the last word.
    private func isInbound(_ k: String) -> String { "(p.count - 1 - (\(k)) + p.speaks) % 2 = 0" }

    private func status(_ k: String) -> String {
        let number = hash("p.n * 1000 + \(k)", 18, 100)
        return
            "CASE WHEN \(isInbound(k)) THEN 'received' WHEN \(number) < 1 THEN 'failed' WHEN \(number) < 20 THEN 'delivered' ELSE 'read' END"
    }

    private func messageID(_ k: String) -> String { id("msg", at(k), "p.n * 1000 + \(k)") }

    /// An id that sorts by its moment, as ours do.
    private func id(_ prefix: String, _ at: String, _ number: String) -> String {
        "'\(prefix)_0' || \(padded(at, 13)) || \(padded(number, 12))"
    }

    private func padded(_ number: String, _ width: Int) -> String {
        let zeros = String(repeating: "0", count: width)
        return transaction.dialect == .postgres
            ? "right('\(zeros)' || (\(number)), \(width))" : "substr('\(zeros)' || (\(number)), -\(width))"
    }

    /// A number below the limit that seems to come by chance, another for each use.
    private func hash(_ number: String, _ use: Int, _ limit: Int) -> String {
        // Its square, so that neither neighbours nor two uses of one number go together. All products stay below 2^63.
        let prime = 2_147_483_647
        let start = "((\(number)) + \(spread.seed) * 7919) % \(prime)"
        let mixed = "((((\(start)) * 48271 + \(use) * 104729) % \(prime)) * 69621 % \(prime))"
        let square = "(\(mixed) * \(mixed) % \(prime))"
        return "((\(square) * \(limit / prime + 1)) % \(limit))"
    }

    private func choice(_ number: String, _ values: [String]) -> String {
        let cases = values.enumerated().map { "WHEN \($0) THEN \($1)" }.joined(separator: " ")
        return "CASE (\(number)) % \(values.count) \(cases) END"
    }

    private func insert(_ table: String, _ range: Range<Int>, _ columns: [(String, String)]) throws {
        try insert(table, "FROM \(numbers(range)) WHERE TRUE", columns)
    }

    private func numbers(_ range: Range<Int>) -> String {
        switch transaction.dialect {
        case .postgres: "generate_series(CAST(\(range.lowerBound) AS BIGINT), \(range.upperBound - 1)) AS s (n)"
        case .sqlite:
            "(WITH RECURSIVE s (n) AS (VALUES (\(range.lowerBound)) UNION ALL SELECT n + 1 FROM s WHERE n < \(range.upperBound - 1)) SELECT n FROM s)"
        }
    }

    @discardableResult
    private func insert(_ table: String, _ source: String, _ columns: [(String, String)]) throws -> Int {
        try transaction.run(
            """
            INSERT INTO \(raw: table) (\(raw: columns.map(\.0).joined(separator: ", ")))
            SELECT \(raw: columns.map(\.1).joined(separator: ", ")) \(raw: source)
            """)
    }
}
