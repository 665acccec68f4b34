package import Domain

package import struct Foundation.Date

/// The recipients of one campaign.
package struct CampaignRecipientTable {
    let transaction: any Transaction
    let access: Access
    let campaignID: Identifier<Campaign>

    package init(_ transaction: any Transaction, _ access: Access, of campaign: Identifier<Campaign>) {
        (self.transaction, self.access, campaignID) = (transaction, access, campaign)
    }

    static let columnNames = [
        "position", "contact_id", "number", "person_key", "sender_id", "state", "reason", "error", "columns", "not_before", "message_id",
        "conversation_id", "queued_at", "sent_at", "delivered_at", "read_at", "failed_at", "replied_at", "clicked_at",
    ]
    static let columns = columnNames.map { "r.\($0)" }.joined(separator: ", ")

    private var ours: SQL { "r.workspace_id = \(access.workspaceID) AND r.campaign_id = \(campaignID)" }

    // MARK: Reading

    /// In the order of the audience, behind a position.
    package func list(_ filter: CampaignRecipientFilter = .init(), after position: Int = 0, limit: Int) throws -> [CampaignRecipient] {
        try access.require(.campaignsView)
        var condition: SQL = ""
        if let state = filter.state { condition = "\(sql: condition) AND r.state = \(state.rawValue)" }
        if let reason = filter.reason { condition = "\(sql: condition) AND r.reason = \(reason)" }
        if filter.onlyReplied { condition = "\(sql: condition) AND r.replied_at IS NOT NULL" }
        if filter.onlyClicked { condition = "\(sql: condition) AND r.clicked_at IS NOT NULL" }
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM campaign_recipients r WHERE \(sql: ours) AND r.position > \(position)\(sql: condition)
            ORDER BY r.position LIMIT \(limit)
            """
        ).map(Self.recipient)
    }

    /// Whether anybody stands there.
    package func has(_ states: CampaignRecipient.State...) throws -> Bool {
        try access.require(.campaignsView)
        return try states.contains { state in
            try !transaction.rows(
                "SELECT 1 FROM campaign_recipients r WHERE \(sql: ours) AND r.state = \(state.rawValue) ORDER BY r.position LIMIT 1"
            ).isEmpty
        }
    }

    /// Those of these people who are in it already.
    package func known(_ keys: [String]) throws -> Set<String> {
        try access.require(.campaignsView)
        return try Set(
            transaction.bulk(
                "WITH k (workspace_id, campaign_id, person_key) AS (VALUES ",
                Set(keys).sorted().map { [SQLValue(access.workspaceID), SQLValue(campaignID), .text($0)] },
                """
                )
                SELECT k.person_key FROM k WHERE EXISTS (SELECT 1 FROM campaign_recipients r WHERE r.workspace_id = k.workspace_id
                    AND r.campaign_id = k.campaign_id AND r.person_key = k.person_key)
                """
            ).map { try $0.text(0) })
    }

    /// Those of these contacts to whom another campaign wrote since.
    package func contactedElsewhere(_ contacts: [Identifier<Contact>], since: Date) throws -> Set<Identifier<Contact>> {
        try access.require(.campaignsView)
        return try Set(
            transaction.bulk(
                "WITH k (workspace_id, contact_id, campaign_id, since) AS (VALUES ",
                Set(contacts).sorted().map { [SQLValue(access.workspaceID), SQLValue($0), SQLValue(campaignID), SQLValue(since)] },
                """
                )
                SELECT k.contact_id FROM k WHERE EXISTS (SELECT 1 FROM campaign_recipients r WHERE r.workspace_id = k.workspace_id
                    AND r.contact_id = k.contact_id AND r.queued_at IS NOT NULL AND r.queued_at > k.since AND r.campaign_id <> k.campaign_id)
                """
            ).map { try $0.id(0) })
    }

    // MARK: Holding

    /// The next who may be written to by a sender, held until the transaction ends.
    package func holdPending(of sender: Identifier<Sender>, now: Date, limit: Int) throws -> [CampaignRecipient] {
        try access.require(.campaignsEdit)
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM campaign_recipients r
            WHERE \(sql: ours) AND r.sender_id = \(sender) AND r.state = 'pending' AND r.not_before <= \(now)
            ORDER BY r.not_before, r.position LIMIT \(limit)\(sql: transaction.dialect.forUpdate)
            """
        ).map(Self.recipient).sorted { $0.position < $1.position }
    }

    /// The next at a state behind a position, held until the transaction ends.
    package func hold(
        _ state: CampaignRecipient.State, reasons: [String]? = nil, after position: Int, limit: Int
    ) throws -> [CampaignRecipient] {
        try access.require(.campaignsEdit)
        let condition: SQL = if let reasons { " AND r.reason IN (\(list: reasons.map { .text($0) }))" } else { "" }
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM campaign_recipients r
            WHERE \(sql: ours) AND r.state = \(state.rawValue) AND r.position > \(position)\(sql: condition)
            ORDER BY r.position LIMIT \(limit)\(sql: transaction.dialect.forUpdate)
            """
        ).map(Self.recipient)
    }

    // MARK: Writing

    package func insert(_ recipients: [CampaignRecipient]) throws {
        try access.require(.campaignsEdit)
        var tally = CampaignTally()
        for recipient in recipients { tally.replace(nil, by: recipient) }
        try transaction.insert(
            into: """
                campaign_recipients (workspace_id, campaign_id, position, contact_id, number, person_key, sender_id, state, reason, error, columns)
                """,
            try recipients.map { one in
                [
                    SQLValue(access.workspaceID), SQLValue(campaignID), SQLValue(one.position), SQLValue(one.contactID),
                    SQLValue(one.number?.text), .text(one.personKey), SQLValue(one.senderID), .text(one.state.rawValue),
                    SQLValue(one.reason),
                    SQLValue(try one.error.map(JSONText.encode)), SQLValue(one.columns.isEmpty ? nil : try JSONText.encode(one.columns)),
                ]
            })
        try CampaignCountTable(transaction, access).apply(tally, to: campaignID)
    }

    /// Writes what has changed of recipients that are held, and what it does to the counts. Returns whether anything has.
    @discardableResult
    package func save(_ changes: [(old: CampaignRecipient, new: CampaignRecipient)]) throws -> Bool {
        try access.require(.campaignsEdit)
        let changes = changes.filter { $0.old != $0.new }.sorted { $0.new.position < $1.new.position }
        guard !changes.isEmpty else { return false }
        var tally = CampaignTally()
        for change in changes { tally.replace(change.old, by: change.new) }
        // No value may be NULL there, so what isn't there is an empty text or a time before all.
        try transaction.sendBulk(
            """
            WITH v (workspace_id, campaign_id, position, contact_id, state, reason, error, not_before, message_id, conversation_id, queued_at, sent_at,
                delivered_at, read_at, failed_at, replied_at, clicked_at) AS (VALUES
            """,
            try changes.map { try row($0.new) },
            """
            )
            UPDATE campaign_recipients SET contact_id = NULLIF(v.contact_id, ''), state = v.state, reason = NULLIF(v.reason, ''),
                error = NULLIF(v.error, ''), not_before = v.not_before, message_id = NULLIF(v.message_id, ''),
                conversation_id = NULLIF(v.conversation_id, ''), queued_at = NULLIF(v.queued_at, -1), sent_at = NULLIF(v.sent_at, -1),
                delivered_at = NULLIF(v.delivered_at, -1), read_at = NULLIF(v.read_at, -1), failed_at = NULLIF(v.failed_at, -1),
                replied_at = NULLIF(v.replied_at, -1), clicked_at = NULLIF(v.clicked_at, -1)
            FROM v WHERE campaign_recipients.workspace_id = v.workspace_id AND campaign_recipients.campaign_id = v.campaign_id
                AND campaign_recipients.position = v.position
            """)
        try CampaignCountTable(transaction, access).apply(tally, to: campaignID)
        return true
    }

    private func row(_ one: CampaignRecipient) throws -> [SQLValue] {
        func time(_ date: Date?) -> SQLValue { .integer(date?.milliseconds ?? -1) }
        return [
            SQLValue(access.workspaceID), SQLValue(campaignID), SQLValue(one.position), .text(one.contactID?.text ?? ""),
            .text(one.state.rawValue), .text(one.reason ?? ""), .text(try one.error.map(JSONText.encode) ?? ""),
            .integer(one.notBefore?.milliseconds ?? 0), .text(one.messageID?.text ?? ""), .text(one.conversationID?.text ?? ""),
            time(one.queuedAt), time(one.sentAt), time(one.deliveredAt), time(one.readAt), time(one.failedAt), time(one.repliedAt),
            time(one.clickedAt),
        ]
    }

    /// The first of them, held until the transaction ends.
    package func holdFirst(_ limit: Int) throws -> [CampaignRecipient] {
        try access.require(.campaignsEdit)
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM campaign_recipients r WHERE \(sql: ours) ORDER BY r.position LIMIT \(limit)\(sql: transaction.dialect.forUpdate)
            """
        ).map(Self.recipient)
    }

    /// Removes what ``holdFirst(_:)`` gave, and what they add to the counts.
    package func remove(_ gone: [CampaignRecipient]) throws {
        try access.require(.campaignsEdit)
        guard let last = gone.last else { return }
        var tally = CampaignTally()
        for one in gone { tally.replace(one, by: nil) }
        try transaction.run(
            """
            DELETE FROM campaign_recipients WHERE workspace_id = \(access.workspaceID) AND campaign_id = \(campaignID) AND position <= \(last.position)
            """)
        try CampaignCountTable(transaction, access).apply(tally, to: campaignID)
    }

    // MARK: Rows

    static func recipient(_ row: Row) throws -> CampaignRecipient {
        guard let state = CampaignRecipient.State(rawValue: try row.text(5)) else { throw StoreError.columnMismatch(5) }
        let reason = try row.textOrNil(6)
        var one = CampaignRecipient(
            position: try row.integer(0), contactID: try row.idOrNil(1),
            number: try row.textOrNil(2).flatMap { try? PhoneNumber(parsing: $0) }, personKey: try row.text(3), senderID: try row.id(4),
            state: state, exclusion: state == .excluded ? reason.flatMap(CampaignExclusion.init(rawValue:)) : nil,
            columns: try row.textOrNil(8).map { try JSONText.decode(from: $0) } ?? [:])
        one.error = try row.textOrNil(7).map { try JSONText.decode(from: $0) }
        let notBefore = try row.date(9)
        one.notBefore = notBefore.milliseconds == 0 ? nil : notBefore
        (one.messageID, one.conversationID) = (try row.idOrNil(10), try row.idOrNil(11))
        (one.queuedAt, one.sentAt, one.deliveredAt) = (try row.dateOrNil(12), try row.dateOrNil(13), try row.dateOrNil(14))
        (one.readAt, one.failedAt, one.repliedAt) = (try row.dateOrNil(15), try row.dateOrNil(16), try row.dateOrNil(17))
        one.clickedAt = try row.dateOrNil(18)
        return one
    }
}
