internal import Domain
internal import ServiceLifecycle
package import Store

package import struct Foundation.Date

/// Reads the event log and writes what became of campaigns' messages to their recipients, with what that adds to the counts. How far the log was read is
/// kept with it, in one transaction, so that everything counts once, however many processes read.
package final class CampaignFollower: Service {
    static let reader = "campaigns"
    /// Of the event that says that recipients came further.
    package static let progress = NewEvent.campaignProgress
    /// Events looked at in one go.
    private static let pageLimit = 500

    private let database: any Database
    private let signals: Signals
    private let now: @Sendable () -> Date
    private let following: EventFollowing

    package init(database: any Database, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.signals, self.now) = (database, signals, now)
        following = EventFollowing("campaigns", database, signals)
    }

    package func run() async throws { await following.run { try await self.round() } }

    /// Reads what there is.
    package func round() async throws {
        try await following.readOn(in: CampaignTable.workspacesWithBegun) { try await self.read($0) }
    }

    /// One page of a workspace's log; false at its end.
    private func read(_ workspaceID: Identifier<Workspace>) async throws -> Bool {
        let moment = now()
        let access = Access.system("campaign", in: workspaceID)
        let (from, page) = try await database.read { transaction in
            let from = try EventReaderTable(transaction, Self.reader, in: workspaceID).cursor()
            return (from, try EventTable(transaction, access).page(after: from ?? .start, limit: Self.pageLimit))
        }
        guard let end = page.end else { return false }
        let updated = page.events.filter { $0.kind == EventKind.messageUpdated.rawValue }
        let received = page.events.filter { $0.kind == EventKind.messageReceived.rawValue }
        let hasChanged = try await database.write { transaction in
            guard try EventReaderTable(transaction, Self.reader, in: workspaceID).advance(from: from, to: end) else { return false }
            let fold = CampaignFold(transaction, access, now: moment)
            return try fold.apply(
                updated: Set(updated.compactMap(\.messageID)).sorted(), received: Set(received.compactMap(\.messageID)).sorted())
        }
        if hasChanged {
            signals.eventsAppended(in: workspaceID)
            signals.jobsAdded()
        }
        return true
    }
}

/// What messages say of the recipients of campaigns.
struct CampaignFold {
    private let transaction: any Transaction
    private let access: Access
    private let now: Date

    init(_ transaction: any Transaction, _ access: Access, now: Date) {
        (self.transaction, self.access, self.now) = (transaction, access, now)
    }

    /// Whether anything has changed.
    func apply(updated: [Identifier<Message>], received: [Identifier<Message>]) throws -> Bool {
        let messages = CampaignMessageTable(transaction, access)
        // Statuses first: somebody answers what has been sent.
        let first = try save(
            messages.hold(messages: updated), messages.standings(of: updated), answers: [:])
        let answers = Dictionary(grouping: try messages.answers(received)) { $0.message ?? Identifier("") }
        let second = try save(messages.hold(messages: answers.keys.sorted()), [:], answers: answers)
        let changed = first.union(second)
        try EventTable(transaction, access).append(
            changed.sorted().map { NewEvent(.campaignUpdated, subject: $0.text, cause: CampaignFollower.progress) }, at: now)
        return !changed.isEmpty
    }

    private func save(
        _ followed: [CampaignMessageTable.Followed], _ standings: [Identifier<Message>: CampaignRecipient.Standing],
        answers: [Identifier<Message>: [CampaignMessageTable.Answer]]
    ) throws -> Set<Identifier<Campaign>> {
        var changed: Set<Identifier<Campaign>> = []
        for (campaign, followed) in Dictionary(grouping: followed, by: \.campaignID).sorted(by: { $0.key < $1.key }) {
            let changes = followed.map { one -> (old: CampaignRecipient, new: CampaignRecipient) in
                var new = one.recipient
                guard let id = new.messageID else { return (new, new) }
                if let standing = standings[id] { new = new.after(standing, at: now) }
                for answer in answers[id] ?? [] { new = new.answered(at: answer.at, isClick: answer.isClick) }
                return (one.recipient, new)
            }
            if try CampaignRecipientTable(transaction, access, of: campaign).save(changes) { changed.insert(campaign) }
            // What came back into the queue although the campaign was stopped meanwhile is taken out of it again.
            if changes.contains(where: { $0.new.state == .queued }),
                let state = try CampaignTable(transaction, access).find(campaign)?.state,
                state == .paused || state == .cancelled
            {
                try CampaignJob.request(campaign, in: access.workspaceID, transaction, now: now)
            }
        }
        return changed
    }
}
