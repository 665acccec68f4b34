internal import Domain
internal import Store

internal import struct Foundation.Date

/// Applies what is about an earlier message: statuses, reactions, edits, deletions. What comes before its message is parked.
struct RelatedEvents {
    /// Parked rows of one sender, at most; more go to the journal.
    static let parkedLimit = 100_000
    /// When a parked event is looked at again, in seconds since it came; the last is its deadline.
    private static let looksForStatus: [Double] = [5, 30, 300, 900]
    private static let looksForOthers: [Double] = [5, 30, 300, 86_400]

    private let transaction: any Transaction
    private let now: Date
    private let parkedLimit: Int
    /// How many each sender has parked, counted once a transaction.
    private var parkedCounts: [Identifier<Sender>: Int] = [:]

    init(_ transaction: any Transaction, now: Date, parkedLimit: Int = Self.parkedLimit) {
        (self.transaction, self.now, self.parkedLimit) = (transaction, now, parkedLimit)
    }

    /// Applies or parks; returns the events to append.
    mutating func apply(_ event: InboundEvent, sender: Sender, connection: Connection) throws -> [NewEvent] {
        if let events = try applied(event, sender: sender.id, in: sender.workspaceID) { return events }
        try park(event, sender: sender.id, connection: connection.id, in: sender.workspaceID)
        return []
    }

    /// Applies the everyday reports among the items together. Returns the events to append by workspace, and the items that are to be applied one by one.
    func applyReports(_ items: [RoutedItem]) throws -> (events: [Identifier<Workspace>: [NewEvent]], others: [RoutedItem]) {
        var reports: [Identifier<Workspace>: [(item: RoutedItem, report: AttemptTable.Report)]] = [:]
        var others: [RoutedItem] = []
        for item in items {
            if case .status(let status) = item.event, let report = AttemptTable.Report(status, sender: item.sender.id) {
                reports[item.sender.workspaceID, default: []].append((item, report))
            } else {
                others.append(item)
            }
        }
        var events: [Identifier<Workspace>: [NewEvent]] = [:]
        for (workspaceID, reports) in reports.sorted(by: { $0.key < $1.key }) {
            let applied = try AttemptTable(transaction, in: workspaceID).apply(reports.map(\.report))
            for ((item, report), applied) in zip(reports, applied) {
                switch applied {
                case .changed(let conversation):
                    events[workspaceID, default: []].append(
                        NewEvent(
                            .messageUpdated, conversation: conversation, message: report.attempt.messageID,
                            cause: report.status.status.rawValue))
                case .unchanged: break
                case .leftAlone: others.append(item)
                }
            }
        }
        return (events, others)
    }

    /// Looks at what was parked for messages whose provider ids have just become known. What is defective goes to the journal, and holds
    /// nothing else up.
    func applyParked(
        for targets: [(sender: Identifier<Sender>, providerID: String)], in workspaceID: Identifier<Workspace>
    ) throws -> [NewEvent] {
        try ParkedTable(transaction, in: workspaceID).take(for: targets).flatMap { try settle($0) }
    }

    /// Looks again at what is due; what is past its deadline goes to the journal. Returns how many rows it took.
    func lookAgain(in workspaceID: Identifier<Workspace>, limit: Int) throws -> Int {
        let due = try ParkedTable(transaction, in: workspaceID).takeDue(now: now, limit: limit)
        let events = try due.flatMap { try settle($0) }
        try EventTable(transaction, .system("intake", in: workspaceID)).append(events, at: now)
        return due.count
    }

    /// Applies an event that was taken out, parks it again, or puts it into the journal. Returns the events to append.
    private func settle(_ parked: ParkedEvent) throws -> [NewEvent] {
        do {
            let events = try transaction.savepoint {
                try applied(parked.event(), sender: parked.senderID, in: parked.workspaceID)
            }
            if let events { return events }
        } catch  where IntakeTransaction.isDefect(error) {
            return [try journal(parked, reason: "defect")]
        }
        if now >= parked.deadline { return [try journal(parked, reason: "target-unknown")] }
        let looks = Self.looks(for: try parked.event())
        try ParkedTable(transaction, in: parked.workspaceID).insert(
            parked.lookedAt(), nextLookAt: parked.receivedAt.addingTimeInterval(looks[min(parked.looks, looks.count - 1)]))
        return []
    }

