internal import Domain
internal import Store

internal import struct Foundation.Date

/// Takes what customers say of what may be sent to them, in the transaction that takes what they wrote. An opt-out counts however late it comes, and whether
/// or not the number receives messages; only what is fresh is answered.
struct IntakeConsent {
    /// A message whose text may be a word.
    struct Said {
        let sender: Sender
        let contact: Identifier<Contact>
        let text: String
        let at: Date
    }

    private let transaction: any Transaction
    private let now: Date

    init(_ transaction: any Transaction, now: Date) { (self.transaction, self.now) = (transaction, now) }

    /// - Returns: the events to append by workspace, and whether there is something to do.
    func take(
        _ messages: [(item: RoutedItem, message: InboundMessage, row: IntakeTable.MessageRow)]
    ) throws -> (events: [Identifier<Workspace>: [NewEvent]], hasJobs: Bool) {
        // In a group nobody speaks for the others.
        let said = messages.compactMap { item, message, row -> Said? in
            guard message.groupID == nil, let text = message.content.possibleWord else { return nil }
            return Said(sender: item.sender, contact: row.contactID, text: text, at: row.at)
        }
        return try take(said)
    }

    private func take(_ said: [Said]) throws -> (events: [Identifier<Workspace>: [NewEvent]], hasJobs: Bool) {
        var (events, hasJobs): ([Identifier<Workspace>: [NewEvent]], Bool) = ([:], false)
        for (workspaceID, said) in Dictionary(grouping: said, by: \.sender.workspaceID).sorted(by: { $0.key < $1.key }) {
            let access = Self.access(workspaceID)
            let words = try ConsentWordsTable(transaction, access).find()
            for one in said {
                guard let meaning = words.meaning(of: one.text) else { continue }
                let (entry, told) = try ConsentRecorder(transaction, access, now: now).record(
                    meaning.change, of: one.contact, source: .word, text: one.text, at: one.at)
                events[workspaceID, default: []] += told
                guard entry.isApplied, now.timeIntervalSince(one.at) <= PersonalNotification.lateSeconds else { continue }
                try ConsentConfirmationJob.request(entry, meaning, of: one.sender, transaction, now: now)
                hasJobs = true
            }
        }
        return (events, hasJobs)
    }

    /// Of what stays in the journal, those words that forbid something: whoever says so isn't asked whether the number receives messages.
    func take(kept items: [IntakeReception.KeptItem], connections: [Connection]) throws -> [Identifier<Workspace>: [NewEvent]] {
        var events: [Identifier<Workspace>: [NewEvent]] = [:]
        for item in items {
            guard case .message(let message) = item.event, message.groupID == nil, let text = message.content.possibleWord else { continue }
            let access = Self.access(item.sender.workspaceID)
            guard let meaning = try ConsentWordsTable(transaction, access).find().meaning(of: text), meaning.change != .optIn,
                let contact = try contact(message.from, portfolio: connections[item.requestIndex].businessAccountID, access)
            else { continue }
            events[item.sender.workspaceID, default: []] += try ConsentRecorder(transaction, access, now: now).record(
                meaning.change, of: contact, source: .word, text: text, at: message.at
            ).events
        }
        return events
    }

    /// What somebody chose in WhatsApp.
    func take(_ preference: InboundPreference, _ item: RoutedItem) throws -> [NewEvent] {
        let access = Self.access(item.sender.workspaceID)
        guard let contact = try contact(preference.from, portfolio: item.connection.businessAccountID, access) else {
            throw IntakeDefect.nobody
        }
        return try ConsentRecorder(transaction, access, now: now).record(
            preference.change, of: contact, source: .preference, text: preference.detail, at: preference.at
        ).events
    }

    /// Whoever it is, made when nobody knows them: what they don't want counts from the first message on.
    private func contact(_ party: InboundParty, portfolio: String, _ access: Access) throws -> Identifier<Contact>? {
        let table = ContactTable(transaction, access)
        let identities = [
            party.businessScopedID.map { ContactIdentity.businessScoped(id: $0, portfolio: portfolio) }, party.phone.map { .phone($0) },
        ].compactMap(\.self)
        for identity in identities {
            if let known = try table.find(identity) { return known }
        }
        return try identities.last.map { try table.findOrMake($0, now: now) }
    }

    private static func access(_ workspaceID: Identifier<Workspace>) -> Access { .system("intake", in: workspaceID) }
}
