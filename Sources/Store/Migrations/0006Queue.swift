extension Migration {
    /// What the queue page asks of a sender's messages. Few rows come into these indexes, and none on the way of a message that arrives.
    static let queue = Migration(
        number: 6, name: "queue",
        ddl: """
            CREATE INDEX messages_scheduled ON messages (workspace_id, sender_id, lane, sequence) WHERE status = 'scheduled';
            CREATE INDEX messages_unknown_by_sender ON messages (workspace_id, sender_id, sequence) WHERE status = 'unknown';
            CREATE INDEX messages_failed ON messages (workspace_id, sender_id, at, sequence) WHERE status = 'failed';
            """)
}
