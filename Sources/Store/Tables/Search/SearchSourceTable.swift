package import Domain

internal import struct Foundation.Date

/// What is searched, read for the index: of all conversations, since the index serves everybody, and each search asks what its caller may see.
package struct SearchSourceTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// The next ones by id.
    package func documents(_ kind: SearchDocument.Kind, after id: String, limit: Int) throws -> [SearchDocument] {
        try documents(kind, "AND id > \(id)", limit)
    }

    package func documents(_ kind: SearchDocument.Kind, _ ids: Set<String>) throws -> [SearchDocument] {
        guard !ids.isEmpty else { return [] }
        return try documents(kind, "AND id IN (\(list: ids.sorted().map { .text($0) }))", ids.count)
    }

    private func documents(_ kind: SearchDocument.Kind, _ condition: SQL, _ limit: Int) throws -> [SearchDocument] {
        try access.require(.conversationsView)
        guard access.visibility == .all else { throw AccessProblem.notPermitted(.conversationsView) }
        switch kind {
        case .message:
            return try transaction.rows(
                """
                SELECT \(raw: MessageTable.columns(of: "m")) FROM messages m WHERE workspace_id = \(access.workspaceID) \(sql: condition)
                ORDER BY id LIMIT \(limit)
                """
            ).map { try MessageTable.message($0).searchDocument }
        case .note:
            return try transaction.rows(
                """
                SELECT \(raw: NoteTable.columns), (
                    SELECT v.sender_id FROM conversations v WHERE v.workspace_id = notes.workspace_id AND v.id = notes.conversation_id)
                FROM notes WHERE workspace_id = \(access.workspaceID) \(sql: condition) ORDER BY id LIMIT \(limit)
                """
            ).map { try NoteTable.note($0).searchDocument(of: $0.id(7)) }
        case .contact:
            return try transaction.rows(
                """
                SELECT id, name, phone_number, username, business_scoped_id, created_at, updated_at, profile_name, company FROM contacts
                WHERE workspace_id = \(access.workspaceID) \(sql: condition) ORDER BY id LIMIT \(limit)
                """
            ).map { row in
                SearchDocument(
                    id: try row.text(0), at: try row.date(5), version: Int64(try row.integer(6)),
                    words: try ContactTable.contact(row).searchWords([row.textOrNil(7), row.textOrNil(8)]))
            }
        }
    }

    /// The people whom lines of an import made or listed.
    package func contacts(of id: String, lines: ClosedRange<Int>) throws -> Set<String> {
        try access.require(.conversationsView)
        return Set(
            try transaction.rows(
                """
                SELECT id FROM contacts WHERE workspace_id = \(access.workspaceID) AND import_id = \(id)
                    AND import_line >= \(lines.lowerBound) AND import_line <= \(lines.upperBound)
                ORDER BY import_line LIMIT \(ContactImport.stepLimit)
                """
            ).map { try $0.text(0) })
    }

    /// The people of these messages.
    package func contacts(of messages: Set<String>) throws -> Set<String> {
        try access.require(.conversationsView)
        guard !messages.isEmpty else { return [] }
        return Set(
            try transaction.rows(
                """
                SELECT contact_id FROM messages
                WHERE workspace_id = \(access.workspaceID) AND id IN (\(list: messages.sorted().map { .text($0) })) ORDER BY id LIMIT \(messages.count)
                """
            ).map { try $0.text(0) })
    }
}
