internal import DequeModule

/// The messages of the last second.
struct SlidingSecond: Sendable {
    private var moments: Deque<Int> = []

    /// Counts one more, unless `limit` are within the second that ends now (milliseconds).
    mutating func admit(at now: Int, limit: Int) -> Bool {
        expire(at: now)
        guard moments.count < limit else { return false }
        moments.append(now)
        return true
    }

    /// Counts one that can't be refused, such as a customer's.
    mutating func record(at now: Int) {
        expire(at: now)
        moments.append(now)
    }

    private mutating func expire(at now: Int) {
        while let first = moments.first, first <= now - 1_000 || first > now { moments.removeFirst() }
    }
}

/// What one number owes for its messages to one person. Each costs six seconds, up to 45 may be borrowed, and time pays.
struct PairDebt: Sendable {
    /// Milliseconds of one message.
    static let cost = 6_000
    /// Milliseconds that may be owed.
    static let limit = 270_000

    private var owed = 0
    private var asOf = 0

    mutating func admit(at now: Int) -> Bool {
        let left = remaining(at: now)
        guard left + Self.cost <= Self.limit else { return false }
        owed = left + Self.cost
        asOf = now
        return true
    }

    func remaining(at now: Int) -> Int {
        now < asOf ? owed : max(0, owed - (now - asOf))
    }
}

/// The different people reached within the last 24 hours.
struct RollingDay: Sendable {
    static let length = 24 * 60 * 60 * 1_000

    private var last: [String: Int] = [:]
    private var order: Deque<(person: String, at: Int)> = []

    func counts(_ person: String) -> Bool { last[person] != nil }

    mutating func release(_ person: String) { last[person] = nil }

    mutating func admit(_ person: String, at now: Int, limit: Int) -> Bool {
        while let first = order.first, first.at <= now - Self.length || first.at > now {
            order.removeFirst()
            if last[first.person] == first.at { last[first.person] = nil }
        }
        guard last[person] != nil || last.count < limit else { return false }
        // A person who is counted already isn't listed again for the same moment: the newest reach decides.
        if last[person] != now {
            last[person] = now
            order.append((person, now))
        }
        return true
    }
}
