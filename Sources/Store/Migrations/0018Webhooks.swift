extension Migration {
    /// Addresses of the business's own that are told of statuses, what each was told, and what it answered.
    static let webhooks = Migration(
        number: 18, name: "webhooks",
        ddl: """
            CREATE TABLE webhook_endpoints (
                workspace_id TEXT NOT NULL,
                id TEXT NOT NULL,
                sender_id TEXT NOT NULL,
                address TEXT NOT NULL,
                secret TEXT NOT NULL,
                old_secret TEXT,
                old_secret_ends_at INTEGER,
                is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
                stop_reason TEXT CHECK (stop_reason IN ('gone', 'failing')),
                stopped_at INTEGER,
                failures INTEGER NOT NULL DEFAULT 0,
                failing_since INTEGER,
                rests_until INTEGER,
                last_success_at INTEGER,
                created_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, id),
                FOREIGN KEY (workspace_id, sender_id) REFERENCES senders (workspace_id, id) ON DELETE CASCADE
            ) STRICT;
            CREATE UNIQUE INDEX webhook_endpoints_by_sender ON webhook_endpoints (workspace_id, sender_id);
            CREATE INDEX webhook_endpoints_on ON webhook_endpoints (workspace_id, id) WHERE is_on = 1;

            CREATE TABLE webhook_deliveries (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                workspace_id TEXT NOT NULL,
                id TEXT NOT NULL,
                endpoint_id TEXT NOT NULL,
                message_id TEXT NOT NULL,
                attempt INTEGER NOT NULL,
                status TEXT NOT NULL CHECK (status IN ('sent', 'delivered', 'read', 'failed')),
                body TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
                attempts INTEGER NOT NULL DEFAULT 0,
                next_at INTEGER,
                created_at INTEGER NOT NULL,
                ended_at INTEGER,
                UNIQUE (workspace_id, id),
                UNIQUE (workspace_id, message_id, endpoint_id, attempt, status),
                FOREIGN KEY (workspace_id, endpoint_id) REFERENCES webhook_endpoints (workspace_id, id) ON DELETE CASCADE,
                FOREIGN KEY (workspace_id, message_id) REFERENCES messages (workspace_id, id) ON DELETE CASCADE
            ) STRICT;
            CREATE INDEX webhook_deliveries_due ON webhook_deliveries (workspace_id, endpoint_id, next_at, sequence)
                WHERE state = 'waiting';
            CREATE INDEX webhook_deliveries_in_order ON webhook_deliveries (workspace_id, endpoint_id, message_id, sequence)
                WHERE state = 'waiting';
            CREATE INDEX webhook_deliveries_log ON webhook_deliveries (workspace_id, endpoint_id, sequence DESC);
            CREATE INDEX webhook_deliveries_by_state ON webhook_deliveries (workspace_id, endpoint_id, state, sequence DESC);
            CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (workspace_id, created_at, sequence);

            CREATE TABLE webhook_attempts (
                workspace_id TEXT NOT NULL,
                delivery_id TEXT NOT NULL,
                number INTEGER NOT NULL,
                at INTEGER NOT NULL,
                milliseconds INTEGER NOT NULL,
                status INTEGER,
                failure TEXT,
                answer TEXT NOT NULL,
                answer_bytes INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, delivery_id, number),
                FOREIGN KEY (workspace_id, delivery_id) REFERENCES webhook_deliveries (workspace_id, id) ON DELETE CASCADE
            ) STRICT;
            """)
}
