package import Domain
internal import Logging
package import Store

package import struct Foundation.Date

/// The queue of one sender as people look after it: what waits and why, pausing, clearing, and sending again what failed.
package struct QueueService: Sendable {
    /// Transactions in one call that clears or sends again, at most; whoever wants more calls again.
    private static let chunksPerCall = 20
    /// How long such a call goes on.
    private static let callTime: Duration = .seconds(2)

    private let database: any Database
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(database: any Database, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.signals, self.now) = (database, signals, now)
    }

    /// How the queue stands. Throws ``SenderProblem/missing``, as all here do.
    package func summary(of id: Identifier<Sender>, access: Access) async throws -> QueueOverview {
        let moment = now()
        return try await database.read { transaction in
            try Self.overview(of: Self.sender(id, access, in: transaction), access, in: transaction, at: moment)
        }
    }

    /// How much waits at each number of the workspace.
    package func glances(access: Access) async throws -> [Identifier<Sender>: SenderQueue.Glance] {
        try await database.read { try SenderQueueTable.glances($0, access) }
    }

    /// What waits, by lane and in order; `after` is ``Page/next`` of the page before.
    package func waiting(in id: Identifier<Sender>, after: String?, limit: Int, access: Access) async throws -> Page<QueuedMessage> {
        let place = try after.map { try Self.place($0) } ?? .start
        let moment = now()
        let rows = try await database.read { transaction -> [QueuedMessage] in
            let sender = try Self.sender(id, access, in: transaction)
            let table = SenderQueueTable(transaction, of: id, access)
            let forecast = try QueueForecast(Self.overview(of: sender, access, in: transaction, at: moment), access, in: transaction)
            let ahead = place == .start ? 0 : try table.ahead(of: place).count
            return try table.waiting(after: place, now: moment, limit: limit + 1).enumerated().map { index, entry in
                try forecast.queued(entry, ahead: ahead + index)
            }
        }
        return Page(rows: rows, limit: limit) { PageCursor(first: Int64($0.lane.rawValue), second: String($0.message.sequence)) }
    }

    /// Those of which nobody knows whether they left, oldest first; `after` is ``Page/next`` of the page before.
    package func unknown(in id: Identifier<Sender>, after: String?, limit: Int, access: Access) async throws -> Page<QueuedMessage> {
        let place = try after.map { try Self.place($0) } ?? .start
        let moment = now()
        let rows = try await database.read { transaction -> [QueuedMessage] in
            _ = try Self.sender(id, access, in: transaction)
            return try SenderQueueTable(transaction, of: id, access).unknown(after: place.sequence, now: moment, limit: limit + 1)
                .map(QueuedMessage.init(unknown:))
        }
        return Page(rows: rows, limit: limit) { PageCursor(first: Int64($0.lane.rawValue), second: String($0.message.sequence)) }
    }

    /// When the last of so many further messages would leave, and what stands in the way now.
    /// - Parameter newPeople: how many of them are templates to people who haven't been written to in 24 hours and have no open window.
    package func estimate(
        _ messages: Int, newPeople: Int, in id: Identifier<Sender>, access: Access
    ) async throws -> (endsAt: Date?, obstacle: WaitReason?) {
        let moment = now()
        return try await database.read { transaction in
            let sender = try Self.sender(id, access, in: transaction)
            let overview = try Self.overview(of: sender, access, in: transaction, at: moment)
            guard overview.obstacle == nil else { return (nil, overview.obstacle) }
            let budget = try PeopleLimit.people(tier: sender.messagingLimit).map { limit in
                try PortfolioTable(transaction, in: access.workspaceID).budget(of: overview.portfolio, limit: limit, now: moment)
            }
            let ahead = overview.queue.waiting.reduce(BoundedCount.none) { $0 + $1.count }.count
            let end = SendingEstimate.end(
                of: messages, after: ahead, pace: overview.queue.pace, newPeople: newPeople, budget: budget, at: moment)
            return (end, nil)
        }
    }

    // MARK: Pause and resume

    /// Paused, no further call is started, and those under way end as they would; resumed, what waits may leave again, at once. Again is as good as
    /// once: it stays with whoever came first.
    package func set(paused: Bool, _ id: Identifier<Sender>, access: Access) async throws -> QueueOverview {
        let (overview, hasChanged) = try await database.write { try set(paused: paused, id, access: access, in: $0) }
        if hasChanged { announce(id, in: access.workspaceID) }
        return overview
    }

    /// As ``set(paused:_:access:)``, inside a transaction of the caller's, who calls ``announce(_:in:)`` when something has changed.
    package func set(
        paused: Bool, _ id: Identifier<Sender>, access: Access, in transaction: any Transaction
    ) throws -> (overview: QueueOverview, hasChanged: Bool) {
        try access.require(.sendersManage)
        let moment = now()
        let sender = try Self.sender(id, access.withGrant(.sendersView), in: transaction)
        let viewing = access.withGrant(.sendersView)
        let table = SenderHoldTable(transaction, access)
        let hasChanged = try paused ? table.pause(id, at: moment) : table.resume(id)
        if hasChanged {
            try EventTable(transaction, access).append(
                NewEvent(.senderUpdated, subject: id.text, cause: paused ? "paused" : "resumed"), at: moment)
        }
        return (try Self.overview(of: sender, viewing, in: transaction, at: moment), hasChanged)
    }

    /// Tells the dispatcher and the open pages that a queue has changed.
    package func announce(_ id: Identifier<Sender>, in workspaceID: Identifier<Workspace>) {
        signals.messageQueued(for: id)
        signals.eventsAppended(in: workspaceID)
    }

    // MARK: Clear

    /// Cancels what hasn't left, of one lane or of all: at most 10,000 messages or two seconds of it, whichever comes first.
    /// - Parameter end: what is queued behind it stays; nil means all that waits now. The answer has it, for the next call.
    package func clear(
        _ id: Identifier<Sender>, lane: Lane?, upTo end: SenderQueue.End?, access: Access
    ) async throws -> QueueClearance {
        try access.require(.sendersManage)
        let moment = now()
        let last = try await database.read { transaction in
            _ = try Self.sender(id, access.withGrant(.sendersView), in: transaction)
            return try end ?? SenderQueueTable(transaction, of: id, access.withGrant(.sendersView)).end()
        }
        guard let last else { return QueueClearance(cancelled: 0, hasMore: false, end: nil) }

        var cancelled = 0
        let deadline = ContinuousClock.now + Self.callTime
        for _ in 0..<Self.chunksPerCall where ContinuousClock.now < deadline {
            let count = try await database.write { transaction in
                let changed = try SenderQueueTable(transaction, of: id, access).cancel(lane: lane, upTo: last, now: moment)
                try append(changed, cause: "cancelled", access, in: transaction, at: moment)
                return changed.count
            }
            guard count > 0 else { break }
            cancelled += count
            signals.eventsAppended(in: access.workspaceID)
        }
        let hasMore = try await database.read { try SenderQueueTable($0, of: id, access).hasStoppable(lane: lane, upTo: last) }
        if cancelled > 0 {
            try await record("queue-cleared", of: id, access)
            Logger(label: "queue").info(
                "Messages cancelled by a person", metadata: ["sender.id": "\(id)", "count": "\(cancelled)", "more": "\(hasMore)"])
        }
        return QueueClearance(cancelled: cancelled, hasMore: hasMore, end: last)
    }

    // MARK: Retry

    /// Puts back into the queue what failed for a reason that can pass and was accepted in the last 24 hours, oldest first, as long as it may still
    /// leave. At most 10,000 messages or two seconds of it.
    /// - Parameter after: ``QueueRetry/next`` of the call before.
    package func retryFailed(of id: Identifier<Sender>, after: String?, access: Access) async throws -> QueueRetry {
        try access.require(.sendersManage)
        let moment = now()
        var place: SenderQueueTable.FailedPlace? =
            try after.map { try Self.failedPlace($0) }
            ?? .init(since: moment.addingTimeInterval(-SenderQueue.retryableSeconds))
        let oldest = SenderQueueTable.FailedPlace(since: moment.addingTimeInterval(-SenderQueue.retryableSeconds))
        if let given = place, given.milliseconds < oldest.milliseconds { place = oldest }
        var (requeued, refused) = (0, 0)
        let deadline = ContinuousClock.now + Self.callTime
        for _ in 0..<Self.chunksPerCall where ContinuousClock.now < deadline {
            guard let from = place else { break }
            let chunk = try await database.write { try retryChunk(id, after: from, access, in: $0, at: moment) }
            requeued += chunk.requeued
            refused += chunk.refused
            place = chunk.end
            if chunk.requeued > 0 { announce(id, in: access.workspaceID) }
        }
        if requeued > 0 {
            try await record("queue-retried", of: id, access)
            Logger(label: "queue").info(
                "Failed messages queued again by a person", metadata: ["sender.id": "\(id)", "count": "\(requeued)"])
        }
        return QueueRetry(
            requeued: requeued, refused: refused,
            next: place.map { PageCursor(first: $0.milliseconds, second: String($0.sequence)).text })
    }

    private func retryChunk(
        _ id: Identifier<Sender>, after place: SenderQueueTable.FailedPlace, _ access: Access, in transaction: any Transaction,
        at moment: Date
    ) throws -> (requeued: Int, refused: Int, end: SenderQueueTable.FailedPlace?) {
        let reading = access.withGrant(.sendersView).withGrant(.conversationsView)
        let sender = try Self.sender(id, reading, in: transaction)
        if let trouble = sender.trouble { throw SenderProblem.cannotSend(reason: trouble) }
        let table = SenderQueueTable(transaction, of: id, access)
        let page = try table.failed(after: place)
        let loaded = try QueueTable(transaction).load(page.lanes.keys.sorted(), status: .failed, in: reading)
        let refusals = try TemplateGate(transaction, now: moment).refusals(
            loaded.map { $0.question(lane: page.lanes[$0.message.id] ?? .reply) }, sender: sender)
        let allowed = loaded.filter { one in
            guard refusals[one.message.id] == nil else { return false }
            return (try? SendingGate.check(one.message.content, sender: sender, lastInboundAt: one.lastInboundAt, now: moment)) != nil
        }
        let changed = try table.requeue(allowed.map(\.message))
        try append(changed, cause: "retry", access, in: transaction, at: moment)
        return (changed.count, loaded.count - allowed.count, page.end)
    }

    // MARK: Parts

    private static func sender(_ id: Identifier<Sender>, _ access: Access, in transaction: any Transaction) throws -> Sender {
        guard let sender = try SenderTable(transaction, access).find(id) else { throw SenderProblem.missing }
        return sender
    }

    private static func overview(
        of sender: Sender, _ access: Access, in transaction: any Transaction, at moment: Date
    ) throws -> QueueOverview {
        let processes = try ProcessTable(transaction).list(seenAfter: moment.addingTimeInterval(-Heartbeat.absenceSeconds))
        guard let standing = try SenderHoldTable(transaction, access).standing(of: sender.id, now: moment) else {
            throw SenderProblem.missing
        }
        let queue = try SenderQueueTable(transaction, of: sender.id, access).summary(
            standing, hasDispatcher: processes.contains { $0.process.roles.contains(.dispatch) }, now: moment)
        let isHalted = try SettingTable(transaction).sendingHalt() != nil
        return QueueOverview(sender: sender, queue: queue, portfolio: standing.portfolio, isHalted: isHalted, at: moment)
    }

    private func append(
        _ changed: [SenderQueueTable.Changed], cause: String, _ access: Access, in transaction: any Transaction, at moment: Date
    ) throws {
        try EventTable(transaction, access).append(
            changed.map { NewEvent(.messageUpdated, conversation: $0.conversationID, message: $0.messageID, cause: cause) }, at: moment)
    }

    private func record(_ cause: String, of id: Identifier<Sender>, _ access: Access) async throws {
        let moment = now()
        try await database.write {
            try EventTable($0, access).append(NewEvent(.senderUpdated, subject: id.text, cause: cause), at: moment)
        }
        signals.eventsAppended(in: access.workspaceID)
    }

    private static func place(_ text: String) throws -> QueueTable.Place {
        let cursor = try PageCursor(parsing: text)
        guard let lane = Lane(rawValue: Int(cursor.first)), let sequence = Int64(cursor.second) else { throw PageProblem.cursorMalformed }
        return QueueTable.Place(lane: lane.rawValue, sequence: sequence)
    }

    private static func failedPlace(_ text: String) throws -> SenderQueueTable.FailedPlace {
        let cursor = try PageCursor(parsing: text)
        guard let sequence = Int64(cursor.second) else { throw PageProblem.cursorMalformed }
        return SenderQueueTable.FailedPlace(milliseconds: cursor.first, sequence: sequence)
    }
}
