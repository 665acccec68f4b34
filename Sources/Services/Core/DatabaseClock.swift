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
    /// A question that took longer says less than the last good answer, which the processor's clock has carried on since.
    private static let longestQuestion = Duration.milliseconds(200)

    private struct Measure {
        let time: Date
        let at: ContinuousClock.Instant
    }

    private let database: any Database
    private let processNow: @Sendable () -> Date
    private let ticks: @Sendable () -> ContinuousClock.Instant
    private let measure = Mutex<Measure?>(nil)

    /// - Parameters:
    ///   - now: the process's own clock.
    ///   - ticks: the processor's.
    package init(
        _ database: any Database, now: @escaping @Sendable () -> Date, ticks: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        (self.database, processNow, self.ticks) = (database, now, ticks)
    }

    /// The process's own clock until the first measurement.
    package var now: Date {
        guard let measure = measure.withLock({ $0 }) else { return processNow() }
        return measure.time.addingTimeInterval((ticks() - measure.at) / .seconds(1))
    }

    /// Asks the database. Its answer is taken to be from the middle of the time that it took, in which waiting for a connection doesn't count: after an
    /// outage that would be seconds, and the clock as far ahead.
    package func synchronize() async throws {
        guard database.dialect == .postgres else { return }
        let (begin, time, end) = try await database.read { [ticks] in (ticks(), try $0.clock(), ticks()) }
        measure.withLock { known in
            guard known == nil || end - begin <= Self.longestQuestion else { return }
            known = Measure(time: time, at: begin + (end - begin) / 2)
        }
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
