package import struct Foundation.Date

/// What left of one number in the last second. Paced by a log, and spread over the second: calls take differently long to arrive, so a burst's tail
/// and the next burst's head would meet in one second of the provider's. After a pause the first second has a little less room: its calls open their
/// connections first, and arrive late among those that follow.
package struct ThroughputLimiter: Sendable {
    /// Seconds in which little more than a twentieth of the second's messages leave.
    private static let slice = 0.05
    /// How much more, so that a slice that began late can be made up for.
    private static let sliceSurplus = 1.1
    /// Share of the limit in the first second after a pause.
    private static let firstShare = 0.9

    /// Messages that may leave within a second; may change at any time, and then holds for the past second too.
    package var perSecond: Int
    private var perSlice: Int { max(1, Int((Double(perSecond) * Self.slice * Self.sliceSurplus).rounded())) }
    /// When the messages of the last second left, oldest first.
    private var log: [Date] = []
    /// When the first message after a pause left.
    private var begin = Date.distantPast

    package init(perSecond: Int) { self.perSecond = perSecond }

    /// How many may leave at once now.
    package mutating func allowance(at now: Date) -> Int {
        log.removeAll { $0 <= now.addingTimeInterval(-1) }
        let sliceBegin = now.addingTimeInterval(-Self.slice)
        let inSlice = log.reversed().prefix { $0 > sliceBegin }.count
        return max(0, min(limit(at: now) - log.count, perSlice - inSlice))
    }

    /// Messages in the second that ends now.
    private func limit(at now: Date) -> Int {
        let isFirst = log.isEmpty || now < begin.addingTimeInterval(1)
        return isFirst ? max(1, Int(Double(perSecond) * Self.firstShare)) : perSecond
    }

    package mutating func record(at now: Date) {
        if log.isEmpty { begin = now }
        log.append(now)
    }

    /// When the next may leave, if none may now.
    package mutating func nextChance(at now: Date) -> Date {
        guard allowance(at: now) == 0 else { return now }
        var next = now
        let limit = limit(at: now)
        if log.count >= limit { next = max(next, log[log.count - limit].addingTimeInterval(1)) }
        if log.count >= perSlice { next = max(next, log[log.count - perSlice].addingTimeInterval(Self.slice)) }
        return next
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
