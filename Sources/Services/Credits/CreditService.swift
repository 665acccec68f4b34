package import Domain
package import Store

package import struct Foundation.Date

/// Credits of a workspace: what there is, topping up, the statement, what numbers cost, and what is agreed to before one is activated.
package struct CreditService: Sendable {
    private let database: any Database
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(database: any Database, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.signals, self.now) = (database, signals, now)
    }

    package struct Overview: Sendable {
        package let balance: Credits
        package let reserved: Credits
        package let spent: Credits
        package let prices: [ChannelKind: Credits]
        /// Of all numbers, by their ids.
        package let subscriptions: [PricedSubscription]
    }

    package func overview(access: Access) async throws -> Overview {
        try access.require(.settingsManage)
        return try await database.read { transaction in
            let totals = try LedgerTable(transaction, access).totals()
            return Overview(
                balance: totals[.balance] ?? .zero, reserved: totals[.reserved] ?? .zero, spent: totals[.spent] ?? .zero,
                prices: try CreditPriceTable(transaction, access).all(), subscriptions: try SubscriptionTable(transaction, access).all())
        }
    }

    // MARK: Top-up and statement

    /// Adds credits to the balance, once for each key; what waits for them goes on by itself. Throws ``CreditProblem/amountOutOfRange``,
    /// ``CreditProblem/noteTooLong(count:)``, and ``CreditProblem/topUpKeyTaken`` when the key was used for another amount.
    package func topUp(_ amount: Int, note: String?, key: String, access: Access) async throws -> StatementLine {
        let stored = try await database.write { try topUp(amount, note: note, key: key, access: access, in: $0) }
        announce(access)
        return stored
    }

    /// The same within a transaction, to be announced after it.
    package func topUp(
        _ amount: Int, note: String?, key: String, access: Access, in transaction: any Transaction
    ) throws -> StatementLine {
        try access.require(.settingsManage)
        let posting = try LedgerPosting.topUp(amount, note: note, key: key)
        let moment = now()
        // Before the ledger, as the job itself does.
        try RenewalJob.request(nil, at: moment, in: access.workspaceID, transaction, now: moment)
        let table = LedgerTable(transaction, access)
        if let id = try table.post(posting, at: moment) {
            try EventTable(transaction, access).append(NewEvent(.creditsUpdated, subject: id.text, cause: "top-up"), at: moment)
        }
        guard let stored = try table.find(key: posting.key), stored.amount == posting.amount else { throw CreditProblem.topUpKeyTaken }
        return stored
    }

    /// Newest first.
    package func statement(after: String?, limit: Int, access: Access) async throws -> Page<StatementLine> {
        let place = try after.map { try PageCursor(parsing: $0).first }
        let rows = try await database.read { try LedgerTable($0, access).statement(before: place, limit: limit + 1) }
        return Page(rows: rows, limit: limit) { PageCursor(first: $0.sequence, second: "") }
    }

    // MARK: Prices

    package func prices(access: Access) async throws -> [ChannelKind: Credits] {
        try await database.read { try CreditPriceTable($0, access).all() }
    }

    /// What a month costs from the next renewal or activation on; kinds that aren't named stay. Numbers of a kind that cost nothing until now have a
    /// month before they are charged for the first time.
    package func setPrices(_ prices: [ChannelKind: CreditPrice], access: Access) async throws -> [ChannelKind: Credits] {
        let moment = now()
        let after = try await database.write { transaction -> [ChannelKind: Credits] in
            try access.require(.settingsManage)
            try RenewalJob.request(nil, at: moment, in: access.workspaceID, transaction, now: moment)
            // Whoever charges reads the price after this.
            _ = try LedgerTable(transaction, access).hold()
            let (table, before) = (CreditPriceTable(transaction, access), try CreditPriceTable(transaction, access).all())
            let changed = prices.filter { before[$0.key] != $0.value.credits }
            guard !changed.isEmpty else { return before }
            let raised = Set(changed.keys.filter { before[$0] == .zero })
            try beginFreeMonths(raised, access, transaction, moment)
            for (channel, price) in changed { try table.set(price, for: channel) }
            let ofKind = Set(try SenderTable(transaction, access).list().filter { changed[$0.channel] != nil }.map(\.id))
            for current in try SubscriptionTable(transaction, access).all() where ofKind.contains(current.subscription.senderID) {
                guard try Renewals(transaction, access).tell(of: current.subscription, price: current.price, at: moment) else { continue }
                try EventTable(transaction, access).append(
                    NewEvent(.senderUpdated, subject: current.subscription.senderID.text, cause: "price-changed"), at: moment)
            }
            try EventTable(transaction, access).append(
                NewEvent(.creditsUpdated, subject: access.workspaceID.text, cause: "prices"), at: moment)
            return try table.all()
        }
        announce(access)
        return after
    }

    /// Looks at the numbers while their kind still costs nothing: those without a subscription are free until then.
    private func beginFreeMonths(
        _ channels: Set<ChannelKind>, _ access: Access, _ transaction: any Transaction, _ moment: Date
    ) throws {
        guard !channels.isEmpty else { return }
        let table = SubscriptionTable(transaction, access)
        let ofKind = Set(try SenderTable(transaction, access).list().filter { channels.contains($0.channel) }.map(\.id))
        for current in try table.all() where current.subscription.state == .free && ofKind.contains(current.subscription.senderID) {
            try table.save(
                Subscription(freeMonthOf: current.subscription.senderID, at: moment, month: current.subscription.month))
            try EventTable(transaction, access).append(
                NewEvent(.senderUpdated, subject: current.subscription.senderID.text, cause: "subscription-free-month"), at: moment)
        }
    }

    // MARK: Terms

    /// In force now; a document that isn't set isn't asked for.
    package func terms(access: Access) async throws -> [Terms] {
        try await database.read { try TermsTable($0, access).inForce() }
    }

    /// Sets a document's place and version; a version that nobody agreed to is asked for when a number is next activated.
    package func setTerms(_ terms: Terms, access: Access) async throws {
        try await changeTerms(access) { try $0.set(terms) }
    }

    /// Asks for the privacy policy no more, or for WhatsApp's terms as this program knows them.
    package func removeTerms(_ document: TermsDocument, access: Access) async throws {
        try await changeTerms(access) { _ = try $0.remove(document) }
    }

    private func changeTerms(_ access: Access, _ change: @escaping @Sendable (TermsTable) throws -> Void) async throws {
        let moment = now()
        try await database.write { transaction in
            try change(TermsTable(transaction, access))
            try EventTable(transaction, access).append(
                NewEvent(.creditsUpdated, subject: access.workspaceID.text, cause: "terms"), at: moment)
        }
        signals.eventsAppended(in: access.workspaceID)
    }

    /// Wakes what renews, and the open pages.
    package func announce(_ access: Access) {
        signals.jobsAdded()
        signals.eventsAppended(in: access.workspaceID)
    }
}
