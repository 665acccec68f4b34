import Domain

extension Visibility {
    /// The rule as a condition on the row of a conversation under this name; the same as ``includes(_:)``.
    func condition(on name: String) -> SQL {
        switch self {
        case .all: "TRUE"
        case .own(let account): "\(raw: name).assignee_id = \(account)"
        case .team(let account, let teams):
            """
            (\(raw: name).assignee_id = \(account) OR \(raw: name).team_id IN (\(list: teams.sorted().map { SQLValue($0) }))
                OR (\(raw: name).assignee_id IS NULL AND \(raw: name).team_id IS NULL))
            """
        }
    }
}

extension Access {
    /// ` AND …` for a row that belongs to the conversation which `column` names: whether the caller may see it. Nothing for those who see all.
    func andSees(conversation column: String) -> SQL {
        guard visibility != .all else { return "" }
        return """
             AND EXISTS (SELECT 1 FROM conversations seen WHERE seen.workspace_id = \(workspaceID) AND seen.id = \(raw: column)
                AND \(sql: visibility.condition(on: "seen")))
            """
    }

    /// ` AND …` for the row of a conversation itself.
    func andSees(_ name: String) -> SQL { visibility == .all ? "" : " AND \(sql: visibility.condition(on: name))" }
}
