package import Domain
internal import Logging
package import Store

internal import struct Foundation.Date

/// Deletes what one transaction couldn't: conversations of thousands of messages, and such as had one under way.
package struct ConversationDeletionJob: JobHandler {
    package static let kind = JobKind.conversationDeletion
    package static let concurrency = 1

    private let database: any Database

    package init(database: any Database) { self.database = database }

    /// Up to where in the conversation: what a customer writes from then on is kept.
    struct Payload: Codable {
        let conversation: Identifier<Conversation>
        let through: Int64
    }

    static func request(_ payload: Payload, of workspaceID: Identifier<Workspace>, in transaction: any Transaction, now: Date) throws {
        try JobTable(transaction).insert(
            [
                .init(
                    workspaceID: workspaceID, kind: kind, key: "\(payload.conversation.text) \(payload.through)",
                    payload: try JSONText.encode(payload), runAt: now)
            ], now: now)
    }

    package func run(_ job: Job) async throws -> JobCompletion {
        let payload: Payload = try JSONText.decode(from: job.payload)
        let access = Access.system("deletion", in: job.workspaceID)
        while true {
            let rest = try await database.write { transaction in
                try ConversationTable(transaction, access).deletePart(payload.conversation, through: payload.through)
            }
            switch rest {
            case .older: continue
            // Tried again by itself a little later.
            case .sending: throw StillSending()
            case .newer, .nothing: return .done
            }
        }
    }

    private struct StillSending: Error, CustomStringConvertible {
        let description = "A message of the conversation is just being sent. The rest is deleted when that is over."
    }
}
