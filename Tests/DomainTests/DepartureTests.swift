import Domain
import Testing

import struct Foundation.Date

@Suite("When a message may leave, and why not now")
struct DepartureTests {
    private let now = Date(timeIntervalSince1970: 1_790_000_000)

    private func departure(_ change: (inout DepartureFacts) -> Void) -> Departure {
        var facts = DepartureFacts()
        change(&facts)
        return facts.departure(at: now)
    }

    private func expect(
        _ reason: WaitReason, after seconds: Double?, sourceLocation: SourceLocation = #_sourceLocation,
        _ change: (inout DepartureFacts) -> Void
    ) {
        let departure = departure(change)
        #expect(departure.reason == reason, sourceLocation: sourceLocation)
        #expect(departure.earliest == seconds.map { now.addingTimeInterval($0) }, sourceLocation: sourceLocation)
    }

    @Test("each thing that holds a message back is named, with its end")
    func eachReason() {
        expect(.queue(ahead: 0), after: 0) { _ in }
        expect(.halted, after: nil) { $0.isHalted = true }
        expect(.paused, after: nil) { $0.isPaused = true }
        expect(.senderUnavailable("Gone."), after: nil) { $0.senderTrouble = "Gone." }
        expect(.campaignsPaused("Quality."), after: nil) { ($0.campaignsPaused, $0.lane) = ("Quality.", .campaign) }
        expect(.queue(ahead: 0), after: 0) { ($0.campaignsPaused, $0.lane) = ("Quality.", .reply) }
        expect(.nobodySends, after: nil) { $0.hasDispatcher = false }
        expect(.earlierMessage, after: nil) { $0.hasEarlier = true }
        expect(.earlierUnknown, after: 20) { $0.earlierUnknownUntil = now.addingTimeInterval(20) }
        expect(.pairLimit, after: 6) { $0.pairAllows = now.addingTimeInterval(6) }
        expect(.scheduled, after: 3_600) { $0.notBefore = now.addingTimeInterval(3_600) }
        expect(.triedAgain, after: 4) { ($0.notBefore, $0.hasFailedBefore) = (now.addingTimeInterval(4), true) }
        expect(.queue(ahead: 0), after: 0) { $0.notBefore = now.addingTimeInterval(-5) }
        expect(.held("Being upgraded."), after: 60) {
            $0.pace = SenderPace(level: nil, heldUntil: now.addingTimeInterval(60))
            $0.holdReason = "Being upgraded."
        }
        expect(.peopleLimit(250), after: 900) {
            $0.people = PeopleBudget(limit: 250, used: 250, releases: [.init(at: now.addingTimeInterval(900), people: 3)])
        }
        expect(.peopleLimit(250), after: nil) { $0.people = PeopleBudget(limit: 250, used: 250, releases: []) }
        expect(.queue(ahead: 0), after: 0) { $0.people = PeopleBudget(limit: 250, used: 249, releases: []) }
    }

    @Test("of several the longest counts, and what needs a person counts before all that passes by itself")
    func theLongest() {
        expect(.scheduled, after: 100) {
            $0.notBefore = now.addingTimeInterval(100)
            $0.pairAllows = now.addingTimeInterval(6)
            $0.ahead = 76
        }
        expect(.paused, after: nil) { ($0.isPaused, $0.notBefore) = (true, now.addingTimeInterval(100)) }
        let behind = departure { ($0.ahead, $0.pairAllows) = (7_599, now.addingTimeInterval(6)) }
        #expect(behind.reason == .queue(ahead: 7_599))
        #expect(behind.earliest.map { abs($0.timeIntervalSince(now) - 100) < 0.01 } == true)
    }

    @Test("a number's pace follows its level, what customers write, and what the provider found too fast")
    func pace() {
        #expect(SenderPace(level: "STANDARD").perSecond(at: now) == 76)
        #expect(SenderPace(level: "HIGH").perSecond(at: now) == 950)
        #expect(SenderPace(level: nil).perSecond(at: now) == 76)
        #expect(SenderPace(level: "HIGH", isCoexistence: true).perSecond(at: now) == 19)
        #expect(SenderPace(level: nil, inboundPerSecond: 30).perSecond(at: now) == 46)
        #expect(SenderPace(level: nil, inboundPerSecond: 500).perSecond(at: now) == 1)
        let slow = SenderPace(level: nil, slowedUntil: now.addingTimeInterval(60))
        #expect(slow.perSecond(at: now) == 68)
        let slower = [2, 4, 5, 6, 100].map { SenderPace(level: nil, slowedUntil: now.addingTimeInterval(60), slowedTimes: $0) }
        #expect(slower.map { $0.perSecond(at: now) } == [60, 45, 38, 38, 38])
        #expect(slow.perSecond(at: now.addingTimeInterval(60)) == 76)
    }

    @Test(
        "a tier says how many people",
        arguments: [
            ("TIER_250", 250), ("TIER_1K", 1_000), ("TIER_2K", 2_000), ("TIER_10K", 10_000), ("TIER_100K", 100_000),
            ("TIER_UNLIMITED", nil),
            (nil, nil),
        ] as [(String?, Int?)])
    func tier(name: String?, people: Int?) {
        #expect(PeopleLimit.people(tier: name) == people)
    }
}
