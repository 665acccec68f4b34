package import struct Foundation.Date

extension Subscription {
    /// Switches it on. Within a month that is paid that costs nothing and keeps the date; otherwise the price of a month is put aside, which
    /// ``due(at:price:balance:needed:)`` then charges. Throws ``CreditProblem/alreadyOn`` and ``CreditProblem/creditsMissing(price:balance:)``.
    package func activated(at now: Date, price: Credits, balance: Credits) throws(CreditProblem) -> SubscriptionStep {
        guard !isOn else { throw .alreadyOn }
        var next = self
        next.isOn = true
        if state == .paid, let paidUntil, now < paidUntil { return SubscriptionStep(subscription: next, change: .on, posting: nil) }
        guard price > .zero else { return next.made(free: .free) }
        guard balance >= price else { throw .creditsMissing(price: price, balance: balance) }
        next.month += 1
        (next.state, next.price, next.reminder, next.graceEndsAt) = (.reserved, price, nil, nil)
        (next.anchor, next.paidUntil) = (now, Months.date(1, after: now))
        return SubscriptionStep(
            subscription: next, change: .reserved, posting: .reservation(price, of: senderID, month: next.month))
    }

    /// Switches it off. What is paid stays paid until its date, and nothing is given back. Throws ``CreditProblem/alreadyOff``.
    package func deactivated(at now: Date) throws(CreditProblem) -> SubscriptionStep {
        guard isOn else { throw .alreadyOff }
        var next = self
        next.isOn = false
        if state == .paid, let paidUntil, now < paidUntil { return SubscriptionStep(subscription: next, change: .off, posting: nil) }
        let release: LedgerPosting? = state == .reserved ? .release(price, of: senderID, month: month) : nil
        return SubscriptionStep(subscription: next.ended, change: .off, posting: release)
    }

    /// The next thing that is to be done at this moment, however late it is looked at; nil when there is nothing. Of months that passed while nobody
    /// looked none is charged: what is charged always covers now.
    /// - Parameters:
    ///   - price: of its kind of number now.
    ///   - needed: credits for all renewals up to its own, this one included.
    package func due(at now: Date, price: Credits, balance: Credits, needed: Credits) -> SubscriptionStep? {
        switch state {
        case .idle, .free: nil
        case .reserved: settled(at: now)
        case .paid: dueWhilePaid(at: now, price: price, balance: balance, needed: needed)
        case .grace:
            if let step = renewed(at: now, price: price, balance: balance) {
                step
            } else if let graceEndsAt, now >= graceEndsAt {
                stopped
            } else {
                nil
            }
        case .lapsed: broughtBack(at: now, price: price, balance: balance)
        }
    }

    private func settled(at now: Date) -> SubscriptionStep? {
        guard let anchor else { return nil }
        var next = self
        next.paidUntil = Months.next(after: now, from: anchor)
        return next.charged(price, from: .reserved, .paid)
    }

    private func dueWhilePaid(at now: Date, price: Credits, balance: Credits, needed: Credits) -> SubscriptionStep? {
        guard let paidUntil else { return nil }
        guard now >= paidUntil else { return reminded(at: now, price: price, balance: balance, needed: needed, paidUntil) }
        guard isOn else { return SubscriptionStep(subscription: ended, change: .ended, posting: nil) }
        if let step = renewed(at: now, price: price, balance: balance) { return step }
        var next = with(.grace)
        // From when it was found, so that nobody loses the days in which nothing ran.
        next.graceEndsAt = now.addingTimeInterval(Self.graceSeconds)
        return SubscriptionStep(subscription: next, change: .grace, posting: nil)
    }

    private func reminded(at now: Date, price: Credits, balance: Credits, needed: Credits, _ paidUntil: Date) -> SubscriptionStep? {
        guard isOn, price > .zero, balance < needed,
            let reached = Reminder.allCases.filter({ now >= paidUntil.addingTimeInterval(-$0.seconds) }).max(),
            reminder.map({ $0 < reached }) ?? true
        else { return nil }
        var next = self
        next.reminder = reached
        return SubscriptionStep(subscription: next, change: .reminded, posting: nil)
    }

    /// On with the days it had, also out of the days of grace. Nil when credits don't suffice.
    private func renewed(at now: Date, price: Credits, balance: Credits) -> SubscriptionStep? {
        guard price > .zero else { return made(free: .free) }
        guard balance >= price, let anchor else { return nil }
        var next = self
        next.month += 1
        next.paidUntil = Months.next(after: now, from: anchor)
        return next.charged(price, from: .balance, .renewed)
    }

    /// After it had stopped: its months are counted anew.
    private func broughtBack(at now: Date, price: Credits, balance: Credits) -> SubscriptionStep? {
        guard price > .zero else { return made(free: .back) }
        guard balance >= price else { return nil }
        var next = self
        next.month += 1
        (next.anchor, next.paidUntil) = (now, Months.date(1, after: now))
        return next.charged(price, from: .balance, .back)
    }

    private func charged(_ price: Credits, from source: LedgerAccount, _ change: SubscriptionStep.Change) -> SubscriptionStep {
        var next = with(.paid)
        (next.price, next.reminder) = (price, nil)
        return SubscriptionStep(
            subscription: next, change: change, posting: .charge(price, from: source, of: senderID, month: month))
    }

    private func made(free change: SubscriptionStep.Change) -> SubscriptionStep {
        SubscriptionStep(subscription: with(.free).withoutMonth, change: change, posting: nil)
    }

    private var ended: Subscription { with(.idle).withoutMonth }

    private var stopped: SubscriptionStep { SubscriptionStep(subscription: with(.lapsed).withoutMonth, change: .lapsed, posting: nil) }

    private var withoutMonth: Subscription {
        var next = self
        (next.price, next.anchor, next.paidUntil, next.reminder) = (.zero, nil, nil, nil)
        return next
    }

    private func with(_ state: State) -> Subscription {
        var next = self
        (next.state, next.graceEndsAt) = (state, nil)
        return next
    }
}
