package import Domain

package import struct Foundation.Date

/// The words by which people say what may be sent to them; ``ConsentWords/standard`` until a workspace has its own.
package struct ConsentWordsTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    package func find() throws -> ConsentWords {
        try access.require(.contactsView)
        return try transaction.rows("SELECT languages FROM consent_words WHERE workspace_id = \(access.workspaceID)")
            .first.map { try JSONText.decode(from: $0.text(0)) } ?? .standard
    }

    package func save(_ words: ConsentWords, now: Date) throws {
        try access.require(.settingsManage)
        try transaction.run(
            """
            INSERT INTO consent_words (workspace_id, languages, updated_at)
            VALUES (\(access.workspaceID), \(try JSONText.encode(words)), \(now))
            ON CONFLICT (workspace_id) DO UPDATE SET languages = excluded.languages, updated_at = excluded.updated_at
            """)
    }

    /// The standard ones from now on.
    package func remove() throws {
        try access.require(.settingsManage)
        try transaction.run("DELETE FROM consent_words WHERE workspace_id = \(access.workspaceID)")
    }
}
