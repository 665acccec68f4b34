extension Migration {
    /// The index of what can be searched: which words stand where, and what stands there. It can be made anew at any time, beside the one in use,
    /// so each row belongs to a generation of it.
    static let search = Migration(
        number: 13, name: "search",
        ddl: """
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

            CREATE TABLE search_words (
                workspace_id TEXT NOT NULL,
                generation INTEGER NOT NULL,
                kind TEXT NOT NULL,
                word TEXT NOT NULL,
                bucket INTEGER NOT NULL,
                places BLOB NOT NULL,
                PRIMARY KEY (workspace_id, generation, kind, word, bucket)
            ) STRICT, WITHOUT ROWID;
            {{postgres: ALTER TABLE search_words ALTER COLUMN places SET STORAGE EXTERNAL;}}

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
            """)
}