    private func journal(_ parked: ParkedEvent, reason: String) throws -> NewEvent {
        let entry = JournalEntry(
            id: .make(at: now), connectionID: parked.connectionID, items: [.init(path: JournalEntry.parkedPath, reason: reason)],
            receivedAt: parked.receivedAt, replayedAt: nil)
        // Put together as text, since the event may be one that can't be decoded.
        let body = "{\"event\":\(parked.eventText),\"sender\":\(try JSONText.encode(parked.senderID))}"
        try JournalTable(transaction, .system("intake", in: parked.workspaceID)).insert(entry, body: Array(body.utf8))
        return NewEvent(.journalUpdated, subject: entry.id.text)
    }

    private static func looks(for event: InboundEvent) -> [Double] {
        if case .status = event { looksForStatus } else { looksForOthers }
    }

    private mutating func park(
        _ event: InboundEvent, sender: Identifier<Sender>, connection: Identifier<Connection>, in workspaceID: Identifier<Workspace>
    ) throws {
        guard let target = event.targetProviderID else { return }
        let table = ParkedTable(transaction, in: workspaceID)
        let count = try parkedCounts[sender] ?? table.count(of: sender, limit: parkedLimit)
        guard count < parkedLimit else { throw IntakeDefect.parkingFull }
        parkedCounts[sender] = count + 1
        let looks = Self.looks(for: event)
        try table.insert(
            ParkedEvent(
                id: .make(at: now), workspaceID: workspaceID, connectionID: connection, senderID: sender, targetProviderID: target,
                eventText: try JSONText.encode(event), receivedAt: now, looks: 1, deadline: now.addingTimeInterval(looks[looks.count - 1])),
            nextLookAt: now.addingTimeInterval(looks[0]))
    }

    /// nil when the message it is about isn't known.
    private func applied(_ event: InboundEvent, sender: Identifier<Sender>, in workspaceID: Identifier<Workspace>) throws -> [NewEvent]? {
        switch event {
        case .status(let status): try apply(status, sender: sender, in: workspaceID)
        case .reaction(let reaction): try apply(reaction, sender: sender, in: workspaceID)
        case .edit(let edit): try apply(edit, sender: sender, in: workspaceID)
        case .revoke(let revoke): try apply(revoke, sender: sender, in: workspaceID)
        case .callEnd(let end): try apply(end, sender: sender, in: workspaceID)
        case .message, .preference, .template, .sender, .notice: []
        }
    }

    private func apply(_ status: InboundStatus, sender: Identifier<Sender>, in workspaceID: Identifier<Workspace>) throws -> [NewEvent]? {
        let table = AttemptTable(transaction, in: workspaceID)
        var attempt = try status.attempt.flatMap { try table.find(reference: $0, providerID: status.providerID, sender: sender) }
        attempt = try attempt ?? table.find(reference: nil, providerID: status.providerID, sender: sender)
        guard let attempt else { return nil }
        var events: [NewEvent] = []
        // Only a first report: a later one of the same failure must not end what a person has resumed meanwhile.
        if status.status == .failed, attempt.status != .failed, let disposition = status.disposition {
            events = try Consequences(transaction, now: now).apply(
                disposition, code: status.error?.code ?? "", of: attempt.reference.messageID, sender: sender, in: workspaceID)
        }
        guard try table.apply(status, to: attempt) else { return events }
        events.append(
            NewEvent(
                .messageUpdated, conversation: attempt.conversationID, message: attempt.reference.messageID, cause: status.status.rawValue))
        return events
    }

