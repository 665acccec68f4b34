extension Migration {
    /// How connections stand, what of their webhooks wasn't taken, when customers last wrote to numbers, and who is given what they write.
    static let connections = Migration(
        number: 24, name: "connections",
        ddl: """
            ALTER TABLE connections ADD COLUMN last_webhook_field TEXT;
            ALTER TABLE connections ADD COLUMN account_name TEXT;
            ALTER TABLE connections ADD COLUMN token_kind TEXT;
            ALTER TABLE connections ADD COLUMN token_ends_at INTEGER;
            ALTER TABLE connections ADD COLUMN token_permissions TEXT;
            ALTER TABLE connections ADD COLUMN callback_addresses TEXT NOT NULL DEFAULT '[]';
            ALTER TABLE connections ADD COLUMN access_token_replaced_at INTEGER;
            ALTER TABLE connections ADD COLUMN access_token_replaced_by TEXT;
            ALTER TABLE connections ADD COLUMN app_secret_replaced_at INTEGER;
            ALTER TABLE connections ADD COLUMN app_secret_replaced_by TEXT;

            CREATE TABLE webhook_refusals (
                workspace_id TEXT NOT NULL,
                connection_id TEXT NOT NULL,
                reason TEXT NOT NULL CHECK (reason IN ('signature', 'verify-token', 'unreadable', 'unknown-number')),
                count INTEGER NOT NULL,
                since INTEGER NOT NULL,
                last_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, connection_id, reason),
                FOREIGN KEY (workspace_id, connection_id) REFERENCES connections (workspace_id, id) ON DELETE CASCADE
            ) STRICT;
            CREATE INDEX journal_waiting ON journal (workspace_id, connection_id) WHERE replayed_at IS NULL;

            CREATE TABLE sender_arrivals (
                workspace_id TEXT NOT NULL,
                sender_id TEXT NOT NULL,
                last_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, sender_id),
                FOREIGN KEY (workspace_id, sender_id) REFERENCES senders (workspace_id, id) ON DELETE CASCADE
            ) STRICT;
            INSERT INTO sender_arrivals (workspace_id, sender_id, last_at)
                SELECT workspace_id, sender_id, MAX(last_inbound_at) FROM conversations WHERE last_inbound_at IS NOT NULL
                GROUP BY workspace_id, sender_id;

            ALTER TABLE senders ADD COLUMN handler_account_id TEXT;
            ALTER TABLE senders ADD COLUMN handler_team_id TEXT;
            """)
}
