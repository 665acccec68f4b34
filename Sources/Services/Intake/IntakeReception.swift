internal import Domain
internal import Store

internal import struct Foundation.Date

/// What the numbers of some webhooks want done with what arrives for them, as it stands in this transaction.
struct IntakeReception {
    /// Why something arrived and wasn't received, as the journal says it.
    enum Reason: String {
        case numberOff = "not received: the number is off"
        case messagesOff = "not received: messages are off"
        case groupsOff = "not received: group messages are off"
    }

    /// An item that is kept for later.
    struct KeptItem {
        let requestIndex: Int
        let path: String
        let sender: Sender
        let event: InboundEvent
        let reason: Reason
    }

    private let stored: [Identifier<Sender>: ReceptionTable.Stored]

    init(_ requests: [IntakeRequest], _ transaction: any Transaction) throws {
        var senders: [Identifier<Sender>: Sender] = [:]
        for request in requests {
            for item in request.batch.items {
                guard Self.isReceivable(item.event), let sender = item.senderProviderID.flatMap({ request.entry.senders[$0] }) else {
                    continue
                }
                senders[sender.id] = sender
            }
        }
        stored =
            try senders.isEmpty
            ? [:] : ReceptionTable.find(senders.values.sorted { $0.id < $1.id }.map { ($0.workspaceID, $0.id) }, transaction)
    }

    func options(of sender: Identifier<Sender>) -> ReceptionOptions { stored[sender]?.options ?? .usual }

    /// Who is given its new conversations, if they still can be.
    func handler(of sender: Identifier<Sender>) -> Assignment { stored[sender]?.handler ?? .nobody }

    /// **The one place that says whether a number receives something.** Nil when it does; otherwise what arrived stays in the journal until
    /// somebody brings it in, and makes neither a message nor a window nor a notification. What tells of our own messages, such as their
    /// statuses, is no question of receiving and counts always.
    func reasonToKeep(_ event: InboundEvent, for sender: Sender) -> Reason? {
        guard Self.isReceivable(event) else { return nil }
        if stored[sender.id]?.isOff == true { return .numberOff }
        let options = options(of: sender.id)
        if !options.receivesMessages { return .messagesOff }
        return event.isOfGroup && !options.receivesGroupMessages ? .groupsOff : nil
    }

    /// Whether it is something that a customer did, and not news of what we sent or of the account.
    private static func isReceivable(_ event: InboundEvent) -> Bool {
        switch event {
        case .message, .reaction, .edit, .revoke, .callEnd: true
        case .status, .preference, .template, .sender, .notice: false
        }
    }

    /// Those of the items that weren't kept before: what a provider repeats is kept once.
    static func claim(_ items: [KeptItem], _ transaction: any Transaction, now: Date) throws -> [KeptItem] {
        let keys = items.map { item in
            IntakeTable.ReceivedID(
                workspaceID: item.sender.workspaceID, senderID: item.sender.id, key: "k:\(item.event.receivedKey)")
        }
        var new = try IntakeTable(transaction).claim(Set(keys), now: now)
        return zip(items, keys).compactMap { item, key in new.remove(key) == nil ? nil : item }
    }

    /// Has calls rejected and e-mail sent for what just came. Returns whether there is something to do. What took long to come is no news.
    func followUp(
        _ messages: [(item: RoutedItem, message: InboundMessage, row: IntakeTable.MessageRow)], _ transaction: any Transaction, now: Date
    ) throws -> Bool {
        var hasJobs = false
        var toMail: [Identifier<Sender>: (workspaceID: Identifier<Workspace>, messages: [Identifier<Message>])] = [:]
        for (item, message, row) in messages where now.timeIntervalSince(row.at) <= PersonalNotification.lateSeconds {
            let options = options(of: item.sender.id)
            if options.sendsMail, message.content.kind != .system {
                toMail[item.sender.id, default: (item.sender.workspaceID, [])].messages.append(row.id)
            }
            if options.blocksCalls, case .call = message.content {
                try CallBlockingJob.request(
                    message.providerID, of: item.sender, contact: row.contactID, calledAt: row.at, transaction, now: now)
                hasJobs = true
            }
        }
        // In one order, so that two processes can't wait for each other.
        for (sender, (workspaceID, messages)) in toMail.sorted(by: { $0.key < $1.key }) {
            try ReceptionMailTable(transaction, in: workspaceID).add(messages, of: sender)
            try ReceptionMailJob.request(sender, mailedAt: stored[sender]?.mailedAt, in: workspaceID, transaction, now: now)
            hasJobs = true
        }
        return hasJobs
    }

    /// Has calls rejected that are kept, which nobody will see meanwhile. Returns whether there are any.
    func followUp(kept items: [KeptItem], _ transaction: any Transaction, now: Date) throws -> Bool {
        var hasJobs = false
        for item in items where options(of: item.sender.id).blocksCalls {
            guard case .message(let message) = item.event, case .call = message.content,
                now.timeIntervalSince(message.at) <= PersonalNotification.lateSeconds
            else { continue }
            try CallBlockingJob.request(
                message.providerID, of: item.sender, contact: nil, calledAt: min(message.at, now), transaction, now: now)
            hasJobs = true
        }
        return hasJobs
    }
}

extension InboundEvent {
    /// Whether it says itself that it was in a group. An edit or a deletion doesn't, and waits for a message that isn't there.
    fileprivate var isOfGroup: Bool {
        switch self {
        case .message(let message): message.groupID != nil
        case .reaction(let reaction): reaction.groupID != nil
        case .edit, .revoke, .callEnd, .status, .preference, .template, .sender, .notice: false
        }
    }
}
