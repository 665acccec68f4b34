package import Domain
internal import Logging
package import Store

package import struct Foundation.Date

/// Asks WhatsApp for all templates of a connection, each hour and whenever somebody asks for it. What goes wrong is kept for people to see, and
/// the next hour tries again.
package struct TemplateSyncJob: JobHandler {
    package static let kind = JobKind.templateSync
    package static let concurrency = 2

    static let intervalSeconds = 3_600.0
    private static let intervalAfterFailureSeconds = 900.0
    /// Before one that was asked for while another ran.
    private static let restSeconds = 5.0
    /// Many messages may fail for one reason, which needs one look.
    private static let restAfterRefusalSeconds = 600.0

    private let database: any Database
    private let directory: ConnectionDirectory
    private let channels: [ChannelKind: any Channel]
    private let now: @Sendable () -> Date

    package init(
        database: any Database, directory: ConnectionDirectory, channels: [ChannelKind: any Channel], now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.directory, self.channels, self.now) = (database, directory, channels, now)
    }

    private struct Payload: Codable { let connection: Identifier<Connection> }

    /// Has a connection's templates fetched as soon as may be.
    static func request(
        for connection: Identifier<Connection>, in workspaceID: Identifier<Workspace>, in transaction: any Transaction, now: Date
    ) throws {
        try schedule(connection, workspaceID, at: now, transaction, now: now)
        try JobTable(transaction).hasten(kind: kind, key: connection.text, in: workspaceID, now: now)
        try TemplateSyncTable(transaction, .system("templates", in: workspaceID)).request(connection, at: now)
    }

    /// WhatsApp refused a message because its template isn't as we know it.
    static func requestAfterRefusal(
        for connection: Identifier<Connection>, in workspaceID: Identifier<Workspace>, in transaction: any Transaction, now: Date
    ) throws {
        let last = try TemplateSyncTable(transaction, .system("templates", in: workspaceID)).endedAt(connection)
        if let last, now.timeIntervalSince(last) < restAfterRefusalSeconds { return }
        try schedule(connection, workspaceID, at: now, transaction, now: now)
        try JobTable(transaction).hasten(kind: kind, key: connection.text, in: workspaceID, now: now)
    }

    /// Puts the next turn on the list unless there is one.
    private static func schedule(
        _ connection: Identifier<Connection>, _ workspaceID: Identifier<Workspace>, at moment: Date, _ transaction: any Transaction,
        now: Date
    ) throws {
        try JobTable(transaction).insert(
            [
                .init(
                    workspaceID: workspaceID, kind: kind, key: connection.text,
                    payload: try JSONText.encode(Payload(connection: connection)), runAt: moment)
            ], now: now)
    }

    /// Gives every connection a turn that has none, such as those of an older version.
    static func scheduleAll(_ transaction: any Transaction, now: Date) throws {
        for (workspaceID, connection) in try TemplateSyncTable.connections(transaction) {
            try schedule(connection, workspaceID, at: now, transaction, now: now)
        }
    }

    package func run(_ job: Job) async throws -> JobCompletion {
        let payload: Payload = try JSONText.decode(from: job.payload)
        let begun = now()
        guard let entry = try await directory.entry(payload.connection.text), let channel = channels[entry.connection.channel] else {
            // Removed meanwhile.
            return .done
        }
        var error: String?
        do {
            try await TemplateCatalogue(database: database, channel: channel, entry: entry, now: now).fetch(begun: begun)
        } catch let problem as any Problem {
            Logger(label: "templates").warning(
                "Templates can't be fetched", metadata: ["connection.id": "\(payload.connection)", "error.code": "\(problem.code)"])
            error = problem.detail
        }
        let (ended, failure, workspaceID) = (now(), error, job.workspaceID)
        return JobCompletion { transaction in
            let access = Access.system("templates", in: workspaceID)
            let isWantedAgain = try TemplateSyncTable(transaction, access).end(
                payload.connection, begun: begun, error: failure, at: ended)
            let pause = isWantedAgain ? Self.restSeconds : failure == nil ? Self.intervalSeconds : Self.intervalAfterFailureSeconds
            try Self.schedule(payload.connection, workspaceID, at: ended.addingTimeInterval(pause), transaction, now: ended)
            try EventTable(transaction, access).append(
                NewEvent(.templateUpdated, subject: payload.connection.text, cause: failure == nil ? "synced" : "sync-failed"), at: ended)
        }
    }
}
