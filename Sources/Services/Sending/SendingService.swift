package import Domain
internal import Logging
internal import Metrics
package import Store

package import struct Foundation.Date

/// Accepts messages for sending: agents, campaigns, bots, assistants and the API all come through ``submit(_:access:)``.
package struct SendingService: Sendable {
    /// Characters of a client id, at most.
    private static let clientIDLimit = 128

    let database: any Database
    let signals: Signals
    package let halts: SendingHaltWatch
    let now: @Sendable () -> Date

    package init(database: any Database, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.signals, self.now) = (database, signals, now)
        halts = SendingHaltWatch(database)
    }

    /// The accepted message, queued; the same draft with the same client id gives the same message. Throws what forbids it.
    package func submit(_ draft: MessageDraft, access: Access) async throws -> Message {
        let message = try await database.write { try submit(draft, access: access, in: $0) }
        announce(message)
        return message
    }

    /// As ``submit(_:access:)``, inside a transaction of the caller's, who calls ``announce(_:)`` after its commit.
    package func submit(_ draft: MessageDraft, access: Access, in transaction: any Transaction) throws -> Message {
        try access.require(.messagesSend)
        try Self.check(draft)
        let moment = now()
        if let clientID = draft.clientID, let earlier = try MessageTable(transaction, access).find(clientID: clientID) {
            return try same(earlier, as: draft, access: access, in: transaction)
        }
        guard let sender = try SenderTable(transaction, access.withGrant(.sendersView)).find(draft.senderID) else {
            throw SenderProblem.missing
        }

        let reading = access.withGrant(.conversationsView)
        let contactID = try contact(of: draft.recipient, sender: sender, access: reading, in: transaction, now: moment)
        let conversations = ConversationTable(transaction, reading)
        let conversationID = try conversations.findOrMake(sender: sender.id, contact: contactID, now: moment).id
        guard let conversation = try conversations.find(conversationID) else { throw ConversationProblem.withColleagues }
        let content = try resolve(draft.content, sender: sender, mustBeSendable: true, access: access, in: transaction)
        try SendingGate.check(content, sender: sender, lastInboundAt: conversation.lastInboundAt, now: moment)
        try checkSchedule(of: draft, in: conversationID, MessageTable(transaction, reading), at: moment)
        let id = Identifier<Message>.make(at: moment)
        try TemplateGate(transaction, now: moment).check(
            .init(message: id, contact: contactID, content: content, lane: draft.lane), sender: sender)
        try checkTargets(of: draft, content, in: conversationID, MessageTable(transaction, reading))
        try checkMedia(of: content, in: transaction, access: reading)

        let message = Message(
            id: id, workspaceID: access.workspaceID, conversationID: conversationID, senderID: sender.id,
            contactID: contactID,
            clientID: draft.clientID, direction: .outbound, content: content, status: draft.sendAt == nil ? .queued : .scheduled,
            attempt: 0, error: nil,
            providerID: nil,
            replyTo: draft.replyTo, at: draft.sendAt ?? moment, sequence: SequenceClock.shared.next(at: moment), sentAt: nil,
            deliveredAt: nil, readAt: nil,
            editedAt: nil, revokedAt: nil, author: access.actor.text, sendAt: draft.sendAt)
        guard try MessageTable(transaction, access).insert(message, lane: draft.lane) else {
            // Another request with this client id was faster between our two looks.
            guard let clientID = draft.clientID, let earlier = try MessageTable(transaction, access).find(clientID: clientID) else {
                // Or it belongs to a conversation that the caller may not see.
                if access.visibility != .all { throw SendingProblem.clientIDTaken }
                throw StoreError.unavailable("The message is being accepted by another request; try again.")
            }
            return try same(earlier, as: draft, access: access, in: transaction)
        }
        if let file = content.attachment?.id { try MediaTable(transaction, access).hold(file, by: id) }
        if let sendAt = draft.sendAt {
            // Nothing has been said yet: the list and what is unread stay as they are until it leaves.
            try ScheduledMessageJob.request(for: message, at: sendAt, in: transaction, now: moment)
            try EventTable(transaction, access).append(
                NewEvent(.messageUpdated, conversation: conversationID, message: message.id, cause: "scheduled"), at: moment)
            return message
        }
        if case .reaction(let reaction) = content, let target = reaction.message {
            try MessageTable(transaction, access).react(target, actor: "business", emoji: reaction.emoji, at: moment)
        } else {
            // A campaign hasn't read what people wrote.
            if draft.lane == .campaign { try conversations.recordDeparture(message) } else { try conversations.recordOutbound(message) }
            try takeOver(message, conversations)
        }
        if draft.lane == .reply {
            // Whoever answers has read, also where opening the chat tells nobody.
            try ReadReceiptJob.request(for: conversation, of: sender, on: [.onOpen, .onAnswer], in: transaction, now: moment)
        }
        try EventTable(transaction, access).append(NewEvent(.messageQueued, conversation: conversationID, message: message.id), at: moment)
        return message
    }

    /// What a person answers, no bot and no assistant answers any more.
    func takeOver(_ message: Message, _ conversations: ConversationTable) throws {
        guard message.author.flatMap(Actor.init(parsing:))?.member != nil else { return }
        _ = try conversations.setAIActive(false, message.conversationID)
    }

    /// Wakes the dispatcher and the open pages.
    package func announce(_ message: Message) {
        Counter(label: "messages_accepted_total").increment()
        signals.messageQueued(for: message.senderID)
        signals.jobsAdded()
        signals.eventsAppended(in: message.workspaceID)
        Logger(label: "sending").debug("Message accepted", metadata: ["message.id": "\(message.id)", "sender.id": "\(message.senderID)"])
    }

    /// Sends a failed message again, as a new attempt.
    package func retry(_ id: Identifier<Message>, access: Access) async throws -> Message {
        let message = try await database.write { try retry(id, access: access, in: $0) }
        announce(message)
        return message
    }

    package func retry(_ id: Identifier<Message>, access: Access, in transaction: any Transaction) throws -> Message {
        try access.require(.messagesSend)
        let reading = access.withGrant(.conversationsView)
        let table = MessageTable(transaction, reading)
        guard let message = try table.find(id), message.direction == .outbound else { throw SendingProblem.messageMissing }
        guard message.status == .failed else { throw SendingProblem.notRetryable }
        let moment = now()
        try checkGate(for: message, access: access, in: transaction, at: moment)
        guard try table.requeue(message) else { throw SendingProblem.notRetryable }
        try EventTable(transaction, access).append(
            NewEvent(.messageUpdated, conversation: message.conversationID, message: id, cause: "retry"), at: moment)
        guard let queued = try table.find(id) else { throw SendingProblem.messageMissing }
        return queued
    }

    /// Asks the gate for a message that is to leave once more.
    func checkGate(for message: Message, access: Access, in transaction: any Transaction, at moment: Date) throws {
        guard let sender = try SenderTable(transaction, access.withGrant(.sendersView)).find(message.senderID) else {
            throw SenderProblem.missing
        }
        let conversation = try ConversationTable(transaction, access.withGrant(.conversationsView)).find(message.conversationID)
        try SendingGate.check(message.content, sender: sender, lastInboundAt: conversation?.lastInboundAt, now: moment)
        try TemplateGate(transaction, now: moment).check(
            .init(message: message.id, contact: message.contactID, content: message.content, lane: .reply), sender: sender)
    }

    private static func check(_ draft: MessageDraft) throws {
        if let clientID = draft.clientID {
            let isPrintable = clientID.unicodeScalars.allSatisfy { $0.value > 32 && $0.value != 127 }
            guard (1...clientIDLimit).contains(clientID.count), isPrintable else { throw SendingProblem.clientIDMalformed }
        }
        if case .given(let content) = draft.content { try content.validateForSending() }
    }

    /// The earlier message, if the draft is a repetition of it: same words, same sender, same person, and while it waits for a time, that time. Once it
    /// has left nobody knows the time any more, and a repetition may come as late as that.
    private func same(_ message: Message, as draft: MessageDraft, access: Access, in transaction: any Transaction) throws -> Message {
        let content = try known(draft.content, sender: message.senderID, access: access, in: transaction)
        guard message.content.given == content, message.senderID == draft.senderID, message.replyTo == draft.replyTo,
            message.status != .scheduled || message.sendAt?.milliseconds == draft.sendAt?.milliseconds,
            try message.contactID == known(draft.recipient, sender: message.senderID, access: access, in: transaction)
        else {
            throw SendingProblem.clientIDTaken
        }
        return message
    }

    /// The contact whom a recipient names; makes none.
    private func known(
        _ recipient: DraftRecipient, sender: Identifier<Sender>, access: Access, in transaction: any Transaction
    ) throws -> Identifier<Contact>? {
        let table = ContactTable(transaction, access.withGrant(.conversationsView))
        switch recipient {
        case .contact(let id): return id
        case .phone(let number): return try table.find(.phone(number))
        case .businessScoped(let id):
            guard let sender = try SenderTable(transaction, access.withGrant(.sendersView)).find(sender) else { return nil }
            return try table.find(.businessScoped(id: id, portfolio: portfolio(of: sender, access: access, in: transaction)))
        }
    }

    private func portfolio(of sender: Sender, access: Access, in transaction: any Transaction) throws -> String {
        let connection = try ConnectionTable(transaction, access.withGrant(.connectionsManage)).find(sender.connectionID)
        return connection?.connection.businessAccountID ?? ""
    }

    func contact(
        of recipient: DraftRecipient, sender: Sender, access: Access, in transaction: any Transaction, now: Date
    ) throws -> Identifier<Contact> {
        let table = ContactTable(transaction, access)
        switch recipient {
        case .contact(let id):
            guard let contact = try table.find(id) else { throw SendingProblem.contactMissing }
            if contact.phoneNumber == nil, contact.businessScopedID == nil, try table.group(of: id) == nil {
                throw SendingProblem.contactUnreachable
            }
            return id
        case .phone(let number):
            return try table.findOrMake(.phone(number), now: now)
        case .businessScoped(let id):
            let portfolio = try portfolio(of: sender, access: access, in: transaction)
            return try table.findOrMake(.businessScoped(id: id, portfolio: portfolio), now: now)
        }
    }

    private func checkTargets(
        of draft: MessageDraft, _ content: MessageContent, in conversation: Identifier<Conversation>, _ table: MessageTable
    ) throws {
        if case .reaction(let reaction) = content {
            guard let id = reaction.message, let target = try table.find(id), target.conversationID == conversation,
                target.content.kind != .call
            else { throw MessageProblem.reactionTargetMissing }
            guard target.providerID != nil else { throw SendingProblem.targetNotSent }
        }
        if let id = draft.replyTo {
            guard let target = try table.find(id), target.conversationID == conversation, target.content.kind != .call else {
                throw SendingProblem.replyTargetMissing
            }
            guard target.providerID != nil else { throw SendingProblem.targetNotSent }
        }
    }

    private func checkSchedule(
        of draft: MessageDraft, in conversation: Identifier<Conversation>, _ table: MessageTable, at moment: Date
    ) throws {
        guard let sendAt = draft.sendAt else { return }
        if case .given(.reaction) = draft.content { throw ScheduleProblem.notSchedulable }
        try MessageSchedule.check(sendAt, now: moment)
        let limit = MessageSchedule.conversationLimit
        guard try table.scheduledCount(in: conversation, now: moment, most: limit) < limit else { throw ScheduleProblem.tooMany }
    }

    private func checkMedia(of content: MessageContent, in transaction: any Transaction, access: Access) throws {
        guard let attachment = content.attachment, let id = attachment.id else { return }
        guard let file = try MediaTable(transaction, access).find(id) else { throw SendingProblem.mediaMissing }
        try file.validate(as: attachment.kind, isVoice: attachment.voice == true)
    }
}

extension MessageContent {
    /// The file that goes with it: the media itself, or the header of an interactive message or template.
    var attachment: MediaContent? {
        switch self {
        case .media(let media): media
        case .interactive(let interactive): interactive.header?.media
        case .template(let template): template.attachment
        default: nil
        }
    }
}

extension Access {
    /// The same caller, allowed one thing more for a step inside a use case whose own grant was already required.
    func withGrant(_ grant: Grant) -> Access {
        Access(workspaceID: workspaceID, actor: actor, grants: grants.union([grant]), visibility: visibility, address: address)
    }
}
