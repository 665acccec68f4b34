package import Domain

/// All workspaces of this installation; outside any of them, so whoever uses it answers for what they show.
package struct WorkspaceTable {
    private let transaction: any Transaction
    package init(_ transaction: any Transaction) { self.transaction = transaction }

    /// With the lists that a workspace begins with. Throws ``WorkspaceProblem/slugTaken(_:)`` when another workspace has the slug.
    package func insert(_ workspace: Workspace) throws {
        let inserted = try transaction.run(
            """
            INSERT INTO workspaces (id, slug, name, created_at)
            VALUES (\(workspace.id), \(workspace.slug.text), \(workspace.name), \(workspace.createdAt))
            ON CONFLICT (slug) DO NOTHING
            """)
        guard inserted == 1 else { throw WorkspaceProblem.slugTaken(workspace.slug.text) }
        try LeadUpkeepTable.insertUsual(in: workspace.id, transaction, at: workspace.createdAt)
    }

    package func workspace(slug: String) throws -> Workspace? {
        try transaction.rows("SELECT id, slug, name, created_at FROM workspaces WHERE slug = \(slug)").first.map {
            try Workspace($0, at: 0)
        }
    }

    package func workspace(_ id: Identifier<Workspace>) throws -> Workspace? {
        try transaction.rows("SELECT id, slug, name, created_at FROM workspaces WHERE id = \(id)").first.map { try Workspace($0, at: 0) }
    }

    /// In the order of their making.
    package func all(limit: Int) throws -> [Workspace] {
        try transaction.rows("SELECT id, slug, name, created_at FROM workspaces ORDER BY id LIMIT \(limit)").map {
            try Workspace($0, at: 0)
        }
    }
}

extension Workspace {
    /// From the columns id, slug, name, created_at.
    init(_ row: Row, at index: Int) throws {
        self.init(
            id: try row.id(index), slug: try WorkspaceSlug(parsing: row.text(index + 1)), name: try row.text(index + 2),
            createdAt: try row.date(index + 3))
    }
}
