extension Migration {
    /// What finds the old rows of numbers, and a month whose price was put aside and never charged.
    static let senderUpkeep = Migration(
        number: 25, name: "sender-upkeep",
        ddl: """
            CREATE INDEX sender_history_by_time ON sender_history (workspace_id, at);
            CREATE INDEX block_messages_by_time ON block_messages (workspace_id, sent_at);
            CREATE INDEX sender_subscriptions_reserved ON sender_subscriptions (state, workspace_id, sender_id) WHERE state = 'reserved';
            """)
}
