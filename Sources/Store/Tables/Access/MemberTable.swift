package import Domain

package import struct Foundation.Date

/// Who belongs to the caller's workspace.
package struct MemberTable {
    /// Members of one workspace, at most, that a list shows.
    package static let listLimit = 500

    private static let columns = """
        accounts.id, accounts.email, accounts.name, accounts.created_at, members.role, members.created_at, members.away_since,
        members.deactivated_at, CASE WHEN accounts.password_hash IS NULL THEN 1 ELSE 0 END
        """

    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// Throws ``AccountProblem/emailTaken`` when the account is a member already.
    package func insert(_ accountID: Identifier<Account>, role: Role, at now: Date) throws {
        try access.require(.membersManage)
        let inserted = try transaction.run(
            """
            INSERT INTO members (workspace_id, account_id, role, created_at)
            VALUES (\(access.workspaceID), \(accountID), \(role.rawValue), \(now))
            ON CONFLICT (workspace_id, account_id) DO NOTHING
            """)
        guard inserted == 1 else { throw AccountProblem.emailTaken }
    }

    package func member(_ accountID: Identifier<Account>) throws -> Member? {
        try access.require(.membersManage)
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns)
            FROM members JOIN accounts ON accounts.id = members.account_id
            WHERE members.workspace_id = \(access.workspaceID) AND members.account_id = \(accountID)
            """
        ).first.map(member)
    }

    /// Whether somebody belongs to another workspace too, also to one that is closed to them: its people may open it again at any time.
    package func isElsewhere(_ accountID: Identifier<Account>) throws -> Bool {
        try access.require(.membersManage)
        return try !transaction.rows(
            "SELECT 1 FROM members WHERE account_id = \(accountID) AND workspace_id <> \(access.workspaceID) LIMIT 1"
        ).isEmpty
    }

    /// In the order in which they were added.
    package func all() throws -> [Member] {
        try access.require(.membersManage)
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns)
            FROM members JOIN accounts ON accounts.id = members.account_id
            WHERE members.workspace_id = \(access.workspaceID)
            ORDER BY members.created_at, members.account_id LIMIT \(Self.listLimit)
            """
        ).map(member)
    }

    /// Each role that one of these people has, of those who may come in.
    package func roles(of people: [Identifier<Account>]) throws -> Set<Role> {
        try access.require(.membersManage)
        return try Set(
            transaction.rows(
                """
                SELECT DISTINCT role FROM members
                WHERE workspace_id = \(access.workspaceID) AND account_id IN (\(list: people.map { SQLValue($0) }))
                    AND deactivated_at IS NULL ORDER BY role LIMIT \(Role.allCases.count)
                """
            ).compactMap { Role(rawValue: try $0.text(0)) })
    }

    /// Locks them on PostgreSQL, so that two owners can't step down at the same moment.
    package func ownerCount() throws -> Int {
        try access.require(.membersManage)
        return try transaction.rows(
            """
            SELECT account_id FROM members WHERE workspace_id = \(access.workspaceID) AND role = 'owner' AND deactivated_at IS NULL
            ORDER BY account_id LIMIT \(Self.listLimit)\(sql: transaction.dialect.forUpdate)
            """
        ).count
    }

    package func setRole(_ role: Role, of accountID: Identifier<Account>) throws {
        try access.require(.membersManage)
        try transaction.run(
            "UPDATE members SET role = \(role.rawValue) WHERE workspace_id = \(access.workspaceID) AND account_id = \(accountID)")
    }

    /// Closes the workspace to somebody, or opens it again; false when it was so already.
    package func setDeactivated(at moment: Date?, _ accountID: Identifier<Account>) throws -> Bool {
        try access.require(.membersManage)
        return try transaction.run(
            """
            UPDATE members SET deactivated_at = \(moment) WHERE workspace_id = \(access.workspaceID) AND account_id = \(accountID)
                AND deactivated_at IS \(raw: moment == nil ? "NOT NULL" : "NULL")
            """) == 1
    }

    /// Of the caller's own; false when it was so already.
    package func setAvailability(_ availability: Availability, at now: Date) throws -> Bool {
        let me = try access.person()
        let awaySince: Date? = availability == .away ? now : nil
        return try transaction.run(
            """
            UPDATE members SET away_since = \(awaySince) WHERE workspace_id = \(access.workspaceID) AND account_id = \(me)
                AND away_since IS \(raw: awaySince == nil ? "NOT NULL" : "NULL")
            """) == 1
    }

    package func delete(_ accountID: Identifier<Account>) throws {
        try access.require(.membersManage)
        try transaction.run("DELETE FROM members WHERE workspace_id = \(access.workspaceID) AND account_id = \(accountID)")
    }

    private func member(_ row: Row) throws -> Member {
        guard let role = Role(rawValue: try row.text(4)) else { throw StoreError.columnMismatch(4) }
        return Member(
            workspaceID: access.workspaceID, account: try Account(row, at: 0), role: role, createdAt: try row.date(5),
            availability: try row.dateOrNil(6) == nil ? .available : .away, deactivatedAt: try row.dateOrNil(7), isInvited: try row.bool(8))
    }
}
