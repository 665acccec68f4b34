package import Domain
package import Store

package import struct Foundation.Date

/// What became of a campaign, from what is kept beside the rows: as fast with a million recipients as with ten.
package struct CampaignReport: Sendable {
    package let campaign: Campaign
    package let counts: CampaignCounts
    /// Everybody whom the workspace knew when the audience was read, counted up to ``peopleLimit``.
    package let people: Int
    package let failures: [Failure]
    /// The earliest first; hours in which nothing happened are left out.
    package let hours: [(hour: CampaignTally.Hour, count: Int)]

    package static let peopleLimit = 1_000_001
    /// Rows of the chart; the newest.
    package static let hourLimit = 3_000
    /// Reasons with their words; the most frequent.
    package static let failureLimit = 50

    package struct Failure: Sendable, Equatable {
        package let count: Int
        /// As one of them has it.
        package let error: MessageError

        package init(count: Int, error: MessageError) { (self.count, self.error) = (count, error) }
    }

    package var selectedPercent: Double? { counts.selectedPercent(of: max(people, counts.recipients)) }
}

/// A recipient as a list shows it.
package struct CampaignRecipientEntry: Sendable {
    package let recipient: CampaignRecipient
    /// Nil for somebody who isn't known yet, or not any more.
    package let contact: Contact?

    /// The number that is written to.
    package var phone: PhoneNumber? { contact?.phoneNumber ?? recipient.number }
}

/// What one of the recipients would get.
package struct CampaignPreview: Sendable {
    package let entry: CampaignRecipientEntry
    /// By ``TemplateVariable/key``.
    package let values: [String: String]
    package let text: TemplateText
    /// What is wrong with it, in the order of the variables.
    package let problems: [TemplateProblem]
}

