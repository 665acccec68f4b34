package import Domain

/// The labels of the caller's workspace, and which conversations have them.
package struct LabelTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// By name.
    package func all() throws -> [Label] {
        try access.require(.conversationsView)
        return try transaction.rows(
            """
            SELECT id, name, color, created_at FROM labels WHERE workspace_id = \(access.workspaceID)
            ORDER BY name_key, id LIMIT \(Label.countLimit)
            """
        ).map(Self.label)
    }

    package func find(_ id: Identifier<Label>) throws -> Label? {
        try access.require(.conversationsView)
        return try transaction.rows(
            "SELECT id, name, color, created_at FROM labels WHERE workspace_id = \(access.workspaceID) AND id = \(id)"
        ).first.map(Self.label)
    }

    /// Makes the label, or gives the one of this id its new name and colour. Throws ``LabelProblem/nameTaken``.
    package func save(_ label: Label) throws {
        try access.require(.labelsManage)
        let taken = try transaction.rows(
            """
            SELECT id FROM labels WHERE workspace_id = \(access.workspaceID) AND name_key = \(label.nameKey)\(sql: transaction.dialect.forUpdate)
            """
        ).first
        if let taken, try taken.id(0) != label.id { throw LabelProblem.nameTaken }
        do {
            try transaction.run(
                """
                INSERT INTO labels (workspace_id, id, name, name_key, color, created_at)
                VALUES (\(access.workspaceID), \(label.id), \(label.name), \(label.nameKey), \(label.color.rawValue), \(label.createdAt))
                ON CONFLICT (workspace_id, id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key, color = excluded.color
                """)
        } catch StoreError.duplicate {
            // Somebody made one of the name a moment ago; the index decides.
            throw LabelProblem.nameTaken
        }
    }

    /// Takes the label off some of the conversations that have it, at most `limit`; returns which.
    package func takeOff(_ id: Identifier<Label>, limit: Int) throws -> [Identifier<Conversation>] {
        try access.require(.labelsManage)
        let conversations: [Identifier<Conversation>] = try transaction.rows(
            """
            SELECT conversation_id FROM conversation_labels WHERE workspace_id = \(access.workspaceID) AND label_id = \(id)
            ORDER BY conversation_id LIMIT \(limit)
            """
        ).map { try $0.id(0) }
        try transaction.run(
            """
            DELETE FROM conversation_labels WHERE workspace_id = \(access.workspaceID) AND label_id = \(id)
                AND conversation_id IN (\(list: conversations.map { SQLValue($0) }))
            """)
        return conversations
    }

    /// False when there was none.
    package func delete(_ id: Identifier<Label>) throws -> Bool {
        try access.require(.labelsManage)
        return try transaction.run("DELETE FROM labels WHERE workspace_id = \(access.workspaceID) AND id = \(id)") == 1
    }

    /// The labels of each of these conversations; of all of them, also those that the caller may not see.
    func labels(of conversations: [Identifier<Conversation>]) throws -> [Identifier<Conversation>: [Identifier<Label>]] {
        guard !conversations.isEmpty else { return [:] }
        return try transaction.rows(
            """
            SELECT conversation_id, label_id FROM conversation_labels
            WHERE workspace_id = \(access.workspaceID) AND conversation_id IN (\(list: conversations.map { SQLValue($0) }))
            ORDER BY conversation_id, label_id
            """
        ).reduce(into: [:]) { $0[try $1.id(0), default: []].append(try $1.id(1)) }
    }

    /// False when it had it already, or the caller can't see it.
    package func put(_ label: Identifier<Label>, on conversation: Identifier<Conversation>) throws -> Bool {
        try access.require(.conversationsLabel)
        return try transaction.run(
            """
            INSERT INTO conversation_labels (workspace_id, conversation_id, label_id)
            SELECT v.workspace_id, v.id, \(label) FROM conversations v
            WHERE v.workspace_id = \(access.workspaceID) AND v.id = \(conversation)\(sql: access.andSees("v")) ON CONFLICT DO NOTHING
            """) == 1
    }

    /// False when it didn't have it, or the caller can't see it.
    package func take(_ label: Identifier<Label>, off conversation: Identifier<Conversation>) throws -> Bool {
        try access.require(.conversationsLabel)
        return try transaction.run(
            """
            DELETE FROM conversation_labels
            WHERE workspace_id = \(access.workspaceID) AND conversation_id = \(conversation) AND label_id = \(label)
                \(sql: access.andSees(conversation: "conversation_id"))
            """) == 1
    }

    /// How many conversations have it, counted up to `most`.
    func count(_ label: Identifier<Label>, most: Int) throws -> Int {
        try transaction.rows(
            """
            SELECT COUNT(*) FROM (
                SELECT 1 FROM conversation_labels WHERE workspace_id = \(access.workspaceID) AND label_id = \(label) LIMIT \(most)
            ) AS counted
            """)[0].integer(0)
    }

    private static func label(_ row: Row) throws -> Label {
        guard let color = Label.Color(rawValue: try row.text(2)) else { throw StoreError.columnMismatch(2) }
        return try Label(id: row.id(0), name: row.text(1), color: color, createdAt: row.date(3))
    }
}
