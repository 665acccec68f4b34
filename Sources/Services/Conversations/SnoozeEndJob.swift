package import Domain
package import Store

package import struct Foundation.Date

/// Brings a snoozed conversation back when its time is over. One that was snoozed anew meanwhile has a job of its own for its new time.
package struct SnoozeEndJob: JobHandler {
    package static let kind = JobKind.snoozeEnd
    package static let concurrency = 4

    private let now: @Sendable () -> Date

    package init(now: @escaping @Sendable () -> Date) { self.now = now }

    private struct Payload: Codable { let conversation: Identifier<Conversation> }

    static func request(for conversation: Conversation, at moment: Date, in transaction: any Transaction, now: Date) throws {
        let milliseconds = moment.milliseconds
        try JobTable(transaction).insert(
            [
                .init(
                    workspaceID: conversation.workspaceID, kind: kind, key: "\(conversation.id.text) \(milliseconds)",
                    payload: try JSONText.encode(Payload(conversation: conversation.id)), runAt: moment)
            ], now: now)
    }

    package func run(_ job: Job) async throws -> JobCompletion {
        let payload: Payload = try JSONText.decode(from: job.payload)
        let moment = now()
        return JobCompletion { transaction in
            let access = Access.system("snooze", in: job.workspaceID)
            guard try ConversationTable(transaction, access).endSnooze(payload.conversation, now: moment) else { return }
            try EventTable(transaction, access).append(
                NewEvent(.conversationUpdated, conversation: payload.conversation, cause: "snooze-ended", deed: .snoozeEnded), at: moment)
        }
    }
}
