package import Domain
internal import Logging
internal import ServiceLifecycle
package import Store
internal import Synchronization

package import struct Foundation.Date

/// Tells the others again and again that this process is there, and what it does. Whatever its roles, a process runs one.
package final class Heartbeat: Service {
    /// A process that wasn't seen for so long has gone. Less than a lease: when the numbers of one that was killed are free, the others must
    /// know already that there is one less to share with.
    package static let absenceSeconds = 5.0
    /// A process that was seen within this time and hasn't said goodbye was killed; older ones are forgotten.
    package static let keptSeconds = 3_600.0

    private let database: any Database
    package let process: HubProcess
    private let mediaMarker: MediaMarker?
    private let now: @Sendable () -> Date
    private let wakeUp = WakeUp()
    private let isTroubled = Mutex(false)

    /// - Parameter mediaMarker: nil where a process has no files, as in tests.
    package init(database: any Database, process: HubProcess, mediaMarker: MediaMarker? = nil, now: @escaping @Sendable () -> Date) {
        (self.database, self.process, self.mediaMarker, self.now) = (database, process, mediaMarker, now)
    }

    package func run() async throws {
        await withGracefulShutdownHandler {
            while !wakeUp.isFinished {
                do {
                    try await beat()
                    isTroubled.withLock { $0 = false }
                } catch {
                    // Once an outage: the others say more of it.
                    let isNew = isTroubled.withLock { isTroubled in
                        defer { isTroubled = true }
                        return !isTroubled
                    }
                    if isNew {
                        Logger(label: "heartbeat").warning(
                            "The others can't see this process", metadata: ["error": "\(String(reflecting: error))"])
                    }
                }
                await wakeUp.wait(for: interval)
            }
            _ = try? await database.write { [process] in try ProcessTable($0).remove(process.id) }
        } onGracefulShutdown: {
            self.wakeUp.finish()
        }
    }

    /// On SQLite nobody shares anything, and each commit is a write to the disk.
    private var interval: Duration { database.dialect == .sqlite ? .seconds(3) : .seconds(1) }

    /// One sign of life; tests call it instead of waiting.
    package func beat() async throws {
        let marker = await mediaMarker?.read()
        let moment = now()
        try await database.write { [process] transaction in
            let processes = ProcessTable(transaction)
            try processes.beat(process, mediaMarker: marker, now: moment)
            try processes.forget(before: moment.addingTimeInterval(-Self.keptSeconds))
        }
    }
}
