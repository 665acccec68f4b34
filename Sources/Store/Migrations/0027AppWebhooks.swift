extension Migration {
    /// What people are told of numbers, when a portfolio was last near its limit, what an app is sent at its own address, and what came there for
    /// nobody.
    static let appWebhooks = Migration(
        number: 27, name: "app-webhooks",
        ddl: """
            ALTER TABLE notifications RENAME TO notifications_before;
            {{postgres: ALTER INDEX notifications_pkey RENAME TO notifications_before_pkey;}}
            CREATE TABLE notifications (
                workspace_id TEXT NOT NULL,
                id TEXT NOT NULL,
                account_id TEXT NOT NULL,
                kind TEXT NOT NULL CHECK (kind IN ('message', 'assignment', 'mention', 'escalation', 'failed', 'limit', 'stopped')),
                conversation_id TEXT,
                sender_id TEXT,
                subject_id TEXT,
                actor_id TEXT,
                count INTEGER NOT NULL,
                at INTEGER NOT NULL,
                read_at INTEGER,
                mailed_at INTEGER,
                PRIMARY KEY (workspace_id, id),
                FOREIGN KEY (workspace_id, account_id) REFERENCES members (workspace_id, account_id) ON DELETE CASCADE,
                FOREIGN KEY (workspace_id, sender_id) REFERENCES senders (workspace_id, id) ON DELETE CASCADE,
                CHECK ((conversation_id IS NULL) <> (sender_id IS NULL)),
                CHECK ((kind IN ('limit', 'stopped')) = (conversation_id IS NULL))
            ) STRICT;
            INSERT INTO notifications (workspace_id, id, account_id, kind, conversation_id, subject_id, actor_id, count, at, read_at, mailed_at)
                SELECT workspace_id, id, account_id, kind, conversation_id, subject_id, actor_id, count, at, read_at, mailed_at
                FROM notifications_before;
            DROP TABLE notifications_before;
            CREATE UNIQUE INDEX notifications_unread ON notifications (workspace_id, account_id, COALESCE(conversation_id, sender_id), kind)
                WHERE read_at IS NULL;
            CREATE INDEX notifications_by_person ON notifications (workspace_id, account_id, at DESC, id DESC);
            CREATE INDEX notifications_by_time ON notifications (workspace_id, at, id);
            CREATE INDEX notifications_by_conversation ON notifications (workspace_id, conversation_id);
            CREATE INDEX notifications_by_sender ON notifications (workspace_id, sender_id) WHERE sender_id IS NOT NULL;

            ALTER TABLE portfolios ADD COLUMN warned_at INTEGER;

            ALTER TABLE connections ADD COLUMN app_subscription TEXT;

            CREATE TABLE stray_webhooks (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                reason TEXT NOT NULL CHECK (reason IN ('unreadable', 'unknown-account', 'unknown-number')),
                account_id TEXT,
                body BLOB NOT NULL,
                byte_count INTEGER NOT NULL,
                received_at INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX stray_webhooks_by_time ON stray_webhooks (received_at);
            """)
}
