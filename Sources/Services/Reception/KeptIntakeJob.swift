package import Domain
package import Store

package import struct Foundation.Date

/// Brings in what one number didn't receive, the oldest first, up to what was there when somebody asked for it.
package struct KeptIntakeJob: JobHandler {
    package static let kind = JobKind.keptIntake
    package static let concurrency = 2
    /// Webhooks read in one go.
    private static let pageLimit = 50
    /// Webhooks of one job; then the others have their turn.
    private static let runLimit = 500

    private let database: any Database
    private let intake: IntakeService
    private let now: @Sendable () -> Date

    package init(database: any Database, intake: IntakeService, now: @escaping @Sendable () -> Date) {
        (self.database, self.intake, self.now) = (database, intake, now)
    }

    private struct Payload: Codable {
        let sender: Identifier<Sender>
        let last: Identifier<JournalEntry>
    }

    static func request(
        _ sender: Identifier<Sender>, upTo last: Identifier<JournalEntry>, in workspaceID: Identifier<Workspace>,
        _ transaction: any Transaction, now: Date
    ) throws {
        try JobTable(transaction).request(
            .init(
                workspaceID: workspaceID, kind: kind, key: "\(sender) \(last)",
                payload: try JSONText.encode(Payload(sender: sender, last: last)), runAt: now), now: now)
    }

    package func run(_ job: Job) async throws -> JobCompletion {
        let payload: Payload = try JSONText.decode(from: job.payload)
        let access = Access.system("reception", in: job.workspaceID)
        for _ in 0..<(Self.runLimit / Self.pageLimit) {
            let entries = try await database.read { transaction in
                guard try ReceptionTable(transaction, access).find(payload.sender).receives else {
                    return [Identifier<JournalEntry>]()
                }
                return try KeptWebhookTable(transaction, access).list(of: payload.sender, upTo: payload.last, limit: Self.pageLimit)
            }
            for entry in entries { try await intake.replay(entry, access: access, database: database) }
            if entries.count < Self.pageLimit { return .done }
        }
        let moment = now()
        return JobCompletion { transaction in
            try Self.request(payload.sender, upTo: payload.last, in: job.workspaceID, transaction, now: moment)
        }
    }
}
