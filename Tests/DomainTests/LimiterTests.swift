import Domain
import Testing

import struct Foundation.Date

@Suite("Limits")
struct LimiterTests {
    private let start = Date(timeIntervalSince1970: 1_790_000_000)

    @Test("a number sends 95 % of its limit a second, in any second little more, and a tenth less in the first")
    func throughput() {
        var limiter = ThroughputLimiter(perSecond: SenderPace(level: "STANDARD").perSecond(at: start))
        let begin = ContinuousClock.now
        var sent: [ContinuousClock.Instant] = []
        for tick in 0..<4_000 {
            let now = begin + .milliseconds(tick)
            if limiter.allowance(at: now) > 0 {
                limiter.reserve(1, at: now)
                limiter.record(at: now)
                sent.append(now)
            }
        }
        for moment in sent {
            #expect(sent.filter { $0 >= moment && $0 < moment + .seconds(1) }.count <= 77)
        }
        // At its begin a burst of 4 could leave at once.
        let expected = 68 + 76 * 3
        #expect(sent.count >= expected && sent.count <= expected + 4)
        #expect(sent.filter { $0 < begin + .seconds(1) }.count == 68)
    }

    @Test("a number's messages are spread over the second; no more than its share of 50 milliseconds leave at once")
    func spread() {
        var limiter = ThroughputLimiter(perSecond: SenderPace(level: "STANDARD").perSecond(at: start))
        let begin = ContinuousClock.now
        #expect(limiter.allowance(at: begin) == 4)
        limiter.reserve(4, at: begin)
        for _ in 0..<4 { limiter.record(at: begin) }
        #expect(limiter.allowance(at: begin) == 0)
        #expect(limiter.wait(at: begin)! > .milliseconds(13) && limiter.wait(at: begin)! < .milliseconds(14))
        #expect(limiter.allowance(at: begin + .milliseconds(14)) == 1)
        #expect(limiter.allowance(at: begin + .milliseconds(500)) == 4)
    }

    @Test("messages whose calls begin late are counted from then on, and those that don't leave aren't counted")
    func lateCalls() {
        var limiter = ThroughputLimiter(perSecond: 20)
        let begin = ContinuousClock.now
        func at(_ milliseconds: Int) -> ContinuousClock.Instant { begin + .milliseconds(milliseconds) }
        for count in 0..<18 { limiter.reserve(1, at: at(count * 50)) }
        #expect(limiter.allowance(at: at(1_500)) == 0, "none of them has left, and all may yet")
        for _ in 0..<15 { limiter.record(at: at(1_500)) }
        #expect(limiter.allowance(at: at(2_499)) == 0)
        #expect(limiter.wait(at: at(1_600)) == .milliseconds(900))
        limiter.giveBack(3)
        #expect(limiter.allowance(at: at(2_499)) == 1)
        #expect(limiter.allowance(at: at(2_500)) == 1)
    }

    @Test(
        "a number of 1,000 a second sends more than 940 also when its steps and its calls come late, and never more than 1,000",
        arguments: [1, 4, 10, 20])
    func highThroughput(delay: Int) {
        var limiter = ThroughputLimiter(perSecond: SenderPace(level: "HIGH").perSecond(at: start))
        let begin = ContinuousClock.now
        var (now, sent) = (begin, [ContinuousClock.Instant]())
        while now < begin + .seconds(5) {
            let allowed = limiter.allowance(at: now)
            limiter.reserve(allowed, at: now)
            now += .milliseconds(delay)
            for _ in 0..<allowed { limiter.record(at: now) }
            sent += Array(repeating: now, count: allowed)
            // The hub's steps gather for so long.
            now += max(limiter.wait(at: now) ?? .zero, .milliseconds(25))
        }
        #expect(sent.filter { $0 >= begin + .seconds(1) }.count >= 940 * 4)
        for moment in Set(sent) {
            #expect(sent.filter { $0 >= moment && $0 < moment + .seconds(1) }.count <= 969)
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
