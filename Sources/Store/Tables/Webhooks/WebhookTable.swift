package import Domain

package import struct Foundation.Date

/// Receipts webhooks of a workspace's numbers and what they were told, for who manages the numbers: an address may hold a token.
package struct WebhookTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// An endpoint with its secrets, sealed.
    package struct Stored: Sendable {
        package var endpoint: WebhookEndpoint
        package let sealedSecret: String
        package let sealedOldSecret: String?
        /// Until when it is left alone after many failures; nil when it isn't.
        package let restsUntil: Date?

        /// Whether it is wanted, not stopped and not at rest.
        package func mayBeCalled(at moment: Date) -> Bool {
            endpoint.isOn && endpoint.stop == nil && restsUntil.map { $0 <= moment } ?? true
        }
    }

    private static let columns = """
        id, sender_id, address, is_on, stop_reason, stopped_at, old_secret_ends_at, failures, last_success_at, created_at, secret, old_secret,
        rests_until
        """

    package func find(_ sender: Identifier<Sender>) throws -> Stored? {
        try access.require(.sendersManage)
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM webhook_endpoints WHERE workspace_id = \(access.workspaceID) AND sender_id = \(sender)
            """
        ).first.map(Self.stored)
    }

    static func find(_ id: Identifier<WebhookEndpoint>, in workspaceID: Identifier<Workspace>, _ transaction: any Transaction) throws
        -> Stored?
    {
        try transaction.rows(
            "SELECT \(raw: columns) FROM webhook_endpoints WHERE workspace_id = \(workspaceID) AND id = \(id)"
        ).first.map(stored)
    }

    /// Makes it, or gives the one of this number another address; one that was stopped begins anew.
    package func save(
        _ id: Identifier<WebhookEndpoint>, of sender: Identifier<Sender>, address: OutsideAddress, isOn: Bool, sealedSecret: String,
        at now: Date
    ) throws {
        try access.require(.sendersManage)
        try transaction.run(
            """
            INSERT INTO webhook_endpoints (workspace_id, id, sender_id, address, secret, is_on, created_at)
            VALUES (\(access.workspaceID), \(id), \(sender), \(address.text), \(sealedSecret), \(isOn), \(now))
            ON CONFLICT (workspace_id, sender_id) DO UPDATE SET address = excluded.address, is_on = excluded.is_on,
                stop_reason = NULL, stopped_at = NULL, failures = 0, failing_since = NULL, rests_until = NULL
            """)
    }

    /// Gives it another secret; the one before goes on until `end`.
    package func replaceSecret(of sender: Identifier<Sender>, sealed: String, oldUntil end: Date) throws {
        try access.require(.sendersManage)
        try transaction.run(
            """
            UPDATE webhook_endpoints SET old_secret = secret, old_secret_ends_at = \(end), secret = \(sealed)
            WHERE workspace_id = \(access.workspaceID) AND sender_id = \(sender)
            """)
    }

    /// False when it wasn't stopped.
    package func resume(_ sender: Identifier<Sender>) throws -> Bool {
        try access.require(.sendersManage)
        return try transaction.run(
            """
            UPDATE webhook_endpoints SET stop_reason = NULL, stopped_at = NULL, failures = 0, failing_since = NULL, rests_until = NULL
            WHERE workspace_id = \(access.workspaceID) AND sender_id = \(sender) AND stopped_at IS NOT NULL
            """) == 1
    }

    /// With all that it was told. False when there was none.
    package func delete(_ sender: Identifier<Sender>) throws -> Bool {
        try access.require(.sendersManage)
        return try transaction.run("DELETE FROM webhook_endpoints WHERE workspace_id = \(access.workspaceID) AND sender_id = \(sender)")
            == 1
    }

    /// Ends its rest, for a person who wants it called now.
    package func wake(_ sender: Identifier<Sender>) throws {
        try access.require(.sendersManage)
        try transaction.run(
            "UPDATE webhook_endpoints SET rests_until = NULL WHERE workspace_id = \(access.workspaceID) AND sender_id = \(sender)")
    }

    /// Numbers whose receipts are stopped until a person resumes them; one workspace has at most so many endpoints as numbers.
    package func stopped() throws -> Set<Identifier<Sender>> {
        try access.require(.sendersManage)
        return Set(
            try transaction.rows(
                """
                SELECT sender_id FROM webhook_endpoints
                WHERE workspace_id = \(access.workspaceID) AND is_on = 1 AND stopped_at IS NOT NULL ORDER BY id LIMIT \(WebhookFeedTable.endpointLimit)
                """
            ).map { try $0.id(0) })
    }

    // MARK: What it was told

    private static let deliveryColumns = "id, sequence, message_id, status, state, attempts, next_at, created_at, ended_at"

    /// Newest first.
    package func deliveries(
        of endpoint: Identifier<WebhookEndpoint>, _ state: WebhookDelivery.State?, before: Int64?, limit: Int
    ) throws -> [WebhookDelivery] {
        try access.require(.sendersManage)
        let ofState: SQL = if let state { "AND state = \(state.rawValue)" } else { "" }
        return try transaction.rows(
            """
            SELECT \(raw: Self.deliveryColumns) FROM webhook_deliveries
            WHERE workspace_id = \(access.workspaceID) AND endpoint_id = \(endpoint) \(sql: ofState) AND sequence < \(before ?? .max)
            ORDER BY sequence DESC LIMIT \(limit)
            """
        ).map(Self.delivery)
    }

    /// With its body, as it is sent.
    package func delivery(
        _ id: Identifier<WebhookDelivery>, of endpoint: Identifier<WebhookEndpoint>
    ) throws -> (delivery: WebhookDelivery, body: String)? {
        try access.require(.sendersManage)
        return try transaction.rows(
            """
            SELECT \(raw: Self.deliveryColumns), body FROM webhook_deliveries
            WHERE workspace_id = \(access.workspaceID) AND id = \(id) AND endpoint_id = \(endpoint)
            """
        ).first.map { (try Self.delivery($0), try $0.text(9)) }
    }

    /// The newest attempt first.
    package func attempts(for deliveries: [Identifier<WebhookDelivery>]) throws -> [Identifier<WebhookDelivery>: [WebhookAttempt]] {
        try access.require(.sendersManage)
        return try transaction.rows(
            """
            SELECT delivery_id, at, milliseconds, status, failure, answer, answer_bytes FROM webhook_attempts
            WHERE workspace_id = \(access.workspaceID) AND delivery_id IN (\(list: deliveries.map { SQLValue($0) }))
            ORDER BY delivery_id, number DESC
            """
        ).reduce(into: [:]) { attempts, row in
            attempts[try row.id(0), default: []].append(
                WebhookAttempt(
                    at: try row.date(1), milliseconds: try row.integer(2), status: try row.integerOrNil(3), failure: try row.textOrNil(4),
                    answer: try row.text(5), answerBytes: try row.integer(6)))
        }
    }

    /// Has one that was delivered or given up wait again, with all its attempts before it; false when it waits already.
    package func redeliver(_ id: Identifier<WebhookDelivery>, at now: Date) throws -> Bool {
        try access.require(.sendersManage)
        return try transaction.run(
            """
            UPDATE webhook_deliveries SET state = 'waiting', next_at = \(now), ended_at = NULL
            WHERE workspace_id = \(access.workspaceID) AND id = \(id) AND state <> 'waiting'
            """) == 1
    }

    /// Has at most `limit` that were given up wait again, the oldest first; returns how many.
    package func redeliverFailed(of endpoint: Identifier<WebhookEndpoint>, limit: Int, at now: Date) throws -> Int {
        try access.require(.sendersManage)
        return try transaction.run(
            """
            UPDATE webhook_deliveries SET state = 'waiting', next_at = \(now), ended_at = NULL WHERE sequence IN (
                SELECT sequence FROM webhook_deliveries
                WHERE workspace_id = \(access.workspaceID) AND endpoint_id = \(endpoint) AND state = 'failed' ORDER BY sequence LIMIT \(limit))
            """)
    }

    // MARK: Rows

    private static func stored(_ row: Row) throws -> Stored {
        let stop: WebhookEndpoint.Stop? =
            if let text = try row.textOrNil(4), let at = try row.dateOrNil(5), let reason = WebhookEndpoint.Stop.Reason(rawValue: text) {
                .init(reason, at: at)
            } else {
                nil
            }
        let endpoint = WebhookEndpoint(
            id: try row.id(0), senderID: try row.id(1), address: try OutsideAddress(parsing: row.text(2)), isOn: try row.bool(3),
            stop: stop,
            oldSecretEndsAt: try row.dateOrNil(6), failures: try row.integer(7), lastSuccessAt: try row.dateOrNil(8),
            createdAt: try row.date(9))
        return Stored(
            endpoint: endpoint, sealedSecret: try row.text(10), sealedOldSecret: try row.textOrNil(11), restsUntil: try row.dateOrNil(12))
    }

    private static func delivery(_ row: Row) throws -> WebhookDelivery {
        guard let status = ReceiptStatus(rawValue: try row.text(3)) else { throw StoreError.columnMismatch(3) }
        guard let state = WebhookDelivery.State(rawValue: try row.text(4)) else { throw StoreError.columnMismatch(4) }
        return WebhookDelivery(
            id: try row.id(0), sequence: Int64(try row.integer(1)), messageID: try row.id(2), status: status, state: state,
            attempts: try row.integer(5), nextAt: try row.dateOrNil(6), createdAt: try row.date(7), endedAt: try row.dateOrNil(8))
    }
}
