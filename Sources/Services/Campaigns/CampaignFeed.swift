internal import Domain
internal import Store

internal import struct Foundation.Date

/// Queues the next messages of a campaign at one number, each together with its recipient's row, inside one transaction.
struct CampaignFeed {
    private let transaction: any Transaction
    private let access: Access
    private let sending: SendingService
    private let places: CampaignPlaces
    private let now: Date

    init(_ transaction: any Transaction, _ access: Access, sending: SendingService, places: CampaignPlaces, now: Date) {
        (self.transaction, self.access, self.sending, self.places, self.now) = (transaction, access, sending, places, now)
    }

    /// What was done.
    struct Fed: Sendable {
        var queued = 0
        var hasChanged = false
        /// Why it can't go on.
        var halt: CampaignHalt?
    }

    /// The campaign is held, and runs.
    func run(_ campaign: Campaign, from senderID: Identifier<Sender>, limit: Int) throws -> Fed {
        var fed = Fed()
        let table = CampaignRecipientTable(transaction, access, of: campaign.id)
        let pending = try table.holdPending(of: senderID, now: now, limit: limit)
        guard !pending.isEmpty else { return fed }
        guard let sender = try SenderTable(transaction, access).find(senderID), let id = campaign.plan.template,
            let template = try TemplateTable(transaction, access).find(id)
        else { return fed }
        let recipients = try recognized(pending)
        let contacts = recipients.compactMap(\.contactID)
        let messages = CampaignMessageTable(transaction, access)
        try messages.holdContacts(contacts)
        let exclusions = try CampaignExclusions(transaction, access, of: campaign, now: now).find(contacts)
        let doubles = try twice(recipients, table)
        try messages.holdConversations(of: senderID, with: contacts)
        let letters = try CampaignLetters(transaction, access, campaign, template, sender: sender, now: now, contacts: contacts)
        var changes: [(old: CampaignRecipient, new: CampaignRecipient)] = []
        for (old, known) in zip(pending, recipients) {
            var new = known
            let earliest = CampaignTiming.earliest(
                of: campaign.plan, region: letters.number(of: known).flatMap(places.numbers.region(of:)), in: places.zones, at: now)
            if earliest > now {
                new.notBefore = earliest
            } else if let exclusion = doubles.contains(old.position)
                ? CampaignExclusion.duplicate : known.contactID.flatMap({ exclusions[$0] })
            {
                (new.state, new.exclusion) = (.excluded, exclusion)
            } else {
                do {
                    let message = try transaction.savepoint { try queue(known, of: campaign, letters) }
                    (new.state, new.messageID, new.conversationID) = (.queued, message.id, message.conversationID)
                    (new.contactID, new.queuedAt) = (message.contactID, now)
                    // One that went on meanwhile may have nothing more to tell.
                    if message.status != .queued, let standing = try messages.standings(of: [message.id])[message.id] {
                        new = new.after(standing, at: now)
                    }
                    if new.state == .queued { fed.queued += 1 }
                } catch SendingProblem.optedOut {
                    (new.state, new.exclusion) = (.excluded, .optedOut)
                } catch let problem as any Problem {
                    if let halt = CampaignHalt(problem, of: senderID, variesFiles: letters.variesFiles) {
                        fed.halt = halt
                        break
                    }
                    (new.state, new.error, new.failedAt) = (.failed, MessageError(problem), now)
                }
            }
            changes.append((old, new))
        }
        fed.hasChanged = try table.save(changes)
        return fed
    }

    /// Rows of files whose number somebody has by now are that person.
    private func recognized(_ recipients: [CampaignRecipient]) throws -> [CampaignRecipient] {
        func key(_ one: CampaignRecipient) -> String? { one.contactID == nil ? one.number.map { MatchKey($0).text } : nil }
        let owners = try CampaignMessageTable(transaction, access).contacts(byMatchKeys: recipients.compactMap(key))
        return recipients.map { one in
            var one = one
            if let owner = key(one).flatMap({ owners[$0] }) { one.contactID = owner }
            return one
        }
    }

    /// Positions of those rows of files that turned out to be somebody who is in the audience already.
    private func twice(_ recipients: [CampaignRecipient], _ table: CampaignRecipientTable) throws -> Set<Int> {
        let found = recipients.filter { $0.messageID == nil && $0.contactID != nil && $0.contactID?.text != $0.personKey }
        guard !found.isEmpty else { return [] }
        let known = try table.known(found.compactMap(\.contactID?.text))
        return Set(found.filter { $0.contactID.map { known.contains($0.text) } == true }.map(\.position))
    }

