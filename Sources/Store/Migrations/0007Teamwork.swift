extension Migration {
    /// Who looks after a conversation, and who may see it. The indexes give each part of a person's inbox in order: what is theirs, their teams', nobody's.
    static let teamwork = Migration(
        number: 7, name: "teamwork",
        ddl: """
            CREATE TABLE teams (
                workspace_id TEXT NOT NULL REFERENCES workspaces (id),
                id TEXT NOT NULL,
                name TEXT NOT NULL,
                name_key TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, id)
            ) STRICT;
            CREATE UNIQUE INDEX teams_by_name ON teams (workspace_id, name_key);

            CREATE TABLE team_members (
                workspace_id TEXT NOT NULL,
                team_id TEXT NOT NULL,
                account_id TEXT NOT NULL,
                PRIMARY KEY (workspace_id, team_id, account_id),
                FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id) ON DELETE CASCADE,
                FOREIGN KEY (workspace_id, account_id) REFERENCES members (workspace_id, account_id) ON DELETE CASCADE
            ) STRICT;
            CREATE INDEX team_members_by_account ON team_members (workspace_id, account_id, team_id);

            CREATE TABLE visibility_levels (
                workspace_id TEXT NOT NULL REFERENCES workspaces (id),
                role TEXT NOT NULL CHECK (role IN ('agent')),
                level TEXT NOT NULL CHECK (level IN ('own', 'team', 'all')),
                PRIMARY KEY (workspace_id, role)
            ) STRICT;

            ALTER TABLE conversations ADD COLUMN assignee_id TEXT;
            ALTER TABLE conversations ADD COLUMN team_id TEXT;
            DROP INDEX conversations_by_time;
            DROP INDEX conversations_by_sender;
            CREATE INDEX conversations_by_sender ON conversations (workspace_id, sender_id, state, last_message_at DESC, id DESC);
            CREATE INDEX conversations_by_assignee ON conversations (workspace_id, assignee_id, state, last_message_at DESC, id DESC)
                WHERE assignee_id IS NOT NULL;
            CREATE INDEX conversations_by_team ON conversations (workspace_id, team_id, state, last_message_at DESC, id DESC)
                WHERE team_id IS NOT NULL;
            CREATE INDEX conversations_unassigned ON conversations (workspace_id, state, last_message_at DESC, id DESC) WHERE assignee_id IS NULL;
            """)
}
