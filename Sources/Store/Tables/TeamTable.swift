package import Domain

/// The teams of the caller's workspace. Whoever sees conversations may know them; changing them is for those who manage members.
package struct TeamTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// By name.
    package func all() throws -> [Team] {
        try access.require(.conversationsView)
        let members = try transaction.rows(
            """
            SELECT team_id, account_id FROM team_members WHERE workspace_id = \(access.workspaceID)
            ORDER BY team_id, account_id LIMIT \(Team.countLimit * Team.memberLimit)
            """
        ).reduce(into: [Identifier<Team>: [Identifier<Account>]]()) { $0[try $1.id(0), default: []].append(try $1.id(1)) }
        return try transaction.rows(
            """
            SELECT id, name, created_at, distribution FROM teams WHERE workspace_id = \(access.workspaceID) ORDER BY name_key, id LIMIT \(Team.countLimit)
            """
        ).map { try team($0, members[$0.id(0)] ?? []) }
    }

    package func find(_ id: Identifier<Team>) throws -> Team? {
        try access.require(.conversationsView)
        guard
            let row = try transaction.rows(
                "SELECT id, name, created_at, distribution FROM teams WHERE workspace_id = \(access.workspaceID) AND id = \(id)"
            ).first
        else { return nil }
        let members: [Identifier<Account>] = try transaction.rows(
            """
            SELECT account_id FROM team_members WHERE workspace_id = \(access.workspaceID) AND team_id = \(id)
            ORDER BY account_id LIMIT \(Team.memberLimit)
            """
        ).map { try $0.id(0) }
        return try team(row, members)
    }

    /// Makes the team, or gives the one of this id its new name and members. Throws ``TeamProblem/nameTaken``.
    package func save(_ team: Team) throws {
        try access.require(.membersManage)
        let taken = try transaction.rows(
            "SELECT id FROM teams WHERE workspace_id = \(access.workspaceID) AND name_key = \(team.nameKey)\(sql: transaction.dialect.forUpdate)"
        ).first
        if let taken, try taken.id(0) != team.id { throw TeamProblem.nameTaken }
        do {
            try transaction.run(
                """
                INSERT INTO teams (workspace_id, id, name, name_key, created_at, distribution)
                VALUES (\(access.workspaceID), \(team.id), \(team.name), \(team.nameKey), \(team.createdAt), \(team.distribution.rawValue))
                ON CONFLICT (workspace_id, id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key,
                    distribution = excluded.distribution
                """)
        } catch StoreError.duplicate {
            // Somebody made one of the name a moment ago; the index decides.
            throw TeamProblem.nameTaken
        }
        try transaction.run("DELETE FROM team_members WHERE workspace_id = \(access.workspaceID) AND team_id = \(team.id)")
        try transaction.insert(
            into: "team_members (workspace_id, team_id, account_id)",
            team.members.sorted().map { [SQLValue(access.workspaceID), SQLValue(team.id), SQLValue($0)] })
    }

    /// False when there was none.
    package func delete(_ id: Identifier<Team>) throws -> Bool {
        try access.require(.membersManage)
        return try transaction.run("DELETE FROM teams WHERE workspace_id = \(access.workspaceID) AND id = \(id)") == 1
    }

    /// Of these people: how many other teams each belongs to.
    package func otherTeams(than id: Identifier<Team>, of people: [Identifier<Account>]) throws -> [Identifier<Account>: Int] {
        try access.require(.membersManage)
        return try transaction.rows(
            """
            SELECT account_id, COUNT(*) FROM team_members
            WHERE workspace_id = \(access.workspaceID) AND account_id IN (\(list: people.map { SQLValue($0) })) AND team_id <> \(id)
            GROUP BY account_id ORDER BY account_id LIMIT \(Team.memberLimit)
            """
        ).reduce(into: [:]) { $0[try $1.id(0)] = try $1.integer(1) }
    }

    private func team(_ row: Row, _ members: [Identifier<Account>]) throws -> Team {
        try Team(
            id: row.id(0), workspaceID: access.workspaceID, name: row.text(1), members: members,
            distribution: Distribution(rawValue: row.text(3)) ?? .manual, createdAt: row.date(2))
    }
}
