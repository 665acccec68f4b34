package import Domain
package import Store

package import struct Foundation.Date

/// What a campaign is likely to cost and how long it takes, for those who are still to be written to.
package struct CampaignEstimate: Sendable {
    package let cost: CampaignCost
    /// Whether anybody entered a price of the template's category.
    package let hasPrices: Bool
    /// When the last message leaves if it begins now, quiet hours apart; nil when a person has to do something first, or it can't be known.
    package let end: Date?
    package let at: Date
}

extension CampaignService {
    /// Throws ``CampaignProblem/missing``.
    package func estimate(_ id: Identifier<Campaign>, access: Access) async throws -> CampaignEstimate {
        let moment = now()
        return try await database.read { transaction in
            guard let campaign = try CampaignTable(transaction, access).find(id) else { throw CampaignProblem.missing }
            let recipients = CampaignRecipientTable(transaction, access, of: id)
            let reading = access.withGrant(.templatesView).withGrant(.sendersView)
            let template = try campaign.plan.template.flatMap { try TemplateTable(transaction, reading).find($0) }
            let category = template.flatMap { MessageRate.Category(template: $0.definition.category) }
            // What is charged is the price of the day on which it is delivered.
            let day = CalendarDay(max(moment, campaign.plan.startsAt ?? campaign.plan.timing?.beginning ?? moment))
            let rates = try category.map {
                RateList(try MessageRateTable(transaction, reading).all(of: $0, until: day), category: $0, on: day)
            }
            var counts: [String?: Int] = [:]
            for part in try recipients.pendingByRegion() {
                counts[part.region ?? part.example.flatMap(numbers.region(of:)), default: 0] += part.count
            }
            let audiences = counts.map { CampaignCost.Audience(region: $0.key, count: $0.value) }
            let shares = try recipients.pendingBySender().compactMap { sender, count -> CampaignDuration.Share? in
                guard let standing = try SenderHoldTable(transaction, reading).standing(of: sender, now: moment) else { return nil }
                let limit = try SenderTable(transaction, reading).usage(of: sender)?.limit
                let budget = try limit.map {
                    try PortfolioTable(transaction, in: access.workspaceID).budget(of: standing.portfolio, limit: $0, now: moment)
                }
                return .init(portfolio: standing.portfolio, pace: standing.pace, budget: budget, ahead: 0, count: count)
            }
            let list = rates ?? RateList([], category: .service, on: day)
            return CampaignEstimate(
                cost: CampaignCost(audiences, rates: list), hasPrices: !list.isEmpty, end: CampaignDuration.end(of: shares, at: moment),
                at: moment)
        }
    }
}
