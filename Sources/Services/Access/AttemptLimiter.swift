internal import OrderedCollections
internal import Synchronization

internal import struct Foundation.Date

/// How often something may be tried: a sliding window for each key, in memory. An attempt counts from its start, so that many at once don't
/// slip through; a process that starts anew has forgotten them.
final class AttemptLimiter: Sendable {
    struct Rule: Sendable {
        let attempts: Int
        let windowSeconds: Double
    }

    /// Keys remembered, at most. Beyond it the one that was touched longest ago goes.
    static let keyLimit = 10_000

    private let rule: Rule
    private let attempts = Mutex(OrderedDictionary<String, [Date]>())

    init(_ rule: Rule) { self.rule = rule }

    /// Counts an attempt and gives nil, or, when the window is full, the seconds until the next may come.
    func attempt(_ key: String, at now: Date) -> Int? {
        attempts.withLock { attempts in
            let start = now.addingTimeInterval(-rule.windowSeconds)
            var times = (attempts.removeValue(forKey: key) ?? []).filter { $0 > start }
            // Taken out and put back: the dictionary stays in the order of the last touch.
            defer {
                if attempts.count >= Self.keyLimit { attempts.removeFirst() }
                attempts[key] = times
            }
            if times.count >= rule.attempts, let oldest = times.first {
                return max(1, Int(oldest.addingTimeInterval(rule.windowSeconds).timeIntervalSince(now).rounded(.up)))
            }
            times.append(now)
            return nil
        }
    }

    func forget(_ key: String) { attempts.withLock { _ = $0.removeValue(forKey: key) } }
}
