package import struct Foundation.Date

/// How many different people a portfolio may reach with templates outside open windows within any 24 hours; all its numbers share it
/// (Meta, "Messaging limits", read 2026-11).
package enum PeopleLimit {
    /// Seconds for which a person counts.
    package static let daySeconds = 86_400.0

    /// From the provider's name of the tier, such as `TIER_2K`; nil when there is no limit, or none is known.
    package static func people(tier: String?) -> Int? {
        switch tier?.uppercased() {
        case "TIER_50": 50
        case "TIER_250": 250
        case "TIER_1K": 1_000
        case "TIER_2K": 2_000
        case "TIER_10K": 10_000
        case "TIER_100K": 100_000
        default: nil
        }
    }
}

/// What is left of a portfolio's limit.
package struct PeopleBudget: Sendable, Equatable {
    package let limit: Int
    /// People who count now.
    package let used: Int
    /// When some of them stop counting, soonest first; together not more than ``used``.
    package let releases: [Release]

    package struct Release: Sendable, Equatable {
        package let at: Date
        package let people: Int

        package init(at: Date, people: Int) { (self.at, self.people) = (at, people) }
    }

    package init(limit: Int, used: Int, releases: [Release]) { (self.limit, self.used, self.releases) = (limit, used, releases) }

    package var free: Int { max(0, limit - used) }

    /// When the next person can be reached: nil when nobody's end is known.
    package func nextChance(at now: Date) -> Date? { free > 0 ? now : releases.first?.at }
}
