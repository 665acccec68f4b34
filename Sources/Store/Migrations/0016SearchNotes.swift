extension Migration {
    /// Notes are searched too: indexes that are made already walk through those there are, beside what they do anyway. One that is being made
    /// comes to them by itself.
    static let searchNotes = Migration(
        number: 16, name: "search-notes",
        ddl: """
            UPDATE search_indexes SET walked_kind = 'note', walked_id = '' WHERE state <> 'retired' AND walked_kind = '';
            """)
}
