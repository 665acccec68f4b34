internal import Foundation

package import struct Foundation.Date

/// Months by the calendar, in UTC, counted from a moment whose day is kept: from 31 January to 28 February to 31 March.
package enum Months {
    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()

    /// The same day and time so many months on, or the last day of a month that has no such day.
    package static func date(_ count: Int, after anchor: Date) -> Date {
        // The calendar counts so far that only a date beyond all calendars has none.
        calendar.date(byAdding: .month, value: count, to: anchor) ?? .distantFuture
    }

    /// The first of these days that is later than a moment.
    package static func next(after moment: Date, from anchor: Date) -> Date {
        var count = max(1, calendar.dateComponents([.month], from: anchor, to: moment).month ?? 0)
        while date(count, after: anchor) <= moment { count += 1 }
        return date(count, after: anchor)
    }
}
