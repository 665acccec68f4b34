import Domain
import TestSupport
import Testing

import struct Foundation.Date

/// Each limiter against a reference that knows nothing but the rule, and looks at everything that ever left.
@Suite("Limits, against a brute-force reference")
struct LimiterPropertyTests {
    private static let start = Date(timeIntervalSince1970: 1_790_000_000)

    @Test(
        "a number never crosses its limit in any second, whenever it is asked, however its limit changes, and however late its calls begin",
        arguments: UInt64(1)...20)
    func throughput(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var pace = 76
        var limiter = ThroughputLimiter(perSecond: pace)
        var sent: [ContinuousClock.Instant] = []
        var now = ContinuousClock.now
        var reserved = 0
        for _ in 0..<1_000 {
            now += .microseconds(Int.random(in: 0...50_000, using: &random))
            if Int.random(in: 0..<200, using: &random) == 0 {
                pace = [19, 38, 76, 475, 950].randomElement(using: &random)!
                limiter.perSecond = pace
            }
            let beginning = Bool.random(using: &random) ? Int.random(in: 0...reserved, using: &random) : 0
            for _ in 0..<beginning {
                limiter.record(at: now)
                sent.append(now)
            }
            reserved -= beginning
            if Int.random(in: 0..<20, using: &random) == 0 {
                limiter.giveBack(reserved)
                reserved = 0
            }
            let recent = sent.reversed().prefix { $0 > now - .seconds(1) }.count
            let allowed = limiter.allowance(at: now)
            #expect(allowed >= 0 && (allowed == 0 || recent + reserved + allowed <= pace + pace / 50))
            let taken = Int.random(in: 0...max(0, allowed), using: &random)
            limiter.reserve(taken, at: now)
            reserved += taken
            guard let wait = limiter.wait(at: now) else {
                #expect(limiter.allowance(at: now) > 0)
                continue
            }
            #expect(wait > .zero && limiter.allowance(at: now) == 0)
            var later = limiter
            for _ in 0..<reserved { later.record(at: now) }
            #expect(later.allowance(at: now + wait) > 0)
        }
    }

    @Test("a person never gets more than the debt of 45 messages allows, and never waits longer than it takes", arguments: UInt64(1)...20)
    func pair(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var limiter = PairLimiter()
        let people = (0..<3).map { Identifier<Contact>("con_\($0)") }
        var sent: [Identifier<Contact>: [Date]] = [:]
        var now = Self.start
        for _ in 0..<2_000 {
            now.addTimeInterval(Double.random(in: 0...2, using: &random))
            let person = people.randomElement(using: &random)!
            let debt = Self.debt(of: sent[person] ?? [], at: now)
            let earliest = limiter.earliest(for: person, at: now)
            // A hair's breadth at the limit is rounding.
            if debt + 6 < 270 - 0.001 { #expect(earliest == now) }
            if debt + 6 > 270 + 0.001 { #expect(abs(earliest.timeIntervalSince(now) - (debt + 6 - 270)) < 0.01) }
            guard earliest <= now else { continue }
            limiter.record(person, at: now)
            sent[person, default: []].append(now)
        }
    }

    private static func debt(of sent: [Date], at now: Date) -> Double {
        var (debt, asOf) = (0.0, start)
        for at in sent {
            debt = max(0, debt - at.timeIntervalSince(asOf)) + 6
            asOf = at
        }
        return max(0, debt - now.timeIntervalSince(asOf))
    }

    @Test("a linked phone keeps its pauses and writes to no more new people than it may", arguments: UInt64(1)...10)
    func linkedDevice(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var pacing = LinkedDevicePacing(linkedAt: Self.start)
        var (sent, firsts): ([Date], [Date]) = ([], [])
        var now = Self.start
        for _ in 0..<3_000 {
            now.addTimeInterval(Double.random(in: 0...600, using: &random))
            for _ in 0..<10 {
                let isFirst = Bool.random(using: &random)
                guard pacing.earliest(isFirst: isFirst, at: now) <= now else { continue }
                pacing.record(isFirst: isFirst, pause: .random(in: 0...10, using: &random), at: now)
                sent.append(now)
                if isFirst { firsts.append(now) }
            }
            let isNew = now < Self.start.addingTimeInterval(7 * 86_400)
            #expect(sent.suffix(20).count { $0 == now } <= LinkedDevicePacing.burst)
            #expect(firsts.reversed().prefix { $0 > now.addingTimeInterval(-86_400) }.count <= (isNew ? 20 : 50))
        }
        #expect(firsts.count > 20)
    }

    @Test("an account's calls never exceed its quota in any hour, and leave a fifth of it to people", arguments: UInt64(1)...10)
    func managementCalls(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var limiter = ManagementCallLimiter(hasNumber: false)
        var made: [Date] = []
        var now = Self.start
        for _ in 0..<5_000 {
            now.addTimeInterval(Double.random(in: 0...10, using: &random))
            let isBackground = Int.random(in: 0..<10, using: &random) > 0
            let recent = made.reversed().prefix { $0 > now.addingTimeInterval(-3_600) }.count
            let earliest = limiter.earliest(isBackground: isBackground, at: now)
            #expect((earliest <= now) == (recent < (isBackground ? 160 : 200)))
            guard earliest <= now else { continue }
            limiter.record(at: now)
            made.append(now)
        }
        limiter.block(minutes: 7, at: now)
        #expect(limiter.earliest(isBackground: false, at: now) >= now.addingTimeInterval(420))
    }

    @Test("how long messages take is what they take when they are sent one by one", arguments: UInt64(1)...40)
    func estimate(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let now = Self.start
        let limit = Int.random(in: 1...60, using: &random)
        let used = Int.random(in: 0...limit, using: &random)
        let ends = (0..<used).map { _ in now.addingTimeInterval(.random(in: 100...86_400, using: &random)) }.sorted()
        let pace = SenderPace(
            level: ["STANDARD", "HIGH"].randomElement(using: &random), isCoexistence: .random(using: &random),
            slowedUntil: Bool.random(using: &random) ? now.addingTimeInterval(60) : nil)
        let count = Int.random(in: 1...300, using: &random)
        let estimated = SendingEstimate.end(
            of: count, pace: pace, newPeople: count,
            budget: PeopleBudget(limit: limit, used: used, releases: ends.map { .init(at: $0, people: 1) }), at: now)

        // The reference: each person in turn, as soon as somebody else stops counting.
        var counting = ends
        var moment = now
        for _ in 0..<count {
            counting.removeAll { $0 <= moment }
            if counting.count >= limit {
                moment = counting.min()!
                counting.removeAll { $0 <= moment }
            }
            counting.append(moment.addingTimeInterval(86_400))
            moment.addTimeInterval(1 / Double(pace.perSecond(at: moment)))
        }
        // A day's people leave within minutes; the estimate may be out by as much.
        #expect(estimated.map { abs($0.timeIntervalSince(moment)) < 30 + Double(count) / 18 } == true)
    }
}
