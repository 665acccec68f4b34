extension Migration {
    /// What people did with conversations, which their threads tell for as long as they are there, and the files of a thread.
    static let activity = Migration(
        number: 15, name: "activity",
        ddl: """
            CREATE TABLE activity (
                workspace_id TEXT NOT NULL,
                id TEXT NOT NULL,
                conversation_id TEXT NOT NULL,
                kind TEXT NOT NULL,
                subject TEXT,
                actor TEXT NOT NULL,
                at INTEGER NOT NULL,
                sequence INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, id),
                FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE
            ) STRICT;
            CREATE INDEX activity_by_conversation ON activity (workspace_id, conversation_id, at DESC, sequence DESC);
            CREATE INDEX messages_with_files ON messages (workspace_id, conversation_id, at DESC, sequence DESC) WHERE kind = 'media';
            """)
}
