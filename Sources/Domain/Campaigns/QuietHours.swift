internal import Foundation

package import struct Foundation.Date
package import struct Foundation.TimeZone

/// Hours of the day in which nothing of a campaign reaches anybody, by the recipient's clock: from 21:00 up to, but not including, 08:00.
package struct QuietHours: Sendable, Hashable {
    /// Minutes, at most. Countries stretch over ten hours, and in all their zones some time has to be left.
    package static let longestMinutes = 12 * 60
    /// How often the next end is looked for: twice for each zone of a country on each of a few days.
    private static let stepLimit = 200

    /// Minutes of the day, from 0 to 1,439.
    package let start, end: Int

    /// Throws ``CampaignScheduleProblem/quietHoursMalformed`` and ``CampaignScheduleProblem/quietHoursTooLong``.
    package init(from start: String, to end: String) throws(CampaignScheduleProblem) {
        guard let start = Self.minute(start), let end = Self.minute(end), start != end else { throw .quietHoursMalformed }
        guard (end - start + 1_440) % 1_440 <= Self.longestMinutes else { throw .quietHoursTooLong }
        (self.start, self.end) = (start, end)
    }

    /// `21:00-08:00`, as it is kept.
    package var text: String { "\(startText)-\(endText)" }
    /// `21:00`
    package var startText: String { Self.text(start) }
    package var endText: String { Self.text(end) }

    /// Reads a ``text``.
    package init?(parsing text: String) {
        let parts = text.split(separator: "-").map(String.init)
        guard parts.count == 2, let hours = try? QuietHours(from: parts[0], to: parts[1]) else { return nil }
        self = hours
    }

    private static func text(_ minute: Int) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(minute / 60)):\(two(minute % 60))"
    }

    static func minute(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
        else { return nil }
        return hour * 60 + minute
    }

    package func contain(minute: Int) -> Bool { start < end ? (start..<end).contains(minute) : minute >= start || minute < end }

    /// Whether it is quiet in a zone at a moment.
    package func contain(_ moment: Date, in zone: TimeZone) -> Bool { contain(minute: WallTime(moment, in: zone).minuteOfDay) }

    /// The first moment, not before this one, at which it isn't quiet in any of the zones.
    package func earliest(_ moment: Date, in zones: [TimeZone]) -> Date {
        var moment = moment
        for _ in 0..<Self.stepLimit {
            guard let zone = zones.first(where: { contain(moment, in: $0) }) else { return moment }
            moment = nextEnd(after: moment, in: zone)
        }
        return moment
    }

    private func nextEnd(after moment: Date, in zone: TimeZone) -> Date {
        let now = WallTime(moment, in: zone)
        var target = now.midnight + end * 60
        if target <= now.seconds { target += WallTime.daySeconds }
        switch WallTime(seconds: target).reading(in: zone) {
        case .once(let end), .never(let end): return end
        case .twice(let first, let second): return first > moment ? first : second
        }
    }
}
