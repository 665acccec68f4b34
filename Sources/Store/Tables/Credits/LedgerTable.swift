package import Domain

package import struct Foundation.Date

/// Credits of the caller's workspace, in double entry: postings, which nothing ever changes, and what they come to in each account.
package struct LedgerTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// What a posting is for, besides what it moves.
    package struct Subject: Sendable {
        package let senderName: String?
        package let paidUntil: Date?

        package init(senderName: String? = nil, paidUntil: Date? = nil) { (self.senderName, self.paidUntil) = (senderName, paidUntil) }
    }

    /// Holds the accounts until the transaction ends, so that whoever decides by the balance is alone with it. Everything that spends or changes a
    /// subscription begins with it.
    package func hold() throws -> [LedgerAccount: Credits] {
        try access.require(.sendersManage)
        var totals = try totals(locking: true)
        if totals.count < LedgerAccount.allCases.count {
            try transaction.insert(
                into: "ledger_accounts (workspace_id, account, total)",
                LedgerAccount.allCases.map { [SQLValue(access.workspaceID), .text($0.rawValue), .integer(0)] },
                suffix: "ON CONFLICT (workspace_id, account) DO NOTHING")
            totals = try self.totals(locking: true)
        }
        return totals
    }

    /// What each account holds now.
    package func totals() throws -> [LedgerAccount: Credits] {
        try access.require(.sendersManage)
        return try totals(locking: false)
    }

    private func totals(locking: Bool) throws -> [LedgerAccount: Credits] {
        let lock: SQL = locking ? transaction.dialect.forUpdate : ""
        return try transaction.rows(
            """
            SELECT account, total FROM ledger_accounts WHERE workspace_id = \(access.workspaceID)
            ORDER BY account LIMIT \(LedgerAccount.allCases.count)\(sql: lock)
            """
        ).reduce(into: [:]) { totals, row in
            guard let account = LedgerAccount(rawValue: try row.text(0)) else { throw StoreError.columnMismatch(0) }
            totals[account] = Credits(try row.integer(1))
        }
    }

    /// Nil when its key is posted already, and then nothing has changed: the unique index decides, not a check before. Throws
    /// ``CreditProblem/creditsMissing(price:balance:)``, which ends the transaction.
    @discardableResult
    package func post(_ posting: LedgerPosting, _ subject: Subject = Subject(), at now: Date) throws -> Identifier<LedgerPosting>? {
        try access.require(posting.kind == .topUp ? .settingsManage : .sendersManage)
        let held = try hold()
        let balance = posting.entries.filter { $0.account == .balance }.reduce(held[.balance] ?? .zero) { $0 + $1.amount }
        let id = Identifier<LedgerPosting>.make(at: now)
        let added = try transaction.run(
            """
            INSERT INTO ledger_postings (workspace_id, id, key, kind, amount, source, target, sender_id, sender_name, paid_until, note,
                balance_after, actor, at)
            VALUES (\(access.workspaceID), \(id), \(posting.key), \(posting.kind.rawValue), \(posting.amount.count), \(posting.source.rawValue),
                \(posting.target.rawValue), \(posting.senderID), \(subject.senderName), \(subject.paidUntil), \(posting.note),
                \(balance.count), \(access.actor.text), \(now))
            ON CONFLICT (workspace_id, key) DO NOTHING
            """)
        guard added == 1 else { return nil }
        for entry in posting.entries {
            let mayBeNegative = entry.account.mayBeNegative
            let changed = try transaction.run(
                """
                UPDATE ledger_accounts SET total = total + \(entry.amount.count)
                WHERE workspace_id = \(access.workspaceID) AND account = \(entry.account.rawValue)
                    AND (\(mayBeNegative) = 1 OR total + \(entry.amount.count) >= 0)
                """)
            guard changed == 1 else {
                throw CreditProblem.creditsMissing(price: posting.amount, balance: held[entry.account] ?? .zero)
            }
        }
        return id
    }

    /// What was posted under a key; nil when nothing was.
    package func find(key: String) throws -> StatementLine? {
        try access.require(.settingsManage)
        return try transaction.rows(
            "SELECT \(raw: Self.columns) FROM ledger_postings WHERE workspace_id = \(access.workspaceID) AND key = \(key)"
        ).first.map(Self.stored)
    }

    /// Newest first.
    package func statement(before: Int64?, limit: Int) throws -> [StatementLine] {
        try access.require(.settingsManage)
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM ledger_postings WHERE workspace_id = \(access.workspaceID) AND sequence < \(before ?? .max)
            ORDER BY sequence DESC LIMIT \(limit)
            """
        ).map(Self.stored)
    }

    private static let columns = """
        id, sequence, kind, amount, source, target, sender_id, sender_name, paid_until, note, balance_after, actor, at
        """

    private static func stored(_ row: Row) throws -> StatementLine {
        guard let kind = LedgerPosting.Kind(rawValue: try row.text(2)), let source = LedgerAccount(rawValue: try row.text(4)),
            let target = LedgerAccount(rawValue: try row.text(5))
        else { throw StoreError.columnMismatch(2) }
        return StatementLine(
            id: try row.id(0), sequence: Int64(try row.integer(1)), kind: kind, amount: Credits(try row.integer(3)), source: source,
            target: target, senderID: try row.idOrNil(6), senderName: try row.textOrNil(7), paidUntil: try row.dateOrNil(8),
            note: try row.textOrNil(9), balanceAfter: Credits(try row.integer(10)), actor: try row.text(11), at: try row.date(12))
    }
}
