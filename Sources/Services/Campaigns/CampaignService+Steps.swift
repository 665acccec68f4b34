package import Domain
internal import Store

package import struct Foundation.Date

/// What is done to a campaign as a whole. Asking for what is so already is no mistake.
extension CampaignService {
    /// Finds out who gets it: each of the audience becomes a row, with the reason where they are left out. Throws what is wrong with the plan.
    package func prepare(_ id: Identifier<Campaign>, access: Access) async throws -> Campaign {
        let campaign = try await change(id, access) { campaign, transaction in
            _ = try campaign.state.after(.prepare)
            try CampaignCheck(transaction, access).check(campaign.plan)
            try CampaignTable(transaction, access.withCampaigns).restart(id)
            (campaign.preparation, campaign.halt) = (.running, nil)
            try CampaignJob.request(id, in: access.workspaceID, transaction, now: now())
            return "preparing"
        }
        signals.jobsAdded()
        return campaign
    }

    /// Has it begin by itself. Throws ``CampaignProblem/notPrepared`` and what is wrong with the plan.
    package func schedule(_ id: Identifier<Campaign>, at startsAt: Date, access: Access) async throws -> Campaign {
        try await change(id, access) { campaign, transaction in
            let state = try campaign.state.after(.schedule)
            try checkStart(startsAt)
            try requireReady(campaign, access, in: transaction)
            campaign.plan.startsAt = startsAt
            campaign.state = state
            return "scheduled"
        }
    }

    /// Makes a draft of it again.
    package func unschedule(_ id: Identifier<Campaign>, access: Access) async throws -> Campaign {
        try await change(id, access) { campaign, _ in
            campaign.state = try campaign.state.after(.unschedule)
            campaign.plan.startsAt = nil
            return "unscheduled"
        }
    }

    /// Throws ``CampaignProblem/notPrepared``, ``CampaignProblem/audienceEmpty``, and what is wrong with the plan.
    package func start(_ id: Identifier<Campaign>, access: Access) async throws -> Campaign {
        try await change(id, access) { campaign, transaction in
            _ = try campaign.state.after(.start)
            try requireReady(campaign, access, in: transaction)
            try CampaignStart(transaction, access, now: now()).begin(&campaign)
            return "started"
        }
    }

    /// Nothing more of it leaves; what was queued waits among its recipients.
    package func pause(_ id: Identifier<Campaign>, access: Access) async throws -> Campaign {
        let campaign = try await change(id, access) { campaign, transaction in
            let before = campaign.state
            campaign.state = try before.after(.pause)
            guard before != .paused else { return "paused" }
            campaign.halt = .person(access.actor.text)
            try CampaignJob.request(id, in: access.workspaceID, transaction, now: now())
            return "paused"
        }
        signals.jobsAdded()
        return campaign
    }

    /// Goes on where it was. Throws what is wrong with the plan by now.
    package func resume(_ id: Identifier<Campaign>, access: Access) async throws -> Campaign {
        try await change(id, access) { campaign, transaction in
            let before = campaign.state
            campaign.state = try before.after(.resume)
            guard before != .running else { return "resumed" }
            try CampaignCheck(transaction, access).check(campaign.plan, audienceIsRead: true)
            campaign.halt = nil
            try CampaignStart(transaction, access, now: now()).setBaseline(of: campaign)
            return "resumed"
        }
    }

    /// For good: whoever hasn't been written to won't be.
    package func cancel(_ id: Identifier<Campaign>, access: Access) async throws -> Campaign {
        let campaign = try await change(id, access) { campaign, transaction in
            let before = campaign.state
            campaign.state = try before.after(.cancel)
            guard before != .cancelled else { return "cancelled" }
            campaign.endedAt = now()
            try CampaignJob.request(id, in: access.workspaceID, transaction, now: now())
            return "cancelled"
        }
        signals.jobsAdded()
        return campaign
    }

    /// Gives those another attempt who failed for one of the reasons and for whom it can work.
    /// - Parameter reasons: codes of errors; all, unless given. Throws ``CampaignProblem/reasonUnknown(_:)``.
    package func retry(_ id: Identifier<Campaign>, reasons: [String]? = nil, access: Access) async throws -> Campaign {
        let campaign = try await change(id, access) { campaign, transaction in
            let before = campaign.state
            campaign.state = try before.after(.retry)
            let known = try CampaignCountTable(transaction, access.withCampaigns).counts(of: id).failures
            for reason in reasons ?? [] where known[reason, default: 0] == 0 { throw CampaignProblem.reasonUnknown(reason) }
            if before == .finished {
                try CampaignCheck(transaction, access).check(campaign.plan, audienceIsRead: true)
                try CampaignStart(transaction, access, now: now()).setBaseline(of: campaign)
                campaign.endedAt = nil
            }
            try CampaignTable(transaction, access.withCampaigns).setRetry(
                reasons ?? known.filter { $0.value > 0 }.keys.sorted(), of: id)
            try CampaignJob.request(id, in: access.workspaceID, transaction, now: now())
            return "retried"
        }
        signals.jobsAdded()
        return campaign
    }

