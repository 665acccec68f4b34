internal import Domain

extension Transaction {
    /// Holds conversations until the transaction ends, taken in the order of their ids, so that two transactions that both need several can't wait for
    /// each other. Each is looked up by itself: on a table that grew a moment ago PostgreSQL would rather read all conversations of the workspace.
    func lockConversations(_ ids: some Sequence<Identifier<Conversation>>, in workspaceID: Identifier<Workspace>) throws {
        guard dialect == .postgres else { return }
        let conversation = dialect.lookUp(
            "JOIN", "conversations", as: "v", by: "v.workspace_id = k.workspace_id AND v.id = k.id", locking: true)
        try sendBulk(
            "WITH k (workspace_id, id) AS (VALUES ", Set(ids).sorted().map { [SQLValue(workspaceID), SQLValue($0)] },
            ") SELECT v.id FROM k \(conversation)")
    }
}
