package import struct Foundation.Date

/// How fast a number may send, from what the provider says of it and what its answers were (Meta, "Throughput", read 2026-11).
package struct SenderPace: Sendable, Equatable {
    /// Messages per second of an ordinary number, in and out together.
    package static let standard = 80
    /// After Meta's upgrade.
    package static let high = 1_000
    /// Of a number that is also used in the WhatsApp Business app.
    package static let coexistence = 20
    /// Share of the provider's limit that we use, so that clocks that differ a little don't cross it.
    package static let share = 0.95
    /// How long a number is slower after the provider said that it was too fast.
    package static let slowSeconds = 60.0
    /// Share of its usual speed that it loses each time.
    package static let slowStep = 0.1
    /// How often it loses one more, at most: it keeps half.
    package static let slowSteps = 5
    /// How long after one time no other counts: those calls were under way.
    package static let slowPauseSeconds = 5.0

    /// Messages per second that the provider allows.
    package let limit: Int
    /// Messages per second that customers write to the number, which count too.
    package let inboundPerSecond: Double
    /// Until when it is slower, because the provider found it too fast.
    package let slowedUntil: Date?
    /// How often it was found too fast before it had its usual speed again.
    package let slowedTimes: Int
    /// Until when nothing leaves, such as while the provider changes the number's level.
    package let heldUntil: Date?

    /// - Parameter level: the provider's name of the level, such as `STANDARD` or `HIGH`.
    package init(
        level: String?, isCoexistence: Bool = false, inboundPerSecond: Double = 0, slowedUntil: Date? = nil, slowedTimes: Int = 1,
        heldUntil: Date? = nil
    ) {
        limit = isCoexistence ? Self.coexistence : level?.uppercased() == "HIGH" ? Self.high : Self.standard
        (self.inboundPerSecond, self.heldUntil) = (inboundPerSecond, heldUntil)
        (self.slowedUntil, self.slowedTimes) = (slowedUntil, slowedTimes)
    }

    /// Whole messages that may leave in a second, at least 1.
    package func perSecond(at now: Date) -> Int {
        let free = Double(limit) * Self.share - inboundPerSecond
        let isSlow = slowedUntil.map { $0 > now } ?? false
        return max(1, Int(isSlow ? free * (1 - Self.slowStep * Double(min(slowedTimes, Self.slowSteps))) : free))
    }
}
