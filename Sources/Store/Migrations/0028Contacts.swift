extension Migration {
    /// The directory: what the business itself keeps of people, groups of them, and files that are taken in.
    static let contacts = Migration(
        number: 28, name: "contacts",
        ddl: """
            ALTER TABLE contacts ADD COLUMN given_name TEXT;
            ALTER TABLE contacts ADD COLUMN profile_name TEXT;
            ALTER TABLE contacts ADD COLUMN company TEXT;
            ALTER TABLE contacts ADD COLUMN address TEXT;
            ALTER TABLE contacts ADD COLUMN city TEXT;
            ALTER TABLE contacts ADD COLUMN state TEXT;
            ALTER TABLE contacts ADD COLUMN country TEXT;
            ALTER TABLE contacts ADD COLUMN description TEXT;
            ALTER TABLE contacts ADD COLUMN listed_at INTEGER;
            ALTER TABLE contacts ADD COLUMN sort_key TEXT NOT NULL DEFAULT '';
            ALTER TABLE contacts ADD COLUMN region TEXT;
            ALTER TABLE contacts ADD COLUMN import_id TEXT;
            ALTER TABLE contacts ADD COLUMN import_line INTEGER;
            CREATE INDEX directory_by_name ON contacts (workspace_id, sort_key, id) WHERE listed_at IS NOT NULL;
            CREATE INDEX directory_by_time ON contacts (workspace_id, listed_at DESC, id DESC) WHERE listed_at IS NOT NULL;
            CREATE INDEX directory_by_region ON contacts (workspace_id, region, sort_key, id) WHERE listed_at IS NOT NULL;
            CREATE INDEX contacts_by_import ON contacts (workspace_id, import_id, import_line) WHERE import_id IS NOT NULL;

            CREATE TABLE contact_groups (
                workspace_id TEXT NOT NULL REFERENCES workspaces (id),
                id TEXT NOT NULL,
                name TEXT NOT NULL,
                name_key TEXT NOT NULL,
                description TEXT,
                member_count INTEGER NOT NULL DEFAULT 0 CHECK (member_count >= 0),
                created_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, id)
            ) STRICT;
            CREATE UNIQUE INDEX contact_groups_by_name ON contact_groups (workspace_id, name_key);

            CREATE TABLE contact_group_members (
                workspace_id TEXT NOT NULL,
                group_id TEXT NOT NULL,
                contact_id TEXT NOT NULL,
                sort_key TEXT NOT NULL,
                import_id TEXT,
                PRIMARY KEY (workspace_id, group_id, contact_id),
                FOREIGN KEY (workspace_id, group_id) REFERENCES contact_groups (workspace_id, id),
                FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id)
            ) STRICT;
            CREATE INDEX contact_group_members_by_name ON contact_group_members (workspace_id, group_id, sort_key, contact_id);
            CREATE INDEX contact_group_members_by_contact ON contact_group_members (workspace_id, contact_id, group_id);
            CREATE INDEX contact_group_members_by_import ON contact_group_members (workspace_id, import_id, group_id, contact_id)
                WHERE import_id IS NOT NULL;

            CREATE TABLE contact_imports (
                workspace_id TEXT NOT NULL REFERENCES workspaces (id),
                id TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('uploaded', 'running', 'cancelling', 'done', 'cancelled')),
                filename TEXT NOT NULL,
                sha256 TEXT NOT NULL,
                byte_count INTEGER NOT NULL,
                encoding TEXT NOT NULL,
                separator INTEGER NOT NULL,
                line_count INTEGER NOT NULL,
                columns TEXT NOT NULL,
                region TEXT,
                groups TEXT NOT NULL,
                byte_offset INTEGER NOT NULL DEFAULT 0,
                line INTEGER NOT NULL DEFAULT 1,
                created_count INTEGER NOT NULL DEFAULT 0,
                existing_count INTEGER NOT NULL DEFAULT 0,
                refused_count INTEGER NOT NULL DEFAULT 0,
                actor TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                started_at INTEGER,
                ended_at INTEGER,
                PRIMARY KEY (workspace_id, id)
            ) STRICT;
            CREATE INDEX contact_imports_by_file ON contact_imports (workspace_id, sha256);

            CREATE TABLE contact_import_refusals (
                workspace_id TEXT NOT NULL,
                import_id TEXT NOT NULL,
                line INTEGER NOT NULL,
                reason TEXT NOT NULL,
                cells TEXT NOT NULL,
                PRIMARY KEY (workspace_id, import_id, line),
                FOREIGN KEY (workspace_id, import_id) REFERENCES contact_imports (workspace_id, id)
            ) STRICT;
            """)
}
