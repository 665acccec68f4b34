package import Domain

package import struct Foundation.Date

/// Who belongs to the caller's workspace.
package struct MemberTable {
    /// Members of one workspace, at most, that a list shows.
    package static let listLimit = 500

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
            SELECT accounts.id, accounts.email, accounts.name, accounts.created_at, members.role, members.created_at
            FROM members JOIN accounts ON accounts.id = members.account_id
            WHERE members.workspace_id = \(access.workspaceID) AND members.account_id = \(accountID)
            """
        ).first.map(member)
    }

    /// In the order in which they were added.
    package func all() throws -> [Member] {
        try access.require(.membersManage)
        return try transaction.rows(
            """
            SELECT accounts.id, accounts.email, accounts.name, accounts.created_at, members.role, members.created_at
            FROM members JOIN accounts ON accounts.id = members.account_id
            WHERE members.workspace_id = \(access.workspaceID)
            ORDER BY members.created_at, members.account_id LIMIT \(Self.listLimit)
            """
        ).map(member)
    }

    /// Each role that one of these people has.
    package func roles(of people: [Identifier<Account>]) throws -> Set<Role> {
        try access.require(.membersManage)
        return try Set(
            transaction.rows(
                """
                SELECT DISTINCT role FROM members
                WHERE workspace_id = \(access.workspaceID) AND account_id IN (\(list: people.map { SQLValue($0) })) ORDER BY role LIMIT \(Role.allCases.count)
                """
            ).compactMap { Role(rawValue: try $0.text(0)) })
    }

    /// Locks them on PostgreSQL, so that two owners can't step down at the same moment.
    package func ownerCount() throws -> Int {
        try access.require(.membersManage)
        return try transaction.rows(
            """
            SELECT account_id FROM members WHERE workspace_id = \(access.workspaceID) AND role = 'owner'
            ORDER BY account_id LIMIT \(Self.listLimit)\(sql: transaction.dialect.forUpdate)
            """
        ).count
    }

    package func setRole(_ role: Role, of accountID: Identifier<Account>) throws {
        try access.require(.membersManage)
        try transaction.run(
            "UPDATE members SET role = \(role.rawValue) WHERE workspace_id = \(access.workspaceID) AND account_id = \(accountID)")
    }

    package func delete(_ accountID: Identifier<Account>) throws {
        try access.require(.membersManage)
        try transaction.run("DELETE FROM members WHERE workspace_id = \(access.workspaceID) AND account_id = \(accountID)")
    }

    private func member(_ row: Row) throws -> Member {
        guard let role = Role(rawValue: try row.text(4)) else { throw StoreError.columnMismatch(4) }
        return Member(workspaceID: access.workspaceID, account: try Account(row, at: 0), role: role, createdAt: try row.date(5))
    }
}
