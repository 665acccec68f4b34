package import Domain

package import struct Foundation.Date

/// The search indexes of workspaces: one in use each, at times one that is being made, and what is left of those before.
package struct SearchIndexTable {
    private let transaction: any Transaction

    package init(_ transaction: any Transaction) { self.transaction = transaction }

    package enum State: String, Sendable { case building, live, retired }

    package struct Index: Sendable, Equatable {
        package let workspaceID: Identifier<Workspace>
        package let generation: Int
        package var state: State
        /// How far the event log has been read.
        package var cursor: EventCursor
        /// While it is being made: which kind of thing is walked through, and how far.
        package var walkedKind: String
        package var walkedID: String
        /// How many things the walk has seen.
        package var documents: Int
        package let startedAt: Date
    }

    private static let columns = "workspace_id, generation, state, tx, event_id, walked_kind, walked_id, documents, started_at"

    /// Workspaces without an index that is in use or being made.
    package func workspacesWithout(limit: Int) throws -> [Identifier<Workspace>] {
        try transaction.rows(
            """
            SELECT w.id FROM workspaces w WHERE NOT EXISTS (
                SELECT 1 FROM search_indexes i WHERE i.workspace_id = w.id AND i.state <> 'retired') ORDER BY w.id LIMIT \(limit)
            """
        ).map { try $0.id(0) }
    }

    /// All there are, of one workspace or of all.
    package func all(in workspaceID: Identifier<Workspace>? = nil, limit: Int) throws -> [Index] {
        let one: SQL = if let workspaceID { "WHERE workspace_id = \(workspaceID)" } else { "" }
        return try transaction.rows(
            "SELECT \(raw: Self.columns) FROM search_indexes \(sql: one) ORDER BY workspace_id, generation LIMIT \(limit)"
        ).map(Self.index)
    }

    /// The one that a search reads: in use, or the first that is being made.
    package func readable(in workspaceID: Identifier<Workspace>) throws -> Index? {
        try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM search_indexes WHERE workspace_id = \(workspaceID) AND state <> 'retired'
            ORDER BY CASE state WHEN 'live' THEN 0 ELSE 1 END, generation DESC LIMIT 1
            """
        ).first.map(Self.index)
    }

    /// Takes the index for this transaction: nil when another process works on it, or it is gone.
    package func take(_ generation: Int, in workspaceID: Identifier<Workspace>) throws -> Index? {
        try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM search_indexes WHERE workspace_id = \(workspaceID) AND generation = \(generation)
                \(sql: transaction.dialect.forUpdateSkipLocked)
            """
        ).first.map(Self.index)
    }

    /// Begins a new one unless one is being made already.
    package func begin(in workspaceID: Identifier<Workspace>, from cursor: EventCursor, kind: String, now: Date) throws {
        try transaction.run(
            """
            INSERT INTO search_indexes (\(raw: Self.columns))
            SELECT \(workspaceID), COALESCE(MAX(generation), 0) + 1, 'building', \(cursor.tx), \(cursor.id), \(kind), '', 0, \(now)
            FROM search_indexes WHERE workspace_id = \(workspaceID)
            HAVING COUNT(CASE state WHEN 'building' THEN 1 END) = 0
            ON CONFLICT (workspace_id, generation) DO NOTHING
            """)
    }

    package func save(_ index: Index) throws {
        try transaction.run(
            """
            UPDATE search_indexes SET state = \(index.state.rawValue), tx = \(index.cursor.tx), event_id = \(index.cursor.id),
                walked_kind = \(index.walkedKind), walked_id = \(index.walkedID), documents = \(index.documents)
            WHERE workspace_id = \(index.workspaceID) AND generation = \(index.generation)
            """)
    }

    /// Puts it into use, instead of the one before.
    package func finish(_ index: Index, now: Date) throws {
        try transaction.run(
            """
            UPDATE search_indexes SET state = CASE generation WHEN \(index.generation) THEN 'live' ELSE 'retired' END, finished_at = \(now)
            WHERE workspace_id = \(index.workspaceID) AND (generation = \(index.generation) OR state = 'live')
            """)
    }

    /// What is deleted for ever: its words then lead nowhere, and the index doesn't tell any more whose they were. They go when it is made anew.
    func forget(_ ids: [SQLValue], kind: SearchDocument.Kind, in workspaceID: Identifier<Workspace>) throws {
        for row in try transaction.rows(
            "SELECT generation FROM search_indexes WHERE workspace_id = \(workspaceID) ORDER BY generation LIMIT 100")
        {
            try transaction.run(
                """
                UPDATE search_documents SET subject_id = NULL WHERE workspace_id = \(workspaceID) AND generation = \(row.integer(0))
                    AND kind = \(kind.rawValue) AND subject_id IN (\(list: ids))
                """)
        }
    }

    /// Removes some rows of one that isn't used any more, and at last the index itself; false when that is done.
    package func remove(_ index: Index, limit: Int) throws -> Bool {
        for (table, key) in [
            ("search_words", "kind, word, bucket"), ("search_vocabulary", "kind, word"), ("search_documents", "kind, place"),
        ] {
            let removed = try transaction.run(
                """
                DELETE FROM \(raw: table) WHERE workspace_id = \(index.workspaceID) AND generation = \(index.generation) AND (\(raw: key)) IN (
                    SELECT \(raw: key) FROM \(raw: table) WHERE workspace_id = \(index.workspaceID) AND generation = \(index.generation)
                    ORDER BY \(raw: key) LIMIT \(limit))
                """)
            if removed > 0 { return true }
        }
        try transaction.run(
            "DELETE FROM search_indexes WHERE workspace_id = \(index.workspaceID) AND generation = \(index.generation)")
        return false
    }

    private static func index(_ row: Row) throws -> Index {
        guard let state = State(rawValue: try row.text(2)) else { throw StoreError.columnMismatch(2) }
        return Index(
            workspaceID: try row.id(0), generation: try row.integer(1), state: state,
            cursor: EventCursor(tx: Int64(try row.integer(3)), id: Int64(try row.integer(4))), walkedKind: try row.text(5),
            walkedID: try row.text(6), documents: try row.integer(7), startedAt: try row.date(8))
    }
}
