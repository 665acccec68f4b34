internal import Domain
internal import Logging
internal import ServiceLifecycle
package import Store

package import struct Foundation.Date

/// Lets people go who gave no sign for too long, and tells the other processes on the same PostgreSQL who is at the pages of this one.
package final class PresenceExchange: Service {
    private static let interval: Duration = .seconds(1)
    /// Signs are written again after so long, although nothing changed: they run out.
    private static let repeatSeconds = 15.0

    private let database: any Database
    private let board: PresenceBoard
    private let processID: String
    private let now: @Sendable () -> Date
    private let wakeUp = WakeUp()

    package init(database: any Database, board: PresenceBoard, processID: String, now: @escaping @Sendable () -> Date) {
        (self.database, self.board, self.processID, self.now) = (database, board, processID, now)
    }

    package func run() async throws {
        await withGracefulShutdownHandler {
            var told = Told()
            while !wakeUp.isFinished {
                board.expire(at: now())
                do {
                    try await exchange(&told)
                } catch {
                    // The database's own outage is told elsewhere; who is there comes back with it.
                    Logger(label: "presence").debug("Not exchanged", metadata: ["error": "\(String(reflecting: error))"])
                }
                await wakeUp.wait(for: Self.interval)
            }
            if database.dialect == .postgres {
                _ = try? await database.write { [processID] in try PresenceTable($0).replace([], of: processID) }
            }
        } onGracefulShutdown: {
            self.wakeUp.finish()
        }
    }

    /// What the other processes know of this one.
    package struct Told: Sendable {
        fileprivate var signs: Set<PresenceSign> = []
        fileprivate var at = Date.distantPast

        package init() {}
    }

    /// One exchange; tests call it instead of waiting. On SQLite there is nobody to tell.
    package func exchange(_ told: inout Told) async throws {
        guard database.dialect == .postgres else { return }
        let (moment, signs) = (now(), board.own)
        let current = Set(signs)
        let isDue = !current.isEmpty && moment.timeIntervalSince(told.at) > Self.repeatSeconds
        if current != told.signs || isDue {
            try await database.write { [processID] in try PresenceTable($0).replace(signs, of: processID) }
            (told.signs, told.at) = (current, moment)
        }
        let others = try await database.read { [processID] in try PresenceTable($0).others(than: processID, at: moment) }
        board.setOthers(others, at: moment)
    }
}
