internal import Domain
internal import Store

internal import struct Foundation.Date

/// Notes what somebody said of what may be sent to them, however it came, and tells of it where they are shown.
struct ConsentRecorder {
    /// Conversations with one person whose activity tells of it.
    private static let conversationLimit = 20

    private let transaction: any Transaction
    /// Who notes it. Whether they may see the person was asked before.
    private let access: Access
    private let now: Date

    init(_ transaction: any Transaction, _ access: Access, now: Date) {
        (self.transaction, self.access, self.now) = (transaction, access, now)
    }

    /// The line of the ledger, and the events to append.
    func record(
        _ change: ConsentChange, of contact: Identifier<Contact>, source: ConsentSource, text: String, at moment: Date
    ) throws -> (entry: ConsentEntry, events: [NewEvent]) {
        // What is said to be later than now could never be taken back.
        let entry = try ConsentTable(transaction, access).record(
            change, of: contact, source: source, text: text, at: min(moment, now), now: now)
        let directory = DirectoryTable(transaction, .system("consent", in: access.workspaceID))
        var events: [NewEvent] = []
        if try directory.find(contact)?.isListed == true {
            events.append(NewEvent(.contactUpdated, subject: contact.text, cause: "consent"))
        }
        guard entry.isApplied else { return (entry, events) }
        events += try directory.conversations(of: contact, limit: Self.conversationLimit).map {
            NewEvent(.conversationUpdated, conversation: $0, cause: "consent", deed: .consent(change))
        }
        return (entry, events)
    }
}
