extension Migration {
    /// The PINs that numbers were registered with, which outlive sign-ups; and what finds the sign-ups that aren't finished.
    static let registrationPINs = Migration(
        number: 26, name: "registration-pins",
        ddl: """
            CREATE TABLE registration_pins (
                workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
                match_key TEXT NOT NULL,
                pin TEXT NOT NULL,
                kept_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, match_key)
            ) STRICT;
            CREATE INDEX number_signups_unfinished ON number_signups (workspace_id, updated_at) WHERE step <> 'done';
            """)
}