    /// The message of one, accepted once however often this is tried; one that was taken back, or failed, goes back into the queue.
    private func queue(_ recipient: CampaignRecipient, of campaign: Campaign, _ letters: CampaignLetters) throws -> Message {
        let messages = MessageTable(transaction, access)
        if let id = recipient.messageID, let earlier = try messages.find(id) {
            guard earlier.status == .cancelled || earlier.status == .failed else { return earlier }
            return try sending.requeue(earlier, access: access, in: transaction)
        }
        let to: DraftRecipient
        if let contact = recipient.contactID {
            to = .contact(contact)
        } else if let number = recipient.number {
            to = .phone(number)
        } else {
            throw SendingProblem.contactUnreachable
        }
        return try sending.submit(
            MessageDraft(
                senderID: recipient.senderID, recipient: to, clientID: CampaignRecipient.clientID(campaign.id, recipient.position),
                draft: .template(letters.template.id, values: letters.values(for: recipient)), replyTo: nil, lane: .campaign),
            access: access, in: transaction)
    }
}

/// What a campaign says to each of some people.
struct CampaignLetters {
    let template: Template
    private let mapping: TemplateMapping
    private let contexts: [Identifier<Contact>: MergeContext]
    private let shared: MergeContext

    init(
        _ transaction: any Transaction, _ access: Access, _ campaign: Campaign, _ template: Template, sender: Sender, now: Date,
        contacts: [Identifier<Contact>]
    ) throws {
        (self.template, mapping) = (template, campaign.plan.mapping)
        let agent = Actor(parsing: campaign.createdBy)?.member
        let reader = MergeContexts(transaction, access, now: now)
        shared = try reader.shared(sender, agent: agent)
        contexts = try reader.contexts(of: contacts, from: sender, agent: agent)
    }

    /// The number that is written to; nil when none is known.
    func number(of recipient: CampaignRecipient) -> PhoneNumber? {
        if let number = recipient.number { return number }
        guard let contact = recipient.contactID, case .text(let text) = contexts[contact]?.values[.known(.contactPhone)] else { return nil }
        return try? PhoneNumber(parsing: text)
    }

    /// Whether it is up to each person's data which file they get.
    var variesFiles: Bool {
        template.parts.variables.contains { variable in
            guard case .file = variable.kind, case .field = mapping.variables[variable.key] else { return false }
            return true
        }
    }

    func values(for recipient: CampaignRecipient) -> [String: String] {
        var context = recipient.contactID.flatMap { contexts[$0] } ?? shared
        if recipient.contactID == nil { context.set(.contactPhone, recipient.number?.text) }
        context.add(columns: recipient.columns)
        return mapping.values(in: context, language: template.language)
    }
}

extension CampaignHalt {
    /// What a refusal says of the whole campaign; nil when it is about one person.
    fileprivate init?(_ problem: any Problem, of sender: Identifier<Sender>, variesFiles: Bool) {
        switch problem {
        case is SenderProblem: self = .senderStopped(sender)
        case SendingProblem.templatePaused: self = .templatePaused
        case TemplateProblem.notApproved(_, let status): self = .templateNotSendable(status: status.text)
        case TemplateProblem.gone, TemplateProblem.missing: self = .templateGone
        case SendingProblem.mediaMissing where variesFiles: return nil
        case TemplateProblem.otherAccount, TemplateProblem.needsMore, TemplateProblem.valueUnknown, SendingProblem.mediaMissing:
            self = .plan(code: problem.code, detail: problem.detail)
        default: return nil
        }
    }
}

extension SendingService {
    /// Puts a message of a campaign that was taken out of the queue, or failed, back into it.
    func requeue(_ message: Message, access: Access, in transaction: any Transaction) throws -> Message {
        let moment = now()
        try checkGate(for: message, access: access, in: transaction, at: moment)
        guard try CampaignMessageTable(transaction, access).requeue(message, at: moment, sequence: SequenceClock.shared.next(at: moment)),
            let queued = try MessageTable(transaction, access).find(message.id)
        else { throw SendingProblem.notRetryable }
        try ConversationTable(transaction, access).recordDeparture(queued)
        try EventTable(transaction, access).append(
            NewEvent(.messageUpdated, conversation: queued.conversationID, message: queued.id, cause: "retry"), at: moment)
        return queued
    }
}
