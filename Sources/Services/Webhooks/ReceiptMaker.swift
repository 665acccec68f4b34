internal import Domain
internal import ServiceLifecycle
package import Store

package import struct Foundation.Date

/// Reads the event log and makes deliveries of the statuses that somebody wants to be told. How far it was read is kept with what was made of it, in
/// one transaction, so that each status counts once, however many processes read.
package final class ReceiptMaker: Service {
    /// Events looked at in one go.
    private static let pageLimit = 500
    /// For a stopped endpoint what happens waits so long; after that nobody seems to come back.
    private static let stoppedSeconds = 3 * 86_400.0

    private let database: any Database
    private let signals: Signals
    private let now: @Sendable () -> Date
    private let following: EventFollowing

    package init(database: any Database, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.signals, self.now) = (database, signals, now)
        following = EventFollowing("webhooks", database, signals)
    }

    package func run() async throws { await following.run { try await self.round() } }

    /// Reads what there is. One workspace that can't be read keeps no other waiting.
    package func round() async throws {
        try await following.readOn(in: WebhookFeedTable.workspaces) { try await self.read($0) }
    }

    /// One page of a workspace's log; false at its end.
    private func read(_ workspaceID: Identifier<Workspace>) async throws -> Bool {
        let moment = now()
        guard let step = try await database.read({ try Self.look($0, in: workspaceID, now: moment) }) else { return false }
        let isMade = try await database.write { transaction in
            let feed = WebhookFeedTable(transaction, in: workspaceID)
            guard try feed.place.advance(from: step.from, to: step.to), !step.deliveries.isEmpty else { return false }
            try feed.add(step.deliveries, at: moment)
            for endpoint in Set(step.deliveries.map(\.endpointID)).sorted() {
                try WebhookDeliveryJob.request(endpoint, at: moment, in: workspaceID, transaction, now: moment)
            }
            return true
        }
        if isMade { signals.jobsAdded() }
        return true
    }

    private struct Step: Sendable {
        let from: EventCursor?
        let to: EventCursor
        let deliveries: [WebhookFeedTable.NewDelivery]
    }

    private static func look(_ transaction: any Transaction, in workspaceID: Identifier<Workspace>, now: Date) throws -> Step? {
        let feed = WebhookFeedTable(transaction, in: workspaceID)
        let from = try feed.place.cursor()
        let system = Access.system("webhooks", in: workspaceID)
        let page = try EventTable(transaction, system).page(after: from ?? .start, limit: pageLimit)
        guard let end = page.end else { return nil }
        let changes = page.events.filter { $0.kind == EventKind.messageUpdated.rawValue && $0.messageID != nil }
        let listeners = try feed.endpoints().filter { $0.stoppedAt.map { now.timeIntervalSince($0) < stoppedSeconds } ?? true }
        guard !changes.isEmpty, !listeners.isEmpty else { return Step(from: from, to: end, deliveries: []) }

        let endpoints = Dictionary(listeners.map { ($0.senderID, $0.id) }, uniquingKeysWith: { $1 })
        let messages = try feed.sent(Set(changes.compactMap(\.messageID)).sorted(), by: Set(endpoints.keys))
        let byID = Dictionary(messages.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        let (times, attempts) = (try feed.reportTimes(of: byID.keys.sorted()), try feed.attempts(of: byID.keys.sorted()))
        let senders = Dictionary(try SenderTable(transaction, system).list().map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        var told: Set<String> = []
        let deliveries = try changes.flatMap { event -> [WebhookFeedTable.NewDelivery] in
            guard let found = event.messageID.flatMap({ byID[$0] }), let sender = senders[found.senderID],
                let endpoint = endpoints[found.senderID],
                let status = ReceiptStatus(cause: event.cause, isFailed: found.status == .failed)
            else { return [] }
            // Since then it may have been sent again.
            let message = found.asItWas(at: event.at, attempts[found.id] ?? [])
            // Reports may come in any order, and two events may tell the same, such as an answer and a report of it.
            return try status.withThoseBefore.filter { told.insert("\(message.id) \(message.attempt) \($0)").inserted }.map { status in
                let reported = status.attemptStatuses.compactMap {
                    times[.init(messageID: message.id, attempt: message.attempt, status: $0)]
                }.min()
                let body = ReceiptBody(message, status, by: sender, at: event.at, providerTimestamp: reported)
                return .init(
                    id: .make(at: now), endpointID: endpoint, messageID: message.id, attempt: message.attempt, status: status,
                    body: try JSONText.encode(body))
            }
        }
        return Step(from: from, to: end, deliveries: deliveries)
    }
}
