extension Migration {
    /// Templates as people write them, and what was done to an account's templates of late.
    static let templateDrafts = Migration(
        number: 29, name: "template-drafts",
        ddl: """
            CREATE TABLE template_drafts (
                workspace_id TEXT NOT NULL,
                id TEXT NOT NULL,
                connection_id TEXT NOT NULL,
                template_id TEXT,
                name TEXT NOT NULL,
                language TEXT NOT NULL,
                category TEXT NOT NULL CHECK (category IN ('MARKETING', 'UTILITY', 'AUTHENTICATION')),
                format TEXT NOT NULL CHECK (format IN ('POSITIONAL', 'NAMED')),
                components TEXT NOT NULL,
                lifetime_seconds INTEGER,
                version INTEGER NOT NULL,
                refusal TEXT,
                created_at INTEGER NOT NULL,
                updated_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, id),
                FOREIGN KEY (workspace_id, connection_id) REFERENCES connections (workspace_id, id) ON DELETE CASCADE
            ) STRICT;
            CREATE INDEX template_drafts_by_connection ON template_drafts (workspace_id, connection_id);

            CREATE TABLE template_changes (
                workspace_id TEXT NOT NULL,
                connection_id TEXT NOT NULL,
                name TEXT NOT NULL,
                at INTEGER NOT NULL,
                kind TEXT NOT NULL CHECK (kind IN ('created', 'edited', 'deleted')),
                language TEXT,
                PRIMARY KEY (workspace_id, connection_id, name, at, kind),
                FOREIGN KEY (workspace_id, connection_id) REFERENCES connections (workspace_id, id) ON DELETE CASCADE
            ) STRICT;
            """)
}
