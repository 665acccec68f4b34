package import Domain

package import struct Foundation.Date

/// Links that open one door once, by the hash of their token.
package struct OneTimeLinkTable {
    package enum Purpose: String, Sendable {
        /// Makes the first workspace and its owner.
        case setUp
        /// Chooses the password of an account.
        case password
    }

    package struct Link: Sendable, Equatable {
        package let purpose: Purpose
        package let accountID: Identifier<Account>?
    }

    private let transaction: any Transaction
    package init(_ transaction: any Transaction) { self.transaction = transaction }

    package func insert(_ purpose: Purpose, accountID: Identifier<Account>?, tokenHash: [UInt8], at now: Date, expiresAt: Date) throws {
        try transaction.run(
            """
            INSERT INTO one_time_links (token_hash, purpose, account_id, created_at, expires_at)
            VALUES (\(tokenHash), \(purpose.rawValue), \(accountID), \(now), \(expiresAt))
            """)
    }

    /// What the link is for; nil when it isn't there, was used, or is too old.
    package func link(tokenHash: [UInt8], at now: Date) throws -> Link? {
        try transaction.rows(
            "SELECT purpose, account_id FROM one_time_links WHERE token_hash = \(tokenHash) AND used_at IS NULL AND expires_at > \(now)"
        ).first.map { row in
            guard let purpose = Purpose(rawValue: try row.text(0)) else { throw StoreError.columnMismatch(0) }
            return Link(purpose: purpose, accountID: try row.idOrNil(1))
        }
    }

    /// Takes the link; of two who try at once, one gets it.
    package func use(tokenHash: [UInt8], at now: Date) throws -> Bool {
        try transaction.run(
            "UPDATE one_time_links SET used_at = \(now) WHERE token_hash = \(tokenHash) AND used_at IS NULL AND expires_at > \(now)") == 1
    }

    /// Makes way for a new link of the same kind.
    package func deleteAll(_ purpose: Purpose, accountID: Identifier<Account>?) throws {
        guard let accountID else {
            try transaction.run("DELETE FROM one_time_links WHERE purpose = \(purpose.rawValue) AND account_id IS NULL")
            return
        }
        try transaction.run("DELETE FROM one_time_links WHERE purpose = \(purpose.rawValue) AND account_id = \(accountID)")
    }

    package func deleteExpired(at now: Date) throws { try transaction.run("DELETE FROM one_time_links WHERE expires_at <= \(now)") }
}
