package import Domain

package import struct Foundation.Date

/// What becomes of what arrives for a workspace's numbers. A number whose options are the usual ones may have no row.
package struct ReceptionTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    package struct Stored: Sendable {
        package let options: ReceptionOptions
        package let callFault: CallFault?
        /// When its last e-mail left.
        package let mailedAt: Date?

        /// Whether the number itself is switched off or wasn't paid for, whatever its options say.
        package let isOff: Bool
        /// Who is given its new conversations.
        package let handler: Assignment

        package static let usual = Stored(options: .usual, callFault: nil, mailedAt: nil, isOff: false, handler: .nobody)

        /// Whether what customers write is shown.
        package var receives: Bool { options.receivesMessages && !isOff }
    }

    private static let columns = """
        r.receives_messages, r.notifies, r.receives_groups, r.sends_mail, r.mail_address, r.blocks_calls, r.block_message, r.call_failure,
        r.call_failed_at, r.mailed_at, x.is_active, x.subscription, x.handler_account_id, x.handler_team_id
        """

    package func find(_ sender: Identifier<Sender>) throws -> Stored {
        try access.require(.sendersView)
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM senders x
            LEFT JOIN reception_options r ON r.workspace_id = x.workspace_id AND r.sender_id = x.id
            WHERE x.workspace_id = \(access.workspaceID) AND x.id = \(sender)
            """
        ).first.map(Self.stored) ?? .usual
    }

    package func save(_ options: ReceptionOptions, of sender: Identifier<Sender>, at now: Date) throws {
        try access.require(.sendersManage)
        try transaction.run(
            """
            INSERT INTO reception_options (workspace_id, sender_id, receives_messages, notifies, receives_groups, sends_mail, mail_address,
                blocks_calls, block_message, updated_at)
            VALUES (\(access.workspaceID), \(sender), \(options.receivesMessages), \(options.notifies), \(options.receivesGroupMessages),
                \(options.sendsMail), \(options.mailAddress?.text), \(options.blocksCalls), \(options.blockMessage), \(now))
            ON CONFLICT (workspace_id, sender_id) DO UPDATE SET receives_messages = excluded.receives_messages,
                notifies = excluded.notifies, receives_groups = excluded.receives_groups, sends_mail = excluded.sends_mail,
                mail_address = excluded.mail_address, blocks_calls = excluded.blocks_calls, block_message = excluded.block_message,
                updated_at = excluded.updated_at,
                call_failure = CASE WHEN reception_options.blocks_calls = excluded.blocks_calls THEN reception_options.call_failure END,
                call_failed_at = CASE WHEN reception_options.blocks_calls = excluded.blocks_calls THEN reception_options.call_failed_at END
            """)
    }

    /// What came of the last call that was to be rejected; nil when it was.
    package func setCallFault(_ fault: CallFault?, of sender: Identifier<Sender>) throws {
        try access.require(.sendersManage)
        let isOther: SQL = fault == nil ? " AND call_failure IS NOT NULL" : ""
        try transaction.run(
            """
            UPDATE reception_options SET call_failure = \(fault?.reason), call_failed_at = \(fault?.at)
            WHERE workspace_id = \(access.workspaceID) AND sender_id = \(sender)\(sql: isOther)
            """)
    }

    package func setMailed(_ sender: Identifier<Sender>, at moment: Date) throws {
        try access.require(.sendersManage)
        try transaction.run(
            "UPDATE reception_options SET mailed_at = \(moment) WHERE workspace_id = \(access.workspaceID) AND sender_id = \(sender)")
    }

    /// Of each of these numbers, of any workspaces: what intake asks about each webhook.
    package static func find(
        _ senders: [(workspaceID: Identifier<Workspace>, id: Identifier<Sender>)], _ transaction: any Transaction
    ) throws -> [Identifier<Sender>: Stored] {
        let number = transaction.dialect.lookUp("JOIN", "senders", as: "x", by: "x.workspace_id = s.workspace_id AND x.id = s.sender_id")
        let options = transaction.dialect.lookUp(
            "LEFT JOIN", "reception_options", as: "r", by: "r.workspace_id = s.workspace_id AND r.sender_id = s.sender_id")
        return try transaction.bulk(
            "WITH sought (workspace_id, sender_id) AS (VALUES ", senders.map { [SQLValue($0.workspaceID), SQLValue($0.id)] },
            ") SELECT \(columns), s.sender_id FROM sought s \(number) \(options)"
        ).reduce(into: [:]) { $0[try $1.id(14)] = try stored($1) }
    }

    private static func stored(_ row: Row) throws -> Stored {
        let failedAt = try row.dateOrNil(8)
        let isOff = try !row.bool(10) || row.text(11) == SenderFacts.Subscription.lapsed.rawValue
        let handler = Assignment(assignee: try row.idOrNil(12), team: try row.idOrNil(13))
        guard try row.integerOrNil(0) != nil else {
            return Stored(options: .usual, callFault: nil, mailedAt: nil, isOff: isOff, handler: handler)
        }
        return Stored(
            options: try ReceptionOptions(
                receivesMessages: row.bool(0), notifies: row.bool(1), receivesGroupMessages: row.bool(2), sendsMail: row.bool(3),
                mailAddress: row.textOrNil(4), blocksCalls: row.bool(5), blockMessage: row.textOrNil(6)),
            callFault: try row.textOrNil(7).flatMap { reason in failedAt.map { CallFault(reason: reason, at: $0) } },
            mailedAt: try row.dateOrNil(9), isOff: isOff, handler: handler)
    }
}
