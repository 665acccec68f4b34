-- Generated from the migrations by `make golden`; never edited. Today's tables, first as SQLite has them, then as PostgreSQL has them.

-- SQLite

CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE activity (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX activity_by_conversation ON activity (workspace_id, conversation_id, at DESC, sequence DESC);

CREATE TABLE api_keys (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    revoked_at INTEGER,
    PRIMARY KEY (workspace_id, id)
) STRICT;

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
CREATE INDEX attempts_by_sender ON attempts (workspace_id, sender_id, started_at);
CREATE INDEX attempts_open ON attempts (workspace_id, sender_id) WHERE status IN ('sending', 'unknown');

CREATE TABLE block_messages (
    workspace_id TEXT NOT NULL,
    sender_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, sender_id, contact_id),
    FOREIGN KEY (workspace_id, sender_id) REFERENCES senders (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX block_messages_by_contact ON block_messages (workspace_id, contact_id);
CREATE INDEX block_messages_by_time ON block_messages (workspace_id, sent_at);

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
CREATE INDEX campaign_recipients_by_contact ON campaign_recipients (workspace_id, contact_id, queued_at) WHERE queued_at IS NOT NULL;
CREATE INDEX campaign_recipients_by_conversation ON campaign_recipients (workspace_id, conversation_id, sent_at)
    WHERE sent_at IS NOT NULL;
CREATE UNIQUE INDEX campaign_recipients_by_message ON campaign_recipients (workspace_id, message_id) WHERE message_id IS NOT NULL;
CREATE INDEX campaign_recipients_by_person ON campaign_recipients (workspace_id, campaign_id, person_key);
CREATE INDEX campaign_recipients_by_reason ON campaign_recipients (workspace_id, campaign_id, state, reason, position)
    WHERE reason IS NOT NULL;
CREATE INDEX campaign_recipients_by_state ON campaign_recipients (workspace_id, campaign_id, state, position);
CREATE INDEX campaign_recipients_clicked ON campaign_recipients (workspace_id, campaign_id, position) WHERE clicked_at IS NOT NULL;
CREATE INDEX campaign_recipients_pending ON campaign_recipients (workspace_id, campaign_id, sender_id, not_before, position)
    WHERE state = 'pending';
CREATE INDEX campaign_recipients_replied ON campaign_recipients (workspace_id, campaign_id, position) WHERE replied_at IS NOT NULL;

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
    retry TEXT, timing TEXT,
    PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX campaigns_by_state ON campaigns (workspace_id, state, id) WHERE removed_at IS NULL;

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
CREATE INDEX clients_by_owner ON clients (workspace_id, owner_id, changed_at DESC, id DESC);
CREATE INDEX clients_by_value ON clients (workspace_id, amount DESC, id DESC);

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
    created_at INTEGER NOT NULL, portfolio_id TEXT, checked_at INTEGER, check_problem TEXT, last_webhook_field TEXT, account_name TEXT, token_kind TEXT, token_ends_at INTEGER, token_permissions TEXT, callback_addresses TEXT NOT NULL DEFAULT '[]', access_token_replaced_at INTEGER, access_token_replaced_by TEXT, app_secret_replaced_at INTEGER, app_secret_replaced_by TEXT, app_subscription TEXT,
    PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX connections_by_account ON connections (app_id, business_account_id);
CREATE INDEX connections_by_id ON connections (id);

CREATE TABLE consent_entries (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    change TEXT NOT NULL,
    source TEXT NOT NULL,
    text TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    is_applied INTEGER NOT NULL CHECK (is_applied IN (0, 1)),
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id)
) STRICT;
CREATE INDEX consent_entries_by_contact ON consent_entries (workspace_id, contact_id, id DESC);

CREATE TABLE consent_words (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    languages TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id)
) STRICT;

CREATE TABLE consents (
    workspace_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    marketing TEXT NOT NULL CHECK (marketing IN ('opted-in', 'opted-out')),
    is_stopped INTEGER NOT NULL CHECK (is_stopped IN (0, 1)),
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, contact_id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id),
    CHECK (is_stopped = 0 OR marketing = 'opted-out')
) STRICT;

CREATE TABLE contact_group_members (
    workspace_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    import_id TEXT,
    PRIMARY KEY (workspace_id, group_id, contact_id),
    FOREIGN KEY (workspace_id, group_id) REFERENCES contact_groups (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id)
) STRICT;
CREATE INDEX contact_group_members_by_contact ON contact_group_members (workspace_id, contact_id, group_id);
CREATE INDEX contact_group_members_by_import ON contact_group_members (workspace_id, import_id, group_id, contact_id)
    WHERE import_id IS NOT NULL;
CREATE INDEX contact_group_members_by_name ON contact_group_members (workspace_id, group_id, sort_key, contact_id);

CREATE TABLE contact_groups (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT,
    member_count INTEGER NOT NULL DEFAULT 0 CHECK (member_count >= 0),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX contact_groups_by_name ON contact_groups (workspace_id, name_key);

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

CREATE TABLE contact_import_refusals (
    workspace_id TEXT NOT NULL,
    import_id TEXT NOT NULL,
    line INTEGER NOT NULL,
    reason TEXT NOT NULL,
    cells TEXT NOT NULL,
    PRIMARY KEY (workspace_id, import_id, line),
    FOREIGN KEY (workspace_id, import_id) REFERENCES contact_imports (workspace_id, id)
) STRICT;

CREATE TABLE contact_imports (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('uploaded', 'running', 'cancelling', 'done', 'cancelled')),
    filename TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    byte_count INTEGER NOT NULL,
    encoding TEXT NOT NULL,
    separator INTEGER NOT NULL,
    line_count INTEGER NOT NULL,
    columns TEXT NOT NULL,
    region TEXT,
    groups TEXT NOT NULL,
    byte_offset INTEGER NOT NULL DEFAULT 0,
    line INTEGER NOT NULL DEFAULT 1,
    created_count INTEGER NOT NULL DEFAULT 0,
    existing_count INTEGER NOT NULL DEFAULT 0,
    refused_count INTEGER NOT NULL DEFAULT 0,
    actor TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX contact_imports_by_file ON contact_imports (workspace_id, sha256);

CREATE TABLE contact_restrictions (
    workspace_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('marketing')),
    until INTEGER,
    code TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, kind)
) STRICT;

CREATE TABLE contacts (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    id TEXT NOT NULL,
    name TEXT,
    phone_number TEXT,
    username TEXT,
    business_scoped_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL, given_name TEXT, profile_name TEXT, company TEXT, address TEXT, city TEXT, state TEXT, country TEXT, description TEXT, listed_at INTEGER, sort_key TEXT NOT NULL DEFAULT '', region TEXT, import_id TEXT, import_line INTEGER,
    PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX contacts_by_import ON contacts (workspace_id, import_id, import_line) WHERE import_id IS NOT NULL;
CREATE INDEX directory_by_name ON contacts (workspace_id, sort_key, id) WHERE listed_at IS NOT NULL;
CREATE INDEX directory_by_region ON contacts (workspace_id, region, sort_key, id) WHERE listed_at IS NOT NULL;
CREATE INDEX directory_by_time ON contacts (workspace_id, listed_at DESC, id DESC) WHERE listed_at IS NOT NULL;

CREATE TABLE conversation_labels (
    workspace_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    label_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, conversation_id, label_id),
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, label_id) REFERENCES labels (workspace_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX conversation_labels_by_label ON conversation_labels (workspace_id, label_id, conversation_id);

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
    created_at INTEGER NOT NULL, assignee_id TEXT, team_id TEXT, snoozed_until INTEGER, ai_active INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, sender_id) REFERENCES senders (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id)
) STRICT;
CREATE INDEX conversations_by_assignee ON conversations (workspace_id, assignee_id, state, last_message_at DESC, id DESC)
    WHERE assignee_id IS NOT NULL;
CREATE UNIQUE INDEX conversations_by_contact ON conversations (workspace_id, contact_id, sender_id);
CREATE INDEX conversations_by_sender ON conversations (workspace_id, sender_id, state, last_message_at DESC, id DESC);
CREATE INDEX conversations_by_state ON conversations (workspace_id, state, last_message_at DESC, id DESC);
CREATE INDEX conversations_by_team ON conversations (workspace_id, team_id, state, last_message_at DESC, id DESC)
    WHERE team_id IS NOT NULL;
CREATE INDEX conversations_failed ON conversations (workspace_id, state, last_message_at DESC, id DESC)
    WHERE last_status = 'failed';
CREATE INDEX conversations_unassigned ON conversations (workspace_id, state, last_message_at DESC, id DESC) WHERE assignee_id IS NULL;
CREATE INDEX conversations_unread ON conversations (workspace_id, state, last_message_at DESC, id DESC) WHERE unread > 0;

CREATE TABLE credit_prices (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    channel TEXT NOT NULL,
    price INTEGER NOT NULL CHECK (price >= 0),
    PRIMARY KEY (workspace_id, channel)
) STRICT;

CREATE TABLE drafts (
    workspace_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    text TEXT NOT NULL,
    version INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, account_id, conversation_id),
    FOREIGN KEY (workspace_id, account_id) REFERENCES members (workspace_id, account_id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX drafts_by_conversation ON drafts (workspace_id, conversation_id);

CREATE TABLE event_horizons (
    workspace_id TEXT NOT NULL PRIMARY KEY,
    tx INTEGER NOT NULL,
    id INTEGER NOT NULL
) STRICT;

CREATE TABLE event_readers (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    reader TEXT NOT NULL,
    tx INTEGER NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, reader)
) STRICT;

CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    conversation_id TEXT,
    message_id TEXT,
    subject_id TEXT,
    actor TEXT NOT NULL,
    address TEXT,
    cause TEXT,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX events_in_order ON events (workspace_id, id);

CREATE TABLE idempotency_keys (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    actor TEXT NOT NULL,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash BLOB NOT NULL,
    status INTEGER,
    answer BLOB,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, actor, route, key)
) STRICT;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE TABLE inbound_rates (
    workspace_id TEXT NOT NULL,
    sender_id TEXT NOT NULL,
    process_id TEXT NOT NULL,
    per_second REAL NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, sender_id, process_id)
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
CREATE INDEX jobs_dead ON jobs (workspace_id, id) WHERE state = 'dead';
CREATE INDEX jobs_due ON jobs (kind, workspace_id, run_at, id) WHERE state = 'pending';
CREATE UNIQUE INDEX jobs_pending ON jobs (workspace_id, kind, key) WHERE state = 'pending';

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
CREATE INDEX journal_waiting ON journal (workspace_id, connection_id) WHERE replayed_at IS NULL;

CREATE TABLE kept_webhooks (
    workspace_id TEXT NOT NULL,
    sender_id TEXT NOT NULL,
    journal_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, sender_id, journal_id),
    FOREIGN KEY (workspace_id, sender_id) REFERENCES senders (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, journal_id) REFERENCES journal (workspace_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX kept_webhooks_by_entry ON kept_webhooks (workspace_id, journal_id);

CREATE TABLE labels (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    color TEXT NOT NULL CHECK (color IN ('grey', 'red', 'amber', 'green', 'blue', 'violet')),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX labels_by_name ON labels (workspace_id, name_key);

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

CREATE TABLE lead_sources (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX lead_sources_by_name ON lead_sources (workspace_id, name_key);

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

CREATE TABLE lead_words (
    workspace_id TEXT NOT NULL,
    word TEXT NOT NULL,
    record_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, word, record_id),
    FOREIGN KEY (workspace_id, record_id) REFERENCES leads (workspace_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX lead_words_by_lead ON lead_words (workspace_id, record_id, word);

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
CREATE INDEX leads_by_change ON leads (workspace_id, changed_at DESC, id DESC);
CREATE INDEX leads_by_client ON leads (workspace_id, client_id, id) WHERE client_id IS NOT NULL;
CREATE INDEX leads_by_column ON leads (workspace_id, status_id, owner_id, currency, amount);
CREATE UNIQUE INDEX leads_by_contact ON leads (workspace_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX leads_by_name ON leads (workspace_id, sort_key, id);
CREATE INDEX leads_by_owner ON leads (workspace_id, owner_id, changed_at DESC, id DESC);
CREATE INDEX leads_by_owner_status ON leads (workspace_id, owner_id, status_id, changed_at DESC, id DESC);
CREATE INDEX leads_by_source ON leads (workspace_id, source_id, id) WHERE source_id IS NOT NULL;
CREATE INDEX leads_by_status ON leads (workspace_id, status_id, changed_at DESC, id DESC);
CREATE INDEX leads_by_value ON leads (workspace_id, amount DESC, id DESC);

CREATE TABLE ledger_accounts (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    account TEXT NOT NULL CHECK (account IN ('income', 'balance', 'reserved', 'spent')),
    total INTEGER NOT NULL CHECK (account = 'income' OR total >= 0),
    PRIMARY KEY (workspace_id, account)
) STRICT;

CREATE TABLE ledger_postings (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('topUp', 'reservation', 'release', 'charge')),
    amount INTEGER NOT NULL CHECK (amount > 0),
    source TEXT NOT NULL,
    target TEXT NOT NULL CHECK (target <> source),
    sender_id TEXT,
    sender_name TEXT,
    paid_until INTEGER,
    note TEXT,
    balance_after INTEGER NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, key),
    FOREIGN KEY (workspace_id, source) REFERENCES ledger_accounts (workspace_id, account) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, target) REFERENCES ledger_accounts (workspace_id, account) ON DELETE CASCADE
) STRICT;
CREATE INDEX ledger_postings_in_order ON ledger_postings (workspace_id, sequence DESC);

CREATE TABLE mail_settings (
    workspace_id TEXT NOT NULL PRIMARY KEY REFERENCES workspaces (id) ON DELETE CASCADE,
    host TEXT NOT NULL,
    port INTEGER NOT NULL,
    security TEXT NOT NULL CHECK (security IN ('tls', 'startTLS', 'none')),
    user_name TEXT,
    sender TEXT NOT NULL,
    password TEXT,
    updated_at INTEGER NOT NULL
, failure TEXT, failed_at INTEGER) STRICT;

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

CREATE TABLE media_uploads (
    workspace_id TEXT NOT NULL,
    media_id TEXT NOT NULL,
    sender_id TEXT NOT NULL,
    provider_media_id TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, media_id, sender_id)
) STRICT;

CREATE TABLE members (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'agent')),
    created_at INTEGER NOT NULL, away_since INTEGER, deactivated_at INTEGER, given_at INTEGER,
    PRIMARY KEY (workspace_id, account_id)
) STRICT;
CREATE INDEX members_by_account ON members (account_id, workspace_id);

