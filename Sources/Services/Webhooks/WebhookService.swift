package import Domain
package import Store

package import struct Foundation.Date

/// The receipts webhook of a number: where it leads, its secret, a test, and what it was told.
package struct WebhookService: Sendable {
    /// Deliveries that one call has wait again.
    package static let redeliveryLimit = 1_000

    private let database: any Database
    private let sealing: any SecretSealing
    private let caller: any OutsideCaller
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(
        database: any Database, sealing: any SecretSealing, caller: any OutsideCaller, signals: Signals, now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.sealing, self.caller, self.signals, self.now) = (database, sealing, caller, signals, now)
    }

    /// Nil when the number has none. Throws ``SenderProblem/missing``.
    package func endpoint(of sender: Identifier<Sender>, access: Access) async throws -> WebhookEndpoint? {
        try await database.read { transaction in
            _ = try Self.sender(sender, access, transaction)
            return try WebhookTable(transaction, access).find(sender)?.endpoint
        }
    }

    package struct Saved: Sendable {
        package let endpoint: WebhookEndpoint
        /// Only when it was made just now: it is never told again.
        package let secret: String?
    }

    /// Tells the address of all statuses from now on. Throws ``WebhookEndpointProblem/addressMalformed``, ``WebhookEndpointProblem/addressRefused(_:)``.
    package func save(_ address: String, of sender: Identifier<Sender>, access: Access) async throws -> Saved {
        let saved = try await set(try Self.read(address), of: sender, isOn: true, access: access)
        announce(access)
        return saved
    }

    package struct Tested: Sendable {
        /// Without the answer's body.
        package let attempt: WebhookAttempt
        /// Only when the first test made it.
        package let secret: String?
    }

    /// Calls the endpoint once with a made-up receipt, now.
    /// - Parameter address: one that isn't saved yet; nil tests the one that is. A number without any gets a secret by it.
    package func test(_ address: String?, of sender: Identifier<Sender>, access: Access) async throws -> Tested {
        var secret: String?
        let given = try address.map { try Self.read($0) }
        if try await find(sender, access) == nil {
            guard let given else { throw WebhookEndpointProblem.missing }
            secret = try await set(given, of: sender, isOn: false, access: access).secret
        } else if let given {
            try await check(given)
        }
        guard var stored = try await find(sender, access) else { throw WebhookEndpointProblem.missing }
        if let given { stored.endpoint = stored.endpoint.with(address: given) }
        let moment = now()
        let body = try await database.read { transaction in
            try JSONText.encode(ReceiptBody(testOf: try Self.sender(sender, access, transaction), at: moment))
        }
        let id = Identifier<WebhookDelivery>.make(at: moment)
        let outcome = try await WebhookCall(caller: caller, sealing: sealing, now: now).send(
            body, id: id.text, to: stored, in: access.workspaceID)
        return Tested(attempt: outcome.attempt.withoutAnswer, secret: secret)
    }

    /// Another secret, told once. The one before signs as well for a day. Throws ``WebhookEndpointProblem/missing``.
    package func regenerateSecret(of sender: Identifier<Sender>, access: Access) async throws -> Saved {
        let saved = try await database.write { try regenerateSecret(of: sender, access: access, in: $0) }
        announce(access)
        return saved
    }

    /// The same within a transaction, to be announced after it.
    package func regenerateSecret(of sender: Identifier<Sender>, access: Access, in transaction: any Transaction) throws -> Saved {
        let moment = now()
        let secret = WebhookSecret.make()
        let table = WebhookTable(transaction, access)
        try table.replaceSecret(
            of: sender, sealed: try seal(secret, try Self.endpoint(of: sender, table).id, access),
            oldUntil: moment.addingTimeInterval(WebhookEndpoint.overlapSeconds))
        try Self.tell(sender, "webhook-secret", access, transaction, moment)
        return Saved(endpoint: try Self.endpoint(of: sender, table), secret: secret.text)
    }

    /// Goes on after it was stopped, with what waits since. Throws ``WebhookEndpointProblem/notStopped``.
    package func resume(_ sender: Identifier<Sender>, access: Access) async throws -> WebhookEndpoint {
        let endpoint = try await database.write { try resume(sender, access: access, in: $0) }
        announce(access)
        return endpoint
    }

    /// The same within a transaction, to be announced after it.
    package func resume(_ sender: Identifier<Sender>, access: Access, in transaction: any Transaction) throws -> WebhookEndpoint {
        let moment = now()
        let table = WebhookTable(transaction, access)
        let endpoint = try Self.endpoint(of: sender, table)
        guard try table.resume(sender) else { throw WebhookEndpointProblem.notStopped }
        try WebhookDeliveryJob.request(endpoint.id, at: moment, in: access.workspaceID, transaction, now: moment)
        try Self.tell(sender, "webhook-resumed", access, transaction, moment)
        return try Self.endpoint(of: sender, table)
    }

    /// Numbers whose receipts are stopped until a person resumes them.
    package func stopped(access: Access) async throws -> Set<Identifier<Sender>> {
        try await database.read { try WebhookTable($0, access).stopped() }
    }

    /// Wakes what delivers, and the open pages.
    package func announce(_ access: Access) {
        signals.jobsAdded()
        signals.eventsAppended(in: access.workspaceID)
    }

    /// With its secret and its log. Throws ``WebhookEndpointProblem/missing``.
    package func delete(_ sender: Identifier<Sender>, access: Access) async throws {
        let moment = now()
        try await database.write { transaction in
            guard try WebhookTable(transaction, access).delete(sender) else { throw WebhookEndpointProblem.missing }
            try Self.tell(sender, "webhook-removed", access, transaction, moment)
        }
        signals.eventsAppended(in: access.workspaceID)
    }

    // MARK: What it was told

    /// Newest first. Throws ``WebhookEndpointProblem/missing``.
    package func deliveries(
        of sender: Identifier<Sender>, _ state: WebhookDelivery.State?, after: String?, limit: Int, access: Access
    ) async throws -> Page<LoggedDelivery> {
        let place = try after.map { try PageCursor(parsing: $0).first }
        let rows = try await database.read { transaction in
            let table = WebhookTable(transaction, access)
            let endpoint = try Self.endpoint(of: sender, table)
            let deliveries = try table.deliveries(of: endpoint.id, state, before: place, limit: limit + 1)
            let attempts = try table.attempts(for: deliveries.map(\.id))
            return deliveries.map { LoggedDelivery(delivery: $0, attempts: attempts[$0.id] ?? []) }
        }
        return Page(rows: rows, limit: limit) { PageCursor(first: $0.delivery.sequence, second: "") }
    }

    /// With what is sent. Throws ``WebhookEndpointProblem/deliveryMissing``.
    package func delivery(
        _ id: Identifier<WebhookDelivery>, of sender: Identifier<Sender>, access: Access
    ) async throws -> (logged: LoggedDelivery, body: String) {
        try await database.read { transaction in
            let table = WebhookTable(transaction, access)
            return try Self.delivery(id, of: try Self.endpoint(of: sender, table), table)
        }
    }

    /// Tells it once more, under the same id. Throws ``WebhookEndpointProblem/deliveryWaiting``.
    package func redeliver(_ id: Identifier<WebhookDelivery>, of sender: Identifier<Sender>, access: Access) async throws -> LoggedDelivery
    {
        let logged = try await database.write { try redeliver(id, of: sender, access: access, in: $0) }
        announce(access)
        return logged
    }

    /// The same within a transaction, to be announced after it.
    package func redeliver(
        _ id: Identifier<WebhookDelivery>, of sender: Identifier<Sender>, access: Access, in transaction: any Transaction
    ) throws -> LoggedDelivery {
        let moment = now()
        let table = WebhookTable(transaction, access)
        let endpoint = try Self.endpoint(of: sender, table)
        _ = try Self.delivery(id, of: endpoint, table)
        guard try table.redeliver(id, at: moment) else { throw WebhookEndpointProblem.deliveryWaiting }
        try Self.wake(endpoint, table, access, transaction, moment)
        return try Self.delivery(id, of: endpoint, table).logged
    }

    /// Tells what was given up once more, ``redeliveryLimit`` at a time, the oldest first; returns how many.
    package func redeliverFailed(of sender: Identifier<Sender>, access: Access) async throws -> Int {
        let count = try await database.write { try redeliverFailed(of: sender, access: access, in: $0) }
        announce(access)
        return count
    }

    /// The same within a transaction, to be announced after it.
    package func redeliverFailed(of sender: Identifier<Sender>, access: Access, in transaction: any Transaction) throws -> Int {
        let moment = now()
        let table = WebhookTable(transaction, access)
        let endpoint = try Self.endpoint(of: sender, table)
        let count = try table.redeliverFailed(of: endpoint.id, limit: Self.redeliveryLimit, at: moment)
        if count > 0 { try Self.wake(endpoint, table, access, transaction, moment) }
        return count
    }

    // MARK: Parts

    private static func endpoint(of sender: Identifier<Sender>, _ table: WebhookTable) throws -> WebhookEndpoint {
        guard let stored = try table.find(sender) else { throw WebhookEndpointProblem.missing }
        return stored.endpoint
    }

    private static func delivery(
        _ id: Identifier<WebhookDelivery>, of endpoint: WebhookEndpoint, _ table: WebhookTable
    ) throws -> (logged: LoggedDelivery, body: String) {
        guard let found = try table.delivery(id, of: endpoint.id) else { throw WebhookEndpointProblem.deliveryMissing }
        return (LoggedDelivery(delivery: found.delivery, attempts: try table.attempts(for: [id])[id] ?? []), found.body)
    }

    /// Has it called now, even while it rests.
    private static func wake(
        _ endpoint: WebhookEndpoint, _ table: WebhookTable, _ access: Access, _ transaction: any Transaction, _ moment: Date
    ) throws {
        try table.wake(endpoint.senderID)
        try WebhookDeliveryJob.request(endpoint.id, at: moment, in: access.workspaceID, transaction, now: moment)
    }

    private func find(_ sender: Identifier<Sender>, _ access: Access) async throws -> WebhookTable.Stored? {
        try await database.read { try WebhookTable($0, access).find(sender) }
    }

    private func set(_ address: OutsideAddress, of sender: Identifier<Sender>, isOn: Bool, access: Access) async throws -> Saved {
        try access.require(.sendersManage)
        let moment = now()
        let secret = WebhookSecret.make()
        // Looked at now for whoever types it, and again with each call.
        try await check(address)
        return try await database.write { transaction in
            _ = try Self.sender(sender, access, transaction)
            let table = WebhookTable(transaction, access)
            let before = try table.find(sender)
            // Somebody else may have saved one since a test looked.
            if let before, !isOn { return Saved(endpoint: before.endpoint, secret: nil) }
            let id = before?.endpoint.id ?? Identifier<WebhookEndpoint>.make(at: moment)
            let feed = WebhookFeedTable(transaction, in: access.workspaceID)
            if isOn { try feed.beginHere(EventTable(transaction, .system("webhooks", in: access.workspaceID)).end()) }
            try table.save(id, of: sender, address: address, isOn: isOn, sealedSecret: try seal(secret, id, access), at: moment)
            if isOn { try WebhookDeliveryJob.request(id, at: moment, in: access.workspaceID, transaction, now: moment) }
            try Self.tell(sender, "webhook", access, transaction, moment)
            return Saved(endpoint: try Self.endpoint(of: sender, table), secret: before == nil ? secret.text : nil)
        }
    }

    private func check(_ address: OutsideAddress) async throws(WebhookEndpointProblem) {
        do throws(OutsideFailure) {
            try await caller.check(address)
        } catch {
            // A name that isn't known at this moment may be so the next; where it must not lead, it never may.
            if case .refused(let reason) = error { throw .addressRefused(reason) }
        }
    }

    private func seal(_ secret: WebhookSecret, _ id: Identifier<WebhookEndpoint>, _ access: Access) throws -> String {
        try sealing.seal(secret.text, at: WebhookCall.place(id, access.workspaceID))
    }

    private static func read(_ text: String) throws(WebhookEndpointProblem) -> OutsideAddress {
        do { return try OutsideAddress(parsing: text) } catch { throw .addressMalformed }
    }

    private static func sender(_ id: Identifier<Sender>, _ access: Access, _ transaction: any Transaction) throws -> Sender {
        try access.require(.sendersManage)
        guard let sender = try SenderTable(transaction, access).find(id) else { throw SenderProblem.missing }
        return sender
    }

    private static func tell(
        _ sender: Identifier<Sender>, _ cause: String, _ access: Access, _ transaction: any Transaction, _ moment: Date
    ) throws {
        try EventTable(transaction, access).append(NewEvent(.senderUpdated, subject: sender.text, cause: cause), at: moment)
    }
}

/// A delivery with all calls that were made for it.
package struct LoggedDelivery: Sendable {
    package let delivery: WebhookDelivery
    /// The newest first.
    package let attempts: [WebhookAttempt]

    package init(delivery: WebhookDelivery, attempts: [WebhookAttempt]) { (self.delivery, self.attempts) = (delivery, attempts) }
}

extension WebhookEndpoint {
    /// The same with another address.
    fileprivate func with(address: OutsideAddress) -> WebhookEndpoint {
        WebhookEndpoint(
            id: id, senderID: senderID, address: address, isOn: isOn, stop: stop, oldSecretEndsAt: oldSecretEndsAt, failures: failures,
            lastSuccessAt: lastSuccessAt, createdAt: createdAt)
    }
}
