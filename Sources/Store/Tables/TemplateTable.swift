package import Domain

package import struct Foundation.Date

/// The templates of the caller's workspace. What we learned from refusals is beside them in ``RestrictionTable`` and is read along.
package struct TemplateTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    private static let columns = """
        t.id, t.connection_id, t.provider_id, t.name, t.language, t.category, t.status, t.status_detail, t.format, t.components, t.quality,
        t.rejection_reason, t.pin_rank, t.is_hidden, t.synced_at, t.gone_at, s.paused_code, s.paused_until, t.mapping
        """
    private static let source = """
        templates t LEFT JOIN template_states s ON s.workspace_id = t.workspace_id AND s.connection_id = t.connection_id AND s.name = t.name
            AND s.language = t.language
        """

    // MARK: Reading

    /// Pinned ones first, then by name and language.
    package func list(_ filter: TemplateFilter, after place: TemplatePlace?, limit: Int) throws -> [Template] {
        try access.require(.templatesView)
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM \(raw: Self.source)
            WHERE t.workspace_id = \(access.workspaceID) AND t.gone_at IS NULL\(sql: Self.conditions(filter))\(sql: Self.after(place))
            ORDER BY t.pin_rank, t.name, t.language, t.id LIMIT \(limit)
            """
        ).map(Self.template)
    }

    /// All languages of one name, in their order.
    package func languages(
        of name: String, connection: Identifier<Connection>, includesHidden: Bool = false, limit: Int
    ) throws -> [Template] {
        try access.require(.templatesView)
        let shown: SQL = includesHidden ? "" : " AND t.is_hidden = 0"
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM \(raw: Self.source)
            WHERE t.workspace_id = \(access.workspaceID) AND t.connection_id = \(connection) AND t.name = \(name)
                AND t.gone_at IS NULL\(sql: shown)
            ORDER BY t.language, t.id LIMIT \(limit)
            """
        ).map(Self.template)
    }

    package func find(_ id: Identifier<Template>) throws -> Template? {
        try access.require(.templatesView)
        return try transaction.rows(
            "SELECT \(raw: Self.columns) FROM \(raw: Self.source) WHERE t.workspace_id = \(access.workspaceID) AND t.id = \(id)"
        ).first.map(Self.template)
    }

    /// The one that a message names: that which is still there, else the newest.
    package func find(_ key: RestrictionTable.TemplateKey, connection: Identifier<Connection>) throws -> Template? {
        try access.require(.templatesView)
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM \(raw: Self.source)
            WHERE t.workspace_id = \(access.workspaceID) AND t.connection_id = \(connection) AND t.name = \(key.name)
                AND t.language = \(key.language)
            ORDER BY CASE WHEN t.gone_at IS NULL THEN 0 ELSE 1 END, t.id DESC LIMIT 1
            """
        ).first.map(Self.template)
    }

    package func find(providerID: String, connection: Identifier<Connection>) throws -> Template? {
        try access.require(.templatesView)
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM \(raw: Self.source)
            WHERE t.workspace_id = \(access.workspaceID) AND t.connection_id = \(connection) AND t.provider_id = \(providerID)
            """
        ).first.map(Self.template)
    }

    /// Those of an account with this very text, whatever its letters' case; 20 at most.
    package func sharing(body: String, connection: Identifier<Connection>) throws -> [Template] {
        try access.require(.templatesView)
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM \(raw: Self.source)
            WHERE t.workspace_id = \(access.workspaceID) AND t.connection_id = \(connection) AND t.gone_at IS NULL
                AND t.search_text = t.name || ' ' || \(body.lowercased())
            ORDER BY t.name, t.language, t.id LIMIT 20
            """
        ).map(Self.template)
    }

    private static func conditions(_ filter: TemplateFilter) -> SQL {
        var conditions: [SQL] = []
        if let connection = filter.connection { conditions.append("t.connection_id = \(connection)") }
        switch filter.visibility {
        case .shown: conditions.append("t.is_hidden = 0")
        case .hidden: conditions.append("t.is_hidden <> 0")
        case .all: break
        }
        if filter.isSendable { conditions.append("t.status IN ('APPROVED', 'FLAGGED')") }
        if let status = filter.status { conditions.append("t.status = \(status.text)") }
        if let category = filter.category { conditions.append("t.category = \(category)") }
        if let language = filter.language { conditions.append("t.language = \(language)") }
        for word in (filter.text ?? "").lowercased().split(whereSeparator: \.isWhitespace).prefix(8) {
            conditions.append("t.search_text LIKE \(pattern(String(word))) ESCAPE '!'")
        }
        return conditions.reduce("") { "\(sql: $0) AND \(sql: $1)" }
    }

    private static func pattern(_ word: String) -> String {
        "%" + word.replacing("!", with: "!!").replacing("%", with: "!%").replacing("_", with: "!_") + "%"
    }

    private static func after(_ place: TemplatePlace?) -> SQL {
        guard let place else { return "" }
        return """
             AND (t.pin_rank, t.name, t.language, t.id) > (\(place.isPinned ? 0 : 1), \(place.name), \(place.language), \(place.id))
            """
    }

    // MARK: What people choose

    /// Changes what is given; false when there is no such template.
    package func change(_ id: Identifier<Template>, isPinned: Bool?, isHidden: Bool?) throws -> Bool {
        try access.require(.templatesManage)
        return try transaction.run(
            """
            UPDATE templates SET pin_rank = COALESCE(\(isPinned.map { $0 ? 0 : 1 }), pin_rank), is_hidden = COALESCE(\(isHidden), is_hidden)
            WHERE workspace_id = \(access.workspaceID) AND id = \(id)
            """) == 1
    }

    /// Keeps what its variables stand for; false when there is no such template.
    package func setMapping(_ mapping: TemplateMapping, of id: Identifier<Template>) throws -> Bool {
        try access.require(.templatesManage)
        return try transaction.run(
            "UPDATE templates SET mapping = \(JSONText.encode(mapping)) WHERE workspace_id = \(access.workspaceID) AND id = \(id)") == 1
    }

    // MARK: What WhatsApp says

    /// Makes the template or brings it up to date. One of which a webhook told more after `asked` stays as that said.
    package func save(_ definition: TemplateDefinition, connection: Identifier<Connection>, asked: Date, now: Date) throws {
        try access.require(.templatesManage)
        let searchText =
            "\(definition.name) \(TemplateParts(definition.components, format: definition.format, category: "").body?.text ?? "")"
        try transaction.run(
            """
            INSERT INTO templates (workspace_id, id, connection_id, provider_id, name, language, category, status, format, components, quality,
                rejection_reason, search_text, synced_at)
            VALUES (\(access.workspaceID), \(Identifier<Template>.make(at: now)), \(connection), \(definition.providerID), \(definition.name),
                \(definition.language), \(definition.category), \(definition.status.text), \(definition.format.rawValue),
                \(JSONText.encode(definition.components)), \(definition.quality), \(definition.rejectionReason), \(searchText.lowercased()),
                \(now))
            ON CONFLICT (workspace_id, connection_id, provider_id) DO UPDATE SET name = excluded.name, language = excluded.language,
                category = excluded.category, status = excluded.status,
                status_detail = CASE WHEN templates.status = excluded.status THEN templates.status_detail END, format = excluded.format,
                components = excluded.components, quality = excluded.quality, rejection_reason = excluded.rejection_reason,
                search_text = excluded.search_text, synced_at = excluded.synced_at, gone_at = NULL
                WHERE templates.told_at IS NULL OR templates.told_at < \(asked)
            """)
    }

    /// That WhatsApp still has these as they are.
    package func confirm(_ ids: [Identifier<Template>], now: Date) throws {
        try access.require(.templatesManage)
        guard !ids.isEmpty else { return }
        try transaction.run(
            """
            UPDATE templates SET synced_at = \(now)
            WHERE workspace_id = \(access.workspaceID) AND id IN (\(list: ids.map { SQLValue($0) }))
            """)
    }

    /// Marks those of which WhatsApp hasn't said anything since `asked` as gone, at most `limit`; returns which.
    package func markGone(connection: Identifier<Connection>, asked: Date, now: Date, limit: Int) throws -> [Identifier<Template>] {
        try access.require(.templatesManage)
        let gone: [Identifier<Template>] = try transaction.rows(
            """
            SELECT id FROM templates
            WHERE workspace_id = \(access.workspaceID) AND connection_id = \(connection) AND gone_at IS NULL AND synced_at < \(asked)
                AND (told_at IS NULL OR told_at < \(asked))
            ORDER BY name, language, id LIMIT \(limit)
            """
        ).map { try $0.id(0) }
        guard !gone.isEmpty else { return [] }
        try transaction.run(
            """
            UPDATE templates SET gone_at = \(now)
            WHERE workspace_id = \(access.workspaceID) AND id IN (\(list: gone.map { SQLValue($0) }))
            """)
        return gone
    }

    /// Writes what a webhook said.
    package func tell(_ change: TemplateNews.Change, of id: Identifier<Template>, at now: Date) throws {
        try access.require(.templatesManage)
        let set: SQL
        switch change {
        case .status(let event, let reason, let detail):
            let status = TemplateStatus(event: event)
            set = """
                status = \(status.text), rejection_reason = \(reason), status_detail = \(detail), gone_at = \(status == .deleted ? now : nil)
                """
        case .quality(let quality): set = "quality = \(quality)"
        case .category(let category): set = "category = \(category)"
        // Brings no texts: the answer to our next asking does.
        case .components: return
        }
        try transaction.run(
            "UPDATE templates SET \(sql: set), told_at = \(now) WHERE workspace_id = \(access.workspaceID) AND id = \(id)")
    }

    private static func template(_ row: Row) throws -> Template {
        guard let format = Template.Format(rawValue: try row.text(8)) else { throw StoreError.columnMismatch(8) }
        let definition = TemplateDefinition(
            providerID: try row.text(2), name: try row.text(3), language: try row.text(4), category: try row.text(5),
            status: TemplateStatus(try row.text(6)), format: format, components: try JSONText.decode(from: row.text(9)),
            quality: try row.textOrNil(10), rejectionReason: try row.textOrNil(11))
        var hold: Template.Hold?
        if let code = try row.textOrNil(16), let until = try row.dateOrNil(17) { hold = Template.Hold(code: code, until: until) }
        return Template(
            id: try row.id(0), connectionID: try row.id(1), definition: definition, statusDetail: try row.textOrNil(7),
            isPinned: try row.integer(12) == 0, isHidden: try row.bool(13), syncedAt: try row.date(14), goneAt: try row.dateOrNil(15),
            hold: hold, mapping: try row.textOrNil(18).map { try JSONText.decode(from: $0) })
    }
}
