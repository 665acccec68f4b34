import Domain
import Testing

import struct Foundation.Date

@Suite("Limits")
struct LimiterTests {
    private let start = Date(timeIntervalSince1970: 1_790_000_000)

    @Test("a number sends 95 % of its limit in any second, never more, and a tenth less in the first")
    func throughput() {
        var limiter = ThroughputLimiter(perSecond: SenderPace(level: "STANDARD").perSecond(at: start))
        var sent: [Date] = []
        for tick in 0..<4_000 {
            let now = start.addingTimeInterval(Double(tick) / 1_000)
            if limiter.allowance(at: now) > 0 {
                limiter.record(at: now)
                sent.append(now)
            }
        }
        for moment in sent {
            #expect(sent.filter { $0 >= moment && $0 < moment.addingTimeInterval(1) }.count <= 76)
        }
        #expect(sent.count == 68 + 76 * 3)
        #expect(sent.filter { $0 < start.addingTimeInterval(1) }.count == 68)
    }

    @Test("a number's messages are spread over the second; no more than a twentieth leave at once")
    func spread() {
        var limiter = ThroughputLimiter(perSecond: SenderPace(level: "STANDARD").perSecond(at: start))
        #expect(limiter.allowance(at: start) == 4)
        for _ in 0..<4 { limiter.record(at: start) }
        #expect(limiter.allowance(at: start) == 0)
        let next = limiter.nextChance(at: start)
        #expect(abs(next.timeIntervalSince(start) - 0.05) < 0.000_1)
        #expect(limiter.allowance(at: next.addingTimeInterval(0.001)) == 4)
    }

    @Test(
        "a number of 1,000 a second sends more than 940 also when its steps come late, and never more than 1,000",
        arguments: [0.001, 0.002, 0.004])
    func highThroughput(delay: Double) {
        var limiter = ThroughputLimiter(perSecond: SenderPace(level: "HIGH").perSecond(at: start))
        var (now, sent) = (start, [Date]())
        while now < start.addingTimeInterval(5) {
            let allowed = limiter.allowance(at: now)
            for _ in 0..<allowed { limiter.record(at: now) }
            sent += Array(repeating: now, count: allowed)
            now = max(limiter.nextChance(at: now), now).addingTimeInterval(delay)
        }
        #expect(sent.filter { $0 >= start.addingTimeInterval(1) }.count >= 940 * 4)
        for moment in Set(sent) {
            #expect(sent.filter { $0 >= moment && $0 < moment.addingTimeInterval(1) }.count <= 950)
        }
    }

    @Test("45 messages to one person may leave at once, then one in six seconds; others don't wait")
    func pair() {
        var limiter = PairLimiter()
        let (ana, ben) = (Identifier<Contact>("con_a"), Identifier<Contact>("con_b"))
        for _ in 0..<45 {
            #expect(limiter.earliest(for: ana, at: start) == start)
            limiter.record(ana, at: start)
        }
        #expect(limiter.earliest(for: ana, at: start) == start.addingTimeInterval(6))
        #expect(limiter.earliest(for: ben, at: start) == start)
        let later = start.addingTimeInterval(6)
        #expect(limiter.earliest(for: ana, at: later) == later)
        limiter.record(ana, at: later)
        #expect(limiter.earliest(for: ana, at: later) == later.addingTimeInterval(6))
        #expect(limiter.earliest(for: ana, at: start.addingTimeInterval(600)) == start.addingTimeInterval(600))
    }
}
