extension Migration {
    /// What a mail server and a browser's push service last said no to, since when a note calls somebody, and the notifications of a conversation, which go
    /// with it.
    static let refusals = Migration(
        number: 17, name: "refusals",
        ddl: """
            ALTER TABLE mail_settings ADD COLUMN failure TEXT;
            ALTER TABLE mail_settings ADD COLUMN failed_at INTEGER;
            ALTER TABLE push_subscriptions ADD COLUMN refusals INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE note_mentions ADD COLUMN called_at INTEGER NOT NULL DEFAULT 0;
            CREATE INDEX notifications_by_conversation ON notifications (workspace_id, conversation_id);
            """)
}
