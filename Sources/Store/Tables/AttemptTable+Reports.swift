package import Domain

internal import struct Foundation.Date

/// Reports of the provider that come together, applied in few statements.
extension AttemptTable {
    /// A report that quotes the attempt it is about.
    package struct Report: Sendable {
        package let status: InboundStatus
        package let attempt: AttemptReference
        package let sender: Identifier<Sender>

        /// nil for what isn't everyday: a report that quotes no attempt, or a failure, which may have consequences.
        package init?(_ status: InboundStatus, sender: Identifier<Sender>) {
            guard let attempt = status.attempt, status.status != .failed, status.error == nil else { return nil }
            (self.status, self.attempt, self.sender) = (status, attempt, sender)
        }
    }

    /// What became of a report.
    package enum Applied: Sendable {
        /// It changed what a message of this conversation shows.
        case changed(Identifier<Conversation>)
        case unchanged
        /// It is about nothing that is known by its attempt, or about something that failed before: to be looked at by itself.
        case leftAlone
    }

    /// What is known of an attempt, with all that was reported so far.
    fileprivate struct Progress {
        let conversationID: Identifier<Conversation>
        let isNewest: Bool
        var status: AttemptStatus
        var providerID = ""
        var answeredAt = Date.distantPast
        var sentAt: Date?
        var deliveredAt: Date?
        var readAt: Date?
    }

    /// Applies reports in their order, each as ``apply(_:to:)`` would; says what became of each. Their conversations are held already where several
    /// transactions could meet.
    package func apply(_ reports: [Report]) throws -> [Applied] {
        var progress = try find(Set(reports.map { Key(attempt: $0.attempt, sender: $0.sender) }))
        var applied: [Applied] = []
        var statuses: [[SQLValue]] = []
        for report in reports {
            let key = Key(attempt: report.attempt, sender: report.sender)
            guard var known = progress[key], known.status != .failed else {
                applied.append(.leftAlone)
                continue
            }
            let status = report.status
            statuses.append([
                SQLValue(workspaceID), SQLValue(report.attempt.messageID), SQLValue(report.attempt.number), .text(status.status.rawValue),
                .text(status.participant ?? ""), SQLValue(status.at), SQLValue(try status.pricing.map(JSONText.encode)),
            ])
            let merged = known.status.merged(with: status.status)
            let isTimed = known.notes(status)
            let isChange = known.isNewest && (merged != known.status || isTimed)
            known.status = merged
            if known.providerID.isEmpty { (known.providerID, known.answeredAt) = (status.providerID, status.at) }
            progress[key] = known
            applied.append(isChange ? .changed(known.conversationID) : .unchanged)
        }
        try transaction.insert(
            into: "statuses (workspace_id, message_id, attempt, status, participant, at, pricing)", statuses,
            suffix: "ON CONFLICT DO NOTHING")
        try save(progress.filter { !$0.value.providerID.isEmpty }.sorted { $0.key < $1.key })
        return applied
    }

    private struct Key: Hashable, Comparable {
        let attempt: AttemptReference
        let sender: Identifier<Sender>

        static func < (one: Key, other: Key) -> Bool {
            (one.attempt.messageID, one.attempt.number, one.sender) < (other.attempt.messageID, other.attempt.number, other.sender)
        }
    }

