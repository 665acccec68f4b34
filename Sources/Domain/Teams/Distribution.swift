package import struct Foundation.Date

/// How conversations that no person has find one: those of a team, or those that no team has.
package enum Distribution: String, Sendable, CaseIterable, Codable {
    /// Somebody takes them.
    case manual
    /// Each goes to who was given one longest ago.
    case roundRobin = "round-robin"
    /// Each goes to who has the fewest open ones.
    case leastBusy = "least-busy"

    /// Somebody who could be given one now.
    package struct Candidate: Sendable, Equatable {
        package let account: Identifier<Account>
        /// When they were given one last; nil for never.
        package let givenAt: Date?
        /// Open conversations that they have, counted up to a limit.
        package let load: Int

        package init(account: Identifier<Account>, givenAt: Date?, load: Int) {
            (self.account, self.givenAt, self.load) = (account, givenAt, load)
        }
    }

    /// Who is given the next one; nil when nobody could be, or somebody takes them by themselves.
    package func choose(among candidates: [Candidate]) -> Identifier<Account>? {
        func turn(_ one: Candidate) -> (Date, Identifier<Account>) { (one.givenAt ?? .distantPast, one.account) }
        return switch self {
        case .manual: nil
        case .roundRobin: candidates.min { turn($0) < turn($1) }?.account
        case .leastBusy: candidates.min { $0.load == $1.load ? turn($0) < turn($1) : $0.load < $1.load }?.account
        }
    }
}
