package import Domain
package import Store

package import struct Foundation.Date

/// Lets a message leave at its time. One that was given another time meanwhile has a job of its own for that; one that was cancelled is left alone.
package struct ScheduledMessageJob: JobHandler {
    package static let kind = JobKind.scheduledMessage
    package static let concurrency = 8

    private let sending: SendingService
    private let now: @Sendable () -> Date

    package init(sending: SendingService, now: @escaping @Sendable () -> Date) { (self.sending, self.now) = (sending, now) }

    private struct Payload: Codable { let message: Identifier<Message> }

    static func request(for message: Message, at moment: Date, in transaction: any Transaction, now: Date) throws {
        let milliseconds = moment.milliseconds
        try JobTable(transaction).insert(
            [
                .init(
                    workspaceID: message.workspaceID, kind: kind, key: "\(message.id.text) \(milliseconds)",
                    payload: try JSONText.encode(Payload(message: message.id)), runAt: moment)
            ], now: now)
    }

    package func run(_ job: Job) async throws -> JobCompletion {
        let payload: Payload = try JSONText.decode(from: job.payload)
        let moment = now()
        return JobCompletion { transaction in
            try sending.departDue(payload.message, access: .system("schedule", in: job.workspaceID), in: transaction, at: moment)
        }
    }
}
