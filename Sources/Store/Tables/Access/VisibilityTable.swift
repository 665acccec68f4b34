package import Domain

/// What the members of a role see of the inbox of the caller's workspace.
package struct VisibilityTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    package func level(of role: Role) throws -> VisibilityLevel {
        try access.require(.membersManage)
        guard role.hasVisibilityLevel else { return .all }
        return try transaction.rows(
            "SELECT level FROM visibility_levels WHERE workspace_id = \(access.workspaceID) AND role = \(role.rawValue)"
        )
        .first.flatMap { VisibilityLevel(rawValue: try $0.text(0)) } ?? .all
    }

    /// Of every role.
    package func levels() throws -> [Role: VisibilityLevel] {
        try Dictionary(uniqueKeysWithValues: Role.allCases.map { ($0, try level(of: $0)) })
    }

    package func set(_ level: VisibilityLevel, for role: Role) throws {
        try access.require(.membersManage)
        try transaction.run(
            """
            INSERT INTO visibility_levels (workspace_id, role, level) VALUES (\(access.workspaceID), \(role.rawValue), \(level.rawValue))
            ON CONFLICT (workspace_id, role) DO UPDATE SET level = excluded.level
            """)
    }
}
