extension Migration {
    /// Campaigns, their recipients as rows, and what is counted of them.
    static let campaigns = Migration(
        number: 30, name: "campaigns",
        ddl: """
            CREATE TABLE campaigns (
                workspace_id TEXT NOT NULL REFERENCES workspaces (id),
                id TEXT NOT NULL,
                name TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('draft', 'scheduled', 'running', 'paused', 'finished', 'cancelled', 'failed')),
                preparation TEXT NOT NULL CHECK (preparation IN ('none', 'running', 'done', 'failed')),
                senders TEXT NOT NULL,
                template_id TEXT,
                mapping TEXT NOT NULL,
                audience TEXT NOT NULL,
                stop_rule TEXT NOT NULL,
                starts_at INTEGER,
                halt TEXT,
                created_by TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                started_at INTEGER,
                ended_at INTEGER,
                removed_at INTEGER,
                prepared_source INTEGER NOT NULL DEFAULT 0,
                prepared_place TEXT NOT NULL DEFAULT '',
                prepared_count INTEGER NOT NULL DEFAULT 0,
                people_count INTEGER NOT NULL DEFAULT 0,
                known_before INTEGER NOT NULL DEFAULT 0,
                failed_before INTEGER NOT NULL DEFAULT 0,
                qualities TEXT NOT NULL DEFAULT '[]',
                retry TEXT,
                PRIMARY KEY (workspace_id, id)
            ) STRICT;
            CREATE INDEX campaigns_by_state ON campaigns (workspace_id, state, id) WHERE removed_at IS NULL;

            CREATE TABLE campaign_recipients (
                workspace_id TEXT NOT NULL,
                campaign_id TEXT NOT NULL,
                position INTEGER NOT NULL,
                contact_id TEXT,
                number TEXT,
                person_key TEXT NOT NULL,
                sender_id TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('pending', 'excluded', 'queued', 'sent', 'delivered', 'read', 'failed', 'cancelled', 'unknown')),
                reason TEXT,
                error TEXT,
                columns TEXT,
                not_before INTEGER NOT NULL DEFAULT 0,
                message_id TEXT,
                conversation_id TEXT,
                queued_at INTEGER,
                sent_at INTEGER,
                delivered_at INTEGER,
                read_at INTEGER,
                failed_at INTEGER,
                replied_at INTEGER,
                clicked_at INTEGER,
                PRIMARY KEY (workspace_id, campaign_id, position),
                FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns (workspace_id, id)
            ) STRICT;
            CREATE INDEX campaign_recipients_pending ON campaign_recipients (workspace_id, campaign_id, sender_id, not_before, position)
                WHERE state = 'pending';
            CREATE INDEX campaign_recipients_by_state ON campaign_recipients (workspace_id, campaign_id, state, position);
            CREATE INDEX campaign_recipients_by_reason ON campaign_recipients (workspace_id, campaign_id, state, reason, position)
                WHERE reason IS NOT NULL;
            CREATE INDEX campaign_recipients_replied ON campaign_recipients (workspace_id, campaign_id, position) WHERE replied_at IS NOT NULL;
            CREATE INDEX campaign_recipients_clicked ON campaign_recipients (workspace_id, campaign_id, position) WHERE clicked_at IS NOT NULL;
            CREATE INDEX campaign_recipients_by_person ON campaign_recipients (workspace_id, campaign_id, person_key);
            CREATE INDEX campaign_recipients_by_contact ON campaign_recipients (workspace_id, contact_id, queued_at) WHERE queued_at IS NOT NULL;
            CREATE UNIQUE INDEX campaign_recipients_by_message ON campaign_recipients (workspace_id, message_id) WHERE message_id IS NOT NULL;
            CREATE INDEX campaign_recipients_by_conversation ON campaign_recipients (workspace_id, conversation_id, sent_at)
                WHERE sent_at IS NOT NULL;

            CREATE TABLE campaign_counts (
                workspace_id TEXT NOT NULL,
                campaign_id TEXT NOT NULL,
                measure TEXT NOT NULL,
                reason TEXT NOT NULL,
                count INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, campaign_id, measure, reason),
                FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns (workspace_id, id)
            ) STRICT;

            CREATE TABLE campaign_hours (
                workspace_id TEXT NOT NULL,
                campaign_id TEXT NOT NULL,
                hour INTEGER NOT NULL,
                measure TEXT NOT NULL,
                count INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, campaign_id, hour, measure),
                FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns (workspace_id, id)
            ) STRICT;
            """)
}
