package import Domain
package import Store

package import struct Foundation.Date

/// What a campaign needs done besides being sent, by how it stands: its audience read, what was queued taken back, failures given another attempt, its
/// rows removed. Each in steps that commit by themselves, so that it goes on where it was after a crash, and asked for again while it is under way
/// it is done again.
package struct CampaignJob: JobHandler {
    package static let kind = JobKind.campaign
    package static let concurrency = 2

    /// What can't be taken back at this moment, because its call is under way, is looked at again after so many seconds.
    private static let againSeconds = 5.0

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
        _ id: Identifier<Campaign>, in workspaceID: Identifier<Workspace>, _ transaction: any Transaction, now: Date,
        after seconds: Double = 0
    ) throws {
        try JobTable(transaction).request(
            .init(
                workspaceID: workspaceID, kind: kind, key: id.text, payload: try JSONText.encode(Payload(campaign: id)),
                runAt: now.addingTimeInterval(seconds)), now: now)
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
        let isEmpty = needs.isRemoved ? try await remove(id, access) : false
        if needs.isPreparing { try await preparation.run(id, access) }
        if let codes = needs.retry { try await retry(id, codes, access) }
        if needs.state == .paused || needs.state == .cancelled { try await takeBack(id, needs.state == .cancelled, access) }
        return JobCompletion { [now] transaction in
            func again(after seconds: Double = 0) throws {
                try Self.request(id, in: access.workspaceID, transaction, now: now(), after: seconds)
            }
            let after = try Needs(id, access, in: transaction, holding: true)
            if after.isRemoved, needs.isRemoved {
                return try isEmpty ? CampaignTable(transaction, access).delete(id) : again(after: Self.againSeconds)
            }
            // What was asked for meanwhile gets a job of its own.
            let isNew = after.isRemoved || after.isPreparing || after.retry != nil || after.state != needs.state
            if isNew, after.state != nil || after.isRemoved { return try again() }
            // Also what came back into the queue while this was under way: that request went with this job.
            if after.state == .paused || after.state == .cancelled, try CampaignRecipientTable(transaction, access, of: id).has(.queued) {
                try again(after: Self.againSeconds)
            }
        }
    }

    // MARK: Removing

    /// Removes the recipients, whose messages leave the queue before: once a row is gone, nothing would hold its message. False when one couldn't be taken
    /// out yet.
    private func remove(_ id: Identifier<Campaign>, _ access: Access) async throws -> Bool {
        while true {
            let (count, isDone) = try await database.write { transaction -> (Int, Bool) in
                let table = CampaignRecipientTable(transaction, access, of: id)
                let gone = try table.holdFirst(Campaign.stepLimit)
                let queued = gone.filter { $0.state == .queued }.compactMap(\.messageID)
                try withdraw(queued, access, in: transaction)
                let standings = try CampaignMessageTable(transaction, access).standings(of: queued)
                guard !standings.values.contains(where: { $0.status == .queued || $0.status == .claimed }) else { return (0, false) }
                try table.remove(gone)
                return (gone.count, true)
            }
            if count == 0 { return isDone }
            signals.eventsAppended(in: access.workspaceID)
        }
    }

    /// Takes those of the messages out of the queue that haven't left, and returns them.
    @discardableResult
    private func withdraw(
        _ messages: [Identifier<Message>], _ access: Access, in transaction: any Transaction
    ) throws -> Set<Identifier<Message>> {
        guard !messages.isEmpty else { return [] }
        let withdrawn = try CampaignMessageTable(transaction, access).withdraw(messages)
        try EventTable(transaction, access).append(
            withdrawn.map { NewEvent(.messageUpdated, conversation: $0.conversationID, message: $0.messageID, cause: "withdrawn") },
            at: now())
        return Set(withdrawn.map(\.messageID))
    }

    // MARK: Taking back

    /// What is queued waits among the recipients again; of a cancelled campaign nobody waits any more.
    private func takeBack(_ id: Identifier<Campaign>, _ isCancelled: Bool, _ access: Access) async throws {
        let stopped: Set<CampaignState> = isCancelled ? [.cancelled] : [.paused]
        try await walk(id, .queued, nil, while: stopped, access) { recipients, transaction in
            let messages = recipients.compactMap(\.messageID)
            let withdrawn = try withdraw(messages, access, in: transaction)
            let standings = try CampaignMessageTable(transaction, access).standings(of: messages)
            return recipients.compactMap { one in
                guard let id = one.messageID, standings[id] != nil else { return (one, one.withoutMessage) }
                guard withdrawn.contains(id) else { return nil }
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
