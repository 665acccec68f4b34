internal import Domain
internal import Store

internal import struct Foundation.Date

/// Who of a campaign's people isn't written to. What lasts is asked when the audience is read, and all of it before each message is queued: what passes by
/// itself may be over by then.
struct CampaignExclusions {
    /// Another campaign in so many seconds is enough for one person.
    private static let restSeconds = 24 * 60 * 60.0

    private let transaction: any Transaction
    private let access: Access
    private let campaign: Campaign
    private let now: Date

    init(_ transaction: any Transaction, _ access: Access, of campaign: Campaign, now: Date) {
        (self.transaction, self.access, self.campaign, self.now) = (transaction, access, campaign, now)
    }

    /// Those of the people who are left out. What people themselves said goes before all that passes by itself.
    func find(_ contacts: [Identifier<Contact>]) throws -> [Identifier<Contact>: CampaignExclusion] {
        guard !contacts.isEmpty else { return [:] }
        var found: [Identifier<Contact>: CampaignExclusion] = [:]
        let elsewhere = try CampaignRecipientTable(transaction, access, of: campaign.id)
            .contactedElsewhere(contacts, since: now.addingTimeInterval(-Self.restSeconds))
        for contact in elsewhere { found[contact] = .contactedToday }
        for contact in try RestrictionTable(transaction, in: access.workspaceID).restricted(Set(contacts), now: now).keys {
            found[contact] = .restricted
        }
        return try found.merging(findLasting(contacts)) { $1 }
    }

    /// Those of the people who will still be left out when it begins, as far as is known.
    func findLasting(_ contacts: [Identifier<Contact>]) throws -> [Identifier<Contact>: CampaignExclusion] {
        guard !contacts.isEmpty else { return [:] }
        return try ConsentTable(transaction, access).excluded(contacts: contacts, category: category()).mapValues { _ in .optedOut }
    }

    /// Of the template. What isn't known is marketing until it is known better.
    private func category() throws -> TemplateDraft.Category {
        let template = try campaign.plan.template.flatMap { try TemplateTable(transaction, access).find($0) }
        return template.flatMap { TemplateDraft.Category(rawValue: $0.definition.category) } ?? .marketing
    }
}
