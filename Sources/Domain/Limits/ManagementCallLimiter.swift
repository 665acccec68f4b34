package import struct Foundation.Date

/// Calls that manage an account, such as reading its numbers or templates; sending doesn't count. 200 in an hour for an account without a
/// registered number, 5,000 with one, and none while Meta says that the quota is used up (Meta, "Rate limits", read 2026-11).
package struct ManagementCallLimiter: Sendable {
    package static let hourSeconds = 3_600.0
    package static let withoutNumber = 200
    package static let withNumber = 5_000

    /// Share of the quota for what nobody waits for, so that a person's own click finds some left.
    package static let backgroundShare = 0.8

    private let limit: Int
    private var log: [Date] = []
    private var blockedUntil: Date?

    package init(hasNumber: Bool) { limit = hasNumber ? Self.withNumber : Self.withoutNumber }

    /// When the next call may be made; `now` means at once.
    package mutating func earliest(isBackground: Bool, at now: Date) -> Date {
        log.removeAll { $0 <= now.addingTimeInterval(-Self.hourSeconds) }
        let allowed = isBackground ? Int(Double(limit) * Self.backgroundShare) : limit
        let free = log.count < allowed ? now : log[log.count - allowed].addingTimeInterval(Self.hourSeconds)
        return max(free, blockedUntil ?? now)
    }

    package mutating func record(at now: Date) { log.append(now) }

    /// What the provider says of its quota: it is used up for so many minutes.
    package mutating func block(minutes: Int, at now: Date) {
        guard minutes > 0 else { return }
        blockedUntil = max(blockedUntil ?? now, now.addingTimeInterval(Double(minutes) * 60))
    }
}
