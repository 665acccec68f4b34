package import Domain

package import struct Foundation.Date

/// Browsers that are signed in, by the hash of their token. Not in any workspace: the token comes before we know whose it is.
package struct SessionTable {
    /// Sessions of one person, at most, that a list shows.
    package static let listLimit = 100
    /// Workspaces of one person, at most.
    package static let membershipLimit = 200

    private let transaction: any Transaction
    package init(_ transaction: any Transaction) { self.transaction = transaction }

    package func insert(_ session: Session, tokenHash: [UInt8]) throws {
        try transaction.run(
            """
            INSERT INTO sessions (token_hash, id, account_id, created_at, last_seen_at, expires_at, user_agent, address)
            VALUES (\(tokenHash), \(session.id), \(session.accountID), \(session.createdAt), \(session.lastSeenAt), \(session.expiresAt),
                \(session.userAgent), \(session.address))
            """)
    }

    /// Nil when no session has the token, or its time is over.
    package func signedIn(tokenHash: [UInt8], at now: Date) throws -> SignedIn? {
        let rows = try transaction.rows(
            """
            SELECT \(sql: Self.columns), accounts.id, accounts.email, accounts.name, accounts.created_at
            FROM sessions JOIN accounts ON accounts.id = sessions.account_id
            WHERE sessions.token_hash = \(tokenHash) AND sessions.expires_at > \(now)
            """)
        guard let row = rows.first else { return nil }
        let account = try Account(row, at: 7)
        return SignedIn(session: try Self.session(row), account: account, memberships: try memberships(of: account.id))
    }

    /// Where they may come in, by slug.
    package func memberships(of accountID: Identifier<Account>) throws -> [Membership] {
        try transaction.rows(
            """
            SELECT workspaces.id, workspaces.slug, workspaces.name, workspaces.created_at, members.role, visibility_levels.level, members.away_since
            FROM members JOIN workspaces ON workspaces.id = members.workspace_id
            LEFT JOIN visibility_levels ON visibility_levels.workspace_id = members.workspace_id AND visibility_levels.role = members.role
            WHERE members.account_id = \(accountID) AND members.deactivated_at IS NULL ORDER BY workspaces.slug LIMIT \(Self.membershipLimit)
            """
        ).map { row in
            guard let role = Role(rawValue: try row.text(4)) else { throw StoreError.columnMismatch(4) }
            let workspace = try Workspace(row, at: 0)
            let level = try row.textOrNil(5).flatMap(VisibilityLevel.init(rawValue:)) ?? .all
            let teams = level == .team ? try teams(of: accountID, in: workspace.id) : []
            return Membership(
                workspace: workspace, role: role, visibility: Visibility(level, of: accountID, teams: teams),
                availability: try row.dateOrNil(6) == nil ? .available : .away)
        }
    }

    private func teams(of accountID: Identifier<Account>, in workspaceID: Identifier<Workspace>) throws -> Set<Identifier<Team>> {
        Set(
            try transaction.rows(
                """
                SELECT team_id FROM team_members WHERE workspace_id = \(workspaceID) AND account_id = \(accountID)
                ORDER BY team_id LIMIT \(Team.membershipLimit)
                """
            ).map { try $0.id(0) })
    }

    package func isActive(_ id: Identifier<Session>, at now: Date) throws -> Bool {
        try !transaction.rows("SELECT 1 FROM sessions WHERE id = \(id) AND expires_at > \(now)").isEmpty
    }

    /// Puts off the end of a session that is in use.
    package func touch(_ id: Identifier<Session>, at now: Date, expiresAt: Date, address: String?) throws {
        try transaction.run(
            "UPDATE sessions SET last_seen_at = \(now), expires_at = \(expiresAt), address = \(address) WHERE id = \(id) AND last_seen_at < \(now)"
        )
    }

    /// Newest use first.
    package func all(of accountID: Identifier<Account>, at now: Date) throws -> [Session] {
        try transaction.rows(
            """
            SELECT \(sql: Self.columns) FROM sessions WHERE account_id = \(accountID) AND expires_at > \(now)
            ORDER BY last_seen_at DESC, id DESC LIMIT \(Self.listLimit)
            """
        ).map(Self.session)
    }

    /// Whether there was one of this account.
    package func delete(_ id: Identifier<Session>, of accountID: Identifier<Account>) throws -> Bool {
        try transaction.run("DELETE FROM sessions WHERE id = \(id) AND account_id = \(accountID)") == 1
    }

    package func deleteAll(of accountID: Identifier<Account>) throws {
        try transaction.run("DELETE FROM sessions WHERE account_id = \(accountID)")
    }

    package func deleteExpired(at now: Date) throws { try transaction.run("DELETE FROM sessions WHERE expires_at <= \(now)") }

    private static let columns: SQL = """
        sessions.id, sessions.account_id, sessions.created_at, sessions.last_seen_at, sessions.expires_at, sessions.user_agent, sessions.address
        """

    private static func session(_ row: Row) throws -> Session {
        Session(
            id: try row.id(0), accountID: try row.id(1), createdAt: try row.date(2), lastSeenAt: try row.date(3),
            expiresAt: try row.date(4),
            userAgent: try row.textOrNil(5), address: try row.textOrNil(6))
    }
}