    private func apply(_ reaction: InboundReaction, sender: Identifier<Sender>, in workspaceID: Identifier<Workspace>) throws -> [NewEvent]?
    {
        guard let target = try target(reaction.targetProviderID, sender: sender, in: workspaceID) else { return nil }
        let actor = reaction.groupID == nil ? "contact" : reaction.from.phone?.text ?? reaction.from.businessScopedID ?? "contact"
        let access = Access.system("intake", in: workspaceID)
        let at = min(reaction.at, now)
        try MessageTable(transaction, access).react(target.id, actor: actor, emoji: reaction.emoji, at: at)
        try ConversationTable(transaction, access).raiseWindow(target.conversationID, lastInboundAt: at)
        return [NewEvent(.messageUpdated, conversation: target.conversationID, message: target.id, cause: "reaction")]
    }

    private func apply(_ edit: InboundEdit, sender: Identifier<Sender>, in workspaceID: Identifier<Workspace>) throws -> [NewEvent]? {
        guard let target = try target(edit.targetProviderID, sender: sender, in: workspaceID) else { return nil }
        guard target.direction == .inbound else { return [] }
        var content = edit.content
        if case .media(var new) = content, case .media(let old) = target.content {
            // An edit changes the words, not the file.
            (new.id, new.providerMediaID, new.mimeType, new.filename) = (old.id, nil, old.mimeType, old.filename)
            content = .media(new)
        }
        let table = MessageTable(transaction, .system("intake", in: workspaceID))
        guard try table.edit(target, content: content, at: min(edit.at, now)) else { return [] }
        return [NewEvent(.messageUpdated, conversation: target.conversationID, message: target.id, cause: "edit")]
    }

    private func apply(_ revoke: InboundRevoke, sender: Identifier<Sender>, in workspaceID: Identifier<Workspace>) throws -> [NewEvent]? {
        guard let target = try target(revoke.targetProviderID, sender: sender, in: workspaceID) else { return nil }
        guard target.direction == .inbound else { return [] }
        let table = MessageTable(transaction, .system("intake", in: workspaceID))
        guard try table.revoke(target, at: min(revoke.at, now)) else { return [] }
        return [NewEvent(.messageUpdated, conversation: target.conversationID, message: target.id, cause: "revoke")]
    }

    private func apply(_ end: InboundCallEnd, sender: Identifier<Sender>, in workspaceID: Identifier<Workspace>) throws -> [NewEvent]? {
        guard let target = try target(end.providerID, sender: sender, in: workspaceID) else { return nil }
        guard try MessageTable(transaction, .system("intake", in: workspaceID)).end(target, call: end.content) else { return [] }
        return [NewEvent(.messageUpdated, conversation: target.conversationID, message: target.id, cause: "call-end")]
    }

    private func target(_ providerID: String, sender: Identifier<Sender>, in workspaceID: Identifier<Workspace>) throws -> Message? {
        try MessageTable(transaction, .system("intake", in: workspaceID)).find(providerID: providerID, sender: sender)
    }
}

extension ParkedEvent {
    /// The same after one look more.
    fileprivate func lookedAt() -> ParkedEvent {
        ParkedEvent(
            id: id, workspaceID: workspaceID, connectionID: connectionID, senderID: senderID, targetProviderID: targetProviderID,
            eventText: eventText, receivedAt: receivedAt, looks: looks + 1, deadline: deadline)
    }
}

/// The body of a journal entry at ``JournalEntry/parkedPath``.
struct ExpiredEvent: Codable {
    let sender: Identifier<Sender>
    let event: InboundEvent
}

extension InboundEvent {
    /// Provider id of the message it is about.
    var targetProviderID: String? {
        switch self {
        case .status(let status): status.providerID
        case .reaction(let reaction): reaction.targetProviderID
        case .edit(let edit): edit.targetProviderID
        case .revoke(let revoke): revoke.targetProviderID
        case .callEnd(let end): end.providerID
        case .message, .preference, .template, .sender, .notice: nil
        }
    }
}
