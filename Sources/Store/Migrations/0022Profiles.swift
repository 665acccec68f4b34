extension Migration {
    /// The profile of each number as WhatsApp last told it, with what only we keep.
    static let profiles = Migration(
        number: 22, name: "profiles",
        ddl: """
            CREATE TABLE sender_profiles (
                workspace_id TEXT NOT NULL,
                sender_id TEXT NOT NULL,
                about TEXT NOT NULL DEFAULT '',
                description TEXT NOT NULL DEFAULT '',
                address TEXT NOT NULL DEFAULT '',
                category TEXT NOT NULL DEFAULT '',
                websites TEXT NOT NULL DEFAULT '[]',
                email TEXT,
                other_emails TEXT NOT NULL DEFAULT '[]',
                phones TEXT NOT NULL DEFAULT '[]',
                display_name TEXT,
                name_standing TEXT,
                new_name_standing TEXT,
                requested_name TEXT,
                requested_at INTEGER,
                picture_id TEXT,
                banner_id TEXT,
                asked_at INTEGER,
                fetched_at INTEGER,
                failure TEXT,
                failed_at INTEGER,
                PRIMARY KEY (workspace_id, sender_id),
                FOREIGN KEY (workspace_id, sender_id) REFERENCES senders (workspace_id, id) ON DELETE CASCADE
            ) STRICT;
            """)
}
