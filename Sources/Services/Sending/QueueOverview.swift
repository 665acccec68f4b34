package import Domain
internal import Store

package import struct Foundation.Date

/// How a queue stands, with its sender.
package struct QueueOverview: Sendable {
    package let sender: Sender
    package let queue: SenderQueue
    /// The provider's portfolio, whose limit on people the number shares.
    package let portfolio: String
    /// Whether all sending of the installation waits for a person.
    package let isHalted: Bool
    package let at: Date

    package init(sender: Sender, queue: SenderQueue, portfolio: String, isHalted: Bool = false, at: Date) {
        (self.sender, self.queue, self.portfolio) = (sender, queue, portfolio)
        (self.isHalted, self.at) = (isHalted, at)
    }

    /// Why the number can't send; nil when it can.
    package var trouble: String? { sender.trouble }

    /// Why the provider restricts the number; nil when it doesn't.
    package var campaignsPaused: String? {
        queue.hold.campaignsPausedAt == nil ? nil : queue.hold.campaignsPausedReason ?? "WhatsApp restricts the number."
    }

    /// What is alike for all that waits.
    var facts: DepartureFacts {
        var facts = DepartureFacts()
        facts.isHalted = isHalted
        facts.isPaused = queue.hold.isPaused
        facts.senderTrouble = trouble
        facts.campaignsPaused = campaignsPaused
        facts.hasDispatcher = queue.hasDispatcher || queue.owner != nil
        facts.pace = queue.pace
        facts.holdReason = queue.hold.heldReason
        return facts
    }

    /// When the last of what waits now leaves at the earliest; nil when nothing waits, or a person has to do something first.
    package var lastLeavesAt: Date? {
        let count = queue.waiting.reduce(BoundedCount.none) { $0 + $1.count }.count
        guard count > 0, facts.departure(at: at).earliest != nil else { return nil }
        return SendingEstimate.end(of: count, pace: queue.pace, at: at)
    }

    /// What stands in the way of all that waits, until a person does something; nil when nothing does.
    package var obstacle: WaitReason? {
        let departure = facts.departure(at: at)
        return departure.earliest == nil ? departure.reason : nil
    }
}

/// A message that waits, or of which nobody knows whether it left.
package struct QueuedMessage: Sendable {
    package let message: Message
    package let contact: Contact
    package let lane: Lane
    /// Why it waits and when it may leave; nil when its outcome is unknown.
    package let departure: Departure?
    /// When WhatsApp's report is no longer awaited and a person may decide; nil unless its outcome is unknown.
    package let decideAt: Date?

    package init(message: Message, contact: Contact, lane: Lane, departure: Departure?, decideAt: Date?) {
        (self.message, self.contact, self.lane, self.departure, self.decideAt) = (message, contact, lane, departure, decideAt)
    }

    init(unknown entry: SenderQueueTable.Entry) {
        self.init(
            message: entry.message, contact: entry.contact, lane: entry.lane, departure: nil,
            decideAt: entry.unknownSince?.addingTimeInterval(MessageDecision.waitSeconds))
    }
}

/// Says of what waits at one number when it may leave, and why not now.
struct QueueForecast {
    /// So many messages to one person may leave at once; only from there on is it worth looking when.
    private static let pairBurst = 45

    private let overview: QueueOverview
    private let table: SenderQueueTable
    private let portfolio: PortfolioTable
    /// nil while the portfolio has room for more people.
    private let fullBudget: PeopleBudget?

    init(_ overview: QueueOverview, _ access: Access, in transaction: any Transaction) throws {
        self.overview = overview
        table = SenderQueueTable(transaction, of: overview.sender.id, access)
        portfolio = PortfolioTable(transaction, in: access.workspaceID)
        let limit = PeopleLimit.people(tier: overview.sender.messagingLimit)
        if let limit, try portfolio.people(of: overview.portfolio) >= limit {
            let release = try portfolio.firstRelease(of: overview.portfolio).map { PeopleBudget.Release(at: $0, people: 1) }
            fullBudget = PeopleBudget(limit: limit, used: limit, releases: release.map { [$0] } ?? [])
        } else {
            fullBudget = nil
        }
    }

    func queued(_ entry: SenderQueueTable.Entry, ahead: Int) throws -> QueuedMessage {
        let now = overview.at
        var facts = overview.facts
        facts.lane = entry.lane
        facts.ahead = ahead
        facts.notBefore = entry.notBefore
        facts.hasFailedBefore = entry.message.attempt > 0
        facts.hasEarlier = entry.isBehind
        facts.earlierUnknownUntil = entry.unknownAheadSince?.addingTimeInterval(QueueTable.unknownHoldSeconds)
        if entry.recentStarts >= Self.pairBurst, !entry.isBehind {
            var pairs = PairLimiter()
            for start in try table.starts(in: entry.message.conversationID, now: now) { pairs.record(entry.contact.id, at: start) }
            facts.pairAllows = pairs.earliest(for: entry.contact.id, at: now)
        }
        if let fullBudget, entry.countsPerson(at: now), try !portfolio.counts(entry.contact.id, portfolio: overview.portfolio, now: now) {
            facts.people = fullBudget
        }
        return QueuedMessage(
            message: entry.message, contact: entry.contact, lane: entry.lane, departure: facts.departure(at: now), decideAt: nil)
    }
}

extension SenderQueueTable.Entry {
    /// Whether its person counts against the portfolio's limit: a template outside the window.
    fileprivate func countsPerson(at now: Date) -> Bool {
        guard case .template = message.content else { return false }
        return !MessagingWindow(lastInboundAt: lastInboundAt).allowsSending(at: now)
    }
}
