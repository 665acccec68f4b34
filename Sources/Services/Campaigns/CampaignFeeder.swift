package import Domain
internal import Logging
internal import ServiceLifecycle
package import Store

package import struct Foundation.Date

/// What tells where people are, by their numbers.
package struct CampaignPlaces: Sendable {
    package let numbers: PhoneNumbers
    package let zones: RegionZones

    package init(numbers: PhoneNumbers, zones: RegionZones) { (self.numbers, self.zones) = (numbers, zones) }

    /// Knows no place, so everybody is where the campaign is.
    package static let none = CampaignPlaces(numbers: .none, zones: .none)

    /// When a message to somebody may leave that mustn't now; nil for at once.
    func wait(of contact: Contact, by timing: CampaignSchedule?, at now: Date) -> Date? {
        guard let timing else { return nil }
        let earliest = timing.earliest(at: now, region: contact.phoneNumber.flatMap(numbers.region(of:)), in: zones)
        return earliest > now ? earliest : nil
    }
}

/// Keeps a few hundred messages of each running campaign in the queues of its numbers, begins those whose time has come, and ends those that are done.
/// Any number of processes may do so: a campaign is held while something is done for it.
package final class CampaignFeeder: Service {
    /// Messages of campaigns in one number's queue, at most, and how few there are before more are added.
    private static let queueLimit = 400
    private static let refillBelow = 300
    /// Recipients in one transaction: few, so that replies needn't wait.
    private static let stepLimit = 50
    /// Campaigns of one workspace that are looked at.
    private static let campaignLimit = 200

    private let database: any Database
    private let sending: SendingService
    private let signals: Signals
    private let places: CampaignPlaces
    private let now: @Sendable () -> Date
    private let following: EventFollowing

    package init(
        database: any Database, sending: SendingService, places: CampaignPlaces = .none, signals: Signals,
        now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.sending, self.places, self.signals, self.now) = (database, sending, places, signals, now)
        following = EventFollowing("campaigns", database, signals)
    }

    package func run() async throws { await following.run { try await self.round() } }

    /// One look at all campaigns.
    package func round() async throws {
        try await following.readOn(in: CampaignTable.workspacesWithOpen) { workspaceID in
            try await self.look(in: workspaceID)
            return false
        }
    }

    private func look(in workspaceID: Identifier<Workspace>) async throws {
        let access = Access.system("campaign", in: workspaceID)
        let campaigns = try await database.read {
            try CampaignTable($0, access).list([.running, .scheduled], after: nil, limit: Self.campaignLimit)
        }
        for campaign in campaigns.reversed() where !following.isOver {
            if campaign.state == .scheduled {
                if let startsAt = campaign.plan.startsAt, startsAt <= now() { try await begin(campaign.id, access) }
            } else {
                try await feed(campaign, access)
            }
        }
    }

    // MARK: Feeding

    private func feed(_ campaign: Campaign, _ access: Access) async throws {
        let halt = try await database.read { try CampaignWatch($0, access).halt(campaign) }
        if halt != nil { return try await stop(campaign.id, access) { try CampaignWatch($1, access).halt($0) } }
        for sender in campaign.plan.senders {
            let moment = now()
            let waiting = try await database.read {
                try CampaignMessageTable($0, access).waiting(at: sender, now: moment, most: Self.queueLimit)
            }
            guard waiting < Self.refillBelow else { continue }
            var room = Self.queueLimit - waiting
            while room > 0, !following.isOver {
                let fed = try await step(campaign.id, from: sender, limit: min(room, Self.stepLimit), access)
                if let halt = fed.halt { return try await stop(campaign.id, access) { _, _ in halt } }
                guard fed.hasChanged else { break }
                room -= max(1, fed.queued)
            }
        }
        try await finish(campaign.id, access)
    }

    private func step(
        _ id: Identifier<Campaign>, from sender: Identifier<Sender>, limit: Int, _ access: Access
    ) async throws -> CampaignFeed.Fed {
        let moment = now()
        let fed = try await database.write { [sending, places] transaction in
            guard let campaign = try CampaignTable(transaction, access).holdIfFree(id), campaign.state == .running else {
                return CampaignFeed.Fed()
            }
            let fed = try CampaignFeed(transaction, access, sending: sending, places: places, now: moment).run(
                campaign, from: sender, limit: limit)
            if fed.hasChanged {
                try EventTable(transaction, access).append(
                    NewEvent(.campaignUpdated, subject: id.text, cause: CampaignFollower.progress), at: moment)
            }
            return fed
        }
        if fed.hasChanged {
            signals.messageQueued(for: sender)
            signals.eventsAppended(in: access.workspaceID)
        }
        return fed
    }

    /// Pauses it by itself, unless `halt` finds no reason any more: another process may have paused it, and a person resumed it.
    private func stop(
        _ id: Identifier<Campaign>, _ access: Access,
        for halt: @Sendable @escaping (Campaign, any Transaction) throws -> CampaignHalt?
    ) async throws {
        let moment = now()
        let code = try await database.write { transaction -> String? in
            try JobTable(transaction).hold(kind: CampaignJob.kind, key: id.text, in: access.workspaceID)
            let table = CampaignTable(transaction, access)
            guard var campaign = try table.find(id, holding: true), campaign.state == .running, let halt = try halt(campaign, transaction)
            else { return nil }
            (campaign.state, campaign.halt) = (.paused, halt)
            try table.save(campaign)
            try CampaignJob.request(id, in: access.workspaceID, transaction, now: moment)
            try EventTable(transaction, access).append(
                NewEvent(.campaignUpdated, subject: id.text, cause: "paused:\(halt.code)"), at: moment)
            return halt.code
        }
        guard let code else { return }
        signals.eventsAppended(in: access.workspaceID)
        signals.jobsAdded()
        Logger(label: "campaigns").warning("A campaign was paused", metadata: ["campaign.id": "\(id)", "reason": "\(code)"])
    }

    /// Once nobody waits any more: told by the rows, not by what was counted.
    private func finish(_ id: Identifier<Campaign>, _ access: Access) async throws {
        let mayBeDone = try await database.read { try !CampaignRecipientTable($0, access, of: id).has(.pending, .queued) }
        guard mayBeDone else { return }
        let moment = now()
        let isDone = try await database.write { transaction in
            let table = CampaignTable(transaction, access)
            guard var campaign = try table.holdIfFree(id), campaign.state == .running, try table.retry(of: id) == nil,
                try !CampaignRecipientTable(transaction, access, of: id).has(.pending, .queued)
            else { return false }
            campaign.state = try campaign.state.after(.finish)
            campaign.endedAt = moment
            try table.save(campaign)
            try EventTable(transaction, access).append(NewEvent(.campaignUpdated, subject: id.text, cause: "finished"), at: moment)
            return true
        }
        guard isDone else { return }
        signals.eventsAppended(in: access.workspaceID)
        Logger(label: "campaigns").info("A campaign is finished", metadata: ["campaign.id": "\(id)"])
    }

    // MARK: Beginning

    /// Its time has come. What forbids it now makes it fail, with the sentence.
    private func begin(_ id: Identifier<Campaign>, _ access: Access) async throws {
        let moment = now()
        let cause = try await database.write { transaction -> String? in
            let table = CampaignTable(transaction, access)
            guard var campaign = try table.holdIfFree(id), campaign.state == .scheduled, campaign.preparation != .running else {
                return nil
            }
            var refusal: (any Problem)?
            do {
                guard campaign.preparation == .done else { throw CampaignProblem.notPrepared }
                try CampaignCheck(transaction, access).check(campaign.plan, audienceIsRead: true)
                guard try CampaignRecipientTable(transaction, access, of: id).has(.pending) else { throw CampaignProblem.audienceEmpty }
            } catch let problem as any Problem {
                // The check only reads, so the transaction is sound.
                refusal = problem
            }
            if let refusal {
                campaign.state = try campaign.state.after(.fail)
                (campaign.halt, campaign.endedAt) = (.plan(code: refusal.code, detail: refusal.detail), moment)
            } else {
                try CampaignStart(transaction, access, now: moment).begin(&campaign)
            }
            try table.save(campaign)
            let cause = refusal.map { "failed:\($0.code)" } ?? "started"
            try EventTable(transaction, access).append(NewEvent(.campaignUpdated, subject: id.text, cause: cause), at: moment)
            return cause
        }
        guard let cause else { return }
        signals.eventsAppended(in: access.workspaceID)
        Logger(label: "campaigns").info("A campaign’s time has come", metadata: ["campaign.id": "\(id)", "outcome": "\(cause)"])
    }
}
