internal import Logging
internal import ServiceLifecycle
package import Store

package import struct Foundation.Date

/// Forgets what time has ended: sessions, links, kept answers.
package struct AccessHousekeeping: Service {
    private static let interval: Duration = .seconds(10 * 60)

    private let database: any Database
    private let now: @Sendable () -> Date

    package init(database: any Database, now: @escaping @Sendable () -> Date) { (self.database, self.now) = (database, now) }

    package func run() async throws {
        while !Task.isShuttingDownGracefully {
            do {
                try await once()
            } catch {
                Logger.access.warning("Old sessions and answers not forgotten", metadata: ["error": "\(String(reflecting: error))"])
            }
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.interval) }
            if Task.isCancelled { return }
        }
    }

    /// One round.
    package func once() async throws {
        let now = now()
        try await database.write { transaction in
            try SessionTable(transaction).deleteExpired(at: now)
            try OneTimeLinkTable(transaction).deleteExpired(at: now)
        }
        let cutoff = now.addingTimeInterval(-Double(Idempotency.lifetime.components.seconds))
        while try await database.write({ try IdempotencyPruning($0).delete(before: cutoff) }) == IdempotencyPruning.batch {}
    }
}
