package import Domain

package import struct Foundation.Date

/// For the parts of the program that make deliveries of the event log and carry them out.
package struct WebhookFeedTable {
    private static let reader = "webhooks"
    /// Endpoints of one workspace, at most: one for each number.
    static let endpointLimit = 500

    private let transaction: any Transaction
    private let workspaceID: Identifier<Workspace>

    package init(_ transaction: any Transaction, in workspaceID: Identifier<Workspace>) {
        (self.transaction, self.workspaceID) = (transaction, workspaceID)
    }

    // MARK: Making them

    /// Workspaces in which somebody wants to be told.
    package static func workspaces(_ transaction: any Transaction, limit: Int) throws -> [Identifier<Workspace>] {
        try transaction.rows(
            """
            SELECT w.id FROM workspaces w
            WHERE EXISTS (SELECT 1 FROM webhook_endpoints e WHERE e.workspace_id = w.id AND e.is_on = 1) ORDER BY w.id LIMIT \(limit)
            """
        ).map { try $0.id(0) }
    }

    /// How far the log was read.
    package var place: EventReaderTable { EventReaderTable(transaction, Self.reader, in: workspaceID) }

    /// To be called before the first endpoint of a workspace is made: what happened before concerns it not.
    package func beginHere(_ end: EventCursor) throws {
        guard try endpoints().isEmpty else { return }
        try place.forget()
        _ = try place.advance(from: nil, to: end)
    }

    package struct Listener: Sendable {
        package let id: Identifier<WebhookEndpoint>
        package let senderID: Identifier<Sender>
        package let stoppedAt: Date?
    }

    /// Those that want to be told, stopped ones among them.
    package func endpoints() throws -> [Listener] {
        try transaction.rows(
            """
            SELECT id, sender_id, stopped_at FROM webhook_endpoints WHERE workspace_id = \(workspaceID) AND is_on = 1
            ORDER BY id LIMIT \(Self.endpointLimit)
            """
        ).map { Listener(id: try $0.id(0), senderID: try $0.id(1), stoppedAt: try $0.dateOrNil(2)) }
    }

    /// What a receipt tells of a message besides its status.
    package struct Sent: Sendable {
        package let id: Identifier<Message>
        package let conversationID: Identifier<Conversation>
        package let senderID: Identifier<Sender>
        package let status: MessageStatus
        package private(set) var attempt: Int
        package private(set) var error: MessageError?
        package private(set) var providerID: String?
        package let to: String?

        /// As it was then, which differs if it has been sent again since.
        package func asItWas(at moment: Date, _ attempts: [Attempt]) -> Sent {
            guard let then = attempts.last(where: { $0.startedAt <= moment }), then.number < attempt || status != .failed else {
                return self
            }
            var copy = self
            (copy.attempt, copy.error, copy.providerID) = (then.number, then.error, then.providerID)
            return copy
        }
    }

    /// Those of them that were sent by one of these numbers.
    package func sent(_ ids: [Identifier<Message>], by senders: Set<Identifier<Sender>>) throws -> [Sent] {
        try transaction.rows(
            """
            SELECT m.id, m.conversation_id, m.sender_id, m.status, m.attempt, m.error, m.provider_id, c.phone_number FROM messages m
            LEFT JOIN contacts c ON c.workspace_id = m.workspace_id AND c.id = m.contact_id
            WHERE m.workspace_id = \(workspaceID) AND m.id IN (\(list: ids.map { SQLValue($0) })) AND m.direction = 'outbound'
            """
        ).compactMap { row in
            let sender: Identifier<Sender> = try row.id(2)
            guard senders.contains(sender) else { return nil }
            guard let status = MessageStatus(rawValue: try row.text(3)) else { throw StoreError.columnMismatch(3) }
            let error: MessageError? = try row.textOrNil(5).map { try JSONText.decode(from: $0) }
            return Sent(
                id: try row.id(0), conversationID: try row.id(1), senderID: sender, status: status, attempt: try row.integer(4),
                error: error,
                providerID: try row.textOrNil(6), to: try row.textOrNil(7))
        }
    }

    /// One sending of a message.
    package struct Attempt: Sendable {
        package let number: Int
        package let startedAt: Date
        package let providerID: String?
        package let error: MessageError?
    }

    /// In the order of their numbers.
    package func attempts(of ids: [Identifier<Message>]) throws -> [Identifier<Message>: [Attempt]] {
        try transaction.rows(
            """
            SELECT message_id, number, started_at, provider_id, error FROM attempts
            WHERE workspace_id = \(workspaceID) AND message_id IN (\(list: ids.map { SQLValue($0) })) ORDER BY message_id, number
            """
        ).reduce(into: [:]) { attempts, row in
            attempts[try row.id(0), default: []].append(
                Attempt(
                    number: try row.integer(1), startedAt: try row.date(2), providerID: try row.textOrNil(3),
                    error: try row.textOrNil(4).map { try JSONText.decode(from: $0) }))
        }
    }

    package struct Report: Hashable, Sendable {
        package let messageID: Identifier<Message>
        package let attempt: Int
        package let status: AttemptStatus

        package init(messageID: Identifier<Message>, attempt: Int, status: AttemptStatus) {
            (self.messageID, self.attempt, self.status) = (messageID, attempt, status)
        }
    }

    /// When the provider says that each was so, by its own clock; of a group, for its first.
    package func reportTimes(of ids: [Identifier<Message>]) throws -> [Report: Date] {
        try transaction.rows(
            """
            SELECT message_id, attempt, status, MIN(at) FROM statuses
            WHERE workspace_id = \(workspaceID) AND message_id IN (\(list: ids.map { SQLValue($0) })) GROUP BY message_id, attempt, status
            """
        ).reduce(into: [:]) { times, row in
            guard let status = AttemptStatus(rawValue: try row.text(2)) else { throw StoreError.columnMismatch(2) }
            times[Report(messageID: try row.id(0), attempt: try row.integer(1), status: status)] = try row.date(3)
        }
    }

    package struct NewDelivery: Sendable {
        package let id: Identifier<WebhookDelivery>
        package let endpointID: Identifier<WebhookEndpoint>
        package let messageID: Identifier<Message>
        package let attempt: Int
        package let status: ReceiptStatus
        package let body: String

        package init(
            id: Identifier<WebhookDelivery>, endpointID: Identifier<WebhookEndpoint>, messageID: Identifier<Message>, attempt: Int,
            status: ReceiptStatus, body: String
        ) {
            (self.id, self.endpointID, self.messageID) = (id, endpointID, messageID)
            (self.attempt, self.status, self.body) = (attempt, status, body)
        }
    }

    /// In the order given. One that the endpoint is told already stays as it is.
    package func add(_ deliveries: [NewDelivery], at now: Date) throws {
        guard !deliveries.isEmpty else { return }
        try transaction.insert(
            into: "webhook_deliveries (workspace_id, id, endpoint_id, message_id, attempt, status, body, state, next_at, created_at)",
            deliveries.map { delivery in
                [
                    SQLValue(workspaceID), SQLValue(delivery.id), SQLValue(delivery.endpointID), SQLValue(delivery.messageID),
                    SQLValue(delivery.attempt), .text(delivery.status.rawValue), .text(delivery.body), .text("waiting"), SQLValue(now),
                    SQLValue(now),
                ]
            }, suffix: "ON CONFLICT (workspace_id, message_id, endpoint_id, attempt, status) DO NOTHING")
    }

    // MARK: Carrying them out

    package func find(_ id: Identifier<WebhookEndpoint>) throws -> WebhookTable.Stored? {
        try WebhookTable.find(id, in: workspaceID, transaction)
    }

    package struct Due: Sendable {
        package let id: Identifier<WebhookDelivery>
        package let attempts: Int
        package let createdAt: Date
        package let body: String
    }

    /// Those whose time has come and before which nothing about the same message waits.
    package func due(of endpoint: Identifier<WebhookEndpoint>, at now: Date, limit: Int) throws -> [Due] {
        try transaction.rows(
            """
            SELECT d.id, d.attempts, d.created_at, d.body FROM webhook_deliveries d
            WHERE d.workspace_id = \(workspaceID) AND d.endpoint_id = \(endpoint) AND d.state = 'waiting' AND d.next_at <= \(now)
                AND NOT EXISTS (
                    SELECT 1 FROM webhook_deliveries b WHERE b.workspace_id = d.workspace_id AND b.endpoint_id = d.endpoint_id
                        AND b.message_id = d.message_id AND b.state = 'waiting' AND b.sequence < d.sequence)
            ORDER BY d.next_at, d.sequence LIMIT \(limit)
            """
        ).map { Due(id: try $0.id(0), attempts: try $0.integer(1), createdAt: try $0.date(2), body: try $0.text(3)) }
    }

    /// The time of the next one that isn't held up by one before it; nil when nothing waits.
    package func nextTime(of endpoint: Identifier<WebhookEndpoint>) throws -> Date? {
        try transaction.rows(
            """
            SELECT d.next_at FROM webhook_deliveries d
            WHERE d.workspace_id = \(workspaceID) AND d.endpoint_id = \(endpoint) AND d.state = 'waiting'
                AND NOT EXISTS (
                    SELECT 1 FROM webhook_deliveries b WHERE b.workspace_id = d.workspace_id AND b.endpoint_id = d.endpoint_id
                        AND b.message_id = d.message_id AND b.state = 'waiting' AND b.sequence < d.sequence)
            ORDER BY d.next_at LIMIT 1
            """
        ).first?.date(0)
    }

    /// What came of an attempt: delivered, given up, or to be tried again at `nextAt`.
    package func record(
        _ attempt: WebhookAttempt, of delivery: Identifier<WebhookDelivery>, number: Int, state: WebhookDelivery.State, nextAt: Date?
    ) throws {
        let changed = try transaction.run(
            """
            UPDATE webhook_deliveries SET attempts = \(number), state = \(state.rawValue), next_at = \(nextAt),
                ended_at = \(state == .waiting ? nil : attempt.at)
            WHERE workspace_id = \(workspaceID) AND id = \(delivery)
            """)
        // With its endpoint or its conversation it may be gone.
        guard changed == 1 else { return }
        try transaction.run(
            """
            INSERT INTO webhook_attempts (workspace_id, delivery_id, number, at, milliseconds, status, failure, answer, answer_bytes)
            VALUES (\(workspaceID), \(delivery), \(number), \(attempt.at), \(attempt.milliseconds), \(attempt.status), \(attempt.failure),
                \(attempt.answer), \(attempt.answerBytes))
            ON CONFLICT (workspace_id, delivery_id, number) DO NOTHING
            """)
    }

    /// - Parameters:
    ///   - failures: in a row; 0 after a success, which came last.
    ///   - restsUntil: until then it is left alone.
    package func record(
        failures: Int, of endpoint: Identifier<WebhookEndpoint>, restsUntil: Date?, lastSuccessAt: Date?, at now: Date
    ) throws {
        try transaction.run(
            """
            UPDATE webhook_endpoints SET failures = \(failures), rests_until = \(restsUntil), last_success_at = COALESCE(\(lastSuccessAt), last_success_at),
                failing_since = CASE WHEN \(failures) = 0 THEN NULL ELSE COALESCE(failing_since, \(now)) END
            WHERE workspace_id = \(workspaceID) AND id = \(endpoint)
            """)
    }

    /// Stops it, unless it is stopped already or has another address by now; whether it did.
    /// - Parameter failingBefore: only if it has been failing since before then; nil in any case.
    package func stop(
        _ endpoint: WebhookEndpoint, _ reason: WebhookEndpoint.Stop.Reason, failingBefore: Date? = nil, at now: Date
    ) throws -> Bool {
        let condition: SQL = if let failingBefore { "AND failing_since < \(failingBefore)" } else { "" }
        return try transaction.run(
            """
            UPDATE webhook_endpoints SET stop_reason = \(reason.rawValue), stopped_at = \(now)
            WHERE workspace_id = \(workspaceID) AND id = \(endpoint.id) AND address = \(endpoint.address.text) AND stopped_at IS NULL
                \(sql: condition)
            """) == 1
    }

    /// Removes at most `limit` of the oldest; returns how many.
    package func remove(before: Date, limit: Int) throws -> Int {
        try transaction.run(
            """
            DELETE FROM webhook_deliveries WHERE sequence IN (
                SELECT sequence FROM webhook_deliveries WHERE workspace_id = \(workspaceID) AND created_at < \(before)
                ORDER BY created_at, sequence LIMIT \(limit))
            """)
    }
}
