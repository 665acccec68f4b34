package import Domain
internal import Logging
internal import ServiceLifecycle
package import Store
internal import Synchronization

package import struct Foundation.Date

/// Counts the webhooks of each connection that weren't taken or understood, and writes the counts down now and then: whoever floods an address
/// with wrong signatures costs no write each, and intake waits for none.
package final class WebhookRefusals: Service {
    private static let interval = Duration.seconds(2)

    private struct Key: Hashable {
        let workspaceID: Identifier<Workspace>
        let connection: Identifier<Connection>
        let reason: WebhookRefusal.Reason
    }

    private struct Counted {
        var count = 0
        var lastAt: Date
    }

    private let database: any Database
    private let now: @Sendable () -> Date
    /// No more than a few for each connection that there is.
    private let counted = Mutex<[Key: Counted]>([:])
    /// At the address of the operator's app, which belongs to no connection: told in the log.
    private let ofApp = Mutex<[WebhookRefusal.Reason: Int]>([:])

    package init(database: any Database, now: @escaping @Sendable () -> Date) { (self.database, self.now) = (database, now) }

    func add(_ reason: WebhookRefusal.Reason, of connection: Connection) {
        let (key, now) = (Key(workspaceID: connection.workspaceID, connection: connection.id, reason: reason), now())
        counted.withLock { counted in
            let before = counted[key]?.count ?? 0
            counted[key] = Counted(count: min(before, WebhookRefusal.countLimit) + 1, lastAt: now)
        }
    }

    func addForApp(_ reason: WebhookRefusal.Reason) { ofApp.withLock { $0[reason, default: 0] += 1 } }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: Self.interval)
                await self.write()
            }
        }
        await write()
    }

    /// Writes what was counted, and begins anew.
    package func write() async {
        let ofApp = ofApp.withLock { ofApp in
            defer { ofApp = [:] }
            return ofApp.sorted { $0.key.rawValue < $1.key.rawValue }
        }
        for (reason, count) in ofApp {
            Logger(label: "intake").warning(
                "Webhooks at the app's address are refused", metadata: ["reason": "\(reason.rawValue)", "webhooks": "\(count)"])
        }
        let counted = counted.withLock { counted in
            defer { counted = [:] }
            return counted.sorted { ($0.key.connection, $0.key.reason.rawValue) < ($1.key.connection, $1.key.reason.rawValue) }
        }
        guard !counted.isEmpty else { return }
        do {
            try await database.write { transaction in
                for (key, value) in counted {
                    try WebhookRefusalTable(transaction, .system("intake", in: key.workspaceID)).add(
                        value.count, key.reason, of: key.connection, at: value.lastAt)
                }
            }
        } catch {
            Logger(label: "intake").warning(
                "Refused webhooks can't be counted", metadata: ["error": "\(String(reflecting: error))"])
        }
    }
}
