extension Migration {
    /// Texts that people insert by a shortcut, and what each member has begun to write in a conversation.
    static let quickReplies = Migration(
        number: 12, name: "quick replies",
        ddl: """
            CREATE TABLE quick_replies (
                workspace_id TEXT NOT NULL REFERENCES workspaces (id),
                id TEXT NOT NULL,
                shortcut TEXT NOT NULL,
                text TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, id)
            ) STRICT;
            CREATE UNIQUE INDEX quick_replies_by_shortcut ON quick_replies (workspace_id, shortcut);

            CREATE TABLE drafts (
                workspace_id TEXT NOT NULL,
                account_id TEXT NOT NULL,
                conversation_id TEXT NOT NULL,
                text TEXT NOT NULL,
                version INTEGER NOT NULL,
                updated_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, account_id, conversation_id),
                FOREIGN KEY (workspace_id, account_id) REFERENCES members (workspace_id, account_id) ON DELETE CASCADE,
                FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE
            ) STRICT;
            CREATE INDEX drafts_by_conversation ON drafts (workspace_id, conversation_id);
            """)
}
