internal import Domain
internal import Store

internal import struct Foundation.Date

/// Applies items that are all believed sound. The first statement records their ids; only those that are new go on, so that a repeat, on whichever
/// process, changes nothing.
struct IntakeStep {
    private let transaction: any Transaction
    private let reception: IntakeReception
    private let now: Date
    private let sequence: SequenceClock

    init(_ transaction: any Transaction, _ reception: IntakeReception, now: Date, sequence: SequenceClock) {
        (self.transaction, self.reception, self.now, self.sequence) = (transaction, reception, now, sequence)
    }

    func apply(_ items: [RoutedItem]) throws -> IntakeResult {
        guard !items.isEmpty else { return IntakeResult() }
        let fresh = try claim(items)
        guard !fresh.isEmpty else { return IntakeResult() }

        var result = IntakeResult()
        var events: [Identifier<Workspace>: [NewEvent]] = [:]
        let messages = fresh.compactMap { item in
            if case .message(let message) = item.event { (item, message) } else { nil }
        }
        let affected = try affectedConversations(fresh)
        if messages.isEmpty {
            try IntakeTable(transaction).lock(affected)
        } else {
            let stored = try storeMessages(messages, besides: affected, events: &events)
            result.messages = messages.count
            result.hasJobs = stored.hasJobs
            try applyParked(for: stored.rows, events: &events)
        }
        var related = RelatedEvents(transaction, now: now)
        let about = fresh.filter { if case .message = $0.event { false } else { true } }
        let reported = try related.applyReports(about)
        events.merge(reported.events) { $0 + $1 }
        for item in reported.others {
            if case .preference(let preference) = item.event {
                events[item.sender.workspaceID, default: []] += try IntakeConsent(transaction, now: now).take(preference, item)
                continue
            }
            events[item.sender.workspaceID, default: []] += try related.apply(item.event, sender: item.sender, connection: item.connection)
        }
        for (workspaceID, events) in events.sorted(by: { $0.key < $1.key }) {
            try EventTable(transaction, .system("intake", in: workspaceID)).append(events, at: now)
            result.workspaces.insert(workspaceID)
        }
        return result
    }

    /// Items that weren't received before, in their order; of two that are the same in one body, the first.
    private func claim(_ items: [RoutedItem]) throws -> [RoutedItem] {
        let keys = items.map { item in
            IntakeTable.ReceivedID(workspaceID: item.sender.workspaceID, senderID: item.sender.id, key: item.event.receivedKey)
        }
        var new = try IntakeTable(transaction).claim(Set(keys), now: now)
        return zip(items, keys).compactMap { item, key in new.remove(key) == nil ? nil : item }
    }

    /// The conversations that statuses, reactions, edits and deletions will change, so that they can be locked in their order. Not needed for one
    /// item alone, nor where there is only one writer.
    private func affectedConversations(_ items: [RoutedItem]) throws -> Set<IntakeTable.ConversationKey> {
        guard transaction.dialect == .postgres, items.count > 1 else { return [] }
        let targets = items.compactMap { item -> IntakeTable.Target? in
            guard let providerID = item.event.targetProviderID else { return nil }
            var messageID: Identifier<Message>?
            if case .status(let status) = item.event { messageID = status.attempt?.messageID }
            return .init(
                workspaceID: item.sender.workspaceID, senderID: item.sender.id, providerID: providerID, messageID: messageID)
        }
        return try IntakeTable(transaction).conversations(of: targets)
    }

