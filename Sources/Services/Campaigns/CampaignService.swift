package import Domain
internal import Logging
package import Store

package import struct Foundation.Date

/// A campaign with what is counted of its recipients.
package struct CampaignSummary: Sendable, Equatable {
    package let campaign: Campaign
    package let counts: CampaignCounts

    package init(campaign: Campaign, counts: CampaignCounts) { (self.campaign, self.counts) = (campaign, counts) }
}

/// Campaigns as people make them and look after them. Writing to the recipients is the ``CampaignFeeder``'s, and what became of it the ``CampaignFollower``'s.
package struct CampaignService: Sendable {
    let database: any Database
    let storage: any MediaStorage
    let numbers: PhoneNumbers
    let sending: SendingService
    let signals: Signals
    let now: @Sendable () -> Date

    package init(
        database: any Database, storage: any MediaStorage, numbers: PhoneNumbers, sending: SendingService, signals: Signals,
        now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.storage, self.numbers) = (database, storage, numbers)
        (self.sending, self.signals, self.now) = (sending, signals, now)
    }

    // MARK: Reading

    /// The newest first.
    /// - Parameter states: all of them, unless given.
    package func list(
        _ states: Set<CampaignState>? = nil, after: String? = nil, limit: Int, access: Access
    ) async throws -> Page<CampaignSummary> {
        let place = try after.map { text in
            guard let id = Identifier<Campaign>(parsing: try PageCursor(parsing: text).second) else { throw PageProblem.cursorMalformed }
            return id
        }
        let rows = try await database.read { transaction in
            let campaigns = try CampaignTable(transaction, access).list(states, after: place, limit: limit + 1)
            let counts = try CampaignCountTable(transaction, access).counts(of: campaigns.map(\.id))
            return campaigns.map { CampaignSummary(campaign: $0, counts: counts[$0.id] ?? CampaignCounts()) }
        }
        return Page(rows: rows, limit: limit) { PageCursor(first: 0, second: $0.campaign.id.text) }
    }

    /// Throws ``CampaignProblem/missing``.
    package func campaign(_ id: Identifier<Campaign>, access: Access) async throws -> CampaignSummary {
        try await database.read { transaction in
            guard let campaign = try CampaignTable(transaction, access).find(id) else { throw CampaignProblem.missing }
            return CampaignSummary(campaign: campaign, counts: try CampaignCountTable(transaction, access).counts(of: id))
        }
    }

    /// For whoever has changed one, and may see what it has become.
    package func changed(_ id: Identifier<Campaign>, access: Access) async throws -> CampaignSummary {
        guard access.permits(.campaignsView) || access.permits(.campaignsEdit) else { throw AccessProblem.notPermitted(.campaignsView) }
        return try await campaign(id, access: access.withGrant(.campaignsView))
    }

    /// What was chosen, for whoever is about to change it.
    package func plan(of id: Identifier<Campaign>, access: Access) async throws -> CampaignPlan {
        try access.require(.campaignsEdit)
        return try await campaign(id, access: access.withGrant(.campaignsView)).campaign.plan
    }

    // MARK: Writing drafts

    /// A draft; it may lack all but the name. Throws ``CampaignProblem``.
    package func create(_ plan: CampaignPlan, access: Access) async throws -> Campaign {
        let plan = try await completed(plan, access)
        let campaign = try await database.write { try create(plan, access: access, in: $0) }
        announce(campaign.id, "created", access)
        return campaign
    }

    /// Inside a transaction of the caller's. The plan is ``completed(_:_:)``.
    package func create(_ plan: CampaignPlan, access: Access, in transaction: any Transaction) throws -> Campaign {
        try access.require(.campaignsCreate)
        let table = CampaignTable(transaction, access.withGrant(.campaignsView))
        guard try table.openCount(most: Campaign.openLimit) < Campaign.openLimit else { throw CampaignProblem.tooMany }
        let moment = now()
        let campaign = Campaign(id: .make(at: moment), plan: plan, createdBy: access.actor.text, createdAt: moment)
        try table.insert(campaign)
        try tell(campaign.id, "created", access, in: transaction)
        return campaign
    }

    /// What is chosen for a draft or a scheduled campaign. When other people are meant, and it was prepared, it is prepared again. Throws ``CampaignProblem``.
    package func change(_ id: Identifier<Campaign>, to plan: CampaignPlan, access: Access) async throws -> Campaign {
        let plan = try await completed(plan, access)
        let campaign = try await change(id, access) { campaign, transaction in
            _ = try campaign.state.after(.edit)
            let meansOthers = plan.meansOthers(than: campaign.plan)
            campaign.plan = plan
            if campaign.state == .scheduled {
                try checkStart(plan.startsAt)
                try CampaignCheck(transaction, access).check(plan)
            }
            guard meansOthers, campaign.preparation != .none else { return "changed" }
            try CampaignTable(transaction, access.withCampaigns).restart(id)
            campaign.halt = nil
            campaign.preparation = plan.audience.sources.isEmpty || plan.senders.isEmpty ? .none : .running
            try CampaignJob.request(id, in: access.workspaceID, transaction, now: now())
            return "changed"
        }
        signals.jobsAdded()
        return campaign
    }

    /// A new draft with the same plan but its time. Throws ``CampaignProblem``.
    package func duplicate(_ id: Identifier<Campaign>, access: Access) async throws -> Campaign {
        let original = try await campaign(id, access: access.withGrant(.campaignsView)).campaign
        var plan = original.plan
        plan.startsAt = nil
        let copy = plan
        let campaign = try await database.write { try create(copy, access: access, in: $0) }
        announce(campaign.id, "duplicated", access)
        return campaign
    }

    /// Takes the file of the template's header away and leaves the rest. Throws ``CampaignProblem/noFile``.
    package func removeFile(_ id: Identifier<Campaign>, access: Access) async throws -> Campaign {
        try await change(id, access) { campaign, transaction in
            _ = try campaign.state.after(.edit)
            let files = campaign.plan.mapping.variables.filter { key, value in
                guard key.hasSuffix("header.file"), case .text(let text) = value else { return false }
                return !text.isBlank
            }
            guard !files.isEmpty else { throw CampaignProblem.noFile }
            for key in files.keys { campaign.plan.mapping.variables[key] = nil }
            return "file-removed"
        }
    }

    /// Removes a campaign that isn't under way, with its recipients; what was sent stays in its conversations. Throws ``CampaignProblem``.
    package func delete(_ id: Identifier<Campaign>, access: Access) async throws {
        try access.require(.campaignsDelete)
        let moment = now()
        try await database.write { transaction in
            try JobTable(transaction).hold(kind: CampaignJob.kind, key: id.text, in: access.workspaceID)
            let table = CampaignTable(transaction, access.withGrant(.campaignsView))
            guard let campaign = try table.find(id, holding: true) else { throw CampaignProblem.missing }
            _ = try campaign.state.after(.delete)
            try table.markRemoved(id, at: moment)
            try CampaignJob.request(id, in: access.workspaceID, transaction, now: moment)
            try tell(id, "deleted", access, in: transaction)
        }
        signals.jobsAdded()
        announce(id, "deleted", access)
    }

    // MARK: Parts

    /// The plan with what is read from its files. Throws ``CampaignProblem``.
    package func completed(_ plan: CampaignPlan, _ access: Access) async throws -> CampaignPlan {
        var plan = plan
        for (index, source) in plan.audience.sources.enumerated() {
            guard case .file(var file) = source else { continue }
            if let region = file.region, !numbers.countries.contains(where: { $0.region == region }) {
                throw CampaignProblem.regionUnknown(region)
            }
            file.headings = try await CampaignFileReader(database: database, storage: storage).headings(of: file.upload, access)
            guard file.headings.indices.contains(file.phoneColumn) else { throw CampaignProblem.phoneColumnMissing }
            plan.audience.sources[index] = .file(file)
        }
        return plan
    }

    func checkStart(_ moment: Date?) throws(CampaignProblem) {
        guard let moment else { throw .startMissing }
        guard moment > now() else { throw .startPast }
    }

    /// Changes a campaign that is held meanwhile; `body` gives the word for the event.
    func change(
        _ id: Identifier<Campaign>, _ access: Access,
        _ body: @Sendable @escaping (inout Campaign, any Transaction) throws -> String
    ) async throws -> Campaign {
        try access.require(.campaignsEdit)
        let (campaign, cause) = try await database.write { transaction in
            // The job first, as its end does it, so that neither waits for the other.
            try JobTable(transaction).hold(kind: CampaignJob.kind, key: id.text, in: access.workspaceID)
            let table = CampaignTable(transaction, access.withGrant(.campaignsView))
            guard var campaign = try table.find(id, holding: true) else { throw CampaignProblem.missing }
            let cause = try body(&campaign, transaction)
            try table.save(campaign)
            try tell(id, cause, access, in: transaction)
            return (campaign, cause)
        }
        announce(id, cause, access)
        return campaign
    }

    func tell(_ id: Identifier<Campaign>, _ cause: String, _ access: Access, in transaction: any Transaction) throws {
        try EventTable(transaction, access).append(NewEvent(.campaignUpdated, subject: id.text, cause: cause), at: now())
    }

    /// After the commit.
    package func announce(_ id: Identifier<Campaign>, _ what: String, _ access: Access) {
        signals.eventsAppended(in: access.workspaceID)
        Logger(label: "campaigns").info("A campaign is \(what)", metadata: ["campaign.id": "\(id)", "actor": "\(access.actor.text)"])
    }
}

extension Access {
    /// The same caller with all grants on campaigns, for steps inside a use case whose own grant was required.
    var withCampaigns: Access { withGrant(.campaignsView).withGrant(.campaignsEdit) }
}
