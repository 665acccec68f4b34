package import struct Foundation.Date

/// What left of one number in the last second. A budget that grows with time paces the messages and spreads them over the second: what is taken late is
/// made up for, up to a burst. A log of the moments at which calls really began keeps any second below a ceiling little above the pace, however late they
/// were. After a pause the first second has a little less room: its calls open their connections first, and arrive late among those that follow. Its times
/// are the processor's, which nobody sets.
package struct ThroughputLimiter: Sendable {
    package typealias Instant = ContinuousClock.Instant

    private static let second = Duration.seconds(1)
    /// Seconds' worth of messages that may leave at once.
    private static let burst = 0.05
    /// What may leave in any second, as a share of the pace. The rest of what the provider allows is for calls that arrive later than others.
    private static let ceiling = 1.02
    /// Share of the pace in the first second after a pause.
    private static let firstShare = 0.9

    /// Messages that may leave within a second, on average; may change at any time, and then holds for the past second too.
    package var perSecond: Int
    /// When the messages of the last second left, oldest first.
    private var log: [Instant] = []
    /// Messages that were let go and whose calls haven't begun: they count as if they left now, however late that is.
    private var reserved = 0
    /// When the first message after a pause left; nil when none ever did.
    private var begin: Instant?
    /// Messages that may leave at once, and as of when; nil when none ever did.
    private var budget: (messages: Double, at: Instant)?

    package init(perSecond: Int) { self.perSecond = perSecond }

    /// How many may leave at once now.
    package mutating func allowance(at now: Instant) -> Int {
        log.removeAll { $0 <= now - Self.second }
        return max(0, min(limit(at: now) - log.count - reserved, Int(budget(at: now))))
    }

    /// Messages in the second that ends now.
    private func limit(at now: Instant) -> Int {
        let isFirst = log.isEmpty || begin.map { now < $0 + Self.second } ?? true
        return max(1, Int(Double(perSecond) * (isFirst ? Self.firstShare : Self.ceiling)))
    }

    private func budget(at now: Instant) -> Double {
        let most = max(1, (Double(perSecond) * Self.burst).rounded())
        guard let budget else { return most }
        return min(most, budget.messages + (now - budget.at) / Self.second * Double(perSecond))
    }

    /// Lets messages go, of which `record` or `giveBack` then says more.
    package mutating func reserve(_ count: Int, at now: Instant) {
        budget = (budget(at: now) - Double(count), now)
        reserved += count
    }

    /// Those don't leave after all.
    package mutating func giveBack(_ count: Int) {
        budget?.messages += Double(count)
        reserved -= count
    }

    /// The call of one that was let go begins.
    package mutating func record(at now: Instant) {
        reserved -= 1
        recordEarlier(at: now)
    }

    /// One left, perhaps through another process.
    package mutating func recordEarlier(at moment: Instant) {
        if log.isEmpty { begin = moment }
        log.append(moment)
    }

    /// How long until the next may leave; nil when one may now.
    package mutating func wait(at now: Instant) -> Duration? {
        guard allowance(at: now) == 0 else { return nil }
        let forBudget = Self.second * (max(0, 1 - budget(at: now)) / Double(perSecond))
        // Rounded up, so that the wait is over when it is over.
        return max(forBudget + .nanoseconds(1), waitForSecond(at: now))
    }

    /// What hasn't left yet can't have passed before a second is over.
    private func waitForSecond(at now: Instant) -> Duration {
        let surplus = log.count + reserved - limit(at: now)
        guard surplus >= 0 else { return .zero }
        return (surplus < log.count ? log[surplus] : now) + Self.second - now
    }
}

/// Messages from one number to one person: 1 per 6 seconds, of which 45 may be borrowed from the future at once (Meta, "Pair rate limits", read 2026-11).
package struct PairLimiter: Sendable {
    private static let secondsPerMessage = 6.0
    private static let burst = 45.0
    /// People remembered, at most; those without debt are forgotten first.
    private static let peopleLimit = 200_000

    /// When each person's debt is paid off.
    private var paidOff: [Identifier<Contact>: Date] = [:]

    package init() {}

    /// When a message to this person may leave; not later than `now` means at once.
    package func earliest(for contact: Identifier<Contact>, at now: Date) -> Date {
        guard let end = paidOff[contact], end > now else { return now }
        let debt = end.timeIntervalSince(now)
        let excess = debt + Self.secondsPerMessage - Self.secondsPerMessage * Self.burst
        return excess > 0 ? now.addingTimeInterval(excess) : now
    }

    package mutating func record(_ contact: Identifier<Contact>, at now: Date) {
        if paidOff.count >= Self.peopleLimit { paidOff = paidOff.filter { $0.value > now } }
        paidOff[contact] = max(paidOff[contact] ?? now, now).addingTimeInterval(Self.secondsPerMessage)
    }
}
