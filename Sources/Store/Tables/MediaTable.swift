package import Domain

package import struct Foundation.Date

/// The files of a workspace, the messages that hold them, and the provider's ids under which they can be sent.
package struct MediaTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// Files in one answer, at most.
    private static let listLimit = 1_000

    private static let columns = "id, state, sha256, byte_count, mime_type, filename"

    package func find(_ id: Identifier<MediaFile>) throws -> MediaFile? { try list([id]).first }

    package func list(_ ids: [Identifier<MediaFile>]) throws -> [MediaFile] {
        try access.require(.conversationsView)
        guard !ids.isEmpty else { return [] }
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM media
            WHERE workspace_id = \(access.workspaceID) AND id IN (\(list: ids.map { .text($0.text) }))\(sql: seen)
            ORDER BY id LIMIT \(Self.listLimit)
            """
        ).map(Self.file)
    }

    /// A file that came with a message can be seen by whoever sees one of its conversations; one that was just uploaded belongs to none yet.
    private var seen: SQL {
        guard access.visibility != .all else { return "" }
        let held: SQL = "FROM message_media h WHERE h.workspace_id = \(access.workspaceID) AND h.media_id = media.id"
        return """
             AND (NOT EXISTS (SELECT 1 \(sql: held)) OR EXISTS (
                SELECT 1 FROM message_media h JOIN messages m ON m.workspace_id = h.workspace_id AND m.id = h.message_id
                WHERE h.workspace_id = \(access.workspaceID) AND h.media_id = media.id\(sql: access.andSees(conversation: "m.conversation_id"))))
            """
    }

    package func insert(_ file: MediaFile, kind: MediaContent.Kind, at now: Date) throws {
        try access.require(.messagesSend)
        try transaction.run(
            """
            INSERT INTO media (workspace_id, id, state, kind, sha256, byte_count, mime_type, filename, created_at)
            VALUES (\(access.workspaceID), \(file.id), \(file.state.rawValue), \(kind.rawValue), \(file.sha256), \(file.byteCount), \(file.mimeType),
                \(file.filename), \(now))
            """)
    }

    /// That a message of ours has the file: who sees the file is who sees the message, and both are deleted together.
    package func hold(_ id: Identifier<MediaFile>, by message: Identifier<Message>) throws {
        try access.require(.messagesSend)
        try transaction.run(
            """
            INSERT INTO message_media (workspace_id, media_id, message_id) VALUES (\(access.workspaceID), \(id), \(message))
            ON CONFLICT DO NOTHING
            """)
    }

    /// Forgets a file that no message has; its bytes go with the next sweep.
    package func remove(_ id: Identifier<MediaFile>) throws {
        try access.require(.messagesSend)
        try transaction.run(
            """
            DELETE FROM media WHERE workspace_id = \(access.workspaceID) AND id = \(id) AND NOT EXISTS (
                SELECT 1 FROM message_media h WHERE h.workspace_id = \(access.workspaceID) AND h.media_id = \(id))
            """)
    }

    /// Bytes of all stored files, each counted once however many rows hold it.
    package func storedBytes() throws -> Int {
        try access.require(.messagesSend)
        return try transaction.rows(
            """
            SELECT COALESCE(CAST(SUM(byte_count) AS BIGINT), 0) FROM (
                SELECT MAX(byte_count) AS byte_count FROM media WHERE workspace_id = \(access.workspaceID) AND sha256 IS NOT NULL GROUP BY sha256) AS files
            """
        ).first?.integer(0) ?? 0
    }

    /// Those of the digests that a file of this workspace has, or an import of contacts.
    package func referenced(_ digests: [String]) throws -> Set<String> {
        try access.require(.conversationsView)
        guard !digests.isEmpty else { return [] }
        return try Set(
            transaction.rows(
                """
                SELECT sha256 FROM media WHERE workspace_id = \(access.workspaceID) AND sha256 IN (\(list: digests.map { .text($0) }))
                UNION SELECT sha256 FROM contact_imports
                WHERE workspace_id = \(access.workspaceID) AND sha256 IN (\(list: digests.map { .text($0) }))
                """
            ).map { try $0.text(0) })
    }

    private static func file(_ row: Row) throws -> MediaFile {
        guard let state = MediaFile.State(rawValue: try row.text(1)) else { throw StoreError.columnMismatch(1) }
        return MediaFile(
            id: try row.id(0), state: state, sha256: try row.textOrNil(2), byteCount: try row.integerOrNil(3),
            mimeType: try row.textOrNil(4),
            filename: try row.textOrNil(5))
    }
}

// MARK: Files that are to be fetched

extension MediaTable {
    /// A file of a customer that the provider has and we don't yet.
    package struct Download: Sendable {
        package let state: MediaFile.State
        package let kind: MediaContent.Kind
        package let providerMediaID: String
        package let senderID: Identifier<Sender>
        /// As the provider declared it.
        package let mimeType: String?
        package let createdAt: Date
    }

    /// nil for files that were uploaded to us, and for none.
    package func download(_ id: Identifier<MediaFile>) throws -> Download? {
        try access.require(.conversationsView)
        let found = try transaction.rows(
            """
            SELECT state, kind, provider_media_id, sender_id, mime_type, created_at FROM media
            WHERE workspace_id = \(access.workspaceID) AND id = \(id) AND provider_media_id IS NOT NULL AND sender_id IS NOT NULL
            """)
        return try found.first.map { row in
            guard let state = MediaFile.State(rawValue: try row.text(0)), let kind = MediaContent.Kind(rawValue: try row.text(1)) else {
                throw StoreError.columnMismatch(0)
            }
            return Download(
                state: state, kind: kind, providerMediaID: try row.text(2), senderID: try row.id(3), mimeType: try row.textOrNil(4),
                createdAt: try row.date(5))
        }
    }

    /// The file is here. False when it isn't waited for, and then nothing changed.
    package func setStored(_ id: Identifier<MediaFile>, _ digest: MediaDigest, type: MediaType) throws -> Bool {
        try access.require(.messagesSend)
        return try transaction.run(
            """
            UPDATE media SET state = 'stored', sha256 = \(digest.sha256), byte_count = \(digest.byteCount), mime_type = \(type.text), error = NULL
            WHERE workspace_id = \(access.workspaceID) AND id = \(id) AND state = 'pending'
            """) == 1
    }

    /// It won't come. False when it isn't waited for.
    package func setFailed(_ id: Identifier<MediaFile>, reason: String) throws -> Bool {
        try access.require(.messagesSend)
        return try transaction.run(
            """
            UPDATE media SET state = 'failed', error = \(reason) WHERE workspace_id = \(access.workspaceID) AND id = \(id) AND state = 'pending'
            """) == 1
    }

    /// Waits for the file, also when it was given up. False when it is here.
    package func setPending(_ id: Identifier<MediaFile>) throws -> Bool {
        try access.require(.messagesSend)
        return try transaction.run(
            """
            UPDATE media SET state = 'pending', error = NULL
            WHERE workspace_id = \(access.workspaceID) AND id = \(id) AND state <> 'stored' AND provider_media_id IS NOT NULL
            """) == 1
    }

    /// The messages that show the file, with their conversations.
    package func holders(of id: Identifier<MediaFile>) throws -> [(message: Identifier<Message>, conversation: Identifier<Conversation>)] {
        try access.require(.conversationsView)
        return try transaction.rows(
            """
            SELECT messages.id, messages.conversation_id FROM message_media
            JOIN messages ON messages.workspace_id = message_media.workspace_id AND messages.id = message_media.message_id
            WHERE message_media.workspace_id = \(access.workspaceID) AND message_media.media_id = \(id) ORDER BY messages.id LIMIT \(Self.listLimit)
            """
        ).map { (try $0.id(0), try $0.id(1)) }
    }
}

// MARK: Files that are with the provider

extension MediaTable {
    /// The provider's id of the file, when it can still be used at `now`.
    package func upload(of id: Identifier<MediaFile>, by sender: Identifier<Sender>, at now: Date) throws -> String? {
        try access.require(.messagesSend)
        return try transaction.rows(
            """
            SELECT provider_media_id FROM media_uploads
            WHERE workspace_id = \(access.workspaceID) AND media_id = \(id) AND sender_id = \(sender) AND expires_at > \(now)
            """
        ).first?.text(0)
    }

    package func saveUpload(of id: Identifier<MediaFile>, by sender: Identifier<Sender>, providerMediaID: String, expiresAt: Date) throws {
        try access.require(.messagesSend)
        try transaction.run(
            """
            INSERT INTO media_uploads (workspace_id, media_id, sender_id, provider_media_id, expires_at)
            VALUES (\(access.workspaceID), \(id), \(sender), \(providerMediaID), \(expiresAt))
            ON CONFLICT (workspace_id, media_id, sender_id) DO UPDATE SET provider_media_id = excluded.provider_media_id, expires_at = excluded.expires_at
            """)
    }
}
