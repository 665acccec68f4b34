package import Domain
package import Store

package import struct Foundation.Date

/// What a campaign needs done besides being sent, by how it stands: its audience read, what was queued taken back, failures given another attempt, its
/// rows removed. Each in steps that commit by themselves, so that it goes on where it was after a crash, and asked for again while it is under way
/// it is done again.
package struct CampaignJob: JobHandler {
    package static let kind = JobKind.campaign
    package static let concurrency = 2

    private let database: any Database
    private let preparation: CampaignPreparer
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(
        database: any Database, storage: any MediaStorage, numbers: PhoneNumbers, signals: Signals, now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.signals, self.now) = (database, signals, now)
        preparation = CampaignPreparer(database: database, storage: storage, numbers: numbers, signals: signals, now: now)
    }

    private struct Payload: Codable { let campaign: Identifier<Campaign> }

    static func request(
        _ id: Identifier<Campaign>, in workspaceID: Identifier<Workspace>, _ transaction: any Transaction, now: Date
    ) throws {
        try JobTable(transaction).request(
            .init(workspaceID: workspaceID, kind: kind, key: id.text, payload: try JSONText.encode(Payload(campaign: id)), runAt: now),
            now: now)
    }

    /// All that decides what is to be done.
    private struct Needs: Sendable, Equatable {
        var isRemoved = false
        var state: CampaignState?
        var isPreparing = false
        var retry: [String]?

        init(_ id: Identifier<Campaign>, _ access: Access, in transaction: any Transaction, holding: Bool) throws {
            let table = CampaignTable(transaction, access)
            guard let campaign = try table.find(id, holding: holding) else {
                isRemoved = try table.isRemoved(id)
                return
            }
            (state, isPreparing) = (campaign.state, campaign.preparation == .running)
            retry = try table.retry(of: id)
        }
    }

    package func run(_ job: Job) async throws -> JobCompletion {
        let payload: Payload = try JSONText.decode(from: job.payload)
        let (id, access) = (payload.campaign, Access.system("campaign", in: job.workspaceID))
        let needs = try await database.read { try Needs(id, access, in: $0, holding: false) }
        if needs.isRemoved {
            while try await database.write({ try CampaignRecipientTable($0, access, of: id).removeFirst(Campaign.stepLimit) }) > 0 {}
        }
        if needs.isPreparing { try await preparation.run(id, access) }
        if let codes = needs.retry { try await retry(id, codes, access) }
        if needs.state == .paused || needs.state == .cancelled { try await takeBack(id, needs.state == .cancelled, access) }
        return JobCompletion { [now] transaction in
            let after = try Needs(id, access, in: transaction, holding: true)
            if after.isRemoved, needs.isRemoved { return try CampaignTable(transaction, access).delete(id) }
            // What was asked for meanwhile gets a job of its own.
            let isNew = after.isRemoved || after.isPreparing || after.retry != nil || after.state != needs.state
            if isNew, after.state != nil || after.isRemoved { try Self.request(id, in: access.workspaceID, transaction, now: now()) }
        }
    }

    // MARK: Taking back

    /// What is queued waits among the recipients again; of a cancelled campaign nobody waits any more.
    private func takeBack(_ id: Identifier<Campaign>, _ isCancelled: Bool, _ access: Access) async throws {
        let stopped: Set<CampaignState> = isCancelled ? [.cancelled] : [.paused]
        try await walk(id, .queued, nil, while: stopped, access) { recipients, transaction in
            let messages = CampaignMessageTable(transaction, access)
            let withdrawn = try messages.withdraw(recipients.compactMap(\.messageID))
            try EventTable(transaction, access).append(
                withdrawn.map { NewEvent(.messageUpdated, conversation: $0.conversationID, message: $0.messageID, cause: "withdrawn") },
                at: now())
            let ids = Set(withdrawn.map(\.messageID))
            return recipients.filter { $0.messageID.map(ids.contains) == true }.map { one in
                var next = one.takenBack
                if isCancelled { next.state = .cancelled }
                return (one, next)
            }
        }
        guard isCancelled else { return }
        try await walk(id, .pending, nil, while: stopped, access) { recipients, _ in
            recipients.map { one in
                var next = one
                next.state = .cancelled
                return (one, next)
            }
        }
    }

    // MARK: Trying again

    private func retry(_ id: Identifier<Campaign>, _ codes: [String], _ access: Access) async throws {
        try await walk(id, .failed, codes, while: [.running, .paused], access) { recipients, _ in
            recipients.filter { $0.error?.retryable == true }.map { ($0, $0.takenBack) }
        }
        try await database.write { transaction in
            // Unless other reasons were named meanwhile.
            let table = CampaignTable(transaction, access)
            _ = try table.find(id, holding: true)
            if try table.retry(of: id) == codes { try table.setRetry(nil, of: id) }
        }
    }

    // MARK: Steps

    /// Goes through all who stand somewhere, some hundred at a time. Ends early when the campaign stands elsewhere by now.
    private func walk(
        _ id: Identifier<Campaign>, _ state: CampaignRecipient.State, _ reasons: [String]?, while states: Set<CampaignState>,
        _ access: Access,
        _ change: @Sendable @escaping ([CampaignRecipient], any Transaction) throws -> [(old: CampaignRecipient, new: CampaignRecipient)]
    ) async throws {
        var position: Int? = 0
        while let from = position {
            let (next, hasChanged) = try await database.write { transaction -> (Int?, Bool) in
                guard let campaign = try CampaignTable(transaction, access).find(id, holding: true), states.contains(campaign.state) else {
                    return (nil, false)
                }
                let table = CampaignRecipientTable(transaction, access, of: id)
                let found = try table.hold(state, reasons: reasons, after: from, limit: Campaign.stepLimit)
                guard let last = found.last else { return (nil, false) }
                let hasChanged = try table.save(try change(found, transaction))
                if hasChanged {
                    try EventTable(transaction, access).append(
                        NewEvent(.campaignUpdated, subject: id.text, cause: CampaignFollower.progress), at: now())
                }
                return (last.position, hasChanged)
            }
            if hasChanged { signals.eventsAppended(in: access.workspaceID) }
            position = next
        }
    }
}