    private func requireReady(_ campaign: Campaign, _ access: Access, in transaction: any Transaction) throws {
        guard campaign.preparation == .done else { throw CampaignProblem.notPrepared }
        try CampaignCheck(transaction, access).check(campaign.plan, audienceIsRead: true)
        guard try CampaignRecipientTable(transaction, access.withCampaigns, of: campaign.id).has(.pending) else {
            throw CampaignProblem.audienceEmpty
        }
    }
}

/// Whether what was chosen can be sent.
struct CampaignCheck {
    private let transaction: any Transaction
    private let access: Access

    init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// Throws ``CampaignProblem`` or ``TemplateProblem``.
    /// - Parameter audienceIsRead: who gets it is known, so nothing is asked about where they came from.
    func check(_ plan: CampaignPlan, audienceIsRead: Bool = false) throws {
        guard !plan.senders.isEmpty else { throw CampaignProblem.sendersMissing }
        guard let templateID = plan.template else { throw CampaignProblem.templateMissing }
        let senders = try plan.senders.map { id in
            guard let sender = try SenderTable(transaction, access.withGrant(.sendersView)).find(id), sender.removedAt == nil else {
                throw SenderProblem.missing
            }
            return sender
        }
        guard let template = try TemplateTable(transaction, access.withGrant(.templatesView)).find(templateID) else {
            throw TemplateProblem.missing
        }
        guard senders.allSatisfy({ $0.connectionID == template.connectionID }) else { throw CampaignProblem.otherAccount }
        try template.requireSendable()
        if let problem = plan.mapping.problems(for: template.parts, columns: plan.audience.columns).first { throw problem }
        if !audienceIsRead { try checkAudience(plan.audience) }
    }

    private func checkAudience(_ audience: CampaignAudience) throws {
        guard !audience.sources.isEmpty else { throw CampaignProblem.audienceMissing }
        for source in audience.sources {
            switch source {
            case .group(let id):
                guard try ContactGroupTable(transaction, access.withGrant(.groupsView)).find(id) != nil else {
                    throw CampaignProblem.groupMissing
                }
            case .contacts(let ids):
                guard !ids.isEmpty else { throw CampaignProblem.audienceMissing }
                let found = try DirectoryTable(transaction, access.withGrant(.contactsView)).find(ids)
                guard Set(found.map(\.id)) == Set(ids) else { throw CampaignProblem.contactMissing }
            case .directory: try access.require(.contactsView)
            case .file(let file):
                guard try ContactImportTable(transaction, access.withGrant(.contactsCreate)).find(file.upload) != nil else {
                    throw CampaignProblem.fileMissing
                }
            }
        }
    }
}

/// How a campaign begins to run, for a person or at its time.
struct CampaignStart {
    private let transaction: any Transaction
    private let access: Access
    private let now: Date

    init(_ transaction: any Transaction, _ access: Access, now: Date) {
        (self.transaction, self.access, self.now) = (transaction, access.withCampaigns, now)
    }

    func begin(_ campaign: inout Campaign) throws {
        if try !CampaignTable(transaction, access).hasBegun() {
            // What happened before the first one concerns no campaign.
            let end = try EventTable(transaction, access.withGrant(.eventsView)).end()
            let place = EventReaderTable(transaction, CampaignFollower.reader, in: access.workspaceID)
            try place.forget()
            _ = try place.advance(from: nil, to: end)
        }
        campaign.state = try campaign.state.after(.start)
        (campaign.startedAt, campaign.halt) = (now, nil)
        try setBaseline(of: campaign)
    }

    /// Failures so far, and qualities that are poor already, don't stop it again.
    func setBaseline(of campaign: Campaign) throws {
        let counts = try CampaignCountTable(transaction, access).counts(of: campaign.id)
        let poor = try CampaignWatch(transaction, access).poor(campaign.plan)
        try CampaignTable(transaction, access).set(
            .init(known: counts.known, failed: counts.faults, poor: Set(poor.keys)), of: campaign.id)
    }
}
