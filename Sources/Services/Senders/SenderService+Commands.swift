package import Domain
package import Store

package import struct Foundation.Date

/// What a person decides about a number.
extension SenderService {
    /// Switches a number on: it is asked for at WhatsApp, and sends again once that says yes. Throws ``SenderProblem/activeAlready``, and
    /// ``SenderProblem/activationCosts(_:)`` and ``CreditProblem/termsMissing(_:)`` where that has to be confirmed, by ``SubscriptionService``. The caller's
    /// transaction; who calls ``announceChange(of:)`` after its commit.
    package func activate(_ id: Identifier<Sender>, access: Access, in transaction: any Transaction) throws -> Sender {
        let (moment, current) = (now(), try subscription(of: id, access, in: transaction))
        guard try SenderTable(transaction, access).find(id)?.facts.isActive == false else { throw SenderProblem.activeAlready }
        let one = current.subscription
        let missing = try TermsTable(transaction, access).missing(for: id)
        guard missing.isEmpty else { throw CreditProblem.termsMissing(missing) }
        if !one.isOn {
            let isPaid = one.state == .paid && one.paidUntil.map { $0 > moment } ?? false
            guard isPaid || current.price == .zero else { throw SenderProblem.activationCosts(current.price) }
            try Renewals(transaction, access).write(
                try one.activated(at: moment, price: current.price, balance: .zero), of: current, at: moment)
        }
        return try command(one.isOn ? .activated : nil, id, access, in: transaction)
    }

    /// Held, so that nobody renews it meanwhile.
    private func subscription(
        of id: Identifier<Sender>, _ access: Access, in transaction: any Transaction
    ) throws -> PricedSubscription {
        try access.require(.sendersManage)
        let moment = now()
        _ = try SenderTable(transaction, access).present(id)
        // Before the ledger, as the job itself does.
        try RenewalJob.request(id, at: moment, in: access.workspaceID, transaction, now: moment)
        _ = try LedgerTable(transaction, access).hold()
        guard let current = try SubscriptionTable(transaction, access).current(of: id) else { throw SenderProblem.missing }
        return current
    }

    /// Switches it off: nothing leaves, what waits stays in the queue. Throws ``SenderProblem/inactiveAlready``.
    package func deactivate(_ id: Identifier<Sender>, access: Access, in transaction: any Transaction) throws -> Sender {
        let (moment, current) = (now(), try subscription(of: id, access, in: transaction))
        guard try SenderTable(transaction, access).find(id)?.facts.isActive == true else { throw SenderProblem.inactiveAlready }
        let one = current.subscription
        if one.isOn { try Renewals(transaction, access).write(try one.deactivated(at: moment), of: current, at: moment) }
        return try command(one.isOn ? nil : .deactivated, id, access, in: transaction)
    }

    /// Asks WhatsApp again about one that can't work. Throws ``SenderProblem/nothingToRetry(_:)``.
    package func retry(_ id: Identifier<Sender>, access: Access, in transaction: any Transaction) throws -> Sender {
        try command(.retried, id, access, in: transaction)
    }

    /// As ``activate(_:access:in:)``, in a transaction of its own.
    package func activate(_ id: Identifier<Sender>, access: Access) async throws -> Sender {
        try await announced { try activate(id, access: access, in: $0) }
    }

    /// As ``deactivate(_:access:in:)``, in a transaction of its own.
    package func deactivate(_ id: Identifier<Sender>, access: Access) async throws -> Sender {
        try await announced { try deactivate(id, access: access, in: $0) }
    }

    /// As ``retry(_:access:in:)``, in a transaction of its own.
    package func retry(_ id: Identifier<Sender>, access: Access) async throws -> Sender {
        try await announced { try retry(id, access: access, in: $0) }
    }

    private func announced(_ work: @escaping @Sendable (any Transaction) throws -> Sender) async throws -> Sender {
        let sender = try await database.write(work)
        announceChange(of: sender)
        return sender
    }

