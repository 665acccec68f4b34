internal import Domain
internal import Logging
internal import Store

internal import struct Foundation.Date

/// What a provider's refusal means beyond its message: for the number, the template, the person. Written in the transaction that records the refusal,
/// whether it came as the answer to a call or as a status later.
struct Consequences {
    private let transaction: any Transaction
    private let now: Date

    /// WhatsApp's codes for a template that isn't as the message takes it to be (Meta, "Error codes", read 2026-11).
    private static let staleTemplateCodes: Set<String> = ["132000", "132001", "132005", "132012", "132015", "132016"]

    init(_ transaction: any Transaction, now: Date) { (self.transaction, self.now) = (transaction, now) }

    /// Returns the events to append.
    func apply(
        _ disposition: Disposition, code: String, of messageID: Identifier<Message>, sender senderID: Identifier<Sender>,
        in workspaceID: Identifier<Workspace>
    ) throws -> [NewEvent] {
        let access = Access.system("dispatcher", in: workspaceID)
        if Self.staleTemplateCodes.contains(code), let sender = try SenderTable(transaction, access).find(senderID) {
            try TemplateSyncJob.requestAfterRefusal(for: sender.connectionID, in: workspaceID, in: transaction, now: now)
        }
        let holds = SenderHoldTable(transaction, access)
        switch disposition {
        case .retry, .fail, .askPerson: return []
        case .slowDown:
            try holds.slow(senderID, at: now)
        case .hold(let duration, let reason):
            try holds.hold(senderID, until: now.addingTimeInterval(duration / .seconds(1)), reason: reason)
        case .pauseCampaigns(let reason):
            guard try holds.pauseCampaigns(senderID, reason: reason, at: now) else { return [] }
            return [NewEvent(.senderUpdated, subject: senderID.text, cause: "campaigns-paused")]
        case .stopSender(let event, let reason):
            Logger(label: "dispatcher").error(
                "A sender can't send any more", metadata: ["sender.id": "\(senderID)", "reason": "\(reason)"])
            guard let (before, after) = try SenderTable(transaction, access).apply([event], saying: reason, to: senderID, at: now),
                before != after
            else { return [] }
            return [NewEvent(.senderUpdated, subject: senderID.text, cause: event.rawValue)]
        case .restrictContact, .pauseTemplate:
            return try restrict(disposition, code: code, of: messageID, sender: senderID, access)
        }
        return [NewEvent(.senderUpdated, subject: senderID.text, cause: code)]
    }

    private func restrict(
        _ disposition: Disposition, code: String, of messageID: Identifier<Message>, sender senderID: Identifier<Sender>, _ access: Access
    ) throws -> [NewEvent] {
        guard let message = try MessageTable(transaction, access).find(messageID), case .template(let template) = message.content,
            let sender = try SenderTable(transaction, access).find(senderID)
        else { return [] }
        let table = RestrictionTable(transaction, in: access.workspaceID)
        let key = RestrictionTable.TemplateKey(template)
        switch disposition {
        case .restrictContact(let duration):
            // WhatsApp withholds nothing but marketing.
            try table.markMarketing(key, connection: sender.connectionID)
            guard let duration else {
                return try ConsentRecorder(transaction, access, now: now).record(
                    .optOut, of: message.contactID, source: .refusal, text: code, at: now
                ).events
            }
            try table.restrict(message.contactID, until: now.addingTimeInterval(duration / .seconds(1)), code: code, at: now)
        case .pauseTemplate(let duration):
            try table.pause(key, connection: sender.connectionID, code: code, until: now.addingTimeInterval(duration / .seconds(1)))
        default: break
        }
        return []
    }
}
