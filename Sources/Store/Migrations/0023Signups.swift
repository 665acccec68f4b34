extension Migration {
    /// Numbers on their way through the provider's sign-up.
    static let signups = Migration(
        number: 23, name: "signups",
        ddl: """
            CREATE TABLE number_signups (
                workspace_id TEXT NOT NULL REFERENCES workspaces (id),
                id TEXT NOT NULL,
                actor TEXT NOT NULL,
                client_address TEXT,
                terms TEXT NOT NULL,
                price INTEGER NOT NULL CHECK (price >= 0),
                phone_number TEXT NOT NULL,
                name TEXT NOT NULL,
                display_name TEXT NOT NULL,
                server TEXT NOT NULL,
                step TEXT NOT NULL CHECK (step IN ('window', 'account', 'choice', 'code', 'registration', 'done')),
                is_working INTEGER NOT NULL CHECK (is_working IN (0, 1)),
                round INTEGER NOT NULL,
                trouble_code TEXT,
                trouble TEXT,
                connection_id TEXT NOT NULL,
                hinted_account TEXT,
                hinted_number TEXT,
                has_hint INTEGER NOT NULL CHECK (has_hint IN (0, 1)),
                found_account TEXT,
                found_number TEXT,
                found_phone_number TEXT,
                questions TEXT NOT NULL,
                is_accepted INTEGER NOT NULL CHECK (is_accepted IN (0, 1)),
                code_method TEXT CHECK (code_method IN ('sms', 'voice')),
                code_language TEXT,
                code_requested_at INTEGER,
                needs_pin INTEGER NOT NULL CHECK (needs_pin IN (0, 1)),
                sender_id TEXT,
                window_code TEXT,
                access_token TEXT,
                pin TEXT,
                verify_token TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                updated_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, id),
                CHECK (step <> 'done' OR sender_id IS NOT NULL)
            ) STRICT;
            CREATE UNIQUE INDEX number_signups_by_phone_number ON number_signups (workspace_id, phone_number);
            CREATE INDEX number_signups_by_account ON number_signups (workspace_id, found_account);
            CREATE INDEX number_signups_by_time ON number_signups (workspace_id, updated_at);
            CREATE INDEX number_signups_by_connection ON number_signups (connection_id);
            CREATE INDEX connections_by_account ON connections (app_id, business_account_id);
            """)
}