    /// - Parameter event: nil when the subscription told it to the number already.
    private func command(
        _ event: SenderEvent?, _ id: Identifier<Sender>, _ access: Access, in transaction: any Transaction
    ) throws -> Sender {
        try access.require(.sendersManage)
        let (moment, table) = (now(), SenderTable(transaction, access))
        guard let before = try table.find(id) else { throw SenderProblem.missing }
        try SenderCheckJob.hold(for: before.connectionID, in: access.workspaceID, in: transaction)
        guard let sender = try table.apply(event.map { [$0] } ?? [], to: id, at: moment)?.after, sender.removedAt == nil else {
            throw SenderProblem.missing
        }
        if sender.facts.isChecking {
            try SenderCheckJob.request(for: sender.connectionID, in: access.workspaceID, in: transaction, now: moment)
        }
        if let event {
            try EventTable(transaction, access).append(NewEvent(.senderUpdated, subject: id.text, cause: event.rawValue), at: moment)
        }
        return sender
    }

    /// Takes a number out of the workspace. Its conversations stay; connected again, it goes on with them. Throws
    /// ``SenderProblem/messagesWaiting(_:)`` while something waits to leave.
    package func remove(_ id: Identifier<Sender>, access: Access, in transaction: any Transaction) throws {
        try access.require(.connectionsManage)
        let (moment, table) = (now(), SenderTable(transaction, access))
        let sender = try table.present(id)
        let waiting = try SenderQueueTable(transaction, of: id, access).stoppable()
        if waiting.count > 0 { throw SenderProblem.messagesWaiting(waiting) }
        if sender.facts.isActive { _ = try deactivate(id, access: access, in: transaction) }
        _ = try table.remove(id, at: moment)
        try EventTable(transaction, access).append(NewEvent(.senderUpdated, subject: id.text, cause: "removed"), at: moment)
    }

    /// As ``remove(_:access:in:)``, in a transaction of its own.
    package func remove(_ id: Identifier<Sender>, access: Access) async throws {
        try await database.write { try remove(id, access: access, in: $0) }
        signals.eventsAppended(in: access.workspaceID)
    }

    /// Gives a number another inner name.
    func rename(_ id: Identifier<Sender>, to name: String, access: Access, in transaction: any Transaction) throws {
        let name = try Sender.checkedName(name)
        let table = SenderTable(transaction, access)
        let sender = try table.present(id)
        guard sender.name != name, try table.rename(id, to: name) else { return }
        try EventTable(transaction, access).append(NewEvent(.senderUpdated, subject: id.text, cause: "renamed"), at: now())
    }

    /// Lets the rest of the program see what became of a number.
    package func announceChange(of sender: Sender) {
        directory.forget(sender.connectionID)
        signals.eventsAppended(in: sender.workspaceID)
        signals.jobsAdded()
        signals.messageQueued(for: sender.id)
    }

    /// A page of what happened to a number, newest first; `after` is ``Page/next`` of the page before.
    package func history(of id: Identifier<Sender>, after: String?, limit: Int, access: Access) async throws -> Page<SenderHistoryEntry> {
        let cursor = try after.map { try PageCursor(parsing: $0) }
        let rows = try await database.read { transaction in
            guard try SenderTable(transaction, access).find(id) != nil else { throw SenderProblem.missing }
            return try SenderHistoryTable(transaction, access).list(of: id, before: cursor?.first, limit: limit + 1)
        }
        return Page(rows: rows, limit: limit) { PageCursor(first: $0.sequence, second: id.text) }
    }

    /// Ends what the provider forbade only until now.
    func release(of connection: Identifier<Connection>, access: Access) async throws {
        let moment = now()
        try await database.write { transaction in
            let table = SenderTable(transaction, access)
            for id in try table.released(of: connection, at: moment) {
                try table.setPolicyEnd(nil, id)
                guard let (before, after) = try table.apply([.reinstated], to: id, at: moment), before != after else { continue }
                try EventTable(transaction, access).append(
                    NewEvent(.senderUpdated, subject: id.text, cause: SenderEvent.reinstated.rawValue), at: moment)
            }
        }
    }
}
