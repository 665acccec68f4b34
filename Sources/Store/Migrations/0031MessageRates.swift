extension Migration {
    /// What delivered messages cost, as people of a workspace entered it, and by whose clock campaigns leave.
    static let messageRates = Migration(
        number: 31, name: "message-rates",
        ddl: """
            CREATE TABLE message_rates (
                workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
                category TEXT NOT NULL CHECK (category IN ('marketing', 'utility', 'authentication', 'service')),
                region TEXT NOT NULL,
                from_day TEXT NOT NULL,
                amount_millionths INTEGER NOT NULL CHECK (amount_millionths >= 0),
                currency TEXT NOT NULL,
                PRIMARY KEY (workspace_id, category, region, from_day)
            ) STRICT;
            ALTER TABLE campaigns ADD COLUMN timing TEXT;
            """)
}
