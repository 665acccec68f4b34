internal import Domain
internal import Store

internal import struct Foundation.Date

/// One transaction of a number's worker: asks the gate once more, then `queued → sending` with the attempts, immediately before the calls.
struct StartStep: Sendable {
    struct Begun: Sendable {
        /// To be called at once.
        var started: [StartedMessage] = []
        /// Have a file, which the provider must have first.
        var claimed: [ClaimedMessage] = []
        /// Whether the portfolio had no room for some of them, and when that may change.
        var peopleFull: (isFull: Bool, until: Date?) = (false, nil)
    }

    let heads: [QueueTable.Head]
    let lease: LeaseTable.Lease
    let portfolio: String
    let access: Access
    let places: CampaignPlaces
    let now: Date

    /// What was begun, and whether there is something to tell of it, such as what the gate turned away. nil when the sender can't send now, or the lease has gone to somebody else.
    func run(in transaction: any Transaction) throws -> (begun: Begun?, hasEvents: Bool) {
        guard try LeaseTable(transaction).holds(lease, beyond: now.addingTimeInterval(Dispatcher.startMarginSeconds)),
            let sender = try SenderTable(transaction, access).find(lease.senderID), sender.status == .online
        else { return (nil, false) }
        // Not as of a moment ago: what has just been refused may have paused what is about to follow it.
        let hold = try SenderHoldTable(transaction, access).find(lease.senderID)
        guard !hold.isPaused else { return (nil, false) }
        let lanes = Dictionary(heads.map { ($0.messageID, Lane(rawValue: $0.place.lane) ?? .reply) }, uniquingKeysWith: { one, _ in one })
        let queue = QueueTable(transaction)
        var begun = Begun()
        var events: [NewEvent] = []
        var going: [QueueTable.Loaded] = []
        var loaded = try queue.load(heads.map(\.messageID), status: .queued, in: access)
        if hold.campaignsPausedAt == nil {
            try restrain(&loaded, lanes, queue, in: transaction)
        } else {
            loaded.removeAll { lanes[$0.message.id] == .campaign }
        }
        let refusals = try TemplateGate(transaction, now: now).refusals(
            loaded.map { $0.question(lane: lanes[$0.message.id] ?? .reply) }, sender: sender)
        for one in loaded {
            if let refusal = try Self.refuse(one, refusals[one.message.id], from: .queued, sender: sender, now: now, queue) {
                events.append(refusal)
            } else {
                going.append(one)
            }
        }
        begun.peopleFull = try reserve(&going, sender: sender, events: &events, in: transaction)
        let files = going.filter { $0.message.content.attachment?.id != nil }
        let claimed = try queue.claim(files.map(\.message.id), epoch: lease.epoch, in: lease.workspaceID)
        begun.claimed = files.filter { claimed.contains($0.message.id) }.map {
            ClaimedMessage(loaded: $0, lane: lanes[$0.message.id] ?? .reply)
        }
        going.removeAll { $0.message.content.attachment?.id != nil }
        let attempts = try queue.start(
            going.map(\.message.id), from: .queued, sender: lease.senderID, epoch: lease.epoch, in: lease.workspaceID, now: now)
        begun.started = going.compactMap { one in
            attempts[one.message.id].map {
                StartedMessage(loaded: one, lane: lanes[one.message.id] ?? .reply, attempt: $0, providerMediaID: nil)
            }
        }
        try EventTable(transaction, access).append(events, at: now)
        return (begun, !events.isEmpty)
    }

    /// Takes out what campaigns don't let go now: what was stopped stays, and what has its hours waits for them.
    private func restrain(
        _ loaded: inout [QueueTable.Loaded], _ lanes: [Identifier<Message>: Lane], _ queue: QueueTable, in transaction: any Transaction
    ) throws {
        let restraints = try CampaignMessageTable(transaction, access).restraints(
            loaded.map(\.message.id).filter { lanes[$0] == .campaign })
        loaded.removeAll { restraints.held.contains($0.message.id) }
        guard !restraints.timings.isEmpty else { return }
        let later = loaded.compactMap { one in
            places.wait(of: one.contact, by: restraints.timings[one.message.id], at: now).map { (id: one.message.id, until: $0) }
        }
        try queue.putOff(later, in: lease.workspaceID)
        let waiting = Set(later.map(\.id))
        loaded.removeAll { waiting.contains($0.message.id) }
    }

    /// Counts the people whom templates outside the window are for against the portfolio's limit, and takes those out for whom there is no room.
    private func reserve(
        _ going: inout [QueueTable.Loaded], sender: Sender, events: inout [NewEvent], in transaction: any Transaction
    ) throws -> (isFull: Bool, until: Date?) {
        guard let limit = PeopleLimit.people(tier: sender.messagingLimit) else { return (false, nil) }
        let counted = going.filter { $0.countsPerson(at: now) }
        let table = PortfolioTable(transaction, in: sender.workspaceID)
        let reservation = try table.reserve(
            counted.map { ($0.message.id, $0.message.contactID) }, portfolio: portfolio, limit: limit, now: now)
        if reservation.isWarning { events.append(NewEvent(.senderUpdated, subject: sender.id.text, cause: SenderUsage.warningCause)) }
        guard !reservation.full.isEmpty else { return (false, nil) }
        going.removeAll { reservation.full.contains($0.message.contactID) && $0.countsPerson(at: now) }
        return (true, try table.firstRelease(of: portfolio))
    }

    /// Marks a message as failed that the gate doesn't let out any more; nil when it does.
    static func refuse(
        _ one: QueueTable.Loaded, _ known: SendingProblem?, from status: MessageStatus, sender: Sender, now: Date, _ queue: QueueTable
    ) throws -> NewEvent? {
        do {
            if let known { throw known }
            try SendingGate.check(one.message.content, sender: sender, lastInboundAt: one.lastInboundAt, now: now)
            return nil
        } catch let problem as any Problem {
            _ = try queue.refuse(one.message, from: status, MessageError(problem), in: one.message.workspaceID)
            return NewEvent(.messageUpdated, conversation: one.message.conversationID, message: one.message.id, cause: problem.code)
        }
    }
}

extension QueueTable.Loaded {
    func question(lane: Lane) -> TemplateGate.Question {
        .init(message: message.id, contact: message.contactID, content: message.content, lane: lane)
    }

    /// Whether its person counts against the portfolio's limit: a template outside the window.
    func countsPerson(at now: Date) -> Bool {
        guard case .template = message.content else { return false }
        return !MessagingWindow(lastInboundAt: lastInboundAt).allowsSending(at: now)
    }
}
