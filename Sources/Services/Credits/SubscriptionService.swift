package import Domain
package import Store

package import struct Foundation.Date

/// The subscription of a number: what it costs, until when it is paid, and switching it on and off.
package struct SubscriptionService: Sendable {
    /// Acceptances that are shown.
    private static let acceptanceLimit = 50

    private let database: any Database
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(database: any Database, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.signals, self.now) = (database, signals, now)
    }

    package struct Overview: Sendable {
        package let sender: Sender
        package let current: PricedSubscription
        package let balance: Credits
        /// For all renewals up to its next one.
        package let needed: Credits
        /// What still has to be agreed to before it is activated.
        package let missingTerms: [Terms]
        /// Newest first.
        package let acceptances: [TermsAcceptance]
        package let at: Date

        package init(
            sender: Sender, current: PricedSubscription, balance: Credits, needed: Credits, missingTerms: [Terms],
            acceptances: [TermsAcceptance], at: Date
        ) {
            (self.sender, self.current, self.balance, self.needed) = (sender, current, balance, needed)
            (self.missingTerms, self.acceptances, self.at) = (missingTerms, acceptances, at)
        }

        package var subscription: Subscription { current.subscription }
        /// Of a month now.
        package var price: Credits { current.price }
        package var standing: Subscription.Standing { subscription.standing(price: price) }

        /// Whether switching it on would spend credits.
        package var costsNow: Bool {
            !subscription.isOn && price > .zero && !(subscription.state == .paid && (subscription.paidUntil ?? at) > at)
        }

        /// The end of the month that would begin with an activation now.
        package var nextPaidUntil: Date { Months.date(1, after: at) }
    }

    /// What each number costs, and until when it is paid.
    package func prices(access: Access) async throws -> [Identifier<Sender>: PricedSubscription] {
        let all = try await database.read { try SubscriptionTable($0, access).all() }
        return Dictionary(all.map { ($0.subscription.senderID, $0) }, uniquingKeysWith: { one, _ in one })
    }

    /// Throws ``SenderProblem/missing``.
    package func overview(of sender: Identifier<Sender>, access: Access) async throws -> Overview {
        let moment = now()
        return try await database.read { try Self.overview(of: sender, access, $0, moment) }
    }

    /// Agrees to terms and switches a number on: first its price is put aside, then it is charged. A kill in between leaves the second to the job. Throws
    /// ``CreditProblem/termsMissing(_:)``, ``CreditProblem/priceChanged(_:)``, ``CreditProblem/creditsMissing(price:balance:)`` and
    /// ``CreditProblem/alreadyOn``; then nothing was charged.
    /// - Parameters:
    ///   - price: what was confirmed.
    ///   - versions: what is agreed to, by document.
    package func activate(
        _ sender: Identifier<Sender>, price: Int, accepting versions: [TermsDocument: String], access: Access
    ) async throws -> Overview {
        let moment = now()
        try await database.write { transaction in
            try begin(sender, price: price, accepting: versions, access, transaction, moment)
        }
        try await database.write { transaction in
            try RenewalJob.request(sender, at: moment, in: access.workspaceID, transaction, now: moment)
            try Renewals(transaction, access).settle(sender, at: moment)
        }
        announce(access)
        return try await overview(of: sender, access: access)
    }

    /// The first of the two transactions of ``activate(_:price:accepting:access:)``.
    func begin(
        _ sender: Identifier<Sender>, price: Int, accepting versions: [TermsDocument: String], _ access: Access,
        _ transaction: any Transaction, _ moment: Date
    ) throws {
        let (ledger, table) = (LedgerTable(transaction, access), SubscriptionTable(transaction, access))
        _ = try SenderTable(transaction, access).present(sender)
        // Before the ledger, as the job itself does.
        try RenewalJob.request(sender, at: moment, in: access.workspaceID, transaction, now: moment)
        let totals = try ledger.hold()
        guard let current = try table.current(of: sender) else { throw SenderProblem.missing }
        let step = try current.subscription.activated(at: moment, price: current.price, balance: totals[.balance] ?? .zero)
        try accept(versions, for: sender, access, transaction, moment)
        if let posting = step.posting, posting.amount.count != price { throw CreditProblem.priceChanged(current.price) }
        try Renewals(transaction, access).write(step, of: current, at: moment)
    }

    private func accept(
        _ versions: [TermsDocument: String], for sender: Identifier<Sender>, _ access: Access, _ transaction: any Transaction,
        _ moment: Date
    ) throws {
        let table = TermsTable(transaction, access)
        for one in try table.inForce() where versions[one.document] == one.version {
            try table.accept(
                TermsAcceptance(terms: one, actor: access.actor.text, at: moment, clientAddress: access.address), for: sender)
        }
        let missing = try table.missing(for: sender)
        guard missing.isEmpty else { throw CreditProblem.termsMissing(missing) }
    }

    /// Switches it off. What is paid stays paid until its date, and isn't renewed. Throws ``CreditProblem/alreadyOff``.
    package func deactivate(_ sender: Identifier<Sender>, access: Access) async throws -> Overview {
        let overview = try await database.write { try deactivate(sender, access: access, in: $0) }
        announce(access)
        return overview
    }

    /// The same within a transaction, to be announced after it.
    package func deactivate(_ sender: Identifier<Sender>, access: Access, in transaction: any Transaction) throws -> Overview {
        try access.require(.sendersManage)
        let moment = now()
        _ = try SenderTable(transaction, access).present(sender)
        // Before the ledger, as the job itself does.
        try RenewalJob.request(sender, at: moment, in: access.workspaceID, transaction, now: moment)
        _ = try LedgerTable(transaction, access).hold()
        guard let current = try SubscriptionTable(transaction, access).current(of: sender) else { throw SenderProblem.missing }
        try Renewals(transaction, access).write(try current.subscription.deactivated(at: moment), of: current, at: moment)
        return try Self.overview(of: sender, access, transaction, moment)
    }

    /// Wakes what renews, and the open pages.
    package func announce(_ access: Access) {
        signals.jobsAdded()
        signals.eventsAppended(in: access.workspaceID)
    }

    private static func overview(
        of id: Identifier<Sender>, _ access: Access, _ transaction: any Transaction, _ moment: Date
    ) throws -> Overview {
        try access.require(.sendersManage)
        let table = SubscriptionTable(transaction, access)
        let sender = try SenderTable(transaction, access).present(id)
        guard let current = try table.current(of: id) else { throw SenderProblem.missing }
        let terms = TermsTable(transaction, access)
        return Overview(
            sender: sender, current: current,
            balance: try LedgerTable(transaction, access).totals()[.balance] ?? .zero,
            needed: try table.needed(upTo: current.subscription), missingTerms: try terms.missing(for: id),
            acceptances: try terms.acceptances(for: id, limit: acceptanceLimit), at: moment)
    }
}
