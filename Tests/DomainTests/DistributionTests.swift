import Domain
import Testing

import struct Foundation.Date

@Suite("Who is given the next conversation")
struct DistributionTests {
    private static func candidate(_ name: String, given: Double?, load: Int) -> Distribution.Candidate {
        .init(account: Identifier(name), givenAt: given.map { Date(timeIntervalSince1970: $0) }, load: load)
    }

    private static let all = [candidate("a", given: 30, load: 1), candidate("b", given: 10, load: 5), candidate("c", given: 20, load: 1)]

    @Test(
        "in turn, or by what each has; nobody twice before another once",
        arguments: [
            (Distribution.manual, all, nil), (.roundRobin, all, "b"), (.leastBusy, all, "c"), (.roundRobin, [], nil), (.leastBusy, [], nil),
            (.roundRobin, all + [candidate("d", given: nil, load: 9)], "d"),
            (.leastBusy, all + [candidate("d", given: nil, load: 1)], "d"),
        ])
    func choice(distribution: Distribution, candidates: [Distribution.Candidate], expected: String?) {
        #expect(distribution.choose(among: candidates)?.text == expected)
        #expect(distribution.choose(among: candidates.reversed())?.text == expected)
    }
}
