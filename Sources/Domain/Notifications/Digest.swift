internal import Foundation

package import struct Foundation.Date

/// When a person gets an e-mail of what they have missed.
package struct Digest: Sendable, Equatable, Codable {
    package enum Pace: String, Sendable, CaseIterable, Codable {
        case off
        /// A quarter of an hour after the first.
        case soon
        case hourly
        case daily
    }

    package static let off = Digest(pace: .off, hour: 9, zone: "UTC")
    private static let soonSeconds = 900.0
    /// Notifications named in one e-mail.
    package static let lineLimit = 30

    package let pace: Pace
    /// Of the day, for the daily one.
    package let hour: Int
    /// By IANA's name.
    package let zone: String

    /// A zone that nobody knows is UTC, and an hour that isn't one 9.
    package init(pace: Pace, hour: Int, zone: String) {
        (self.pace, self.hour) = (pace, (0...23).contains(hour) ? hour : 9)
        self.zone = zone.utf8.count <= 64 && TimeZone(identifier: zone) != nil ? zone : "UTC"
    }

    /// When the next one goes out that has what happened now; nil when none does.
    package func next(after now: Date) -> Date? {
        switch pace {
        case .off: return nil
        case .soon: return now.addingTimeInterval(Self.soonSeconds)
        case .hourly: return Date(timeIntervalSince1970: ((now.timeIntervalSince1970 / 3_600).rounded(.down) + 1) * 3_600)
        case .daily:
            var calendar = Calendar(identifier: .gregorian)
            calendar.timeZone = TimeZone(identifier: zone) ?? .gmt
            return calendar.nextDate(after: now, matching: DateComponents(hour: hour, minute: 0, second: 0), matchingPolicy: .nextTime)
        }
    }
}
