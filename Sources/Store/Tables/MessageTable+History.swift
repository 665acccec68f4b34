package import Domain

internal import struct Foundation.Date

extension MessageTable {
    /// Attempts that are told, the newest ones.
    private static let attemptLimit = 50
    /// Reports that are told: in a group each person has some.
    private static let reportLimit = 500

    /// The calls that were made for a message, oldest first.
    package func attempts(of id: Identifier<Message>) throws -> [MessageAttempt] {
        try access.require(.conversationsView)
        let rows = try transaction.rows(
            """
            SELECT a.number, a.status, a.started_at, a.answered_at, a.provider_id, a.error
            FROM messages m JOIN attempts a ON a.workspace_id = m.workspace_id AND a.message_id = m.id
            WHERE m.workspace_id = \(access.workspaceID) AND m.id = \(id)\(sql: access.andSees(conversation: "m.conversation_id"))
            ORDER BY a.number DESC LIMIT \(Self.attemptLimit)
            """)
        guard !rows.isEmpty else { return [] }
        let reports = try reports(on: id)
        return try rows.reversed().map { row in
            let number = try row.integer(0)
            return MessageAttempt(
                number: number, status: try Self.status(row, 1), startedAt: try row.date(2), answeredAt: try row.dateOrNil(3),
                providerID: try row.textOrNil(4), error: try row.textOrNil(5).map { try JSONText.decode(from: $0) },
                // The provider's times are whole seconds, and of equal ones the lesser comes first.
                reports: (reports[number] ?? []).sorted { ($0.at, $0.status.rank) < ($1.at, $1.status.rank) })
        }
    }

    /// By the number of the attempt.
    private func reports(on id: Identifier<Message>) throws -> [Int: [MessageAttempt.Report]] {
        try transaction.rows(
            """
            SELECT s.attempt, s.status, s.at, s.participant, s.pricing
            FROM messages m JOIN statuses s ON s.workspace_id = m.workspace_id AND s.message_id = m.id
            WHERE m.workspace_id = \(access.workspaceID) AND m.id = \(id)\(sql: access.andSees(conversation: "m.conversation_id"))
            ORDER BY s.attempt DESC, s.at, s.status, s.participant LIMIT \(Self.reportLimit)
            """
        ).reduce(into: [:]) { reports, row in
            let participant = try row.text(3)
            let pricing: JSONValue? = try row.textOrNil(4).map { try JSONText.decode(from: $0) }
            reports[try row.integer(0), default: []].append(
                MessageAttempt.Report(
                    status: try Self.status(row, 1), at: try row.date(2), participant: participant.isEmpty ? nil : participant,
                    price: pricing.flatMap(MessagePrice.init)))
        }
    }

    private static func status(_ row: Row, _ column: Int) throws -> AttemptStatus {
        guard let status = AttemptStatus(rawValue: try row.text(column)) else { throw StoreError.columnMismatch(column) }
        return status
    }
}
