internal import Foundation

package import struct Foundation.Date
package import struct Foundation.TimeZone

/// What a calendar and a clock on a wall show, to the minute, wherever they hang.
package struct WallTime: Sendable, Hashable, Comparable {
    static let daySeconds = 86_400

    /// Since 1970, as if they hung in Greenwich.
    let seconds: Int

    init(seconds: Int) { self.seconds = seconds }

    /// What they show in a zone at a moment.
    package init(_ moment: Date, in zone: TimeZone) {
        seconds = Int(moment.timeIntervalSince1970.rounded(.down)) + zone.secondsFromGMT(for: moment)
    }

    /// `2026-11-23T09:30`, as fields of forms have it; nil for anything else.
    package init?(parsing text: String) {
        guard text.utf8.count == 16, let date = try? Date("\(text):00Z", strategy: .iso8601) else { return nil }
        seconds = Int(date.timeIntervalSince1970)
        // A day or an hour that there is none of is read as another.
        guard self.text == text else { return nil }
    }

    /// `2026-11-23T09:30`
    package var text: String { String(greenwich.formatted(.iso8601).prefix(16)) }

    /// `2026-11-23 09:30`, for people.
    package var words: String { text.replacing("T", with: " ") }

    /// As a moment of Greenwich, for calendars.
    var greenwich: Date { Date(timeIntervalSince1970: Double(seconds)) }

    /// From 0 to 1,439.
    package var minuteOfDay: Int { (seconds - midnight) / 60 }

    /// Of the same day.
    var midnight: Int { seconds - (seconds % Self.daySeconds + Self.daySeconds) % Self.daySeconds }

    package static func < (one: Self, other: Self) -> Bool { one.seconds < other.seconds }

    /// Which moments of a zone they show this at.
    package enum Reading: Sendable, Equatable {
        case once(Date)
        /// Clocks are set back, and show it again.
        case twice(first: Date, second: Date)
        /// Clocks are set forward at this moment, and jump over it.
        case never(jump: Date)
    }

    package func reading(in zone: TimeZone) -> Reading {
        // Clocks aren't set twice within two days; so these are before and after.
        let (before, after) = (offset(of: zone, at: seconds - Self.daySeconds), offset(of: zone, at: seconds + Self.daySeconds))
        let moments = Set([seconds - before, seconds - after]).sorted().filter { $0 + offset(of: zone, at: $0) == seconds }
        switch moments.count {
        case 1: return .once(Date(timeIntervalSince1970: Double(moments[0])))
        case 2:
            return .twice(first: Date(timeIntervalSince1970: Double(moments[0])), second: Date(timeIntervalSince1970: Double(moments[1])))
        default:
            var (low, high) = (seconds - max(before, after), seconds - min(before, after))
            while low < high {
                let middle = low + (high - low) / 2
                if offset(of: zone, at: middle) == after { high = middle } else { low = middle + 1 }
            }
            return .never(jump: Date(timeIntervalSince1970: Double(low)))
        }
    }

    /// The first moment of a zone at which clocks show this, or jump over it.
    package func moment(in zone: TimeZone) -> Date {
        switch reading(in: zone) {
        case .once(let moment), .twice(let moment, _), .never(let moment): moment
        }
    }

    private func offset(of zone: TimeZone, at moment: Int) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment)))
    }
}
