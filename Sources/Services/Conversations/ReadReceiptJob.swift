package import Domain
package import Store

internal import struct Foundation.Date

/// Tells a customer that their message was read, by a job, so that it survives a restart and never holds an agent up.
package struct ReadReceiptJob: JobHandler {
    package static let kind = JobKind.readReceipt
    package static let concurrency = 8
    /// Meta takes a mark for 30 days; an old one is of no use to anybody.
    private static let usefulSeconds = 24.0 * 60 * 60

    private let database: any Database
    private let directory: ConnectionDirectory
    private let channels: [ChannelKind: any Channel]

    package init(database: any Database, directory: ConnectionDirectory, channels: [ChannelKind: any Channel]) {
        (self.database, self.directory, self.channels) = (database, directory, channels)
    }

    private struct Payload: Codable {
        let sender: Identifier<Sender>
        let providerID: String
    }

    /// Asks for a receipt of the newest inbound message, when the sender's setting is one of these moments and nobody has asked yet.
    static func request(
        for conversation: Conversation, of sender: Sender, on moments: Set<Sender.ReadReceipts>, in transaction: any Transaction, now: Date
    ) throws {
        let (system, oldest) = (Access.system("read-receipts", in: conversation.workspaceID), now.addingTimeInterval(-usefulSeconds))
        guard moments.contains(sender.readReceipts), let lastInboundAt = conversation.lastInboundAt, lastInboundAt > oldest,
            let newest = try MessageTable(transaction, system).markNewestRead(in: conversation.id, since: oldest, at: now)
        else { return }
        try JobTable(transaction).insert(
            [
                .init(
                    workspaceID: conversation.workspaceID, kind: kind, key: newest.id.text,
                    payload: try JSONText.encode(Payload(sender: sender.id, providerID: newest.providerID)), runAt: now)
            ], now: now)
    }

    package func run(_ job: Job) async throws -> JobCompletion {
        let payload: Payload = try JSONText.decode(from: job.payload)
        let sender = try await database.read { try SenderTable($0, .system("read-receipts", in: job.workspaceID)).find(payload.sender) }
        // Of one that is off or gone customers hear nothing.
        guard let sender, sender.facts.isActive, let channel = channels[sender.channel] else { return .done }
        do {
            try await channel.markRead(providerMessageID: payload.providerID, showsTyping: false, from: directory.route(sender))
        } catch ChannelProblem.permanent {
            return .done  // Too old or gone: nothing to tell any more.
        }
        return .done
    }
}
