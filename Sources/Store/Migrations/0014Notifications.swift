extension Migration {
    /// What people are notified of, by whose rules and in which browsers, and how far the event log was read for it. What happened before is no news.
    static let notifications = Migration(
        number: 14, name: "notifications",
        ddl: """
            CREATE TABLE notifications (
                workspace_id TEXT NOT NULL,
                id TEXT NOT NULL,
                account_id TEXT NOT NULL,
                kind TEXT NOT NULL CHECK (kind IN ('message', 'assignment', 'mention', 'escalation', 'failed')),
                conversation_id TEXT NOT NULL,
                subject_id TEXT,
                actor_id TEXT,
                count INTEGER NOT NULL,
                at INTEGER NOT NULL,
                read_at INTEGER,
                mailed_at INTEGER,
                PRIMARY KEY (workspace_id, id),
                FOREIGN KEY (workspace_id, account_id) REFERENCES members (workspace_id, account_id) ON DELETE CASCADE
            ) STRICT;
            CREATE UNIQUE INDEX notifications_unread ON notifications (workspace_id, account_id, conversation_id, kind)
                WHERE read_at IS NULL;
            CREATE INDEX notifications_by_person ON notifications (workspace_id, account_id, at DESC, id DESC);
            CREATE INDEX notifications_by_time ON notifications (workspace_id, at, id);

            CREATE TABLE notification_rules (
                workspace_id TEXT NOT NULL,
                account_id TEXT NOT NULL,
                rules TEXT NOT NULL,
                PRIMARY KEY (workspace_id, account_id),
                FOREIGN KEY (workspace_id, account_id) REFERENCES members (workspace_id, account_id) ON DELETE CASCADE
            ) STRICT;

            CREATE TABLE mail_settings (
                workspace_id TEXT NOT NULL PRIMARY KEY REFERENCES workspaces (id) ON DELETE CASCADE,
                host TEXT NOT NULL,
                port INTEGER NOT NULL,
                security TEXT NOT NULL CHECK (security IN ('tls', 'startTLS', 'none')),
                user_name TEXT,
                sender TEXT NOT NULL,
                password TEXT,
                updated_at INTEGER NOT NULL
            ) STRICT;

            CREATE TABLE push_subscriptions (
                workspace_id TEXT NOT NULL,
                id TEXT NOT NULL,
                account_id TEXT NOT NULL,
                session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
                endpoint_hash BLOB NOT NULL,
                target TEXT NOT NULL,
                user_agent TEXT,
                created_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, id),
                FOREIGN KEY (workspace_id, account_id) REFERENCES members (workspace_id, account_id) ON DELETE CASCADE
            ) STRICT;
            CREATE UNIQUE INDEX push_subscriptions_by_account ON push_subscriptions (workspace_id, account_id, endpoint_hash);
            CREATE INDEX push_subscriptions_by_endpoint ON push_subscriptions (endpoint_hash);
            CREATE INDEX push_subscriptions_by_session ON push_subscriptions (session_id);

            {{sqlite: INSERT INTO event_readers (workspace_id, reader, tx, id)
                SELECT workspace_id, 'notifications', 0, MAX(id) FROM events GROUP BY workspace_id;}}
            {{postgres: INSERT INTO event_readers (workspace_id, reader, tx, id)
                SELECT workspace_id, 'notifications', MAX(tx::text::bigint), MAX(id) FROM events GROUP BY workspace_id;}}
            """)
}
