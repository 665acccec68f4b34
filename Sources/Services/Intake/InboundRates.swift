internal import Domain
internal import Logging
internal import ServiceLifecycle
package import Store
internal import Synchronization

package import struct Foundation.Date

/// Counts what customers write to each number, which takes from what the number may send, and tells the process that sends for it: by a row of each
/// process and number, written once a second while there is something to tell.
package final class InboundRates: Service {
    private static let interval = Duration.seconds(1)
    /// Slower numbers aren't worth a row.
    private static let leastPerSecond = 1.0
    private static let forgottenSeconds = 3_600.0

    struct Number: Hashable {
        let workspaceID: Identifier<Workspace>
        let senderID: Identifier<Sender>
    }

    private let database: any Database
    private let process: String
    private let now: @Sendable () -> Date
    private let counts = Mutex<[Number: Int]>([:])

    package init(database: any Database, process: String, now: @escaping @Sendable () -> Date) {
        (self.database, self.process, self.now) = (database, process, now)
    }

    func add(_ messages: [Number: Int]) {
        guard !messages.isEmpty else { return }
        counts.withLock { $0.merge(messages, uniquingKeysWith: +) }
    }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var last = ContinuousClock.now
            while true {
                try await Task.sleep(for: Self.interval)
                let moment = ContinuousClock.now
                await self.write(over: (moment - last) / .seconds(1))
                last = moment
            }
        }
    }

    /// Writes what was counted in the last seconds, and begins anew.
    package func write(over seconds: Double) async {
        let counted = counts.withLock { counts in
            defer { counts = [:] }
            return counts
        }
        let rates = counted.map {
            (workspaceID: $0.key.workspaceID, senderID: $0.key.senderID, perSecond: Double($0.value) / max(seconds, 0.1))
        }
        .filter { $0.perSecond >= Self.leastPerSecond }.sorted { $0.senderID < $1.senderID }
        guard !rates.isEmpty else { return }
        let moment = now()
        do {
            try await database.write { [process] transaction in
                let table = InboundRateTable(transaction)
                try table.write(rates, process: process, at: moment)
                try table.forget(before: moment.addingTimeInterval(-Self.forgottenSeconds))
            }
        } catch {
            Logger(label: "intake").warning(
                "The rate of inbound messages can't be written", metadata: ["error": "\(String(reflecting: error))"])
        }
    }
}
