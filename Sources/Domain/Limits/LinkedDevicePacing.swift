package import struct Foundation.Date

/// How fast a linked phone may send without looking like a machine. WhatsApp names no figures; these are ours, and cautious.
package struct LinkedDevicePacing: Sendable {
    /// Seconds between two messages, drawn anew for each, once the burst is used up.
    package static let secondsBetween = 3.0...6.0
    /// Messages that may follow each other at once.
    package static let burst = 5
    /// How long a phone counts as newly linked, in seconds.
    package static let newSeconds = 7 * 86_400.0
    /// People to whom a newly linked phone may write first in 24 hours.
    package static let firstContactsWhenNew = 20
    /// People to whom an older one may.
    package static let firstContacts = 50

    private let linkedAt: Date
    /// When each message's pause will be over, one after the other; a burst borrows them.
    private var pauses: [Date] = []
    /// When people were written to first, within the last day, oldest first.
    private var firsts: [Date] = []

    package init(linkedAt: Date) { self.linkedAt = linkedAt }

    /// When the next message may leave. `isFirst` says that the person has never written, and was never written to.
    package mutating func earliest(isFirst: Bool, at now: Date) -> Date {
        pauses.removeAll { $0 <= now }
        let paced = pauses.count < Self.burst ? now : pauses[pauses.count - Self.burst]
        guard isFirst else { return paced }
        firsts.removeAll { $0 <= now.addingTimeInterval(-PeopleLimit.daySeconds) }
        let limit = now < linkedAt.addingTimeInterval(Self.newSeconds) ? Self.firstContactsWhenNew : Self.firstContacts
        guard firsts.count >= limit else { return paced }
        return max(paced, firsts[firsts.count - limit].addingTimeInterval(PeopleLimit.daySeconds))
    }

    /// - Parameter pause: seconds until the next, within ``secondsBetween``; drawn by the caller.
    package mutating func record(isFirst: Bool, pause: Double, at now: Date) {
        let pause = min(max(pause, Self.secondsBetween.lowerBound), Self.secondsBetween.upperBound)
        pauses.append(max(pauses.last ?? now, now).addingTimeInterval(pause))
        if isFirst { firsts.append(now) }
    }
}
