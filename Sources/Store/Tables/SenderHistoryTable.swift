package import Domain

import struct Foundation.Date

/// What happened to numbers. ``EventTable`` writes it, together with the events.
package struct SenderHistoryTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// Newest first, before the sequence given.
    package func list(of sender: Identifier<Sender>, before sequence: Int64?, limit: Int) throws -> [SenderHistoryEntry] {
        try access.require(.sendersView)
        return try transaction.rows(
            """
            SELECT sequence, cause, actor, status, reason, explanation, at FROM sender_history
            WHERE workspace_id = \(access.workspaceID) AND sender_id = \(sender) AND sequence < \(sequence ?? .max)
            ORDER BY sequence DESC LIMIT \(limit)
            """
        ).map { row in
            guard let status = Sender.Status(rawValue: try row.text(3)) else { throw StoreError.columnMismatch(3) }
            return SenderHistoryEntry(
                sequence: Int64(try row.integer(0)), cause: try row.text(1), actor: try row.text(2), status: status,
                reason: try row.textOrNil(4).flatMap(SenderReason.init(rawValue:)), explanation: try row.textOrNil(5), at: try row.date(6))
        }
    }

    /// Those of the events that tell of a number, with how it stands by then. A cause that is only a provider's code tells nothing.
    func append(_ events: [NewEvent], at now: Date) throws {
        for event in events where event.kind == .senderUpdated {
            guard let sender = event.subjectID, let cause = event.cause, !cause.allSatisfy(\.isNumber) else { continue }
            try transaction.run(
                """
                INSERT INTO sender_history (workspace_id, sender_id, cause, actor, status, reason, explanation, at)
                SELECT workspace_id, id, CAST(\(cause) AS TEXT), CAST(\(access.actor.text) AS TEXT), status, reason, explanation,
                    CAST(\(now) AS BIGINT)
                FROM senders WHERE workspace_id = \(access.workspaceID) AND id = \(sender)
                """)
        }
    }
}
