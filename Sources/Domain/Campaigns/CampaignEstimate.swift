package import struct Foundation.Date

/// What a campaign costs when all of it is delivered, as far as prices were entered.
package struct CampaignCost: Sendable, Equatable {
    /// The recipients of one country.
    package struct Audience: Sendable, Equatable {
        /// Nil where the number doesn't tell, or there is none.
        package let region: String?
        package let count: Int
        /// Of these, those for whom nothing is charged now, such as within 72 hours of an advertisement.
        package let free: Int

        package init(region: String?, count: Int, free: Int = 0) {
            (self.region, self.count, self.free) = (region, count, min(free, count))
        }
    }

    package struct Line: Sendable, Equatable {
        package let audience: Audience
        package let price: MessageCost?
        package let sum: MessageCost?
    }

    /// By recipients, most first.
    package let lines: [Line]
    /// One for each currency that the prices are in, by its letters.
    package let sums: [MessageCost]
    package let freeCount: Int
    /// Recipients for whom a price is missing.
    package let unpricedCount: Int

    package init(_ audiences: [Audience], rates: RateList) {
        lines = audiences.sorted { ($1.count, $0.region ?? "") < ($0.count, $1.region ?? "") }.map { audience in
            let price = rates.price(region: audience.region)
            return Line(
                audience: audience, price: price,
                sum: price.map { MessageCost(millionths: $0.millionths * (audience.count - audience.free), currency: $0.currency) })
        }
        var sums: [String: Int] = [:]
        for sum in lines.compactMap(\.sum) { sums[sum.currency, default: 0] += sum.millionths }
        self.sums = sums.sorted { $0.key < $1.key }.map { MessageCost(millionths: $0.value, currency: $0.key) }
        freeCount = lines.reduce(0) { $0 + $1.audience.free }
        unpricedCount = lines.reduce(0) { $0 + ($1.price == nil ? $1.audience.count - $1.audience.free : 0) }
    }

    /// `EUR 1,234.50 and USD 3.00`; nil when nothing has a price.
    package var words: String? { sums.isEmpty ? nil : sums.map(\.words).joined(separator: " and ") }
}

/// How long a campaign takes, quiet hours apart.
package enum CampaignDuration {
    /// What one number sends of it.
    package struct Share: Sendable {
        /// Numbers of one portfolio share its limit on people.
        package let portfolio: String?
        package let pace: SenderPace
        package let budget: PeopleBudget?
        /// What waits in front of it.
        package let ahead: Int
        package let count: Int

        package init(portfolio: String?, pace: SenderPace, budget: PeopleBudget?, ahead: Int, count: Int) {
            (self.portfolio, self.pace, self.budget, self.ahead, self.count) = (portfolio, pace, budget, ahead, count)
        }
    }

    /// When the last message leaves; nil when a person has to do something first, or it can't be known. Every recipient is taken for somebody who doesn't
    /// count yet, so it isn't sooner.
    package static func end(of shares: [Share], at now: Date) -> Date? {
        var end = now
        for share in shares {
            guard let own = SendingEstimate.end(of: share.count, after: share.ahead, pace: share.pace, at: now) else { return nil }
            end = max(end, own)
        }
        for shares in Dictionary(grouping: shares.filter { $0.portfolio != nil }, by: \.portfolio).values {
            let count = shares.reduce(0) { $0 + $1.count }
            guard let budget = shares.compactMap(\.budget).first else { continue }
            guard let fastest = shares.map(\.pace).max(by: { $0.perSecond(at: now) < $1.perSecond(at: now) }),
                let limited = SendingEstimate.end(of: count, pace: fastest, newPeople: count, budget: budget, at: now)
            else { return nil }
            end = max(end, limited)
        }
        return end
    }
}
