extension Migration {
    /// What becomes of what arrives for a number, and what that makes: webhooks that are kept, messages to be told of by e-mail, callers that
    /// were answered.
    static let reception = Migration(
        number: 20, name: "reception",
        ddl: """
            CREATE TABLE reception_options (
                workspace_id TEXT NOT NULL,
                sender_id TEXT NOT NULL,
                receives_messages INTEGER NOT NULL CHECK (receives_messages IN (0, 1)),
                notifies INTEGER NOT NULL CHECK (notifies IN (0, 1)),
                receives_groups INTEGER NOT NULL CHECK (receives_groups IN (0, 1)),
                sends_mail INTEGER NOT NULL CHECK (sends_mail IN (0, 1)),
                mail_address TEXT,
                blocks_calls INTEGER NOT NULL CHECK (blocks_calls IN (0, 1)),
                block_message TEXT,
                call_failure TEXT,
                call_failed_at INTEGER,
                mailed_at INTEGER,
                updated_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, sender_id),
                FOREIGN KEY (workspace_id, sender_id) REFERENCES senders (workspace_id, id) ON DELETE CASCADE,
                CHECK (sends_mail = 0 OR mail_address IS NOT NULL),
                CHECK (blocks_calls = 1 OR block_message IS NULL)
            ) STRICT;

            CREATE TABLE kept_webhooks (
                workspace_id TEXT NOT NULL,
                sender_id TEXT NOT NULL,
                journal_id TEXT NOT NULL,
                PRIMARY KEY (workspace_id, sender_id, journal_id),
                FOREIGN KEY (workspace_id, sender_id) REFERENCES senders (workspace_id, id) ON DELETE CASCADE,
                FOREIGN KEY (workspace_id, journal_id) REFERENCES journal (workspace_id, id) ON DELETE CASCADE
            ) STRICT;
            CREATE INDEX kept_webhooks_by_entry ON kept_webhooks (workspace_id, journal_id);

            CREATE TABLE reception_mails (
                workspace_id TEXT NOT NULL,
                sender_id TEXT NOT NULL,
                message_id TEXT NOT NULL,
                PRIMARY KEY (workspace_id, sender_id, message_id),
                FOREIGN KEY (workspace_id, message_id) REFERENCES messages (workspace_id, id) ON DELETE CASCADE
            ) STRICT;
            CREATE INDEX reception_mails_by_message ON reception_mails (workspace_id, message_id);

            CREATE TABLE block_messages (
                workspace_id TEXT NOT NULL,
                sender_id TEXT NOT NULL,
                contact_id TEXT NOT NULL,
                sent_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, sender_id, contact_id),
                FOREIGN KEY (workspace_id, sender_id) REFERENCES senders (workspace_id, id) ON DELETE CASCADE,
                FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id) ON DELETE CASCADE
            ) STRICT;
            CREATE INDEX block_messages_by_contact ON block_messages (workspace_id, contact_id);
            """)
}
