package import Domain

package import struct Foundation.Date

/// To whom conversations are given by themselves, and which wait for somebody.
package struct DistributionTable {
    /// Open conversations of one person are counted up to this: who has more isn't less busy than others who have.
    package static let loadLimit = 1_000

    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// A conversation that no person has.
    package struct Waiting: Sendable, Equatable {
        package let conversation: Identifier<Conversation>
        package let team: Identifier<Team>?
    }

    /// Those in which some conversations find a person by themselves.
    package static func workspaces(_ transaction: any Transaction, limit: Int) throws -> [Identifier<Workspace>] {
        try transaction.rows(
            """
            SELECT w.id FROM workspaces w WHERE \(raw: wants) ORDER BY w.id LIMIT \(limit)
            """
        ).map { try $0.id(0) }
    }

    private static let wants = """
        (w.distribution <> 'manual' OR EXISTS (SELECT 1 FROM teams t WHERE t.workspace_id = w.id AND t.distribution <> 'manual'))
        """

    /// Whether the caller's workspace is one of them.
    package func isWanted() throws -> Bool {
        try access.require(.membersManage)
        return try !transaction.rows("SELECT 1 FROM workspaces w WHERE w.id = \(access.workspaceID) AND \(raw: Self.wants)").isEmpty
    }

    /// Of a team's conversations, or with nil of those that no team has.
    package func distribution(of team: Identifier<Team>?) throws -> Distribution {
        let rows =
            if let team {
                try transaction.rows("SELECT distribution FROM teams WHERE workspace_id = \(access.workspaceID) AND id = \(team)")
            } else {
                try transaction.rows("SELECT distribution FROM workspaces WHERE id = \(access.workspaceID)")
            }
        return try rows.first.flatMap { Distribution(rawValue: try $0.text(0)) } ?? .manual
    }

    /// Of the conversations that no team has; false when it was so already.
    package func set(_ distribution: Distribution) throws -> Bool {
        try access.require(.membersManage)
        return try transaction.run(
            """
            UPDATE workspaces SET distribution = \(distribution.rawValue)
            WHERE id = \(access.workspaceID) AND distribution <> \(distribution.rawValue)
            """) == 1
    }

    /// Those who are in and available: the members of the team, or without one the agents of the workspace.
    package func candidates(for team: Identifier<Team>?, countingLoad: Bool) throws -> [Distribution.Candidate] {
        try access.require(.conversationsAssign)
        let belongs: SQL =
            if let team {
                """
                EXISTS (SELECT 1 FROM team_members t WHERE t.workspace_id = m.workspace_id AND t.team_id = \(team)
                    AND t.account_id = m.account_id)
                """
            } else {
                "m.role = \(Role.agent.rawValue)"
            }
        return try transaction.rows(
            """
            SELECT m.account_id, m.given_at FROM members m
            WHERE m.workspace_id = \(access.workspaceID) AND m.deactivated_at IS NULL AND m.away_since IS NULL AND \(sql: belongs)
            ORDER BY m.account_id LIMIT \(MemberTable.listLimit)
            """
        ).map { row in
            let account: Identifier<Account> = try row.id(0)
            return Distribution.Candidate(
                account: account, givenAt: try row.dateOrNil(1), load: countingLoad ? try load(of: account) : 0)
        }
    }

    private func load(of account: Identifier<Account>) throws -> Int {
        try transaction.rows(
            """
            SELECT COUNT(*) FROM (
                SELECT 1 FROM conversations WHERE workspace_id = \(access.workspaceID) AND assignee_id = \(account) AND state = 'open'
                LIMIT \(Self.loadLimit)) AS counted
            """)[0].integer(0)
    }

    /// Those of them that are open and that no person has, held until the transaction ends.
    package func waiting(among conversations: [Identifier<Conversation>]) throws -> [Waiting] {
        try access.require(.conversationsAssign)
        guard !conversations.isEmpty else { return [] }
        return try transaction.rows(
            """
            SELECT id, team_id FROM conversations
            WHERE workspace_id = \(access.workspaceID) AND id IN (\(list: conversations.map { SQLValue($0) })) AND state = 'open'
                AND assignee_id IS NULL
            ORDER BY id LIMIT \(conversations.count)\(sql: transaction.dialect.forUpdate)
            """
        ).map { Waiting(conversation: try $0.id(0), team: try $0.idOrNil(1)) }
    }

    /// Those in which a customer waits for a first look, newest first, after a place in that order.
    package func unread(after cursor: TimeCursor?, limit: Int) throws -> [(id: Identifier<Conversation>, place: TimeCursor)] {
        try access.require(.conversationsAssign)
        let place: SQL = if let cursor { " AND (last_message_at, id) < (\(cursor.milliseconds), \(cursor.id))" } else { "" }
        return try transaction.rows(
            """
            SELECT id, last_message_at FROM conversations
            WHERE workspace_id = \(access.workspaceID) AND state = 'open' AND unread > 0 AND assignee_id IS NULL\(sql: place)
            ORDER BY last_message_at DESC, id DESC LIMIT \(limit)
            """
        ).map { (try $0.id(0), TimeCursor(milliseconds: Int64(try $0.integer(1)), id: try $0.text(0))) }
    }

    /// Whose turn it was.
    package func gave(to account: Identifier<Account>, at now: Date) throws {
        try access.require(.conversationsAssign)
        try transaction.run(
            "UPDATE members SET given_at = \(now) WHERE workspace_id = \(access.workspaceID) AND account_id = \(account)")
    }
}