    private func find(_ keys: Set<Key>) throws -> [Key: Progress] {
        let dialect = transaction.dialect
        let attempt = dialect.lookUp(
            "JOIN", "attempts", as: "a", by: "a.workspace_id = k.workspace_id AND a.message_id = k.message_id AND a.number = k.number",
            and: "a.sender_id = k.sender_id", locking: true)
        let message = dialect.lookUp("JOIN", "messages", as: "m", by: "m.workspace_id = k.workspace_id AND m.id = k.message_id")
        let rows = try transaction.bulk(
            "WITH k (workspace_id, message_id, number, sender_id) AS (VALUES ",
            keys.sorted().map {
                [SQLValue(workspaceID), SQLValue($0.attempt.messageID), SQLValue($0.attempt.number), SQLValue($0.sender)]
            },
            ") SELECT k.message_id, k.number, k.sender_id, a.status, m.conversation_id, m.attempt, m.status FROM k \(attempt) \(message)")
        return try rows.reduce(into: [:]) { found, row in
            guard let status = AttemptStatus(rawValue: try row.text(3)) else { throw StoreError.columnMismatch(3) }
            let key = Key(attempt: AttemptReference(messageID: try row.id(0), number: try row.integer(1)), sender: try row.id(2))
            let isNewest = try row.integer(5) == key.attempt.number && !Self.waiting.contains(try row.text(6))
            found[key] = Progress(conversationID: try row.id(4), isNewest: isNewest, status: status)
        }
    }

    private func save(_ progress: [(key: Key, value: Progress)]) throws {
        try transaction.sendBulk(
            "WITH v (workspace_id, message_id, number, status, provider_id, at) AS (VALUES ",
            progress.map { key, known in
                [
                    SQLValue(workspaceID), SQLValue(key.attempt.messageID), SQLValue(key.attempt.number), .text(known.status.rawValue),
                    .text(known.providerID), SQLValue(known.answeredAt),
                ]
            },
            """
            )
            UPDATE attempts SET status = v.status, provider_id = COALESCE(attempts.provider_id, v.provider_id),
                answered_at = COALESCE(attempts.answered_at, v.at)
            FROM v WHERE attempts.workspace_id = v.workspace_id AND attempts.message_id = v.message_id AND attempts.number = v.number
            """)
        let newest = progress.filter(\.value.isNewest)
        // A time that wasn't reported is 0, since no value here may be NULL.
        try transaction.sendBulk(
            "WITH v (workspace_id, id, attempt, status, provider_id, sent_at, delivered_at, read_at) AS (VALUES ",
            newest.map { key, known in
                [
                    SQLValue(workspaceID), SQLValue(key.attempt.messageID), SQLValue(key.attempt.number),
                    .text(known.status.messageStatus.rawValue), .text(known.providerID), SQLValue(known.sentAt ?? .zero),
                    SQLValue(known.deliveredAt ?? .zero), SQLValue(known.readAt ?? .zero),
                ]
            },
            """
            )
            UPDATE messages SET status = v.status, error = NULL, provider_id = COALESCE(messages.provider_id, v.provider_id),
                sent_at = COALESCE(messages.sent_at, NULLIF(v.sent_at, 0)), delivered_at = COALESCE(messages.delivered_at, NULLIF(v.delivered_at, 0)),
                read_at = COALESCE(messages.read_at, NULLIF(v.read_at, 0))
            FROM v WHERE messages.workspace_id = v.workspace_id AND messages.id = v.id AND messages.attempt = v.attempt
            """)
        try transaction.sendBulk(
            "WITH v (workspace_id, id, message_id, status) AS (VALUES ",
            newest.map { key, known in
                [
                    SQLValue(workspaceID), SQLValue(known.conversationID), SQLValue(key.attempt.messageID),
                    .text(known.status.messageStatus.rawValue),
                ]
            },
            """
            )
            UPDATE conversations SET last_status = v.status
            FROM v WHERE conversations.workspace_id = v.workspace_id AND conversations.id = v.id AND conversations.last_message_id = v.message_id
            """)
    }
}

extension AttemptTable.Progress {
    /// Keeps the first time of each step; whether the report has one at all.
    fileprivate mutating func notes(_ status: InboundStatus) -> Bool {
        switch status.status {
        case .sent: sentAt = sentAt ?? status.at
        case .delivered: deliveredAt = deliveredAt ?? status.at
        case .read, .played: readAt = readAt ?? status.at
        case .sending, .unknown, .failed: return false
        }
        return true
    }
}

extension Date {
    fileprivate static let zero = Date(timeIntervalSince1970: 0)
}
