package import Domain
package import Store

package import struct Foundation.Date

/// Does what is due for one number: charges its month, reminds, begins the days of grace, stops it, and brings it back. There is one such job for a number at
/// a time; a step commits together with the job, and the key of a charge is its month's, so that no crash and no second process charges it twice.
package struct RenewalJob: JobHandler {
    package static let kind = JobKind.renewal
    package static let concurrency = 4
    /// Numbers that one look of the housekeeper brings on.
    private static let lookLimit = 500

    private let now: @Sendable () -> Date

    package init(now: @escaping @Sendable () -> Date) { self.now = now }

    private struct Payload: Codable {
        /// Nil for all that have a month or wait for credits.
        let sender: Identifier<Sender>?
    }

    /// Whoever isn't this job asks for it before holding the ledger: it holds its own row first too, and so nobody waits in a circle.
    /// - Parameter sender: nil for all that have a month or wait for credits, as after a top-up.
    static func request(
        _ sender: Identifier<Sender>?, at runAt: Date, in workspaceID: Identifier<Workspace>, _ transaction: any Transaction, now: Date
    ) throws {
        try JobTable(transaction).request(
            .init(
                workspaceID: workspaceID, kind: kind, key: sender?.text ?? "all", payload: try JSONText.encode(Payload(sender: sender)),
                runAt: runAt),
            now: now)
    }

    /// Has those looked at whose month has ended, in case that somebody discarded their job.
    static func scheduleOverdue(_ transaction: any Transaction, now: Date) throws {
        for (workspaceID, sender) in try SubscriptionTable.overdue(transaction, at: now, limit: lookLimit) {
            try request(sender, at: now, in: workspaceID, transaction, now: now)
        }
    }

    package func run(_ job: Job) async throws -> JobCompletion {
        let payload: Payload = try JSONText.decode(from: job.payload)
        let access = Access.system("renewal", in: job.workspaceID)
        return JobCompletion { [now] transaction in
            let moment = now()
            if let sender = payload.sender {
                try Renewals(transaction, access).settle(sender, at: moment)
            } else {
                for sender in try SubscriptionTable(transaction, access).renewing() {
                    try Self.request(sender, at: moment, in: job.workspaceID, transaction, now: moment)
                }
            }
        }
    }
}
