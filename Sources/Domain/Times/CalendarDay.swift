internal import Foundation

package import struct Foundation.Date

/// A day of the calendar without a zone: `2026-10-01`.
package struct CalendarDay: Sendable, Hashable, Comparable {
    package let text: String

    /// Nil for what is no day, such as 30 February.
    package init?(parsing text: String) {
        guard WallTime(parsing: "\(text)T00:00") != nil else { return nil }
        self.text = text
    }

    /// The day that it is in Greenwich.
    package init(_ moment: Date) { text = String(WallTime(moment, in: .gmt).text.prefix(10)) }

    package static func < (one: Self, other: Self) -> Bool { one.text < other.text }
}
