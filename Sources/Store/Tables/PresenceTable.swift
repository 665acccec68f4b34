package import Domain

package import struct Foundation.Date

/// Who is at the pages of which process. Between processes only: nothing that a caller asks is answered from here.
package struct PresenceTable {
    /// Signs of all processes, at most, that one of them reads.
    private static let limit = 5_000

    private let transaction: any Transaction

    package init(_ transaction: any Transaction) { self.transaction = transaction }

    /// All that a process has to tell, instead of what it told before. Also clears away what a process left that was killed.
    package func replace(_ signs: [PresenceSign], of process: String) throws {
        try transaction.run("DELETE FROM presence WHERE process_id = \(process)")
        if let newest = signs.map(\.viewingUntil).max() {
            try transaction.run(
                "DELETE FROM presence WHERE viewing_until < \(newest.addingTimeInterval(-10 * Presence.viewingSeconds))")
        }
        try transaction.insert(
            into: "presence (workspace_id, conversation_id, account_id, process_id, viewing_until, writing_until)",
            signs.map { sign in
                [
                    SQLValue(sign.workspaceID), SQLValue(sign.conversationID), SQLValue(sign.account), .text(process),
                    SQLValue(sign.viewingUntil), SQLValue(sign.writingUntil),
                ]
            })
    }

    package func others(than process: String, at now: Date) throws -> [PresenceSign] {
        try transaction.rows(
            """
            SELECT workspace_id, conversation_id, account_id, viewing_until, writing_until FROM presence
            WHERE process_id <> \(process) AND viewing_until > \(now)
            ORDER BY workspace_id, conversation_id, account_id, process_id LIMIT \(Self.limit)
            """
        ).map {
            PresenceSign(
                workspaceID: try $0.id(0), conversationID: try $0.id(1), account: try $0.id(2), viewingUntil: try $0.date(3),
                writingUntil: try $0.dateOrNil(4))
        }
    }
}
