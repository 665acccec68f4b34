package import Domain
internal import Logging
package import Store

package import struct Foundation.Date

/// Asks WhatsApp for the profile of a number each hour, and whenever something tells that it changed. What goes wrong is kept beside the profile, and
/// the next hour tries again.
package struct ProfileSyncJob: JobHandler {
    package static let kind = JobKind.profileSync
    package static let concurrency = 2

    static let intervalSeconds = 3_600.0

    private let profiles: ProfileService
    private let now: @Sendable () -> Date

    package init(profiles: ProfileService, now: @escaping @Sendable () -> Date) { (self.profiles, self.now) = (profiles, now) }

    private struct Payload: Codable { let sender: Identifier<Sender> }

    /// Has the profile of a number fetched as soon as may be, once more when it is just being fetched.
    package static func request(
        for sender: Identifier<Sender>, in workspaceID: Identifier<Workspace>, _ transaction: any Transaction, now: Date
    ) throws {
        try JobTable(transaction).restart(try job(for: sender, in: workspaceID, runAt: now), now: now)
    }

    /// Gives every number a turn that has none.
    static func scheduleAll(_ transaction: any Transaction, now: Date) throws {
        // Those whose channel has profiles: the Cloud API's.
        let jobs = try ProfileTable.senders(transaction, on: [.meta]).map { try job(for: $1, in: $0, runAt: now) }
        try JobTable(transaction).insert(jobs, now: now)
    }

    private static func job(
        for sender: Identifier<Sender>, in workspaceID: Identifier<Workspace>, runAt: Date
    ) throws -> JobTable.NewJob {
        .init(
            workspaceID: workspaceID, kind: kind, key: sender.text, payload: try JSONText.encode(Payload(sender: sender)), runAt: runAt)
    }

    package func run(_ job: Job) async throws -> JobCompletion {
        let payload: Payload = try JSONText.decode(from: job.payload)
        let workspaceID = job.workspaceID
        do {
            _ = try await profiles.refresh(payload.sender, access: .system("profiles", in: workspaceID))
        } catch SenderProblem.missing, SenderProblem.connectionMissing, ProfileProblem.unsupported {
            // Removed meanwhile.
            return .done
        } catch is ChannelProblem {
            // Kept beside the profile.
        }
        let ended = now()
        return JobCompletion { transaction in
            let next = try Self.job(for: payload.sender, in: workspaceID, runAt: ended.addingTimeInterval(Self.intervalSeconds))
            try JobTable(transaction).insert([next], now: ended)
        }
    }
}
