extension Migration {
    /// Connections, senders, contacts, conversations, messages, and what moves them.
    static let messaging = Migration(
        number: 2, name: "messaging",
        ddl: """
            CREATE TABLE connections (
                workspace_id TEXT NOT NULL REFERENCES workspaces (id),
                id TEXT NOT NULL,
                channel TEXT NOT NULL,
                name TEXT NOT NULL,
                app_id TEXT NOT NULL,
                business_account_id TEXT NOT NULL,
                app_secret TEXT NOT NULL,
                verify_token TEXT NOT NULL,
                access_token TEXT NOT NULL,
                is_subscribed INTEGER NOT NULL DEFAULT 0,
                token_is_temporary INTEGER NOT NULL DEFAULT 0,
                last_webhook_at INTEGER,
                created_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, id)
            ) STRICT;
            CREATE INDEX connections_by_id ON connections (id);

            CREATE TABLE senders (
                workspace_id TEXT NOT NULL,
                id TEXT NOT NULL,
                connection_id TEXT NOT NULL,
                channel TEXT NOT NULL,
                name TEXT NOT NULL,
                display_name TEXT,
                phone_number TEXT NOT NULL,
                provider_id TEXT NOT NULL,
                status TEXT NOT NULL CHECK (status IN ('online', 'connecting', 'pending', 'offline', 'suspended', 'failed')),
                status_reason TEXT,
                quality TEXT,
                messaging_limit TEXT,
                throughput TEXT,
                read_receipts TEXT NOT NULL DEFAULT 'onOpen' CHECK (read_receipts IN ('onOpen', 'onAnswer', 'never')),
                created_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, id),
                FOREIGN KEY (workspace_id, connection_id) REFERENCES connections (workspace_id, id)
            ) STRICT;
            CREATE UNIQUE INDEX senders_by_phone_number ON senders (workspace_id, phone_number);
            CREATE UNIQUE INDEX senders_by_provider_id ON senders (workspace_id, connection_id, provider_id);

            CREATE TABLE contacts (
                workspace_id TEXT NOT NULL REFERENCES workspaces (id),
                id TEXT NOT NULL,
                name TEXT,
                phone_number TEXT,
                username TEXT,
                business_scoped_id TEXT,
                created_at INTEGER NOT NULL,
                updated_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, id)
            ) STRICT;

            CREATE TABLE contact_identities (
                workspace_id TEXT NOT NULL,
                kind TEXT NOT NULL CHECK (kind IN ('phone', 'businessScoped', 'username', 'group')),
                match_key TEXT NOT NULL,
                value TEXT NOT NULL,
                contact_id TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, kind, match_key),
                FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id)
            ) STRICT;
            CREATE INDEX contact_identities_by_contact ON contact_identities (workspace_id, contact_id);

            CREATE TABLE conversations (
                workspace_id TEXT NOT NULL,
                id TEXT NOT NULL,
                sender_id TEXT NOT NULL,
                contact_id TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('open', 'snoozed', 'closed', 'archived')),
                unread INTEGER NOT NULL,
                last_message_id TEXT,
                last_kind TEXT,
                last_direction TEXT,
                last_status TEXT,
                last_preview TEXT,
                last_message_at INTEGER NOT NULL,
                last_inbound_at INTEGER,
                created_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, id),
                FOREIGN KEY (workspace_id, sender_id) REFERENCES senders (workspace_id, id),
                FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id)
            ) STRICT;
            CREATE UNIQUE INDEX conversations_by_contact ON conversations (workspace_id, contact_id, sender_id);
            CREATE INDEX conversations_by_time ON conversations (workspace_id, last_message_at DESC, id DESC);
            CREATE INDEX conversations_by_state ON conversations (workspace_id, state, last_message_at DESC, id DESC);
            CREATE INDEX conversations_by_sender ON conversations (workspace_id, sender_id, last_message_at DESC, id DESC);

            CREATE TABLE messages (
                workspace_id TEXT NOT NULL,
                id TEXT NOT NULL,
                conversation_id TEXT NOT NULL,
                sender_id TEXT NOT NULL,
                contact_id TEXT NOT NULL,
                client_id TEXT,
                direction TEXT NOT NULL CHECK (direction IN ('inbound', 'outbound')),
                kind TEXT NOT NULL,
                content TEXT NOT NULL,
                status TEXT NOT NULL CHECK (status IN ('scheduled', 'queued', 'claimed', 'cancelled', 'received',
                    'sending', 'unknown', 'sent', 'failed', 'delivered', 'read', 'played')),
                lane INTEGER NOT NULL DEFAULT 0,
                attempt INTEGER NOT NULL DEFAULT 0,
                claimed_epoch INTEGER,
                not_before INTEGER,
                error TEXT,
                provider_id TEXT,
                reply_to TEXT,
                at INTEGER NOT NULL,
                sequence INTEGER NOT NULL,
                sent_at INTEGER,
                delivered_at INTEGER,
                read_at INTEGER,
                edited_at INTEGER,
                revoked_at INTEGER,
                author TEXT,
                origin TEXT,
                PRIMARY KEY (workspace_id, id),
                FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id)
            ) STRICT;
            CREATE UNIQUE INDEX messages_by_client_id ON messages (workspace_id, client_id) WHERE client_id IS NOT NULL;
            CREATE UNIQUE INDEX messages_by_provider_id ON messages (workspace_id, sender_id, provider_id) WHERE provider_id IS NOT NULL;
            CREATE INDEX messages_by_conversation ON messages (workspace_id, conversation_id, at DESC, sequence DESC);
            CREATE INDEX messages_queued ON messages (workspace_id, sender_id, lane, sequence) WHERE status = 'queued';
            CREATE INDEX messages_in_order ON messages (workspace_id, conversation_id, lane, sequence)
                WHERE status IN ('queued', 'claimed', 'sending');
            CREATE INDEX messages_unknown ON messages (workspace_id, conversation_id) WHERE status = 'unknown';

            CREATE TABLE attempts (
                workspace_id TEXT NOT NULL,
                message_id TEXT NOT NULL,
                number INTEGER NOT NULL,
                sender_id TEXT NOT NULL,
                status TEXT NOT NULL CHECK (status IN ('sending', 'unknown', 'sent', 'failed', 'delivered', 'read', 'played')),
                epoch INTEGER NOT NULL,
                started_at INTEGER NOT NULL,
                answered_at INTEGER,
                provider_id TEXT,
                error TEXT,
                PRIMARY KEY (workspace_id, message_id, number),
                FOREIGN KEY (workspace_id, message_id) REFERENCES messages (workspace_id, id)
            ) STRICT;
            CREATE UNIQUE INDEX attempts_by_provider_id ON attempts (workspace_id, sender_id, provider_id) WHERE provider_id IS NOT NULL;
            CREATE INDEX attempts_open ON attempts (workspace_id, sender_id) WHERE status IN ('sending', 'unknown');

            CREATE TABLE statuses (
                workspace_id TEXT NOT NULL,
                message_id TEXT NOT NULL,
                attempt INTEGER NOT NULL,
                status TEXT NOT NULL CHECK (status IN ('sending', 'unknown', 'sent', 'failed', 'delivered', 'read', 'played')),
                participant TEXT NOT NULL,
                at INTEGER NOT NULL,
                pricing TEXT,
                PRIMARY KEY (workspace_id, message_id, attempt, status, participant)
            ) STRICT;

            CREATE TABLE reactions (
                workspace_id TEXT NOT NULL,
                message_id TEXT NOT NULL,
                actor TEXT NOT NULL,
                emoji TEXT NOT NULL,
                at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, message_id, actor),
                FOREIGN KEY (workspace_id, message_id) REFERENCES messages (workspace_id, id)
            ) STRICT;

            CREATE TABLE received_ids (
                workspace_id TEXT NOT NULL,
                sender_id TEXT NOT NULL,
                key TEXT NOT NULL,
                received_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, sender_id, key)
            ) STRICT{{sqlite:, WITHOUT ROWID}};

            CREATE TABLE parked (
                workspace_id TEXT NOT NULL,
                id TEXT NOT NULL,
                connection_id TEXT NOT NULL,
                sender_id TEXT NOT NULL,
                target_provider_id TEXT NOT NULL,
                event TEXT NOT NULL,
                received_at INTEGER NOT NULL,
                looks INTEGER NOT NULL,
                next_look_at INTEGER NOT NULL,
                deadline INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, id)
            ) STRICT;
            CREATE INDEX parked_by_target ON parked (workspace_id, sender_id, target_provider_id);
            CREATE INDEX parked_by_next_look ON parked (workspace_id, next_look_at, id);

            CREATE TABLE journal (
                workspace_id TEXT NOT NULL,
                id TEXT NOT NULL,
                connection_id TEXT NOT NULL,
                reason TEXT NOT NULL,
                items TEXT NOT NULL,
                body BLOB NOT NULL,
                received_at INTEGER NOT NULL,
                replayed_at INTEGER,
                PRIMARY KEY (workspace_id, id)
            ) STRICT;
            CREATE INDEX journal_by_connection ON journal (workspace_id, connection_id, id DESC);

            CREATE TABLE media (
                workspace_id TEXT NOT NULL,
                id TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('pending', 'stored', 'failed')),
                kind TEXT NOT NULL CHECK (kind IN ('image', 'video', 'audio', 'document', 'sticker')),
                sha256 TEXT,
                byte_count INTEGER,
                mime_type TEXT,
                filename TEXT,
                provider_media_id TEXT,
                sender_id TEXT,
                error TEXT,
                created_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, id)
            ) STRICT;
            CREATE INDEX media_by_digest ON media (workspace_id, sha256) WHERE sha256 IS NOT NULL;

            CREATE TABLE message_media (
                workspace_id TEXT NOT NULL,
                media_id TEXT NOT NULL,
                message_id TEXT NOT NULL,
                PRIMARY KEY (workspace_id, media_id, message_id)
            ) STRICT;

            CREATE TABLE media_uploads (
                workspace_id TEXT NOT NULL,
                media_id TEXT NOT NULL,
                sender_id TEXT NOT NULL,
                provider_media_id TEXT NOT NULL,
                expires_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, media_id, sender_id)
            ) STRICT;

            CREATE TABLE events (
                {{sqlite: id INTEGER PRIMARY KEY AUTOINCREMENT,}}
                {{postgres: id BIGINT GENERATED ALWAYS AS IDENTITY,}}
                {{postgres: tx xid8 NOT NULL DEFAULT pg_current_xact_id(),}}
                workspace_id TEXT NOT NULL,
                kind TEXT NOT NULL,
                conversation_id TEXT,
                message_id TEXT,
                subject_id TEXT,
                actor TEXT NOT NULL,
                address TEXT,
                cause TEXT,
                at INTEGER NOT NULL
                {{postgres: , PRIMARY KEY (workspace_id, tx, id)}}
            ) STRICT;
            {{sqlite: CREATE INDEX events_in_order ON events (workspace_id, id);}}

            CREATE TABLE event_horizons (
                workspace_id TEXT NOT NULL PRIMARY KEY,
                tx INTEGER NOT NULL,
                id INTEGER NOT NULL
            ) STRICT;

            CREATE TABLE jobs (
                workspace_id TEXT NOT NULL,
                id TEXT NOT NULL,
                kind TEXT NOT NULL,
                key TEXT NOT NULL,
                payload TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('pending', 'dead')),
                run_at INTEGER NOT NULL,
                attempts INTEGER NOT NULL DEFAULT 0,
                epoch INTEGER NOT NULL DEFAULT 0,
                lease_expires_at INTEGER,
                error TEXT,
                created_at INTEGER NOT NULL,
                PRIMARY KEY (workspace_id, id)
            ) STRICT;
            CREATE UNIQUE INDEX jobs_pending ON jobs (workspace_id, kind, key) WHERE state = 'pending';
            CREATE INDEX jobs_due ON jobs (kind, run_at, id) WHERE state = 'pending';
            """)
}
