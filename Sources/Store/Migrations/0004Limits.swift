extension Migration {
    /// What holds a number, a template or a person back, and whom a portfolio has reached.
    static let limits = Migration(
        number: 4, name: "limits",
        ddl: """
            ALTER TABLE senders ADD COLUMN is_coexistence INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE connections ADD COLUMN portfolio_id TEXT;

            CREATE TABLE sender_holds (
                workspace_id TEXT NOT NULL,
                sender_id TEXT NOT NULL,
                paused_at INTEGER,
                paused_by TEXT,
                campaigns_paused_at INTEGER,
                campaigns_paused_reason TEXT,
                slowed_until INTEGER,
                held_until INTEGER,
                held_reason TEXT,
                PRIMARY KEY (workspace_id, sender_id),
                FOREIGN KEY (workspace_id, sender_id) REFERENCES senders (workspace_id, id)
            ) STRICT;

            CREATE TABLE portfolios (
                workspace_id TEXT NOT NULL,
                id TEXT NOT NULL,
                people INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, id)
            ) STRICT;

            CREATE TABLE portfolio_people (
                workspace_id TEXT NOT NULL,
                portfolio_id TEXT NOT NULL,
                contact_id TEXT NOT NULL,
                message_id TEXT NOT NULL,
                at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, portfolio_id, contact_id)
            ) STRICT;
            CREATE INDEX portfolio_people_by_time ON portfolio_people (workspace_id, portfolio_id, at);
            CREATE INDEX portfolio_people_by_message ON portfolio_people (workspace_id, message_id);

            CREATE TABLE contact_restrictions (
                workspace_id TEXT NOT NULL,
                contact_id TEXT NOT NULL,
                kind TEXT NOT NULL CHECK (kind IN ('marketing')),
                until INTEGER,
                code TEXT NOT NULL,
                at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, contact_id, kind)
            ) STRICT;

            CREATE TABLE template_states (
                workspace_id TEXT NOT NULL,
                connection_id TEXT NOT NULL,
                name TEXT NOT NULL,
                language TEXT NOT NULL,
                is_marketing INTEGER NOT NULL DEFAULT 0,
                paused_until INTEGER,
                paused_code TEXT,
                PRIMARY KEY (workspace_id, connection_id, name, language)
            ) STRICT;

            CREATE TABLE inbound_rates (
                workspace_id TEXT NOT NULL,
                sender_id TEXT NOT NULL,
                process_id TEXT NOT NULL,
                per_second REAL NOT NULL,
                at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, sender_id, process_id)
            ) STRICT;
            """)
}
