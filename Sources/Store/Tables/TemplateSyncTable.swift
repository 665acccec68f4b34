package import Domain

package import struct Foundation.Date

/// How asking for the templates of each connection went.
package struct TemplateSyncTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// Of every connection, also of those that were never asked, by name.
    package func all() throws -> [TemplateSync] {
        try access.require(.templatesView)
        return try transaction.rows(
            """
            SELECT c.id, c.name, s.requested_at, s.ended_at, s.succeeded_at, s.error
            FROM connections c LEFT JOIN template_syncs s ON s.workspace_id = c.workspace_id AND s.connection_id = c.id
            WHERE c.workspace_id = \(access.workspaceID) ORDER BY c.name, c.id LIMIT 100
            """
        ).map { row in
            TemplateSync(
                connectionID: try row.id(0), connectionName: try row.text(1), requestedAt: try row.dateOrNil(2),
                endedAt: try row.dateOrNil(3), succeededAt: try row.dateOrNil(4), error: try row.textOrNil(5))
        }
    }

    package func endedAt(_ connection: Identifier<Connection>) throws -> Date? {
        try transaction.rows(
            "SELECT ended_at FROM template_syncs WHERE workspace_id = \(access.workspaceID) AND connection_id = \(connection)"
        ).first?.dateOrNil(0)
    }

    package func request(_ connection: Identifier<Connection>, at now: Date) throws {
        try transaction.run(
            """
            INSERT INTO template_syncs (workspace_id, connection_id, requested_at) VALUES (\(access.workspaceID), \(connection), \(now))
            ON CONFLICT (workspace_id, connection_id) DO UPDATE SET requested_at = excluded.requested_at
            """)
    }

    /// Writes how it ended; true when it was asked for again after it began.
    package func end(_ connection: Identifier<Connection>, begun: Date, error: String?, at now: Date) throws -> Bool {
        try access.require(.templatesManage)
        let row = try transaction.rows(
            """
            INSERT INTO template_syncs (workspace_id, connection_id, ended_at, succeeded_at, error)
            VALUES (\(access.workspaceID), \(connection), \(now), \(error == nil ? now : nil), \(error))
            ON CONFLICT (workspace_id, connection_id) DO UPDATE SET ended_at = excluded.ended_at,
                succeeded_at = COALESCE(excluded.succeeded_at, template_syncs.succeeded_at), error = excluded.error
            RETURNING requested_at
            """)[0]
        return try row.dateOrNil(0).map { $0 > begun } ?? false
    }

    /// Every connection there is, for the hourly turn.
    package static func connections(_ transaction: any Transaction) throws -> [(Identifier<Workspace>, Identifier<Connection>)] {
        try transaction.rows("SELECT workspace_id, id FROM connections ORDER BY workspace_id, id LIMIT 10000").map {
            (try $0.id(0), try $0.id(1))
        }
    }
}
