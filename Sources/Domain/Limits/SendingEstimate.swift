package import struct Foundation.Date

/// How long a number of messages takes.
package enum SendingEstimate {
    /// When the last of `count` messages leaves, if nothing else comes between; nil when a person has to do something first, or it can't be known.
    ///
    /// - Parameters:
    ///   - ahead: messages of the number that leave before them.
    ///   - newPeople: how many of them go to people who don't count yet against `budget`.
    ///   - budget: nil when there is no limit on people.
    package static func end(
        of count: Int, after ahead: Int = 0, pace: SenderPace, newPeople: Int = 0, budget: PeopleBudget? = nil, at now: Date
    ) -> Date? {
        guard count > 0 else { return now }
        var end = leaving(ahead + count, pace: pace, from: max(now, pace.heldUntil ?? now))
        guard let budget, newPeople > budget.free else { return end }
        guard budget.limit > 0 else { return nil }
        var missing = newPeople - budget.free
        var ends: [(at: Date, people: Int)] = budget.releases.map { ($0.at, $0.people) }
        // Whoever is reached on the way counts for a day in turn.
        if budget.free > 0 { ends.append((end.addingTimeInterval(PeopleLimit.daySeconds), budget.free)) }
        var next = 0
        while missing > 0 {
            guard next < ends.count else { return nil }
            let release = ends[next]
            next += 1
            let reached = min(missing, release.people)
            missing -= reached
            end = max(end, leaving(reached, pace: pace, from: release.at))
            if missing > 0 { ends.append((release.at.addingTimeInterval(PeopleLimit.daySeconds), release.people)) }
        }
        return end
    }

    /// When the last of `count` messages leaves, paced, the first at once.
    private static func leaving(_ count: Int, pace: SenderPace, from start: Date) -> Date {
        var (moment, left) = (start, count)
        if let slow = pace.slowedUntil, slow > start {
            let meanwhile = Int(slow.timeIntervalSince(start) * Double(pace.perSecond(at: start)))
            if left <= meanwhile { return start.addingTimeInterval(Double(left) / Double(pace.perSecond(at: start))) }
            (moment, left) = (slow, left - meanwhile)
        }
        return moment.addingTimeInterval(Double(left) / Double(pace.perSecond(at: moment)))
    }
}
