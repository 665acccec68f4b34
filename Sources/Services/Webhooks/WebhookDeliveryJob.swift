package import Domain
internal import Logging
internal import Metrics
package import Store

package import struct Foundation.Date

/// Delivers what waits for one endpoint. There is one such job for an endpoint at a time, so that a slow one holds up no other and what concerns one
/// message goes out in order. A call whose outcome was lost with its process is made again, under the same id.
package struct WebhookDeliveryJob: JobHandler {
    package static let kind = JobKind.webhookDelivery
    package static let concurrency = 16
    /// Calls to one endpoint at once.
    private static let callLimit = 5
    /// Calls of one job; then the others have their turn.
    private static let runLimit = 500

    private let database: any Database
    private let call: WebhookCall
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(
        database: any Database, sealing: any SecretSealing, caller: any OutsideCaller, signals: Signals, now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.signals, self.now) = (database, signals, now)
        call = WebhookCall(caller: caller, sealing: sealing, now: now)
    }

    private struct Payload: Codable { let endpoint: Identifier<WebhookEndpoint> }

    static func request(
        _ endpoint: Identifier<WebhookEndpoint>, at runAt: Date, in workspaceID: Identifier<Workspace>, _ transaction: any Transaction,
        now: Date
    ) throws {
        try JobTable(transaction).request(
            .init(
                workspaceID: workspaceID, kind: kind, key: endpoint.text, payload: try JSONText.encode(Payload(endpoint: endpoint)),
                runAt: runAt), now: now)
    }

    package func run(_ job: Job) async throws -> JobCompletion {
        let payload: Payload = try JSONText.decode(from: job.payload)
        let workspaceID = job.workspaceID
        var made = 0
        while made < Self.runLimit {
            let moment = now()
            let next = try await database.read { transaction -> (stored: WebhookTable.Stored, due: [WebhookFeedTable.Due])? in
                let feed = WebhookFeedTable(transaction, in: workspaceID)
                guard let stored = try feed.find(payload.endpoint), stored.mayBeCalled(at: moment) else { return nil }
                return (stored, try feed.due(of: payload.endpoint, at: moment, limit: Self.callLimit))
            }
            guard let (stored, due) = next, !due.isEmpty else { break }
            try await record(try await deliver(due, to: stored, in: workspaceID), of: stored.endpoint, in: workspaceID)
            made += due.count
        }
        return JobCompletion { [now] transaction in
            let feed = WebhookFeedTable(transaction, in: workspaceID)
            guard let stored = try feed.find(payload.endpoint), stored.endpoint.isOn, stored.endpoint.stop == nil else { return }
            let moment = now()
            let next = stored.mayBeCalled(at: moment) ? try feed.nextTime(of: stored.endpoint.id) : stored.restsUntil
            guard let next else { return }
            try Self.request(stored.endpoint.id, at: next, in: workspaceID, transaction, now: moment)
        }
    }

    private struct Made: Sendable {
        let due: WebhookFeedTable.Due
        let outcome: WebhookCall.Outcome
    }

    /// All at once, in the order given.
    private func deliver(
        _ due: [WebhookFeedTable.Due], to stored: WebhookTable.Stored, in workspaceID: Identifier<Workspace>
    ) async throws -> [Made] {
        try await withThrowingTaskGroup(of: (Int, Made).self) { group in
            for (index, one) in due.enumerated() {
                group.addTask { [call] in
                    (index, Made(due: one, outcome: try await call.send(one.body, id: one.id.text, to: stored, in: workspaceID)))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// Failures in a row, once these came after so many.
    private static func failures(after failures: Int, _ made: [Made]) -> Int {
        made.reduce(failures) { $1.outcome.attempt.isSuccess ? 0 : $0 + 1 }
    }

    private func record(_ made: [Made], of endpoint: WebhookEndpoint, in workspaceID: Identifier<Workspace>) async throws {
        let moment = now()
        let isGone = made.contains { $0.outcome.attempt.status == 410 }
        let isStopped = try await database.write { transaction in
            let feed = WebhookFeedTable(transaction, in: workspaceID)
            for one in made {
                let number = one.due.attempts + 1
                let attempt = one.outcome.attempt
                if attempt.isSuccess {
                    try feed.record(attempt, of: one.due.id, number: number, state: .delivered, nextAt: nil)
                } else if attempt.status == 410 {
                    // It isn't this one's fault: it waits for a person.
                    try feed.record(attempt, of: one.due.id, number: number, state: .waiting, nextAt: moment)
                } else {
                    let delay = WebhookSchedule.delay(
                        after: number, retryAfter: one.outcome.retryAfter, jitter: .random(in: 0.8...1.2))
                    try feed.record(
                        attempt, of: one.due.id, number: number, state: delay == nil ? .failed : .waiting,
                        nextAt: delay.map { moment.addingTimeInterval($0) })
                }
            }
            let success = made.filter(\.outcome.attempt.isSuccess).map(\.outcome.attempt.at).max()
            let failures = Self.failures(after: endpoint.failures, made)
            let rest = WebhookSchedule.rest(after: failures)
            try feed.record(
                failures: failures, of: endpoint.id, restsUntil: rest > 0 ? moment.addingTimeInterval(rest) : nil, lastSuccessAt: success,
                at: moment)
            let stopped =
                isGone
                ? try feed.stop(endpoint, .gone, at: moment)
                : try feed.stop(endpoint, .failing, failingBefore: moment.addingTimeInterval(-WebhookSchedule.patienceSeconds), at: moment)
            if stopped {
                try EventTable(transaction, .system("webhooks", in: workspaceID)).append(
                    NewEvent(.senderUpdated, subject: endpoint.senderID.text, cause: "webhook-stopped"), at: moment)
            }
            return stopped
        }
        if isStopped { signals.eventsAppended(in: workspaceID) }
        for one in made {
            Counter(label: "webhook_calls_total", dimensions: [("success", one.outcome.attempt.isSuccess ? "yes" : "no")]).increment()
        }
    }
}
