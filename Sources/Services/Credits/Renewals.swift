internal import Domain
internal import Store

internal import struct Foundation.Date

/// Writes the steps of subscriptions, each within the caller's transaction: the posting, how the number stands, the event, and who is told.
struct Renewals {
    let transaction: any Transaction
    let access: Access

    init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// Does the next thing that is due for a number, if anything is, and has it looked at again in time. Whoever comes second, after a kill or at the same
    /// time, finds it done.
    func settle(_ sender: Identifier<Sender>, at now: Date) throws {
        // Before anything is read, so that nobody decides by a balance that another is just spending.
        let totals = try LedgerTable(transaction, access).hold()
        let table = SubscriptionTable(transaction, access)
        guard let current = try table.current(of: sender) else { return }
        let one = current.subscription
        let step = one.due(
            at: now, price: current.price, balance: totals[.balance] ?? .zero, needed: try table.needed(upTo: one))
        if let step { try write(step, of: current, at: now) }
        guard let look = (step?.subscription ?? one).nextLook(after: now) else { return }
        // A second step may be due at once: it is a transaction of its own.
        try RenewalJob.request(sender, at: max(look, now), in: access.workspaceID, transaction, now: now)
    }

    /// Lets the number's status follow; false when it stands as before.
    /// - Parameter wish: whether a person just wanted it on or off; nil when nobody said.
    @discardableResult
    func tell(of subscription: Subscription, price: Credits, isWished wish: Bool? = nil, at now: Date) throws -> Bool {
        let table = SenderTable(transaction, access.withGrant(.sendersView).withGrant(.sendersManage))
        guard let sender = try table.find(subscription.senderID) else { return false }
        var events = [subscription.standing(price: price).event]
        if let wish, wish != sender.facts.isActive { events.append(wish ? .activated : .deactivated) }
        try SenderCheckJob.hold(for: sender.connectionID, in: access.workspaceID, in: transaction)
        guard let (before, after) = try table.apply(events, to: sender.id, at: now) else { return false }
        if after.facts.isChecking {
            try SenderCheckJob.request(for: sender.connectionID, in: access.workspaceID, in: transaction, now: now)
        }
        return before != after
    }

    func write(_ step: SubscriptionStep, of current: PricedSubscription, at now: Date) throws {
        let sender = step.subscription.senderID
        if let posting = step.posting {
            let subject = LedgerTable.Subject(senderName: current.senderName, paidUntil: step.subscription.paidUntil)
            guard try LedgerTable(transaction, access).post(posting, subject, at: now) != nil else {
                // Only a database that was put together by hand says so: within one, both are written in one transaction.
                throw JobProblem("This month of the number is posted already, and the number doesn\u{2019}t know of it.")
            }
        }
        try SubscriptionTable(transaction, access).save(step.subscription)
        try tell(of: step.subscription, price: current.price, isWished: step.change.wish, at: now)
        try EventTable(transaction, access).append(
            NewEvent(.senderUpdated, subject: sender.text, cause: "subscription-\(step.change.rawValue)"), at: now)
        if let letter = CreditLetter(step) {
            try CreditMailJob.request(letter, about: sender, in: access.workspaceID, transaction, now: now)
        }
    }
}

extension SubscriptionStep.Change {
    /// Whether a person wanted the number on or off; nil when it came about by itself.
    fileprivate var wish: Bool? {
        switch self {
        case .on, .reserved, .free: true
        case .off: false
        case .paid, .renewed, .reminded, .grace, .lapsed, .back, .ended: nil
        }
    }
}

extension Subscription.Standing {
    /// What it means for the number.
    var event: SenderEvent {
        switch self {
        case .free: .subscriptionFree
        case .paid: .subscriptionPaid
        case .grace: .graceBegan
        case .lapsed: .subscriptionLapsed
        }
    }
}
