package import Domain

/// The lists that a workspace keeps for its leads, and what it wants done with them.
package struct LeadListTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    // MARK: Statuses

    /// In their order.
    package func statuses() throws -> [LeadStatus] {
        try access.require(.leadsView)
        return try transaction.rows(
            """
            SELECT id, name, color, kind, position FROM lead_statuses WHERE workspace_id = \(access.workspaceID)
            ORDER BY position, id LIMIT \(LeadStatus.countLimit)
            """
        ).map { row in
            guard let color = Label.Color(rawValue: try row.text(2)), let kind = LeadStatus.Kind(rawValue: try row.text(3)) else {
                throw StoreError.columnMismatch(2)
            }
            return try LeadStatus(id: row.id(0), name: row.text(1), color: color, kind: kind, position: row.integer(4))
        }
    }

    /// Makes the status, or gives the one of this id what it is from now on. Throws ``LeadListProblem/nameTaken(_:)``.
    package func save(_ status: LeadStatus) throws {
        try access.require(.settingsManage)
        try unlessTaken(.status) {
            try transaction.run(
                """
                INSERT INTO lead_statuses (workspace_id, id, name, name_key, color, kind, position)
                VALUES (\(access.workspaceID), \(status.id), \(status.name), \(status.nameKey), \(status.color.rawValue),
                    \(status.kind.rawValue), \(status.position))
                ON CONFLICT (workspace_id, id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key, color = excluded.color,
                    kind = excluded.kind, position = excluded.position
                """)
        }
    }

    /// Whether a lead has it.
    package func isUsed(_ id: Identifier<LeadStatus>) throws -> Bool {
        try access.require(.settingsManage)
        return try !transaction.rows(
            "SELECT 1 FROM leads WHERE workspace_id = \(access.workspaceID) AND status_id = \(id) LIMIT 1"
        ).isEmpty
    }

    package func delete(_ id: Identifier<LeadStatus>) throws {
        try access.require(.settingsManage)
        try transaction.run(
            "UPDATE lead_settings SET status_id = NULL WHERE workspace_id = \(access.workspaceID) AND status_id = \(id)")
        try transaction.run("DELETE FROM lead_statuses WHERE workspace_id = \(access.workspaceID) AND id = \(id)")
    }

    // MARK: Sources

    /// By name.
    package func sources() throws -> [LeadSource] {
        try access.require(.leadsView)
        return try transaction.rows(
            """
            SELECT id, name FROM lead_sources WHERE workspace_id = \(access.workspaceID) ORDER BY name_key, id LIMIT \(LeadSource.countLimit)
            """
        ).map { try LeadSource(id: $0.id(0), name: $0.text(1)) }
    }

    /// Makes the source, or gives the one of this id its new name. Throws ``LeadListProblem/nameTaken(_:)``.
    package func save(_ source: LeadSource) throws {
        try access.require(.settingsManage)
        try unlessTaken(.source) {
            try transaction.run(
                """
                INSERT INTO lead_sources (workspace_id, id, name, name_key)
                VALUES (\(access.workspaceID), \(source.id), \(source.name), \(source.nameKey))
                ON CONFLICT (workspace_id, id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key
                """)
        }
    }

    /// Takes the source off some of the leads that have it, at most `limit`; returns how many.
    package func takeOff(_ id: Identifier<LeadSource>, limit: Int) throws -> Int {
        try access.require(.settingsManage)
        return try transaction.run(
            """
            UPDATE leads SET source_id = NULL WHERE workspace_id = \(access.workspaceID) AND id IN (
                SELECT id FROM leads WHERE workspace_id = \(access.workspaceID) AND source_id = \(id) ORDER BY id LIMIT \(limit))
            """)
    }

    package func delete(_ id: Identifier<LeadSource>) throws {
        try access.require(.settingsManage)
        try transaction.run(
            "UPDATE lead_settings SET source_id = NULL WHERE workspace_id = \(access.workspaceID) AND source_id = \(id)")
        try transaction.run("DELETE FROM lead_sources WHERE workspace_id = \(access.workspaceID) AND id = \(id)")
    }

    private func unlessTaken(_ list: LeadListProblem.List, _ body: () throws -> Void) throws {
        do { try body() } catch StoreError.duplicate {
            // The index by name decides, so two people can't race past a look.
            throw LeadListProblem.nameTaken(list)
        }
    }

    // MARK: Settings

    package func settings() throws -> LeadSettings {
        try access.require(.leadsView)
        return try Self.settings(of: [access.workspaceID], isAutomatic: false, transaction)[access.workspaceID] ?? .usual
    }

    package func save(_ settings: LeadSettings) throws {
        try access.require(.settingsManage)
        var owner: Identifier<Account>?
        if case .member(let id) = settings.owner { owner = id }
        try transaction.run(
            """
            INSERT INTO lead_settings (workspace_id, is_automatic, status_id, source_id, owner_id, follows_assignee, currency)
            VALUES (\(access.workspaceID), \(settings.isAutomatic), \(settings.status), \(settings.source), \(owner),
                \(settings.owner == .assignee), \(settings.currency.code))
            ON CONFLICT (workspace_id) DO UPDATE SET is_automatic = excluded.is_automatic, status_id = excluded.status_id,
                source_id = excluded.source_id, owner_id = excluded.owner_id, follows_assignee = excluded.follows_assignee,
                currency = excluded.currency
            """)
    }

    /// Of several workspaces, for what works in all of them.
    static func settings(
        of workspaces: [Identifier<Workspace>], isAutomatic: Bool, _ transaction: any Transaction
    ) throws -> [Identifier<Workspace>: LeadSettings] {
        try transaction.rows(
            """
            SELECT workspace_id, is_automatic, status_id, source_id, owner_id, follows_assignee, currency FROM lead_settings
            WHERE workspace_id IN (\(list: workspaces.map { SQLValue($0) }))\(raw: isAutomatic ? " AND is_automatic = 1" : "")
            """
        ).reduce(into: [:]) { settings, row in
            guard let currency = Currency(parsing: try row.text(6)) else { throw StoreError.columnMismatch(6) }
            let owner: LeadSettings.NewOwner = try row.bool(5) ? .assignee : try row.idOrNil(4).map { .member($0) } ?? .nobody
            settings[try row.id(0)] = LeadSettings(
                isAutomatic: try row.bool(1), status: try row.idOrNil(2), source: try row.idOrNil(3), owner: owner, currency: currency)
        }
    }
}
