package import Domain
internal import Logging
package import Store
internal import Synchronization

/// Whether anything is sent, and what waits.
package struct SendingState: Sendable, Equatable {
    /// Why nothing is sent; nil when all is sent that may be.
    package let halt: SendingHalt?
    /// Messages of the workspace that wait in queues, counted up to ``QueueTable/countLimit``.
    package let waiting: Int

    package static let countLimit = QueueTable.countLimit

    package init(halt: SendingHalt?, waiting: Int) { (self.halt, self.waiting) = (halt, waiting) }
}

extension SendingService {
    /// For whoever may see the numbers.
    package func state(access: Access) async throws -> SendingState {
        try access.require(.sendersView)
        return try await database.read { transaction in
            SendingState(
                halt: try SettingTable(transaction).sendingHalt(), waiting: try QueueTable(transaction).count(in: access.workspaceID))
        }
    }

    /// Lets every process send again, within a second; the same when nothing is halted. Concerns all workspaces of the installation.
    package func liftHalt(access: Access, in transaction: any Transaction) throws -> SendingState {
        try access.require(.settingsManage)
        if try SettingTable(transaction).remove(.sendingHalted) {
            try EventTable(transaction, access).append(NewEvent(.senderUpdated, cause: "sending-resumed"), at: now())
        }
        return SendingState(halt: nil, waiting: try QueueTable(transaction).count(in: access.workspaceID))
    }

    package func liftHalt(access: Access) async throws -> SendingState {
        let state = try await database.write { try liftHalt(access: access, in: $0) }
        announceLift(in: access.workspaceID)
        return state
    }

    /// After the commit of ``liftHalt(access:in:)``.
    package func announceLift(in workspaceID: Identifier<Workspace>) {
        halts.set(nil)
        signals.eventsAppended(in: workspaceID)
        Logger(label: "sending").notice("Sending was started by a person")
    }
}

/// Knows whether sending is halted, about a second late: each page shows it, and none shall wait for it.
package final class SendingHaltWatch: Sendable {
    private static let pause = Duration.seconds(1)

    private struct State {
        var halt: SendingHalt?
        var askedAt: ContinuousClock.Instant?
    }

    private let database: any Database
    private let state = Mutex(State())

    init(_ database: any Database) { self.database = database }

    /// What was known lately; looks again for the next who asks.
    package var recent: SendingHalt? {
        let (halt, isDue) = state.withLock { state in
            let isDue = state.askedAt.map { ContinuousClock.now - $0 > Self.pause } ?? true
            if isDue { state.askedAt = .now }
            return (state.halt, isDue)
        }
        if isDue { Task { await refresh() } }
        return halt
    }

    /// Looks now. While the database is away, what was known stays.
    package func refresh() async {
        do { set(try await database.read { try SettingTable($0).sendingHalt() }) } catch {
            Logger(label: "sending").warning("Whether sending is halted can't be read", metadata: ["error": "\(String(reflecting: error))"])
        }
    }

    func set(_ halt: SendingHalt?) { state.withLock { $0.halt = halt } }
}
