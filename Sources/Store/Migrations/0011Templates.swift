extension Migration {
    /// The templates that WhatsApp has of each account, and how asking for them went.
    static let templates = Migration(
        number: 11, name: "templates",
        ddl: """
            CREATE TABLE templates (
                workspace_id TEXT NOT NULL,
                id TEXT NOT NULL,
                connection_id TEXT NOT NULL,
                provider_id TEXT NOT NULL,
                name TEXT NOT NULL,
                language TEXT NOT NULL,
                category TEXT NOT NULL,
                status TEXT NOT NULL,
                status_detail TEXT,
                format TEXT NOT NULL CHECK (format IN ('POSITIONAL', 'NAMED')),
                components TEXT NOT NULL,
                quality TEXT,
                rejection_reason TEXT,
                search_text TEXT NOT NULL,
                pin_rank INTEGER NOT NULL DEFAULT 1 CHECK (pin_rank IN (0, 1)),
                is_hidden INTEGER NOT NULL DEFAULT 0,
                synced_at INTEGER NOT NULL,
                told_at INTEGER,
                gone_at INTEGER,
                PRIMARY KEY (workspace_id, id),
                FOREIGN KEY (workspace_id, connection_id) REFERENCES connections (workspace_id, id) ON DELETE CASCADE
            ) STRICT;
            CREATE UNIQUE INDEX templates_by_provider ON templates (workspace_id, connection_id, provider_id);
            CREATE INDEX templates_by_name ON templates (workspace_id, connection_id, name, language, id);
            CREATE INDEX templates_listed ON templates (workspace_id, pin_rank, name, language, id);

            CREATE TABLE template_syncs (
                workspace_id TEXT NOT NULL,
                connection_id TEXT NOT NULL,
                requested_at INTEGER,
                ended_at INTEGER,
                succeeded_at INTEGER,
                error TEXT,
                PRIMARY KEY (workspace_id, connection_id),
                FOREIGN KEY (workspace_id, connection_id) REFERENCES connections (workspace_id, id) ON DELETE CASCADE
            ) STRICT;
            """)
}
