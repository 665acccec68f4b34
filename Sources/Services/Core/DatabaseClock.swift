internal import Logging
internal import ServiceLifecycle
package import Store
internal import Synchronization

package import struct Foundation.Date

/// The database's clock as this process knows it: leases, and when something may be tried, are compared between processes whose own clocks may differ,
/// or be set. Measured now and then, and carried on between by the processor's clock, which nobody sets. On SQLite there is one process, and its
/// own clock is the database's.
package final class DatabaseClock: Service {
    private static let interval = Duration.seconds(10)

    private struct Measure {
        let time: Date
        let at: ContinuousClock.Instant
    }

    private let database: any Database
    private let processNow: @Sendable () -> Date
    private let measure = Mutex<Measure?>(nil)

    package init(_ database: any Database, now: @escaping @Sendable () -> Date) { (self.database, processNow) = (database, now) }

    /// The process's own clock until the first measurement.
    package var now: Date {
        guard let measure = measure.withLock({ $0 }) else { return processNow() }
        return measure.time.addingTimeInterval((ContinuousClock.now - measure.at) / .seconds(1))
    }

    /// Asks the database. Its answer is taken to be from the middle of the time that it took.
    package func synchronize() async throws {
        guard database.dialect == .postgres else { return }
        let begin = ContinuousClock.now
        let time = try await database.read { try $0.clock() }
        let end = ContinuousClock.now
        measure.withLock { $0 = Measure(time: time, at: begin + (end - begin) / 2) }
    }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: Self.interval)
                do { try await self.synchronize() } catch  where !(error is CancellationError) {
                    Logger(label: "clock").warning(
                        "The database's clock can't be read", metadata: ["error": "\(String(reflecting: error))"])
                }
            }
        }
    }
}
