package import Domain

package import struct Foundation.Date

/// Whom a portfolio has reached with templates outside open windows in the last 24 hours. Several numbers, in several processes, share one limit, so
/// the row of the portfolio is held while somebody counts.
package struct PortfolioTable {
    /// People whose day is over, forgotten in one statement.
    private static let sweepLimit = 500

    private let transaction: any Transaction
    private let workspaceID: Identifier<Workspace>

    package init(_ transaction: any Transaction, in workspaceID: Identifier<Workspace>) {
        (self.transaction, self.workspaceID) = (transaction, workspaceID)
    }

    /// What came of counting people.
    package struct Reservation {
        /// For whom there is no room.
        package var full: Set<Identifier<Contact>> = []
        /// Whether people should hear that most of the limit is used: once within the time for which a person counts.
        package var isWarning = false
    }

    /// Counts the people whom these messages are for, as far as the limit allows. Those who count already count for longer.
    package func reserve(
        _ wanted: [(message: Identifier<Message>, contact: Identifier<Contact>)], portfolio: String, limit: Int, now: Date
    ) throws -> Reservation {
        guard !wanted.isEmpty else { return Reservation() }
        try transaction.send(
            "INSERT INTO portfolios (workspace_id, id, people) VALUES (\(workspaceID), \(portfolio), 0) ON CONFLICT DO NOTHING")
        let (before, warnedAt) = try lock(portfolio)
        let swept = try sweep(portfolio, now: now)
        let messages = Dictionary(wanted.map { ($0.contact, $0.message) }, uniquingKeysWith: { first, _ in first })
        let people = wanted.map(\.contact).uniqued
        let known = try counting(people, portfolio: portfolio)
        let new = people.filter { !known.contains($0) }
        let admitted = Array(new.prefix(max(0, limit - (before - swept))))
        func rows(_ people: [Identifier<Contact>], _ message: (Identifier<Contact>) -> String) -> [[SQLValue]] {
            people.map { [SQLValue(workspaceID), .text(portfolio), SQLValue($0), .text(message($0)), SQLValue(now)] }
        }
        let head = "portfolio_people (workspace_id, portfolio_id, contact_id, message_id, at)"
        try transaction.insert(into: head, rows(admitted) { messages[$0]?.text ?? "" })
        // Somebody who was reached before stays counted, whatever becomes of this message.
        try transaction.insert(
            into: head, rows(known.sorted()) { _ in "" },
            suffix: "ON CONFLICT (workspace_id, portfolio_id, contact_id) DO UPDATE SET at = excluded.at, message_id = excluded.message_id")
        try add(admitted.count - swept, to: portfolio)
        let isNear = SenderUsage.isNear(before - swept + admitted.count, limit: limit)
        let isWarning = isNear && warnedAt.map { $0 <= Self.dayBefore(now) } ?? true
        if isWarning {
            try transaction.send("UPDATE portfolios SET warned_at = \(now) WHERE workspace_id = \(workspaceID) AND id = \(portfolio)")
        }
        return Reservation(full: Set(new.dropFirst(admitted.count)), isWarning: isWarning)
    }

    /// A message that didn't reach its person, so that they don't count.
    package func release(_ message: Identifier<Message>) throws {
        let rows = try transaction.rows(
            "SELECT portfolio_id FROM portfolio_people WHERE workspace_id = \(workspaceID) AND message_id = \(message)")
        for row in rows {
            let portfolio = try row.text(0)
            _ = try lock(portfolio)
            let removed = try transaction.run(
                "DELETE FROM portfolio_people WHERE workspace_id = \(workspaceID) AND portfolio_id = \(portfolio) AND message_id = \(message)"
            )
            try add(-removed, to: portfolio)
        }
    }

    /// What is left, with the hours in which people stop counting.
    package func budget(of portfolio: String, limit: Int, now: Date) throws -> PeopleBudget {
        let hour = 3_600_000
        let releases = try transaction.rows(
            """
            SELECT at / \(hour), COUNT(*) FROM portfolio_people
            WHERE workspace_id = \(workspaceID) AND portfolio_id = \(portfolio) AND at > \(Self.dayBefore(now)) GROUP BY 1 ORDER BY 1
            """
        ).map { row in
            PeopleBudget.Release(
                at: Date(timeIntervalSince1970: Double((try row.integer(0) + 1) * hour) / 1_000 + PeopleLimit.daySeconds),
                people: try row.integer(1))
        }
        return PeopleBudget(limit: limit, used: releases.reduce(0) { $0 + $1.people }, releases: releases)
    }

    /// How many count, or did until a short while ago: as the last who counted found it.
    package func people(of portfolio: String) throws -> Int {
        try transaction.rows("SELECT people FROM portfolios WHERE workspace_id = \(workspaceID) AND id = \(portfolio)").first?.integer(0)
            ?? 0
    }

    /// When the first who counts stops counting; nil when nobody counts.
    package func firstRelease(of portfolio: String) throws -> Date? {
        try transaction.rows(
            """
            SELECT at FROM portfolio_people WHERE workspace_id = \(workspaceID) AND portfolio_id = \(portfolio) ORDER BY at LIMIT 1
            """
        ).first?.date(0).addingTimeInterval(PeopleLimit.daySeconds)
    }

    /// Whether a person counts now, so that another message to them takes no room.
    package func counts(_ contact: Identifier<Contact>, portfolio: String, now: Date) throws -> Bool {
        try !transaction.rows(
            """
            SELECT 1 FROM portfolio_people WHERE workspace_id = \(workspaceID) AND portfolio_id = \(portfolio) AND contact_id = \(contact)
                AND at > \(Self.dayBefore(now))
            """
        ).isEmpty
    }

    package static func dayBefore(_ now: Date) -> Date { now.addingTimeInterval(-PeopleLimit.daySeconds) }

    private func lock(_ portfolio: String) throws -> (people: Int, warnedAt: Date?) {
        let row = try transaction.rows(
            "SELECT people, warned_at FROM portfolios WHERE workspace_id = \(workspaceID) AND id = \(portfolio)\(sql: transaction.dialect.forUpdate)"
        ).first
        return (try row?.integer(0) ?? 0, try row?.dateOrNil(1))
    }

    private func add(_ people: Int, to portfolio: String) throws {
        guard people != 0 else { return }
        try transaction.send(
            "UPDATE portfolios SET people = people + \(people) WHERE workspace_id = \(workspaceID) AND id = \(portfolio)")
    }

    private func sweep(_ portfolio: String, now: Date) throws -> Int {
        var swept = 0
        while true {
            let count = try transaction.run(
                """
                DELETE FROM portfolio_people WHERE workspace_id = \(workspaceID) AND portfolio_id = \(portfolio) AND contact_id IN (
                    SELECT contact_id FROM portfolio_people
                    WHERE workspace_id = \(workspaceID) AND portfolio_id = \(portfolio) AND at <= \(Self.dayBefore(now))
                    ORDER BY at LIMIT \(Self.sweepLimit))
                """)
            swept += count
            if count < Self.sweepLimit { return swept }
        }
    }

    private func counting(_ people: [Identifier<Contact>], portfolio: String) throws -> Set<Identifier<Contact>> {
        var known: Set<Identifier<Contact>> = []
        try transaction.forEachChunk(of: people.map { [SQLValue($0)] }) { chunk in
            let rows = try transaction.rows(
                """
                SELECT contact_id FROM portfolio_people WHERE workspace_id = \(workspaceID) AND portfolio_id = \(portfolio)
                    AND contact_id IN (\(list: chunk.map { $0[0] }))
                """)
            for row in rows { known.insert(try row.id(0)) }
        }
        return known
    }
}

extension Sequence where Element: Hashable {
    /// Each element once, where it comes first.
    fileprivate var uniqued: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
