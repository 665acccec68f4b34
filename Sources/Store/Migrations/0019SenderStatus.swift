extension Migration {
    /// The facts out of which a number's status follows, and what happened to it.
    static let senderStatus = Migration(
        number: 19, name: "sender-status",
        ddl: """
            ALTER TABLE senders ADD COLUMN is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1));
            ALTER TABLE senders ADD COLUMN is_checking INTEGER NOT NULL DEFAULT 0 CHECK (is_checking IN (0, 1));
            ALTER TABLE senders ADD COLUMN set_up TEXT NOT NULL DEFAULT 'done'
                CHECK (set_up IN ('signup', 'verification', 'registration', 'approval', 'done', 'failed'));
            ALTER TABLE senders ADD COLUMN policy TEXT NOT NULL DEFAULT 'fine' CHECK (policy IN ('fine', 'restricted', 'suspended'));
            ALTER TABLE senders ADD COLUMN policy_ends_at INTEGER;
            ALTER TABLE senders ADD COLUMN trouble TEXT NOT NULL DEFAULT 'none'
                CHECK (trouble IN ('none', 'token-refused', 'number-missing', 'payment-missing'));
            ALTER TABLE senders ADD COLUMN subscription TEXT NOT NULL DEFAULT 'free'
                CHECK (subscription IN ('free', 'paid', 'grace', 'lapsed'));
            ALTER TABLE senders ADD COLUMN reason TEXT;
            ALTER TABLE senders ADD COLUMN explained_reason TEXT;
            ALTER TABLE senders ADD COLUMN explanation TEXT;
            ALTER TABLE senders ADD COLUMN status_since INTEGER;
            ALTER TABLE senders ADD COLUMN removed_at INTEGER;

            UPDATE senders SET set_up = 'registration', reason = 'registration-missing' WHERE status = 'pending';
            UPDATE senders SET trouble = 'token-refused', reason = 'token-refused', explained_reason = 'token-refused', explanation = status_reason
                WHERE status = 'failed';
            UPDATE senders SET status_since = created_at;

            CREATE TABLE sender_history (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                workspace_id TEXT NOT NULL,
                sender_id TEXT NOT NULL,
                cause TEXT NOT NULL,
                actor TEXT NOT NULL,
                status TEXT NOT NULL,
                reason TEXT,
                explanation TEXT,
                at INTEGER NOT NULL,
                FOREIGN KEY (workspace_id, sender_id) REFERENCES senders (workspace_id, id) ON DELETE CASCADE
            ) STRICT;
            CREATE INDEX sender_history_by_sender ON sender_history (workspace_id, sender_id, sequence DESC);
            """)
}
