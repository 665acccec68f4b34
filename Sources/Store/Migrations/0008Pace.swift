extension Migration {
    /// How often a provider found a number too fast, so that it becomes slower bit by bit.
    static let pace = Migration(
        number: 8, name: "pace",
        ddl: """
            ALTER TABLE sender_holds ADD COLUMN slowed_times INTEGER NOT NULL DEFAULT 0;
            """)
}
