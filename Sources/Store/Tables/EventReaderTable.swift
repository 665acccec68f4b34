package import Domain

/// How far a part of the program has read the event logs of the workspaces, kept with what it made of the events.
package struct EventReaderTable {
    private let transaction: any Transaction
    private let reader: String
    private let workspaceID: Identifier<Workspace>

    /// - Parameter reader: whose place it is: `distribution`.
    package init(_ transaction: any Transaction, _ reader: String, in workspaceID: Identifier<Workspace>) {
        (self.transaction, self.reader, self.workspaceID) = (transaction, reader, workspaceID)
    }

    /// Nil for a workspace whose log it hasn't read yet.
    package func cursor() throws -> EventCursor? {
        try transaction.rows(
            "SELECT tx, id FROM event_readers WHERE workspace_id = \(workspaceID) AND reader = \(reader)"
        ).first.map { EventCursor(tx: Int64(try $0.integer(0)), id: Int64(try $0.integer(1))) }
    }

    /// False when another process was faster: what follows from the events in between is made already.
    package func advance(from old: EventCursor?, to new: EventCursor) throws -> Bool {
        guard let old else {
            return try transaction.run(
                """
                INSERT INTO event_readers (workspace_id, reader, tx, id) VALUES (\(workspaceID), \(reader), \(new.tx), \(new.id))
                ON CONFLICT (workspace_id, reader) DO NOTHING
                """) == 1
        }
        return try transaction.run(
            """
            UPDATE event_readers SET tx = \(new.tx), id = \(new.id)
            WHERE workspace_id = \(workspaceID) AND reader = \(reader) AND tx = \(old.tx) AND id = \(old.id)
            """) == 1
    }

    /// Begins anew at what comes, as if it had never read.
    package func forget() throws {
        try transaction.run("DELETE FROM event_readers WHERE workspace_id = \(workspaceID) AND reader = \(reader)")
    }
}
