extension Migration {
    /// Workspaces and who may enter them. Which of these tables stand outside any workspace, and why:
    /// `docs/decisions/0007-tables-outside-workspaces.md`.
    static let people = Migration(
        number: 1, name: "people",
        ddl: """
            CREATE TABLE workspaces (
                id TEXT NOT NULL PRIMARY KEY,
                slug TEXT NOT NULL UNIQUE,
                name TEXT NOT NULL,
                created_at INTEGER NOT NULL
            ) STRICT;

            CREATE TABLE accounts (
                id TEXT NOT NULL PRIMARY KEY,
                email TEXT NOT NULL,
                email_key TEXT NOT NULL UNIQUE,
                name TEXT NOT NULL,
                password_hash TEXT,
                created_at INTEGER NOT NULL
            ) STRICT;

            CREATE TABLE members (
                workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
                account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
                role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'agent')),
                created_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, account_id)
            ) STRICT;
            CREATE INDEX members_by_account ON members (account_id, workspace_id);

            CREATE TABLE sessions (
                token_hash BLOB NOT NULL PRIMARY KEY,
                id TEXT NOT NULL UNIQUE,
                account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
                created_at INTEGER NOT NULL,
                last_seen_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                user_agent TEXT,
                address TEXT
            ) STRICT;
            CREATE INDEX sessions_by_account ON sessions (account_id, last_seen_at, id);
            CREATE INDEX sessions_by_expiry ON sessions (expires_at);

            CREATE TABLE one_time_links (
                token_hash BLOB NOT NULL PRIMARY KEY,
                purpose TEXT NOT NULL CHECK (purpose IN ('setUp', 'password')),
                account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
                created_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                used_at INTEGER
            ) STRICT;

            CREATE TABLE api_keys (
                workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
                id TEXT NOT NULL,
                token_hash BLOB NOT NULL UNIQUE,
                name TEXT NOT NULL,
                scopes TEXT NOT NULL,
                created_by TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                last_used_at INTEGER,
                revoked_at INTEGER,
                PRIMARY KEY (workspace_id, id)
            ) STRICT;

            CREATE TABLE idempotency_keys (
                workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
                actor TEXT NOT NULL,
                route TEXT NOT NULL,
                key TEXT NOT NULL,
                body_hash BLOB NOT NULL,
                status INTEGER,
                answer BLOB,
                created_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, actor, route, key)
            ) STRICT;
            CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

            CREATE TABLE settings (
                key TEXT NOT NULL PRIMARY KEY,
                value TEXT NOT NULL
            ) STRICT;
            """)
}
