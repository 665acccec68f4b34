package import struct Foundation.Date

/// Messages per second of one number: 80 for a Meta number, 1,000 after its upgrade. Paced a little below, by a log of the last second,
/// and spread over it: calls take differently long to arrive, so a burst's tail and the next burst's head would meet in one second of the provider's.
package struct ThroughputLimiter: Sendable {
    /// Share of the provider's limit that we use, so that clocks that differ a little don't cross it.
    package static let share = 0.95

    /// Seconds in which little more than a tenth of the second's messages leave.
    private static let slice = 0.1
    /// How much more, so that a slice that began late can be made up for.
    private static let sliceSurplus = 1.1

    package static let standard = 80
    package static let high = 1_000

    /// From the provider's name of the level, such as `STANDARD` or `HIGH`.
    package static func messagesPerSecond(level: String?) -> Int { level?.uppercased() == "HIGH" ? high : standard }

    package let perSecond: Int
    private let perSlice: Int
    /// When the messages of the last second left, oldest first; at most ``perSecond``.
    private var log: [Date] = []

    package init(messagesPerSecond: Int) {
        perSecond = max(1, Int(Double(messagesPerSecond) * Self.share))
        perSlice = max(1, Int((Double(perSecond) * Self.slice * Self.sliceSurplus).rounded()))
    }

    /// How many may leave at once now.
    package mutating func allowance(at now: Date) -> Int {
        log.removeAll { $0 <= now.addingTimeInterval(-1) }
        let sliceBegin = now.addingTimeInterval(-Self.slice)
        let inSlice = log.reversed().prefix { $0 > sliceBegin }.count
        return max(0, min(perSecond - log.count, perSlice - inSlice))
    }

    package mutating func record(at now: Date) { log.append(now) }

    /// When the next may leave, if none may now.
    package mutating func nextChance(at now: Date) -> Date {
        guard allowance(at: now) == 0 else { return now }
        var next = now
        if log.count >= perSecond { next = max(next, log[log.count - perSecond].addingTimeInterval(1)) }
        if log.count >= perSlice { next = max(next, log[log.count - perSlice].addingTimeInterval(Self.slice)) }
        return next
    }
}

/// Messages from one number to one person: 1 per 6 seconds, of which 45 may be borrowed from the future at once (reference §9.1).
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
