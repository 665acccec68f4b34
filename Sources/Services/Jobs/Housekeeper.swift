internal import Domain
internal import Logging
internal import ServiceLifecycle
package import Store
internal import Synchronization

package import struct Foundation.Date

/// Looks at what is parked, and removes what is kept only for a time.
package final class Housekeeper: Service {
    private static let lookInterval: Duration = .seconds(1)
    /// Parked events looked at in one transaction.
    private static let lookLimit = 200
    private static let cleanInterval = 600.0
    /// Providers repeat for 7 days, and a late status corrects for 8.
    private static let receivedIDDays = 10.0
    /// Rows removed in one transaction.
    private static let cleanLimit = 500
    private static let forgetInterval = 86_400.0
    private static let scheduleInterval = 3_600.0
    /// Received ids looked through in one transaction.
    private static let walkLimit = 2_000

    private let database: any Database
    private let signals: Signals
    private let now: @Sendable () -> Date
    private let wakeUp = WakeUp()
    private let last = Mutex(Last())

    /// When the rarer chores were last begun. A process that starts begins with them: it may never live until the next time.
    private struct Last {
        var cleaning = Date.distantPast
        var forgetting = Date.distantPast
        var scheduling = Date.distantPast
    }

    package init(database: any Database, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.signals, self.now) = (database, signals, now)
    }

    package func run() async throws {
        await withGracefulShutdownHandler {
            while !wakeUp.isFinished {
                await round()
                await wakeUp.wait(for: Self.lookInterval)
            }
        } onGracefulShutdown: {
            self.wakeUp.finish()
        }
    }

    /// All that is due now, each by itself: one chore that can't be done keeps no other waiting.
    package func round() async {
        await attempt("parked", lookAtParked)
        if isDue(\.cleaning, every: Self.cleanInterval) { await attempt("clean", clean) }
        if isDue(\.forgetting, every: Self.forgetInterval) { await attempt("forget", forgetReceivedIDs) }
        if isDue(\.scheduling, every: Self.scheduleInterval) { await attempt("schedule", schedule) }
    }

    private func isDue(_ chore: WritableKeyPath<Last, Date>, every interval: Double) -> Bool {
        let now = now()
        return last.withLock { last in
            guard now.timeIntervalSince(last[keyPath: chore]) > interval else { return false }
            last[keyPath: chore] = now
            return true
        }
    }

    private func attempt(_ chore: String, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            Logger(label: "housekeeper").warning(
                "Housekeeping has to wait", metadata: ["chore": "\(chore)", "error": "\(String(reflecting: error))"])
        }
    }

    /// One look at everything that is due; tests call it instead of waiting.
    package func lookAtParked() async throws {
        let moment = now()
        for workspaceID in try await database.read({ try HousekeepingTable($0).workspacesWithParked(dueAt: moment) }) {
            let taken = try await database.write { transaction in
                try RelatedEvents(transaction, now: moment).lookAgain(in: workspaceID, limit: Self.lookLimit)
            }
            if taken > 0 { signals.eventsAppended(in: workspaceID) }
        }
    }

    /// Sees that every connection and every number's profile has its hourly turn, and that no renewal is forgotten.
    package func schedule() async throws {
        let moment = now()
        try await database.write { transaction in
            try TemplateSyncJob.scheduleAll(transaction, now: moment)
            try SenderCheckJob.scheduleAll(transaction, now: moment)
            try RenewalJob.scheduleOverdue(transaction, now: moment)
            try ProfileSyncJob.scheduleAll(transaction, now: moment)
        }
        signals.jobsAdded()
    }

    /// Removes what is older than it is kept.
    package func clean() async throws {
        let moment = now()
        let strayed = moment.addingTimeInterval(-StrayWebhookTable.keptDays * 86_400)
        try await database.write { try StrayWebhookTable($0).remove(before: strayed) }
        for workspaceID in try await database.read({ try HousekeepingTable($0).workspaces() }) {
            for table in HousekeepingTable.Expiring.allCases {
                let kept = moment.addingTimeInterval(-table.keptDays * 86_400)
                while try await database.write({ transaction in
                    try HousekeepingTable(transaction).remove(table, before: kept, limit: Self.cleanLimit, in: workspaceID)
                }) == Self.cleanLimit {}
            }
            let abandoned = moment.addingTimeInterval(-NumberSignup.keptDays * 86_400)
            while try await database.write({ transaction in
                try NumberSignupTable(transaction, .system("housekeeper", in: workspaceID))
                    .remove(untouchedSince: abandoned, limit: Self.cleanLimit)
            }) == Self.cleanLimit {}
            let old = moment.addingTimeInterval(-ContactImport.keptDays * 86_400)
            while try await database.write({ transaction in
                try ContactImportTable(transaction, .system("housekeeper", in: workspaceID)).remove(before: old, limit: Self.cleanLimit)
            }) > 0 {}
            while try await database.write({ transaction in
                try NotificationFeedTable(transaction, in: workspaceID).removeSurplus(limit: Self.cleanLimit)
            }) > 0 {}
        }
    }

    /// Forgets the ids of webhooks that nobody repeats any more.
    package func forgetReceivedIDs() async throws {
        let before = now().addingTimeInterval(-Self.receivedIDDays * 86_400)
        for workspaceID in try await database.read({ try HousekeepingTable($0).workspaces() }) {
            var place: HousekeepingTable.ReceivedPlace? = .start
            while let from = place, !wakeUp.isFinished {
                place = try await database.write { transaction in
                    try HousekeepingTable(transaction).removeReceivedIDs(before: before, from: from, limit: Self.walkLimit, in: workspaceID)
                }
            }
        }
    }
}
