package import Domain

/// The lists that the caller saved for themselves; nobody sees another's.
package struct SavedViewTable {
    private let transaction: any Transaction
    private let access: Access
    private let me: Identifier<Account>

    /// Throws ``AccessProblem/personNeeded`` for all but people.
    package init(_ transaction: any Transaction, _ access: Access) throws {
        try access.require(.conversationsView)
        (self.transaction, self.access, me) = (transaction, access, try access.person())
    }

    /// In the order in which they were saved.
    package func all() throws -> [SavedView] {
        try transaction.rows(
            """
            SELECT id, name, filter, created_at FROM saved_views WHERE workspace_id = \(access.workspaceID) AND account_id = \(me)
            ORDER BY created_at, id LIMIT \(SavedView.countLimit)
            """
        ).map { try SavedView(id: $0.id(0), name: $0.text(1), filter: $0.text(2), createdAt: $0.date(3)) }
    }

    /// False when the name is taken.
    package func insert(_ view: SavedView) throws -> Bool {
        try transaction.run(
            """
            INSERT INTO saved_views (workspace_id, id, account_id, name, name_key, filter, created_at)
            VALUES (\(access.workspaceID), \(view.id), \(me), \(view.name), \(view.nameKey), \(view.filter), \(view.createdAt))
            ON CONFLICT (workspace_id, account_id, name_key) DO NOTHING
            """) == 1
    }

    /// False when there was none.
    package func delete(_ id: Identifier<SavedView>) throws -> Bool {
        try transaction.run(
            "DELETE FROM saved_views WHERE workspace_id = \(access.workspaceID) AND account_id = \(me) AND id = \(id)") == 1
    }
}
