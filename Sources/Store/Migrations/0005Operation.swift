extension Migration {
    /// What an operator looks at: shares of the work in the background, the files that processes share, the answers about access tokens.
    static let operation = Migration(
        number: 5, name: "operation",
        ddl: """
            -- By workspace, so that each has its turn however much another has to do.
            DROP INDEX jobs_due;
            CREATE INDEX jobs_due ON jobs (kind, workspace_id, run_at, id) WHERE state = 'pending';
            CREATE INDEX jobs_dead ON jobs (workspace_id, id) WHERE state = 'dead';

            ALTER TABLE processes ADD COLUMN media_marker TEXT;

            ALTER TABLE connections ADD COLUMN checked_at INTEGER;
            ALTER TABLE connections ADD COLUMN check_problem TEXT;
            """)
}
