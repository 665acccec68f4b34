package import Domain

/// The notes of the conversations that the caller may see.
package struct NoteTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    static let columns = "id, conversation_id, author, text, at, sequence, edited_at"

    private var seen: SQL { access.andSees(conversation: "conversation_id") }

    /// Newest first, before the place given.
    package func thread(_ conversation: Identifier<Conversation>, before cursor: (at: Int64, sequence: Int64)?, limit: Int) throws -> [Note]
    {
        try access.require(.conversationsView)
        let place: SQL = if let cursor { "AND (at, sequence) < (\(cursor.at), \(cursor.sequence))" } else { "" }
        return try notes(
            try transaction.rows(
                """
                SELECT \(raw: Self.columns) FROM notes
                WHERE workspace_id = \(access.workspaceID) AND conversation_id = \(conversation) \(sql: place)\(sql: seen)
                ORDER BY at DESC, sequence DESC LIMIT \(limit)
                """))
    }

    /// Oldest first, after the place given.
    package func thread(_ conversation: Identifier<Conversation>, after cursor: (at: Int64, sequence: Int64), limit: Int) throws -> [Note] {
        try access.require(.conversationsView)
        return try notes(
            try transaction.rows(
                """
                SELECT \(raw: Self.columns) FROM notes WHERE workspace_id = \(access.workspaceID) AND conversation_id = \(conversation)
                    AND (at, sequence) > (\(cursor.at), \(cursor.sequence))\(sql: seen) ORDER BY at, sequence LIMIT \(limit)
                """))
    }

    package func find(_ id: Identifier<Note>) throws -> Note? {
        try access.require(.conversationsView)
        return try notes(
            try transaction.rows(
                "SELECT \(raw: Self.columns) FROM notes WHERE workspace_id = \(access.workspaceID) AND id = \(id)\(sql: seen)")
        ).first
    }

    /// Those of them that the caller may see, in no order.
    package func list(_ ids: [Identifier<Note>]) throws -> [Note] {
        try access.require(.conversationsView)
        guard !ids.isEmpty else { return [] }
        return try notes(
            try transaction.rows(
                """
                SELECT \(raw: Self.columns) FROM notes WHERE workspace_id = \(access.workspaceID) AND id IN (\(list: ids.map { SQLValue($0) }))\(sql: seen)
                """))
    }

    /// False when the caller can't see the conversation.
    package func insert(_ note: Note) throws -> Bool {
        try access.require(.notesWrite)
        let isThere =
            try transaction.run(
                """
                INSERT INTO notes (workspace_id, \(raw: Self.columns))
                SELECT v.workspace_id, \(note.id), v.id, \(note.author), \(note.text), CAST(\(note.at) AS BIGINT),
                    CAST(\(note.sequence) AS BIGINT), CAST(\(note.editedAt) AS BIGINT)
                FROM conversations v WHERE v.workspace_id = \(access.workspaceID) AND v.id = \(note.conversationID)\(sql: access.andSees("v"))
                """) == 1
        if isThere { try setMentions(of: note) }
        return isThere
    }

    /// Gives a note its new text; false when there is none that the caller may see.
    package func update(_ note: Note) throws -> Bool {
        try access.require(.notesWrite)
        let isThere =
            try transaction.run(
                """
                UPDATE notes SET text = \(note.text), edited_at = \(note.editedAt)
                WHERE workspace_id = \(access.workspaceID) AND id = \(note.id)\(sql: seen)
                """) == 1
        guard isThere else { return false }
        // Whoever was called before is it still since then.
        let others: SQL = note.mentions.isEmpty ? "" : " AND account_id NOT IN (\(list: note.mentions.sorted().map { SQLValue($0) }))"
        try transaction.run(
            "DELETE FROM note_mentions WHERE workspace_id = \(access.workspaceID) AND note_id = \(note.id)\(sql: others)")
        try setMentions(of: note)
        return true
    }

    private func setMentions(of note: Note) throws {
        guard !note.mentions.isEmpty else { return }
        try transaction.insert(
            into: "note_mentions (workspace_id, note_id, account_id, called_at)",
            note.mentions.sorted().map { [SQLValue(access.workspaceID), SQLValue(note.id), SQLValue($0), SQLValue(note.writtenAt)] },
            suffix: "ON CONFLICT (workspace_id, note_id, account_id) DO NOTHING")
    }

    package func delete(_ id: Identifier<Note>) throws -> Bool {
        try access.require(.notesWrite)
        let isGone = try transaction.run("DELETE FROM notes WHERE workspace_id = \(access.workspaceID) AND id = \(id)\(sql: seen)") == 1
        if isGone { try SearchIndexTable(transaction).forget([SQLValue(id)], kind: .note, in: access.workspaceID) }
        return isGone
    }

    private func notes(_ rows: [Row]) throws -> [Note] {
        guard !rows.isEmpty else { return [] }
        let mentions: [Identifier<Note>: Set<Identifier<Account>>] = try transaction.rows(
            """
            SELECT note_id, account_id FROM note_mentions
            WHERE workspace_id = \(access.workspaceID) AND note_id IN (\(list: try rows.map { .text(try $0.text(0)) }))
            ORDER BY note_id, account_id
            """
        ).reduce(into: [:]) { $0[try $1.id(0), default: []].insert(try $1.id(1)) }
        return try rows.map { try Self.note($0, mentions: mentions[$0.id(0)] ?? []) }
    }

    /// From the columns.
    static func note(_ row: Row, mentions: Set<Identifier<Account>> = []) throws -> Note {
        try Note(
            id: row.id(0), conversationID: row.id(1), author: row.text(2), text: row.text(3), mentions: mentions, at: row.date(4),
            sequence: Int64(row.integer(5)), editedAt: row.dateOrNil(6))
    }
}
