package import Domain
internal import Logging
internal import ServiceLifecycle
package import Store

package import struct Foundation.Date

/// Removes files that no row speaks of: what a crash or an error left between the disk and the database.
package final class MediaSweeper: Service {
    private static let interval: Duration = .seconds(6 * 60 * 60)
    /// Anything younger may belong to an upload whose row is about to be written.
    private static let minimumAgeSeconds = 24.0 * 60 * 60

    private let database: any Database
    private let storage: any MediaStorage
    private let now: @Sendable () -> Date
    private let wakeUp = WakeUp()

    package init(database: any Database, storage: any MediaStorage, now: @escaping @Sendable () -> Date) {
        (self.database, self.storage, self.now) = (database, storage, now)
    }

    package func run() async throws {
        await withGracefulShutdownHandler {
            while !wakeUp.isFinished {
                do {
                    let removed = try await sweep()
                    if removed > 0 { Logger(label: "media").info("Files without an owner removed", metadata: ["count": "\(removed)"]) }
                } catch {
                    Logger(label: "media").warning("Files can't be swept now", metadata: ["error": "\(String(reflecting: error))"])
                }
                await wakeUp.wait(for: Self.interval)
            }
        } onGracefulShutdown: {
            self.wakeUp.finish()
        }
    }

    /// Looks through everything once; returns how many files went.
    package func sweep() async throws -> Int {
        try await storage.sweep(before: now().addingTimeInterval(-Self.minimumAgeSeconds)) { [database] digests, workspaceID in
            try await database.read { try MediaTable($0, .system("media", in: workspaceID)).referenced(digests) }
        }
    }
}