    private func storeMessages(
        _ messages: [(item: RoutedItem, message: InboundMessage)], besides affected: Set<IntakeTable.ConversationKey>,
        events: inout [Identifier<Workspace>: [NewEvent]]
    ) throws -> (rows: [IntakeTable.MessageRow], hasJobs: Bool) {
        let table = IntakeTable(transaction)
        var people = try IntakePeople(messages, table: table, now: now)
        var conversations = IntakeConversations(now: now)
        var handlers = IntakeHandlers(transaction, reception)
        var rows: [IntakeTable.MessageRow] = []
        var media: [(file: MediaFile, kind: MediaContent.Kind, providerMediaID: String, message: IntakeTable.MessageRow)] = []

        for (item, message) in messages {
            let person = try people.resolve(item, message)
            let at = min(message.at, now)
            let id = Identifier<Message>.make(at: now)
            var content = message.content
            var file: (MediaFile, MediaContent.Kind, String)?
            if case .media(var attachment) = content, let providerMediaID = attachment.providerMediaID {
                attachment.id = .make(at: now)
                attachment.providerMediaID = nil
                file = (
                    MediaFile(
                        id: attachment.id!, state: .pending, sha256: nil, byteCount: nil, mimeType: attachment.mimeType,
                        filename: attachment.filename),
                    attachment.kind, providerMediaID
                )
                content = .media(attachment)
            }
            let conversationID = try conversations.add(
                item: item, person: person, messageID: id, content: content, at: at, handlers: &handlers)
            let row = IntakeTable.MessageRow(
                workspaceID: item.sender.workspaceID, id: id, conversationID: conversationID, senderID: item.sender.id,
                contactID: person.contactID,
                kind: content.kind, content: try content.storedText(), providerID: message.providerID, replyTo: nil, at: at,
                sequence: sequence.next(at: now), author: message.groupID == nil ? nil : message.from.name ?? message.from.phone?.text,
                origin: try MessageOrigin(isForwarded: message.isForwarded, referral: message.referral).map(JSONText.encode))
            rows.append(row)
            if let (file, kind, providerMediaID) = file { media.append((file, kind, providerMediaID, row)) }
            events[item.sender.workspaceID, default: []].append(
                NewEvent(.messageReceived, conversation: conversationID, message: id, cause: message.providerID))
        }
        for row in conversations.rows where row.assignment != .nobody {
            events[row.workspaceID, default: []].append(.assigned(row.id, from: .nobody, to: row.assignment))
        }
        try resolveReplies(messages.map(\.message), &rows)

        try people.save()
        if !affected.isEmpty { try table.lock(affected.union(conversations.rows.map { .init(workspaceID: $0.workspaceID, id: $0.id) })) }
        try table.save(conversations.rows, now: now)
        try IntakeNewcomers(transaction, now: now).welcome(conversations.begunRows, events: &events)
        try table.insert(rows)
        try table.insert(media: media, now: now)
        try JobTable(transaction).insert(
            media.map { entry in
                JobTable.NewJob(
                    workspaceID: entry.message.workspaceID, kind: JobKind.mediaDownload, key: entry.file.id.text,
                    payload: #"{"media":"\#(entry.file.id.text)"}"#, runAt: now)
            }, now: now)
        let arrived = zip(messages, rows).map { (item: $0.item, message: $0.message, row: $1) }
        let isFollowed = try reception.followUp(arrived, transaction, now: now)
        let consent = try IntakeConsent(transaction, now: now).take(arrived)
        events.merge(consent.events) { $0 + $1 }
        return (rows, !media.isEmpty || isFollowed || consent.hasJobs)
    }

    /// Points each answer to the message it quotes, stored earlier or in this very body.
    private func resolveReplies(_ messages: [InboundMessage], _ rows: inout [IntakeTable.MessageRow]) throws {
        var wanted: [Identifier<Sender>: (Identifier<Workspace>, [String])] = [:]
        for (message, row) in zip(messages, rows) {
            guard let id = message.replyToProviderID else { continue }
            wanted[row.senderID, default: (row.workspaceID, [])].1.append(id)
        }
        guard !wanted.isEmpty else { return }
        var found: [Identifier<Sender>: [String: Identifier<Message>]] = [:]
        for (sender, (workspaceID, ids)) in wanted {
            found[sender] = try IntakeTable(transaction).messages(ids, sender: sender, in: workspaceID)
        }
        for row in rows where wanted[row.senderID] != nil { found[row.senderID, default: [:]][row.providerID] = row.id }
        for (index, message) in messages.enumerated() {
            if let id = message.replyToProviderID { rows[index].replyTo = found[rows[index].senderID]?[id] }
        }
    }

    private func applyParked(for rows: [IntakeTable.MessageRow], events: inout [Identifier<Workspace>: [NewEvent]]) throws {
        let related = RelatedEvents(transaction, now: now)
        for (workspaceID, rows) in Dictionary(grouping: rows, by: \.workspaceID) {
            events[workspaceID, default: []] += try related.applyParked(for: rows.map { ($0.senderID, $0.providerID) }, in: workspaceID)
        }
    }
}

extension InboundEvent {
    /// What makes it one and the same, however often it is delivered.
    var receivedKey: String {
        switch self {
        case .message(let message): "m:\(message.providerID)"
        case .reaction(let reaction): "m:\(reaction.providerID)"
        case .edit(let edit): "m:\(edit.providerID)"
        case .revoke(let revoke): "m:\(revoke.providerID)"
        case .callEnd(let end): "c:\(end.providerID)"
        case .status(let status): "s:\(status.providerID):\(status.status.rawValue):\(status.participant ?? "")"
        case .preference(let preference):
            "p:\(preference.from.businessScopedID ?? preference.from.phone?.text ?? ""):\(preference.change.rawValue):\(preference.at.milliseconds)"
        case .template(let news): "t:\(news.providerID)"
        case .sender(let news): "s:\(news.digits ?? news.account)"
        case .notice(let field): "n:\(field)"
        }
    }
}
