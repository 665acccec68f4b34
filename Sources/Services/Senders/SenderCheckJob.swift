package import Domain
internal import Logging
package import Store

package import struct Foundation.Date

/// Asks WhatsApp how the numbers of a connection are: each hour, and at once when somebody wants one to work or a webhook tells that something
/// changed. While WhatsApp can't be reached what is known stays, and a number that waits for the answer is asked about again.
package struct SenderCheckJob: JobHandler {
    package static let kind = JobKind.senderCheck
    package static let concurrency = 2

    package static let interval = 3_600.0
    /// Between two tries for a number that waits.
    private static let waitingInterval = 15.0
    /// After which it is told that WhatsApp couldn't be asked, and stands as it stood before.
    private static let waitingLimit = 300.0

    private let senders: SenderService

    package init(senders: SenderService) { self.senders = senders }

    private struct Payload: Codable { let connection: Identifier<Connection> }

    /// Has the numbers of a connection looked at as soon as may be. What a look that is under way finds is dropped: it may be older than the news
    /// that asks for another.
    static func request(
        for connection: Identifier<Connection>, in workspaceID: Identifier<Workspace>, in transaction: any Transaction, now: Date
    ) throws {
        try JobTable(transaction).restart(try job(for: connection, in: workspaceID, runAt: now), now: now)
    }

    /// Puts the next turn on the list, in so many seconds, unless there is one.
    static func schedule(
        for connection: Identifier<Connection>, in workspaceID: Identifier<Workspace>, after seconds: Double,
        in transaction: any Transaction, now: Date
    ) throws {
        try JobTable(transaction).insert([try job(for: connection, in: workspaceID, runAt: now.addingTimeInterval(seconds))], now: now)
    }

    /// Holds the job's row, for whoever changes its numbers and may ask for the job then: it holds its own row first, then numbers by their ids, then
    /// the connection, and so nobody waits in a circle.
    static func hold(for connection: Identifier<Connection>, in workspaceID: Identifier<Workspace>, in transaction: any Transaction) throws
    {
        try JobTable(transaction).hold(kind: kind, key: connection.text, in: workspaceID)
    }

    private static func job(
        for connection: Identifier<Connection>, in workspaceID: Identifier<Workspace>, runAt: Date
    ) throws -> JobTable.NewJob {
        .init(
            workspaceID: workspaceID, kind: kind, key: connection.text, payload: try JSONText.encode(Payload(connection: connection)),
            runAt: runAt)
    }

    /// Gives every connection a turn that has none.
    static func scheduleAll(_ transaction: any Transaction, now: Date) throws {
        for (workspaceID, connection) in try TemplateSyncTable.connections(transaction) {
            try schedule(for: connection, in: workspaceID, after: 0, in: transaction, now: now)
        }
    }

    package func run(_ job: Job) async throws -> JobCompletion {
        let payload: Payload = try JSONText.decode(from: job.payload)
        let (connection, workspaceID) = (payload.connection, job.workspaceID)
        let access = Access.system("senders", in: workspaceID)
        try await senders.release(of: connection, access: access)
        let inspected: InspectedConnection?
        do {
            inspected = try await senders.inspect(connection, access: access)
        } catch SenderProblem.connectionMissing {
            return .done
        } catch let problem as ConnectionProblem {
            Logger(label: "senders").warning(
                "Numbers can't be asked about", metadata: ["connection.id": "\(connection)", "error.code": "\(problem.code)"])
            inspected = nil
        }
        let service = senders
        return JobCompletion { transaction in
            let now = service.now()
            var pause = Self.interval
            if let inspected {
                let check = try service.save(inspected, isAsked: false, access: access, in: transaction)
                for sender in check.senders { service.signals.messageQueued(for: sender.id) }
            } else if try Self.giveUpWaiting(connection, access, in: transaction, at: now) {
                pause = Self.waitingInterval
            }
            try Self.schedule(for: connection, in: workspaceID, after: pause, in: transaction, now: now)
        }
    }

    /// Whether a number still waits for an answer; one that has waited too long waits no more.
    private static func giveUpWaiting(
        _ connection: Identifier<Connection>, _ access: Access, in transaction: any Transaction, at now: Date
    ) throws -> Bool {
        let table = SenderTable(transaction, access)
        var isAwaited = false
        for sender in try table.list(of: connection) where sender.facts.isChecking {
            guard now.timeIntervalSince(sender.statusSince) >= waitingLimit else {
                isAwaited = true
                continue
            }
            _ = try table.apply([.checkFailed], to: sender.id, at: now)
            try EventTable(transaction, access).append(
                NewEvent(.senderUpdated, subject: sender.id.text, cause: SenderEvent.checkFailed.rawValue), at: now)
        }
        return isAwaited
    }
}
