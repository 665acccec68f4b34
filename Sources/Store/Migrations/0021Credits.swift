extension Migration {
    /// Credits of a workspace in double entry, what numbers cost, until when they are paid, and what was agreed to for them.
    static let credits = Migration(
        number: 21, name: "credits",
        ddl: """
            CREATE TABLE ledger_accounts (
                workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
                account TEXT NOT NULL CHECK (account IN ('income', 'balance', 'reserved', 'spent')),
                total INTEGER NOT NULL CHECK (account = 'income' OR total >= 0),
                PRIMARY KEY (workspace_id, account)
            ) STRICT;

            CREATE TABLE ledger_postings (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                workspace_id TEXT NOT NULL,
                id TEXT NOT NULL,
                key TEXT NOT NULL,
                kind TEXT NOT NULL CHECK (kind IN ('topUp', 'reservation', 'release', 'charge')),
                amount INTEGER NOT NULL CHECK (amount > 0),
                source TEXT NOT NULL,
                target TEXT NOT NULL CHECK (target <> source),
                sender_id TEXT,
                sender_name TEXT,
                paid_until INTEGER,
                note TEXT,
                balance_after INTEGER NOT NULL,
                actor TEXT NOT NULL,
                at INTEGER NOT NULL,
                UNIQUE (workspace_id, id),
                UNIQUE (workspace_id, key),
                FOREIGN KEY (workspace_id, source) REFERENCES ledger_accounts (workspace_id, account) ON DELETE CASCADE,
                FOREIGN KEY (workspace_id, target) REFERENCES ledger_accounts (workspace_id, account) ON DELETE CASCADE
            ) STRICT;
            CREATE INDEX ledger_postings_in_order ON ledger_postings (workspace_id, sequence DESC);

            CREATE TABLE sender_subscriptions (
                workspace_id TEXT NOT NULL,
                sender_id TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('idle', 'reserved', 'free', 'paid', 'grace', 'lapsed')),
                is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
                price INTEGER NOT NULL CHECK (price >= 0),
                month INTEGER NOT NULL,
                anchor INTEGER,
                paid_until INTEGER,
                grace_ends_at INTEGER,
                reminder INTEGER,
                PRIMARY KEY (workspace_id, sender_id),
                CHECK (state NOT IN ('paid', 'reserved', 'grace') OR (paid_until IS NOT NULL AND anchor IS NOT NULL)),
                CHECK (state <> 'grace' OR grace_ends_at IS NOT NULL),
                FOREIGN KEY (workspace_id, sender_id) REFERENCES senders (workspace_id, id) ON DELETE CASCADE
            ) STRICT;
            CREATE INDEX sender_subscriptions_renewing ON sender_subscriptions (workspace_id, paid_until, sender_id)
                WHERE is_on = 1 AND paid_until IS NOT NULL;
            CREATE INDEX sender_subscriptions_due ON sender_subscriptions (paid_until, workspace_id, sender_id) WHERE paid_until IS NOT NULL;

            CREATE TABLE credit_prices (
                workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
                channel TEXT NOT NULL,
                price INTEGER NOT NULL CHECK (price >= 0),
                PRIMARY KEY (workspace_id, channel)
            ) STRICT;

            CREATE TABLE terms (
                workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
                document TEXT NOT NULL CHECK (document IN ('whatsapp', 'privacy')),
                address TEXT NOT NULL,
                version TEXT NOT NULL,
                PRIMARY KEY (workspace_id, document)
            ) STRICT;

            CREATE TABLE terms_acceptances (
                workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
                sender_id TEXT NOT NULL,
                document TEXT NOT NULL CHECK (document IN ('whatsapp', 'privacy')),
                version TEXT NOT NULL,
                address TEXT NOT NULL,
                actor TEXT NOT NULL,
                at INTEGER NOT NULL,
                client_address TEXT,
                PRIMARY KEY (workspace_id, sender_id, document, version, address)
            ) STRICT;
            """)
}
