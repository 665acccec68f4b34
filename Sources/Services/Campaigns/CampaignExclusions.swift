internal import Domain
internal import Store

internal import struct Foundation.Date

/// Who of a campaign's people isn't written to. Asked when the audience is read, and once more before each message is queued.
struct CampaignExclusions {
    /// Another campaign in so many seconds is enough for one person.
    private static let restSeconds = 24 * 60 * 60.0

    private let transaction: any Transaction
    private let access: Access
    private let campaignID: Identifier<Campaign>
    private let now: Date

    init(_ transaction: any Transaction, _ access: Access, of campaign: Identifier<Campaign>, now: Date) {
        (self.transaction, self.access, campaignID, self.now) = (transaction, access, campaign, now)
    }

    /// Those of the people who are left out. What people themselves said, their consent, belongs here, too.
    func find(_ contacts: [Identifier<Contact>]) throws -> [Identifier<Contact>: CampaignExclusion] {
        guard !contacts.isEmpty else { return [:] }
        var found: [Identifier<Contact>: CampaignExclusion] = [:]
        let elsewhere = try CampaignRecipientTable(transaction, access, of: campaignID)
            .contactedElsewhere(contacts, since: now.addingTimeInterval(-Self.restSeconds))
        for contact in elsewhere { found[contact] = .contactedToday }
        for contact in try RestrictionTable(transaction, in: access.workspaceID).restricted(Set(contacts), now: now).keys {
            found[contact] = .restricted
        }
        return found
    }
}
