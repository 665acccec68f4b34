internal import Domain
internal import Synchronization

internal import struct Foundation.Date

/// How much each workspace's files take, counted anew now and then: the sum reads all of its rows, and a little more than the quota harms nobody.
final class MediaUsage: Sendable {
    private static let countInterval = 60.0

    private struct Count {
        var bytes: Int
        let countedAt: Date
    }

    private let counts = Mutex<[Identifier<Workspace>: Count]>([:])

    func bytes(in workspaceID: Identifier<Workspace>, at now: Date) -> Int? {
        counts.withLock { counts in
            guard let count = counts[workspaceID], now.timeIntervalSince(count.countedAt) < Self.countInterval else { return nil }
            return count.bytes
        }
    }

    func set(_ bytes: Int, in workspaceID: Identifier<Workspace>, at now: Date) {
        counts.withLock { $0[workspaceID] = Count(bytes: bytes, countedAt: now) }
    }

    func add(_ bytes: Int, in workspaceID: Identifier<Workspace>) { counts.withLock { $0[workspaceID]?.bytes += bytes } }
}