CREATE TABLE message_media (
    workspace_id TEXT NOT NULL,
    media_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, media_id, message_id)
) STRICT;
CREATE INDEX message_media_by_message ON message_media (workspace_id, message_id);

CREATE TABLE message_rates (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    category TEXT NOT NULL CHECK (category IN ('marketing', 'utility', 'authentication', 'service')),
    region TEXT NOT NULL,
    from_day TEXT NOT NULL,
    amount_millionths INTEGER NOT NULL CHECK (amount_millionths >= 0),
    currency TEXT NOT NULL,
    PRIMARY KEY (workspace_id, category, region, from_day)
) STRICT;

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
CREATE INDEX messages_by_conversation ON messages (workspace_id, conversation_id, at DESC, sequence DESC);
CREATE UNIQUE INDEX messages_by_provider_id ON messages (workspace_id, sender_id, provider_id) WHERE provider_id IS NOT NULL;
CREATE INDEX messages_claimed ON messages (workspace_id, sender_id) WHERE status = 'claimed';
CREATE INDEX messages_failed ON messages (workspace_id, sender_id, at, sequence) WHERE status = 'failed';
CREATE INDEX messages_in_order ON messages (workspace_id, conversation_id, lane, sequence)
    WHERE status IN ('queued', 'claimed', 'sending');
CREATE INDEX messages_queued ON messages (workspace_id, sender_id, lane, sequence) WHERE status = 'queued';
CREATE INDEX messages_scheduled ON messages (workspace_id, sender_id, lane, sequence) WHERE status = 'scheduled';
CREATE INDEX messages_unknown ON messages (workspace_id, conversation_id) WHERE status = 'unknown';
CREATE INDEX messages_unknown_by_sender ON messages (workspace_id, sender_id, sequence) WHERE status = 'unknown';
CREATE INDEX messages_with_files ON messages (workspace_id, conversation_id, at DESC, sequence DESC) WHERE kind = 'media';

CREATE TABLE note_mentions (
    workspace_id TEXT NOT NULL,
    note_id TEXT NOT NULL,
    account_id TEXT NOT NULL, called_at INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (workspace_id, note_id, account_id),
    FOREIGN KEY (workspace_id, note_id) REFERENCES notes (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, account_id) REFERENCES members (workspace_id, account_id) ON DELETE CASCADE
) STRICT;
CREATE INDEX note_mentions_by_account ON note_mentions (workspace_id, account_id);

CREATE TABLE notes (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    author TEXT NOT NULL,
    text TEXT NOT NULL,
    at INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    edited_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX notes_by_conversation ON notes (workspace_id, conversation_id, at DESC, sequence DESC);

CREATE TABLE notification_rules (
    workspace_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    rules TEXT NOT NULL,
    PRIMARY KEY (workspace_id, account_id),
    FOREIGN KEY (workspace_id, account_id) REFERENCES members (workspace_id, account_id) ON DELETE CASCADE
) STRICT;

CREATE TABLE notifications (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('message', 'assignment', 'mention', 'escalation', 'failed', 'limit', 'stopped')),
    conversation_id TEXT,
    sender_id TEXT,
    subject_id TEXT,
    actor_id TEXT,
    count INTEGER NOT NULL,
    at INTEGER NOT NULL,
    read_at INTEGER,
    mailed_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, account_id) REFERENCES members (workspace_id, account_id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, sender_id) REFERENCES senders (workspace_id, id) ON DELETE CASCADE,
    CHECK ((conversation_id IS NULL) <> (sender_id IS NULL)),
    CHECK ((kind IN ('limit', 'stopped')) = (conversation_id IS NULL))
) STRICT;
CREATE INDEX notifications_by_conversation ON notifications (workspace_id, conversation_id);
CREATE INDEX notifications_by_person ON notifications (workspace_id, account_id, at DESC, id DESC);
CREATE INDEX notifications_by_sender ON notifications (workspace_id, sender_id) WHERE sender_id IS NOT NULL;
CREATE INDEX notifications_by_time ON notifications (workspace_id, at, id);
CREATE UNIQUE INDEX notifications_unread ON notifications (workspace_id, account_id, COALESCE(conversation_id, sender_id), kind)
    WHERE read_at IS NULL;

CREATE TABLE number_signups (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    id TEXT NOT NULL,
    actor TEXT NOT NULL,
    client_address TEXT,
    terms TEXT NOT NULL,
    price INTEGER NOT NULL CHECK (price >= 0),
    phone_number TEXT NOT NULL,
    name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    server TEXT NOT NULL,
    step TEXT NOT NULL CHECK (step IN ('window', 'account', 'choice', 'code', 'registration', 'done')),
    is_working INTEGER NOT NULL CHECK (is_working IN (0, 1)),
    round INTEGER NOT NULL,
    trouble_code TEXT,
    trouble TEXT,
    connection_id TEXT NOT NULL,
    hinted_account TEXT,
    hinted_number TEXT,
    has_hint INTEGER NOT NULL CHECK (has_hint IN (0, 1)),
    found_account TEXT,
    found_number TEXT,
    found_phone_number TEXT,
    questions TEXT NOT NULL,
    is_accepted INTEGER NOT NULL CHECK (is_accepted IN (0, 1)),
    code_method TEXT CHECK (code_method IN ('sms', 'voice')),
    code_language TEXT,
    code_requested_at INTEGER,
    needs_pin INTEGER NOT NULL CHECK (needs_pin IN (0, 1)),
    sender_id TEXT,
    window_code TEXT,
    access_token TEXT,
    pin TEXT,
    verify_token TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    CHECK (step <> 'done' OR sender_id IS NOT NULL)
) STRICT;
CREATE INDEX number_signups_by_account ON number_signups (workspace_id, found_account);
CREATE INDEX number_signups_by_connection ON number_signups (connection_id);
CREATE UNIQUE INDEX number_signups_by_phone_number ON number_signups (workspace_id, phone_number);
CREATE INDEX number_signups_by_time ON number_signups (workspace_id, updated_at);
CREATE INDEX number_signups_unfinished ON number_signups (workspace_id, updated_at) WHERE step <> 'done';

CREATE TABLE one_time_links (
    token_hash BLOB NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('setUp', 'password')),
    account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;

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
CREATE INDEX parked_by_next_look ON parked (workspace_id, next_look_at, id);
CREATE INDEX parked_by_target ON parked (workspace_id, sender_id, target_provider_id);

CREATE TABLE portfolio_people (
    workspace_id TEXT NOT NULL,
    portfolio_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, portfolio_id, contact_id)
) STRICT;
CREATE INDEX portfolio_people_by_message ON portfolio_people (workspace_id, message_id);
CREATE INDEX portfolio_people_by_time ON portfolio_people (workspace_id, portfolio_id, at);

CREATE TABLE portfolios (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    people INTEGER NOT NULL, warned_at INTEGER,
    PRIMARY KEY (workspace_id, id)
) STRICT;

CREATE TABLE presence (
    workspace_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    process_id TEXT NOT NULL,
    viewing_until INTEGER NOT NULL,
    writing_until INTEGER,
    PRIMARY KEY (workspace_id, conversation_id, account_id, process_id)
) STRICT;

CREATE TABLE processes (
    id TEXT NOT NULL PRIMARY KEY,
    host TEXT NOT NULL,
    roles TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
, media_marker TEXT) STRICT;

CREATE TABLE push_subscriptions (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    endpoint_hash BLOB NOT NULL,
    target TEXT NOT NULL,
    user_agent TEXT,
    created_at INTEGER NOT NULL, refusals INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, account_id) REFERENCES members (workspace_id, account_id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX push_subscriptions_by_account ON push_subscriptions (workspace_id, account_id, endpoint_hash);
CREATE INDEX push_subscriptions_by_endpoint ON push_subscriptions (endpoint_hash);
CREATE INDEX push_subscriptions_by_session ON push_subscriptions (session_id);

CREATE TABLE quick_replies (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    id TEXT NOT NULL,
    shortcut TEXT NOT NULL,
    text TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX quick_replies_by_shortcut ON quick_replies (workspace_id, shortcut);

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
) STRICT, WITHOUT ROWID;

CREATE TABLE reception_mails (
    workspace_id TEXT NOT NULL,
    sender_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, sender_id, message_id),
    FOREIGN KEY (workspace_id, message_id) REFERENCES messages (workspace_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX reception_mails_by_message ON reception_mails (workspace_id, message_id);

CREATE TABLE reception_options (
    workspace_id TEXT NOT NULL,
    sender_id TEXT NOT NULL,
    receives_messages INTEGER NOT NULL CHECK (receives_messages IN (0, 1)),
    notifies INTEGER NOT NULL CHECK (notifies IN (0, 1)),
    receives_groups INTEGER NOT NULL CHECK (receives_groups IN (0, 1)),
    sends_mail INTEGER NOT NULL CHECK (sends_mail IN (0, 1)),
    mail_address TEXT,
    blocks_calls INTEGER NOT NULL CHECK (blocks_calls IN (0, 1)),
    block_message TEXT,
    call_failure TEXT,
    call_failed_at INTEGER,
    mailed_at INTEGER,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, sender_id),
    FOREIGN KEY (workspace_id, sender_id) REFERENCES senders (workspace_id, id) ON DELETE CASCADE,
    CHECK (sends_mail = 0 OR mail_address IS NOT NULL),
    CHECK (blocks_calls = 1 OR block_message IS NULL)
) STRICT;

CREATE TABLE registration_pins (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    match_key TEXT NOT NULL,
    pin TEXT NOT NULL,
    kept_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, match_key)
) STRICT;

CREATE TABLE saved_views (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    filter TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, account_id) REFERENCES members (workspace_id, account_id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX saved_views_by_name ON saved_views (workspace_id, account_id, name_key);

CREATE TABLE schema_migrations (
    number INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    applied_at INTEGER NOT NULL,
    finished INTEGER NOT NULL
) STRICT;

CREATE TABLE search_documents (
    workspace_id TEXT NOT NULL,
    generation INTEGER NOT NULL,
    kind TEXT NOT NULL,
    place INTEGER NOT NULL,
    subject_id TEXT,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, generation, kind, place)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX search_documents_by_subject ON search_documents (workspace_id, generation, kind, subject_id)
    WHERE subject_id IS NOT NULL;

CREATE TABLE search_indexes (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    generation INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('building', 'live', 'retired')),
    tx INTEGER NOT NULL,
    event_id INTEGER NOT NULL,
    walked_kind TEXT NOT NULL,
    walked_id TEXT NOT NULL,
    documents INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    PRIMARY KEY (workspace_id, generation)
) STRICT;

CREATE TABLE search_vocabulary (
    workspace_id TEXT NOT NULL,
    generation INTEGER NOT NULL,
    kind TEXT NOT NULL,
    word TEXT NOT NULL,
    reversed TEXT,
    PRIMARY KEY (workspace_id, generation, kind, word)
) STRICT, WITHOUT ROWID;
CREATE INDEX search_vocabulary_reversed ON search_vocabulary (workspace_id, generation, kind, reversed, word)
    WHERE reversed IS NOT NULL;

CREATE TABLE search_words (
    workspace_id TEXT NOT NULL,
    generation INTEGER NOT NULL,
    kind TEXT NOT NULL,
    word TEXT NOT NULL,
    bucket INTEGER NOT NULL,
    places BLOB NOT NULL,
    PRIMARY KEY (workspace_id, generation, kind, word, bucket)
) STRICT, WITHOUT ROWID;

CREATE TABLE sender_arrivals (
    workspace_id TEXT NOT NULL,
    sender_id TEXT NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, sender_id),
    FOREIGN KEY (workspace_id, sender_id) REFERENCES senders (workspace_id, id) ON DELETE CASCADE
) STRICT;

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
CREATE INDEX sender_history_by_time ON sender_history (workspace_id, at);

CREATE TABLE sender_holds (
    workspace_id TEXT NOT NULL,
    sender_id TEXT NOT NULL,
    paused_at INTEGER,
    paused_by TEXT,
    campaigns_paused_at INTEGER,
    campaigns_paused_reason TEXT,
    slowed_until INTEGER,
    held_until INTEGER,
    held_reason TEXT, slowed_times INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (workspace_id, sender_id),
    FOREIGN KEY (workspace_id, sender_id) REFERENCES senders (workspace_id, id)
) STRICT;

CREATE TABLE sender_leases (
    workspace_id TEXT NOT NULL,
    sender_id TEXT NOT NULL,
    owner TEXT,
    epoch INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, sender_id),
    FOREIGN KEY (workspace_id, sender_id) REFERENCES senders (workspace_id, id)
) STRICT;
CREATE INDEX sender_leases_by_end ON sender_leases (expires_at) WHERE owner IS NOT NULL;