extension CampaignService {
    package func report(_ id: Identifier<Campaign>, access: Access) async throws -> CampaignReport {
        try await database.read { transaction in
            guard let campaign = try CampaignTable(transaction, access).find(id) else { throw CampaignProblem.missing }
            let table = CampaignCountTable(transaction, access)
            let counts = try table.counts(of: id)
            let recipients = CampaignRecipientTable(transaction, access, of: id)
            let frequent = counts.failures.filter { $0.value > 0 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            let failures = try frequent.prefix(CampaignReport.failureLimit).compactMap { code, count in
                try recipients.list(.init(state: .failed, reason: code), limit: 1).first?.error.map {
                    CampaignReport.Failure(count: count, error: $0)
                }
            }
            return CampaignReport(
                campaign: campaign, counts: counts,
                people: try CampaignTable(transaction, access).people(of: id),
                failures: failures, hours: try table.hours(of: id, limit: CampaignReport.hourLimit))
        }
    }

    /// In the order of the audience.
    package func recipients(
        of id: Identifier<Campaign>, _ filter: CampaignRecipientFilter = .init(), after: String? = nil, limit: Int, access: Access
    ) async throws -> Page<CampaignRecipientEntry> {
        let position = try after.map { Int(try PageCursor(parsing: $0).first) } ?? 0
        let rows = try await database.read { transaction in
            guard try CampaignTable(transaction, access).find(id) != nil else { throw CampaignProblem.missing }
            return try Self.entries(
                CampaignRecipientTable(transaction, access, of: id).list(filter, after: position, limit: limit + 1), access, in: transaction
            )
        }
        return Page(rows: rows, limit: limit) { PageCursor(first: Int64($0.recipient.position), second: "") }
    }

    /// Names and numbers leave with it, so it takes what exporting contacts takes.
    package func exportRecipients(
        of id: Identifier<Campaign>, _ filter: CampaignRecipientFilter = .init(), access: Access
    ) async throws -> ExportParts<CampaignRecipientEntry> {
        try access.require(.contactsExport)
        return try await ExportParts { try await recipients(of: id, filter, after: $0, limit: Campaign.stepLimit, access: access) }
    }

    /// What the first of those would get who are still to be written to, at most `limit`. Throws what is wrong with the plan.
    package func previews(_ id: Identifier<Campaign>, limit: Int = 5, access: Access) async throws -> [CampaignPreview] {
        let moment = now()
        return try await database.read { transaction in
            guard let campaign = try CampaignTable(transaction, access).find(id) else { throw CampaignProblem.missing }
            guard let templateID = campaign.plan.template,
                let template = try TemplateTable(transaction, access.withGrant(.templatesView)).find(templateID)
            else { throw CampaignProblem.templateMissing }
            let found = try CampaignRecipientTable(transaction, access, of: id).list(.init(state: .pending), limit: limit)
            let entries = try Self.entries(found, access, in: transaction)
            return try entries.compactMap { entry in
                guard let sender = try SenderTable(transaction, access.withGrant(.sendersView)).find(entry.recipient.senderID) else {
                    return nil
                }
                let letters = try CampaignLetters(
                    transaction, access, campaign, template, sender: sender, now: moment,
                    contacts: [entry.recipient.contactID].compactMap { $0 })
                let values = letters.values(for: entry.recipient)
                return CampaignPreview(
                    entry: entry, values: values, text: template.parts.text(values), problems: template.parts.problems(values))
            }
        }
    }

    private static func entries(
        _ recipients: [CampaignRecipient], _ access: Access, in transaction: any Transaction
    ) throws -> [CampaignRecipientEntry] {
        let contacts = try DirectoryTable(transaction, access.withGrant(.contactsView)).find(recipients.compactMap(\.contactID))
        let byID = Dictionary(contacts.map { ($0.id, $0.contact) }, uniquingKeysWith: { one, _ in one })
        return recipients.map { CampaignRecipientEntry(recipient: $0, contact: $0.contactID.flatMap { byID[$0] }) }
    }

    // MARK: A test to oneself

    /// Sends what the campaign says to one person, who needn't be of its audience. It counts nowhere. Throws what is wrong with the plan.
    package func test(_ id: Identifier<Campaign>, to recipient: DraftRecipient, access: Access) async throws -> Message {
        let message = try await database.write { try test(id, to: recipient, access: access, in: $0) }
        sending.announce(message)
        return message
    }

    /// Inside a transaction of the caller's, who calls ``SendingService/announce(_:)`` after its commit.
    package func test(
        _ id: Identifier<Campaign>, to recipient: DraftRecipient, access: Access, in transaction: any Transaction
    ) throws -> Message {
        try access.require(.campaignsEdit)
        // Who may write to many may write to one.
        let access = access.withGrant(.messagesSend)
        guard let campaign = try CampaignTable(transaction, access.withCampaigns).find(id) else { throw CampaignProblem.missing }
        try CampaignCheck(transaction, access).check(campaign.plan, audienceIsRead: true)
        guard let senderID = campaign.plan.senders.first, let templateID = campaign.plan.template,
            let sender = try SenderTable(transaction, access.withGrant(.sendersView)).find(senderID),
            let template = try TemplateTable(transaction, access.withGrant(.templatesView)).find(templateID)
        else { throw CampaignProblem.templateMissing }
        if case .phone(let number) = recipient { try numbers.check(number) }
        let contact = try sending.contact(
            of: recipient, sender: sender, access: access.withGrant(.conversationsView), in: transaction, now: now())
        let letters = try CampaignLetters(transaction, access, campaign, template, sender: sender, now: now(), contacts: [contact])
        let person = CampaignRecipient(position: 0, contactID: contact, personKey: contact.text, senderID: senderID)
        return try sending.submit(
            MessageDraft(
                senderID: senderID, recipient: .contact(contact), clientID: nil,
                draft: .template(template.id, values: letters.values(for: person)), replyTo: nil, lane: .notification),
            access: access, in: transaction)
    }
}
