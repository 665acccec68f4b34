internal import Domain
internal import Logging
package import Store
internal import Synchronization

package import struct Foundation.Date

/// Whether the database can be read and written, found out by doing so: a full disk and a lock of another program show in writing only.
package final class StoreProbe: Sendable {
    /// Whoever asks more often gets the last answer: anybody may ask.
    private static let pause = Duration.seconds(2)

    private let database: any Database
    private let now: @Sendable () -> Date
    private let last = Mutex<(at: ContinuousClock.Instant, problem: String?)?>(nil)

    package init(database: any Database, now: @escaping @Sendable () -> Date) { (self.database, self.now) = (database, now) }

    /// One sentence; nil when all is well.
    package func problem() async -> String? {
        if let last = last.withLock({ $0 }), ContinuousClock.now - last.at < Self.pause { return last.problem }
        let problem = await look()
        last.withLock { $0 = (.now, problem) }
        return problem
    }

    private func look() async -> String? {
        do {
            try await Migrator(database).requireCurrent()
            try await database.write { [now] in try SettingTable($0).set(JSONText.encode(now()), for: .storeProbe) }
            return nil
        } catch StoreError.schema(let advice) {
            return advice
        } catch {
            if let outage = OutageProblem(error) { return outage.detail }
            Logger(label: "store").error("The database can't be used", metadata: ["error": "\(String(reflecting: error))"])
            return "can't be used"
        }
    }
}
