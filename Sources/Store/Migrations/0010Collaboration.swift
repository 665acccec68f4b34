extension Migration {
    /// How people work together: what they tell each other in a conversation, in the order of its thread, and whom they call; who takes new
    /// conversations, and who may not come in any more; the lists that each of them looks at; and the way from a message to its files, for
    /// conversations that are deleted.
    static let collaboration = Migration(
        number: 10, name: "collaboration",
        ddl: """
            CREATE TABLE notes (
                workspace_id TEXT NOT NULL,
                id TEXT NOT NULL,
                conversation_id TEXT NOT NULL,
                author TEXT NOT NULL,
                text TEXT NOT NULL,
                at INTEGER NOT NULL,
                sequence INTEGER NOT NULL,
                edited_at INTEGER,
                PRIMARY KEY (workspace_id, id),
                FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE
            ) STRICT;
            CREATE INDEX notes_by_conversation ON notes (workspace_id, conversation_id, at DESC, sequence DESC);

            CREATE TABLE note_mentions (
                workspace_id TEXT NOT NULL,
                note_id TEXT NOT NULL,
                account_id TEXT NOT NULL,
                PRIMARY KEY (workspace_id, note_id, account_id),
                FOREIGN KEY (workspace_id, note_id) REFERENCES notes (workspace_id, id) ON DELETE CASCADE,
                FOREIGN KEY (workspace_id, account_id) REFERENCES members (workspace_id, account_id) ON DELETE CASCADE
            ) STRICT;
            CREATE INDEX note_mentions_by_account ON note_mentions (workspace_id, account_id);

            ALTER TABLE members ADD COLUMN away_since INTEGER;
            ALTER TABLE members ADD COLUMN deactivated_at INTEGER;
            ALTER TABLE members ADD COLUMN given_at INTEGER;
            ALTER TABLE teams ADD COLUMN distribution TEXT NOT NULL DEFAULT 'manual';
            ALTER TABLE workspaces ADD COLUMN distribution TEXT NOT NULL DEFAULT 'manual';

            ALTER TABLE conversations ADD COLUMN ai_active INTEGER NOT NULL DEFAULT 1;

            CREATE TABLE saved_views (
                workspace_id TEXT NOT NULL,
                id TEXT NOT NULL,
                account_id TEXT NOT NULL,
                name TEXT NOT NULL,
                name_key TEXT NOT NULL,
                filter TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, id),
                FOREIGN KEY (workspace_id, account_id) REFERENCES members (workspace_id, account_id) ON DELETE CASCADE
            ) STRICT;
            CREATE UNIQUE INDEX saved_views_by_name ON saved_views (workspace_id, account_id, name_key);

            CREATE TABLE event_readers (
                workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
                reader TEXT NOT NULL,
                tx INTEGER NOT NULL,
                id INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, reader)
            ) STRICT;

            CREATE TABLE presence (
                workspace_id TEXT NOT NULL,
                conversation_id TEXT NOT NULL,
                account_id TEXT NOT NULL,
                process_id TEXT NOT NULL,
                viewing_until INTEGER NOT NULL,
                writing_until INTEGER,
                PRIMARY KEY (workspace_id, conversation_id, account_id, process_id)
            ) STRICT;

            CREATE INDEX message_media_by_message ON message_media (workspace_id, message_id);
            """)
}
