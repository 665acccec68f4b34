extension Migration {
    /// Who sends for which number, and which processes are there.
    static let sending = Migration(
        number: 3, name: "sending",
        ddl: """
            CREATE TABLE sender_leases (
                workspace_id TEXT NOT NULL,
                sender_id TEXT NOT NULL,
                owner TEXT,
                epoch INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, sender_id),
                FOREIGN KEY (workspace_id, sender_id) REFERENCES senders (workspace_id, id)
            ) STRICT;
            CREATE INDEX sender_leases_by_end ON sender_leases (expires_at) WHERE owner IS NOT NULL;

            CREATE TABLE processes (
                id TEXT NOT NULL PRIMARY KEY,
                host TEXT NOT NULL,
                roles TEXT NOT NULL,
                started_at INTEGER NOT NULL,
                seen_at INTEGER NOT NULL
            ) STRICT;

            CREATE INDEX messages_claimed ON messages (workspace_id, sender_id) WHERE status = 'claimed';
            CREATE INDEX attempts_by_sender ON attempts (workspace_id, sender_id, started_at);
            """)
}
