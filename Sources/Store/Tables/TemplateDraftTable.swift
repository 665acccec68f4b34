package import Domain

package import struct Foundation.Date

/// Templates that people write, until they are submitted, and what was done to the templates of an account of late.
package struct TemplateDraftTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    private static let columns = """
        id, connection_id, template_id, name, language, category, format, components, lifetime_seconds, version, refusal, created_at, updated_at
        """

    /// The newest first.
    package func list(before id: Identifier<SavedTemplateDraft>?, limit: Int) throws -> [SavedTemplateDraft] {
        try access.require(.templatesManage)
        let place: SQL = if let id { " AND id < \(id)" } else { "" }
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM template_drafts WHERE workspace_id = \(access.workspaceID)\(sql: place)
            ORDER BY id DESC LIMIT \(limit)
            """
        ).map(Self.draft)
    }

    package func find(_ id: Identifier<SavedTemplateDraft>) throws -> SavedTemplateDraft? {
        try access.require(.templatesManage)
        return try transaction.rows(
            "SELECT \(raw: Self.columns) FROM template_drafts WHERE workspace_id = \(access.workspaceID) AND id = \(id)"
        ).first.map(Self.draft)
    }

    /// Throws ``TemplateProblem/draftsFull``.
    package func insert(_ saved: SavedTemplateDraft) throws {
        try access.require(.templatesManage)
        let count = try transaction.rows("SELECT COUNT(*) FROM template_drafts WHERE workspace_id = \(access.workspaceID)").first?.integer(
            0)
        guard count ?? 0 < SavedTemplateDraft.countLimit else { throw TemplateProblem.draftsFull }
        let draft = saved.draft
        try transaction.run(
            """
            INSERT INTO template_drafts (\(raw: "workspace_id, " + Self.columns))
            VALUES (\(access.workspaceID), \(saved.id), \(saved.connectionID), \(saved.templateID), \(draft.name), \(draft.language),
                \(draft.category.rawValue), \(draft.format.rawValue), \(JSONText.encode(draft.components)), \(draft.lifetimeSeconds),
                \(saved.version), \(saved.refusal), \(saved.createdAt), \(saved.updatedAt))
            """)
    }

    /// Puts the draft in the place of that with the version before. False when there is none of that version.
    package func save(_ saved: SavedTemplateDraft) throws -> Bool {
        try access.require(.templatesManage)
        let draft = saved.draft
        return try transaction.run(
            """
            UPDATE template_drafts SET name = \(draft.name), language = \(draft.language), category = \(draft.category.rawValue),
                format = \(draft.format.rawValue), components = \(JSONText.encode(draft.components)),
                lifetime_seconds = \(draft.lifetimeSeconds), version = \(saved.version), refusal = \(saved.refusal),
                updated_at = \(saved.updatedAt)
            WHERE workspace_id = \(access.workspaceID) AND id = \(saved.id) AND version = \(saved.version - 1)
            """) == 1
    }

    /// False when there was none.
    package func delete(_ id: Identifier<SavedTemplateDraft>) throws -> Bool {
        try access.require(.templatesManage)
        return try transaction.run("DELETE FROM template_drafts WHERE workspace_id = \(access.workspaceID) AND id = \(id)") == 1
    }

    // MARK: What was done

    /// Writes it down, and takes away what bears on nothing any more.
    package func record(_ change: TemplateChange, connection: Identifier<Connection>) throws {
        try access.require(.templatesManage)
        try transaction.run(
            """
            DELETE FROM template_changes
            WHERE workspace_id = \(access.workspaceID) AND connection_id = \(connection) AND name = \(change.name)
                AND at < \(change.at.addingTimeInterval(-TemplateChangeRules.monthSeconds))
            """)
        try transaction.run(
            """
            INSERT INTO template_changes (workspace_id, connection_id, name, at, kind, language)
            VALUES (\(access.workspaceID), \(connection), \(change.name), \(change.at), \(change.kind.rawValue), \(change.language))
            ON CONFLICT (workspace_id, connection_id, name, at, kind) DO NOTHING
            """)
    }

    /// What was done to templates of a name in the last 30 days, the oldest first.
    package func changes(of name: String, connection: Identifier<Connection>, now: Date) throws -> [TemplateChange] {
        try access.require(.templatesManage)
        return try transaction.rows(
            """
            SELECT kind, language, at FROM template_changes
            WHERE workspace_id = \(access.workspaceID) AND connection_id = \(connection) AND name = \(name)
                AND at >= \(now.addingTimeInterval(-TemplateChangeRules.monthSeconds))
            ORDER BY at, kind LIMIT 1000
            """
        ).map { row in
            guard let kind = TemplateChange.Kind(rawValue: try row.text(0)) else { throw StoreError.columnMismatch(0) }
            return TemplateChange(kind, name: name, language: try row.textOrNil(1), at: try row.date(2))
        }
    }

    private static func draft(_ row: Row) throws -> SavedTemplateDraft {
        guard let category = TemplateDraft.Category(rawValue: try row.text(5)) else { throw StoreError.columnMismatch(5) }
        let draft = TemplateDraft.read(
            name: try row.text(3), language: try row.text(4), category: category, format: Template.Format(rawValue: try row.text(6)),
            components: try JSONText.decode(from: row.text(7)), lifetimeSeconds: try row.integerOrNil(8)
        ).draft
        return SavedTemplateDraft(
            id: try row.id(0), connectionID: try row.id(1), templateID: try row.idOrNil(2), draft: draft,
            version: Int64(try row.integer(9)), refusal: try row.textOrNil(10), createdAt: try row.date(11), updatedAt: try row.date(12))
    }
}
