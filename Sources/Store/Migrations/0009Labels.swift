extension Migration {
    /// Labels, conversations that are out of the way for a time, and the indexes of what asks for attention.
    static let labels = Migration(
        number: 9, name: "labels",
        ddl: """
            CREATE TABLE labels (
                workspace_id TEXT NOT NULL REFERENCES workspaces (id),
                id TEXT NOT NULL,
                name TEXT NOT NULL,
                name_key TEXT NOT NULL,
                color TEXT NOT NULL CHECK (color IN ('grey', 'red', 'amber', 'green', 'blue', 'violet')),
                created_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, id)
            ) STRICT;
            CREATE UNIQUE INDEX labels_by_name ON labels (workspace_id, name_key);

            CREATE TABLE conversation_labels (
                workspace_id TEXT NOT NULL,
                conversation_id TEXT NOT NULL,
                label_id TEXT NOT NULL,
                PRIMARY KEY (workspace_id, conversation_id, label_id),
                FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE,
                FOREIGN KEY (workspace_id, label_id) REFERENCES labels (workspace_id, id) ON DELETE CASCADE
            ) STRICT;
            CREATE INDEX conversation_labels_by_label ON conversation_labels (workspace_id, label_id, conversation_id);

            ALTER TABLE conversations ADD COLUMN snoozed_until INTEGER;
            CREATE INDEX conversations_unread ON conversations (workspace_id, state, last_message_at DESC, id DESC) WHERE unread > 0;
            CREATE INDEX conversations_failed ON conversations (workspace_id, state, last_message_at DESC, id DESC)
                WHERE last_status = 'failed';
            """)
}
