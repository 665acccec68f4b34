extension Migration {
    /// Leads and clients, with the lists that a workspace keeps for them. Every workspace that is there gets the usual ones.
    static let leads = Migration(
        number: 34, name: "leads",
        ddl: """
            CREATE TABLE lead_statuses (
                workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
                id TEXT NOT NULL,
                name TEXT NOT NULL,
                name_key TEXT NOT NULL,
                color TEXT NOT NULL,
                kind TEXT NOT NULL CHECK (kind IN ('open', 'won', 'lost')),
                position INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, id)
            ) STRICT;
            CREATE UNIQUE INDEX lead_statuses_by_name ON lead_statuses (workspace_id, name_key);

            CREATE TABLE lead_sources (
                workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
                id TEXT NOT NULL,
                name TEXT NOT NULL,
                name_key TEXT NOT NULL,
                PRIMARY KEY (workspace_id, id)
            ) STRICT;
            CREATE UNIQUE INDEX lead_sources_by_name ON lead_sources (workspace_id, name_key);

            CREATE TABLE lead_settings (
                workspace_id TEXT NOT NULL PRIMARY KEY REFERENCES workspaces (id) ON DELETE CASCADE,
                is_automatic INTEGER NOT NULL,
                status_id TEXT,
                source_id TEXT,
                owner_id TEXT,
                follows_assignee INTEGER NOT NULL,
                currency TEXT NOT NULL
            ) STRICT;
            CREATE INDEX lead_settings_automatic ON lead_settings (workspace_id) WHERE is_automatic = 1;

            CREATE TABLE clients (
                workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
                id TEXT NOT NULL,
                name TEXT NOT NULL,
                company TEXT,
                sort_key TEXT NOT NULL,
                owner_id TEXT,
                amount INTEGER NOT NULL DEFAULT 0,
                currency TEXT,
                description TEXT,
                created_at INTEGER NOT NULL,
                changed_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, id)
            ) STRICT;
            CREATE INDEX clients_by_change ON clients (workspace_id, changed_at DESC, id DESC);
            CREATE INDEX clients_by_name ON clients (workspace_id, sort_key, id);
            CREATE INDEX clients_by_value ON clients (workspace_id, amount DESC, id DESC);
            CREATE INDEX clients_by_owner ON clients (workspace_id, owner_id, changed_at DESC, id DESC);

            CREATE TABLE client_contacts (
                workspace_id TEXT NOT NULL,
                contact_id TEXT NOT NULL,
                client_id TEXT NOT NULL,
                PRIMARY KEY (workspace_id, contact_id),
                FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id),
                FOREIGN KEY (workspace_id, client_id) REFERENCES clients (workspace_id, id)
            ) STRICT;
            CREATE INDEX client_contacts_by_client ON client_contacts (workspace_id, client_id, contact_id);

            CREATE TABLE client_words (
                workspace_id TEXT NOT NULL,
                word TEXT NOT NULL,
                record_id TEXT NOT NULL,
                PRIMARY KEY (workspace_id, word, record_id),
                FOREIGN KEY (workspace_id, record_id) REFERENCES clients (workspace_id, id) ON DELETE CASCADE
            ) STRICT;
            CREATE INDEX client_words_by_client ON client_words (workspace_id, record_id, word);

            CREATE TABLE leads (
                workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
                id TEXT NOT NULL,
                name TEXT NOT NULL,
                company TEXT,
                sort_key TEXT NOT NULL,
                contact_id TEXT,
                status_id TEXT NOT NULL,
                source_id TEXT,
                owner_id TEXT,
                awaits_owner INTEGER NOT NULL DEFAULT 0,
                amount INTEGER NOT NULL DEFAULT 0,
                currency TEXT,
                description TEXT,
                client_id TEXT,
                created_at INTEGER NOT NULL,
                changed_at INTEGER NOT NULL,
                closed_at INTEGER,
                PRIMARY KEY (workspace_id, id),
                FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id),
                FOREIGN KEY (workspace_id, status_id) REFERENCES lead_statuses (workspace_id, id),
                FOREIGN KEY (workspace_id, source_id) REFERENCES lead_sources (workspace_id, id),
                FOREIGN KEY (workspace_id, client_id) REFERENCES clients (workspace_id, id)
            ) STRICT;
            CREATE UNIQUE INDEX leads_by_contact ON leads (workspace_id, contact_id) WHERE contact_id IS NOT NULL;
            CREATE INDEX leads_by_change ON leads (workspace_id, changed_at DESC, id DESC);
            CREATE INDEX leads_by_name ON leads (workspace_id, sort_key, id);
            CREATE INDEX leads_by_value ON leads (workspace_id, amount DESC, id DESC);
            CREATE INDEX leads_by_status ON leads (workspace_id, status_id, changed_at DESC, id DESC);
            CREATE INDEX leads_by_owner ON leads (workspace_id, owner_id, changed_at DESC, id DESC);
            CREATE INDEX leads_by_owner_status ON leads (workspace_id, owner_id, status_id, changed_at DESC, id DESC);
            CREATE INDEX leads_by_column ON leads (workspace_id, status_id, owner_id, currency, amount);
            CREATE INDEX leads_by_source ON leads (workspace_id, source_id, id) WHERE source_id IS NOT NULL;
            CREATE INDEX leads_by_client ON leads (workspace_id, client_id, id) WHERE client_id IS NOT NULL;

            CREATE TABLE lead_words (
                workspace_id TEXT NOT NULL,
                word TEXT NOT NULL,
                record_id TEXT NOT NULL,
                PRIMARY KEY (workspace_id, word, record_id),
                FOREIGN KEY (workspace_id, record_id) REFERENCES leads (workspace_id, id) ON DELETE CASCADE
            ) STRICT;
            CREATE INDEX lead_words_by_lead ON lead_words (workspace_id, record_id, word);

            CREATE TABLE lead_deeds (
                workspace_id TEXT NOT NULL,
                id TEXT NOT NULL,
                lead_id TEXT NOT NULL,
                kind TEXT NOT NULL,
                former TEXT,
                present TEXT,
                actor TEXT NOT NULL,
                at INTEGER NOT NULL,
                sequence INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, id),
                FOREIGN KEY (workspace_id, lead_id) REFERENCES leads (workspace_id, id) ON DELETE CASCADE
            ) STRICT;
            CREATE INDEX lead_deeds_by_lead ON lead_deeds (workspace_id, lead_id, at, sequence);

            INSERT INTO lead_statuses (workspace_id, id, name, name_key, color, kind, position)
            SELECT id, 'lst_' || substr(id, 5, 25) || '0', 'New', 'new', 'blue', 'open', 0 FROM workspaces
            UNION ALL SELECT id, 'lst_' || substr(id, 5, 25) || '1', 'Contacted', 'contacted', 'violet', 'open', 1 FROM workspaces
            UNION ALL SELECT id, 'lst_' || substr(id, 5, 25) || '2', 'Qualified', 'qualified', 'amber', 'open', 2 FROM workspaces
            UNION ALL SELECT id, 'lst_' || substr(id, 5, 25) || '3', 'Won', 'won', 'green', 'won', 3 FROM workspaces
            UNION ALL SELECT id, 'lst_' || substr(id, 5, 25) || '4', 'Lost', 'lost', 'red', 'lost', 4 FROM workspaces;
            INSERT INTO lead_sources (workspace_id, id, name, name_key)
            SELECT id, 'lsr_' || substr(id, 5, 25) || '0', 'WhatsApp', 'whatsapp' FROM workspaces
            UNION ALL SELECT id, 'lsr_' || substr(id, 5, 25) || '1', 'Website', 'website' FROM workspaces
            UNION ALL SELECT id, 'lsr_' || substr(id, 5, 25) || '2', 'Recommendation', 'recommendation' FROM workspaces
            UNION ALL SELECT id, 'lsr_' || substr(id, 5, 25) || '3', 'Advertisement', 'advertisement' FROM workspaces;
            """)
}
