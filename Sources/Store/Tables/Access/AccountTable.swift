package import Domain

/// Everybody who can sign in. An account belongs to no workspace: one person may be a member of several.
package struct AccountTable {
    private let transaction: any Transaction
    package init(_ transaction: any Transaction) { self.transaction = transaction }

    /// Throws ``AccountProblem/emailTaken`` when there is an account with this address.
    package func insert(_ account: Account, passwordHash: String?) throws {
        let inserted = try transaction.run(
            """
            INSERT INTO accounts (id, email, email_key, name, password_hash, created_at)
            VALUES (\(account.id), \(account.email.text), \(account.email.key), \(account.name), \(passwordHash), \(account.createdAt))
            ON CONFLICT (email_key) DO NOTHING
            """)
        guard inserted == 1 else { throw AccountProblem.emailTaken }
    }

    package func account(_ id: Identifier<Account>) throws -> Account? {
        try transaction.rows("SELECT id, email, name, created_at FROM accounts WHERE id = \(id)").first.map { try Account($0, at: 0) }
    }

    package func account(email: EmailAddress) throws -> Account? {
        try transaction.rows("SELECT id, email, name, created_at FROM accounts WHERE email_key = \(email.key)").first.map {
            try Account($0, at: 0)
        }
    }

    /// Holds the account until the transaction ends: who may open it, and what it opens, don't change at the same time.
    package func lock(_ id: Identifier<Account>) throws {
        _ = try transaction.rows("SELECT id FROM accounts WHERE id = \(id)\(sql: transaction.dialect.forUpdate)")
    }

    /// Nil for an account without a password, as for one that isn't there.
    package func passwordHash(of id: Identifier<Account>) throws -> String? {
        try transaction.rows("SELECT password_hash FROM accounts WHERE id = \(id)").first.flatMap { try $0.textOrNil(0) }
    }

    package func setPasswordHash(_ hash: String, of id: Identifier<Account>) throws {
        try transaction.run("UPDATE accounts SET password_hash = \(hash) WHERE id = \(id)")
    }

    package func setName(_ name: String, of id: Identifier<Account>) throws {
        try transaction.run("UPDATE accounts SET name = \(name) WHERE id = \(id)")
    }

    package func isEmpty() throws -> Bool { try transaction.rows("SELECT 1 FROM accounts LIMIT 1").isEmpty }
}

extension Account {
    /// From the columns id, email, name, created_at.
    init(_ row: Row, at index: Int) throws {
        self.init(
            id: try row.id(index), email: try EmailAddress(parsing: row.text(index + 1)), name: try row.text(index + 2),
            createdAt: try row.date(index + 3))
    }
}