CREATE TABLE sender_profiles (
    workspace_id TEXT NOT NULL,
    sender_id TEXT NOT NULL,
    about TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    address TEXT NOT NULL DEFAULT '',
    category TEXT NOT NULL DEFAULT '',
    websites TEXT NOT NULL DEFAULT '[]',
    email TEXT,
    other_emails TEXT NOT NULL DEFAULT '[]',
    phones TEXT NOT NULL DEFAULT '[]',
    display_name TEXT,
    name_standing TEXT,
    new_name_standing TEXT,
    requested_name TEXT,
    requested_at INTEGER,
    picture_id TEXT,
    banner_id TEXT,
    asked_at INTEGER,
    fetched_at INTEGER,
    failure TEXT,
    failed_at INTEGER,
    PRIMARY KEY (workspace_id, sender_id),
    FOREIGN KEY (workspace_id, sender_id) REFERENCES senders (workspace_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE sender_subscriptions (
    workspace_id TEXT NOT NULL,
    sender_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('idle', 'reserved', 'free', 'paid', 'grace', 'lapsed')),
    is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
    price INTEGER NOT NULL CHECK (price >= 0),
    month INTEGER NOT NULL,
    anchor INTEGER,
    paid_until INTEGER,
    grace_ends_at INTEGER,
    reminder INTEGER,
    PRIMARY KEY (workspace_id, sender_id),
    CHECK (state NOT IN ('paid', 'reserved', 'grace') OR (paid_until IS NOT NULL AND anchor IS NOT NULL)),
    CHECK (state <> 'grace' OR grace_ends_at IS NOT NULL),
    FOREIGN KEY (workspace_id, sender_id) REFERENCES senders (workspace_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX sender_subscriptions_due ON sender_subscriptions (paid_until, workspace_id, sender_id) WHERE paid_until IS NOT NULL;
CREATE INDEX sender_subscriptions_renewing ON sender_subscriptions (workspace_id, paid_until, sender_id)
    WHERE is_on = 1 AND paid_until IS NOT NULL;
CREATE INDEX sender_subscriptions_reserved ON sender_subscriptions (state, workspace_id, sender_id) WHERE state = 'reserved';

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
    created_at INTEGER NOT NULL, is_coexistence INTEGER NOT NULL DEFAULT 0, is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)), is_checking INTEGER NOT NULL DEFAULT 0 CHECK (is_checking IN (0, 1)), set_up TEXT NOT NULL DEFAULT 'done'
    CHECK (set_up IN ('signup', 'verification', 'registration', 'approval', 'done', 'failed')), policy TEXT NOT NULL DEFAULT 'fine' CHECK (policy IN ('fine', 'restricted', 'suspended')), policy_ends_at INTEGER, trouble TEXT NOT NULL DEFAULT 'none'
    CHECK (trouble IN ('none', 'token-refused', 'number-missing', 'payment-missing')), subscription TEXT NOT NULL DEFAULT 'free'
    CHECK (subscription IN ('free', 'paid', 'grace', 'lapsed')), reason TEXT, explained_reason TEXT, explanation TEXT, status_since INTEGER, removed_at INTEGER, handler_account_id TEXT, handler_team_id TEXT,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, connection_id) REFERENCES connections (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX senders_by_phone_number ON senders (workspace_id, phone_number);
CREATE UNIQUE INDEX senders_by_provider_id ON senders (workspace_id, connection_id, provider_id);

CREATE TABLE sessions (
    token_hash BLOB NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    user_agent TEXT,
    address TEXT
) STRICT;
CREATE INDEX sessions_by_account ON sessions (account_id, last_seen_at, id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE settings (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

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

CREATE TABLE stray_webhooks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    reason TEXT NOT NULL CHECK (reason IN ('unreadable', 'unknown-account', 'unknown-number')),
    account_id TEXT,
    body BLOB NOT NULL,
    byte_count INTEGER NOT NULL,
    received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX stray_webhooks_by_time ON stray_webhooks (received_at);

CREATE TABLE team_members (
    workspace_id TEXT NOT NULL,
    team_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, team_id, account_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, account_id) REFERENCES members (workspace_id, account_id) ON DELETE CASCADE
) STRICT;
CREATE INDEX team_members_by_account ON team_members (workspace_id, account_id, team_id);

CREATE TABLE teams (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    created_at INTEGER NOT NULL, distribution TEXT NOT NULL DEFAULT 'manual',
    PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX teams_by_name ON teams (workspace_id, name_key);

CREATE TABLE template_changes (
    workspace_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    name TEXT NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('created', 'edited', 'deleted')),
    language TEXT,
    PRIMARY KEY (workspace_id, connection_id, name, at, kind),
    FOREIGN KEY (workspace_id, connection_id) REFERENCES connections (workspace_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE template_drafts (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    template_id TEXT,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    category TEXT NOT NULL CHECK (category IN ('MARKETING', 'UTILITY', 'AUTHENTICATION')),
    format TEXT NOT NULL CHECK (format IN ('POSITIONAL', 'NAMED')),
    components TEXT NOT NULL,
    lifetime_seconds INTEGER,
    version INTEGER NOT NULL,
    refusal TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, connection_id) REFERENCES connections (workspace_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX template_drafts_by_connection ON template_drafts (workspace_id, connection_id);

CREATE TABLE template_states (
    workspace_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    is_marketing INTEGER NOT NULL DEFAULT 0,
    paused_until INTEGER,
    paused_code TEXT,
    PRIMARY KEY (workspace_id, connection_id, name, language)
) STRICT;

CREATE TABLE template_syncs (
    workspace_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    requested_at INTEGER,
    ended_at INTEGER,
    succeeded_at INTEGER,
    error TEXT,
    PRIMARY KEY (workspace_id, connection_id),
    FOREIGN KEY (workspace_id, connection_id) REFERENCES connections (workspace_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE templates (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    category TEXT NOT NULL,
    status TEXT NOT NULL,
    status_detail TEXT,
    format TEXT NOT NULL CHECK (format IN ('POSITIONAL', 'NAMED')),
    components TEXT NOT NULL,
    quality TEXT,
    rejection_reason TEXT,
    search_text TEXT NOT NULL,
    pin_rank INTEGER NOT NULL DEFAULT 1 CHECK (pin_rank IN (0, 1)),
    is_hidden INTEGER NOT NULL DEFAULT 0,
    synced_at INTEGER NOT NULL,
    told_at INTEGER,
    gone_at INTEGER, mapping TEXT,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, connection_id) REFERENCES connections (workspace_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX templates_by_name ON templates (workspace_id, connection_id, name, language, id);
CREATE UNIQUE INDEX templates_by_provider ON templates (workspace_id, connection_id, provider_id);
CREATE INDEX templates_listed ON templates (workspace_id, pin_rank, name, language, id);

CREATE TABLE terms (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    document TEXT NOT NULL CHECK (document IN ('whatsapp', 'privacy')),
    address TEXT NOT NULL,
    version TEXT NOT NULL,
    PRIMARY KEY (workspace_id, document)
) STRICT;

CREATE TABLE terms_acceptances (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    sender_id TEXT NOT NULL,
    document TEXT NOT NULL CHECK (document IN ('whatsapp', 'privacy')),
    version TEXT NOT NULL,
    address TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    client_address TEXT,
    PRIMARY KEY (workspace_id, sender_id, document, version, address)
) STRICT;

CREATE TABLE visibility_levels (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    role TEXT NOT NULL CHECK (role IN ('agent')),
    level TEXT NOT NULL CHECK (level IN ('own', 'team', 'all')),
    PRIMARY KEY (workspace_id, role)
) STRICT;

CREATE TABLE webhook_attempts (
    workspace_id TEXT NOT NULL,
    delivery_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    milliseconds INTEGER NOT NULL,
    status INTEGER,
    failure TEXT,
    answer TEXT NOT NULL,
    answer_bytes INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, delivery_id, number),
    FOREIGN KEY (workspace_id, delivery_id) REFERENCES webhook_deliveries (workspace_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE webhook_deliveries (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    endpoint_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('sent', 'delivered', 'read', 'failed')),
    body TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, message_id, endpoint_id, attempt, status),
    FOREIGN KEY (workspace_id, endpoint_id) REFERENCES webhook_endpoints (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, message_id) REFERENCES messages (workspace_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX webhook_deliveries_by_state ON webhook_deliveries (workspace_id, endpoint_id, state, sequence DESC);
CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (workspace_id, created_at, sequence);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (workspace_id, endpoint_id, next_at, sequence)
    WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_in_order ON webhook_deliveries (workspace_id, endpoint_id, message_id, sequence)
    WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_log ON webhook_deliveries (workspace_id, endpoint_id, sequence DESC);

CREATE TABLE webhook_endpoints (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    sender_id TEXT NOT NULL,
    address TEXT NOT NULL,
    secret TEXT NOT NULL,
    old_secret TEXT,
    old_secret_ends_at INTEGER,
    is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
    stop_reason TEXT CHECK (stop_reason IN ('gone', 'failing')),
    stopped_at INTEGER,
    failures INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    rests_until INTEGER,
    last_success_at INTEGER,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, sender_id) REFERENCES senders (workspace_id, id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX webhook_endpoints_by_sender ON webhook_endpoints (workspace_id, sender_id);
CREATE INDEX webhook_endpoints_on ON webhook_endpoints (workspace_id, id) WHERE is_on = 1;

CREATE TABLE webhook_refusals (
    workspace_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('signature', 'verify-token', 'unreadable', 'unknown-number')),
    count INTEGER NOT NULL,
    since INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, connection_id, reason),
    FOREIGN KEY (workspace_id, connection_id) REFERENCES connections (workspace_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE workspaces (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
, distribution TEXT NOT NULL DEFAULT 'manual') STRICT;

-- PostgreSQL

CREATE TABLE accounts (
    id text COLLATE "C" NOT NULL,
    email text COLLATE "C" NOT NULL,
    email_key text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    password_hash text COLLATE "C",
    created_at bigint NOT NULL,
    CONSTRAINT accounts_pkey PRIMARY KEY (id),
    CONSTRAINT accounts_email_key_key UNIQUE (email_key)
);

CREATE TABLE activity (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    conversation_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    subject text COLLATE "C",
    actor text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    sequence bigint NOT NULL,
    CONSTRAINT activity_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT activity_workspace_id_conversation_id_fkey FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX activity_by_conversation ON public.activity USING btree (workspace_id, conversation_id, at DESC, sequence DESC);

CREATE TABLE api_keys (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    token_hash bytea NOT NULL,
    name text COLLATE "C" NOT NULL,
    scopes text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    last_used_at bigint,
    revoked_at bigint,
    CONSTRAINT api_keys_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT api_keys_token_hash_key UNIQUE (token_hash),
    CONSTRAINT api_keys_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);

CREATE TABLE attempts (
    workspace_id text COLLATE "C" NOT NULL,
    message_id text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    sender_id text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    epoch bigint NOT NULL,
    started_at bigint NOT NULL,
    answered_at bigint,
    provider_id text COLLATE "C",
    error text COLLATE "C",
    CONSTRAINT attempts_pkey PRIMARY KEY (workspace_id, message_id, number),
    CONSTRAINT attempts_status_check CHECK ((status = ANY (ARRAY['sending'::text, 'unknown'::text, 'sent'::text, 'failed'::text, 'delivered'::text, 'read'::text, 'played'::text]))),
    CONSTRAINT attempts_workspace_id_message_id_fkey FOREIGN KEY (workspace_id, message_id) REFERENCES messages(workspace_id, id)
);
CREATE UNIQUE INDEX attempts_by_provider_id ON public.attempts USING btree (workspace_id, sender_id, provider_id) WHERE (provider_id IS NOT NULL);
CREATE INDEX attempts_by_sender ON public.attempts USING btree (workspace_id, sender_id, started_at);
CREATE INDEX attempts_open ON public.attempts USING btree (workspace_id, sender_id) WHERE (status = ANY (ARRAY['sending'::text, 'unknown'::text]));

CREATE TABLE block_messages (
    workspace_id text COLLATE "C" NOT NULL,
    sender_id text COLLATE "C" NOT NULL,
    contact_id text COLLATE "C" NOT NULL,
    sent_at bigint NOT NULL,
    CONSTRAINT block_messages_pkey PRIMARY KEY (workspace_id, sender_id, contact_id),
    CONSTRAINT block_messages_workspace_id_contact_id_fkey FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts(workspace_id, id) ON DELETE CASCADE,
    CONSTRAINT block_messages_workspace_id_sender_id_fkey FOREIGN KEY (workspace_id, sender_id) REFERENCES senders(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX block_messages_by_contact ON public.block_messages USING btree (workspace_id, contact_id);
CREATE INDEX block_messages_by_time ON public.block_messages USING btree (workspace_id, sent_at);

CREATE TABLE campaign_counts (
    workspace_id text COLLATE "C" NOT NULL,
    campaign_id text COLLATE "C" NOT NULL,
    measure text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    count bigint NOT NULL,
    CONSTRAINT campaign_counts_pkey PRIMARY KEY (workspace_id, campaign_id, measure, reason),
    CONSTRAINT campaign_counts_workspace_id_campaign_id_fkey FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns(workspace_id, id)
);

CREATE TABLE campaign_hours (
    workspace_id text COLLATE "C" NOT NULL,
    campaign_id text COLLATE "C" NOT NULL,
    hour bigint NOT NULL,
    measure text COLLATE "C" NOT NULL,
    count bigint NOT NULL,
    CONSTRAINT campaign_hours_pkey PRIMARY KEY (workspace_id, campaign_id, hour, measure),
    CONSTRAINT campaign_hours_workspace_id_campaign_id_fkey FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns(workspace_id, id)
);

CREATE TABLE campaign_recipients (
    workspace_id text COLLATE "C" NOT NULL,
    campaign_id text COLLATE "C" NOT NULL,
    "position" bigint NOT NULL,
    contact_id text COLLATE "C",
    number text COLLATE "C",
    person_key text COLLATE "C" NOT NULL,
    sender_id text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    reason text COLLATE "C",
    error text COLLATE "C",
    columns text COLLATE "C",
    not_before bigint DEFAULT 0 NOT NULL,
    message_id text COLLATE "C",
    conversation_id text COLLATE "C",
    queued_at bigint,
    sent_at bigint,
    delivered_at bigint,
    read_at bigint,
    failed_at bigint,
    replied_at bigint,
    clicked_at bigint,
    CONSTRAINT campaign_recipients_pkey PRIMARY KEY (workspace_id, campaign_id, "position"),
    CONSTRAINT campaign_recipients_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'excluded'::text, 'queued'::text, 'sent'::text, 'delivered'::text, 'read'::text, 'failed'::text, 'cancelled'::text, 'unknown'::text]))),
    CONSTRAINT campaign_recipients_workspace_id_campaign_id_fkey FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns(workspace_id, id)
);
CREATE INDEX campaign_recipients_by_contact ON public.campaign_recipients USING btree (workspace_id, contact_id, queued_at) WHERE (queued_at IS NOT NULL);
CREATE INDEX campaign_recipients_by_conversation ON public.campaign_recipients USING btree (workspace_id, conversation_id, sent_at) WHERE (sent_at IS NOT NULL);
CREATE UNIQUE INDEX campaign_recipients_by_message ON public.campaign_recipients USING btree (workspace_id, message_id) WHERE (message_id IS NOT NULL);
CREATE INDEX campaign_recipients_by_person ON public.campaign_recipients USING btree (workspace_id, campaign_id, person_key);
CREATE INDEX campaign_recipients_by_reason ON public.campaign_recipients USING btree (workspace_id, campaign_id, state, reason, "position") WHERE (reason IS NOT NULL);
CREATE INDEX campaign_recipients_by_state ON public.campaign_recipients USING btree (workspace_id, campaign_id, state, "position");
CREATE INDEX campaign_recipients_clicked ON public.campaign_recipients USING btree (workspace_id, campaign_id, "position") WHERE (clicked_at IS NOT NULL);
CREATE INDEX campaign_recipients_pending ON public.campaign_recipients USING btree (workspace_id, campaign_id, sender_id, not_before, "position") WHERE (state = 'pending'::text);
CREATE INDEX campaign_recipients_replied ON public.campaign_recipients USING btree (workspace_id, campaign_id, "position") WHERE (replied_at IS NOT NULL);

CREATE TABLE campaigns (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    preparation text COLLATE "C" NOT NULL,
    senders text COLLATE "C" NOT NULL,
    template_id text COLLATE "C",
    mapping text COLLATE "C" NOT NULL,
    audience text COLLATE "C" NOT NULL,
    stop_rule text COLLATE "C" NOT NULL,
    starts_at bigint,
    halt text COLLATE "C",
    created_by text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    started_at bigint,
    ended_at bigint,
    removed_at bigint,
    prepared_source bigint DEFAULT 0 NOT NULL,
    prepared_place text COLLATE "C" DEFAULT ''::text NOT NULL,
    prepared_count bigint DEFAULT 0 NOT NULL,
    people_count bigint DEFAULT 0 NOT NULL,
    known_before bigint DEFAULT 0 NOT NULL,
    failed_before bigint DEFAULT 0 NOT NULL,
    qualities text COLLATE "C" DEFAULT '[]'::text NOT NULL,
    retry text COLLATE "C",
    timing text COLLATE "C",
    CONSTRAINT campaigns_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT campaigns_preparation_check CHECK ((preparation = ANY (ARRAY['none'::text, 'running'::text, 'done'::text, 'failed'::text]))),
    CONSTRAINT campaigns_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'scheduled'::text, 'running'::text, 'paused'::text, 'finished'::text, 'cancelled'::text, 'failed'::text]))),
    CONSTRAINT campaigns_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
);
CREATE INDEX campaigns_by_state ON public.campaigns USING btree (workspace_id, state, id) WHERE (removed_at IS NULL);

CREATE TABLE client_contacts (
    workspace_id text COLLATE "C" NOT NULL,
    contact_id text COLLATE "C" NOT NULL,
    client_id text COLLATE "C" NOT NULL,
    CONSTRAINT client_contacts_pkey PRIMARY KEY (workspace_id, contact_id),
    CONSTRAINT client_contacts_workspace_id_client_id_fkey FOREIGN KEY (workspace_id, client_id) REFERENCES clients(workspace_id, id),
    CONSTRAINT client_contacts_workspace_id_contact_id_fkey FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts(workspace_id, id)
);
CREATE INDEX client_contacts_by_client ON public.client_contacts USING btree (workspace_id, client_id, contact_id);

CREATE TABLE client_words (
    workspace_id text COLLATE "C" NOT NULL,
    word text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    CONSTRAINT client_words_pkey PRIMARY KEY (workspace_id, word, record_id),
    CONSTRAINT client_words_workspace_id_record_id_fkey FOREIGN KEY (workspace_id, record_id) REFERENCES clients(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX client_words_by_client ON public.client_words USING btree (workspace_id, record_id, word);

CREATE TABLE clients (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    company text COLLATE "C",
    sort_key text COLLATE "C" NOT NULL,
    owner_id text COLLATE "C",
    amount bigint DEFAULT 0 NOT NULL,
    currency text COLLATE "C",
    description text COLLATE "C",
    created_at bigint NOT NULL,
    changed_at bigint NOT NULL,
    CONSTRAINT clients_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT clients_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);
CREATE INDEX clients_by_change ON public.clients USING btree (workspace_id, changed_at DESC, id DESC);
CREATE INDEX clients_by_name ON public.clients USING btree (workspace_id, sort_key, id);
CREATE INDEX clients_by_owner ON public.clients USING btree (workspace_id, owner_id, changed_at DESC, id DESC);
CREATE INDEX clients_by_value ON public.clients USING btree (workspace_id, amount DESC, id DESC);

CREATE TABLE connections (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    channel text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    app_id text COLLATE "C" NOT NULL,
    business_account_id text COLLATE "C" NOT NULL,
    app_secret text COLLATE "C" NOT NULL,
    verify_token text COLLATE "C" NOT NULL,
    access_token text COLLATE "C" NOT NULL,
    is_subscribed bigint DEFAULT 0 NOT NULL,
    token_is_temporary bigint DEFAULT 0 NOT NULL,
    last_webhook_at bigint,
    created_at bigint NOT NULL,
    portfolio_id text COLLATE "C",
    checked_at bigint,
    check_problem text COLLATE "C",
    last_webhook_field text COLLATE "C",
    account_name text COLLATE "C",
    token_kind text COLLATE "C",
    token_ends_at bigint,
    token_permissions text COLLATE "C",
    callback_addresses text COLLATE "C" DEFAULT '[]'::text NOT NULL,
    access_token_replaced_at bigint,
    access_token_replaced_by text COLLATE "C",
    app_secret_replaced_at bigint,
    app_secret_replaced_by text COLLATE "C",
    app_subscription text COLLATE "C",
    CONSTRAINT connections_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT connections_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
);
CREATE INDEX connections_by_account ON public.connections USING btree (app_id, business_account_id);
CREATE INDEX connections_by_id ON public.connections USING btree (id);

CREATE TABLE consent_entries (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    contact_id text COLLATE "C" NOT NULL,
    change text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    actor text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    recorded_at bigint NOT NULL,
    is_applied bigint NOT NULL,
    CONSTRAINT consent_entries_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT consent_entries_is_applied_check CHECK ((is_applied = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT consent_entries_workspace_id_contact_id_fkey FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts(workspace_id, id)
);
CREATE INDEX consent_entries_by_contact ON public.consent_entries USING btree (workspace_id, contact_id, id DESC);

CREATE TABLE consent_words (
    workspace_id text COLLATE "C" NOT NULL,
    languages text COLLATE "C" NOT NULL,
    updated_at bigint NOT NULL,
    CONSTRAINT consent_words_pkey PRIMARY KEY (workspace_id),
    CONSTRAINT consent_words_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
);

CREATE TABLE consents (
    workspace_id text COLLATE "C" NOT NULL,
    contact_id text COLLATE "C" NOT NULL,
    marketing text COLLATE "C" NOT NULL,
    is_stopped bigint NOT NULL,
    changed_at bigint NOT NULL,
    CONSTRAINT consents_pkey PRIMARY KEY (workspace_id, contact_id),
    CONSTRAINT consents_check CHECK (((is_stopped = 0) OR (marketing = 'opted-out'::text))),
    CONSTRAINT consents_is_stopped_check CHECK ((is_stopped = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT consents_marketing_check CHECK ((marketing = ANY (ARRAY['opted-in'::text, 'opted-out'::text]))),
    CONSTRAINT consents_workspace_id_contact_id_fkey FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts(workspace_id, id)
);

CREATE TABLE contact_group_members (
    workspace_id text COLLATE "C" NOT NULL,
    group_id text COLLATE "C" NOT NULL,
    contact_id text COLLATE "C" NOT NULL,
    sort_key text COLLATE "C" NOT NULL,
    import_id text COLLATE "C",
    CONSTRAINT contact_group_members_pkey PRIMARY KEY (workspace_id, group_id, contact_id),
    CONSTRAINT contact_group_members_workspace_id_contact_id_fkey FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts(workspace_id, id),
    CONSTRAINT contact_group_members_workspace_id_group_id_fkey FOREIGN KEY (workspace_id, group_id) REFERENCES contact_groups(workspace_id, id)
);
CREATE INDEX contact_group_members_by_contact ON public.contact_group_members USING btree (workspace_id, contact_id, group_id);
CREATE INDEX contact_group_members_by_import ON public.contact_group_members USING btree (workspace_id, import_id, group_id, contact_id) WHERE (import_id IS NOT NULL);
CREATE INDEX contact_group_members_by_name ON public.contact_group_members USING btree (workspace_id, group_id, sort_key, contact_id);

CREATE TABLE contact_groups (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    description text COLLATE "C",
    member_count bigint DEFAULT 0 NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT contact_groups_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT contact_groups_member_count_check CHECK ((member_count >= 0)),
    CONSTRAINT contact_groups_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
);
CREATE UNIQUE INDEX contact_groups_by_name ON public.contact_groups USING btree (workspace_id, name_key);

CREATE TABLE contact_identities (
    workspace_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    match_key text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    contact_id text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT contact_identities_pkey PRIMARY KEY (workspace_id, kind, match_key),
    CONSTRAINT contact_identities_kind_check CHECK ((kind = ANY (ARRAY['phone'::text, 'businessScoped'::text, 'username'::text, 'group'::text]))),
    CONSTRAINT contact_identities_workspace_id_contact_id_fkey FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts(workspace_id, id)
);
CREATE INDEX contact_identities_by_contact ON public.contact_identities USING btree (workspace_id, contact_id);

CREATE TABLE contact_import_refusals (
    workspace_id text COLLATE "C" NOT NULL,
    import_id text COLLATE "C" NOT NULL,
    line bigint NOT NULL,
    reason text COLLATE "C" NOT NULL,
    cells text COLLATE "C" NOT NULL,
    CONSTRAINT contact_import_refusals_pkey PRIMARY KEY (workspace_id, import_id, line),
    CONSTRAINT contact_import_refusals_workspace_id_import_id_fkey FOREIGN KEY (workspace_id, import_id) REFERENCES contact_imports(workspace_id, id)
);

CREATE TABLE contact_imports (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    filename text COLLATE "C" NOT NULL,
    sha256 text COLLATE "C" NOT NULL,
    byte_count bigint NOT NULL,
    encoding text COLLATE "C" NOT NULL,
    separator bigint NOT NULL,
    line_count bigint NOT NULL,
    columns text COLLATE "C" NOT NULL,
    region text COLLATE "C",
    groups text COLLATE "C" NOT NULL,
    byte_offset bigint DEFAULT 0 NOT NULL,
    line bigint DEFAULT 1 NOT NULL,
    created_count bigint DEFAULT 0 NOT NULL,
    existing_count bigint DEFAULT 0 NOT NULL,
    refused_count bigint DEFAULT 0 NOT NULL,
    actor text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    started_at bigint,
    ended_at bigint,
    CONSTRAINT contact_imports_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT contact_imports_state_check CHECK ((state = ANY (ARRAY['uploaded'::text, 'running'::text, 'cancelling'::text, 'done'::text, 'cancelled'::text]))),
    CONSTRAINT contact_imports_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
);
CREATE INDEX contact_imports_by_file ON public.contact_imports USING btree (workspace_id, sha256);

CREATE TABLE contact_restrictions (
    workspace_id text COLLATE "C" NOT NULL,
    contact_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    until bigint,
    code text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT contact_restrictions_pkey PRIMARY KEY (workspace_id, contact_id, kind),
    CONSTRAINT contact_restrictions_kind_check CHECK ((kind = 'marketing'::text))
);

CREATE TABLE contacts (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    name text COLLATE "C",
    phone_number text COLLATE "C",
    username text COLLATE "C",
    business_scoped_id text COLLATE "C",
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    given_name text COLLATE "C",
    profile_name text COLLATE "C",
    company text COLLATE "C",
    address text COLLATE "C",
    city text COLLATE "C",
    state text COLLATE "C",
    country text COLLATE "C",
    description text COLLATE "C",
    listed_at bigint,
    sort_key text COLLATE "C" DEFAULT ''::text NOT NULL,
    region text COLLATE "C",
    import_id text COLLATE "C",
    import_line bigint,
    CONSTRAINT contacts_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT contacts_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
);
CREATE INDEX contacts_by_import ON public.contacts USING btree (workspace_id, import_id, import_line) WHERE (import_id IS NOT NULL);
CREATE INDEX directory_by_name ON public.contacts USING btree (workspace_id, sort_key, id) WHERE (listed_at IS NOT NULL);
CREATE INDEX directory_by_region ON public.contacts USING btree (workspace_id, region, sort_key, id) WHERE (listed_at IS NOT NULL);
CREATE INDEX directory_by_time ON public.contacts USING btree (workspace_id, listed_at DESC, id DESC) WHERE (listed_at IS NOT NULL);

CREATE TABLE conversation_labels (
    workspace_id text COLLATE "C" NOT NULL,
    conversation_id text COLLATE "C" NOT NULL,
    label_id text COLLATE "C" NOT NULL,
    CONSTRAINT conversation_labels_pkey PRIMARY KEY (workspace_id, conversation_id, label_id),
    CONSTRAINT conversation_labels_workspace_id_conversation_id_fkey FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations(workspace_id, id) ON DELETE CASCADE,
    CONSTRAINT conversation_labels_workspace_id_label_id_fkey FOREIGN KEY (workspace_id, label_id) REFERENCES labels(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX conversation_labels_by_label ON public.conversation_labels USING btree (workspace_id, label_id, conversation_id);

CREATE TABLE conversations (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    sender_id text COLLATE "C" NOT NULL,
    contact_id text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    unread bigint NOT NULL,
    last_message_id text COLLATE "C",
    last_kind text COLLATE "C",
    last_direction text COLLATE "C",
    last_status text COLLATE "C",
    last_preview text COLLATE "C",
    last_message_at bigint NOT NULL,
    last_inbound_at bigint,
    created_at bigint NOT NULL,
    assignee_id text COLLATE "C",
    team_id text COLLATE "C",
    snoozed_until bigint,
    ai_active bigint DEFAULT 1 NOT NULL,
    CONSTRAINT conversations_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT conversations_state_check CHECK ((state = ANY (ARRAY['open'::text, 'snoozed'::text, 'closed'::text, 'archived'::text]))),
    CONSTRAINT conversations_workspace_id_contact_id_fkey FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts(workspace_id, id),
    CONSTRAINT conversations_workspace_id_sender_id_fkey FOREIGN KEY (workspace_id, sender_id) REFERENCES senders(workspace_id, id)
);
CREATE INDEX conversations_by_assignee ON public.conversations USING btree (workspace_id, assignee_id, state, last_message_at DESC, id DESC) WHERE (assignee_id IS NOT NULL);
CREATE UNIQUE INDEX conversations_by_contact ON public.conversations USING btree (workspace_id, contact_id, sender_id);
CREATE INDEX conversations_by_sender ON public.conversations USING btree (workspace_id, sender_id, state, last_message_at DESC, id DESC);
CREATE INDEX conversations_by_state ON public.conversations USING btree (workspace_id, state, last_message_at DESC, id DESC);
CREATE INDEX conversations_by_team ON public.conversations USING btree (workspace_id, team_id, state, last_message_at DESC, id DESC) WHERE (team_id IS NOT NULL);
CREATE INDEX conversations_failed ON public.conversations USING btree (workspace_id, state, last_message_at DESC, id DESC) WHERE (last_status = 'failed'::text);
CREATE INDEX conversations_unassigned ON public.conversations USING btree (workspace_id, state, last_message_at DESC, id DESC) WHERE (assignee_id IS NULL);
CREATE INDEX conversations_unread ON public.conversations USING btree (workspace_id, state, last_message_at DESC, id DESC) WHERE (unread > 0);

CREATE TABLE credit_prices (
    workspace_id text COLLATE "C" NOT NULL,
    channel text COLLATE "C" NOT NULL,
    price bigint NOT NULL,
    CONSTRAINT credit_prices_pkey PRIMARY KEY (workspace_id, channel),
    CONSTRAINT credit_prices_price_check CHECK ((price >= 0)),
    CONSTRAINT credit_prices_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);

CREATE TABLE drafts (
    workspace_id text COLLATE "C" NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    conversation_id text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    updated_at bigint NOT NULL,
    CONSTRAINT drafts_pkey PRIMARY KEY (workspace_id, account_id, conversation_id),
    CONSTRAINT drafts_workspace_id_account_id_fkey FOREIGN KEY (workspace_id, account_id) REFERENCES members(workspace_id, account_id) ON DELETE CASCADE,
    CONSTRAINT drafts_workspace_id_conversation_id_fkey FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX drafts_by_conversation ON public.drafts USING btree (workspace_id, conversation_id);

CREATE TABLE event_horizons (
    workspace_id text COLLATE "C" NOT NULL,
    tx bigint NOT NULL,
    id bigint NOT NULL,
    CONSTRAINT event_horizons_pkey PRIMARY KEY (workspace_id)
);

CREATE TABLE event_readers (
    workspace_id text COLLATE "C" NOT NULL,
    reader text COLLATE "C" NOT NULL,
    tx bigint NOT NULL,
    id bigint NOT NULL,
    CONSTRAINT event_readers_pkey PRIMARY KEY (workspace_id, reader),
    CONSTRAINT event_readers_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);

CREATE TABLE events (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    tx xid8 DEFAULT pg_current_xact_id() NOT NULL,
    workspace_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    conversation_id text COLLATE "C",
    message_id text COLLATE "C",
    subject_id text COLLATE "C",
    actor text COLLATE "C" NOT NULL,
    address text COLLATE "C",
    cause text COLLATE "C",
    at bigint NOT NULL,
    CONSTRAINT events_pkey PRIMARY KEY (workspace_id, tx, id)
);

CREATE TABLE idempotency_keys (
    workspace_id text COLLATE "C" NOT NULL,
    actor text COLLATE "C" NOT NULL,
    route text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    body_hash bytea NOT NULL,
    status bigint,
    answer bytea,
    created_at bigint NOT NULL,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (workspace_id, actor, route, key),
    CONSTRAINT idempotency_keys_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);
CREATE INDEX idempotency_keys_by_age ON public.idempotency_keys USING btree (created_at);

CREATE TABLE inbound_rates (
    workspace_id text COLLATE "C" NOT NULL,
    sender_id text COLLATE "C" NOT NULL,
    process_id text COLLATE "C" NOT NULL,
    per_second double precision NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT inbound_rates_pkey PRIMARY KEY (workspace_id, sender_id, process_id)
);

CREATE TABLE jobs (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    payload text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    run_at bigint NOT NULL,
    attempts bigint DEFAULT 0 NOT NULL,
    epoch bigint DEFAULT 0 NOT NULL,
    lease_expires_at bigint,
    error text COLLATE "C",
    created_at bigint NOT NULL,
    CONSTRAINT jobs_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT jobs_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'dead'::text])))
);
CREATE INDEX jobs_dead ON public.jobs USING btree (workspace_id, id) WHERE (state = 'dead'::text);
CREATE INDEX jobs_due ON public.jobs USING btree (kind, workspace_id, run_at, id) WHERE (state = 'pending'::text);
CREATE UNIQUE INDEX jobs_pending ON public.jobs USING btree (workspace_id, kind, key) WHERE (state = 'pending'::text);

CREATE TABLE journal (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    connection_id text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    items text COLLATE "C" NOT NULL,
    body bytea NOT NULL,
    received_at bigint NOT NULL,
    replayed_at bigint,
    CONSTRAINT journal_pkey PRIMARY KEY (workspace_id, id)
);
CREATE INDEX journal_by_connection ON public.journal USING btree (workspace_id, connection_id, id DESC);
CREATE INDEX journal_waiting ON public.journal USING btree (workspace_id, connection_id) WHERE (replayed_at IS NULL);

CREATE TABLE kept_webhooks (
    workspace_id text COLLATE "C" NOT NULL,
    sender_id text COLLATE "C" NOT NULL,
    journal_id text COLLATE "C" NOT NULL,
    CONSTRAINT kept_webhooks_pkey PRIMARY KEY (workspace_id, sender_id, journal_id),
    CONSTRAINT kept_webhooks_workspace_id_journal_id_fkey FOREIGN KEY (workspace_id, journal_id) REFERENCES journal(workspace_id, id) ON DELETE CASCADE,
    CONSTRAINT kept_webhooks_workspace_id_sender_id_fkey FOREIGN KEY (workspace_id, sender_id) REFERENCES senders(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX kept_webhooks_by_entry ON public.kept_webhooks USING btree (workspace_id, journal_id);

CREATE TABLE labels (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    color text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT labels_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT labels_color_check CHECK ((color = ANY (ARRAY['grey'::text, 'red'::text, 'amber'::text, 'green'::text, 'blue'::text, 'violet'::text]))),
    CONSTRAINT labels_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
);
CREATE UNIQUE INDEX labels_by_name ON public.labels USING btree (workspace_id, name_key);

CREATE TABLE lead_deeds (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    lead_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    former text COLLATE "C",
    present text COLLATE "C",
    actor text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    sequence bigint NOT NULL,
    CONSTRAINT lead_deeds_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT lead_deeds_workspace_id_lead_id_fkey FOREIGN KEY (workspace_id, lead_id) REFERENCES leads(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX lead_deeds_by_lead ON public.lead_deeds USING btree (workspace_id, lead_id, at, sequence);

CREATE TABLE lead_settings (
    workspace_id text COLLATE "C" NOT NULL,
    is_automatic bigint NOT NULL,
    status_id text COLLATE "C",
    source_id text COLLATE "C",
    owner_id text COLLATE "C",
    follows_assignee bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    CONSTRAINT lead_settings_pkey PRIMARY KEY (workspace_id),
    CONSTRAINT lead_settings_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);
CREATE INDEX lead_settings_automatic ON public.lead_settings USING btree (workspace_id) WHERE (is_automatic = 1);

CREATE TABLE lead_sources (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    CONSTRAINT lead_sources_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT lead_sources_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX lead_sources_by_name ON public.lead_sources USING btree (workspace_id, name_key);

CREATE TABLE lead_statuses (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    color text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    "position" bigint NOT NULL,
    CONSTRAINT lead_statuses_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT lead_statuses_kind_check CHECK ((kind = ANY (ARRAY['open'::text, 'won'::text, 'lost'::text]))),
    CONSTRAINT lead_statuses_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX lead_statuses_by_name ON public.lead_statuses USING btree (workspace_id, name_key);

CREATE TABLE lead_words (
    workspace_id text COLLATE "C" NOT NULL,
    word text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    CONSTRAINT lead_words_pkey PRIMARY KEY (workspace_id, word, record_id),
    CONSTRAINT lead_words_workspace_id_record_id_fkey FOREIGN KEY (workspace_id, record_id) REFERENCES leads(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX lead_words_by_lead ON public.lead_words USING btree (workspace_id, record_id, word);

CREATE TABLE leads (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    company text COLLATE "C",
    sort_key text COLLATE "C" NOT NULL,
    contact_id text COLLATE "C",
    status_id text COLLATE "C" NOT NULL,
    source_id text COLLATE "C",
    owner_id text COLLATE "C",
    awaits_owner bigint DEFAULT 0 NOT NULL,
    amount bigint DEFAULT 0 NOT NULL,
    currency text COLLATE "C",
    description text COLLATE "C",
    client_id text COLLATE "C",
    created_at bigint NOT NULL,
    changed_at bigint NOT NULL,
    closed_at bigint,
    CONSTRAINT leads_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT leads_workspace_id_client_id_fkey FOREIGN KEY (workspace_id, client_id) REFERENCES clients(workspace_id, id),
    CONSTRAINT leads_workspace_id_contact_id_fkey FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts(workspace_id, id),
    CONSTRAINT leads_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE,
    CONSTRAINT leads_workspace_id_source_id_fkey FOREIGN KEY (workspace_id, source_id) REFERENCES lead_sources(workspace_id, id),
    CONSTRAINT leads_workspace_id_status_id_fkey FOREIGN KEY (workspace_id, status_id) REFERENCES lead_statuses(workspace_id, id)
);
CREATE INDEX leads_by_change ON public.leads USING btree (workspace_id, changed_at DESC, id DESC);
CREATE INDEX leads_by_client ON public.leads USING btree (workspace_id, client_id, id) WHERE (client_id IS NOT NULL);
CREATE INDEX leads_by_column ON public.leads USING btree (workspace_id, status_id, owner_id, currency, amount);
CREATE UNIQUE INDEX leads_by_contact ON public.leads USING btree (workspace_id, contact_id) WHERE (contact_id IS NOT NULL);
CREATE INDEX leads_by_name ON public.leads USING btree (workspace_id, sort_key, id);
CREATE INDEX leads_by_owner ON public.leads USING btree (workspace_id, owner_id, changed_at DESC, id DESC);
CREATE INDEX leads_by_owner_status ON public.leads USING btree (workspace_id, owner_id, status_id, changed_at DESC, id DESC);
CREATE INDEX leads_by_source ON public.leads USING btree (workspace_id, source_id, id) WHERE (source_id IS NOT NULL);
CREATE INDEX leads_by_status ON public.leads USING btree (workspace_id, status_id, changed_at DESC, id DESC);
CREATE INDEX leads_by_value ON public.leads USING btree (workspace_id, amount DESC, id DESC);

CREATE TABLE ledger_accounts (
    workspace_id text COLLATE "C" NOT NULL,
    account text COLLATE "C" NOT NULL,
    total bigint NOT NULL,
    CONSTRAINT ledger_accounts_pkey PRIMARY KEY (workspace_id, account),
    CONSTRAINT ledger_accounts_account_check CHECK ((account = ANY (ARRAY['income'::text, 'balance'::text, 'reserved'::text, 'spent'::text]))),
    CONSTRAINT ledger_accounts_check CHECK (((account = 'income'::text) OR (total >= 0))),
    CONSTRAINT ledger_accounts_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);

CREATE TABLE ledger_postings (
    sequence bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    amount bigint NOT NULL,
    source text COLLATE "C" NOT NULL,
    target text COLLATE "C" NOT NULL,
    sender_id text COLLATE "C",
    sender_name text COLLATE "C",
    paid_until bigint,
    note text COLLATE "C",
    balance_after bigint NOT NULL,
    actor text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT ledger_postings_pkey PRIMARY KEY (sequence),
    CONSTRAINT ledger_postings_workspace_id_id_key UNIQUE (workspace_id, id),
    CONSTRAINT ledger_postings_workspace_id_key_key UNIQUE (workspace_id, key),
    CONSTRAINT ledger_postings_amount_check CHECK ((amount > 0)),
    CONSTRAINT ledger_postings_check CHECK ((target <> source)),
    CONSTRAINT ledger_postings_kind_check CHECK ((kind = ANY (ARRAY['topUp'::text, 'reservation'::text, 'release'::text, 'charge'::text]))),
    CONSTRAINT ledger_postings_workspace_id_source_fkey FOREIGN KEY (workspace_id, source) REFERENCES ledger_accounts(workspace_id, account) ON DELETE CASCADE,
    CONSTRAINT ledger_postings_workspace_id_target_fkey FOREIGN KEY (workspace_id, target) REFERENCES ledger_accounts(workspace_id, account) ON DELETE CASCADE
);
CREATE INDEX ledger_postings_in_order ON public.ledger_postings USING btree (workspace_id, sequence DESC);

CREATE TABLE mail_settings (
    workspace_id text COLLATE "C" NOT NULL,
    host text COLLATE "C" NOT NULL,
    port bigint NOT NULL,
    security text COLLATE "C" NOT NULL,
    user_name text COLLATE "C",
    sender text COLLATE "C" NOT NULL,
    password text COLLATE "C",
    updated_at bigint NOT NULL,
    failure text COLLATE "C",
    failed_at bigint,
    CONSTRAINT mail_settings_pkey PRIMARY KEY (workspace_id),
    CONSTRAINT mail_settings_security_check CHECK ((security = ANY (ARRAY['tls'::text, 'startTLS'::text, 'none'::text]))),
    CONSTRAINT mail_settings_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);

CREATE TABLE media (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    sha256 text COLLATE "C",
    byte_count bigint,
    mime_type text COLLATE "C",
    filename text COLLATE "C",
    provider_media_id text COLLATE "C",
    sender_id text COLLATE "C",
    error text COLLATE "C",
    created_at bigint NOT NULL,
    CONSTRAINT media_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT media_kind_check CHECK ((kind = ANY (ARRAY['image'::text, 'video'::text, 'audio'::text, 'document'::text, 'sticker'::text]))),
    CONSTRAINT media_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'stored'::text, 'failed'::text])))
);
CREATE INDEX media_by_digest ON public.media USING btree (workspace_id, sha256) WHERE (sha256 IS NOT NULL);

CREATE TABLE media_uploads (
    workspace_id text COLLATE "C" NOT NULL,
    media_id text COLLATE "C" NOT NULL,
    sender_id text COLLATE "C" NOT NULL,
    provider_media_id text COLLATE "C" NOT NULL,
    expires_at bigint NOT NULL,
    CONSTRAINT media_uploads_pkey PRIMARY KEY (workspace_id, media_id, sender_id)
);

CREATE TABLE members (
    workspace_id text COLLATE "C" NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    role text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    away_since bigint,
    deactivated_at bigint,
    given_at bigint,
    CONSTRAINT members_pkey PRIMARY KEY (workspace_id, account_id),
    CONSTRAINT members_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'agent'::text]))),
    CONSTRAINT members_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    CONSTRAINT members_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);
CREATE INDEX members_by_account ON public.members USING btree (account_id, workspace_id);

CREATE TABLE message_media (
    workspace_id text COLLATE "C" NOT NULL,
    media_id text COLLATE "C" NOT NULL,
    message_id text COLLATE "C" NOT NULL,
    CONSTRAINT message_media_pkey PRIMARY KEY (workspace_id, media_id, message_id)
);
CREATE INDEX message_media_by_message ON public.message_media USING btree (workspace_id, message_id);

CREATE TABLE message_rates (
    workspace_id text COLLATE "C" NOT NULL,
    category text COLLATE "C" NOT NULL,
    region text COLLATE "C" NOT NULL,
    from_day text COLLATE "C" NOT NULL,
    amount_millionths bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    CONSTRAINT message_rates_pkey PRIMARY KEY (workspace_id, category, region, from_day),
    CONSTRAINT message_rates_amount_millionths_check CHECK ((amount_millionths >= 0)),
    CONSTRAINT message_rates_category_check CHECK ((category = ANY (ARRAY['marketing'::text, 'utility'::text, 'authentication'::text, 'service'::text]))),
    CONSTRAINT message_rates_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);

CREATE TABLE messages (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    conversation_id text COLLATE "C" NOT NULL,
    sender_id text COLLATE "C" NOT NULL,
    contact_id text COLLATE "C" NOT NULL,
    client_id text COLLATE "C",
    direction text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    content text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    lane bigint DEFAULT 0 NOT NULL,
    attempt bigint DEFAULT 0 NOT NULL,
    claimed_epoch bigint,
    not_before bigint,
    error text COLLATE "C",
    provider_id text COLLATE "C",
    reply_to text COLLATE "C",
    at bigint NOT NULL,
    sequence bigint NOT NULL,
    sent_at bigint,
    delivered_at bigint,
    read_at bigint,
    edited_at bigint,
    revoked_at bigint,
    author text COLLATE "C",
    origin text COLLATE "C",
    CONSTRAINT messages_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT messages_direction_check CHECK ((direction = ANY (ARRAY['inbound'::text, 'outbound'::text]))),
    CONSTRAINT messages_status_check CHECK ((status = ANY (ARRAY['scheduled'::text, 'queued'::text, 'claimed'::text, 'cancelled'::text, 'received'::text, 'sending'::text, 'unknown'::text, 'sent'::text, 'failed'::text, 'delivered'::text, 'read'::text, 'played'::text]))),
    CONSTRAINT messages_workspace_id_conversation_id_fkey FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations(workspace_id, id)
);
CREATE UNIQUE INDEX messages_by_client_id ON public.messages USING btree (workspace_id, client_id) WHERE (client_id IS NOT NULL);
CREATE INDEX messages_by_conversation ON public.messages USING btree (workspace_id, conversation_id, at DESC, sequence DESC);
CREATE UNIQUE INDEX messages_by_provider_id ON public.messages USING btree (workspace_id, sender_id, provider_id) WHERE (provider_id IS NOT NULL);
CREATE INDEX messages_claimed ON public.messages USING btree (workspace_id, sender_id) WHERE (status = 'claimed'::text);
CREATE INDEX messages_failed ON public.messages USING btree (workspace_id, sender_id, at, sequence) WHERE (status = 'failed'::text);
CREATE INDEX messages_in_order ON public.messages USING btree (workspace_id, conversation_id, lane, sequence) WHERE (status = ANY (ARRAY['queued'::text, 'claimed'::text, 'sending'::text]));
CREATE INDEX messages_queued ON public.messages USING btree (workspace_id, sender_id, lane, sequence) WHERE (status = 'queued'::text);
CREATE INDEX messages_scheduled ON public.messages USING btree (workspace_id, sender_id, lane, sequence) WHERE (status = 'scheduled'::text);
CREATE INDEX messages_unknown ON public.messages USING btree (workspace_id, conversation_id) WHERE (status = 'unknown'::text);
CREATE INDEX messages_unknown_by_sender ON public.messages USING btree (workspace_id, sender_id, sequence) WHERE (status = 'unknown'::text);
CREATE INDEX messages_with_files ON public.messages USING btree (workspace_id, conversation_id, at DESC, sequence DESC) WHERE (kind = 'media'::text);

CREATE TABLE note_mentions (
    workspace_id text COLLATE "C" NOT NULL,
    note_id text COLLATE "C" NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    called_at bigint DEFAULT 0 NOT NULL,
    CONSTRAINT note_mentions_pkey PRIMARY KEY (workspace_id, note_id, account_id),
    CONSTRAINT note_mentions_workspace_id_account_id_fkey FOREIGN KEY (workspace_id, account_id) REFERENCES members(workspace_id, account_id) ON DELETE CASCADE,
    CONSTRAINT note_mentions_workspace_id_note_id_fkey FOREIGN KEY (workspace_id, note_id) REFERENCES notes(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX note_mentions_by_account ON public.note_mentions USING btree (workspace_id, account_id);

CREATE TABLE notes (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    conversation_id text COLLATE "C" NOT NULL,
    author text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    sequence bigint NOT NULL,
    edited_at bigint,
    CONSTRAINT notes_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT notes_workspace_id_conversation_id_fkey FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX notes_by_conversation ON public.notes USING btree (workspace_id, conversation_id, at DESC, sequence DESC);

CREATE TABLE notification_rules (
    workspace_id text COLLATE "C" NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    rules text COLLATE "C" NOT NULL,
    CONSTRAINT notification_rules_pkey PRIMARY KEY (workspace_id, account_id),
    CONSTRAINT notification_rules_workspace_id_account_id_fkey FOREIGN KEY (workspace_id, account_id) REFERENCES members(workspace_id, account_id) ON DELETE CASCADE
);

CREATE TABLE notifications (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    conversation_id text COLLATE "C",
    sender_id text COLLATE "C",
    subject_id text COLLATE "C",
    actor_id text COLLATE "C",
    count bigint NOT NULL,
    at bigint NOT NULL,
    read_at bigint,
    mailed_at bigint,
    CONSTRAINT notifications_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT notifications_check CHECK (((conversation_id IS NULL) <> (sender_id IS NULL))),
    CONSTRAINT notifications_check1 CHECK (((kind = ANY (ARRAY['limit'::text, 'stopped'::text])) = (conversation_id IS NULL))),
    CONSTRAINT notifications_kind_check1 CHECK ((kind = ANY (ARRAY['message'::text, 'assignment'::text, 'mention'::text, 'escalation'::text, 'failed'::text, 'limit'::text, 'stopped'::text]))),
    CONSTRAINT notifications_workspace_id_account_id_fkey1 FOREIGN KEY (workspace_id, account_id) REFERENCES members(workspace_id, account_id) ON DELETE CASCADE,
    CONSTRAINT notifications_workspace_id_sender_id_fkey FOREIGN KEY (workspace_id, sender_id) REFERENCES senders(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX notifications_by_conversation ON public.notifications USING btree (workspace_id, conversation_id);
CREATE INDEX notifications_by_person ON public.notifications USING btree (workspace_id, account_id, at DESC, id DESC);
CREATE INDEX notifications_by_sender ON public.notifications USING btree (workspace_id, sender_id) WHERE (sender_id IS NOT NULL);
CREATE INDEX notifications_by_time ON public.notifications USING btree (workspace_id, at, id);
CREATE UNIQUE INDEX notifications_unread ON public.notifications USING btree (workspace_id, account_id, COALESCE(conversation_id, sender_id), kind) WHERE (read_at IS NULL);

CREATE TABLE number_signups (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    actor text COLLATE "C" NOT NULL,
    client_address text COLLATE "C",
    terms text COLLATE "C" NOT NULL,
    price bigint NOT NULL,
    phone_number text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    display_name text COLLATE "C" NOT NULL,
    server text COLLATE "C" NOT NULL,
    step text COLLATE "C" NOT NULL,
    is_working bigint NOT NULL,
    round bigint NOT NULL,
    trouble_code text COLLATE "C",
    trouble text COLLATE "C",
    connection_id text COLLATE "C" NOT NULL,
    hinted_account text COLLATE "C",
    hinted_number text COLLATE "C",
    has_hint bigint NOT NULL,
    found_account text COLLATE "C",
    found_number text COLLATE "C",
    found_phone_number text COLLATE "C",
    questions text COLLATE "C" NOT NULL,
    is_accepted bigint NOT NULL,
    code_method text COLLATE "C",
    code_language text COLLATE "C",
    code_requested_at bigint,
    needs_pin bigint NOT NULL,
    sender_id text COLLATE "C",
    window_code text COLLATE "C",
    access_token text COLLATE "C",
    pin text COLLATE "C",
    verify_token text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    CONSTRAINT number_signups_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT number_signups_check CHECK (((step <> 'done'::text) OR (sender_id IS NOT NULL))),
    CONSTRAINT number_signups_code_method_check CHECK ((code_method = ANY (ARRAY['sms'::text, 'voice'::text]))),
    CONSTRAINT number_signups_has_hint_check CHECK ((has_hint = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT number_signups_is_accepted_check CHECK ((is_accepted = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT number_signups_is_working_check CHECK ((is_working = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT number_signups_needs_pin_check CHECK ((needs_pin = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT number_signups_price_check CHECK ((price >= 0)),
    CONSTRAINT number_signups_step_check CHECK ((step = ANY (ARRAY['window'::text, 'account'::text, 'choice'::text, 'code'::text, 'registration'::text, 'done'::text]))),
    CONSTRAINT number_signups_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
);
CREATE INDEX number_signups_by_account ON public.number_signups USING btree (workspace_id, found_account);
CREATE INDEX number_signups_by_connection ON public.number_signups USING btree (connection_id);
CREATE UNIQUE INDEX number_signups_by_phone_number ON public.number_signups USING btree (workspace_id, phone_number);
CREATE INDEX number_signups_by_time ON public.number_signups USING btree (workspace_id, updated_at);
CREATE INDEX number_signups_unfinished ON public.number_signups USING btree (workspace_id, updated_at) WHERE (step <> 'done'::text);

CREATE TABLE one_time_links (
    token_hash bytea NOT NULL,
    purpose text COLLATE "C" NOT NULL,
    account_id text COLLATE "C",
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    used_at bigint,
    CONSTRAINT one_time_links_pkey PRIMARY KEY (token_hash),
    CONSTRAINT one_time_links_purpose_check CHECK ((purpose = ANY (ARRAY['setUp'::text, 'password'::text]))),
    CONSTRAINT one_time_links_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE
);

CREATE TABLE parked (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    connection_id text COLLATE "C" NOT NULL,
    sender_id text COLLATE "C" NOT NULL,
    target_provider_id text COLLATE "C" NOT NULL,
    event text COLLATE "C" NOT NULL,
    received_at bigint NOT NULL,
    looks bigint NOT NULL,
    next_look_at bigint NOT NULL,
    deadline bigint NOT NULL,
    CONSTRAINT parked_pkey PRIMARY KEY (workspace_id, id)
);
CREATE INDEX parked_by_next_look ON public.parked USING btree (workspace_id, next_look_at, id);
CREATE INDEX parked_by_target ON public.parked USING btree (workspace_id, sender_id, target_provider_id);

CREATE TABLE portfolio_people (
    workspace_id text COLLATE "C" NOT NULL,
    portfolio_id text COLLATE "C" NOT NULL,
    contact_id text COLLATE "C" NOT NULL,
    message_id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT portfolio_people_pkey PRIMARY KEY (workspace_id, portfolio_id, contact_id)
);
CREATE INDEX portfolio_people_by_message ON public.portfolio_people USING btree (workspace_id, message_id);
CREATE INDEX portfolio_people_by_time ON public.portfolio_people USING btree (workspace_id, portfolio_id, at);

CREATE TABLE portfolios (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    people bigint NOT NULL,
    warned_at bigint,
    CONSTRAINT portfolios_pkey PRIMARY KEY (workspace_id, id)
);

CREATE TABLE presence (
    workspace_id text COLLATE "C" NOT NULL,
    conversation_id text COLLATE "C" NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    process_id text COLLATE "C" NOT NULL,
    viewing_until bigint NOT NULL,
    writing_until bigint,
    CONSTRAINT presence_pkey PRIMARY KEY (workspace_id, conversation_id, account_id, process_id)
);

CREATE TABLE processes (
    id text COLLATE "C" NOT NULL,
    host text COLLATE "C" NOT NULL,
    roles text COLLATE "C" NOT NULL,
    started_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    media_marker text COLLATE "C",
    CONSTRAINT processes_pkey PRIMARY KEY (id)
);

CREATE TABLE push_subscriptions (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    session_id text COLLATE "C" NOT NULL,
    endpoint_hash bytea NOT NULL,
    target text COLLATE "C" NOT NULL,
    user_agent text COLLATE "C",
    created_at bigint NOT NULL,
    refusals bigint DEFAULT 0 NOT NULL,
    CONSTRAINT push_subscriptions_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT push_subscriptions_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE,
    CONSTRAINT push_subscriptions_workspace_id_account_id_fkey FOREIGN KEY (workspace_id, account_id) REFERENCES members(workspace_id, account_id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX push_subscriptions_by_account ON public.push_subscriptions USING btree (workspace_id, account_id, endpoint_hash);
CREATE INDEX push_subscriptions_by_endpoint ON public.push_subscriptions USING btree (endpoint_hash);
CREATE INDEX push_subscriptions_by_session ON public.push_subscriptions USING btree (session_id);

CREATE TABLE quick_replies (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    shortcut text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT quick_replies_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT quick_replies_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
);
CREATE UNIQUE INDEX quick_replies_by_shortcut ON public.quick_replies USING btree (workspace_id, shortcut);

CREATE TABLE reactions (
    workspace_id text COLLATE "C" NOT NULL,
    message_id text COLLATE "C" NOT NULL,
    actor text COLLATE "C" NOT NULL,
    emoji text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT reactions_pkey PRIMARY KEY (workspace_id, message_id, actor),
    CONSTRAINT reactions_workspace_id_message_id_fkey FOREIGN KEY (workspace_id, message_id) REFERENCES messages(workspace_id, id)
);

CREATE TABLE received_ids (
    workspace_id text COLLATE "C" NOT NULL,
    sender_id text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    received_at bigint NOT NULL,
    CONSTRAINT received_ids_pkey PRIMARY KEY (workspace_id, sender_id, key)
);

CREATE TABLE reception_mails (
    workspace_id text COLLATE "C" NOT NULL,
    sender_id text COLLATE "C" NOT NULL,
    message_id text COLLATE "C" NOT NULL,
    CONSTRAINT reception_mails_pkey PRIMARY KEY (workspace_id, sender_id, message_id),
    CONSTRAINT reception_mails_workspace_id_message_id_fkey FOREIGN KEY (workspace_id, message_id) REFERENCES messages(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX reception_mails_by_message ON public.reception_mails USING btree (workspace_id, message_id);

CREATE TABLE reception_options (
    workspace_id text COLLATE "C" NOT NULL,
    sender_id text COLLATE "C" NOT NULL,
    receives_messages bigint NOT NULL,
    notifies bigint NOT NULL,
    receives_groups bigint NOT NULL,
    sends_mail bigint NOT NULL,
    mail_address text COLLATE "C",
    blocks_calls bigint NOT NULL,
    block_message text COLLATE "C",
    call_failure text COLLATE "C",
    call_failed_at bigint,
    mailed_at bigint,
    updated_at bigint NOT NULL,
    CONSTRAINT reception_options_pkey PRIMARY KEY (workspace_id, sender_id),
    CONSTRAINT reception_options_blocks_calls_check CHECK ((blocks_calls = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT reception_options_check CHECK (((sends_mail = 0) OR (mail_address IS NOT NULL))),
    CONSTRAINT reception_options_check1 CHECK (((blocks_calls = 1) OR (block_message IS NULL))),
    CONSTRAINT reception_options_notifies_check CHECK ((notifies = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT reception_options_receives_groups_check CHECK ((receives_groups = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT reception_options_receives_messages_check CHECK ((receives_messages = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT reception_options_sends_mail_check CHECK ((sends_mail = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT reception_options_workspace_id_sender_id_fkey FOREIGN KEY (workspace_id, sender_id) REFERENCES senders(workspace_id, id) ON DELETE CASCADE
);

CREATE TABLE registration_pins (
    workspace_id text COLLATE "C" NOT NULL,
    match_key text COLLATE "C" NOT NULL,
    pin text COLLATE "C" NOT NULL,
    kept_at bigint NOT NULL,
    CONSTRAINT registration_pins_pkey PRIMARY KEY (workspace_id, match_key),
    CONSTRAINT registration_pins_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);

CREATE TABLE saved_views (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    filter text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT saved_views_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT saved_views_workspace_id_account_id_fkey FOREIGN KEY (workspace_id, account_id) REFERENCES members(workspace_id, account_id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX saved_views_by_name ON public.saved_views USING btree (workspace_id, account_id, name_key);

CREATE TABLE schema_migrations (
    number bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    applied_at bigint NOT NULL,
    finished bigint NOT NULL,
    CONSTRAINT schema_migrations_pkey PRIMARY KEY (number)
);

CREATE TABLE search_documents (
    workspace_id text COLLATE "C" NOT NULL,
    generation bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    place bigint NOT NULL,
    subject_id text COLLATE "C",
    version bigint NOT NULL,
    CONSTRAINT search_documents_pkey PRIMARY KEY (workspace_id, generation, kind, place)
);
CREATE UNIQUE INDEX search_documents_by_subject ON public.search_documents USING btree (workspace_id, generation, kind, subject_id) WHERE (subject_id IS NOT NULL);

CREATE TABLE search_indexes (
    workspace_id text COLLATE "C" NOT NULL,
    generation bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    tx bigint NOT NULL,
    event_id bigint NOT NULL,
    walked_kind text COLLATE "C" NOT NULL,
    walked_id text COLLATE "C" NOT NULL,
    documents bigint NOT NULL,
    started_at bigint NOT NULL,
    finished_at bigint,
    CONSTRAINT search_indexes_pkey PRIMARY KEY (workspace_id, generation),
    CONSTRAINT search_indexes_state_check CHECK ((state = ANY (ARRAY['building'::text, 'live'::text, 'retired'::text]))),
    CONSTRAINT search_indexes_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);

CREATE TABLE search_vocabulary (
    workspace_id text COLLATE "C" NOT NULL,
    generation bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    word text COLLATE "C" NOT NULL,
    reversed text COLLATE "C",
    CONSTRAINT search_vocabulary_pkey PRIMARY KEY (workspace_id, generation, kind, word)
);
CREATE INDEX search_vocabulary_reversed ON public.search_vocabulary USING btree (workspace_id, generation, kind, reversed, word) WHERE (reversed IS NOT NULL);

CREATE TABLE search_words (
    workspace_id text COLLATE "C" NOT NULL,
    generation bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    word text COLLATE "C" NOT NULL,
    bucket bigint NOT NULL,
    places bytea NOT NULL,
    CONSTRAINT search_words_pkey PRIMARY KEY (workspace_id, generation, kind, word, bucket)
);

CREATE TABLE sender_arrivals (
    workspace_id text COLLATE "C" NOT NULL,
    sender_id text COLLATE "C" NOT NULL,
    last_at bigint NOT NULL,
    CONSTRAINT sender_arrivals_pkey PRIMARY KEY (workspace_id, sender_id),
    CONSTRAINT sender_arrivals_workspace_id_sender_id_fkey FOREIGN KEY (workspace_id, sender_id) REFERENCES senders(workspace_id, id) ON DELETE CASCADE
);

CREATE TABLE sender_history (
    sequence bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    workspace_id text COLLATE "C" NOT NULL,
    sender_id text COLLATE "C" NOT NULL,
    cause text COLLATE "C" NOT NULL,
    actor text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    reason text COLLATE "C",
    explanation text COLLATE "C",
    at bigint NOT NULL,
    CONSTRAINT sender_history_pkey PRIMARY KEY (sequence),
    CONSTRAINT sender_history_workspace_id_sender_id_fkey FOREIGN KEY (workspace_id, sender_id) REFERENCES senders(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX sender_history_by_sender ON public.sender_history USING btree (workspace_id, sender_id, sequence DESC);
CREATE INDEX sender_history_by_time ON public.sender_history USING btree (workspace_id, at);

CREATE TABLE sender_holds (
    workspace_id text COLLATE "C" NOT NULL,
    sender_id text COLLATE "C" NOT NULL,
    paused_at bigint,
    paused_by text COLLATE "C",
    campaigns_paused_at bigint,
    campaigns_paused_reason text COLLATE "C",
    slowed_until bigint,
    held_until bigint,
    held_reason text COLLATE "C",
    slowed_times bigint DEFAULT 0 NOT NULL,
    CONSTRAINT sender_holds_pkey PRIMARY KEY (workspace_id, sender_id),
    CONSTRAINT sender_holds_workspace_id_sender_id_fkey FOREIGN KEY (workspace_id, sender_id) REFERENCES senders(workspace_id, id)
);

CREATE TABLE sender_leases (
    workspace_id text COLLATE "C" NOT NULL,
    sender_id text COLLATE "C" NOT NULL,
    owner text COLLATE "C",
    epoch bigint NOT NULL,
    expires_at bigint NOT NULL,
    CONSTRAINT sender_leases_pkey PRIMARY KEY (workspace_id, sender_id),
    CONSTRAINT sender_leases_workspace_id_sender_id_fkey FOREIGN KEY (workspace_id, sender_id) REFERENCES senders(workspace_id, id)
);
CREATE INDEX sender_leases_by_end ON public.sender_leases USING btree (expires_at) WHERE (owner IS NOT NULL);

CREATE TABLE sender_profiles (
    workspace_id text COLLATE "C" NOT NULL,
    sender_id text COLLATE "C" NOT NULL,
    about text COLLATE "C" DEFAULT ''::text NOT NULL,
    description text COLLATE "C" DEFAULT ''::text NOT NULL,
    address text COLLATE "C" DEFAULT ''::text NOT NULL,
    category text COLLATE "C" DEFAULT ''::text NOT NULL,
    websites text COLLATE "C" DEFAULT '[]'::text NOT NULL,
    email text COLLATE "C",
    other_emails text COLLATE "C" DEFAULT '[]'::text NOT NULL,
    phones text COLLATE "C" DEFAULT '[]'::text NOT NULL,
    display_name text COLLATE "C",
    name_standing text COLLATE "C",
    new_name_standing text COLLATE "C",
    requested_name text COLLATE "C",
    requested_at bigint,
    picture_id text COLLATE "C",
    banner_id text COLLATE "C",
    asked_at bigint,
    fetched_at bigint,
    failure text COLLATE "C",
    failed_at bigint,
    CONSTRAINT sender_profiles_pkey PRIMARY KEY (workspace_id, sender_id),
    CONSTRAINT sender_profiles_workspace_id_sender_id_fkey FOREIGN KEY (workspace_id, sender_id) REFERENCES senders(workspace_id, id) ON DELETE CASCADE
);

CREATE TABLE sender_subscriptions (
    workspace_id text COLLATE "C" NOT NULL,
    sender_id text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    is_on bigint NOT NULL,
    price bigint NOT NULL,
    month bigint NOT NULL,
    anchor bigint,
    paid_until bigint,
    grace_ends_at bigint,
    reminder bigint,
    CONSTRAINT sender_subscriptions_pkey PRIMARY KEY (workspace_id, sender_id),
    CONSTRAINT sender_subscriptions_check CHECK (((state <> ALL (ARRAY['paid'::text, 'reserved'::text, 'grace'::text])) OR ((paid_until IS NOT NULL) AND (anchor IS NOT NULL)))),
    CONSTRAINT sender_subscriptions_check1 CHECK (((state <> 'grace'::text) OR (grace_ends_at IS NOT NULL))),
    CONSTRAINT sender_subscriptions_is_on_check CHECK ((is_on = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT sender_subscriptions_price_check CHECK ((price >= 0)),
    CONSTRAINT sender_subscriptions_state_check CHECK ((state = ANY (ARRAY['idle'::text, 'reserved'::text, 'free'::text, 'paid'::text, 'grace'::text, 'lapsed'::text]))),
    CONSTRAINT sender_subscriptions_workspace_id_sender_id_fkey FOREIGN KEY (workspace_id, sender_id) REFERENCES senders(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX sender_subscriptions_due ON public.sender_subscriptions USING btree (paid_until, workspace_id, sender_id) WHERE (paid_until IS NOT NULL);
CREATE INDEX sender_subscriptions_renewing ON public.sender_subscriptions USING btree (workspace_id, paid_until, sender_id) WHERE ((is_on = 1) AND (paid_until IS NOT NULL));
CREATE INDEX sender_subscriptions_reserved ON public.sender_subscriptions USING btree (state, workspace_id, sender_id) WHERE (state = 'reserved'::text);

CREATE TABLE senders (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    connection_id text COLLATE "C" NOT NULL,
    channel text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    display_name text COLLATE "C",
    phone_number text COLLATE "C" NOT NULL,
    provider_id text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    status_reason text COLLATE "C",
    quality text COLLATE "C",
    messaging_limit text COLLATE "C",
    throughput text COLLATE "C",
    read_receipts text COLLATE "C" DEFAULT 'onOpen'::text NOT NULL,
    created_at bigint NOT NULL,
    is_coexistence bigint DEFAULT 0 NOT NULL,
    is_active bigint DEFAULT 1 NOT NULL,
    is_checking bigint DEFAULT 0 NOT NULL,
    set_up text COLLATE "C" DEFAULT 'done'::text NOT NULL,
    policy text COLLATE "C" DEFAULT 'fine'::text NOT NULL,
    policy_ends_at bigint,
    trouble text COLLATE "C" DEFAULT 'none'::text NOT NULL,
    subscription text COLLATE "C" DEFAULT 'free'::text NOT NULL,
    reason text COLLATE "C",
    explained_reason text COLLATE "C",
    explanation text COLLATE "C",
    status_since bigint,
    removed_at bigint,
    handler_account_id text COLLATE "C",
    handler_team_id text COLLATE "C",
    CONSTRAINT senders_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT senders_is_active_check CHECK ((is_active = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT senders_is_checking_check CHECK ((is_checking = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT senders_policy_check CHECK ((policy = ANY (ARRAY['fine'::text, 'restricted'::text, 'suspended'::text]))),
    CONSTRAINT senders_read_receipts_check CHECK ((read_receipts = ANY (ARRAY['onOpen'::text, 'onAnswer'::text, 'never'::text]))),
    CONSTRAINT senders_set_up_check CHECK ((set_up = ANY (ARRAY['signup'::text, 'verification'::text, 'registration'::text, 'approval'::text, 'done'::text, 'failed'::text]))),
    CONSTRAINT senders_status_check CHECK ((status = ANY (ARRAY['online'::text, 'connecting'::text, 'pending'::text, 'offline'::text, 'suspended'::text, 'failed'::text]))),
    CONSTRAINT senders_subscription_check CHECK ((subscription = ANY (ARRAY['free'::text, 'paid'::text, 'grace'::text, 'lapsed'::text]))),
    CONSTRAINT senders_trouble_check CHECK ((trouble = ANY (ARRAY['none'::text, 'token-refused'::text, 'number-missing'::text, 'payment-missing'::text]))),
    CONSTRAINT senders_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES connections(workspace_id, id)
);
CREATE UNIQUE INDEX senders_by_phone_number ON public.senders USING btree (workspace_id, phone_number);
CREATE UNIQUE INDEX senders_by_provider_id ON public.senders USING btree (workspace_id, connection_id, provider_id);

CREATE TABLE sessions (
    token_hash bytea NOT NULL,
    id text COLLATE "C" NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    last_seen_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    user_agent text COLLATE "C",
    address text COLLATE "C",
    CONSTRAINT sessions_pkey PRIMARY KEY (token_hash),
    CONSTRAINT sessions_id_key UNIQUE (id),
    CONSTRAINT sessions_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE
);
CREATE INDEX sessions_by_account ON public.sessions USING btree (account_id, last_seen_at, id);
CREATE INDEX sessions_by_expiry ON public.sessions USING btree (expires_at);

CREATE TABLE settings (
    key text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    CONSTRAINT settings_pkey PRIMARY KEY (key)
);

CREATE TABLE statuses (
    workspace_id text COLLATE "C" NOT NULL,
    message_id text COLLATE "C" NOT NULL,
    attempt bigint NOT NULL,
    status text COLLATE "C" NOT NULL,
    participant text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    pricing text COLLATE "C",
    CONSTRAINT statuses_pkey PRIMARY KEY (workspace_id, message_id, attempt, status, participant),
    CONSTRAINT statuses_status_check CHECK ((status = ANY (ARRAY['sending'::text, 'unknown'::text, 'sent'::text, 'failed'::text, 'delivered'::text, 'read'::text, 'played'::text])))
);

CREATE TABLE stray_webhooks (
    id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    reason text COLLATE "C" NOT NULL,
    account_id text COLLATE "C",
    body bytea NOT NULL,
    byte_count bigint NOT NULL,
    received_at bigint NOT NULL,
    CONSTRAINT stray_webhooks_pkey PRIMARY KEY (id),
    CONSTRAINT stray_webhooks_reason_check CHECK ((reason = ANY (ARRAY['unreadable'::text, 'unknown-account'::text, 'unknown-number'::text])))
);
CREATE INDEX stray_webhooks_by_time ON public.stray_webhooks USING btree (received_at);

CREATE TABLE team_members (
    workspace_id text COLLATE "C" NOT NULL,
    team_id text COLLATE "C" NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    CONSTRAINT team_members_pkey PRIMARY KEY (workspace_id, team_id, account_id),
    CONSTRAINT team_members_workspace_id_account_id_fkey FOREIGN KEY (workspace_id, account_id) REFERENCES members(workspace_id, account_id) ON DELETE CASCADE,
    CONSTRAINT team_members_workspace_id_team_id_fkey FOREIGN KEY (workspace_id, team_id) REFERENCES teams(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX team_members_by_account ON public.team_members USING btree (workspace_id, account_id, team_id);

CREATE TABLE teams (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    distribution text COLLATE "C" DEFAULT 'manual'::text NOT NULL,
    CONSTRAINT teams_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT teams_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
);
CREATE UNIQUE INDEX teams_by_name ON public.teams USING btree (workspace_id, name_key);

CREATE TABLE template_changes (
    workspace_id text COLLATE "C" NOT NULL,
    connection_id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    language text COLLATE "C",
    CONSTRAINT template_changes_pkey PRIMARY KEY (workspace_id, connection_id, name, at, kind),
    CONSTRAINT template_changes_kind_check CHECK ((kind = ANY (ARRAY['created'::text, 'edited'::text, 'deleted'::text]))),
    CONSTRAINT template_changes_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES connections(workspace_id, id) ON DELETE CASCADE
);

CREATE TABLE template_drafts (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    connection_id text COLLATE "C" NOT NULL,
    template_id text COLLATE "C",
    name text COLLATE "C" NOT NULL,
    language text COLLATE "C" NOT NULL,
    category text COLLATE "C" NOT NULL,
    format text COLLATE "C" NOT NULL,
    components text COLLATE "C" NOT NULL,
    lifetime_seconds bigint,
    version bigint NOT NULL,
    refusal text COLLATE "C",
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    CONSTRAINT template_drafts_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT template_drafts_category_check CHECK ((category = ANY (ARRAY['MARKETING'::text, 'UTILITY'::text, 'AUTHENTICATION'::text]))),
    CONSTRAINT template_drafts_format_check CHECK ((format = ANY (ARRAY['POSITIONAL'::text, 'NAMED'::text]))),
    CONSTRAINT template_drafts_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES connections(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX template_drafts_by_connection ON public.template_drafts USING btree (workspace_id, connection_id);

CREATE TABLE template_states (
    workspace_id text COLLATE "C" NOT NULL,
    connection_id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    language text COLLATE "C" NOT NULL,
    is_marketing bigint DEFAULT 0 NOT NULL,
    paused_until bigint,
    paused_code text COLLATE "C",
    CONSTRAINT template_states_pkey PRIMARY KEY (workspace_id, connection_id, name, language)
);

CREATE TABLE template_syncs (
    workspace_id text COLLATE "C" NOT NULL,
    connection_id text COLLATE "C" NOT NULL,
    requested_at bigint,
    ended_at bigint,
    succeeded_at bigint,
    error text COLLATE "C",
    CONSTRAINT template_syncs_pkey PRIMARY KEY (workspace_id, connection_id),
    CONSTRAINT template_syncs_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES connections(workspace_id, id) ON DELETE CASCADE
);

CREATE TABLE templates (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    connection_id text COLLATE "C" NOT NULL,
    provider_id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    language text COLLATE "C" NOT NULL,
    category text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    status_detail text COLLATE "C",
    format text COLLATE "C" NOT NULL,
    components text COLLATE "C" NOT NULL,
    quality text COLLATE "C",
    rejection_reason text COLLATE "C",
    search_text text COLLATE "C" NOT NULL,
    pin_rank bigint DEFAULT 1 NOT NULL,
    is_hidden bigint DEFAULT 0 NOT NULL,
    synced_at bigint NOT NULL,
    told_at bigint,
    gone_at bigint,
    mapping text COLLATE "C",
    CONSTRAINT templates_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT templates_format_check CHECK ((format = ANY (ARRAY['POSITIONAL'::text, 'NAMED'::text]))),
    CONSTRAINT templates_pin_rank_check CHECK ((pin_rank = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT templates_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES connections(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX templates_by_name ON public.templates USING btree (workspace_id, connection_id, name, language, id);
CREATE UNIQUE INDEX templates_by_provider ON public.templates USING btree (workspace_id, connection_id, provider_id);
CREATE INDEX templates_listed ON public.templates USING btree (workspace_id, pin_rank, name, language, id);

CREATE TABLE terms (
    workspace_id text COLLATE "C" NOT NULL,
    document text COLLATE "C" NOT NULL,
    address text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    CONSTRAINT terms_pkey PRIMARY KEY (workspace_id, document),
    CONSTRAINT terms_document_check CHECK ((document = ANY (ARRAY['whatsapp'::text, 'privacy'::text]))),
    CONSTRAINT terms_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);

CREATE TABLE terms_acceptances (
    workspace_id text COLLATE "C" NOT NULL,
    sender_id text COLLATE "C" NOT NULL,
    document text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    address text COLLATE "C" NOT NULL,
    actor text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    client_address text COLLATE "C",
    CONSTRAINT terms_acceptances_pkey PRIMARY KEY (workspace_id, sender_id, document, version, address),
    CONSTRAINT terms_acceptances_document_check CHECK ((document = ANY (ARRAY['whatsapp'::text, 'privacy'::text]))),
    CONSTRAINT terms_acceptances_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);

CREATE TABLE visibility_levels (
    workspace_id text COLLATE "C" NOT NULL,
    role text COLLATE "C" NOT NULL,
    level text COLLATE "C" NOT NULL,
    CONSTRAINT visibility_levels_pkey PRIMARY KEY (workspace_id, role),
    CONSTRAINT visibility_levels_level_check CHECK ((level = ANY (ARRAY['own'::text, 'team'::text, 'all'::text]))),
    CONSTRAINT visibility_levels_role_check CHECK ((role = 'agent'::text)),
    CONSTRAINT visibility_levels_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
);

CREATE TABLE webhook_attempts (
    workspace_id text COLLATE "C" NOT NULL,
    delivery_id text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    at bigint NOT NULL,
    milliseconds bigint NOT NULL,
    status bigint,
    failure text COLLATE "C",
    answer text COLLATE "C" NOT NULL,
    answer_bytes bigint NOT NULL,
    CONSTRAINT webhook_attempts_pkey PRIMARY KEY (workspace_id, delivery_id, number),
    CONSTRAINT webhook_attempts_workspace_id_delivery_id_fkey FOREIGN KEY (workspace_id, delivery_id) REFERENCES webhook_deliveries(workspace_id, id) ON DELETE CASCADE
);

CREATE TABLE webhook_deliveries (
    sequence bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    endpoint_id text COLLATE "C" NOT NULL,
    message_id text COLLATE "C" NOT NULL,
    attempt bigint NOT NULL,
    status text COLLATE "C" NOT NULL,
    body text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    attempts bigint DEFAULT 0 NOT NULL,
    next_at bigint,
    created_at bigint NOT NULL,
    ended_at bigint,
    CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (sequence),
    CONSTRAINT webhook_deliveries_workspace_id_id_key UNIQUE (workspace_id, id),
    CONSTRAINT webhook_deliveries_workspace_id_message_id_endpoint_id_atte_key UNIQUE (workspace_id, message_id, endpoint_id, attempt, status),
    CONSTRAINT webhook_deliveries_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'delivered'::text, 'failed'::text]))),
    CONSTRAINT webhook_deliveries_status_check CHECK ((status = ANY (ARRAY['sent'::text, 'delivered'::text, 'read'::text, 'failed'::text]))),
    CONSTRAINT webhook_deliveries_workspace_id_endpoint_id_fkey FOREIGN KEY (workspace_id, endpoint_id) REFERENCES webhook_endpoints(workspace_id, id) ON DELETE CASCADE,
    CONSTRAINT webhook_deliveries_workspace_id_message_id_fkey FOREIGN KEY (workspace_id, message_id) REFERENCES messages(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX webhook_deliveries_by_state ON public.webhook_deliveries USING btree (workspace_id, endpoint_id, state, sequence DESC);
CREATE INDEX webhook_deliveries_by_time ON public.webhook_deliveries USING btree (workspace_id, created_at, sequence);
CREATE INDEX webhook_deliveries_due ON public.webhook_deliveries USING btree (workspace_id, endpoint_id, next_at, sequence) WHERE (state = 'waiting'::text);
CREATE INDEX webhook_deliveries_in_order ON public.webhook_deliveries USING btree (workspace_id, endpoint_id, message_id, sequence) WHERE (state = 'waiting'::text);
CREATE INDEX webhook_deliveries_log ON public.webhook_deliveries USING btree (workspace_id, endpoint_id, sequence DESC);

CREATE TABLE webhook_endpoints (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    sender_id text COLLATE "C" NOT NULL,
    address text COLLATE "C" NOT NULL,
    secret text COLLATE "C" NOT NULL,
    old_secret text COLLATE "C",
    old_secret_ends_at bigint,
    is_on bigint NOT NULL,
    stop_reason text COLLATE "C",
    stopped_at bigint,
    failures bigint DEFAULT 0 NOT NULL,
    failing_since bigint,
    rests_until bigint,
    last_success_at bigint,
    created_at bigint NOT NULL,
    CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT webhook_endpoints_is_on_check CHECK ((is_on = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT webhook_endpoints_stop_reason_check CHECK ((stop_reason = ANY (ARRAY['gone'::text, 'failing'::text]))),
    CONSTRAINT webhook_endpoints_workspace_id_sender_id_fkey FOREIGN KEY (workspace_id, sender_id) REFERENCES senders(workspace_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX webhook_endpoints_by_sender ON public.webhook_endpoints USING btree (workspace_id, sender_id);
CREATE INDEX webhook_endpoints_on ON public.webhook_endpoints USING btree (workspace_id, id) WHERE (is_on = 1);

CREATE TABLE webhook_refusals (
    workspace_id text COLLATE "C" NOT NULL,
    connection_id text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    count bigint NOT NULL,
    since bigint NOT NULL,
    last_at bigint NOT NULL,
    CONSTRAINT webhook_refusals_pkey PRIMARY KEY (workspace_id, connection_id, reason),
    CONSTRAINT webhook_refusals_reason_check CHECK ((reason = ANY (ARRAY['signature'::text, 'verify-token'::text, 'unreadable'::text, 'unknown-number'::text]))),
    CONSTRAINT webhook_refusals_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES connections(workspace_id, id) ON DELETE CASCADE
);

CREATE TABLE workspaces (
    id text COLLATE "C" NOT NULL,
    slug text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    distribution text COLLATE "C" DEFAULT 'manual'::text NOT NULL,
    CONSTRAINT workspaces_pkey PRIMARY KEY (id),
    CONSTRAINT workspaces_slug_key UNIQUE (slug)
);
