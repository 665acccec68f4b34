extension Migration {
    /// What people let the business send them: how it stands, the ledger of what they said, and the words by which they say it.
    static let consent = Migration(
        number: 33, name: "consent",
        ddl: """
            CREATE TABLE consents (
                workspace_id TEXT NOT NULL,
                contact_id TEXT NOT NULL,
                marketing TEXT NOT NULL CHECK (marketing IN ('opted-in', 'opted-out')),
                is_stopped INTEGER NOT NULL CHECK (is_stopped IN (0, 1)),
                changed_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, contact_id),
                FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id),
                CHECK (is_stopped = 0 OR marketing = 'opted-out')
            ) STRICT;

            CREATE TABLE consent_entries (
                workspace_id TEXT NOT NULL,
                id TEXT NOT NULL,
                contact_id TEXT NOT NULL,
                change TEXT NOT NULL,
                source TEXT NOT NULL,
                text TEXT NOT NULL,
                actor TEXT NOT NULL,
                at INTEGER NOT NULL,
                recorded_at INTEGER NOT NULL,
                is_applied INTEGER NOT NULL CHECK (is_applied IN (0, 1)),
                PRIMARY KEY (workspace_id, id),
                FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id)
            ) STRICT;
            CREATE INDEX consent_entries_by_contact ON consent_entries (workspace_id, contact_id, id DESC);

            CREATE TABLE consent_words (
                workspace_id TEXT NOT NULL REFERENCES workspaces (id),
                languages TEXT NOT NULL,
                updated_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id)
            ) STRICT;

            INSERT INTO consents (workspace_id, contact_id, marketing, is_stopped, changed_at)
            SELECT r.workspace_id, r.contact_id, 'opted-out', 0, r.at FROM contact_restrictions r
                JOIN contacts c ON c.workspace_id = r.workspace_id AND c.id = r.contact_id
                WHERE r.until IS NULL;
            INSERT INTO consent_entries (workspace_id, id, contact_id, change, source, text, actor, at, recorded_at, is_applied)
            SELECT k.workspace_id, 'cse_' || SUBSTR(k.contact_id, 5), k.contact_id, 'opt-out', 'refusal', '131050', 'system:dispatcher',
                k.changed_at, k.changed_at, 1 FROM consents k;
            DELETE FROM contact_restrictions WHERE until IS NULL;
            """)
}
